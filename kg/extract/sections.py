"""Which part of a plan a clause stands in: purpose, requirements, goals, means, tasks ..."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import takewhile

from ..model import Clause, Outline
from ..names import enumerator
from ..text import level
from ..words import word_list, word_pattern

_FILLED_IN = re.compile(r"\.{5}|…{2}|…\.{2}")
KINDS = ("purpose", "requirement", "goal", "mixed", "context", "funding", "task")


def section_of(outline: Outline, clause: Clause) -> str:
    """The kind told by the nearest heading that tells one; "task" where none does.

    A blank form has no task, whatever its headings are called.
    """
    if _in_form(outline, clause):
        return "context"
    for above in (clause, *reversed(outline.ancestors(clause))):
        if above.is_heading and (kind := heading_kind(above.passage.text)):
            return kind
    return "task"


def _in_form(outline: Outline, clause: Clause) -> bool:
    """A line to be filled in, or in an annex that is a blank form (its title says so, or it repeats the
    national motto) or notes."""
    if not clause.cells and _FILLED_IN.search(clause.passage.text):
        return True
    annex = next((c for c in (clause, *outline.ancestors(clause)) if c.kind == "phuluc"), None)
    if annex is None:
        return False
    first = outline.clauses[annex.index + 1 : annex.index + 9]
    titles = [level(c.passage.text) for c in takewhile(lambda c: c.kind == "doan", first)]
    own = level(annex.passage.text)
    if own.startswith(word_list("layout", "motto")):
        attached = word_list("layout", "attached")
        return not any(
            c.passage.text.isupper() and level(c.passage.text).startswith(attached) for c in first
        )
    title = re.sub(r"^phụ lục(?:\s+số)?\s*[\divxlc.]*\s*[:.\-–]*\s*", "", own)
    return any(t.startswith(word_list("layout", "forms")) for t in [title, *titles[:3]])


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
