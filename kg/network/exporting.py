"""Networks as files: GraphML and GEXF for Gephi, node-link JSON, lists of nodes and edges as tables."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from typing import Any

import networkx as nx

from ..export import Cell, Table
from .layout import Position
from .measuring import communities_of
from .projecting import Network

KIND_COLOURS = {
    "agency": "#0072b2",
    "group": "#d55e00",
    "association": "#009e73",
    "agent": "#56b4e9",
    "task": "#777777",
}
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)
_DATE = re.compile(r' lastmodifieddate="[^"]*"')
_SCALE = 60.0  # a unit of the layout, in Gephi's


def described(graph: Network, places: Mapping[str, Position]) -> Network:
    """A copy of *graph* whose nodes also have x, y, degree (number of neighbours) and community."""
    found: Network = graph.copy()
    communities = communities_of(graph)
    for node, attributes in found.nodes(data=True):
        x, y = places[node]
        attributes.update(
            x=x * _SCALE,
            y=-y * _SCALE,  # Gephi counts upwards
            degree=len(set(nx.all_neighbors(graph, node)) - {node}),
            community=communities[node],
        )
    return found


def printable(text: str) -> str:
    """*text* without the characters that no XML file may hold (XML 1.0, 2.2)."""
    return _UNPRINTABLE.sub("", text)


def to_graphml(graph: Network) -> bytes:
    out = io.BytesIO()
    nx.write_graphml_lxml(_clean(graph), out, named_key_ids=True)
    return out.getvalue()


def to_gexf(graph: Network) -> bytes:
    """GEXF 1.2, with places, sizes and colours."""
    found = _clean(graph)
    for _, attributes in found.nodes(data=True):
        colour = KIND_COLOURS[attributes["kind"]]
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        attributes["viz"] = {
            "position": {"x": attributes["x"], "y": attributes["y"], "z": 0.0},
            "size": 4.0 if attributes["kind"] == "task" else 8.0 + attributes["degree"] ** 0.5,
            "color": {"r": red, "g": green, "b": blue, "a": 1.0},
        }
    out = io.BytesIO()
    nx.write_gexf(found, out, version="1.2draft")
    # The day on which a file is written is no part of the network.
    return _DATE.sub("", out.getvalue().decode("utf-8"), count=1).encode("utf-8")


def to_node_link(graph: Network) -> bytes:
    """JSON as ``networkx.node_link_graph`` reads it, with "nodes" and "edges"."""
    data: dict[str, Any] = nx.node_link_data(graph, edges="edges")
    return (json.dumps(data, ensure_ascii=False) + "\n").encode("utf-8")


def nodes_table(graph: Network) -> Table:
    return _table(("id",), [((node,), attributes) for node, attributes in graph.nodes(data=True)])


def edges_table(graph: Network) -> Table:
    labels = {node: str(label) for node, label in graph.nodes(data="label")}
    return _table(
        ("source", "target", "source_label", "target_label"),
        [((u, v, labels[u], labels[v]), attributes) for u, v, attributes in graph.edges(data=True)],
    )


def _table(first: tuple[str, ...], rows: list[tuple[tuple[Cell, ...], dict[str, Cell]]]) -> Table:
    names = tuple(dict.fromkeys(name for _, attributes in rows for name in attributes))
    return Table(
        (*first, *names),
        tuple((*ends, *(attributes.get(name) for name in names)) for ends, attributes in rows),
    )


def _clean(graph: Network) -> Network:
    found: Network = graph.copy()
    everything = [attributes for _, attributes in found.nodes(data=True)]
    everything += [attributes for _, _, attributes in found.edges(data=True)]
    for attributes in everything:
        for name, value in attributes.items():
            if isinstance(value, str):
                attributes[name] = printable(value)
    return found
