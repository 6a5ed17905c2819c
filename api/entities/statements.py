"""Every statement of a thing and to it, grouped by property, with counts; what is inferred stands apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import NamedTuple

import pyoxigraph as ox

from kg.names import GRAPH_FINDINGS
from kg.store import Dataset

from ..anchors import plan_page
from .counting import counted
from .duties import quote
from .reader import Reader, Ref, Slice, cut, shorten
from .tasks import findings_about

SIZE = 100
_FIRST = 15
_OUT = 40
_OF_OTHERS = ("rdf", "rdfs", "owl", "skos", "dcterms", "eli", "oa", "org", "prov", "qudt", "schema", "time", "foaf", "sh")  # fmt: skip


class Value(NamedTuple):
    """*lang* or *datatype* (a short name) of a literal, where there is one to tell."""

    ref: Ref
    lang: str | None = None
    datatype: str | None = None


class Group(NamedTuple):
    """The values of one *property*, or what leads here by it: the first of *total*."""

    property: Ref
    name: str
    iri: str
    values: list[Value]
    total: int


def page(
    dataset: Dataset, node: ox.NamedNode, lang: str, asked: Mapping[str, str]
) -> dict[str, object]:
    """*asked*: ``of``, the IRI of a property, and ``way`` ("in" or "out"): all of these alone, by ``page``."""
    reader = Reader(dataset, lang)
    of, way = asked.get("of", ""), asked.get("way", "in")
    shown: dict[str, object] = {
        "this": reader.ref(node),
        "kinds": _kinds(reader, node),
        "of": of,
        "way": way,
        "words": _words(reader, node),
        "clauses": [(reader.ref(c), plan_page(c.value)) for c in reader.nodes(node, "kh:statedIn")],
        "document": reader.refs(
            [*reader.nodes(node, "kh:elementOf"), *reader.nodes(node, "kh:clauseOf")]
        ),
    }
    if of:
        return shown | _one(reader, node, of, way, int(asked.get("page", "1")))
    stated = _out(reader, dataset.stated(node, None, None))
    inferred = _out(reader, dataset.hidden(node, None, None))
    links = _in(reader, node, counted(dataset, _incoming(node)))
    return shown | {
        "stated": stated or inferred,
        "links": links,
        "inferred": inferred if stated else [],
        "inferred_links": _hidden_in(reader, node),
        "findings": findings_about(reader, node),
        "is_inferred": not stated and not reader.hidden_values(node, "sh:focusNode"),
        "alone": None,
        "slice": cut(0, 1, SIZE),
    }


def _kinds(reader: Reader, node: ox.NamedNode) -> list[Ref]:
    kinds = reader.nodes(node, "rdf:type") or reader.hidden_values(node, "rdf:type")
    ours = [k for k in kinds if "/ont#" in k.value]
    above = {up.value for kind in ours for up in reader.nodes(kind, "rdfs:subClassOf")}
    return reader.refs(k for k in ours or kinds if k.value not in above)


def _words(reader: Reader, node: ox.NamedNode) -> list[tuple[str, str | None]]:
    """The words that the thing rests on, or that it is."""
    mentions = [*reader.nodes(node, "kh:hasEvidence"), *reader.nodes(node, "kh:hasWords")]
    if reader.nodes(node, "oa:hasSelector"):
        mentions.append(node)
    elif mention := next(iter(reader.subjects("oa:hasSelector", node)), None):
        mentions.append(mention)
    found = [(quote(reader, m), plan_page(m.value)) for m in mentions[:20]]
    return [(words, where) for words, where in found if words]


def _incoming(node: ox.NamedNode) -> str:
    return f"SELECT ?p (COUNT(*) AS ?n) {{ ?s ?p <{node.value}> }} GROUP BY ?p"


def _out(reader: Reader, quads: Iterable[ox.Quad]) -> list[Group]:
    """What is stated: literals in the language asked for first, long lists cut."""
    values: dict[str, list[object]] = {}
    for quad in quads:
        values.setdefault(quad.predicate.value, []).append(quad.object)
    groups: list[Group] = []
    for name, found in values.items():
        chosen = _in_language(found, reader.lang)
        shown = sorted((_value(reader, v) for v in chosen[: 4 * _OUT]), key=_by_text)[:_OUT]
        groups.append(_group(reader, name, shown, len(chosen)))
    return sorted(groups, key=_by_property)


def _in_language(values: list[object], lang: str) -> list[object]:
    """Each property in the language asked for, or as it is where there is no such value."""

    def language(value: object) -> str | None:
        return value.language if isinstance(value, ox.Literal) else None

    if not any(language(v) == lang for v in values):
        return values
    return [v for v in values if language(v) in (None, lang)]


def _value(reader: Reader, value: object) -> Value:
    if isinstance(value, ox.Literal):
        if value.language:
            return Value(Ref(value.value), lang=value.language)
        kind = shorten(value.datatype.value)
        return Value(Ref(value.value), datatype=None if kind == "xsd:string" else kind)
    return Value(reader.ref(value)) if isinstance(value, ox.NamedNode) else Value(Ref(str(value)))


def _in(reader: Reader, node: ox.NamedNode, counts: list[tuple[str, int]]) -> list[Group]:
    groups: list[Group] = []
    for name, total in counts:
        found = islice(reader.dataset.stated(None, ox.NamedNode(name), node), 4 * _FIRST)
        groups.append(_group(reader, name, _subjects(reader, found)[:_FIRST], total))
    return sorted(groups, key=_by_property)


def _hidden_in(reader: Reader, node: ox.NamedNode) -> list[Group]:
    found: dict[str, list[ox.Quad]] = {}
    for quad in islice(reader.dataset.hidden(None, None, node), 2000):
        if quad.graph_name == ox.NamedNode(GRAPH_FINDINGS):
            continue
        found.setdefault(quad.predicate.value, []).append(quad)
    groups = [
        _group(reader, name, _subjects(reader, quads[: 4 * _FIRST])[:_FIRST], len(quads))
        for name, quads in found.items()
    ]
    return sorted(groups, key=_by_property)


def _subjects(reader: Reader, quads: Iterable[ox.Quad]) -> list[Value]:
    return sorted((_value(reader, q.subject) for q in quads), key=_by_text)


def _group(reader: Reader, name: str, values: list[Value], total: int) -> Group:
    return Group(reader.ref(ox.NamedNode(name)), shorten(name), name, values, total)


def _by_text(value: Value) -> tuple[str, str]:
    return (value.ref.text, value.ref.href or "")


def _by_property(group: Group) -> tuple[int, str]:
    """Names first, then what this project's own terms say, then the rest."""
    if group.name in ("rdfs:label", "skos:prefLabel"):
        return (0, group.name)
    prefix = group.name.partition(":")[0]
    return (2 if prefix in _OF_OTHERS else 1, group.property.text)


def _one(reader: Reader, node: ox.NamedNode, of: str, way: str, number: int) -> dict[str, object]:
    """All that one property leads to, or from, one page of it."""
    property_ = ox.NamedNode(of)
    pattern = (node, property_, None) if way == "out" else (None, property_, node)
    quads = list(reader.dataset.stated(*pattern))
    hidden = not quads
    if hidden:
        quads = list(reader.dataset.hidden(*pattern))
    place: Slice = cut(len(quads), number, SIZE)
    part = quads[place.first : place.last]
    values = [_value(reader, q.object if way == "out" else q.subject) for q in part]
    return {
        "stated": [],
        "links": [],
        "inferred": [],
        "inferred_links": [],
        "findings": [],
        "is_inferred": hidden,
        "alone": _group(reader, of, sorted(values, key=_by_text), len(quads)),
        "slice": place,
    }
