"""The reference page of the ontology: classes, properties, concept schemes, and a drawing of the classes."""

from __future__ import annotations

from itertools import groupby

from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.term import Node

from kg.names import BASE, KH, PREFIXES
from kg.resources import folder, resource_files

from .drawing import drawing
from .languages import word
from .said import said
from .tables import plain, table


def page(lang: str) -> str:
    terms = _read("kh.ttl")
    schemes = Graph()
    for file in resource_files("ontology", ".ttl"):
        text = file.read_text("utf-8")
        if "skos:ConceptScheme" in text:
            schemes.parse(data=text, format="turtle")
    parts = [f"# {word('ontology', lang)}\n\n{word('made', lang)}\n"]
    parts.append(f"## {word('drawing', lang)}\n\n{drawing(terms, lang)}\n")
    parts.append(f"## {word('classes', lang)}\n\n{_classes(terms, lang)}")
    parts.append(f"## {word('properties', lang)}\n\n{_properties(terms, lang)}")
    parts.append(f"## {word('schemes', lang)}\n\n{_schemes(schemes, lang)}")
    return "\n".join(parts)


def _read(name: str) -> Graph:
    return Graph().parse(data=folder("ontology").joinpath(name).read_text("utf-8"), format="turtle")


def short(node: Node) -> str:
    """The node with the usual prefix, where it has one."""
    text = str(node)
    for prefix, base in sorted(PREFIXES.items(), key=lambda pair: -len(pair[1])):
        if text.startswith(base):
            return f"{prefix}:{text.removeprefix(base)}"
    return text


def _declared(graph: Graph, *kinds: URIRef) -> list[Node]:
    found = {node for kind in kinds for node in graph.subjects(RDF.type, kind)}
    return sorted((n for n in found if str(n).startswith(str(KH))), key=str)


def _many(graph: Graph, node: Node, about: URIRef) -> str:
    named = (n for n in graph.objects(node, about) if isinstance(n, URIRef))
    return ", ".join(f"`{short(n)}`" for n in sorted(named, key=str))


def _classes(graph: Graph, lang: str) -> str:
    heads = [word(key, lang) for key in ("term", "label", "above", "meaning")]
    return table(
        heads,
        (
            (
                f'<span id="{_id(node)}"></span>`{short(node)}`',
                plain(said(graph, node, RDFS.label, lang)),
                _many(graph, node, RDFS.subClassOf),
                plain(said(graph, node, SKOS.definition, lang)),
            )
            for node in _declared(graph, OWL.Class)
        ),
    )


def _properties(graph: Graph, lang: str) -> str:
    heads = [word(key, lang) for key in ("term", "label", "from", "to", "meaning")]
    return table(
        heads,
        (
            (
                f'<span id="{_id(node)}"></span>`{short(node)}`',
                plain(said(graph, node, RDFS.label, lang)),
                _many(graph, node, RDFS.domain),
                _many(graph, node, RDFS.range),
                plain(said(graph, node, SKOS.definition, lang)),
            )
            for node in _declared(graph, OWL.ObjectProperty, OWL.DatatypeProperty)
        ),
    )


def _schemes(graph: Graph, lang: str) -> str:
    parts: list[str] = []
    concepts = sorted(graph.subject_objects(SKOS.inScheme), key=lambda p: (str(p[1]), str(p[0])))
    for scheme, members in groupby(concepts, key=lambda pair: pair[1]):
        name = str(scheme).removeprefix(BASE).rstrip("/")
        label = said(graph, scheme, SKOS.prefLabel, lang) or said(graph, scheme, RDFS.label, lang)
        rows = (
            (
                f"`{str(node).rsplit('/', 1)[-1]}`",
                plain(said(graph, node, SKOS.prefLabel, lang)),
                plain(said(graph, node, SKOS.definition, lang)),
            )
            for node, _ in members
        )
        heads = [word(key, lang) for key in ("term", "label", "meaning")]
        parts.append(f"### {plain(label or name)} (`{name}`)\n\n{table(heads, rows)}")
    return "\n".join(parts)


def _id(node: Node) -> str:
    return "term-" + str(node).removeprefix(str(KH))
