"""What can be asked of the writer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Update:
    """A SPARQL update, with the graphs that the protocol's parameters give; at most *limit* characters."""

    text: str
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()
    limit: int = 16 << 20


@dataclass(frozen=True, slots=True)
class Put:
    """*data* into *graph* (None: the unnamed one), in place of what is there if it *replaces*."""

    graph: str | None
    data: bytes
    media_type: str
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
