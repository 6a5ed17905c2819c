"""The bounds within which a query runs, and what is checked of a text before anything parses it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.errors import KgError, QueryError

MAX_TEXT = 256 << 10
MAX_DEPTH = 250
_BRACKETS = re.compile(r"[\[({})\]]|<<|>>")
_STEP = {"[": 1, "(": 1, "{": 1, "<<": 1, "]": -1, ")": -1, "}": -1, ">>": -1}


@dataclass(frozen=True, slots=True)
class Limits:
    """*seconds*: from the arrival of a query to its answer, waiting included; *memory* and *answer* in
    bytes, for one query; *waiting*: how many may wait for a worker."""

    seconds: float = 10.0
    memory: int = 384 << 20
    answer: int = 64 << 20
    waiting: int = 128
    workers: int = 4


class LimitError(KgError):
    """A query that would take more than one may have."""


class TimeLimit(LimitError):
    """The deadline has passed."""


class MemoryLimit(LimitError):
    """The memory of a query is used up."""


class Overloaded(LimitError):
    """Too many queries wait already, or the service is not ready."""


class AnswerTooLarge(KgError):
    """An answer over the size limit: it is refused whole, never cut."""


class TextTooLarge(KgError):
    """A query text over the size limit."""


def check_text(text: str, most: int = MAX_TEXT) -> None:
    """Refuse what no parser should see: ``TextTooLarge``, ``QueryError``."""
    if len(text) > most:
        raise TextTooLarge(
            f"the query has {len(text):,} characters, more than {most:,}; send less at a time"
        )
    if "\x00" in text:
        raise QueryError("the query holds a NUL character")
    if sum(map(text.count, ("[", "(", "{", "<<"))) <= MAX_DEPTH:
        return  # however they are nested
    depth = deepest = 0
    for bracket in _BRACKETS.findall(text):
        depth += _STEP[bracket]
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise QueryError(
            f"the query is nested {deepest} deep; more than {MAX_DEPTH} brackets in each other are not read"
        )
