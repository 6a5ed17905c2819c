"""Links of a thing to other datasets: which, how the two match, who says so and whether somebody looked."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from .reader import Reader, Ref


class Outside(NamedTuple):
    """*who* and *day* where a person added the link; *review* is its status."""

    to: Ref
    kind: Ref | None
    who: str | None
    day: str | None
    note: str | None
    sources: list[Ref]
    review: list[Ref]


def outside(reader: Reader, node: ox.NamedNode) -> list[Outside]:
    """The links of *node*, in the order of their addresses."""
    links = [
        (link, to)
        for link in reader.subjects("kh:linkFrom", node)
        for to in reader.nodes(link, "kh:linkTo")
    ]
    return sorted((_outside(reader, link, to) for link, to in links), key=lambda one: one.to.text)


def _outside(reader: Reader, link: ox.NamedNode, to: ox.NamedNode) -> Outside:
    kind = reader.one(link, "kh:linkKind")
    return Outside(
        Ref(to.value, reader.ref(to).href),
        reader.ref(kind) if kind else None,
        reader.text(link, "dcterms:creator"),
        reader.text(link, "dcterms:created"),
        reader.text(link, "rdfs:comment"),
        reader.refs(reader.nodes(link, "dcterms:source")),
        reader.refs(reader.nodes(link, "kh:reviewStatus")),
    )
