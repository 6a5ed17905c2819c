"""Tasks: leaf items of the parts that tell who must do what, with the roles and times of their block."""

from __future__ import annotations

import re

from ..labels import ROLE_LABELS
from ..model import Clause, Outline, Passage, Role, Task, TaskGroup, Timeframe
from ..text import is_upper, level
from ..words import word_pattern
from .blocks import Block, Blocks
from .headings import Headings, is_request
from .inline_times import find_inline_time
from .reports import report_recipients, watch_roles
from .roles import coordinators, subject_agents
from .rows import cell_label, is_task_row, row_content, row_paths, told_by_rows
from .sections import section_of
from .themes import find_themes
from .timeline import make_timeframe

TASK_SECTIONS = ("task", "mixed", "funding")


def find_tasks(
    outline: Outline, keys: dict[int, str]
) -> tuple[tuple[TaskGroup, ...], tuple[Task, ...]]:
    finder = _Finder(outline, keys)
    tasks = finder.tasks()
    used = {t.group for t in tasks}
    return tuple(g for g in finder.groups.values() if g.key in used), tuple(tasks)


class _Finder:
    def __init__(self, outline: Outline, keys: dict[int, str]) -> None:
        self.outline = outline
        self.keys = keys
        self.kids: dict[int | None, list[Clause]] = {}
        for clause in outline.clauses:
            self.kids.setdefault(clause.parent, []).append(clause)
        self.blocks = Blocks(outline, self.kids)
        self.labels = self.blocks.labels
        rows = [c for c in outline.clauses if c.kind == "hang"]
        self.cells = told_by_rows(rows)
        self.rows = row_paths(rows)
        self.headings = Headings(outline, self.kids)
        self.opening = _opening_paragraphs(self.kids)
        self.groups: dict[int, TaskGroup] = {}

    def tasks(self) -> list[Task]:
        found: list[Task] = []
        ordinals: dict[int | None, int] = {}
        for clause in self.outline.clauses:
            if not self._is_task(clause):
                continue
            if clause.number is None:
                ordinals[clause.parent] = ordinals.get(clause.parent, 0) + 1
            task = self._task(clause, self.blocks.of(clause), ordinals)
            if self._needs_lead(clause) and not task.of("lead"):
                continue
            found.append(task)
        return found

    # -- which clauses are tasks -----------------------------------------------------------------

    def _is_task(self, clause: Clause) -> bool:
        if not clause.passage.text or clause.kind in ("phuluc", "bang", "cong"):
            return False
        if any(above.kind == "cong" for above in self.outline.ancestors(clause)):
            return False
        if section_of(self.outline, clause) not in TASK_SECTIONS:
            return False
        if self.blocks.is_label(clause) or self.blocks.holds_label(clause):
            return False
        if clause.kind == "hang":
            return is_task_row(clause)
        if self._is_title(clause) or self._leads_in(clause):
            return False
        children = self.kids.get(clause.index, [])
        own = [c for c in children if c.kind != "cong"]
        if own:
            return all(self.blocks.is_label(c) for c in own)
        if children and clause.kind != "gach":
            return all(self.blocks.is_label(c) for c in children)
        if clause.passage.text.endswith(":") and clause.kind != "gach":
            return False
        if clause.parent is None and clause.kind in ("muc", "phan", "chuong"):
            return False
        return not (clause.is_heading and self.headings.of(clause)) and (
            bool(children) or _says_something(clause)
        )

    def _is_title(self, clause: Clause) -> bool:
        """One of the paragraphs beneath the heading of an annex that name it, before its first part."""
        if clause.index not in self.opening or clause.parent is None:
            return False
        annex = self.outline.clauses[clause.parent].kind == "phuluc"
        return annex and not clause.passage.text.endswith((".", ";", ":"))

    def _leads_in(self, clause: Clause) -> bool:
        """A paragraph that opens what the items behind it say one by one, and charges nobody."""
        item = self.opening.get(clause.index)
        listed = item is not None and item.kind in ("khoan", "diem", "gach")
        if item is None or not listed or self.blocks.is_label(item):
            return False
        if self.blocks.own.get(clause.index):
            return False
        return not subject_agents(clause.passage)[0]

    def _needs_lead(self, clause: Clause) -> bool:
        """Money, and the articles of a decision: a task only where somebody is named."""
        if section_of(self.outline, clause) == "funding":
            return True
        return any(c.kind == "dieu" for c in (*self.outline.ancestors(clause), clause))

    # -- one task ---------------------------------------------------------------------------------

    def _task(self, clause: Clause, block: Block, ordinals: dict[int | None, int]) -> Task:
        passage = clause.passage
        labels = [x for x in self.labels.get(clause.index, ()) if x.kind != "content"]
        labels += self.blocks.own.get(clause.index, ())
        if any(label.kind in ROLE_LABELS for label in labels):
            block = Block()  # its own labels stand in place of those of its neighbours
        for label in labels:
            block.read(passage, label, clause.index)
        if clause.kind == "hang":
            for origin, column, cell in self.cells[clause.index]:
                block.read(cell, cell_label(column, cell), origin, "table")
            passage = row_content(clause)
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

    def _roles(self, clause: Clause, passage: Passage, block: Block) -> tuple[list[Role], str, str]:
        """Roles, where the lead comes from, and modality."""
        others = [r for r in block.roles if r.role != "lead"]
        inline = coordinators(passage, clause.index)
        agents, rule = subject_agents(passage)
        above, heading = self.headings.above(clause)
        if rule in ("charged", "aside") and (heading or block.leads):
            agents = []
        if clause.kind == "gach":
            inline += self._partners_beneath(clause)
            if not (agents or heading or block.leads):
                return self._beneath(clause, others + inline)
        if agents and heading and self.headings.asks_partners(clause):
            inline += [
                Role("coordinating", a.mention(passage), "inline", "partner-listed", clause.index)
                for a in agents
            ]
            agents = []
        if agents:
            names = {a.name for a in agents}
            leads = [Role("lead", a.mention(passage), "inline", rule, clause.index) for a in agents]
            inline = [r for r in inline if r.mention.name not in names]
            modality = "request" if is_request(level(passage.text)) else "assign"
            return leads + others + inline, "inline", modality
        if block.leads:
            source = "table" if clause.kind == "hang" else "label"
            return block.leads + others + inline, source, "assign"
        if heading and above:
            modality = "request" if is_request(level(above.passage.text)) else "assign"
            return [*heading, *others, *inline], "heading", modality
        return others + inline, "none", "general"

    def _plus_signs(self, clause: Clause) -> list[Clause]:
        return [c for c in self.kids.get(clause.index, []) if c.kind == "cong"]

    def _partners_beneath(self, clause: Clause) -> list[Role]:
        return [r for c in self._plus_signs(clause) for r in coordinators(c.passage, c.index)]

    def _beneath(self, clause: Clause, others: list[Role]) -> tuple[list[Role], str, str]:
        """The subjects of the plus signs, which belong to their dash item, as its leads."""
        leads = [
            Role("lead", agent.mention(plus.passage), "inline", f"plus-{rule}", plus.index)
            for plus in self._plus_signs(clause)
            for agents, rule in [subject_agents(plus.passage)]
            for agent in agents
        ]
        if not leads:
            return others, "none", "general"
        names = {r.mention.name for r in leads}
        return leads + [r for r in others if r.mention.name not in names], "inline", "assign"

    def _time(self, passage: Passage, block: Block, clause: int) -> Timeframe | None:
        if block.time is not None:
            return block.time
        found = find_inline_time(passage, 0)
        return make_timeframe(passage, *found, clause, "inline-deadline") if found else None

    def _group(self, clause: Clause) -> TaskGroup | None:
        """The nearest heading below the part's own that names a subject, not an actor."""
        for above in reversed(self.outline.ancestors(clause)):
            if above.depth == 0 or not above.is_heading or above.kind == "bang":
                continue
            actor = any(role.rule != "aside" for role in self.headings.of(above))
            if actor or self.labels.get(above.index):
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
        if clause.kind == "hang":
            return self.rows[clause.index]
        parts = [c.number for c in self.outline.ancestors(clause) if c.number]
        own = clause.number or f"[{ordinals.get(clause.parent, 0)}]"
        return ".".join([*parts, own])

    def _block_key(self, clause: Clause) -> str:
        if clause.number is not None or clause.parent is None:
            return self.keys[clause.index]
        return self.keys[clause.parent]


def _opening_paragraphs(kids: dict[int | None, list[Clause]]) -> dict[int, Clause]:
    """The paragraphs (by index) with which the words under a heading begin → what follows them."""
    found: dict[int, Clause] = {}
    for children in kids.values():
        first = next((n for n, c in enumerate(children) if c.kind != "doan"), None)
        if first is not None:
            found |= dict.fromkeys((c.index for c in children[:first]), children[first])
    return found


def _says_something(clause: Clause) -> bool:
    """A sentence, not a title in capitals or a remark in brackets."""
    text = clause.passage.text
    if len(text.split()) < 3 or (clause.kind == "doan" and is_upper(text)):
        return False
    if word_pattern("sections", "formula").match(level(text)):
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
