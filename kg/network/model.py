"""What the network is made from: tasks, who has which role in them, and where that is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

AS = ("written", "expanded")
PROJECTIONS = ("two-mode", "leads", "co-work")
# Whoever has one of these roles does the work; who receives a report or watches over it does not.
WORKING_ROLES = ("lead", "coordinating", "focal")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of the dataset: *plan* and *theme* are IRIs, *period* is two years, both in; None: all.

    *expanded*: a group whose members are known is replaced by them.
    """

    plan: str | None = None
    theme: str | None = None
    period: tuple[int, int] | None = None
    expanded: bool = False


@dataclass(frozen=True, slots=True)
class Agent:
    """*kind*: "agency", "group" or "association"; "agent" where the dataset does not tell."""

    iri: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Task:
    """*text*: verbatim; *time*: its words; *years*: in which it falls, as far as they are stated, open ends
    None; *clause*, *plan* and *themes* are IRIs."""

    iri: str
    label: str
    text: str
    path: str
    plan: str
    clause: str
    themes: tuple[str, ...] = ()
    time: str | None = None
    years: tuple[tuple[int | None, int | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """*agent* has *role* (a slug of ``voc/role/``) in *task*, by *clause*; *group*: whom the plan names in its
    place."""

    iri: str
    agent: str
    task: str
    role: str
    clause: str
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Responsibilities:
    """All that is in a scope, in the order of the plans; *labels* of roles (by slug), clauses, themes, plans and
    groups in one language, *lang*.  *dates*: of the plans, where they are known."""

    scope: Scope
    lang: str
    agents: Mapping[str, Agent]
    tasks: Mapping[str, Task]
    assignments: tuple[Assignment, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)

    @property
    def plans(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(task.plan for task in self.tasks.values()))

    def label(self, key: str) -> str:
        return self.labels.get(key, key)

    def themes_of(self, task: str) -> str:
        return "; ".join(self.label(theme) for theme in self.tasks[task].themes)
