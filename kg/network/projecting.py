"""Responsibilities → networks: agencies and tasks, lead → coordinator, who works with whom.

Every edge says by which role and by which clause; the attributes are plain texts and numbers, which every file
format for networks can hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import TypeAlias

import networkx as nx

from ..errors import KgError
from .model import PROJECTIONS, WORKING_ROLES, Assignment, Responsibilities

Network: TypeAlias = "nx.Graph[str]"
MOST_NAMED = 50  # tasks that an edge names one by one; its weight counts them all
_BETWEEN = {
    "leads": {"vi": "chủ trì cùng phối hợp", "en": "lead to coordinator"},
    "co-work": {"vi": "cùng thực hiện", "en": "work on the same task"},
}


def project(data: Responsibilities, projection: str) -> Network:
    """The network in one of ``PROJECTIONS``; ``KgError`` for another name."""
    if projection == "two-mode":
        return two_mode(data)
    if projection == "leads":
        return leads_to_coordinators(data)
    if projection == "co-work":
        return co_work(data)
    raise KgError(f"there is no projection «{projection}»; they are {', '.join(PROJECTIONS)}")


def two_mode(data: Responsibilities) -> nx.MultiDiGraph[str]:
    """Agencies and tasks; an edge from an agency to a task for each role that it has there."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    _add_agents(graph, data)
    for task in data.tasks.values():
        graph.add_node(
            task.iri,
            label=task.label,
            kind="task",
            path=task.path,
            text=task.text,
            plan=data.label(task.plan),
            clause=data.label(task.clause),
            theme=data.themes_of(task.iri),
            time=task.time or "",
        )
    for a in data.assignments:
        graph.add_edge(
            a.agent,
            a.task,
            assignment=a.iri,
            role=a.role,
            label=data.label(a.role),
            weight=1,
            clause=data.label(a.clause),
            clause_iri=a.clause,
            theme=data.themes_of(a.task),
            plan=data.label(data.tasks[a.task].plan),
            group=data.label(a.group) if a.group else "",
        )
    return graph


def leads_to_coordinators(data: Responsibilities) -> nx.DiGraph[str]:
    """From each lead to each coordinator of the same task; the weight is the number of those tasks."""
    ties: dict[tuple[str, str], _Tie] = {}
    for group in _by_task(data):
        leads = _first(group, ("lead",))
        for coordinator in _first(group, ("coordinating",)).values():
            for lead in leads.values():
                if lead.agent != coordinator.agent:
                    ties.setdefault((lead.agent, coordinator.agent), _Tie()).add(lead, coordinator)
    graph: nx.DiGraph[str] = nx.DiGraph()
    _add_ties(graph, data, "leads", ties)
    return graph


def co_work(data: Responsibilities) -> nx.Graph[str]:
    """Between all who lead, coordinate or are the focal point in the same task; the weight is the number of
    those tasks."""
    ties: dict[tuple[str, str], _Tie] = {}
    for group in _by_task(data):
        workers = _first(group, WORKING_ROLES)
        for one, other in combinations(sorted(workers), 2):
            ties.setdefault((one, other), _Tie()).add(workers[one], workers[other])
    graph: nx.Graph[str] = nx.Graph()
    _add_ties(graph, data, "co-work", ties)
    return graph


class _Tie:
    """The tasks that two agents share: how many, and the first of them with their clauses."""

    __slots__ = ("first", "weight")

    def __init__(self) -> None:
        self.weight = 0
        self.first: list[tuple[Assignment, Assignment]] = []

    def add(self, one: Assignment, other: Assignment) -> None:
        self.weight += 1
        if self.weight <= MOST_NAMED:
            self.first.append((one, other))


def _first(group: Iterable[Assignment], roles: Iterable[str]) -> dict[str, Assignment]:
    """By agent, the first assignment in one of *roles*."""
    found: dict[str, Assignment] = {}
    for a in group:
        if a.role in roles:
            found.setdefault(a.agent, a)
    return found


def _add_agents(graph: Network, data: Responsibilities) -> None:
    for agent in data.agents.values():
        graph.add_node(agent.iri, label=agent.label, kind=agent.kind)


def _by_task(data: Responsibilities) -> Iterable[list[Assignment]]:
    groups: dict[str, list[Assignment]] = {}
    for a in data.assignments:
        groups.setdefault(a.task, []).append(a)
    return groups.values()


def _add_ties(
    graph: Network, data: Responsibilities, kind: str, ties: Mapping[tuple[str, str], _Tie]
) -> None:
    _add_agents(graph, data)
    for (one, other), tie in ties.items():
        tasks = [a.task for a, _ in tie.first]
        clauses = dict.fromkeys(a.clause for pair in tie.first for a in pair)
        themes = dict.fromkeys(theme for task in tasks for theme in data.tasks[task].themes)
        plans = dict.fromkeys(data.tasks[task].plan for task in tasks)
        more = ["…"] if tie.weight > MOST_NAMED else []
        graph.add_edge(
            one,
            other,
            role=kind,
            label=_BETWEEN[kind][data.lang],
            weight=tie.weight,
            tasks=" ".join([*tasks, *more]),
            clause="; ".join([*map(data.label, clauses), *more]),
            clause_iri=" ".join([*clauses, *more]),
            theme="; ".join(map(data.label, themes)),
            plan="; ".join(map(data.label, plans)),
        )
