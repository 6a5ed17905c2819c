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
        context = _context(outline, clause)
        if clause.kind == "hang" and is_target_row(clause):
            cell = target_cell(clause)
            targets += matrix_targets(clause, names) or find_targets(
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


def _context(outline: Outline, clause: Clause) -> Context:
    """Year and period that the headings above state, the nearest first."""
    for above in reversed(outline.ancestors(clause)):
        low = level(above.passage.text)
        if period := PERIOD.search(low):
            return int(period.group(2)), (int(period.group(1)), int(period.group(2)))
        if year := HORIZON.search(low):
            return int(year.group(1)), None
    return None, None
