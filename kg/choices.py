"""The values that a parameter of a question can take: what the dataset has, and which of it a name means."""

from __future__ import annotations

import difflib
import re
from typing import NamedTuple

import pyoxigraph as ox

from .errors import UnknownValue
from .names import BASE
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
        found = _borne_now(dataset, found)
    if len(found) == 1:
        return ox.NamedNode(found[0][0])
    if found:
        names = "; ".join(f"{label} <{iri}>" for iri, label in found[:4])
        raise UnknownValue(
            f"«{name}» can be {names}; give the IRI", parameter, _told(dataset, kind, lang, found)
        )
    near = _nearest(dataset, kind, name, lang)
    hint = f" (near: {'; '.join(label for _, label in near[:3])})" if near else ""
    raise UnknownValue(
        f"no {kind} is called «{name}»{hint}; give an IRI or a name from the data", parameter, near
    )


def _borne_now(dataset: Dataset, found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of several bodies that bear a name one after the other, the one that plans speak of, if it is one."""
    iris = {iri for iri, _ in found}
    used = {iri for iri in iris if _is_assigned(dataset, iri)}
    return [pair for pair in found if pair[0] in used] if len(used) == 1 else found


def _is_assigned(dataset: Dataset, iri: str) -> bool:
    given = dataset.stated(None, ox.NamedNode(f"{BASE}ont#assignedTo"), ox.NamedNode(iri))
    return next(given, None) is not None


def _told(
    dataset: Dataset, kind: str, lang: str, found: list[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """Things found, by their labels, those used most first: one name can be that of many."""
    meant = dict(found)
    used = [(c.value, c.label) for c in choices(dataset, kind, lang) if meant.pop(c.value, None)]
    return tuple([*used, *sorted(meant.items())][:8])


def _nearest(dataset: Dataset, kind: str, name: str, lang: str) -> tuple[tuple[str, str], ...]:
    offered = choices(dataset, kind, lang)
    if not (found := matching(offered, name, 8)):
        labels = {unaccented(choice.label): choice for choice in reversed(offered[:5000])}
        near = difflib.get_close_matches(unaccented(name)[:200], labels, 5, 0.5)
        found = [labels[label] for label in near]
    return tuple((choice.value, choice.label) for choice in found)


def find_named(dataset: Dataset, kind: str, name: str) -> list[tuple[str, str]]:
    """(IRI, label) of those called *name*, with or without diacritics; exact ones alone if there are."""
    rows = dataset.query(
        f"""SELECT DISTINCT ?s ?label WHERE {{ {{ {_CLASSES[kind]} }}
            ?s rdfs:label|skos:altLabel|skos:notation|eli:id_local ?label }}"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    exact: dict[str, str] = {}
    plain: dict[str, str] = {}
    for row in rows:
        iri, label = row["s"].value, row["label"].value
        said = since(label) if kind == "agency" else label  # «Bộ Tài chính (từ 01/3/2025)»
        if said.casefold() == name.casefold() or iri.endswith("/" + name):
            exact[iri] = label
        if unaccented(said) == unaccented(name):
            plain[iri] = label
    return sorted((exact or plain).items())
