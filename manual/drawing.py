"""The drawing of the ontology's classes as SVG, laid out by ``make diagram``."""

from __future__ import annotations

from html import escape
from typing import Any

from kg.api.entities.diagram import MARGIN, layout
from rdflib import RDFS, Graph

from kg.names import KH

from .languages import word
from .said import said


def drawing(terms: Graph, lang: str) -> str:
    """Boxes are classes and lead to their row (``#term-Task``); dashed lines go to what a class is a kind of."""
    kept = layout()
    width, height = kept["width"] + 2 * MARGIN, kept["height"] + 2 * MARGIN
    lines = [_line(edge) for edge in kept["edges"]]
    boxes = [
        _box(name, said(terms, KH[name], RDFS.label, lang) or name, *place)
        for name, place in kept["nodes"].items()
    ]
    return (
        f'<div style="overflow-x:auto"><svg role="img" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'aria-label="{escape(word("drawing", lang))}" style="min-width:75rem;height:auto">'
        f"{''.join([*lines, *boxes])}</svg></div>\n"
    )


def _line(edge: dict[str, Any]) -> str:
    points = [f"{x + MARGIN:.0f},{y + MARGIN:.0f}" for x, y in edge["points"]]
    named = edge.get("properties", ())
    dash = "" if named else ' stroke-dasharray="4 3"'
    drawn = f'<path d="M{points[0]} C{" ".join(points[1:])}" fill="none" stroke="#777"{dash}/>'
    if named and "label" in edge:
        x, y = edge["label"]
        drawn += (
            f'<text x="{x + MARGIN:.0f}" y="{y + MARGIN:.0f}" text-anchor="middle" font-size="10" '
            f'fill="currentColor">{escape(", ".join(named))}</text>'
        )
    return drawn


def _box(name: str, label: str, x: float, y: float, width: float, height: float) -> str:
    left, top = x - width / 2 + MARGIN, y - height / 2 + MARGIN
    return (
        f'<a href="#term-{escape(name)}"><rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" rx="4" fill="#eef3fb" stroke="#33557f"/>'
        f'<text x="{x + MARGIN:.0f}" y="{y + MARGIN + 4:.0f}" text-anchor="middle" font-size="12" '
        f'fill="#14304f">{escape(label)}</text></a>'
    )
