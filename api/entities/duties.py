"""Duties: who has which part in which task, with the words, the time and the clause."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox

from ..anchors import plan_page
from .reader import Reader, Ref

ROLES = ("lead", "focal", "monitor", "coordinating", "recipient")
_EARLIER = {role: place for place, role in enumerate(ROLES)}


class Task(NamedTuple):
    """A task as lists show it.

    *when*: the words of its time; *due*: deadlines ("--11-10" or a date, and whether that day is included);
    *every*: how often (ISO 8601 durations); *years*: the first and the last year that its time names; *where*: the words in the plan's text; *is_conditional*: its
    time holds «nếu có».
    """

    iri: str
    ref: Ref
    path: str
    text: str
    plan: Ref
    clause: Ref | None
    where: str | None
    when: Ref | None
    due: tuple[tuple[str, bool], ...]
    every: tuple[str, ...]
    years: tuple[str, str] | None
    leads: list[Ref]
    coordinators: list[Ref]
    is_request: bool
    is_conditional: bool


class Given(NamedTuple):
    """A role as it is given: *written*: the words that give it, and *where* they are; *group*: what it is inferred
    from."""

    role: str
    role_ref: Ref | None
    assignment: Ref
    written: str | None
    where: str | None
    group: Ref | None


class Duty(NamedTuple):
    """A task and every role that one body has in it."""

    task: Task
    roles: list[Given]


class Part(NamedTuple):
    """An assignment before it is looked into: enough to sort and to filter."""

    assignment: ox.NamedNode
    task: ox.NamedNode
    role: str
    plan: ox.NamedNode | None
    day: str
    order: int


def parts(reader: Reader, agent: ox.NamedNode, *, inferred: bool = False) -> list[Part]:
    """Every part that *agent* has in a task: the newest plan first, in each by role, then as the plan has them."""
    hidden = reader.hidden_values if inferred else reader.nodes
    about = (reader.hidden_subjects if inferred else reader.subjects)("kh:assignedTo", agent)
    plans: dict[str, str] = {}
    found: list[Part] = []
    for assignment in about:
        role = next(iter(hidden(assignment, "kh:assignmentRole")), None)
        for task in hidden(assignment, "kh:assignmentOf"):
            plan, day, order = _place(reader, task, plans)
            name = role.value.rsplit("/", 1)[-1] if role else ""
            found.append(Part(assignment, task, name, plan, day, order))
    return sorted(found, key=_rank)


def _rank(part: Part) -> tuple[str, str, int, int, str]:
    newest = "".join(chr(0x10FFFF - ord(c)) for c in part.day) + "\U0010ffff"
    plan = part.plan.value if part.plan else ""
    return (newest, plan, _EARLIER.get(part.role, 9), part.order, part.assignment.value)


def by_task(parts_: Iterable[Part]) -> list[list[Part]]:
    """The parts in one task together, in the order of the first of each."""
    found: dict[str, list[Part]] = {}
    for part in parts_:
        found.setdefault(part.task.value, []).append(part)
    return list(found.values())


def _place(
    reader: Reader, element: ox.NamedNode, days: dict[str, str]
) -> tuple[ox.NamedNode | None, str, int]:
    """The plan of *element*, the plan's date, and the order of its clause."""
    plan = reader.one(element, "kh:elementOf")
    clause = reader.one(element, "kh:statedIn")
    if plan is not None and plan.value not in days:
        days[plan.value] = reader.text(plan, "eli:date_document") or ""
    order = reader.text(clause, "kh:clauseOrder") if clause else None
    number = int(order) if order and order.isdecimal() else 0
    return plan, days.get(plan.value, "") if plan else "", number


def in_order(reader: Reader, elements: Iterable[ox.NamedNode]) -> list[ox.NamedNode]:
    """Elements of plans: the newest plan first, then as the plan has them."""
    days: dict[str, str] = {}
    keyed = [(e, *_place(reader, e, days)) for e in elements]
    keyed.sort(key=lambda k: (k[1].value if k[1] else "", k[3], k[0].value))
    keyed.sort(key=lambda k: k[2], reverse=True)
    return [k[0] for k in keyed]


