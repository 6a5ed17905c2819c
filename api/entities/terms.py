"""The ontology by topic, and a page for every term of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import pyoxigraph as ox

from kg.catalogue import questions
from kg.names import BASE, PREFIXES
from kg.store import Dataset

from .diagram import drawing
from .example import example
from .reader import Reader, Ref, shorten
from .rules import shapes_for
from .topics import TOPICS, Topic, topic_of

_ONT = BASE + "ont#"
_EXAMPLES = 5


class Row(NamedTuple):
    """A term in a list: *name* as it is written in a query, its definition, what it leads from and to."""

    ref: Ref
    name: str
    definition: str | None
    domain: list[Ref]
    range: list[Ref]


class Section(NamedTuple):
    topic: Topic
    classes: list[Row]
    properties: list[Row]


def ontology_page(
    dataset: Dataset, path: str, lang: str, asked: Mapping[str, str]
) -> dict[str, object] | None:
    del path, asked
    reader = Reader(dataset, lang)
    node = ox.NamedNode(BASE + "ont")
    sections = _sections(reader)
    return {
        "this": reader.ref(node),
        "description": reader.text(node, "dcterms:description"),
        "version": reader.text(node, "owl:versionInfo"),
        "day": reader.text(node, "dcterms:modified"),
        "licences": reader.refs(reader.nodes(node, "dcterms:license")),
        "makers": reader.refs(reader.nodes(node, "dcterms:creator")),
        "citation": reader.text(node, "dcterms:bibliographicCitation"),
        "sections": sections,
        "classes": sum(len(s.classes) for s in sections),
        "properties": sum(len(s.properties) for s in sections),
        "drawing": drawing(reader),
        "example": example(reader),
        "schemes": sorted(reader.refs(reader.subjects("rdf:type", _skos("ConceptScheme")))),
    }


def _skos(name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["skos"] + name)


def ours(reader: Reader, kind: str) -> list[ox.NamedNode]:
    """The terms of ours of one *kind* («owl:Class»), in alphabetical order of their names."""
    found = reader.subjects("rdf:type", ox.NamedNode(PREFIXES["owl"] + kind.partition(":")[2]))
    return [n for n in found if n.value.startswith(_ONT)]


def _sections(reader: Reader) -> list[Section]:
    classes: dict[str, list[Row]] = {}
    for node in ours(reader, "owl:Class"):
        classes.setdefault(topic_of(_local(node)), []).append(_row(reader, node))
    properties: dict[str, list[Row]] = {}
    for node in (*ours(reader, "owl:ObjectProperty"), *ours(reader, "owl:DatatypeProperty")):
        domain = reader.one(node, "rdfs:domain")
        topic = topic_of(_local(domain) if domain else "")
        properties.setdefault(topic, []).append(_row(reader, node))
    return [
        Section(topic, classes.get(topic.key, []), sorted(properties.get(topic.key, []), key=_name))
        for topic in TOPICS
        if topic.key in classes or topic.key in properties
    ]


def _name(row: Row) -> str:
    return row.name


def _local(node: ox.NamedNode) -> str:
    return node.value.rpartition("#")[2]


def _row(reader: Reader, node: ox.NamedNode) -> Row:
    return Row(
        reader.ref(node),
        shorten(node.value),
        reader.text(node, "skos:definition"),
        reader.refs(reader.nodes(node, "rdfs:domain")),
        reader.refs(reader.nodes(node, "rdfs:range")),
    )


def term_page(
    dataset: Dataset, path: str, lang: str, asked: Mapping[str, str]
) -> dict[str, object] | None:
    del asked
    name = path.removeprefix("ont/").removeprefix("ont#")
    node = ox.NamedNode(_ONT + name)
    reader = Reader(dataset, lang)
    kinds = {k.value.rpartition("#")[2] for k in reader.nodes(node, "rdf:type")}
    is_class = "Class" in kinds
    parents = "rdfs:subClassOf" if is_class else "rdfs:subPropertyOf"
    used, examples = _used(reader, node, is_class=is_class)
    return {
        "this": reader.ref(node),
        "name": shorten(node.value),
        "kind": "class" if is_class else "object" if "ObjectProperty" in kinds else "data",
        "labels": _both(reader, node, "rdfs:label"),
        "definitions": _both(reader, node, "skos:definition"),
        "note": reader.text(node, "skos:scopeNote") or reader.text(node, "rdfs:comment"),
        "above": reader.refs(reader.nodes(node, parents)),
        "below": reader.refs(reader.subjects(parents, node)),
        "domain": reader.refs(reader.nodes(node, "rdfs:domain")),
        "range": reader.refs(reader.nodes(node, "rdfs:range")),
        "inverse": reader.refs(
            [*reader.nodes(node, "owl:inverseOf"), *reader.subjects("owl:inverseOf", node)][:1]
        ),
        "disjoint": reader.refs(
            [*reader.nodes(node, "owl:disjointWith"), *reader.subjects("owl:disjointWith", node)]
        ),
        "seen_from": _rows_at(reader, "rdfs:domain", node),
        "seen_at": _rows_at(reader, "rdfs:range", node),
        "deprecated": bool(reader.values(node, "owl:deprecated")),
        "used": used,
        "examples": examples,
        "shapes": shapes_for(node, lang),
        "questions": [(q.id, q.text(lang)) for q in questions().values() if _names(q.query, name)],
        "topic": next(
            t for t in TOPICS if t.key == topic_of(_topic_name(reader, node, is_class=is_class))
        ),
    }


def _topic_name(reader: Reader, node: ox.NamedNode, *, is_class: bool) -> str:
    domain = node if is_class else reader.one(node, "rdfs:domain")
    return _local(domain) if domain else ""


def _rows_at(reader: Reader, edge: str, node: ox.NamedNode) -> list[Row]:
    return [_row(reader, n) for n in reader.subjects(edge, node)]


def _both(reader: Reader, node: ox.NamedNode, predicate: str) -> dict[str, str]:
    """The Vietnamese and the English words."""
    return {
        v.language: v.value
        for v in reader.values(node, predicate)
        if isinstance(v, ox.Literal) and v.language
    }


def _used(
    reader: Reader, node: ox.NamedNode, *, is_class: bool
) -> tuple[int, list[tuple[Ref, Ref | None]]]:
    """How often the term is used, and the first of these statements (thing, value)."""
    pattern = f"?s a <{node.value}>" if is_class else f"?s <{node.value}> ?o"
    result = reader.dataset.query(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")
    assert isinstance(result, ox.QuerySolutions)
    number = next(iter(result))[0]
    wanted = (term_type(), node) if is_class else (node, None)
    found = reader.dataset.stated(None, *wanted)
    examples = [q for _, q in zip(range(_EXAMPLES), found, strict=False)]
    return int(number.value) if isinstance(number, ox.Literal) else 0, [
        (reader.ref(q.subject), None if is_class else reader.ref(q.object))
        for q in examples
        if isinstance(q.subject, ox.NamedNode) and isinstance(q.object, ox.NamedNode | ox.Literal)
    ]


def term_type() -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["rdf"] + "type")


def _names(query: str, name: str) -> bool:
    return re.search(rf"\bkh:{re.escape(name)}\b(?!-)", query) is not None
