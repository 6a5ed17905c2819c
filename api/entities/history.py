"""What became of a body or of a unit: what it was made from, what took its place, by which act."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from .reader import Reader, Ref


class Event(NamedTuple):
    """A change: *before* and *after* it, its *day*, the *acts* that made it and the *sources* that tell of it;
    *announced* where the day of effect is not established, *is_draft* where no more than a draft is known, *told*: what the source says of an act without number.

    *ref* is None where the data states the succession without an event of its own.
    """

    ref: Ref | None
    before: list[Ref]
    after: list[Ref]
    day: str | None
    acts: list[Ref]
    sources: list[Ref]
    announced: str | None = None
    told: str | None = None
    scope: str | None = None
    review: tuple[Ref, ...] = ()
    is_draft: bool = False


def history(reader: Reader, node: ox.NamedNode) -> list[Event]:
    """The events of *node*, the earliest first."""
    events = {
        event.value: event
        for found in (
            reader.subjects("org:originalOrganization", node),
            reader.subjects("org:resultingOrganization", node),
            reader.subjects("kh:originalUnit", node),
            reader.subjects("kh:resultingUnit", node),
            reader.nodes(node, "org:resultedFrom"),
            reader.nodes(node, "org:changedBy"),
        )
        for event in found
    }
    told = [_event(reader, event) for event in events.values()]
    linked = {ref.href for event in told for ref in (*event.before, *event.after)}
    after = _either(reader, node, "dcterms:isReplacedBy", "dcterms:replaces")
    before = _either(reader, node, "dcterms:replaces", "dcterms:isReplacedBy")
    this = reader.ref(node)
    told += [
        _plain(reader, node, successor, [this], [reader.ref(successor)])
        for successor in after
        if reader.ref(successor).href not in linked
    ]
    if fresh := [n for n in before if reader.ref(n).href not in linked]:
        told.append(_plain(reader, fresh[0], node, reader.refs(fresh), [this]))
    return sorted(
        told, key=lambda event: event.day or event.announced or ("9" if event.is_draft else "")
    )


def _either(reader: Reader, node: ox.NamedNode, forth: str, back: str) -> list[ox.NamedNode]:
    found = {n.value: n for n in (*reader.nodes(node, forth), *reader.subjects(back, node))}
    return [found[name] for name in sorted(found)]


def _event(reader: Reader, event: ox.NamedNode) -> Event:
    before = {
        n.value: n
        for n in (
            *reader.nodes(event, "org:originalOrganization"),
            *reader.nodes(event, "kh:originalUnit"),
            *reader.subjects("org:changedBy", event),
        )
    }
    after = {
        n.value: n
        for n in (
            *reader.nodes(event, "org:resultingOrganization"),
            *reader.nodes(event, "kh:resultingUnit"),
            *reader.subjects("org:resultedFrom", event),
        )
    }
    days = (
        reader.text(event, name)
        for name in (
            "kh:effectiveFrom",
            "dcterms:date",
            "prov:endedAtTime",
            "prov:startedAtTime",
            "prov:atTime",
        )
    )
    acts = (
        "kh:byAct",
        "eli:based_on",
        "prov:used",
        "eli:cites",
        "kh:implementsDocument",
        "prov:wasInformedBy",
    )
    return Event(
        ref=reader.ref(event),
        before=reader.refs(before.values()),
        after=reader.refs(after.values()),
        day=next((day[:10] for day in days if day), None),
        acts=reader.refs(n for name in acts for n in reader.nodes(event, name)),
        sources=reader.refs(reader.nodes(event, "dcterms:source")),
        announced=reader.text(event, "kh:announcedOn"),
        told=reader.text(event, "kh:actAsReported"),
        scope=reader.text(event, "skos:scopeNote"),
        is_draft=reader.text(event, "kh:isDraftOnly") == "true",
        review=tuple(reader.refs(reader.nodes(event, "kh:reviewStatus"))),
    )


def _plain(
    reader: Reader,
    older: ox.NamedNode,
    newer: ox.NamedNode,
    before: list[Ref],
    after: list[Ref],
) -> Event:
    """A succession that is stated as such; its day is the newer one's first, else the older one's last."""
    day = reader.text(newer, "kh:validFrom") or reader.text(older, "kh:validTo")
    return Event(None, before, after, day, [], reader.refs(reader.nodes(newer, "dcterms:source")))
