"""Facts that were found but may be wrong, each with what would settle it.

What a person has corrected or confirmed is settled and not listed again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..extract.header import impossible_date
from ..extract.sections import section_keys
from ..model import Plan, Reference, Role, Span, Target, Task

ELLIPSIS = "…"  # stands for what only the reader can tell


@dataclass(frozen=True, slots=True)
class Doubt:
    """*fix* and *confirm* are arguments of «kg correct FILE»: to put it right, and to say it is right."""

    kind: str
    key: str
    rule: str
    words: str
    span: Span
    detail: str
    fix: tuple[str, ...]
    confirm: tuple[str, ...]


KINDS = {
    "document-field": ("Thiếu dữ kiện định danh văn bản", "A fact of the document is missing"),
    "unknown-agency": (
        "Cơ quan chưa có trong dữ liệu tham chiếu",
        "Agency that the reference data does not know",
    ),
    "label-scope": (
        "Nhãn có thể áp dụng cho nhiều mục: phạm vi chưa chắc",
        "A label that holds for several items: its scope is in doubt",
    ),
    "lead-missing": ("Nhiệm vụ chưa có cơ quan chủ trì", "Task without a lead"),
    "row-without-lead": (
        "Hàng của bảng nhiệm vụ chưa có cơ quan chủ trì",
        "Row of a table of tasks without a lead",
    ),
    "time-unread": (
        "Thời gian chưa hiểu được ngoài nguyên văn",
        "Time whose words are kept but not understood",
    ),
    "target-without-year": ("Chỉ tiêu không rõ năm", "Target without year or period"),
    "number-without-unit": (
        "Con số trong phần mục tiêu không có đơn vị",
        "Number without a unit in a part on goals",
    ),
    "citation-unidentified": (
        "Văn bản viện dẫn chưa xác định được",
        "Cited document that cannot be identified",
    ),
    "heading-unresolved": (
        "Tiêu đề giống tên cơ quan nhưng chưa được hiểu là cơ quan chủ trì",
        "Heading that begins with an agency but gives no lead",
    ),
    "duty-without-task": (
        "Đoạn có lời giao việc nhưng chưa thành nhiệm vụ",
        "Paragraph that gives a duty but became no task",
    ),
}


class Settled:
    """What the plan's reviews have decided."""

    def __init__(self, plan: Plan) -> None:
        self._reviews = plan.reviews
        self._fields = {(r.field, r.key) for r in plan.reviews if "." in r.field}
        self._whole = {(r.field, r.key) for r in plan.reviews if r.kind == "confirmation"}

    def has(self, field: str, key: str) -> bool:
        return (field, key) in self._fields or (field.partition(".")[0], key) in self._whole

    def words(self, span: Span) -> bool:
        """Whether somebody has looked at these words and found that nothing is missing."""
        return any(
            r.field == "text" and r.span.start < span.end and span.start < r.span.end
            for r in self._reviews
        )


def fact_doubts(plan: Plan) -> Iterator[Doubt]:
    """In the order of ``KINDS``, within a kind in reading order; *plan* is resolved."""
    settled = Settled(plan)
    yield from _document(plan, settled)
    yield from _agencies(plan, settled)
    yield from _labels(plan, settled)
    yield from _leads(plan, settled)
    yield from _times(plan, settled)
    yield from _years(plan, settled)
    yield from _citations(plan, settled)


def _fix(keys: Sequence[str], field: str, value: str = ELLIPSIS) -> tuple[str, ...]:
    at = tuple(part for key in keys for part in ("--at", key))
    return (*at, "--field", field, "--value", value, "--why", ELLIPSIS)


def _confirm(keys: Sequence[str], *fields: str) -> tuple[str, ...]:
    at = tuple(part for key in keys for part in ("--at", key))
    return (*at, *(part for field in fields for part in ("--field", field)), "--confirm")


def _document(plan: Plan, settled: Settled) -> Iterator[Doubt]:
    header = plan.header
    fields = {
        "number": header.number,
        "date": header.date,
        "type": header.type,
        "issuer": header.issuer,
    }
    for name, field in fields.items():
        full = f"document.{name}"
        if field is None and not settled.has(full, "document"):
            wrong = impossible_date(plan.outline) if name == "date" else None
            yield Doubt(
                "document-field",
                "document",
                f"header-{name}",
                wrong.value if wrong else "",
                wrong.span if wrong else Span(0, 0),
                "date: there is no such day / không có ngày này" if wrong else name,
                _fix((), full),
                _confirm((), full),
            )


def _agencies(plan: Plan, settled: Settled) -> Iterator[Doubt]:
    """One doubt a name, at the first place that nobody has looked at."""
    named: dict[str, list[tuple[Task, Role]]] = {}
    for task in plan.tasks:
        for role in task.roles:
            if role.status == "extracted" and role.mention.doubt is not None:
                named.setdefault(role.mention.name, []).append((task, role))
    for name, places in named.items():
        task, role = places[0]
        span = role.mention.span
        if settled.has("agency.iri", name):
            continue
        at = ("--span", f"{span.start}:{span.end}", "--field", "agency.iri")
        yield Doubt(
            "unknown-agency",
            task.key,
            role.rule,
            name,
            span,
            f"{len(places)} × {role.mention.iri}",
            (*at, "--value", ELLIPSIS, "--why", ELLIPSIS),
            (*at, "--confirm"),
        )


