"""The same network as a table: agencies by tasks, the role in each cell."""

from __future__ import annotations

from dataclasses import dataclass

from ..export import Table
from .model import Responsibilities

_ORDER = ("lead", "focal", "coordinating", "recipient", "monitor")


@dataclass(frozen=True, slots=True)
class Matrix:
    """*agents* (IRIs) are the rows, those with most tasks first; *tasks* (IRIs) the columns, in the order of the
    plans; *cells*: the roles (slugs) of an agent in a task, where it has any."""

    agents: tuple[str, ...]
    tasks: tuple[str, ...]
    cells: dict[tuple[str, str], tuple[str, ...]]

    def roles(self, agent: str, task: str) -> tuple[str, ...]:
        return self.cells.get((agent, task), ())


def matrix(data: Responsibilities) -> Matrix:
    cells: dict[tuple[str, str], set[str]] = {}
    for a in data.assignments:
        cells.setdefault((a.agent, a.task), set()).add(a.role)
    led: dict[str, int] = {}
    all_: dict[str, int] = {}
    for (agent, _), roles in cells.items():
        all_[agent] = all_.get(agent, 0) + 1
        led[agent] = led.get(agent, 0) + ("lead" in roles)
    agents = sorted(data.agents.values(), key=lambda a: (-led[a.iri], -all_[a.iri], a.label, a.iri))
    return Matrix(
        tuple(agent.iri for agent in agents),
        tuple(data.tasks),
        {key: tuple(sorted(roles, key=_rank)) for key, roles in cells.items()},
    )


def matrix_table(data: Responsibilities) -> Table:
    """The matrix with words in it: a row an agency, a column a task by its path (with the plan's name where
    there are several)."""
    found = matrix(data)
    several = len(data.plans) > 1
    names = [
        f"{data.label(task.plan)}: {task.path}" if several else task.path
        for task in (data.tasks[iri] for iri in found.tasks)
    ]
    rows = tuple(
        (
            data.agents[agent].label,
            *("; ".join(map(data.label, found.roles(agent, t))) or None for t in found.tasks),
        )
        for agent in found.agents
    )
    return Table(({"vi": "Cơ quan"}.get(data.lang, "Agency"), *names), rows)


def _rank(role: str) -> tuple[int, str]:
    return (_ORDER.index(role) if role in _ORDER else len(_ORDER), role)