def task(reader: Reader, node: ox.NamedNode) -> Task:
    plan = reader.one(node, "kh:elementOf")
    clause = reader.one(node, "kh:statedIn")
    mention = reader.one(node, "kh:hasEvidence")
    frame = reader.one(node, "kh:hasTimeframe")
    modality = reader.one(node, "kh:modality")
    due = [
        (value, inclusive)
        for deadline in reader.nodes(node, "kh:hasDeadline")
        for property_, inclusive in (("kh:dueBefore", False), ("kh:dueBy", True))
        for value in reader.texts(deadline, property_)
    ]
    every = [
        value
        for schedule in (reader.nodes(frame, "kh:hasSchedule") if frame else ())
        for value in reader.texts(schedule, "schema:repeatFrequency")
    ]
    return Task(
        iri=node.value,
        ref=reader.ref(node),
        path=reader.text(node, "kh:taskPath") or "",
        text=reader.text(node, "kh:elementText") or reader.ref(node).text,
        plan=reader.ref(plan) if plan else Ref(""),
        clause=reader.ref(clause) if clause else None,
        where=plan_page(mention.value) if mention else None,
        when=_time(reader, frame) if frame else None,
        due=tuple(sorted(due)),
        every=tuple(sorted(every)),
        years=_years(reader, frame) if frame else None,
        leads=reader.refs(reader.nodes(node, "kh:leadAgency")),
        coordinators=reader.refs(reader.nodes(node, "kh:coordinatingAgency")),
        is_request=modality is not None and modality.value.endswith("/modality/request"),
        is_conditional=frame is not None and reader.text(frame, "kh:isConditional") == "true",
    )


def _years(reader: Reader, frame: ox.NamedNode) -> tuple[str, str] | None:
    interval = reader.one(frame, "kh:interval")
    ends = [
        reader.text(end, "time:inXSDgYear") if end is not None else None
        for end in (
            (reader.one(interval, "time:hasBeginning"), reader.one(interval, "time:hasEnd"))
            if interval is not None
            else ()
        )
    ]
    return (ends[0], ends[1]) if len(ends) == 2 and ends[0] and ends[1] else None


def _time(reader: Reader, frame: ox.NamedNode) -> Ref:
    ref = reader.ref(frame)
    return Ref(reader.text(frame, "kh:timeText") or ref.text, ref.href)


def duty(reader: Reader, parts_: list[Part], *, inferred: bool = False) -> Duty:
    """The duty that *parts_*, all in one task, make together."""
    return Duty(
        task(reader, parts_[0].task), [_given(reader, p, inferred=inferred) for p in parts_]
    )


def _given(reader: Reader, part: Part, *, inferred: bool) -> Given:
    ask = reader.hidden_values if inferred else reader.nodes
    mention = None if inferred else reader.one(part.assignment, "kh:hasEvidence")
    roles = ask(part.assignment, "kh:assignmentRole")
    groups = reader.hidden_values(part.assignment, "kh:expandedFrom") if inferred else []
    return Given(
        role=part.role,
        role_ref=reader.ref(roles[0]) if roles else None,
        assignment=reader.ref(part.assignment),
        written=quote(reader, mention) if mention else None,
        where=plan_page(mention.value) if mention else None,
        group=reader.ref(groups[0]) if groups else None,
    )


def quote(reader: Reader, mention: ox.NamedNode) -> str | None:
    """The exact words of a source mention."""
    for selector in reader.nodes(mention, "oa:hasSelector"):
        if words := reader.text(selector, "oa:exact"):
            return words
    return None


def quotes(reader: Reader, node: ox.NamedNode) -> list[tuple[str, str | None]]:
    """The words that prove an element, and where they are; none that others hold in them."""
    found = [
        (words, plan_page(mention.value))
        for mention in reader.nodes(node, "kh:hasEvidence")
        if (words := quote(reader, mention))
    ]
    return [
        one
        for place, one in enumerate(found)
        if not any(
            one[0] in other[0] and (one[0] != other[0] or place > at)
            for at, other in enumerate(found)
            if at != place
        )
    ]


def is_recurring(reader: Reader, node: ox.NamedNode) -> bool:
    """Whether the task comes again: by a schedule, or by a deadline that names no year."""
    frame = reader.one(node, "kh:hasTimeframe")
    if frame and reader.nodes(frame, "kh:hasSchedule"):
        return True
    return any(
        value.startswith("--")
        for deadline in reader.nodes(node, "kh:hasDeadline")
        for value in (*reader.texts(deadline, "kh:dueBefore"), *reader.texts(deadline, "kh:dueBy"))
    )
