"""In which order those go on who wait: the clients by turns, so that none is kept waiting by another's crowd.

Of one client, whoever came first; but when that one has waited long, whoever came first, and whoever has had least, by
turns (of those who have had as little, the last).  Many can be behind one address, and one of them may have asked for a
hundred large answers at once, or ask for one after the other: what is asked besides must not wait for all that, nor
the first for all that is asked after them.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")
LONG = 0.25  # seconds of waiting after which those who have had least have every second turn
_LITTLE = 0.05  # seconds of work that count as nothing


class _Entry(NamedTuple, Generic[T]):
    """*one* who waits *since* (monotonic seconds), and has *had* seconds of work."""

    since: float
    had: float
    one: T


class Turns(Generic[T]):
    """Those who wait, a line for each client.  The caller sees to it that one thread at a time changes it."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, deque[_Entry[T]]] = OrderedDict()
        self._count = 0
        self._is_least = False

    def __len__(self) -> int:
        return self._count

    def has_others(self, client: str) -> bool:
        """Whether somebody else than *client* waits; may be asked from any thread."""
        return len(self._lines) > (client in self._lines)

    def add(self, client: str, one: T, had: float = 0.0) -> None:
        """Let *one* wait, whose last request took *had* seconds of work."""
        entry = _Entry(time.monotonic(), max(0.0, had - _LITTLE), one)
        self._lines.setdefault(client, deque()).append(entry)
        self._count += 1

    def put_back(self, client: str, one: T) -> None:
        """Let *one* be the next again."""
        line = self._lines.setdefault(client, deque())
        line.appendleft(_Entry(line[0].since if line else time.monotonic(), 0.0, one))
        self._lines.move_to_end(client, last=False)
        self._is_least = False
        self._count += 1

    def remove(self, one: T) -> None:
        """Take *one* out, if it is still there."""
        self.take_out(lambda other: other is one)

    def next(self, may: Callable[[str], bool] = lambda _client: True) -> tuple[str, T] | None:
        """Take out whose turn it is, one of the next client that *may*; None where none may."""
        client = next(filter(may, self._lines), None)
        if client is None:
            return None
        line = self._lines[client]
        self._is_least = not self._is_least and time.monotonic() - line[0].since > LONG
        entry = min(reversed(line), key=lambda one: one.had) if self._is_least else line[0]
        line.remove(entry)
        self._lines.move_to_end(client)
        self._shrunk(client)
        return client, entry.one

    def take_out(self, is_meant: Callable[[T], bool]) -> list[T]:
        """Take out all who are meant, whosesoever turn it is."""
        found: list[T] = []
        for client, line in list(self._lines.items()):
            for entry in [entry for entry in line if is_meant(entry.one)]:
                found.append(entry.one)
                line.remove(entry)
                self._shrunk(client)
        return found

    def push_out(self, client: str) -> T | None:
        """Take out the last of who has most waiting, to make room for *client*; None where that is *client*."""
        longest = max(self._lines, key=lambda name: len(self._lines[name]), default=client)
        own = len(self._lines.get(client, ()))
        if longest == client or len(self._lines[longest]) <= own + 1:
            return None
        one = self._lines[longest].pop().one
        self._shrunk(longest)
        return one

    def _shrunk(self, client: str) -> None:
        self._count -= 1
        if not self._lines[client]:
            del self._lines[client]
