"""The drawing of the ontology: the classes and the lines between them, where ``make diagram`` has put them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from .reader import Reader, Ref, node_at
from .topics import topic_of

MARGIN = 8


class Box(NamedTuple):
    """A class, its upper left corner and its size in points."""

    ref: Ref
    topic: str
    x: float
    y: float
    width: float
    height: float


class Line(NamedTuple):
    """A path from one class to another; *label* at (*x*, *y*) names the properties, none: a subclass."""

    path: str
    label: str
    x: float
    y: float


class Drawing(NamedTuple):
    width: float
    height: float
    boxes: list[Box]
    lines: list[Line]


@cache
def layout() -> dict[str, Any]:
    file = Path(__file__).with_name("diagram.json")
    loaded: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return loaded


def drawing(reader: Reader) -> Drawing:
    """The drawing with labels in the reader's language."""
    kept = layout()
    boxes = [
        Box(
            reader.ref(node_at(f"ont#{name}")),
            topic_of(name),
            round(x - width / 2 + MARGIN, 1),
            round(y - height / 2 + MARGIN, 1),
            width,
            height,
        )
        for name, (x, y, width, height) in kept["nodes"].items()
    ]
    lines = [_line(reader, edge) for edge in kept["edges"]]
    return Drawing(kept["width"] + 2 * MARGIN, kept["height"] + 2 * MARGIN, boxes, lines)


def _line(reader: Reader, edge: dict[str, Any]) -> Line:
    points = [f"{x + MARGIN:.1f} {y + MARGIN:.1f}" for x, y in edge["points"]]
    x, y = edge.get("label", (0.0, 0.0))
    words = [reader.ref(node_at(f"ont#{name}")).text for name in edge.get("properties", ())]
    path = f"M {points[0]} C {', '.join(points[1:])}"
    return Line(path, ", ".join(words), x + MARGIN, y + MARGIN)
