"""How close a name is to what was typed, and which of two equally close things is likelier to be meant."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from .entries import NAMED
from .query import Query

EQUAL, BEGINS, PHRASE, WORDS = 0, 2, 4, 6  # each + 1: but for its diacritics


@dataclass(frozen=True, slots=True, order=True)
class Closeness:
    """Compared in this order, the smallest first: *step* is one of the above; *order* ranks within it."""

    step: int
    order: tuple[float, ...]
    kind: str

    def before(self, kind: str) -> Closeness:
        """What stands just before this."""
        return replace(self, order=(self.order[0], -math.inf), kind=kind)


def closeness(query: Query, exact: str, plain: str, kind: str, weight: int) -> Closeness | None:
    """How close a name is, given in both spellings; None where it lacks a word."""
    steps = [_step(query, e, p, exact, plain) for e, p in query.spellings]
    step = min((one for one in steps if one is not None), default=None)
    if step is None:
        return None
    likely = -int(math.log2(weight + 1))
    place = NAMED.index(kind) if kind in NAMED else len(NAMED)
    length = len(plain.split())
    coverage = -round(max(len(p.split()) for _, p in query.spellings) / length, 1)
    if step < BEGINS:
        inner: tuple[float, ...] = (place, -weight, length)
    elif step < PHRASE:
        whole = any(plain.startswith(p + " ") for _, p in query.spellings)
        inner = (not whole, likely, place, -weight, length)
    else:
        inner = (coverage, likely, place, -weight, length)
    return Closeness(step, (step, *inner), kind)


def _step(query: Query, typed: str | None, words: str, exact: str, plain: str) -> int | None:
    """*typed*: one spelling of the query with its diacritics, None where it has none; *words*: without."""
    off = 1 if query.has_marks else 0  # typed with diacritics: names without them come second
    if typed is not None:
        if exact == typed:
            return EQUAL
        if exact.startswith(typed):
            return BEGINS
        if f" {typed}" in f" {exact}":
            return PHRASE
    if plain == words:
        return EQUAL + off
    if plain.startswith(words):
        return BEGINS + off
    if f" {words}" in f" {plain}":
        return PHRASE + off
    have = plain.split()
    *whole, last = words.split()
    if set(whole) <= set(have) and any(one.startswith(last) for one in have):
        return WORDS
    return None
