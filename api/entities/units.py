"""An administrative unit: what it was made from and what took its place, its plans, its bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pyoxigraph as ox

from kg.store import Dataset

from .agents import Listed, listed
from .duties import in_order
from .history import history
from .outside import outside
from .reader import Reader, Ref, cut, node_at

SIZE = 60


class Plan(NamedTuple):
    ref: Ref
    number: str | None
    day: str | None
    title: str | None


def page(
    dataset: Dataset, path: str, lang: str, asked: Mapping[str, str]
) -> dict[str, object] | None:
    """*asked*: ``page`` of the bodies."""
    reader = Reader(dataset, lang)
    node = node_at(path)
    events = history(reader, node)
    bodies = reader.subjects("kh:agencyJurisdiction", node)
    agencies = [b for b in bodies if not reader.is_a(b, "kh:AgentGroup")]
    groups = [b for b in bodies if reader.is_a(b, "kh:AgentGroup")]
    place = cut(len(agencies), int(asked.get("page", "1")), SIZE)
    plans = _plans_of(reader, node)
    former = _plans_near(reader, node, plans, "dcterms:replaces", "dcterms:isReplacedBy")
    return {
        "this": reader.ref(node),
        "outside": outside(reader, node),
        "names": reader.texts(node, "skos:altLabel"),
        "above": reader.refs(reader.nodes(node, "schema:containedInPlace")),
        "below": listed(reader, reader.subjects("schema:containedInPlace", node), 100),
        "codes": _codes(reader, node),
        "identifiers": reader.texts(node, "dcterms:identifier"),
        "valid": (reader.text(node, "kh:validFrom"), reader.text(node, "kh:validTo")),
        "events": events,
        "plans": [plan(reader, p) for p in plans],
        "former": former,
        "later": _plans_near(reader, node, plans, "dcterms:isReplacedBy", "dcterms:replaces"),
        "total": len(plans) + sum(len(theirs) for _, theirs in former),
        "agencies": Listed(sorted(reader.refs(agencies[place.first : place.last])), len(agencies)),
        "groups": listed(reader, groups, 60),
        "slice": place,
        "sources": reader.refs(reader.nodes(node, "dcterms:source")),
    }


def plan(reader: Reader, node: ox.NamedNode) -> Plan:
    return Plan(
        reader.ref(node),
        reader.text(node, "eli:id_local"),
        reader.text(node, "eli:date_document"),
        reader.title(node),
    )


def _plans_of(reader: Reader, unit: ox.NamedNode) -> list[ox.NamedNode]:
    """The plans that apply in *unit*, or are issued there, the newest first."""
    found = {
        p.value: p
        for name in ("kh:appliesInUnit", "kh:issuePlace")
        for p in reader.subjects(name, unit)
        if reader.is_a(p, "kh:AdministrativePlan")
    }
    return in_order(reader, found.values())[:100]


def _plans_near(
    reader: Reader, unit: ox.NamedNode, own: list[ox.NamedNode], forth: str, back: str
) -> list[tuple[Ref, list[Plan]]]:
    """The plans of the units that stand in the relation *forth* to this one (or it in *back* to them), unit by unit."""
    near = {
        other.value: other for other in (*reader.nodes(unit, forth), *reader.subjects(back, unit))
    }
    found: list[tuple[Ref, list[Plan]]] = []
    for name in sorted(near):
        plans = [p for p in _plans_of(reader, near[name]) if p not in own]
        if plans:
            found.append((reader.ref(near[name]), [plan(reader, p) for p in plans]))
    return found


def _codes(reader: Reader, unit: ox.NamedNode) -> list[tuple[str, Ref]]:
    """Each code, and the list that it is of."""
    return [
        (value.value, reader.ref(value.datatype))
        for value in reader.values(unit, "skos:notation")
        if isinstance(value, ox.Literal)
    ]
