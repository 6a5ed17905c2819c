"""Which part of a plan a clause stands in: purpose, requirements, goals, means, tasks ..."""

from __future__ import annotations

from functools import lru_cache

from ..model import Clause, Outline
from ..names import enumerator
from ..text import level
from ..words import word_pattern

KINDS = ("purpose", "requirement", "goal", "mixed", "context", "funding", "task")


def section_of(outline: Outline, clause: Clause) -> str:
    """The kind told by the nearest heading that tells one; "task" where none does."""
    for above in (clause, *reversed(outline.ancestors(clause))):
        if above.is_heading and (kind := heading_kind(above.passage.text)):
            return kind
    return "task"


@lru_cache(maxsize=4096)
def heading_kind(heading: str) -> str | None:
    """What a heading announces by its first words.

    >>> heading_kind("MỤC TIÊU, NHIỆM VỤ"), heading_kind("Sở Công Thương:")
    ('goal', None)
    """
    low = level(heading)
    best: tuple[int, str] | None = None
    for kind in KINDS:
        found = word_pattern("sections", kind).match(low)
        if found and (best is None or found.end() > best[0]):
            best = (found.end(), kind)
    return best[1] if best else None


def section_keys(outline: Outline) -> dict[int, str]:
    """For each clause its key: enumerators from the top, "pN" for an unnumbered one ("II.2.dd.p1")."""
    keys: dict[int, str] = {}
    used: dict[str, int] = {}
    counts: dict[tuple[int | None, str], int] = {}
    for clause in outline.clauses:
        above = keys[clause.parent] + "." if clause.parent is not None else ""
        if clause.number:
            own = enumerator(clause.number)
        else:
            letter = {"phuluc": "PL", "bang": "t", "hang": "r"}.get(clause.kind, "p")
            slot = (clause.parent, letter)
            counts[slot] = counts.get(slot, 0) + 1
            own = f"{letter}{counts[slot]}"
        key = above + own
        used[key] = used.get(key, 0) + 1
        if used[key] > 1:  # the plan gives one number twice
            key = f"{key}-{used[key]}"
        keys[clause.index] = key
    return keys
