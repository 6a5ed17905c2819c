"""What can be asked of the writer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kg.errors import KgError


@dataclass(frozen=True, slots=True)
class Update:
    """A SPARQL update, with the graphs that the protocol's parameters give; at most *limit* characters."""

    text: str
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()
    limit: int = 16 << 20
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """*parts* (media type, data) into *graph* (None: the unnamed one), in place of what is there if it
    *replaces*."""

    graph: str | None
    parts: tuple[tuple[str, bytes], ...]
    replaces: bool
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Clear:
    """Remove *graph* (None: empty the unnamed one)."""

    graph: str | None


Operation = Update | Put | Clear


class Outcome(Enum):
    DONE = "done"
    CREATED = "created"
    MISSING = "missing"


class Conflict(KgError):
    """An operation that does not fit what is in the store."""
