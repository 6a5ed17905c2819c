"""The workers of one holder: handed out, watched, killed, replaced.

Whoever waits for an answer keeps its deadline and kills the worker that passes it; a watcher lowers the
priority of what runs long, so that bombs take the processor only while nobody else wants it.
"""

from __future__ import annotations

import array
import os
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from kg.errors import KgError, QueryError

from . import confine
from .changes import Change
from .clients import asking
from .holder import Order
from .limits import Limits, MemoryLimit, Overloaded, TimeLimit
from .outward import Fetch, Wanted, fetched
from .places import Places
from .turns import Turns
from .wire import Gone, receive, send
from .worker import Job, Reply
from .workerprocess import WorkerProcess

_SHORT_WAIT = 0.1  # seconds of waiting for a worker that need not be told
_LONG = 0.2  # seconds of computing after which a query runs at the lowest priority


class Broken(Exception):
    """A fault of ours in a job; its message is the traceback."""


class Silent(KgError):
    """A worker that ended in the midst of a job and left no word why."""


class Begun:
    """A job that was given to a worker and is not waited for: ``take`` when ``fileno`` can be read, and ``end``
    when that says so."""

    def __init__(self, pool: Pool, worker: WorkerProcess) -> None:
        self._pool = pool
        self._worker = worker
        self._is_gone = False

    def fileno(self) -> int:
        return self._worker.end.fileno()

    @property
    def size(self) -> int:
        """Bytes that have come."""
        return self._worker.answers.got

    @property
    def seconds(self) -> float:
        """For how long the worker has had it."""
        return time.monotonic() - self._worker.since

    def take(self) -> bool:
        """Take in what has come; whether that was all."""
        try:
            return self._worker.answers.take(wait=False)
        except Gone:
            self._is_gone = True
            return True

    def end(self) -> tuple[Any, bytes]:
        """What ``Pool.run`` returns, or raises."""
        return self._pool.end(self._worker, is_gone=self._is_gone)


