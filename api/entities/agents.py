"""Agencies and groups: names, place, what became of them, their duties, whom they work with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import pyoxigraph as ox

from kg.store import Dataset

from . import standing
from .duties import Duty, Part, by_task, duty, is_recurring, parts, quote
from .history import history
from .outside import outside
from .reader import Reader, Ref, cut, node_at

SIZE = 40
_YEARLY = 8
_PARTNERS = 12
_NAMES = 400  # assignments whose words are looked at for the names that plans use
_LISTED = 30


class Partner(NamedTuple):
    """*led_by*: tasks that the partner leads and this body coordinates; *helps*: the other way round."""

    ref: Ref
    tasks: int
    led_by: int
    helps: int


class Listed(NamedTuple):
    """The first of many things, and how many there are."""

    refs: list[Ref]
    total: int


def page(
    dataset: Dataset, path: str, lang: str, asked: Mapping[str, str]
) -> dict[str, object] | None:
    """*asked*: ``show`` (a role, "recurring", "inferred" or all), ``plan`` (a path of ours), ``page``, ``day`` (of which to
    tell who holds its duties)."""
    reader = Reader(dataset, lang)
    agent = node_at(path)
    said, inferred = parts(reader, agent), parts(reader, agent, inferred=True)
    show = asked.get("show", "")
    counts = Counter(part.role for part in said)
    wanted = _wanted(reader, said, inferred, show)
    plans = Counter(together[0].plan for together in by_task(wanted) if together[0].plan)
    chosen = asked.get("plan", "").strip("/")
    if chosen:
        wanted = [part for part in wanted if part.plan == node_at(chosen)]
    tasks = by_task(wanted)
    place = cut(len(tasks), int(asked.get("page", "1")), SIZE)
    recurring = by_task(_recurring(reader, said))
    return {
        "this": reader.ref(agent),
        "outside": outside(reader, agent),
        "names": _names(reader, agent, said),
        "types": reader.refs(reader.nodes(agent, "org:classification")),
        "kinds": reader.refs(_kinds(reader, agent)),
        "units": reader.refs(reader.nodes(agent, "kh:agencyJurisdiction")),
        "above": reader.refs(reader.nodes(agent, "org:subOrganizationOf")),
        "sources": reader.refs(reader.nodes(agent, "dcterms:source")),
        "events": history(reader, agent),
        "holders": standing.holders(dataset, agent, lang, asked.get("day", "")),
        "valid": (reader.text(agent, "kh:validFrom"), reader.text(agent, "kh:validTo")),
        "counts": counts,
        "all": len(by_task(said)),
        "inferred": len(by_task(inferred)),
        "recurring": len(recurring),
        "show": show,
        "chosen": chosen,
        "is_unknown": bool(chosen)
        and node_at(chosen) not in {part.plan for part in (*said, *inferred)},
        "plans": [(reader.ref(p), n) for p, n in _often(plans)],
        "plan_iris": [(p.value, reader.ref(p)) for p, _ in _often(plans)[:3]],
        "duties": [
            duty(reader, together, inferred=show == "inferred")
            for together in tasks[place.first : place.last]
        ],
        "slice": place,
        "yearly": _yearly(reader, recurring),
        "partners": _partners(reader, agent, said),
        "groups": _groups(reader, agent, inferred),
        "members": reader.refs(reader.nodes(agent, "kh:groupMember")),
        "received": listed(reader, reader.subjects("kh:hasRecipient", agent)),
        "issued": listed(reader, reader.subjects("kh:issuedBy", agent)),
        "parts": listed(reader, reader.subjects("org:subOrganizationOf", agent)),
    }


def _wanted(reader: Reader, said: list[Part], inferred: list[Part], show: str) -> list[Part]:
    if show == "inferred":
        return inferred
    if show == "recurring":
        return _recurring(reader, said)
    return [part for part in said if not show or part.role == show]


def _recurring(reader: Reader, said: list[Part]) -> list[Part]:
    """What comes again for it to do: a report that it receives is another's to deliver."""
    return [p for p in said if p.role != "recipient" and is_recurring(reader, p.task)]


def _yearly(reader: Reader, recurring: list[list[Part]]) -> list[Duty]:
    """The first of what comes again, deadlines before all."""
    ranked = sorted(recurring, key=lambda those: not reader.nodes(those[0].task, "kh:hasDeadline"))
    return [duty(reader, together) for together in ranked[:_YEARLY]]


def _often(counted: Counter[ox.NamedNode]) -> list[tuple[ox.NamedNode, int]]:
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0].value))


def _kinds(reader: Reader, agent: ox.NamedNode) -> list[ox.NamedNode]:
    """The most exact of the classes of ours: none of which another is a kind."""
    kinds = [k for k in reader.nodes(agent, "rdf:type") if "/ont#" in k.value]
    above = {up.value for kind in kinds for up in reader.nodes(kind, "rdfs:subClassOf")}
    return [kind for kind in kinds if kind.value not in above]


def _names(reader: Reader, agent: ox.NamedNode, said: list[Part]) -> list[tuple[str, int]]:
    """What plans call it, and how often; names that the reference data knows besides, with 0."""
    written: Counter[str] = Counter()
    for part in said[:_NAMES]:
        mention = reader.one(part.assignment, "kh:hasEvidence")
        words = quote(reader, mention) if mention else None
        if words:
            written[" ".join(words.split())] += 1
    for name in reader.texts(agent, "skos:altLabel"):
        written.setdefault(name, 0)
    return sorted(written.items(), key=lambda pair: (-pair[1], pair[0]))


def _partners(reader: Reader, agent: ox.NamedNode, said: list[Part]) -> list[Partner]:
    led_by: Counter[ox.NamedNode] = Counter()
    helps: Counter[ox.NamedNode] = Counter()
    both: dict[ox.NamedNode, set[str]] = {}
    for part in said:
        if part.role not in ("lead", "coordinating"):
            continue
        shortcut = "kh:coordinatingAgency" if part.role == "lead" else "kh:leadAgency"
        counter = helps if part.role == "lead" else led_by
        for other in reader.nodes(part.task, shortcut):
            if other != agent:
                counter[other] += 1
                both.setdefault(other, set()).add(part.task.value)
    most = sorted(both, key=lambda other: (-len(both[other]), other.value))[:_PARTNERS]
    return [
        Partner(reader.ref(other), len(both[other]), led_by[other], helps[other]) for other in most
    ]


def _groups(reader: Reader, agent: ox.NamedNode, inferred: list[Part]) -> list[tuple[Ref, int]]:
    """The groups it belongs to, and how many duties follow from each."""
    follow = Counter(
        group
        for part in inferred
        for group in reader.hidden_values(part.assignment, "kh:expandedFrom")
    )
    groups = reader.subjects("kh:groupMember", agent)
    return [(reader.ref(group), follow[group]) for group in groups]


def listed(reader: Reader, nodes: list[ox.NamedNode], most: int = _LISTED) -> Listed:
    return Listed(reader.refs(nodes[:most]), len(nodes))
