"""The values that a parameter of a question can take: what the dataset has, and which of it a name means."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from .errors import UnknownValue
from .names import BASE, PREFIXES
from .search.abbreviations import expanded, short_names
from .search.query import SearchError, parse_query
from .search.tokens import both
from .store import Dataset
from .text import unaccented

# What is offered, and how often the plans speak of it.
_USED = {
    "agency": "?as kh:assignedTo ?s",
    "plan": "?s a kh:AdministrativePlan . OPTIONAL { ?task kh:elementOf ?s ; a kh:Task }",
    "theme": "?task kh:hasTheme ?s ; a kh:Task",
    "document": "?citation kh:citedDocument ?s",
    "indicator": "?target kh:forIndicator ?s",
    "unit": "?plan a kh:AdministrativePlan ; kh:appliesInUnit/dcterms:isReplacedBy* ?s",
}
_CLASSES = {
    "agency": "{ ?s a kh:Agency } UNION { ?s a kh:AgentGroup } UNION { ?s a kh:SocialOrganization }",
    "plan": "?s a kh:AdministrativePlan",
    "theme": "?s a kh:PolicyTheme",
    "document": "?s a kh:PolicyDocument",
    "indicator": "?s a kh:Indicator",
    "unit": "?s a kh:AdministrativeUnit",
}
KINDS = (*_USED, "year")
_MOST_TOLD = 64  # things that a name may mean; there were 63 provinces


class Choice(NamedTuple):
    """*value*: what to give (an IRI, a year); *uses*: how often the plans speak of it.

    *words*: everything it is called, in any language, without diacritics.
    """

    value: str
    label: str
    uses: int
    words: str = ""


def choices(dataset: Dataset, kind: str, lang: str) -> tuple[Choice, ...]:
    """All values of *kind* (one of ``KINDS``) in the dataset, those used most first; years in order."""
    if kind == "year":
        years = dataset.query(
            """SELECT (STR(?y) AS ?s) (COUNT(*) AS ?n) WHERE {
               ?target kh:hasValue/kh:referenceYear ?y } GROUP BY ?y ORDER BY ?y"""
        )
        assert isinstance(years, ox.QuerySolutions)
        return tuple(Choice(r["s"].value, r["s"].value, int(r["n"].value)) for r in years)
    counts = _counts(dataset, kind)
    # The labels apart: the engine would look for them again at every step of the count.
    rows = dataset.query(
        f"""SELECT ?s ?label ?isName WHERE {{ {{ SELECT DISTINCT ?s WHERE {{ {_USED[kind]} }} }}
            {{ ?s rdfs:label|eli:id_local ?label BIND(1 AS ?isName) }}
            UNION {{ ?s skos:altLabel|skos:notation ?label BIND(0 AS ?isName) }} }}"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    labels: dict[str, list[tuple[bool, str]]] = {}
    words: dict[str, list[str]] = {}
    for row in rows:
        label = row["label"]
        if isinstance(label, ox.Literal):
            words.setdefault(row["s"].value, []).append(label.value)
            if row["isName"].value == "1":
                labels.setdefault(row["s"].value, []).append((label.language != lang, label.value))
    places = _places(dataset, lang) if kind == "plan" else {}
    found: list[Choice] = []
    for iri, count in counts.items():
        name = min(labels.get(iri, [(True, iri)]))[1]
        if place := places.get(iri):
            name = f"{name}, {place}"
        called = " | ".join(dict.fromkeys(map(unaccented, [name, *sorted(words.get(iri, []))])))
        found.append(Choice(iri, name, count, called))
    return tuple(sorted(found, key=lambda c: (-c.uses, c.label, c.value)))


def _counts(dataset: Dataset, kind: str) -> dict[str, int]:
    rows = dataset.query(f"SELECT ?s (COUNT(*) AS ?n) WHERE {{ {_USED[kind]} }} GROUP BY ?s")
    assert isinstance(rows, ox.QuerySolutions)
    return {
        row["s"].value: int(row["n"].value) for row in rows if isinstance(row["s"], ox.NamedNode)
    }


