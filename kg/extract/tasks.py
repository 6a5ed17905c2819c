"""Tasks: leaf items of the parts that tell who must do what, with the roles and times of their block."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ..model import Clause, Mention, Outline, Passage, Role, Task, TaskGroup, Timeframe
from ..text import is_upper, level
from ..words import word_list
from .inline_times import find_inline_time
from .labels import Label, column_kind, find_labels
from .roles import (
    coordinators,
    heading_agents,
    label_roles,
    report_recipients,
    subject_agents,
    watch_roles,
)
from .sections import section_of
from .themes import find_themes
from .timeline import make_timeframe

TASK_SECTIONS = ("task", "mixed", "funding")


@dataclass(slots=True)
class _Block:
    """What the labels of one run of items say."""

    roles: list[Role] = field(default_factory=list)
    time: Timeframe | None = None
    outputs: list[Mention] = field(default_factory=list)
    funding: list[Mention] = field(default_factory=list)

    @property
    def leads(self) -> list[Role]:
        return [r for r in self.roles if r.role == "lead"]


def find_tasks(
    outline: Outline, keys: dict[int, str]
) -> tuple[tuple[TaskGroup, ...], tuple[Task, ...]]:
    finder = _Finder(outline, keys)
    tasks = finder.tasks()
    used = {t.group for t in tasks}
    return tuple(g for g in finder.groups.values() if g.key in used), tuple(tasks)


_TELLING = ("lead", "coordinating", "monitor", "both", "time")


class _Finder:
    def __init__(self, outline: Outline, keys: dict[int, str]) -> None:
        self.outline = outline
        self.keys = keys
        self.kids: dict[int | None, list[Clause]] = {}
        for clause in outline.clauses:
            self.kids.setdefault(clause.parent, []).append(clause)
        self.labels = {c.index: find_labels(c.passage) for c in outline.clauses if c.passage.text}
        self.headings: dict[int, list[Role]] = {}
        self.groups: dict[int, TaskGroup] = {}

    def tasks(self) -> list[Task]:
        blocks = self._blocks()
        found: list[Task] = []
        ordinals: dict[int | None, int] = {}
        for clause in self.outline.clauses:
            if not self._is_task(clause):
                continue
            if clause.number is None:
                ordinals[clause.parent] = ordinals.get(clause.parent, 0) + 1
            task = self._task(clause, blocks.get(clause.index, _Block()), ordinals)
            if self._needs_lead(clause) and not task.of("lead"):
                continue
            found.append(task)
        return found

    # -- which clauses are tasks -----------------------------------------------------------------

    def _is_label(self, clause: Clause) -> bool:
        """Only tells roles, times or circumstances; a label of content («Nội dung: ...») is the task."""
        labels = self.labels.get(clause.index, ())
        return bool(labels) and all(
            label.kind != "content"
            or not clause.passage.text[label.end - 1 : label.end].strip()
            or label.start >= label.end
            for label in labels
        )

    def _is_task(self, clause: Clause) -> bool:
        if not clause.passage.text or clause.kind in ("phuluc", "bang", "cong"):
            return False
        if section_of(self.outline, clause) not in TASK_SECTIONS or self._is_label(clause):
            return False
        if clause.kind == "hang":
            return self._is_task_row(clause)
        children = self.kids.get(clause.index, [])
        own = [c for c in children if c.kind != "cong"]
        if own:
            return all(self._is_label(c) for c in own)
        if children and clause.kind != "gach":
            return all(self._is_label(c) for c in children)
        if clause.passage.text.endswith(":") and clause.kind != "gach":
            return False
        if clause.parent is None and clause.kind in ("muc", "phan", "chuong"):
            return False
        return not (clause.is_heading and self._heading_roles(clause)) and _says_something(clause)

    def _needs_lead(self, clause: Clause) -> bool:
        """Money, and the articles of a decision: a task only where somebody is named."""
        if section_of(self.outline, clause) == "funding":
            return True
        return any(c.kind == "dieu" for c in (*self.outline.ancestors(clause), clause))

    def _is_task_row(self, clause: Clause) -> bool:
        """A row of a table of tasks: it has a column of leads, and says more than a heading."""
        kinds = [column_kind(c) for c in clause.columns]
        if "lead" not in kinds or ("target" in kinds and "content" not in kinds):
            return False
        if len(self._row_content(clause).text.split()) < 3:
            return False
        told = zip(kinds, clause.cells, strict=False)
        return any(cell.text and kind in _TELLING for kind, cell in told)

    def _heading_roles(self, clause: Clause) -> list[Role]:
        if clause.index not in self.headings:
            self.headings[clause.index] = heading_agents(clause) if clause.is_heading else []
        return self.headings[clause.index]

    # -- labels and the items they hold for ------------------------------------------------------

    def _blocks(self) -> dict[int, _Block]:
        """For each clause what the labels say that stand with it under one parent.

        A run of labels holds for the items above it, back to the last run; where the labels come first,
        for those below.  Labels alone hold for the parent itself, and so do labels among plus signs,
        which belong to their dash item.
        """
        found: dict[int, _Block] = {}
        for parent, children in self.kids.items():
            above = [] if parent is None else [self.outline.clauses[parent]]
            runs = [(label, list(run)) for label, run in groupby(children, key=self._is_label)]
            labels_first = runs[0][0]
            for place, (is_label, run) in enumerate(runs):
                if not is_label:
                    continue
                beside = place + 1 if labels_first else place - 1
                items = runs[beside][1] if 0 <= beside < len(runs) else []
                block = _Block()
                for clause in run:
                    self._read(clause, block)
                self._assign(above if run[0].kind == "cong" or not items else items, block, found)
        return found

    def _assign(self, clauses: Sequence[Clause], block: _Block, found: dict[int, _Block]) -> None:
        for clause in clauses:
            found.setdefault(clause.index, block)
            for kid in self.kids.get(clause.index, []):
                self._assign([kid], block, found)

    def _read(self, clause: Clause, block: _Block) -> None:
        for label in self.labels[clause.index]:
            self._read_label(clause.passage, label, clause.index, block, "label")

    def _read_label(
        self, passage: Passage, label: Label, clause: int, block: _Block, source: str
    ) -> None:
        if label.kind in ("lead", "coordinating", "monitor", "both"):
            block.roles += label_roles(passage, label, clause, source)
        elif label.kind == "time" and block.time is None:
            block.time = make_timeframe(passage, label.start, label.end, clause, f"{source}-time")
        elif label.kind in ("output", "funding"):
            value = passage.cut(label.start, label.end)
            mention = Mention(value.text.strip(" .;"), value.span())
            (block.outputs if label.kind == "output" else block.funding).append(mention)

    # -- one task ---------------------------------------------------------------------------------

    def _task(self, clause: Clause, block: _Block, ordinals: dict[int | None, int]) -> Task:
        passage = clause.passage
        labels = [x for x in self.labels.get(clause.index, ()) if x.kind != "content"]
        block = _Block(list(block.roles), block.time, list(block.outputs), list(block.funding))
        for label in labels:
            self._read_label(passage, label, clause.index, block, "label")
        if clause.kind == "hang":
            passage = self._read_row(clause, block)
        roles, source, modality = self._roles(clause, passage, block)
        recipients = report_recipients(passage, clause.index)
        leads = [r for r in roles if r.role == "lead"]
        roles += recipients
        watch = watch_roles(passage, leads, clause.index)
        roles += watch
        time = self._time(passage, block, clause.index)
        kind = (
            "reporting"
            if recipients
            else "monitoring"
            if any(r.role == "monitor" for r in watch)
            else "task"
        )
        group = self._group(clause)
        own = {t.slug: t for t in find_themes(passage, clause.index)}
        themes = {t.slug: t for t in (*(group.themes if group else ()), *own.values())}
        return Task(
            key=self.keys[clause.index],
            path=self._path(clause, ordinals),
            text=passage.text,
            span=passage.span(),
            clause=clause.index,
            group=group.key if group else None,
            block=self._block_key(clause),
            kind=kind,
            modality=modality,
            roles=tuple(_distinct(roles)),
            roles_from=source,
            timeframe=time,
            themes=tuple(own.get(slug, theme) for slug, theme in themes.items()),
            rule=f"leaf-{clause.kind}",
            funding=tuple(block.funding),
            outputs=tuple(block.outputs),
        )

    def _roles(
        self, clause: Clause, passage: Passage, block: _Block
    ) -> tuple[list[Role], str, str]:
        """Roles, where the lead comes from, and modality."""
        others = [r for r in block.roles if r.role != "lead"]
        inline = coordinators(passage, clause.index)
        agents, rule = subject_agents(passage)
        modality = "assign"
        low = level(passage.text)
        heading = next(
            (
                found
                for c in reversed(self.outline.ancestors(clause))
                if (found := self._heading_roles(c))
            ),
            [],
        )
        if (
            agents
            and not (heading and rule == "charged")
            and not (block.leads and rule == "charged")
        ):
            names = {a.name for a in agents}
            leads = [Role("lead", a.mention(passage), "inline", rule, clause.index) for a in agents]
            inline = [r for r in inline if r.mention.name not in names]
            if _is_request(low):
                modality = "request"
            return leads + others + inline, "inline", modality
        if block.leads:
            source = "table" if clause.kind == "hang" else "label"
            return block.leads + others + inline, source, modality
        if heading:
            above = next(
                c for c in reversed(self.outline.ancestors(clause)) if self._heading_roles(c)
            )
            if _is_request(level(above.passage.text)):
                modality = "request"
            return [*heading, *others, *inline], "heading", modality
        return others + inline, "none", "general"

    def _time(self, passage: Passage, block: _Block, clause: int) -> Timeframe | None:
        if block.time is not None:
            return block.time
        found = find_inline_time(passage, 0)
        return make_timeframe(passage, *found, clause, "inline-deadline") if found else None

    def _read_row(self, clause: Clause, block: _Block) -> Passage:
        for cell, header in zip(clause.cells, clause.columns, strict=False):
            kind = column_kind(header)
            if kind is not None and kind != "content":
                self._read_label(cell, Label(kind, 0, len(cell.text)), clause.index, block, "table")
        return self._row_content(clause)

    @staticmethod
    def _row_content(clause: Clause) -> Passage:
        """The cell that says what is to be done: by its column's header, else the longest."""
        for cell, header in zip(clause.cells, clause.columns, strict=False):
            if column_kind(header) == "content" and cell.text:
                return cell
        return max(clause.cells, key=lambda cell: len(cell.text))

    def _group(self, clause: Clause) -> TaskGroup | None:
        """The nearest heading below the part's own that names a subject, not an actor."""
        for above in reversed(self.outline.ancestors(clause)):
            if above.depth == 0 or not above.is_heading or above.kind == "bang":
                continue
            if self._heading_roles(above) or self.labels.get(above.index):
                continue
            if above.index not in self.groups:
                passage = above.passage
                text = passage.text.rstrip(" :.")
                self.groups[above.index] = TaskGroup(
                    self.keys[above.index],
                    text,
                    passage.span(0, len(text)),
                    above.index,
                    find_themes(passage, above.index),
                    "heading-group",
                )
            return self.groups[above.index]
        return None

    def _path(self, clause: Clause, ordinals: dict[int | None, int]) -> str:
        parts = [c.number for c in self.outline.ancestors(clause) if c.number]
        own = clause.number or f"[{ordinals.get(clause.parent, 0)}]"
        return ".".join([*parts, own])

    def _block_key(self, clause: Clause) -> str:
        if clause.number is not None or clause.parent is None:
            return self.keys[clause.index]
        return self.keys[clause.parent]


def _is_request(low: str) -> bool:
    return any(word in low[:400] for word in word_list("modality", "request"))


def _says_something(clause: Clause) -> bool:
    """A sentence, not a title in capitals or a remark in brackets."""
    text = clause.passage.text
    if len(text.split()) < 3 or (clause.kind == "doan" and is_upper(text)):
        return False
    return re.fullmatch(r"\([^()]*\)\.?", text) is None


def _distinct(roles: list[Role]) -> list[Role]:
    seen: set[tuple[str, str]] = set()
    kept: list[Role] = []
    for role in roles:
        key = (role.role, role.mention.name.casefold())
        if key not in seen:
            seen.add(key)
            kept.append(role)
    return kept
