"""The jobs behind data extension: the values that properties of things have, and the properties that things of a type
mostly have."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from kg.names import BASE, KH, PREFIXES
from kg.store import Dataset

_RDFS_LABEL = ox.NamedNode(PREFIXES["rdfs"] + "label")
_NAMES = (
    _RDFS_LABEL,
    ox.NamedNode(PREFIXES["skos"] + "altLabel"),
    ox.NamedNode(PREFIXES["eli"] + "id_local"),
)
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_JURISDICTION = f"{KH}agencyJurisdiction"
_WITHIN = PREFIXES["schema"] + "containedInPlace"
_XSD = PREFIXES["xsd"]
_WHOLE = tuple(_XSD + name for name in ("integer", "int", "long", "nonNegativeInteger"))
_BROKEN = tuple(_XSD + name for name in ("decimal", "double", "float"))
_MOST_VALUES = 100
_SAMPLE = 200  # things of a type whose properties are counted
Cell = dict[str, str | int | float]


def extend(
    dataset: Dataset, ids: Sequence[str], properties: Sequence[tuple[str, int]], lang: str
) -> tuple[list[tuple[str, str]], dict[str, dict[str, list[Cell]]]]:
    """((property, its name) …, id → property → values) as the protocol has values.

    *properties*: (IRI, how many values at most; 0 for all there is room for).
    """
    rows: dict[str, dict[str, list[Cell]]] = {}
    for iri in ids:
        row = rows.setdefault(iri, {})
        for name, limit in properties:
            cells = [_cell(dataset, term, lang) for term in _values(dataset, iri, name, lang)]
            row[name] = cells[: min(limit or _MOST_VALUES, _MOST_VALUES)]
    return [(name, _label(dataset, name, lang)) for name, _ in properties], rows


def names_of_values(
    dataset: Dataset, ids: Sequence[str], properties: Sequence[str]
) -> dict[tuple[str, str], list[str]]:
    """(id, property) → what its values are called: literals, and IRIs with all their names; for a district its province
    too.  A property that does not exist is left out."""
    found: dict[tuple[str, str], list[str]] = {}
    properties = [name for name in properties if _exists(dataset, name)]
    for iri in ids:
        for name in properties:
            names = found.setdefault((iri, name), [])
            terms = _values(dataset, iri, name, None)
            if name == _JURISDICTION:
                terms += [above for t in terms for above in _values(dataset, t.value, _WITHIN, None)
                          if above.value != f"{BASE}unit/vn"]  # fmt: skip
            for term in terms:
                names.append(term.value)
                if isinstance(term, ox.NamedNode):
                    for predicate in _NAMES:
                        names += [q.object.value for q in _stated(dataset, term, predicate, None)
                                  if isinstance(q.object, ox.Literal)]  # fmt: skip
    return found


def _exists(dataset: Dataset, name: str) -> bool:
    node = _node(name)
    return node is not None and any(
        next(iter(_stated(dataset, *pattern)), None)
        for pattern in ((node, _TYPE, None), (None, node, None))
    )


def propose(dataset: Dataset, type_: str, limit: int, lang: str) -> list[tuple[str, str]]:
    """(property, its name) for those that things of *type_* mostly have, the commonest first."""
    node = _node(type_)
    counts: Counter[str] = Counter()
    if node is None:
        return []
    subjects: dict[ox.NamedNode, None] = {}
    for predicate in (_TYPE, ox.NamedNode(PREFIXES["org"] + "classification")):
        for quad in _stated(dataset, None, predicate, node):
            if isinstance(quad.subject, ox.NamedNode):
                subjects[quad.subject] = None
            if len(subjects) >= _SAMPLE:
                break
    for subject in subjects:
        counts.update({q.predicate.value for q in _stated(dataset, subject, None, None)})
    counts.pop(_TYPE.value, None)
    ordered = sorted(counts, key=lambda one: (-counts[one], one))[:limit]
    return [(one, _label(dataset, one, lang)) for one in ordered]


def facts(dataset: Dataset, iri: str, limit: int, lang: str) -> list[tuple[str, str]]:
    """(property, value) of a thing, *limit* of them, those of the ontology first, by their names in *lang*."""
    node = _node(iri)
    if node is None:
        return []
    properties = dict.fromkeys(q.predicate.value for q in _stated(dataset, node, None, None))
    rows: list[tuple[str, str]] = []
    for name in sorted(properties, key=lambda one: (not one.startswith(KH), one)):
        if name in (_TYPE.value, _RDFS_LABEL.value):
            continue
        for term in _values(dataset, iri, name, lang):
            cell = _cell(dataset, term, lang)
            rows.append((_label(dataset, name, lang), str(cell.get("name", term.value))))
            if len(rows) == limit:
                return rows
    return rows


def _values(
    dataset: Dataset, iri: str, name: str, lang: str | None
) -> list[ox.NamedNode | ox.Literal]:
    """What is stated; of texts in several languages those in *lang*, where there is one."""
    subject, predicate = _node(iri), _node(name)
    if subject is None or predicate is None:
        return []
    found: dict[ox.NamedNode | ox.Literal, None] = {}
    for quad in _stated(dataset, subject, predicate, None):
        if isinstance(quad.object, (ox.NamedNode, ox.Literal)):
            found[quad.object] = None
        if len(found) >= _MOST_VALUES:
            break
    ours = [t for t in found if isinstance(t, ox.Literal) and t.language == lang]
    if lang is not None and ours:
        return sorted(ours, key=str)
    return sorted(found, key=str)


def _stated(
    dataset: Dataset,
    subject: ox.NamedNode | None,
    predicate: ox.NamedNode | None,
    object_: ox.NamedNode | None,
) -> Iterable[ox.Quad]:
    """The statements of the visible graphs: the merge of them is at hand where the graphs may be on disk."""
    return dataset.stated(subject, predicate, object_)


def _cell(dataset: Dataset, term: ox.NamedNode | ox.Literal, lang: str) -> Cell:
    text = term.value
    if isinstance(term, ox.NamedNode):
        if text.startswith(BASE):
            return {"id": text, "name": _label(dataset, text, lang)}
        return {"str": text}
    kind = term.datatype.value
    try:
        if kind in _WHOLE:
            return {"int": int(text)}
        if kind in _BROKEN and math.isfinite(number := float(text)):
            return {"float": number}
    except ValueError:  # "abc"^^xsd:integer can stand in a file that was loaded
        return {"str": text}
    if kind == _XSD + "date" and len(text) == 10:
        return {"date": f"{text}T00:00:00Z"}
    return {"str": text}


def _label(dataset: Dataset, iri: str, lang: str) -> str:
    node = _node(iri)
    found = ""
    for quad in _stated(dataset, node, _RDFS_LABEL, None) if node is not None else ():
        if isinstance(quad.object, ox.Literal):
            if quad.object.language == lang:
                return quad.object.value
            found = found or quad.object.value
    if found:
        return found
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _node(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        return None
