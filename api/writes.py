"""The service's side of writing: one writer process, one batch at a time, acknowledged when readers see it."""

from __future__ import annotations

import logging
import queue
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field

from kg.errors import KgError

from .engine import Engine
from .limits import Overloaded
from .operations import Operation, Outcome
from .pool import Broken
from .writerprocess import WriterProcess

_LOG = logging.getLogger("kehoach")
_BATCH = 64
_PAUSE = 1.0  # seconds without a write after which a version is made
_MOST = 10.0  # seconds after which one is made all the same


@dataclass(frozen=True, slots=True)
class _Request:
    operation: Operation
    outcome: Future[Outcome] = field(default_factory=Future)


class Writes:
    """Takes operations from any thread; ``write`` returns when the write is on disk and readers have it."""

    def __init__(self, engine: Engine, *, validate: bool = False) -> None:
        self._engine = engine
        self._validate = validate
        self._requests: queue.Queue[_Request | None] = queue.Queue(engine.limits.waiting)
        self._process = WriterProcess(engine.folder, engine.limits, validate=validate)
        self._is_behind = False
        self._published = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="writes", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finish what was begun, and leave a version of all that was written."""
        self._requests.put(None)
        self._thread.join(self.seconds)
        if self._is_behind:
            self._publish()
        self._process.stop()

    @property
    def seconds(self) -> float:
        """How long one write may take; checking one takes longer than making it."""
        return self._engine.limits.seconds + (60 if self._validate else 0)

    def write(self, operation: Operation) -> Outcome:
        """Carry out *operation*; raises what it raises of ``KgError``, ``TimeLimit``, ``Overloaded``."""
        request = _Request(operation)
        try:
            self._requests.put_nowait(request)
        except queue.Full:
            raise Overloaded("too many writes are waiting already; try again in a moment") from None
        return request.outcome.result()

    def _run(self) -> None:
        while True:
            try:
                batch = [self._requests.get(timeout=_PAUSE if self._is_behind else None)]
            except queue.Empty:
                self._publish()
                continue
            while len(batch) < _BATCH and not self._requests.empty():
                batch.append(self._requests.get())
            requests = [request for request in batch if request is not None]
            if not requests:
                return
            try:
                self._commit(requests)
                if self._is_behind and time.monotonic() - self._published > _MOST:
                    self._publish()
            except (
                Exception
            ):  # the thread must outlive a fault of ours: all later writes depend on it
                _LOG.exception("a batch of writes failed")
                for request in requests:
                    if not request.outcome.done():
                        request.outcome.set_exception(Broken("the write failed; see the log"))

    def _publish(self) -> None:
        """Make a version of what stands in the journal only."""
        self._published = time.monotonic()
        try:
            self._process.publish(self.seconds)
            self._is_behind = False
        except (KgError, Broken):
            _LOG.exception("no version could be made of what was written; it stays in the journal")

    def _commit(self, requests: list[_Request]) -> None:
        publish = not self._engine.follows
        try:
            written = self._process.run([r.operation for r in requests], publish, self.seconds)
            if written.change is not None:
                self._engine.change(written.change)
                self._is_behind = not publish
        except (KgError, Broken) as fault:
            if len(requests) == 1:
                requests[0].outcome.set_exception(fault)
                return
            for request in requests:  # one of them is at fault; nothing of the batch was published
                self._commit([request])
            return
        for request, outcome in zip(requests, written.outcomes, strict=True):
            if isinstance(outcome, KgError):
                request.outcome.set_exception(outcome)
            else:
                request.outcome.set_result(outcome)
