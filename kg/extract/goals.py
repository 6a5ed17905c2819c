"""Purposes, requirements, goals, and the targets of all parts."""

from __future__ import annotations

import re

from ..model import Clause, Goal, Outline, Statement, Target
from ..text import level
from .sections import section_of
from .target_tables import is_target_row, matrix_targets, target_cell
from .targets import PERIOD, Context, Names, find_targets

SET_NO_GOALS = ("context", "funding")
HORIZON = re.compile(r"\b(?:đến(?:\s+hết)?(?:\s+năm)?|năm)\s+(20\d{2})(?!\s*(?:-|–)\s*20\d{2})")


def find_statements(outline: Outline, keys: dict[int, str], kind: str) -> tuple[Statement, ...]:
    """The leaf clauses of the parts headed "purpose" or "requirement"."""
    parents = {c.parent for c in outline.clauses}
    return tuple(
        Statement(keys[c.index], c.passage.text, c.passage.span(), c.index, f"section-{kind}")
        for c in outline.clauses
        if c.index not in parents
        and c.passage.text
        and not c.is_heading
        and section_of(outline, c) == kind
    )


def find_goals(
    outline: Outline, keys: dict[int, str]
) -> tuple[tuple[Goal, ...], tuple[Target, ...]]:
    """The goals (one a heading with a horizon, else one a heading) and the targets beneath them."""
    goals: list[Goal] = []
    targets: list[Target] = []
    by_clause: dict[int, Goal] = {}
    used: dict[str, int] = {}
    parents = {c.parent for c in outline.clauses}
    for clause in outline.clauses:
        if not clause.passage.text or section_of(outline, clause) != "goal":
            continue
        year = _heading_year(clause)
        if clause.is_heading and clause.index in parents and (year or not by_clause):
            goal = Goal(
                _unique(str(year) if year else keys[clause.index], used),
                clause.passage.text.strip(" .:"),
                clause.passage.span(),
                clause.index,
                year,
                "heading-goal",
            )
            goals.append(goal)
            by_clause[clause.index] = goal
    names = Names()
    contexts = _Contexts(outline)
    for clause in outline.clauses:
        section = section_of(outline, clause)
        if not clause.passage.text or section in SET_NO_GOALS:
            continue
        holder = next(
            (
                by_clause[c.index]
                for c in (*outline.ancestors(clause), clause)[::-1]
                if c.index in by_clause
            ),
            None,
        )
        context = contexts.of(clause)
        if clause.kind == "hang" and is_target_row(clause):
            cell = target_cell(clause)
            targets += matrix_targets(clause, context, names) or find_targets(
                clause, cell, holder, context, names, goals=True
            )
        else:
            in_goals = section in ("goal", "mixed") and clause.kind != "hang"
            targets += find_targets(clause, clause.passage, holder, context, names, goals=in_goals)
    return tuple(goals), tuple(targets)


def _unique(key: str, used: dict[str, int]) -> str:
    used[key] = used.get(key, 0) + 1
    return key if used[key] == 1 else f"{key}-{used[key]}"


def _heading_year(clause: Clause) -> int | None:
    found = HORIZON.search(level(clause.passage.text))
    return int(found.group(1)) if found else None


class _Contexts:
    """Year and period that stand above a clause: in headings, in the title of its annex, in a row that
    is a heading of those below it.  Ask in reading order."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.titles: dict[int, str] = {}
        self.rows: tuple[int | None, Context] = (None, (None, None))
        began: set[int] = set()
        annexes = {c.index for c in outline.clauses if c.kind == "phuluc"}
        for clause in outline.clauses:
            if clause.parent not in annexes or clause.parent in began:
                continue
            if clause.kind != "doan":
                began.add(clause.parent)
            elif "kèm theo" not in (low := level(clause.passage.text)):
                self.titles[clause.parent] = f"{self.titles.get(clause.parent, '')} {low}"

    def of(self, clause: Clause) -> Context:
        """The nearest one; (None, None) where nothing is said."""
        if clause.kind == "hang":
            filled = [cell for cell in clause.cells if cell.text]
            if len(filled) <= 2 < len(clause.columns) and (
                row := _said(level(clause.passage.text))
            ):
                self.rows = (clause.parent, row)
            if self.rows[0] == clause.parent:
                return self.rows[1]
        for above in reversed(self.outline.ancestors(clause)):
            low = f"{level(above.passage.text)} {self.titles.get(above.index, '')}"
            if said := _said(low):
                return said
        return None, None


def _said(low: str) -> Context | None:
    if period := PERIOD.search(low):
        return int(period.group(2)), (int(period.group(1)), int(period.group(2)))
    if year := HORIZON.search(low):
        return int(year.group(1)), None
    return None