def _places(dataset: Dataset, lang: str) -> dict[str, str]:
    """The unit of each plan: two provinces can have plans of the same number and day."""
    rows = dataset.query(
        """SELECT ?plan ?label WHERE { ?plan a kh:AdministrativePlan ; kh:appliesInUnit/rdfs:label ?label }"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    return {
        row["plan"].value: since(row["label"].value)
        for row in rows
        if _language(row["label"]) == lang
    }


def since(place: str) -> str:
    """A unit's name without the day from which it is so: «Tỉnh Đồng Nai (từ 01/7/2025)» → «Tỉnh Đồng Nai»."""
    return re.sub(r"\s*\([^()]*\)$", "", place)


def _language(term: object) -> str | None:
    return term.language if isinstance(term, ox.Literal) else None


def matching(offered: tuple[Choice, ...], words: str, limit: int) -> list[Choice]:
    """Those that are called by all the *words*, in any order, with or without diacritics; best first."""
    wanted = unaccented(words)
    parts = wanted.split()
    found: list[tuple[int, int, Choice]] = []
    for place, choice in enumerate(offered):
        called = choice.words or unaccented(choice.label)
        if all(part in called for part in parts):
            rank = 0 if f" | {wanted}" in f" | {called}" else 1 if wanted in called else 2
            found.append((rank, place, choice))
    return [choice for _, _, choice in sorted(found)[:limit]]


def iri_of(text: str) -> ox.NamedNode | None:
    """The node that *text* names, as an IRI or as a path of ours («/agency/vn-73/…»); None for a mere name."""
    iri = BASE + text[1:] if text.startswith("/") else text
    if not re.match(r"https?://", iri):
        return None
    try:
        return ox.NamedNode(iri)
    except ValueError as fault:
        raise UnknownValue(f"«{text}» is no IRI ({fault})", "") from None


def require_known(
    dataset: Dataset, kind: str, parameter: str, name: str, lang: str = "vi"
) -> ox.NamedNode:
    """The one thing of *kind* that is called *name*; ``UnknownValue`` with what may be meant instead."""
    found = find_named(dataset, kind, name)
    if len(found) > 1 and kind == "agency":
        found = _meant_here(dataset, found)
    if len(found) == 1:
        return ox.NamedNode(found[0][0])
    if found:
        told = _told(dataset, kind, lang, found)
        names = "; ".join(f"{label} <{iri}>" for iri, label in told[:_MOST_TOLD])
        more = f"; and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
        raise UnknownValue(
            f"«{name}» can be {names}{more}; give the IRI", parameter, told[:_MOST_TOLD]
        )
    near = _nearest(dataset, kind, name, lang)
    hint = f" (near: {'; '.join(label for _, label in near[:3])})" if near else ""
    raise UnknownValue(
        f"no {kind} is called «{name}»{hint}; give an IRI or a name from the data", parameter, near
    )


def _meant_here(dataset: Dataset, found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of several bodies that bear a name, those that plans speak of or that are of a unit with plans, if there are any;
    of those of one unit that follow each other, the one that plans speak of."""
    places = {iri: _jurisdictions(dataset, iri) for iri, _ in found}
    used = [pair for pair in found if _is_assigned(dataset, pair[0])]
    here = [p for p in found if p in used or any(_has_plans(dataset, u) for u in places[p[0]])]
    kinds = {_kind(iri) for iri, _ in found}
    if len(kinds) > 1:
        return found
    is_one_place = len({frozenset(places[iri]) for iri, _ in here}) == 1
    return used if len(used) == 1 and is_one_place else here or found


def _kind(iri: str) -> tuple[int, str]:
    """What bodies of one kind share in their IRIs, wherever and since whenever they are: the level, and the name."""
    parts = [part for part in iri.split("/") if not part.isdecimal()]
    return len(parts), parts[-1]


def _jurisdictions(dataset: Dataset, iri: str) -> set[ox.NamedNode]:
    given = dataset.stated(ox.NamedNode(iri), ox.NamedNode(f"{BASE}ont#agencyJurisdiction"), None)
    return {quad.object for quad in given if isinstance(quad.object, ox.NamedNode)}


def _has_plans(dataset: Dataset, unit: ox.NamedNode) -> bool:
    given = dataset.stated(None, ox.NamedNode(f"{BASE}ont#appliesInUnit"), unit)
    return next(given, None) is not None


def _is_assigned(dataset: Dataset, iri: str) -> bool:
    given = dataset.stated(None, ox.NamedNode(f"{BASE}ont#assignedTo"), ox.NamedNode(iri))
    return next(given, None) is not None


def _told(
    dataset: Dataset, kind: str, lang: str, found: list[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """Things found, by their labels, those used most first: one name can be that of many."""
    meant = dict(found)
    used = [(c.value, c.label) for c in choices(dataset, kind, lang) if meant.pop(c.value, None)]
    for iri in meant:
        given = dataset.stated(ox.NamedNode(iri), ox.NamedNode(PREFIXES["rdfs"] + "label"), None)
        own = {_language(quad.object): quad.object.value for quad in given if isinstance(quad.object, ox.Literal)}  # fmt: skip
        meant[iri] = own.get(lang) or own.get("vi") or meant[iri]
    return (*used, *sorted(meant.items()))


def _nearest(dataset: Dataset, kind: str, name: str, lang: str) -> tuple[tuple[str, str], ...]:
    offered = choices(dataset, kind, lang)
    if not (found := matching(offered, name, 8)):
        labels = {unaccented(choice.label): choice for choice in reversed(offered[:5000])}
        near = difflib.get_close_matches(unaccented(name)[:200], labels, 5, 0.5)
        found = [labels[label] for label in near]
    return tuple((choice.value, choice.label) for choice in found)


def find_named(dataset: Dataset, kind: str, name: str) -> list[tuple[str, str]]:
    """(IRI, label) of those called *name* as the search reads names: with or without diacritics, in full or shortened;
    those written just so alone if there are, else those that differ least."""
    try:
        asked = parse_query(name)
    except SearchError:  # too long for a name
        return []
    rows = dataset.query(
        f"""SELECT DISTINCT ?s ?label WHERE {{ {{ {_CLASSES[kind]} }}
            ?s rdfs:label|skos:altLabel|skos:notation|eli:id_local ?label }}"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    typed = {" ".join(asked.exact), *(words for words, _ in asked.spellings if words)} - {""}
    plain = {words for _, words in asked.spellings if words}
    steps: tuple[dict[str, str], ...] = ({}, {}, {})
    for row in rows:
        iri, label = row["s"].value, row["label"].value
        called = _called(label, kind == "agency" and _language(row["label"]) == "vi")
        if typed & called.exact or iri.endswith("/" + name):
            steps[0][iri] = label
        if plain & called.plain:
            steps[1][iri] = label
        if kind == "agency" and _key(asked.plain) == called.key:
            steps[2][iri] = label
    return sorted(next((found for found in steps if found), {}).items())


class _Called(NamedTuple):
    """A name and its short forms, with diacritics and without; *key*: what differs in small words alone is one."""

    exact: frozenset[str]
    plain: frozenset[str]
    key: str


@lru_cache(maxsize=1 << 16)
def _called(label: str, is_agency: bool) -> _Called:
    said = since(label) if is_agency else label  # «Bộ Tài chính (từ 01/3/2025)»
    exact, plain = both(said)
    shorts = short_names(said) if is_agency else []
    return _Called(
        frozenset((exact, *shorts)),
        frozenset((plain, *map(unaccented, shorts))),
        _key(plain.split()),
    )


def _key(words: Iterable[str]) -> str:
    """*words* without diacritics, abbreviations in full, without «và», «các» and the noun before a place's name."""
    full = expanded("", " ".join(words))[1]
    return re.sub(r"(?<!\S)(?:va|cac|(?:tinh|thanh pho)(?= \S)) ?", "", full).strip()
