"""The layout that is kept with each version of a store, made when it is built.

It holds a place for every agency, group and task of the network as written, of all plans together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import networkx as nx

from .drawing import drawing
from .layout import Position, lay_out
from .model import Scope
from .projecting import project
from .reading import Ask, key, read_responsibilities, rows
from .reducing import readable
from .summary import summary

_SMALL = 1000  # nodes up to which a network is laid out by itself: it is soon done, and looks best
_MISSING = 0.2  # share of the nodes that may be new before all is laid out again
Layout = Mapping[str, Position]
_TASKS = "SELECT DISTINCT ?task WHERE { ?task a kh:Task ; kh:elementOf ?plan }"
_TIES = """
SELECT DISTINCT ?task ?agent WHERE { ?task a kh:Task ; kh:elementOf ?plan ; kh:hasAssignment ?as .
  ?as kh:assignedTo ?agent ; kh:assignmentRole ?role }"""


def make_layout(ask: Ask) -> bytes:
    """What to keep for the dataset behind *ask*."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(key(row["task"]) for row in rows(ask, _TASKS))
    graph.add_edges_from((key(row["task"]), key(row["agent"])) for row in rows(ask, _TIES))
    places = lay_out(graph)
    return _json(places)


def make_pictures(ask: Ask, lang: str, layout: Layout) -> tuple[bytes, bytes]:
    """What a page draws and says of the whole network as written, as JSON (see ``drawing``, ``summary``)."""
    data = read_responsibilities(ask, Scope(), lang)
    graph = project(data, "two-mode")
    shown = readable(data, graph)
    drawn = drawing(data, shown, positions(shown, layout))
    return _json(drawn), _json(summary(data, graph, "two-mode"))


def _json(found: object) -> bytes:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def read_layout(data: bytes) -> Layout:
    """What ``make_layout`` made; nothing from nothing."""
    found: dict[str, list[float]] = json.loads(data or b"{}")
    return {node: (xy[0], xy[1]) for node, xy in found.items()}


def positions(graph: nx.Graph[str], layout: Layout) -> dict[str, Position]:
    """A place for every node of *graph*: the kept ones where it is the whole network or a large part of it, else
    its own.

    Nodes of a large network that have none stand in the middle of those that they are tied to.
    """
    missing = sorted(node for node in graph if node not in layout)
    if not missing and len(graph) == len(layout):
        return {node: layout[node] for node in graph}
    if len(graph) <= _SMALL or len(missing) > _MISSING * len(graph):
        return lay_out(graph)
    found = {node: layout[node] for node in graph if node in layout}
    new: dict[str, Position] = {}
    for number, node in enumerate(missing):
        near = sorted(found[other] for other in nx.all_neighbors(graph, node) if other in found)
        x, y = (
            (sum(values) / len(near) for values in zip(*near, strict=True)) if near else (0.0, 0.0)
        )
        # Not on top of each other: a little aside, in turns to all sides.
        aside = 0.5 + number % 7 * 0.1
        new[node] = (
            round(x + aside * (-1) ** number, 3),
            round(y + aside * (-1) ** (number // 2), 3),
        )
    return {**found, **new}
