"""The service's side of writing: one writer process, one batch at a time, acknowledged when readers see it.

Whatever happens to the writer, the journal decides: what stands there was done, is told as done and is never
done again; what does not was not done, and may be.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from enum import Enum

from kg.errors import KgError, StoreError
from kg.store import current_version

from .changes import Change
from .engine import Engine
from .limits import Overloaded, TimeLimit
from .operations import Operation, Outcome
from .pool import Broken
from .writer import Batch, late
from .writerprocess import NOT_MADE, Killed, WriterProcess, recorded

_LOG = logging.getLogger("kehoach")
_BATCH = 64
_PAUSE = 1.0  # seconds without a write after which a version is made
_LONGEST = 60.0  # and at most, after making one has failed
_MOST = 10.0  # seconds after which one is made all the same
_LEAST = 1.0  # seconds that a batch gets, however late it is begun
_GRACE = 2.5  # seconds after its time in which what became of a write is still waited for
_CHECKING = 60.0  # seconds that checking a write may take beside making it


@dataclass(frozen=True, slots=True)
class _Request:
    """An operation that is not begun after *until* (monotonic seconds)."""

    operation: Operation
    until: float
    outcome: Future[Outcome] = field(default_factory=Future)


class _Wish(Enum):
    """What the thread is told beside requests."""

    BEGIN = "start what writes"
    CATCH_UP = "make a version of what stands in the journal"
    END = "finish what was begun"


class Writes:
    """Takes operations from any thread; ``write`` returns when the write is on disk and readers have it."""

    def __init__(
        self, engine: Engine, *, validate: bool = False, held: tuple[int, ...] = ()
    ) -> None:
        """*held*: descriptors that the process that writes holds too."""
        self._engine = engine
        self._checking = _CHECKING if validate else 0.0
        self._requests: queue.SimpleQueue[_Request | _Wish] = queue.SimpleQueue()
        self._room = threading.Semaphore(engine.limits.waiting)
        self._process = WriterProcess(engine.folder, engine.limits, validate=validate, held=held)
        self._is_behind = False  # the readers will tell, when they have begun
        # Readers come first: what writes is started when they have begun.
        engine.when_begun = self._begin
        self._pause = _PAUSE
        self._published = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="writes", daemon=True)
        self._thread.start()

    def _begin(self, is_behind: bool) -> None:
        self._requests.put(_Wish.CATCH_UP if is_behind else _Wish.BEGIN)

    def close(self) -> None:
        """Finish what was begun, and leave a version of all that was written."""
        self._requests.put(_Wish.END)
        self._thread.join(2 * self._seconds)
        if self._is_behind and not self._thread.is_alive():
            self._publish()
        self._process.stop()

    @property
    def _seconds(self) -> float:
        """How long one write may take; checking one takes longer than making it."""
        return self._engine.limits.seconds + self._checking

    def write(self, operation: Operation) -> Outcome:
        """Carry out *operation*; raises what it raises of ``KgError``, ``Broken``, ``TimeLimit``, ``Overloaded``.

        After ``Overloaded`` nothing was written.
        """
        # Each of them has a thread; what is begun counts too, so that others always find one.
        if not self._room.acquire(blocking=False):
            raise Overloaded("too many writes are waiting already; try again in a moment")
        try:
            return self._wait_for(operation)
        finally:
            self._room.release()

    def _wait_for(self, operation: Operation) -> Outcome:
        seconds = self._engine.limits.seconds
        request = _Request(operation, time.monotonic() + seconds)
        self._requests.put(request)
        try:
            return request.outcome.result(seconds)
        except TimeoutError:
            if request.outcome.cancel():
                raise late() from None
        try:
            return request.outcome.result(self._checking + _GRACE)
        except TimeoutError:
            raise TimeLimit(
                "what became of the write is not known yet; see whether it was done before you repeat it"
            ) from None

    def _run(self) -> None:
        is_open = True
        while is_open:
            try:
                batch = [self._requests.get(timeout=self._pause if self._is_behind else None)]
            except queue.Empty:
                self._publish()
                continue
            while len(batch) < _BATCH and not self._requests.empty():
                batch.append(self._requests.get())
            is_open = _Wish.END not in batch
            if _Wish.BEGIN in batch:
                with contextlib.suppress(OSError):  # the first write will tell
                    self._process.begin()
            if _Wish.CATCH_UP in batch:
                self._is_behind = True
                self._publish()
            # From here on they are not given up by those who wait.
            requests = [
                r
                for r in batch
                if isinstance(r, _Request) and r.outcome.set_running_or_notify_cancel()
            ]
            try:
                self._commit(requests)
                if self._is_behind and time.monotonic() - self._published > _MOST:
                    self._publish()
            except (
                Exception
            ):  # the thread must outlive a fault of ours: all later writes depend on it
                _LOG.exception("a batch of writes failed")
                _fail(requests, Broken("the write failed; see the log"))

    def _publish(self) -> None:
        """Make a version of what stands in the journal only."""
        self._published = time.monotonic()
        try:
            self._process.publish(max(10.0, self._seconds))
            self._is_behind = False
            self._pause = _PAUSE
        except (KgError, Broken) as fault:
            self._pause = min(2 * self._pause, _LONGEST)  # a full disk may be full for long
            _LOG.error(NOT_MADE, fault)

    def _commit(self, requests: Sequence[_Request], *, again: bool = True) -> None:
        """Carry *requests* out that are not late; those who wait are told what became of them."""
        now = time.monotonic()
        _fail([request for request in requests if request.until < now], late())
        requests = [request for request in requests if not request.outcome.done()]
        if not requests:
            return
        version = uuid.uuid4().hex[:16]
        first = min(request.until for request in requests)
        operations = tuple((request.operation, request.until) for request in requests)
        try:
            batch = Batch(version, operations, has_view=not self._engine.follows)
            self._process.start(first)
        except (
            KgError,
            Broken,
        ) as fault:  # there is no store, nobody to read it, or nobody yet to write it
            _fail(requests, fault)
            return
        until = max(time.monotonic() + _LEAST, first) + self._checking
        try:
            written = self._process.run(batch, until)
        except (KgError, Broken) as fault:
            self._settle(requests, version, fault, again=again)
            return
        is_shown = written.change is None or self._show(written.change)
        for request, outcome in zip(requests, written.outcomes, strict=True):
            if isinstance(outcome, KgError):
                request.outcome.set_exception(outcome)
            elif not is_shown:
                request.outcome.set_exception(_not_shown())
            else:
                request.outcome.set_result(outcome)

    def _settle(
        self,
        requests: Sequence[_Request],
        version: str,
        fault: KgError | Broken,
        *,
        again: bool,
    ) -> None:
        """Tell what became of a batch that failed as a whole with *fault*; do the rest of it, one by one."""
        self._process.begin()
        found = recorded(self._engine.folder, version)
        if found is not None:
            outcomes, change = found
            # What is a version already, they notice by themselves.
            is_shown = change is None or self._show(change)
            for request, outcome in zip(requests, outcomes, strict=True):
                if outcome is not None and is_shown:
                    request.outcome.set_result(outcome)
                elif outcome is not None:
                    request.outcome.set_exception(_not_shown())
        rest = [request for request in requests if not request.outcome.done()]
        if isinstance(fault, Killed) and again:
            self._commit(rest, again=False)
        elif isinstance(fault, StoreError) or (found is None and len(rest) == 1):
            _fail(rest, fault)
        else:  # one of them is at fault
            for request in rest:
                self._commit([request], again=again)

    def _show(self, change: Change) -> bool:
        """Bring the readers to what was written; whether they are there."""
        self._is_behind = self._is_behind or change.version != change.place.name
        try:
            has_view = change.place.name != change.base
            if not has_view and not self._engine.follows:
                # Readers from disk have begun since, or the view may be unfinished.
                self._publish()
                if self._is_behind:
                    return False
                place = current_version(self._engine.folder)
                change = replace(change, base=place.name, place=place)
            self._engine.change(change)
        except (KgError, Broken):  # there are none; who reads next, reads what was written
            _LOG.exception("the readers could not be told of a write")
        return True


def _not_shown() -> TimeLimit:
    return TimeLimit("the write was done, but readers do not have it yet")


def _fail(requests: Sequence[_Request], fault: KgError | Broken) -> None:
    for request in requests:
        if not request.outcome.done():
            request.outcome.set_exception(fault)
