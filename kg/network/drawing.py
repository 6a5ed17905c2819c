"""What a page needs to draw a network: columns of numbers and texts, each clause and theme told once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, TypeVar

import networkx as nx

from .layout import Position
from .measuring import communities_of
from .model import Responsibilities
from .projecting import Network

Key = TypeVar("Key", bound=Hashable)


def drawing(
    data: Responsibilities, graph: Network, places: Mapping[str, Position]
) -> dict[str, Any]:
    """*graph*, a projection of *data*, as JSON: ``nodes`` and ``edges`` are columns of equal length.

    ``nodes``: id (IRI), label, kind, x, y, degree, community; of a task also path, plan (a number in ``plans``) and
    themes (numbers in ``themes``), else "", -1 and [].  ``edges``: source and target (numbers of nodes), role (a number in
    ``roles``), weight, clause (a number in ``clauses``; their IRI is "" where an edge has several), theme (a number
    in ``theme_texts``), group (whom the plan names in place of the agency; a number in ``groups``).
    """
    names = list(graph)
    index = {name: n for n, name in enumerate(names)}
    roles: Numbers[tuple[str, str]] = Numbers()
    clauses: Numbers[tuple[str, str]] = Numbers()
    themes: Numbers[str] = Numbers()
    plans: Numbers[str] = Numbers()
    texts: Numbers[str] = Numbers()
    groups: Numbers[str] = Numbers()
    tasks = [data.tasks.get(name) for name in names]
    edges = list(graph.edges(data=True))
    return {
        "nodes": {
            "id": names,
            "label": [graph.nodes[name]["label"] for name in names],
            "kind": [graph.nodes[name]["kind"] for name in names],
            "x": [places[name][0] for name in names],
            "y": [places[name][1] for name in names],
            "degree": [len(set(nx.all_neighbors(graph, name)) - {name}) for name in names],
            "community": list(communities_of(graph).values()),
            "path": [task.path if task else "" for task in tasks],
            "plan": [plans.of(task.plan) if task else -1 for task in tasks],
            "themes": [
                [themes.of(theme) for theme in task.themes] if task else [] for task in tasks
            ],
        },
        "edges": {
            "source": [index[u] for u, _, _ in edges],
            "target": [index[v] for _, v, _ in edges],
            "role": [roles.of((tie["role"], tie["label"])) for _, _, tie in edges],
            "weight": [tie["weight"] for _, _, tie in edges],
            "clause": [clauses.of((tie["clause_iri"], tie["clause"])) for _, _, tie in edges],
            "theme": [texts.of(tie["theme"]) for _, _, tie in edges],
            "group": [groups.of(tie.get("group", "")) for _, _, tie in edges],
        },
        "roles": [{"id": role, "label": label} for role, label in roles],
        "clauses": [{"id": "" if " " in iri else iri, "label": label} for iri, label in clauses],
        "themes": [{"id": theme, "label": data.label(theme)} for theme in themes],
        "theme_texts": list(texts),
        "plans": [{"id": plan, "label": data.label(plan)} for plan in plans],
        "groups": list(groups),
    }


class Numbers(dict[Key, int]):
    """What was met, each with a number of its own, in order."""

    def of(self, key: Key) -> int:
        return self.setdefault(key, len(self))