class Pool:
    """The workers on one version of the dataset.  All may be called from any thread.

    Who gets one is a matter of ``Places``; *elsewhere* are those who wait in the server's loop.  *when_free* are called
    when a worker has become free, or its place; *fetch* asks another server for a worker.
    """

    def __init__(
        self,
        order: Order,
        when_free: Sequence[Callable[[], None]] = (),
        elsewhere: Turns[Any] | None = None,
        fetch: Fetch | None = None,
    ) -> None:
        self.order = order
        self._fetch = fetch
        self._when_free = when_free
        self.limits: Limits = order.limits
        self.deaths: Counter[str] = Counter()
        self._lock = threading.RLock()
        self._idle: list[WorkerProcess] = []
        self._busy: set[WorkerProcess] = set()
        waiting_elsewhere: Turns[Any] = Turns() if elsewhere is None else elsewhere
        self._places = Places(order.limits, self._lock, waiting_elsewhere)
        self._is_closed = False
        self._control_lock = threading.Lock()
        self._holder, self._control = confine.started("kg.api.holder")

    def load(self) -> None:
        """Have the dataset loaded; only then may anything be run.  Raises what kept it from that."""
        try:
            send(self._control, self.order)
            fault, _ = receive(self._control)
        except Gone:
            fault = Overloaded("the process that holds the dataset ended before it had it")
        if isinstance(fault, KgError):
            self.close()
            raise fault
        threading.Thread(target=self._watch, name="watcher", daemon=True).start()

    @property
    def is_alive(self) -> bool:
        return not self._is_closed and self._holder.poll() is None

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    @property
    def holder_pid(self) -> int:
        return self._holder.pid

    def counts(self) -> tuple[int, int, int]:
        """Idle and busy workers, and queries that wait for one."""
        with self._lock:
            return len(self._idle), len(self._busy), self._places.waiting

    def run(self, job: Job, *args: Any) -> tuple[Any, bytes]:
        """What *job* returns, and the bytes beside it.

        Raises what the job raises of ``KgError``; ``TimeLimit``, ``MemoryLimit``, ``Overloaded``; ``QueryError`` for
        a query that kills the engine; ``Broken``.  A worker that was killed is replaced once.
        """
        return self.run_until(None, job, *args)

    def run_until(self, until: float | None, job: Job, *args: Any) -> tuple[Any, bytes]:
        """``run`` whose time ends at *until* (monotonic seconds), where that is told: it may run already."""
        deadline = time.monotonic() + self.limits.seconds if until is None else until
        try:
            worker, (reply, body) = self._ask(deadline, job, args)
        except Silent:  # perhaps the worker was killed for another's sake: ask another one
            try:
                worker, (reply, body) = self._ask(deadline, job, args)
            except Silent:
                raise Overloaded(
                    "two processes were killed while they ran the query; try again in a moment"
                ) from None
        return self._told(worker, reply), body

    def _ask(
        self, deadline: float, job: Job, args: tuple[Any, ...]
    ) -> tuple[WorkerProcess, tuple[Any, bytes]]:
        """Have a worker run *job*; ``Silent`` if it ended and left no word why."""
        worker = self._take(deadline)
        try:
            worker.send(job, args)
            while isinstance((frame := worker.answers.next(deadline))[0], Wanted):
                worker.hand(*fetched(self._fetch, frame[0], deadline))
            return worker, frame
        except TimeoutError:
            raise self._late(worker) from None
        except Gone:
            raise self._death(worker) from None
        except BaseException:
            self._drop(worker, "interrupted")
            raise

    def begin(self, deadline: float, job: Job, *args: Any) -> Begun | None:
        """``run`` without waiting for the answer, where a worker is idle; None where none is.

        *args* are to be small, lest the sending waits; *deadline* is kept by the watcher.
        """
        if self._fetch is not None:
            return None  # a worker may want something before it answers
        with self._lock:
            client = asking()
            if self._is_closed or not self._places.may(client):
                return None
            worker = self._idle_worker()
            if worker is None:
                return None
            self._places.take(client)
            self._seat(worker, client, deadline)
        try:
            worker.send(job, args)
        except Gone:
            fault = self._death(worker)
            if isinstance(fault, Silent):
                return None
            raise fault from None
        worker.until = deadline
        return Begun(self, worker)

    def may(self, client: str) -> bool:
        """Whether *client* would be given a worker now."""
        return self._places.may(client)

    def end(self, worker: WorkerProcess, *, is_gone: bool) -> tuple[Any, bytes]:
        """What a job that was begun returns; raises what ``run`` does, and ``Silent``."""
        with self._lock:
            worker.until = None
        if is_gone:
            raise (self._late if worker.is_late else self._death)(worker)
        reply, body = worker.answers.frame()
        return self._told(worker, reply), body

    def _told(self, worker: WorkerProcess, reply: object) -> Any:
        assert isinstance(reply, Reply)
        self._give_back(worker, is_worn=reply.is_worn or worker.is_lowered)
        if reply.fault is not None:
            raise reply.fault
        if reply.broken is not None:
            raise Broken(reply.broken)
        return reply.value

    def change(self, change: Change) -> None:
        """Bring the dataset to another version; queries that run finish on the one they began with."""
        with self._control_lock:
            send(self._control, change)
            fault, _ = receive(self._control)
            if isinstance(fault, KgError):
                raise fault
            self.order = replace(self.order, place=change.place)
            with self._lock:
                old, self._idle = self._idle, []
                for worker in self._busy:
                    worker.is_lowered = True  # not used again: it has the dataset of before
        for worker in old:
            worker.close()

    def kill(self) -> None:
        """End what holds the dataset, while another thread waits for it to be loaded."""
        self._holder.kill()

    def close(self) -> None:
        """Stop everything at once."""
        with self._lock:
            self._is_closed = True
            workers = [*self._idle, *self._busy]
            self._idle = []
            self._places.close()
        for worker in workers:
            worker.close()
        self._control.close()
        try:
            self._holder.wait(2)
        except subprocess.TimeoutExpired:
            self._holder.kill()
            self._holder.wait()

    # -- one worker -----------------------------------------------------------------------------------

    def _take(self, deadline: float) -> WorkerProcess:
        client = asking()
        self._places.wait_for(client, deadline)
        worker: WorkerProcess | None = None
        try:
            with self._lock:
                worker = self._idle_worker()
            if worker is None:
                worker = self._fork(deadline)
        finally:
            with self._lock:
                if worker is not None:
                    self._seat(worker, client, deadline)
                else:
                    self._places.leave(client)
        return worker

    def _seat(self, worker: WorkerProcess, client: str, deadline: float) -> None:
        """*worker* is at work for *client*, which has a place."""
        worker.client = client
        worker.since = time.monotonic()
        worker.waited = self.limits.seconds - (deadline - worker.since)
        self._busy.add(worker)

    def _idle_worker(self) -> WorkerProcess | None:
        """One that lives; those that were killed meanwhile are put away.  The caller holds the lock."""
        while self._idle:
            worker = self._idle.pop()
            if not worker.is_dead:
                return worker
            worker.close()
            self.deaths["killed"] += 1
        return None

    def _fork(self, deadline: float) -> WorkerProcess:
        if not self._control_lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise Overloaded(
                "no worker could be started in time, as other queries start theirs, or the dataset is being "
                "changed; try again in a moment"
            )
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
        return WorkerProcess(pid, near, errors)

    def _give_back(self, worker: WorkerProcess, *, is_worn: bool) -> None:
        with self._lock:
            self._busy.discard(worker)
            keep = not (is_worn or worker.is_lowered or worker.is_late or self._is_closed)
            if keep and len(self._idle) + len(self._busy) < self.limits.workers:
                self._idle.append(worker)
            else:
                keep = False
            self._places.leave(worker.client)
        if not keep:
            worker.close()
        self._tell_free()

    def _drop(self, worker: WorkerProcess, reason: str) -> None:
        with self._lock:
            self._busy.discard(
                worker
            )  # before its end is closed, so that the watcher finds none that is
            self.deaths[reason] += 1
            self._places.leave(worker.client)
        worker.close()
        self._tell_free()

    def _tell_free(self) -> None:
        for call in self._when_free:
            call()

    def _late(self, worker: WorkerProcess) -> KgError:
        self._drop(worker, "time")
        if worker.waited < _SHORT_WAIT:
            return TimeLimit(
                f"the query took longer than {self.limits.seconds:g} seconds; narrow it"
            )
        ran = max(0.0, self.limits.seconds - worker.waited)
        words = (
            f"the query waited {worker.waited:.1f} s for a worker, and was not ready in the {ran:.1f} s that "
            f"were left of its {self.limits.seconds:g}; "
        )
        if ran < self.limits.seconds / 2:
            return Overloaded(f"{words}try again in a moment")
        return TimeLimit(f"{words}narrow it, or try again")

    def _death(self, worker: WorkerProcess) -> KgError:
        """The error to tell when a worker has died of a query."""
        words = worker.last_words()
        if "memory" in words or "bad_alloc" in words or "capacity overflow" in words:
            self._drop(worker, "memory")
            return MemoryLimit(
                f"the query needs more than {self.limits.memory >> 20} MB of memory; narrow it"
            )
        if not words:  # a crash would have left some
            self._drop(worker, "killed")
            return Silent()
        self._drop(worker, "crash")
        return QueryError("the query is nested too deeply or too complex for the engine")

    def _watch(self) -> None:
        while not self._is_closed:
            time.sleep(0.05)
            now = time.monotonic()
            with self._lock:
                self._places.call_next()  # if those elsewhere did not take what was left to them
                for worker in self._busy:
                    if worker.until is not None and worker.until < now and not worker.is_late:
                        worker.end_late()
                    if not worker.is_lowered and worker.spent() > _LONG:
                        worker.lower()
