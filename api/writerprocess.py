"""The near end of the writer process, and what it left behind where it died."""

from __future__ import annotations

import contextlib
import select
import signal
import socket
import subprocess
import time
from pathlib import Path

from kg.errors import KgError, QueryError, StoreError
from kg.store import current_version, read_manifest

from . import confine
from .changes import Change
from .journal import find, is_pending
from .limits import Limits, Overloaded, TimeLimit
from .operations import Outcome
from .pool import Broken
from .wire import Gone, receive, send
from .writer import Batch, Written

NOT_MADE = "no version could be made of what was written; it stays in the journal: %s"
_PROGRAM = "kg.api.writer"
_STARTING = 60.0  # seconds after which one that is not ready is given up
_DYING = 5.0  # seconds that a process may take to be gone after it has closed its end


class Killed(Overloaded):
    """The writer was killed by somebody else, or for want of memory in the machine."""


class WriterProcess:
    """The writer process; started when there is something to write, and again when it was killed.

    Whatever ``run`` raises, the process does nothing more of the batch, and ``recorded`` tells whether it was
    done.
    """

    def __init__(
        self, folder: Path, limits: Limits, *, validate: bool, held: tuple[int, ...] = ()
    ) -> None:
        """*held*: descriptors that the process holds too."""
        self._held = held
        self._greeting = (folder, limits, validate)
        self._end: socket.socket | None = None
        self._inner: subprocess.Popen[bytes] | None = None
        self._is_ready = False
        self._begun = 0.0

    def publish(self, seconds: float) -> None:
        """Make a version of what stands in the journal."""
        self.run(None, time.monotonic() + seconds)

    def run(self, batch: Batch | None, until: float) -> Written:
        """Carry *batch* out (None: make a version) before *until*; ``KgError`` or ``Broken`` where that failed
        as a whole."""
        began = time.monotonic()
        try:
            end = self.start(until)
            send(end, batch)
            result, _ = receive(end, until)
        except TimeoutError:
            self.stop()
            raise TimeLimit(f"the update took longer than {until - began:.3g} seconds") from None
        except Gone:
            raise _death(self.stop(_DYING)) from None
        if isinstance(result, Written):
            return result
        self.stop()
        raise result if isinstance(result, KgError) else Broken(result)

    def begin(self) -> None:
        """Let it be started, so that it is ready when there is something to write."""
        if self._end is None:
            self._begun = time.monotonic()
            self._is_ready = False
            self._inner, self._end = confine.started(_PROGRAM, *self._held)
            with contextlib.suppress(Gone):  # who waits for it will find it dead
                send(self._end, self._greeting)

    def start(self, until: float) -> socket.socket:
        """Wait until it is ready; ``Overloaded`` where it is not before *until*: it goes on starting."""
        self.begin()
        assert self._end is not None
        if not self._is_ready:
            watched = select.poll()
            watched.register(self._end, select.POLLIN)
            if not watched.poll(max(0.0, until - time.monotonic()) * 1000):
                if time.monotonic() - self._begun > _STARTING:
                    self.stop()
                raise Overloaded(
                    "the process that writes is being started; nothing was written; try again in a moment"
                )
            try:
                receive(self._end)
            except Gone:
                raise _death(self.stop(_DYING)) from None
            self._is_ready = True
        return self._end

    def stop(self, patience: float = 0.0) -> int:
        """Kill it if it lives after *patience* seconds, and wait until it is dead; how it ended, as
        ``Popen.returncode`` tells."""
        if self._end is not None:
            self._end.close()
            self._end = None
        if self._inner is None:
            return 0
        try:
            status = self._inner.wait(patience)
        except subprocess.TimeoutExpired:
            self._inner.kill()
            status = self._inner.wait()
        self._inner = None
        return status


def _death(status: int) -> KgError:
    if status == -signal.SIGKILL:
        return Killed("the process that writes was killed; nothing was written; try again")
    return QueryError("the update is nested too deeply or too large for the engine")


def recorded(folder: Path, version: str) -> tuple[list[Outcome | None], Change | None] | None:
    """What became of each operation of the batch that was to make *version* (None: not done), and the change
    for the readers (None: it is a version already); None if the batch was not done.

    Only to be asked when the writer is dead.
    """
    while True:
        place = current_version(folder)
        try:
            made = find(folder, place, version)
            manifest = read_manifest(place) if made is None else made.manifest
        except OSError:
            if current_version(folder) == place:
                raise
            continue
        if current_version(folder) != place:
            continue
        if version not in (manifest["version"], manifest.get("written")):
            return None
        outcomes = [None if name is None else Outcome(name) for name in manifest["outcomes"]]
        return outcomes, made


def recover(folder: Path, limits: Limits) -> None:
    """Make a version of what was acknowledged and stands in no version yet, because a service or its readers
    have ended."""
    try:
        base = current_version(folder).name
    except StoreError:
        return
    if is_pending(folder, base):
        process = WriterProcess(folder, limits, validate=False)
        try:
            process.publish(60)
        finally:
            process.stop()
