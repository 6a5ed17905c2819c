"""A clause: its words, what is stated there, what stands before, after, above and below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pyoxigraph as ox

from kg.store import Dataset

from ..anchors import plan_page
from .reader import Reader, Ref, Slice, cut, node_at

SIZE = 60
# The kinds of facts as they are told, and the property under which a fact's own words stand.
KINDS = (
    "Purpose",
    "Requirement",
    "Goal",
    "Target",
    "TaskGroup",
    "Task",
    "Assignment",
    "ExpectedOutput",
    "Citation",
    "ThemeAssignment",
)


class Facts(NamedTuple):
    """The facts of one *kind* that a clause states."""

    name: str
    kind: Ref
    facts: list[Ref]


def page(
    dataset: Dataset, path: str, lang: str, asked: Mapping[str, str]
) -> dict[str, object] | None:
    """*asked*: ``page`` of the facts."""
    reader = Reader(dataset, lang)
    node = node_at(path)
    document = reader.one(node, "kh:clauseOf")
    above = reader.one(node, "eli:is_part_of")
    before, after = _beside(reader, node, document)
    stated = _facts(reader, node)
    total = sum(len(nodes) for _, nodes in stated)
    place = cut(total, int(asked.get("page", "1")), SIZE)
    return {
        "this": reader.ref(node),
        "document": reader.ref(document) if document else None,
        "number": reader.text(document, "eli:id_local") if document else None,
        "day": reader.text(document, "eli:date_document") if document else None,
        "kinds": reader.refs(reader.nodes(node, "eli:type_subdivision")),
        "text": reader.text(node, "kh:clauseText"),
        "is_heading": reader.text(node, "kh:heading") is not None,
        "where": plan_page(node.value),
        "above": reader.ref(above) if above and above != document else None,
        "before": before,
        "after": after,
        "below": [
            (reader.ref(n), reader.text(n, "kh:clauseText"))
            for n in sorted(
                reader.subjects("eli:is_part_of", node), key=lambda n: _order(reader, n)
            )
        ],
        "facts": _shown(reader, stated, place),
        "slice": place,
    }


def _order(reader: Reader, node: ox.NamedNode) -> int:
    order = reader.text(node, "kh:clauseOrder")
    return int(order) if order and order.isdecimal() else 0


def _beside(
    reader: Reader, node: ox.NamedNode, document: ox.NamedNode | None
) -> tuple[Ref | None, Ref | None]:
    """The clause that stands before this one in the document, and the one after it."""
    own = _order(reader, node)
    found: dict[int, ox.NamedNode] = {}
    if document:
        for other in reader.nodes(document, "kh:hasClause"):
            order = _order(reader, other)
            if abs(order - own) == 1:
                found[order] = other
    earlier, later = found.get(own - 1), found.get(own + 1)
    return (
        reader.ref(earlier) if earlier else None,
        reader.ref(later) if later else None,
    )


def _facts(reader: Reader, node: ox.NamedNode) -> list[tuple[str, list[ox.NamedNode]]]:
    by_kind: dict[str, list[ox.NamedNode]] = {}
    for element in reader.subjects("kh:statedIn", node):
        kinds = {k.value.rpartition("#")[2] for k in reader.nodes(element, "rdf:type")}
        name = next((kind for kind in KINDS if kind in kinds), "PlanElement")
        by_kind.setdefault(name, []).append(element)
    return [(name, by_kind[name]) for name in (*KINDS, "PlanElement") if name in by_kind]


def _shown(
    reader: Reader, stated: list[tuple[str, list[ox.NamedNode]]], place: Slice
) -> list[Facts]:
    shown: list[Facts] = []
    first = 0
    for name, nodes in stated:
        part = nodes[max(0, place.first - first) : max(0, place.last - first)]
        first += len(nodes)
        if part:
            shown.append(Facts(name, reader.ref(_class(name)), reader.refs(part)))
    return shown


def _class(name: str) -> ox.NamedNode:
    return node_at(f"ont#{name}")
