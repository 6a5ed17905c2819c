"""The near end of the writer process."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path

from kg.errors import KgError, QueryError, StoreError
from kg.store import current_version

from . import confine
from .journal import is_pending
from .limits import Limits, TimeLimit
from .operations import Operation
from .pool import Broken
from .wire import Gone, receive, send
from .writer import Written


class WriterProcess:
    """The writer process; started when there is something to write, and again when it was killed."""

    def __init__(self, folder: Path, limits: Limits, *, validate: bool) -> None:
        self._greeting = (folder, limits, validate)
        self._end: socket.socket | None = None
        self._inner: subprocess.Popen[bytes] | None = None

    def publish(self, seconds: float) -> None:
        self.run([], True, seconds)

    def run(self, operations: list[Operation], publish: bool, seconds: float) -> Written:
        end = self._end or self._start()
        try:
            send(end, (operations, publish))
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


def recover(folder: Path, limits: Limits) -> None:
    """Make a version of what an earlier service acknowledged and could not make one of before it ended."""
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
