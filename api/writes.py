"""The service's side of writing: one writer process, one batch at a time, acknowledged when readers see it."""

from __future__ import annotations

import logging
import queue
import socket
import subprocess
import threading
import time
import weakref
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import KgError, QueryError

from . import confine
from .engine import Engine
from .limits import Limits, Overloaded, TimeLimit
from .operations import Operation, Outcome
from .pool import Broken
from .wire import Gone, receive, send
from .writer import Written

_LOG = logging.getLogger("kehoach")
_BATCH = 64


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
        self._process = _Process(engine.folder, engine.limits, validate=validate)
        self._thread = threading.Thread(target=self._run, name="writes", daemon=True)
        self._thread.start()
        self.close = weakref.finalize(self, self._process.stop)

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
            batch = [self._requests.get()]
            while len(batch) < _BATCH and not self._requests.empty():
                batch.append(self._requests.get())
            requests = [request for request in batch if request is not None]
            try:
                self._commit(requests)
            except (
                Exception
            ):  # the thread must outlive a fault of ours: all later writes depend on it
                _LOG.exception("a batch of writes failed")
                for request in requests:
                    if not request.outcome.done():
                        request.outcome.set_exception(Broken("the write failed; see the log"))

    def _commit(self, requests: list[_Request]) -> None:
        try:
            written = self._process.run([r.operation for r in requests], self.seconds)
            if written.change is not None:
                self._engine.change(written.change)
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


class _Process:
    """The writer process; started when there is something to write, and again when it was killed."""

    def __init__(self, folder: Path, limits: Limits, *, validate: bool) -> None:
        self._greeting = (folder, limits, validate)
        self._end: socket.socket | None = None
        self._inner: subprocess.Popen[bytes] | None = None

    def run(self, operations: list[Operation], seconds: float) -> Written:
        end = self._end or self._start()
        try:
            send(end, operations)
            result, _ = receive(end, time.monotonic() + seconds)
        except TimeoutError:
            self.stop()
            raise TimeLimit(f"the update took longer than {seconds:g} seconds") from None
        except Gone:
            self.stop()
            raise QueryError(
                "the update is nested too deeply or too large for the engine"
            ) from None
        if isinstance(result, Written):
            return result
        self.stop()
        raise result if isinstance(result, KgError) else Broken(result)

    def _start(self) -> socket.socket:
        self._end, far = socket.socketpair()
        with far:
            self._inner = confine.start("kg.api.writer", far)
        send(self._end, self._greeting)
        return self._end

    def stop(self) -> None:
        """Kill it: what it was doing did not happen."""
        if self._end is not None:
            self._end.close()
            self._end = None
        if self._inner is not None:
            self._inner.kill()
            self._inner.wait()
            self._inner = None
