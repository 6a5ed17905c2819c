"""The places that queries are run in, one for each worker: who has them, and whose turn it is."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any

from .limits import Limits, Overloaded
from .turns import Turns

NO_WORKER = "no worker became free in time; the query was not begun; try again in a moment"
_STOPPING = "the service is stopping"


class _Waiter:
    """A thread that waits for a place; *fault*: why it gets none."""

    def __init__(self, lock: threading.RLock) -> None:
        self.called = threading.Condition(lock)
        self.has_place = False
        self.fault: Overloaded | None = None

    def is_over(self) -> bool:
        return self.has_place or self.fault is not None

    def refuse(self, words: str) -> None:
        self.fault = Overloaded(words)
        self.called.notify()


class Places:
    """The clients get places by turns, and while others wait no client has the last one beside all the others.  One
    place more than there are workers is for whoever has none while all are taken: so nobody waits because another one
    asks for too much.

    Those who wait in the server's loop (*elsewhere*) have every second one that becomes free.  May be called from any
    thread; *lock* is held meanwhile.
    """

    def __init__(self, limits: Limits, lock: threading.RLock, elsewhere: Turns[Any]) -> None:
        self._limits = limits
        self._lock = lock
        self._elsewhere = elsewhere
        self._taken: Counter[str] = Counter()  # by client
        self._turns: Turns[_Waiter] = Turns()
        self._is_left = False  # the last free place was left to those elsewhere
        self._is_closed = False

    @property
    def waiting(self) -> int:
        """Queries without a place."""
        return len(self._turns) + len(self._elsewhere)

    def may(self, client: str) -> bool:
        """Whether there is a place that *client* can have now."""
        with self._lock:
            most = self._limits.workers
            taken = self._taken.total()
            has = self._taken[client]
            if taken >= most:
                return taken == most and not has
            is_wanted = self._turns.has_others(client) or self._elsewhere.has_others(client)
            return has < max(1, most - 1) or not is_wanted

    def take(self, client: str) -> None:
        """Take a place that *client* may have."""
        self._taken[client] += 1

    def wait_for(self, client: str, deadline: float) -> None:
        """Take a place when it is *client*'s turn; ``Overloaded`` where it is not until *deadline*."""
        with self._lock:
            if self._is_closed:
                raise Overloaded(_STOPPING)
            if self.may(client):
                self.take(client)
                return
            if len(self._turns) >= self._limits.waiting:
                crowd = f"{len(self._turns)} queries are waiting already; try again in a moment"
                pushed = self._turns.push_out(client)
                if pushed is None:
                    raise Overloaded(crowd)
                pushed.refuse(crowd)
            waiter = _Waiter(self._lock)
            self._turns.add(client, waiter)
            try:
                waiter.called.wait_for(waiter.is_over, max(0.0, deadline - time.monotonic()))
            finally:
                self._turns.remove(waiter)
            if waiter.fault is not None:
                raise waiter.fault
            if not waiter.has_place:
                raise Overloaded(NO_WORKER)

    def leave(self, client: str) -> None:
        """Give a place back."""
        with self._lock:
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]
            self._is_left = bool(self._elsewhere) and not self._is_left
            if not self._is_left:
                self.call_next()

    def call_next(self) -> None:
        """Give the free places to the threads whose turn it is."""
        with self._lock:
            while not self._is_closed and (found := self._turns.next(self.may)) is not None:
                client, waiter = found
                self.take(client)
                waiter.has_place = True
                waiter.called.notify()

    def close(self) -> None:
        """Nobody gets a place any more."""
        with self._lock:
            self._is_closed = True
            while (found := self._turns.next()) is not None:
                found[1].refuse(_STOPPING)
