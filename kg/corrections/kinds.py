"""The kinds of facts that can be corrected: where a plan keeps them, and which one stands at a place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from ..model import (
    Goal,
    Mention,
    Plan,
    Reference,
    Role,
    Span,
    Statement,
    Status,
    Target,
    Task,
    TaskGroup,
)
from ..text import fold
from . import fields, forms
from .anchors import Place
from .fields import Facet
from .model import DOCUMENT

T = TypeVar("T")


@dataclass(frozen=True)
class Kind(Generic[T]):
    """*covers* tells whether a fact is the one that a place means; *mark* gives it (and, for a task, what
    belongs to it) a status."""

    name: str
    items: Callable[[Plan], tuple[T, ...]]
    put: Callable[[Plan, tuple[T, ...]], Plan]
    key: Callable[[T], str]
    covers: Callable[[T, Place], bool]
    span: Callable[[T], Span | None]
    mark: Callable[[T, Status], T]
    fields: Mapping[str, Facet[T]]
    may_be_added: bool = False


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _mark_task(task: Task, status: Status) -> Task:
    roles = tuple(replace(r, status=status) if r.status == "extracted" else r for r in task.roles)
    themes = tuple(replace(t, status=status) if t.status == "extracted" else t for t in task.themes)
    time = task.timeframe
    if time and time.status == "extracted":
        time = replace(time, status=status)
    return replace(task, status=status, roles=roles, themes=themes, timeframe=time)


def _in_clause(fact: Task | Goal | TaskGroup | Statement, place: Place) -> bool:
    return fact.clause == place.clause


def _put_tasks(plan: Plan, tasks: tuple[Task, ...]) -> Plan:
    used = {t.group for t in tasks}
    groups = tuple(g for g in plan.groups if g.key in used)
    return replace(plan, tasks=tuple(sorted(tasks, key=lambda t: t.clause)), groups=groups)


def _put_groups(plan: Plan, groups: tuple[TaskGroup, ...]) -> Plan:
    """The tasks of a group have its themes besides their own."""
    before = {g.key: g.themes for g in plan.groups}
    changed = {g.key: g for g in groups if g.themes != before.get(g.key)}

    def follow(task: Task) -> Task:
        group = changed.get(task.group or "")
        if group is None:
            return task
        own = tuple(t for t in task.themes if t.clause != group.clause)
        slugs = {t.slug for t in own}
        return replace(task, themes=(*(t for t in group.themes if t.slug not in slugs), *own))

    return replace(plan, groups=groups, tasks=tuple(follow(t) for t in plan.tasks))


def _put_targets(plan: Plan, targets: tuple[Target, ...]) -> Plan:
    """A part whose whole was removed stands alone."""
    kept = {t.key for t in targets}
    freed = (t if t.parent in kept else replace(t, parent=None) for t in targets)
    return replace(
        plan, targets=tuple(sorted(freed, key=lambda t: (t.clause, t.amount.span.start)))
    )


def _mentions(plan: Plan) -> tuple[Mention, ...]:
    """Each place where somebody is named, once."""
    header = plan.header
    found = [role.mention for task in plan.tasks for role in task.roles]
    found += header.recipients
    if header.issuer:
        found.append(Mention(header.issuer.value, header.issuer.span, plan.issuer_iri))
    return tuple({(m.span, m.name): m for m in found}.values())


def _put_mentions(plan: Plan, mentions: tuple[Mention, ...]) -> Plan:
    """The IRIs told, for every mention of the same name: one name means one body throughout a plan.

    Assignments that thereby change are corrected.
    """
    before = {m.span: m.iri for m in _mentions(plan)}
    told = {fold(m.name): m.iri for m in mentions if m.iri and m.iri != before.get(m.span)}

    def role(one: Role) -> Role:
        iri = told.get(fold(one.mention.name))
        if iri is None:
            return one
        mention = replace(one.mention, iri=iri)
        return replace(one, mention=mention, status="corrected", rule=fields.RULE)

    def recipient(one: Mention) -> Mention:
        return replace(one, iri=told.get(fold(one.name), one.iri))

    issuer = fold(plan.header.issuer.value) if plan.header.issuer else ""
    return replace(
        plan,
        tasks=tuple(replace(t, roles=tuple(role(r) for r in t.roles)) for t in plan.tasks),
        header=replace(plan.header, recipients=tuple(recipient(m) for m in plan.header.recipients)),
        issuer_iri=told.get(issuer, plan.issuer_iri),
    )


def _same(fact: Any, _status: Status) -> Any:
    return fact


def _status(fact: Any, status: Status) -> Any:
    return replace(fact, status=status)


_AGENCY: Mapping[str, Facet[Mention]] = {
    "iri": Facet(
        lambda: forms.ACTOR,
        lambda m: (m.iri,) if m.iri else (),
        lambda m, v, _e: replace(m, iri=v[0]),
    )
}

KINDS: Mapping[str, Kind[Any]] = {
    kind.name: kind
    for kind in (
        Kind[Plan](
            DOCUMENT,
            lambda plan: (plan,),
            lambda _plan, new: new[0],
            lambda _plan: DOCUMENT,
            lambda _plan, _place: True,
            lambda _plan: None,
            _same,
            fields.DOCUMENT,
        ),
        Kind[Task](
            "task",
            lambda plan: plan.tasks,
            _put_tasks,
            lambda task: task.key,
            _in_clause,
            lambda task: task.span,
            _mark_task,
            fields.TASK,
            may_be_added=True,
        ),
        Kind[Target](
            "target",
            lambda plan: plan.targets,
            _put_targets,
            lambda target: target.key,
            lambda target, place: _touch(target.amount.span, place.span),
            lambda target: target.amount.span,
            _status,
            fields.TARGET,
            may_be_added=True,
        ),
        Kind[Reference](
            "reference",
            lambda plan: plan.references,
            lambda plan, new: replace(plan, references=new),
            lambda reference: reference.number,
            lambda reference, place: any(
                _touch(s, place.span) for s in (reference.span, *reference.mentions)
            ),
            lambda reference: reference.span,
            _status,
            fields.REFERENCE,
            may_be_added=True,
        ),
        Kind[Goal](
            "goal",
            lambda plan: plan.goals,
            lambda plan, new: replace(plan, goals=new),
            lambda goal: goal.key,
            _in_clause,
            lambda goal: goal.span,
            _status,
            fields.GOAL,
        ),
        Kind[TaskGroup](
            "group",
            lambda plan: plan.groups,
            _put_groups,
            lambda group: group.key,
            _in_clause,
            lambda group: group.span,
            _status,
            fields.GROUP,
        ),
        Kind[Statement](
            "purpose",
            lambda plan: plan.purposes,
            lambda plan, new: replace(plan, purposes=new),
            lambda statement: statement.key,
            _in_clause,
            lambda statement: statement.span,
            _status,
            {},
        ),
        Kind[Statement](
            "requirement",
            lambda plan: plan.requirements,
            lambda plan, new: replace(plan, requirements=new),
            lambda statement: statement.key,
            _in_clause,
            lambda statement: statement.span,
            _status,
            {},
        ),
        Kind[Mention](
            "agency",
            _mentions,
            _put_mentions,
            lambda mention: mention.name,
            lambda mention, place: _touch(mention.span, place.span),
            lambda mention: mention.span,
            _same,
            _AGENCY,
        ),
        # Words that say nothing the program should have found: they can only be confirmed.
        Kind[Plan](
            "text",
            lambda plan: (plan,),
            lambda _plan, new: new[0],
            lambda _plan: "text",
            lambda _plan, _place: True,
            lambda _plan: None,
            _same,
            {},
        ),
    )
}


def field_names() -> tuple[str, ...]:
    """Every "kind.field" there is."""
    return tuple(f"{kind.name}.{name}" for kind in KINDS.values() for name in kind.fields)
