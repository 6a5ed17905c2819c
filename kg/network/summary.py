"""What is said of a network without drawing it, ready to be kept as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from .matrix import matrix
from .measuring import COVERAGE, MEASURES, coverage, measure
from .model import Responsibilities
from .projecting import Network

MOST_CELLS = 40_000


def summary(data: Responsibilities, graph: Network, projection: str) -> dict[str, Any]:
    """Of *graph*, a *projection* of *data*:

    ``counts`` (nodes, edges, agencies, tasks, assignments), ``coverage``, ``scope`` (plan, theme, period, as,
    projection as they were understood), ``plans`` and ``themes`` (id, label; those in the scope), ``roles`` (slug,
    label), ``measures`` (a dict an agency), ``explained`` (name, label, sentence), ``matrix``: ``agents`` and
    ``tasks`` (id, label; of a task also path and plan), ``rows`` (a list of cells an agent, a cell a list of slugs of
    roles); None where it has more than ``MOST_CELLS`` cells.
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


def _thing(data: Responsibilities, iri: str) -> dict[str, Any]:
    return {"id": iri, "label": data.label(iri)}
