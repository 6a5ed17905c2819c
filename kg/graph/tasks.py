"""Task groups, tasks, assignments, timeframes, themes."""

from __future__ import annotations

import re

from rdflib import XSD, Literal, URIRef

from ..model import Role, Span, Task, Theme, Timeframe
from ..names import FREQUENCY, KH, SCHEMA
from ..text import fold
from ..vocabulary import concepts
from .document import shorten, voc
from .targets import interval
from .writer import Writer

_SHORTCUT = {
    "lead": KH.leadAgency,
    "coordinating": KH.coordinatingAgency,
    "focal": KH.focalAgency,
    "recipient": KH.reportRecipient,
}
_ROLE_VI = {
    "lead": "Chủ trì",
    "coordinating": "Phối hợp",
    "focal": "Đầu mối",
    "recipient": "Nhận báo cáo",
    "monitor": "Theo dõi",
}
_EU_FREQUENCY = {
    "P1Y": "ANNUAL",
    "P2Y": "BIENNIAL",
    "P3M": "QUARTERLY",
    "P6M": "ANNUAL_2",
    "P1M": "MONTHLY",
    "P1W": "WEEKLY",
    "P1D": "DAILY",
}


def describe_tasks(w: Writer) -> None:
    for group in w.plan.groups:
        path = f"group/{group.key}"
        node = w.element(
            path,
            "TaskGroup",
            group.clause,
            f"group-{group.key}",
            [group.span],
            group.rule,
            group.status,
        )
        w.label(node, shorten(group.text), f"Task group {group.key} of {w.name}")
        w.add(node, KH.elementText, group.text)
        _themes(w, node, path, group.themes)
    times: dict[tuple[str, Span], str] = {}
    for task in w.plan.tasks:
        _task(w, task, times)


def _task(w: Writer, task: Task, times: dict[tuple[str, Span], str]) -> None:
    path = f"task/{task.key}"
    node = w.element(
        path, "Task", task.clause, f"task-{task.key}", [task.span], task.rule, task.status
    )
    if task.of("recipient"):
        w.type(node, "ReportingDuty")
    if task.of("monitor") or task.kind == "monitoring":
        w.type(node, "MonitoringDuty")
    w.label(node, shorten(task.text), f"Task {task.key} of {w.name}")
    w.add(node, KH.elementText, task.text)
    w.add(node, KH.taskPath, task.path)
    w.add(node, KH.modality, voc("modality", task.modality))
    if task.group:
        group = w.node(f"group/{task.group}")
        w.add(node, KH.inTaskGroup, group)
        w.add(group, KH.hasTask, node)
    counts: dict[str, int] = {}
    for role in task.roles:
        counts[role.role] = counts.get(role.role, 0) + 1
        _assignment(w, task, node, role, counts[role.role])
    if task.timeframe:
        w.add(node, KH.hasTimeframe, _timeframe(w, task, node, task.timeframe, times))
    _themes(w, node, path, task.themes)
    for number, output in enumerate(task.outputs, 1):
        result = w.element(
            f"{path}/output/{number}",
            "ExpectedOutput",
            task.clause,
            f"output-{task.key}-{number}",
            [output.span],
            "label-output",
        )
        w.label(result, shorten(output.name), f"Output {number} of task {task.key}, {w.name}")
        w.add(result, KH.elementText, output.name)
        w.add(node, KH.expectedOutput, result)
    _funding(w, node, task)


def _assignment(w: Writer, task: Task, node: URIRef, role: Role, number: int) -> None:
    agent = w.agent(role.mention)
    name = f"{role.role}-{number}"
    shared = task.block if role.source in ("label", "heading") else task.key
    evidence = f"as-{shared}-{role.role}"
    evidence = f"{evidence}-{w.ordinal(evidence, role.mention.span)}"
    subject = w.element(
        f"task/{task.key}/as/{name}",
        "Assignment",
        role.clause,
        evidence,
        [role.mention.span],
        role.rule,
        role.status,
    )
    w.label(
        subject,
        f"{_ROLE_VI[role.role]} {task.key}: {role.mention.name}",
        f"{role.role.capitalize()} {number} of task {task.key}, {w.name}",
    )
    w.add(subject, KH.assignmentOf, node)
    w.add(node, KH.hasAssignment, subject)
    w.add(subject, KH.assignedTo, agent)
    w.add(subject, KH.assignmentRole, voc("role", role.role))
    if role.role in _SHORTCUT:
        w.add(node, _SHORTCUT[role.role], agent)


