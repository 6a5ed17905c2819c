"""The table of tasks, narrowed by agency, role, theme and time; each choice with how many tasks it would leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.names import BASE

from .model import Task

NONE = "none"  # tasks of which the plan says nothing of the kind
Option = tuple[str, str]  # value, label


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    chosen: str
    choices: tuple[Choice, ...]


def _agencies(task: Task, chosen: Mapping[str, str]) -> Iterable[Option]:
    role = chosen.get("role")
    for part in task.parts:
        if role in (None, part.role):
            yield part.agent.iri.removeprefix(BASE), part.agent.label


def _roles(task: Task, chosen: Mapping[str, str]) -> Iterable[Option]:
    agency = chosen.get("agency")
    has = [p for p in task.parts if agency in (None, p.agent.iri.removeprefix(BASE))]
    for part in has:
        yield part.role, part.role
    if not task.of("coordinating") and agency is None:
        yield NONE, NONE


def _themes(task: Task, _: Mapping[str, str]) -> Iterable[Option]:
    for theme in task.themes:
        yield theme.iri.rsplit("/", 1)[-1], theme.label
    if not task.themes:
        yield NONE, NONE


def _times(task: Task, _: Mapping[str, str]) -> Iterable[Option]:
    if task.time:
        yield task.time.kind or "unknown", task.time.kind_label or task.time.kind
    else:
        yield NONE, NONE


_OPTIONS: dict[str, Callable[[Task, Mapping[str, str]], Iterable[Option]]] = {
    "agency": _agencies,
    "role": _roles,
    "theme": _themes,
    "time": _times,
}
NAMES = tuple(_OPTIONS)


def narrow(
    tasks: Sequence[Task], asked: Mapping[str, str]
) -> tuple[list[Task], tuple[Filter, ...]]:
    """The tasks that fit every filter of *asked* (unknown values fit none), and the filters with their choices.

    The counts of one filter's choices are of the tasks that fit all the others.
    """
    chosen = {name: value for name in _OPTIONS if (value := asked.get(name, ""))}
    return [t for t in tasks if _fits(t, chosen)], tuple(
        _filter(name, tasks, chosen) for name in _OPTIONS
    )


def values(tasks: Sequence[Task], name: str) -> set[str]:
    """All that the filter *name* can be given."""
    return {value for task in tasks for value, _ in _OPTIONS[name](task, {})}


def _fits(task: Task, chosen: Mapping[str, str]) -> bool:
    return all(
        value in {option for option, _ in _OPTIONS[name](task, chosen)}
        for name, value in chosen.items()
    )


def _filter(name: str, tasks: Sequence[Task], chosen: Mapping[str, str]) -> Filter:
    others = {key: value for key, value in chosen.items() if key != name}
    labels: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for task in tasks:
        has = dict(_OPTIONS[name](task, others))
        labels |= has
        if _fits(task, others):
            counts.update(has.keys())
    mine = chosen.get(name, "")
    if mine:
        labels.setdefault(mine, mine)
    ranked = sorted(labels, key=lambda v: (v == NONE, -counts[v], labels[v]))
    return Filter(
        name,
        mine,
        tuple(Choice(v, labels[v], counts[v], v == mine) for v in ranked if counts[v] or v == mine),
    )
