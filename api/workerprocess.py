"""The near end of a worker process."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
from pathlib import Path
from typing import Any

from .wire import Reader, send
from .worker import Job

_LOWEST = 19


class WorkerProcess:
    """What the service holds of it."""

    def __init__(self, pid: int, end: socket.socket, errors: int) -> None:
        self.pid = pid
        self.end = end
        self.answers = Reader(end)
        self.since = 0.0
        self.client = ""  # for whom it works
        self.waited = 0.0  # seconds that the query waited for it
        self.until: float | None = (
            None  # when the watcher is to end it; None: who waits for it does
        )
        self.is_late = False
        self.is_lowered = False
        self._seen = (
            0.0,
            0.0,
        )  # which job, by its beginning, and what had been spent when it was seen
        self._errors = errors
        try:
            self._process: int | None = os.pidfd_open(pid)
        except ProcessLookupError:  # dead already: the first message will tell
            self._process = None

    def send(self, job: Job, args: tuple[Any, ...]) -> None:
        self.end.settimeout(None)
        send(self.end, (job, args))

    def hand(self, told: object, body: bytes) -> None:
        """What it wanted, while it works."""
        self.end.settimeout(None)
        send(self.end, told, body)

    def lower(self) -> None:
        """Let it run only where a processor has nothing else to do, and yield at once to who has."""
        self.is_lowered = True
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, _LOWEST)
        with contextlib.suppress(OSError):
            os.sched_setscheduler(self.pid, os.SCHED_IDLE, os.sched_param(0))

    def spent(self) -> float:
        """Seconds of computing for this job since this was first asked; waiting for a processor is none."""
        try:
            now = int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[0]) / 1e9
        except (OSError, ValueError, IndexError):
            return 0.0
        if self._seen[0] != self.since:
            self._seen = (self.since, now)
        return now - self._seen[1]

    def end_late(self) -> None:
        """Kill it for the time it takes; whoever reads from it will see that it is gone."""
        self.is_late = True
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)

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
