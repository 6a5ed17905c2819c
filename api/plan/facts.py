"""The job behind a plan's page: one document with all its facts, read from the dataset."""

from __future__ import annotations

from collections import defaultdict

from kg.names import BASE, GRAPH_FINDINGS, VOC
from kg.store import Dataset

from ..anchors import fragment
from .elements import Times, read_targets, read_tasks
from .model import Cited, Clause, Document, Finding, Identity, Mark, Statement
from .reading import Reader, number

_FILE = "{doc} eli:is_realized_by/eli:is_embodied_by ?file . "
_FINDINGS = f"GRAPH <{GRAPH_FINDINGS}>"
_ROLE_KIND = {"lead": "lead", "focal": "lead"}


def document(dataset: Dataset, path: str, lang: str) -> Document | None:
    """The document at *path*; None where no text of it is held."""
    try:
        reader = Reader(dataset, BASE + path, lang)
    except ValueError:  # a path that is no IRI
        return None
    text = next((r["text"] for r in reader.rows(_FILE + "?file kh:sourceText ?text", "text")), None)
    if text is None:
        return None
    clauses = _clauses(reader, len(text))
    orders = {clause.path: place for place, clause in enumerate(clauses)}
    marks = _Marks(reader, len(text))
    times = Times(reader)
    tasks = read_tasks(reader, times, orders)
    targets = read_targets(reader, orders)
    statements = _statements(reader, orders)
    citations = _citations(reader, orders)
    for task in tasks:
        marks.add(task.mark, "", task.fragment)
        for part in task.parts:
            marks.add(part.mark, _ROLE_KIND.get(part.role, "coordinator"), task.fragment)
        if task.time:
            marks.add(task.time.mark, "time", task.fragment)
    for target in targets:
        marks.add(target.mark, "target", target.fragment)
        marks.add(target.mark and f"{target.mark}-sentence", "", target.fragment)
    for statement in statements:
        marks.add(statement.mark, "", statement.fragment)
    for cited in citations:
        marks.add(cited.mark, "citation", cited.fragment)
    for row in reader.rows(
        "?given kh:elementOf {doc} ; kh:assignedTheme ?theme ; kh:themeAssignmentOf ?of ; kh:hasEvidence ?mark",
        "of mark",
    ):
        marks.add(fragment(row["mark"]), "theme", fragment(row["of"]))
    return Document(
        identity=identify(reader),
        text=text,
        clauses=clauses,
        marks=marks.all(),
        tasks=tasks,
        targets=targets,
        statements=statements,
        citations=citations,
        findings=_findings(reader, orders),
    )


def identify(reader: Reader) -> Identity:
    """Who says what the document is; the number falls back to the end of its IRI."""
    found: dict[str, str] = {}
    pattern = (
        "VALUES ?doc { {doc} } ?doc a ?any OPTIONAL { ?doc eli:id_local ?number } OPTIONAL { ?doc eli:date_document ?day } "
        "OPTIONAL { ?doc eli:type_document ?type } OPTIONAL { ?doc kh:issuedBy ?issuer } "
        "OPTIONAL { ?doc eli:is_realized_by/eli:title ?title }"
    )
    for row in reader.rows(pattern, "number day type issuer title"):
        found = {**row, **found}
    kind, issuer = found.get("type"), found.get("issuer")
    local = found.get("number") or reader.iri.rsplit("/", 1)[-1]
    return Identity(
        iri=reader.iri,
        path=reader.iri.removeprefix(BASE),
        label=reader.label(reader.iri) or local,
        is_ours=reader.is_ours(reader.iri),
        number=local,
        day=found.get("day"),
        type_label=reader.label(kind) if kind else None,
        type_vi=reader.label(kind, "vi") if kind else None,
        title=found.get("title"),
        issuer=reader.named(issuer),
        issuer_vi=reader.label(issuer, "vi") if issuer else None,
    )


def _clauses(reader: Reader, length: int) -> tuple[Clause, ...]:
    """Those whose place in the text is known, in the order of the text, none over another."""
    pattern = (
        "?c kh:clauseOf {doc} ; kh:clausePath ?path ; kh:clauseStart ?start ; kh:clauseEnd ?end . "
        "OPTIONAL { ?c eli:type_subdivision ?kind } OPTIONAL { ?c eli:number ?number } "
        "OPTIONAL { ?c kh:heading ?heading }"
    )
    found: list[Clause] = []
    for row in reader.rows(pattern, "path start end kind number heading"):
        start, end = number(row["start"]), number(row["end"])
        if start is None or end is None or not start < end <= length:
            continue
        kind = row.get("kind", "").removeprefix(str(VOC) + "clause-type/") or None
        found.append(Clause(row["path"], kind, row.get("number"), "heading" in row, start, end))
    found.sort(key=lambda c: (c.start, c.end, c.path))
    kept: list[Clause] = []
    for clause in found:
        if not kept or clause.start >= kept[-1].end:
            kept.append(clause)
    return tuple(kept)


