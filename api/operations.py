"""What can be asked of the writer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kg.errors import KgError, QueryError
from kg.sparql import syntax_error


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


class MalformedData(QueryError):
    """Statements to be written that are not in the format they are said to be in."""


def does_not_parse(operation: Operation, fault: SyntaxError) -> QueryError:
    """What to tell of an update, or of data, that the engine complains of."""
    if isinstance(operation, Update):
        return syntax_error(fault)
    message = " ".join(fault.msg.split())[:300]
    return MalformedData(
        f"the data is not in the format it is said to be in: {message}", fault.lineno, fault.offset
    )