_LABEL_FIELDS = {"lead": "leads", "coordinating": "coordinators", "monitor": "monitors"}


def _labels(plan: Plan, settled: Settled) -> Iterator[Doubt]:
    """One doubt a run of labels that several tasks share; certain where a label has one item only."""
    held: dict[int, dict[str, list[Task]]] = {}
    for task in plan.tasks:
        for role in task.roles:
            field = _LABEL_FIELDS.get(role.role)
            if field and role.source == "label" and role.clause != task.clause:
                _hold(held, role.clause, field, task)
        time = task.timeframe
        if time and time.rule == "label-time" and time.clause != task.clause:
            _hold(held, time.clause, "timeline", task)
    keys = section_keys(plan.outline)
    runs: dict[tuple[str, ...], tuple[list[int], set[str], list[Task]]] = {}
    for clause, fields in sorted(held.items()):
        tasks = list({t.key: t for found in fields.values() for t in found}.values())
        run = runs.setdefault(tuple(t.key for t in tasks), ([], set(), tasks))
        run[0].append(clause)
        run[1].update(fields)
    for clauses, names, tasks in runs.values():
        order = [f for f in (*_LABEL_FIELDS.values(), "timeline") if f in names]
        open_ = [t.key for t in tasks if any(not settled.has(f"task.{f}", t.key) for f in order)]
        if len(tasks) < 2 or not open_:
            continue
        label = plan.outline.clauses[clauses[0]]
        yield Doubt(
            "label-scope",
            keys[label.index],
            _rule(tasks, clauses[0]),
            label.passage.text,
            label.passage.span(),
            f"{_arrangement(plan, clauses, tasks)}: {', '.join(t.key for t in tasks)}",
            _fix(open_, f"task.{order[0]}"),
            _confirm(open_, *(f"task.{f}" for f in order)),
        )


def _hold(held: dict[int, dict[str, list[Task]]], clause: int, field: str, task: Task) -> None:
    tasks = held.setdefault(clause, {}).setdefault(field, [])
    if task not in tasks:
        tasks.append(task)


def _rule(tasks: Sequence[Task], label: int) -> str:
    """The rule that read the label."""
    return next((r.rule for t in tasks for r in t.roles if r.clause == label), "label-time")


def _arrangement(plan: Plan, labels: Sequence[int], tasks: Sequence[Task]) -> str:
    if len({plan.outline.clauses[t.clause].parent for t in tasks}) > 1:
        return "items of several lists / mục của nhiều danh sách"
    if labels[0] < min(t.clause for t in tasks):
        return "label first, items after / nhãn đứng trước các mục"
    return "one label after several items / một nhãn sau nhiều mục"


def _leads(plan: Plan, settled: Settled) -> Iterator[Doubt]:
    for task in plan.tasks:
        if task.of("lead") or settled.has("task.leads", task.key):
            continue
        row = plan.outline.clauses[task.clause].kind == "hang"
        yield Doubt(
            "row-without-lead" if row else "lead-missing",
            task.key,
            task.rule,
            task.text,
            task.span,
            f"lead of {task.path}",
            _fix((task.key,), "task.leads"),
            _confirm((task.key,), "task.leads"),
        )


def _times(plan: Plan, settled: Settled) -> Iterator[Doubt]:
    shared: dict[Span, list[Task]] = {}
    for task in plan.tasks:
        if task.timeframe:
            shared.setdefault(task.timeframe.span, []).append(task)
    for tasks in shared.values():
        time = tasks[0].timeframe
        if time is None or time.status != "extracted":
            continue
        if time.frequency or time.begin or time.end or time.deadline or time.continuous:
            continue
        parts = ("timeline", "frequency", "begin", "end", "deadline")
        keys = [t.key for t in tasks if not any(settled.has(f"task.{p}", t.key) for p in parts)]
        if keys:
            yield Doubt(
                "time-unread",
                keys[0],
                time.rule,
                time.text,
                time.span,
                ", ".join(keys),
                _fix(keys, "task.end"),
                _confirm(keys, "task.timeline"),
            )


def _years(plan: Plan, settled: Settled) -> Iterator[Doubt]:
    for target in plan.targets:
        amount = target.amount
        if not (amount.year or amount.period or _has_year(target, settled)):
            yield Doubt(
                "target-without-year",
                target.key,
                target.rule,
                target.amount.quote,
                target.amount.span,
                target.indicator,
                _fix((target.key,), "target.year"),
                _confirm((target.key,), "target.year"),
            )


def _has_year(target: Target, settled: Settled) -> bool:
    return any(settled.has(f"target.{field}", target.key) for field in ("year", "period"))


def _citations(plan: Plan, settled: Settled) -> Iterator[Doubt]:
    for reference in plan.references:
        lacks = _lacks(reference)
        if lacks and not settled.has(f"reference.{lacks}", reference.number):
            yield Doubt(
                "citation-unidentified",
                reference.number,
                reference.rule,
                reference.text,
                reference.span,
                f"{lacks} is not told / chưa rõ {'ngày' if lacks == 'date' else 'cơ quan ban hành'}",
                _fix((reference.number,), f"reference.{lacks}"),
                _confirm((reference.number,), f"reference.{lacks}"),
            )


def _lacks(reference: Reference) -> str | None:
    if reference.iri is not None and "/cited/" not in reference.iri:
        return None
    return "date" if reference.date is None else "issuer"
