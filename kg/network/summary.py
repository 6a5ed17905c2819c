"""What is said of a network without drawing it, ready to be kept as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from .matrix import matrix
from .measuring import COVERAGE, MEASURES, coverage, measure
from .model import Responsibilities
from .projecting import Network
from .reducing import is_reduced

MOST_CELLS = 40_000
MOST_AGENCIES, MOST_PLANS = 40, 30  # by plan


def summary(data: Responsibilities, graph: Network, projection: str) -> dict[str, Any]:
    """Of *graph*, a *projection* of *data*:

    ``counts`` (nodes, edges, agencies, tasks, assignments), ``coverage``, ``scope`` (plan, theme, period, as,
    projection as they were understood), ``plans`` and ``themes`` (id, label; those in the scope), ``roles`` (slug,
    label), ``measures`` (a dict an agency), ``explained`` (name, label, sentence), ``matrix``: ``agents`` and
    ``tasks`` (id, label; of a task also path and plan), ``rows`` (a list of cells an agent, a cell a list of slugs of
    roles); None where it has more than ``MOST_CELLS`` cells.  ``by_plan``, of 2 to ``MOST_PLANS`` plans: the ``MOST_AGENCIES``
    with most tasks (id, label, ``cells``: for each of ``plans`` how many tasks they lead, and have a part in).
    ``reduced``: whether the picture has less than all of it.
    """
    measures = measure(data, projection)
    themes = dict.fromkeys(theme for task in data.tasks.values() for theme in task.themes)
    scope = data.scope
    return {
        "scope": {
            "plan": scope.plan,
            "theme": scope.theme,
            "period": "-".join(map(str, scope.period)) if scope.period else None,
            "as": "expanded" if scope.expanded else "written",
            "projection": projection,
        },
        "counts": {
            "nodes": graph.number_of_nodes(),
            "edges": graph.number_of_edges(),
            "agencies": len(data.agents),
            "tasks": len(data.tasks),
            "assignments": len(data.assignments),
        },
        "coverage": asdict(coverage(data)),
        "plans": [_thing(data, plan) | {"date": data.dates.get(plan)} for plan in data.plans],
        "themes": sorted((_thing(data, theme) for theme in themes), key=lambda t: str(t["label"])),
        "roles": [
            {"slug": role, "label": data.label(role)}
            for role in dict.fromkeys(a.role for a in data.assignments)
        ],
        "measures": [
            dict(zip(measures.columns, row, strict=True)) | {"id": row[-1]} for row in measures.rows
        ],
        "explained": [
            {"name": m.name, "label": m.label[data.lang], "sentence": m.sentence[data.lang]}
            for m in (*MEASURES, COVERAGE)
        ],
        "matrix": _matrix(data),
        "by_plan": _by_plan(data) if 1 < len(data.plans) <= MOST_PLANS else [],
        "reduced": is_reduced(data, graph),
    }


def _matrix(data: Responsibilities) -> dict[str, Any] | None:
    if len(data.agents) * len(data.tasks) > MOST_CELLS:
        return None
    found = matrix(data)
    agents = [data.agents[iri] for iri in found.agents]
    tasks = [data.tasks[iri] for iri in found.tasks]
    return {
        "agents": [{"id": a.iri, "label": a.label, "kind": a.kind} for a in agents],
        "tasks": [
            {"id": t.iri, "label": t.label, "path": t.path, "plan": data.label(t.plan)}
            for t in tasks
        ],
        "rows": [[list(found.roles(a.iri, t.iri)) for t in tasks] for a in agents],
    }


def _by_plan(data: Responsibilities) -> list[dict[str, Any]]:
    led: dict[tuple[str, str], set[str]] = {}
    any_: dict[tuple[str, str], set[str]] = {}
    all_: dict[str, set[str]] = {}
    for a in data.assignments:
        key = (a.agent, data.tasks[a.task].plan)
        any_.setdefault(key, set()).add(a.task)
        all_.setdefault(a.agent, set()).add(a.task)
        if a.role == "lead":
            led.setdefault(key, set()).add(a.task)
    ranked = sorted(all_, key=lambda iri: (-len(all_[iri]), data.agents[iri].label, iri))
    return [
        _thing(data, iri)
        | {
            "label": data.agents[iri].label,
            "cells": [
                [len(led.get((iri, plan), ())), len(any_.get((iri, plan), ()))]
                for plan in data.plans
            ],
        }
        for iri in ranked[:MOST_AGENCIES]
    ]


def _thing(data: Responsibilities, iri: str) -> dict[str, Any]:
    return {"id": iri, "label": data.label(iri)}
