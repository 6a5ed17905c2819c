"""What a graph says of a thing in one language."""

from __future__ import annotations

from rdflib import Graph, URIRef
from rdflib.term import Node


def said(graph: Graph, node: Node, about: URIRef, lang: str) -> str:
    """The value of *about* in this language, "" where there is none."""
    for value in graph.objects(node, about):
        if getattr(value, "language", None) == lang:
            return str(value)
    return ""
