"""The workers of one holder: handed out, watched, killed, replaced.

Whoever waits for an answer keeps its deadline and kills the worker that passes it; a watcher lowers the
priority of what runs long, so that bombs take the processor only while nobody else wants it.
"""

from __future__ import annotations

import array
import contextlib
import os
import select
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from typing import Any

from kg.errors import KgError, QueryError

from . import confine
from .holder import Change, Order
from .limits import Limits, MemoryLimit, Overloaded, TimeLimit
from .wire import Gone, receive, send
from .worker import Job, Reply

_LONG = 0.2  # seconds after which a query runs at the lowest priority
_LOWEST = 19


class Broken(Exception):
    """A fault of ours in a job; its message is the traceback."""


class _Silent(KgError):
    """A worker that ended in the midst of a job and left no word why."""


class _Worker:
    """The near end of one worker process."""

    def __init__(self, pid: int, end: socket.socket, errors: int) -> None:
        self.pid = pid
        self.end = end
        self.since = 0.0
        self.is_lowered = False
        self._errors = errors
        try:
            self._process: int | None = os.pidfd_open(pid)
        except ProcessLookupError:  # dead already: the first message will tell
            self._process = None

    def lower(self) -> None:
        """Let it run only where a processor has nothing else to do, and yield at once to who has."""
        self.is_lowered = True
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, _LOWEST)
        with contextlib.suppress(OSError):
            os.sched_setscheduler(self.pid, os.SCHED_IDLE, os.sched_param(0))

    @property
    def is_dead(self) -> bool:
        """Whether it has ended, while nothing was asked of it."""
        watched = select.poll()
        watched.register(self.end, select.POLLIN)
        if self._process is not None:
            watched.register(self._process, select.POLLIN)
        return self._process is None or bool(watched.poll(0))

    def last_words(self) -> str:
        """What the process wrote before it died."""
        with contextlib.suppress(OSError):
            return os.pread(self._errors, 4096, 0).decode("utf-8", "replace")
        return ""

    def close(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)
            os.close(self._process)
            self._process = None
        self.end.close()
        with contextlib.suppress(OSError):
            os.close(self._errors)