def _timeframe(
    w: Writer, task: Task, node: URIRef, time: Timeframe, times: dict[tuple[str, Span], str]
) -> URIRef:
    """Tasks of one block that share the label's words share the timeframe."""
    place = (time.text, time.span)
    fresh = place not in times
    path = times.setdefault(place, _free_path(task, times))
    subject = w.node(path)
    if time.deadline:
        _deadline(w, node, path, time)
    if not fresh:
        return subject
    w.type(subject, "Timeframe")
    w.label(subject, time.text, f"“{time.text}”")
    w.add(subject, KH.timeText, time.text)
    w.add(subject, KH.timeKind, voc("time-kind", time.kind))
    w.add(subject, KH.hasWords, w.mention(path.replace("/", "-"), time.span))
    w.add(subject, KH.isConditional, time.conditional)
    w.add(subject, KH.isContinuous, time.continuous)
    if time.begin or time.end:
        w.add(subject, KH.interval, interval(w, f"{path}/interval", time.begin, time.end))
    for number, frequency in enumerate(time.frequencies, 1):
        schedule = w.node(f"{path}/schedule" + (f"/{number}" if number > 1 else ""))
        w.type(schedule, "RecurringSchedule")
        w.label(schedule, f"Lịch: {time.text}", f"Schedule {frequency}")
        w.add(subject, KH.hasSchedule, schedule)
        w.add(schedule, SCHEMA.repeatFrequency, frequency)
        if frequency in _EU_FREQUENCY:
            w.add(schedule, KH.frequency, FREQUENCY[_EU_FREQUENCY[frequency]])
    return subject


def _free_path(task: Task, times: dict[tuple[str, Span], str]) -> str:
    """time/ and the block; the task itself where another time of the block has that name."""
    taken = set(times.values())
    names = (task.block, task.key, *(f"{task.key}-{n}" for n in range(2, len(taken) + 3)))
    return next(path for name in names if (path := f"time/{name}") not in taken)


def _deadline(w: Writer, task: URIRef, path: str, time: Timeframe) -> None:
    if time.deadline is None:
        return
    subject = w.node(f"{path}/deadline")
    w.type(subject, "Deadline")
    w.label(subject, f"Thời hạn: {time.text}", f"Deadline {time.deadline.before.lstrip('-')}")
    yearly = time.deadline.before.startswith("--")
    value = Literal(time.deadline.before, datatype=XSD.gMonthDay if yearly else XSD.date)
    w.add(subject, KH.dueBy if time.deadline.inclusive else KH.dueBefore, value)
    w.add(task, KH.hasDeadline, subject)


def _themes(w: Writer, node: URIRef, path: str, themes: tuple[Theme, ...]) -> None:
    for theme in themes:
        evidence = f"theme-{theme.slug}-{theme.span.start}"
        concept = voc("theme", theme.slug)
        w.add(node, KH.hasTheme, concept)
        given = w.element(
            f"{path}/theme/{theme.slug}",
            "ThemeAssignment",
            theme.clause,
            evidence,
            [theme.span],
            theme.rule,
            theme.status,
        )
        w.label(given, f"Chủ đề theo «{theme.words}»", f"Theme {theme.slug} by “{theme.words}”")
        w.add(given, KH.assignedTheme, concept)
        w.add(given, KH.themeAssignmentOf, node)


def _funding(w: Writer, node: URIRef, task: Task) -> None:
    text = fold(" ".join((task.text, *(m.name for m in task.funding))))
    for concept in concepts("funding"):
        if any(
            re.search(rf"(?<!\w){re.escape(fold(words))}(?!\w)", text) for words in concept.hidden
        ):
            w.add(node, KH.fundingSource, URIRef(concept.iri))
