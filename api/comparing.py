"""The job behind the comparison of plans: what each has, side by side, what they share first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox
import regex

from kg.export import Cell, Table
from kg.names import BASE
from kg.store import Dataset

from .entities.reader import Reader


class Entry(NamedTuple):
    """What one plan has in a row: words or a number, and the IRI they lead to."""

    value: Cell
    iri: str | None = None


class Row(NamedTuple):
    """*cells*: of each plan, in order; each holds any number of entries.  *ours*: the label is English and not
    official."""

    label: str
    iri: str | None
    cells: tuple[tuple[Entry, ...], ...]
    ours: bool = False

    @property
    def plans(self) -> int:
        """How many of the plans have anything here."""
        return sum(1 for cell in self.cells if cell)


class Comparison(NamedTuple):
    """*sections*: name → rows; *indicators*: (IRI, label, how many of the plans have it), for choosing one."""

    sections: dict[str, tuple[Row, ...]]
    indicators: tuple[tuple[str, str, int], ...]
    indicator: str


# A unit's name at the end: the word is followed by a capital («huyện, thành phố thuộc tỉnh Hậu Giang»).
_PLACE = regex.compile(r" (?:thuộc )?(?:tỉnh|thành phố) (?=\p{Lu}).*$")
_DOCUMENTS = {"implements": "kh:implementsDocument", "based_on": "eli:based_on"}
_FACTS = {
    "time": "?t a kh:Task ; kh:elementOf {p} ; kh:hasTimeframe ?f",
    "yearly": '?t a kh:Task ; kh:elementOf {p} ; kh:hasTimeframe/kh:hasSchedule/schema:repeatFrequency "P1Y"',
    "deadline": "?t a kh:Task ; kh:elementOf {p} ; kh:hasDeadline ?f",
}
_GAPS = {
    "no_lead": "kh:leadAgency",
    "no_coordinator": "kh:coordinatingAgency",
    "no_time": "kh:hasTimeframe",
}


def compare(dataset: Dataset, plans: Sequence[str], indicator: str, lang: str) -> Comparison:
    """The plans of these IRIs; *indicator*: the IRI whose targets are shown, "" for the one most have."""
    ask = _Asking(dataset, plans, lang)
    known = _indicators(ask)
    chosen = indicator if indicator or not known else known[0][0]
    sections = {name: _documents(ask, path) for name, path in _DOCUMENTS.items()}
    sections["themes"] = _shared_first(
        ask.counted("?e a kh:Task ; kh:elementOf {p} ; kh:hasTheme ?key"), ask
    )
    sections["leads"] = _leads(ask)
    sections["targets"] = _targets(ask, chosen) if chosen else ()
    sections["times"] = tuple(ask.number(name, body) for name, body in _FACTS.items())
    tasks = "?t a kh:Task ; kh:elementOf {p}"
    sections["gaps"] = tuple(
        ask.number(name, f"{tasks} FILTER NOT EXISTS {{{{ ?t {path} ?f }}}}")
        for name, path in _GAPS.items()
    )
    return Comparison(sections, known, chosen)


def shared_documents(dataset: Dataset, lang: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(label, plans) of the documents that several plans carry out or rest on, those of most plans first."""
    rows = _select(
        dataset,
        """SELECT DISTINCT ?document ?plan WHERE { ?plan kh:implementsDocument|eli:based_on ?document ;
           a kh:AdministrativePlan }""",
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["document"].value, []).append(row["plan"].value)
    shared = [(iri, sorted(plans)) for iri, plans in found.items() if len(plans) > 1]
    shared.sort(key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple((_label(dataset, iri, lang), tuple(plans)) for iri, plans in shared[:8])


class _Asking:
    """Questions that are put to each of some plans in turn."""

    def __init__(self, dataset: Dataset, plans: Sequence[str], lang: str) -> None:
        self.dataset = dataset
        self.plans = [ox.NamedNode(iri) for iri in plans]
        self.lang = lang
        self._reader = Reader(dataset, lang)

    def label(self, iri: str) -> str:
        return _label(self.dataset, iri, self.lang)

    def is_ours(self, iri: str) -> bool:
        """Whether the English label is this project's own."""
        return self._reader.ref(ox.NamedNode(iri)).ours

    def each(self, text: str) -> list[list[ox.QuerySolution]]:
        """The rows of *text*, in which {p} stands for the plan, for each plan."""
        return [_select(self.dataset, text.format(p=plan)) for plan in self.plans]

    def counted(self, body: str) -> list[dict[str, int]]:
        """How many ?e there are for each ?key, for each plan."""
        text = f"SELECT ?key (COUNT(DISTINCT ?e) AS ?n) WHERE {{{{ {body} }}}} GROUP BY ?key"
        return [{row["key"].value: int(row["n"].value) for row in rows} for rows in self.each(text)]

    def number(self, name: str, body: str) -> Row:
        """How many ?t there are, for each plan."""
        rows = self.each(f"SELECT (COUNT(DISTINCT ?t) AS ?n) WHERE {{{{ {body} }}}}")
        return Row(name, None, tuple((Entry(int(row[0]["n"].value)),) for row in rows))


def _shared_first(counts: list[dict[str, int]], ask: _Asking) -> tuple[Row, ...]:
    rows = [
        Row(
            ask.label(key),
            key,
            tuple((Entry(one[key]),) if key in one else () for one in counts),
            ask.is_ours(key),
        )
        for key in _keys(counts)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.plans, -_sum(row), row.label)))