class Pool:
    """The workers on one version of the dataset.  ``run`` may be called from any thread."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.limits: Limits = order.limits
        self.deaths: Counter[str] = Counter()
        self._condition = threading.Condition()
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._starting = 0
        self._waiting = 0
        self._is_closed = False
        self._control_lock = threading.Lock()
        self._control, far = socket.socketpair()
        with far:
            self._holder = confine.start("kg.api.holder", far)
        try:
            send(self._control, order)
            fault, _ = receive(self._control)
        except Gone:
            fault = Overloaded("the process that holds the dataset could not be started")
        if isinstance(fault, KgError):
            self.close()
            raise fault
        threading.Thread(target=self._watch, name="watcher", daemon=True).start()

    @property
    def is_alive(self) -> bool:
        return not self._is_closed and self._holder.poll() is None

    @property
    def holder_pid(self) -> int:
        return self._holder.pid

    def counts(self) -> tuple[int, int, int]:
        """Idle and busy workers, and queries that wait for one."""
        with self._condition:
            return len(self._idle), len(self._busy), self._waiting

    def run(self, job: Job, *args: Any) -> tuple[Any, bytes]:
        """What *job* returns, and the bytes beside it.

        Raises what the job raises of ``KgError``; ``TimeLimit``, ``MemoryLimit``, ``Overloaded``; ``QueryError`` for
        a query that kills the engine; ``Broken``.  A worker that was killed is replaced once.
        """
        deadline = time.monotonic() + self.limits.seconds
        try:
            worker, (reply, body) = self._ask(deadline, job, args)
        except _Silent:  # perhaps the worker was killed for another's sake: ask another one
            try:
                worker, (reply, body) = self._ask(deadline, job, args)
            except _Silent:
                raise Overloaded(
                    "two processes were killed while they ran the query; try again in a moment"
                ) from None
        assert isinstance(reply, Reply)
        self._give_back(worker, is_worn=reply.is_worn or worker.is_lowered)
        if reply.fault is not None:
            raise reply.fault
        if reply.broken is not None:
            raise Broken(reply.broken)
        return reply.value, body

    def _ask(
        self, deadline: float, job: Job, args: tuple[Any, ...]
    ) -> tuple[_Worker, tuple[Any, bytes]]:
        """Have a worker run *job*; ``_Silent`` if it ended and left no word why."""
        worker = self._take(deadline)
        try:
            send(worker.end, (job, args))
            return worker, receive(worker.end, deadline)
        except TimeoutError:
            self._drop(worker, "time")
            raise TimeLimit(
                f"the query took longer than {self.limits.seconds:g} seconds; narrow it"
            ) from None
        except Gone:
            raise self._death(worker) from None
        except BaseException:
            self._drop(worker, "interrupted")
            raise

    def change(self, change: Change) -> None:
        """Bring the dataset to another version; queries that run finish on the one they began with."""
        with self._control_lock:
            send(self._control, change)
            fault, _ = receive(self._control)
            if isinstance(fault, KgError):
                raise fault
            self.order = Order(
                change.place, self.order.plain, self.order.in_memory, self.order.limits
            )
            with self._condition:
                old, self._idle = self._idle, []
                for worker in self._busy:
                    worker.is_lowered = True  # not used again: it has the dataset of before
                self._condition.notify_all()
        for worker in old:
            worker.close()

    def close(self) -> None:
        """Stop everything at once."""
        with self._condition:
            self._is_closed = True
            workers = [*self._idle, *self._busy]
            self._idle = []
            self._condition.notify_all()
        for worker in workers:
            worker.close()
        self._control.close()
        try:
            self._holder.wait(2)
        except subprocess.TimeoutExpired:
            self._holder.kill()
            self._holder.wait()

    # -- one worker -----------------------------------------------------------------------------------

    def _take(self, deadline: float) -> _Worker:
        worker: _Worker | None
        with self._condition:
            while True:
                if self._is_closed:
                    raise Overloaded("the service is stopping")
                if self._idle:
                    worker = self._idle.pop()
                    if worker.is_dead:
                        worker.close()
                        self.deaths["killed"] += 1
                        continue
                    break
                if len(self._busy) + self._starting < self.limits.workers:
                    self._starting += 1
                    worker = None
                    break
                if self._waiting >= self.limits.waiting:
                    raise Overloaded(
                        f"{self._waiting} queries are waiting already; try again in a moment"
                    )
                self._waiting += 1
                try:
                    in_time = self._condition.wait(max(0.0, deadline - time.monotonic()))
                finally:
                    self._waiting -= 1
                if not in_time:
                    raise Overloaded("no worker became free in time; try again in a moment")
            if worker is not None:
                worker.since = time.monotonic()
                self._busy.add(worker)
                return worker
        try:
            worker = self._fork(deadline)
        finally:
            with self._condition:
                self._starting -= 1
                if worker is not None:
                    worker.since = time.monotonic()
                    self._busy.add(worker)
                else:
                    self._condition.notify()
        return worker

    def _fork(self, deadline: float) -> _Worker:
        if not self._control_lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise Overloaded("the dataset is being changed; try again in a moment")
        near, far = socket.socketpair()
        errors = os.memfd_create("last-words")
        try:
            with far:
                fds = array.array("i", [far.fileno(), errors])
                send(self._control, None)
                self._control.sendmsg([b"f"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
                pid, _ = receive(self._control)
        except (Gone, OSError):
            near.close()
            os.close(errors)
            raise Overloaded("the dataset is being loaded again; try again in a moment") from None
        finally:
            self._control_lock.release()
        return _Worker(pid, near, errors)

    def _give_back(self, worker: _Worker, *, is_worn: bool) -> None:
        with self._condition:
            self._busy.discard(worker)
            keep = not (is_worn or worker.is_lowered or self._is_closed)
            if keep:
                self._idle.append(worker)
            self._condition.notify()
        if not keep:
            worker.close()

    def _drop(self, worker: _Worker, reason: str) -> None:
        worker.close()
        with self._condition:
            self._busy.discard(worker)
            self.deaths[reason] += 1
            self._condition.notify()

    def _death(self, worker: _Worker) -> KgError:
        """The error to tell when a worker has died of a query."""
        words = worker.last_words()
        if "memory" in words or "bad_alloc" in words or "capacity overflow" in words:
            self._drop(worker, "memory")
            return MemoryLimit(
                f"the query needs more than {self.limits.memory >> 20} MB of memory; narrow it"
            )
        if not words:  # a crash would have left some
            self._drop(worker, "killed")
            return _Silent()
        self._drop(worker, "crash")
        return QueryError("the query is nested too deeply or too complex for the engine")

    def _watch(self) -> None:
        while not self._is_closed:
            time.sleep(0.05)
            before = time.monotonic() - _LONG
            with self._condition:
                long = [w for w in self._busy if w.since < before and not w.is_lowered]
                for worker in long:
                    worker.lower()
