"""The part of a passage that shows best why it was found, with the place of the words in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .query import Query
from .tokens import Token, tokens

_WIDTH = 220  # characters
_BEFORE = 60


@dataclass(frozen=True, slots=True)
class Snippet:
    """*text* is cut from a passage; *marks* are (start, end) of words in it, in code points, in order.

    *cut_before* and *cut_after*: whether the passage has more on that side.
    """

    text: str
    marks: tuple[tuple[int, int], ...]
    cut_before: bool = False
    cut_after: bool = False


def snippet(text: str, query: Query) -> Snippet:
    """The neighbourhood of the first phrase of *query* in *text*, else of its densest words."""
    words = list(tokens(text))
    found = _phrases(words, query) or _single(words, query)
    start, end = _window(text, words, found)
    marks = tuple((a - start, b - start) for a, b in found if start <= a and b <= end)
    return Snippet(text[start:end], marks, start > 0, end < len(text))


def marks(text: str, query: Query) -> tuple[tuple[int, int], ...]:
    """Where the words of *query* stand in a label."""
    words = list(tokens(text))
    return tuple(_phrases(words, query) or _single(words, query, beginnings=True))


def _phrases(words: Sequence[Token], query: Query) -> list[tuple[int, int]]:
    """Where all words of a spelling of *query* stand together: those with its diacritics, if there are any."""
    for with_marks in (True, False):
        found: list[tuple[int, int]] = []
        for exact, plain in query.spellings:
            wanted = exact.split() if with_marks and exact else [] if with_marks else plain.split()
            have = [w.exact if with_marks else w.plain for w in words]
            places = range(len(have) - len(wanted) + 1 if wanted else 0)
            found += [
                (words[one].start, words[one + len(wanted) - 1].end)
                for one in places
                if have[one : one + len(wanted)] == wanted
            ]
        if found:
            return _apart(sorted(found))
    return []


def _single(
    words: Sequence[Token], query: Query, *, beginnings: bool = False
) -> list[tuple[int, int]]:
    wanted = {word for _, plain in query.spellings for word in plain.split()}
    last = query.plain[-1] if query.plain else ""
    exact = set(query.exact) if query.has_marks else set()
    found = [w for w in words if w.exact in exact] or [w for w in words if w.plain in wanted]
    if last and (beginnings or not found):
        found += [w for w in words if w.plain.startswith(last) and w not in found]
    return _apart(sorted((w.start, w.end) for w in found))


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that do not overlap, the first of two kept."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return found


def _window(text: str, words: Sequence[Token], found: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Where to cut, at words: around the place where most of *found* stands close together."""
    if len(text) <= _WIDTH:
        return 0, len(text)
    best = max(
        found, key=lambda one: sum(one[0] <= b < one[0] + _WIDTH - _BEFORE for _, b in found),
        default=(0, 0),
    )  # fmt: skip
    left = max(0, min(best[0] - _BEFORE, len(text) - _WIDTH))
    right = max(left + _WIDTH, best[1])
    start = next((w.start for w in words if w.start >= left), 0) if left else 0
    start = min(start, best[0])
    if right >= len(text):
        return start, len(text)
    end = max((w.end for w in words if w.end <= right), default=right)
    return start, max(end, best[1])
