"""The reference page of the shapes: what is checked, and how it is said."""

from __future__ import annotations

from rdflib import SH, Graph, URIRef
from rdflib.term import Node

from kg.resources import resource_files

from .languages import WORDS, word
from .ontology import short
from .said import said
from .tables import plain, table


def page(lang: str) -> str:
    parts = [f"# {word('shapes', lang)}\n\n{word('made', lang)}\n"]
    heads = [word(key, lang) for key in ("rule", "about", "path", "severity", "message")]
    for file in resource_files("shapes", ".ttl"):
        graph = Graph().parse(data=file.read_text("utf-8"), format="turtle")
        name = file.name.removesuffix(".ttl")
        title = word(f"shapes-{name}", lang) if f"shapes-{name}" in WORDS else name
        parts.append(f"## {title} (`shapes/{file.name}`)\n\n{table(heads, _rows(graph, lang))}")
    return "\n".join(parts)


def _rows(graph: Graph, lang: str) -> list[tuple[str, ...]]:
    """Whatever has a message: a shape, a property of one, a constraint of either, a query by itself."""
    rows: list[tuple[str, ...]] = []
    for holder in set(graph.subjects(SH.message)):
        rule = holder if isinstance(holder, URIRef) else _above(graph, holder)
        severity = graph.value(holder, SH.severity) or graph.value(rule, SH.severity)
        rows.append(
            (
                f"`{_name(rule)}`",
                ", ".join(f"`{short(one)}`" for one in _targets(graph, rule)),
                _path(graph, rule) or _path(graph, holder),
                _name(severity or SH.Violation),
                plain(said(graph, holder, SH.message, lang)),
            )
        )
    return sorted(rows)


def _above(graph: Graph, node: Node) -> Node:
    """The nearest shape with a name that a nameless one is part of."""
    seen = {node}
    while not isinstance(node, URIRef):
        parent = next((s for s in graph.subjects(None, node) if s not in seen), None)
        if parent is None:
            return node
        node = parent
        seen.add(node)
    return node


def _targets(graph: Graph, rule: Node) -> list[Node]:
    wanted = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
    holders = [rule, *graph.subjects(SH.property, rule)]
    return sorted(
        {node for h in holders for about in wanted for node in graph.objects(h, about)}, key=str
    )


def _path(graph: Graph, rule: Node) -> str:
    path = graph.value(rule, SH.path)
    return f"`{short(path)}`" if isinstance(path, URIRef) else ""


def _name(node: Node) -> str:
    return str(node).rsplit("/", 1)[-1].rsplit("#", 1)[-1]
