"""A task: its words, who has which part in it, when, on which theme, what it leaves open, its neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pyoxigraph as ox

from kg.store import Dataset

from ..anchors import plan_page
from . import standing
from .duties import ROLES, in_order, quote, quotes, task
from .reader import Reader, Ref, node_at


class Role(NamedTuple):
    """*written*: the words that give the role; *members*: whom it is inferred for where it is a group."""

    role: str
    role_ref: Ref | None
    agent: Ref
    assignment: Ref
    written: str | None
    where: str | None
    members: list[Ref]


class Theme(NamedTuple):
    ref: Ref
    written: str | None
    where: str | None


class Open(NamedTuple):
    """What a plan leaves open: *words* of the finding and its page; *is_warning*: more than a remark."""

    ref: Ref
    words: str
    is_warning: bool


def page(
    dataset: Dataset, path: str, lang: str, asked: Mapping[str, str]
) -> dict[str, object] | None:
    """*asked*: ``day`` of which to tell who holds the duty."""
    reader = Reader(dataset, lang)
    day = asked.get("day", "")
    node = node_at(path)
    group = reader.one(node, "kh:inTaskGroup")
    plan = reader.one(node, "kh:elementOf")
    near = in_order(reader, reader.nodes(group, "kh:hasTask")) if group else []
    return {
        "this": reader.ref(node),
        "task": task(reader, node),
        "kinds": reader.refs(k for k in reader.nodes(node, "rdf:type") if k.value.endswith("Duty")),
        "modality": reader.refs(reader.nodes(node, "kh:modality")),
        "status": reader.refs(reader.nodes(node, "kh:factStatus")),
        "rule": reader.text(node, "kh:foundByRule"),
        "quotes": quotes(reader, node),
        "roles": _roles(reader, node),
        "force": standing.force(dataset, plan, lang, day) if plan else None,
        "holders": [
            holder
            for lead in reader.nodes(node, "kh:leadAgency")
            if not reader.is_a(lead, "kh:AgentGroup")
            for holder in standing.holders(dataset, lead, lang, day)
        ],
        "themes": _themes(reader, node),
        "outputs": [
            (reader.ref(o), reader.text(o, "kh:elementText"))
            for o in reader.nodes(node, "kh:expectedOutput")
        ],
        "funding": reader.refs(reader.nodes(node, "kh:fundingSource")),
        "findings": findings_about(reader, node),
        "group": reader.ref(group) if group else None,
        "near": [task(reader, other) for other in near],
    }


def findings_about(reader: Reader, node: ox.NamedNode) -> list[Open]:
    return [
        Open(
            reader.ref(finding),
            reader.text(finding, "sh:resultMessage", hidden=True) or "",
            any(
                s.value.endswith("Warning")
                for s in reader.hidden_values(finding, "sh:resultSeverity")
            ),
        )
        for finding in reader.hidden_subjects("sh:focusNode", node)
    ]


def _roles(reader: Reader, node: ox.NamedNode) -> list[Role]:
    expanded: dict[tuple[str, str], list[Ref]] = {}
    for inferred in reader.hidden_subjects("kh:assignmentOf", node):
        agents = reader.hidden_values(inferred, "kh:assignedTo")
        roles = reader.hidden_values(inferred, "kh:assignmentRole")
        for group in reader.hidden_values(inferred, "kh:expandedFrom"):
            if agents and roles:
                place = (group.value, roles[0].value)
                expanded.setdefault(place, []).append(reader.ref(agents[0]))
    found: list[tuple[tuple[int, str], Role]] = []
    for assignment in reader.nodes(node, "kh:hasAssignment"):
        agent = reader.one(assignment, "kh:assignedTo")
        role = reader.one(assignment, "kh:assignmentRole")
        if agent is None or role is None:
            continue
        name = role.value.rsplit("/", 1)[-1]
        mention = reader.one(assignment, "kh:hasEvidence")
        rank = (ROLES.index(name) if name in ROLES else len(ROLES), assignment.value)
        found.append(
            (
                rank,
                Role(
                    name,
                    reader.ref(role),
                    reader.ref(agent),
                    reader.ref(assignment),
                    quote(reader, mention) if mention else None,
                    plan_page(mention.value) if mention else None,
                    expanded.get((agent.value, role.value), []),
                ),
            )
        )
    return [role for _, role in sorted(found, key=lambda pair: pair[0])]


def _themes(reader: Reader, node: ox.NamedNode) -> list[Theme]:
    words: dict[str, ox.NamedNode] = {}
    for given in reader.subjects("kh:themeAssignmentOf", node):
        mention = reader.one(given, "kh:hasEvidence")
        for theme in reader.nodes(given, "kh:assignedTheme"):
            if mention:
                words.setdefault(theme.value, mention)
    return [
        Theme(
            reader.ref(theme),
            quote(reader, words[theme.value]) if theme.value in words else None,
            plan_page(words[theme.value].value) if theme.value in words else None,
        )
        for theme in reader.nodes(node, "kh:hasTheme")
    ]