class _Marks:
    """The mentions of the document, and what each of them proves."""

    def __init__(self, reader: Reader, length: int) -> None:
        self._places: dict[str, tuple[int, int]] = {}
        self._kinds: dict[str, tuple[str, str | None]] = {}
        pattern = (
            _FILE
            + "?mark oa:hasSource ?file ; oa:hasSelector ?at . ?at oa:start ?start ; oa:end ?end"
        )
        for row in reader.rows(pattern, "mark start end"):
            start, end = number(row["start"]), number(row["end"])
            name = fragment(row["mark"])
            if name and start is not None and end is not None and start < end <= length:
                self._places[name] = (start, end)

    def add(self, name: str | None, kind: str, fact: str | None) -> None:
        """The mention *name* proves *fact*; the first fact told is the one it leads to."""
        if name in self._places:
            self._kinds.setdefault(name, (kind, fact))

    def all(self) -> tuple[Mark, ...]:
        found = [
            Mark(start, end, name, *self._kinds.get(name, ("", None)))
            for name, (start, end) in self._places.items()
        ]
        return tuple(sorted(found, key=lambda m: (m.start, -m.end, m.kind != "", m.fragment)))


def _statements(reader: Reader, orders: dict[str, int]) -> tuple[Statement, ...]:
    kinds = {
        "Purpose": "purpose",
        "Requirement": "requirement",
        "Goal": "goal",
        "TaskGroup": "group",
    }
    found: dict[str, Statement] = {}
    for name, kind in kinds.items():
        pattern = (
            f"?e kh:elementOf {{doc}} ; a kh:{name} ; kh:elementText ?text ; kh:hasEvidence ?mark . "
            "OPTIONAL { ?e kh:statedIn/kh:clausePath ?clause }"
        )
        for row in reader.rows(pattern, "e text mark clause"):
            place = fragment(row["e"]) or ""
            order = orders.get(row.get("clause", ""), 0)
            statement = Statement(kind, place, row["text"], fragment(row["mark"]), order)
            found.setdefault(place, statement)
    return tuple(sorted(found.values(), key=lambda s: (s.order, s.fragment)))


def _citations(reader: Reader, orders: dict[str, int]) -> tuple[Cited, ...]:
    pattern = (
        "?e kh:elementOf {doc} ; kh:citedDocument ?cited ; kh:hasEvidence ?mark . "
        "OPTIONAL { ?e kh:citationRelation ?relation } OPTIONAL { ?e kh:statedIn/kh:clausePath ?clause }"
    )
    found: dict[str, Cited] = {}
    for row in reader.rows(pattern, "e cited mark relation clause"):
        cited = reader.named(row["cited"])
        name = fragment(row["e"])
        if cited and name:
            found.setdefault(
                name,
                Cited(
                    cited,
                    reader.named(row.get("relation")),
                    name,
                    fragment(row["mark"]),
                    orders.get(row.get("clause", ""), 0),
                ),
            )
    return tuple(sorted(found.values(), key=lambda c: (c.order, c.fragment)))


def _findings(reader: Reader, orders: dict[str, int]) -> tuple[Finding, ...]:
    about = (
        "?result sh:sourceShape ?shape . OPTIONAL { ?result sh:resultSeverity ?severity } "
        "OPTIONAL { ?result sh:value ?value } OPTIONAL { ?result kh:findingQuote ?quote } "
        f'OPTIONAL {{ ?result sh:resultMessage ?message FILTER(LANG(?message) = "{reader.lang}") }} }}'
    )
    # Of the document, of its elements, or of someone else at one of its clauses.
    clause = "OPTIONAL { ?result kh:findingClause ?clause }"
    at_clause = "?result kh:findingClause ?clause ; sh:focusNode ?focus ."
    patterns = (
        f"?focus kh:elementOf {{doc}} {_FINDINGS} {{ ?result sh:focusNode ?focus . {clause} {about}",
        f"{_FINDINGS} {{ ?result sh:focusNode {{doc}} . {clause} {about}",
        f"?clause kh:clauseOf {{doc}} {_FINDINGS} {{ {at_clause} {about}",
    )
    found: dict[str, Finding] = {}
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for pattern in patterns:
        for row in reader.rows(pattern, "result focus shape severity value quote clause message"):
            rows[row["result"]].append(row)
    for result, same in rows.items():
        row = same[0]
        focus = row.get("focus", reader.iri)
        value = row.get("value")
        whom = focus if focus != reader.iri else (value or focus)
        path = row.get("clause", "").rsplit("/c/", 1)[-1]
        found[result] = Finding(
            shape=row["shape"].rsplit("/", 1)[-1],
            message=row.get("message") or row["shape"].rsplit("/", 1)[-1],
            severity=row.get("severity", "").rsplit("#", 1)[-1],
            label=(reader.label(whom) if whom.startswith("http") else None) or whom,
            quote=row.get("quote"),
            place=fragment(focus) or (f"c-{path}" if path in orders else None),
            order=orders.get(path, 0),
        )
    severities = {"Violation": 0, "Warning": 1}
    return tuple(
        sorted(
            found.values(), key=lambda f: (severities.get(f.severity, 2), f.shape, f.order, f.label)
        )
    )
