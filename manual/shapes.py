"""The reference page of the shapes: what is checked, and how it is said."""

from __future__ import annotations

from rdflib import RDF, SH, Graph, URIRef
from rdflib.term import Node

from kg.resources import folder

from .languages import word
from .ontology import short
from .said import said
from .tables import plain, table


def page(lang: str) -> str:
    parts = [f"# {word('shapes', lang)}\n\n{word('made', lang)}\n"]
    for name in ("data", "findings", "corpus"):
        text = folder("shapes").joinpath(f"{name}.ttl").read_text("utf-8")
        graph = Graph().parse(data=text, format="turtle")
        heads = [word(key, lang) for key in ("rule", "about", "path", "severity", "message")]
        parts.append(f"## {word(name, lang)}\n\n{table(heads, _rows(graph, lang))}")
    return "\n".join(parts)


def _rows(graph: Graph, lang: str) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for shape in sorted(graph.subjects(RDF.type, SH.NodeShape), key=str):
        target = ", ".join(f"`{short(t)}`" for t in _targets(graph, shape))
        for rule in [shape, *graph.objects(shape, SH.property)]:
            for holder in [rule, *graph.objects(rule, SH.sparql)]:
                message = said(graph, holder, SH.message, lang)
                if message:
                    severity = graph.value(holder, SH.severity) or graph.value(rule, SH.severity)
                    rows.append(
                        (
                            f"`{_name(holder if isinstance(holder, URIRef) else rule)}`",
                            target,
                            _path(graph, rule),
                            str(severity or SH.Violation).rsplit("#", 1)[-1],
                            plain(message),
                        )
                    )
    return rows


def _targets(graph: Graph, shape: Node) -> list[Node]:
    wanted = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
    return sorted({node for about in wanted for node in graph.objects(shape, about)}, key=str)


def _path(graph: Graph, rule: Node) -> str:
    path = graph.value(rule, SH.path)
    return f"`{short(path)}`" if isinstance(path, URIRef) else ""


def _name(node: Node) -> str:
    return str(node).rsplit("/", 1)[-1]