def _documents(ask: _Asking, path: str) -> tuple[Row, ...]:
    found = ask.each(f"SELECT DISTINCT ?d WHERE {{{{ {{p}} {path} ?d }}}}")
    held = [{row["d"].value: 1 for row in rows} for rows in found]
    rows = [
        Row(
            ask.label(key),
            key,
            tuple((Entry(True),) if key in one else () for one in held),
            ask.is_ours(key),
        )
        for key in _keys(held)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.plans, row.label)))


def _leads(ask: _Asking) -> tuple[Row, ...]:
    """Who leads how many tasks: «Sở Công Thương» of each province in one row, by what its IRI has behind it."""
    counts = ask.counted("?e a kh:Task ; kh:elementOf {p} ; kh:leadAgency ?key")
    rows: dict[str, list[list[Entry]]] = {}
    labels: dict[str, str] = {}
    for place, one in enumerate(counts):
        for iri, count in one.items():
            kind = re.sub(r"^.*/(agency|group)/vn(-[a-z0-9]+)?(/[0-9]{4})?/", r"\1/", iri)
            label = _without_place(ask.label(iri), ask.lang)
            labels[kind] = min((labels.get(kind, label), label), key=lambda text: (len(text), text))
            rows.setdefault(kind, [[] for _ in counts])[place].append(Entry(count, iri))
    made = [
        Row(
            labels[kind],
            None,
            tuple(tuple(cell) for cell in cells),
            all(ask.is_ours(entry.iri or "") for cell in cells for entry in cell),
        )
        for kind, cells in rows.items()
    ]
    return tuple(sorted(made, key=lambda row: (-row.plans, -_sum(row), row.label)))


def _without_place(label: str, lang: str) -> str:
    if lang == "vi":
        return _PLACE.sub("", label)
    return re.sub(r"^(.+ of .+) of .+$", r"\1", label)


def _indicators(ask: _Asking) -> tuple[tuple[str, str, int], ...]:
    counts = ask.counted("?e a kh:Target ; kh:elementOf {p} ; kh:forIndicator ?key")
    found = [(key, ask.label(key), sum(key in one for one in counts)) for key in _keys(counts)]
    return tuple(sorted(found, key=lambda each: (-each[2], each[1])))


def _targets(ask: _Asking, indicator: str) -> tuple[Row, ...]:
    """The targets of one indicator, a row a year."""
    try:
        node = ox.NamedNode(indicator)
    except ValueError:
        return ()
    found = ask.each(
        f"""SELECT DISTINCT ?e ?year ?sign ?printed ?unit WHERE {{{{
            ?e a kh:Target ; kh:elementOf {{p}} ; kh:forIndicator {node} ; kh:hasValue ?v .
            ?v kh:printedValue ?printed .
            OPTIONAL {{{{ ?v kh:comparator/skos:notation ?sign }}}}
            OPTIONAL {{{{ ?v kh:unitText ?unit }}}}
            OPTIONAL {{{{ ?v kh:referenceYear ?year }}}} }}}} ORDER BY ?year ?e"""
    )
    years = sorted({_value(row["year"]) for rows in found for row in rows})
    made = []
    for year in years:
        cells = tuple(
            tuple(
                Entry(_amount(row), row["e"].value) for row in rows if _value(row["year"]) == year
            )
            for rows in found
        )
        made.append(Row(year, None, cells))
    return tuple(made)


def _amount(row: ox.QuerySolution) -> str:
    sign = _value(row["sign"])
    sign = {"=": "", ">=": "≥", "<=": "≤", "~": "≈"}.get(sign, sign)
    printed, unit = _value(row["printed"]), _value(row["unit"])
    shown = printed if not unit or unit in printed else f"{printed} {unit}"
    return f"{sign} {shown}".strip()


def _value(term: object) -> str:
    return term.value if isinstance(term, ox.Literal | ox.NamedNode) else ""


def _keys(counts: Iterable[Mapping[str, int]]) -> list[str]:
    return sorted({key for one in counts for key in one})


def _sum(row: Row) -> int:
    return sum(entry.value for cell in row.cells for entry in cell if isinstance(entry.value, int))


def _label(dataset: Dataset, iri: str, lang: str) -> str:
    node = ox.NamedNode(iri)
    found = _select(dataset, f"SELECT ?l WHERE {{ {node} rdfs:label|eli:id_local ?l }}")
    literals = [row["l"] for row in found if isinstance(row["l"], ox.Literal)]
    best = min(literals, key=lambda one: (one.language != lang, one.value), default=None)
    return best.value if best is not None else iri.removeprefix(BASE)


def _select(dataset: Dataset, text: str) -> list[ox.QuerySolution]:
    result = dataset.query(text)
    assert isinstance(result, ox.QuerySolutions)
    return list(result)


def as_table(
    comparison: Comparison, plans: Sequence[str], names: Mapping[str, tuple[str, Mapping[str, str]]]
) -> Table:
    """The comparison as a table for a file: section, row, one column a plan; *names*: words of sections and rows."""
    rows: list[tuple[Cell, ...]] = []
    for section, found in comparison.sections.items():
        title, words = names.get(section, (section, {}))
        for row in found:
            cells = (_cell(cell) for cell in row.cells)
            rows.append((title, words.get(row.label, row.label), *cells))
    return Table(("section", "row", *plans), tuple(rows))


def _cell(entries: tuple[Entry, ...]) -> Cell:
    if len(entries) == 1:
        return entries[0].value
    if all(isinstance(entry.value, int) for entry in entries) and entries:
        return sum(int(entry.value or 0) for entry in entries)
    return "; ".join(str(entry.value) for entry in entries) or None
