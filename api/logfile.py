"""The file of the access log: a new one each day or from a size on, so many kept, and opened anew on request."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import re
import sys
import time
from pathlib import Path
from typing import NamedTuple

from kg.errors import KgError

_SIZE = re.compile(r"(?P<number>[0-9]{1,6})(?P<unit>[KMG]B)")
_UNITS = {"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
_DAY = 86400


class Rotation(NamedTuple):
    """When a new file is begun: *daily* (a day of UTC), from *size* bytes on, or (neither) never; and how many
    are *kept* beside it: the days, where it is daily."""

    daily: bool
    size: int | None
    kept: int


def rotation(text: str, kept: int) -> Rotation:
    """What «day», «never» or a size such as «100MB» means."""
    if text in ("day", "never"):
        return Rotation(text == "day", None, kept)
    match = _SIZE.fullmatch(text.upper().replace(" ", ""))
    if match is None or not int(match["number"]):
        raise KgError(f"--access-log-rotate {text}: write day, never, or a size such as 100MB")
    return Rotation(False, int(match["number"]) * _UNITS[match["unit"]], kept)


class LogFile(logging.Handler):
    """Appends to *path*; FILE.1 is the newest of those before it.

    A file that was moved away (by logrotate) is not written to any more; ``reopen`` makes a new one at once, and may
    be called in a signal's handler.  A disk that is full costs lines of the log, never an answer.
    """

    def __init__(self, path: Path, when: Rotation) -> None:
        super().__init__()
        self.path = path
        self._when = when
        self._wants_new = False
        self._is_failing = False
        try:
            self._file = self._open()
        except OSError as fault:
            raise KgError(f"--access-log {path}: cannot be written ({fault.strerror})") from None
        self._forget()

    def reopen(self) -> None:
        self._wants_new = True

    def emit(self, record: logging.LogRecord) -> None:
        line = (self.format(record) + "\n").encode("ascii", "backslashreplace")
        try:
            if self._wants_new or self._is_moved():
                self._begin()
            if self._is_due(len(line)):
                self._rotate()
            # After a line that was cut short by a full disk, the next one begins anew.
            written = os.write(self._file, b"\n" + line if self._is_failing else line)
            if written < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as fault:
            if not self._is_failing:
                print(f"kg: the access log cannot be written ({fault})", file=sys.stderr)
            self._is_failing = True
        else:
            self._is_failing = False

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        super().close()

    def _open(self) -> int:
        return os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)

    def _begin(self) -> None:
        new = self._open()
        os.close(self._file)
        self._file, self._wants_new = new, False

    def _is_moved(self) -> bool:
        try:
            there = self.path.stat()
        except FileNotFoundError:
            return True
        ours = os.fstat(self._file)
        return (there.st_dev, there.st_ino) != (ours.st_dev, ours.st_ino)

    def _is_due(self, more: int) -> bool:
        state = os.fstat(self._file)
        if not state.st_size:
            return False
        if self._when.size is not None:
            return state.st_size + more > self._when.size
        return self._when.daily and state.st_mtime // _DAY != time.time() // _DAY

    def _rotate(self) -> None:
        for number in range(self._when.kept, 0, -1):
            older = self._numbered(number)
            if older.exists():
                older.rename(self._numbered(number + 1))
        self.path.rename(self._numbered(1))
        self._begin()
        self._forget()

    def _forget(self) -> None:
        """Remove what is not to be kept any more."""
        if not (self._when.daily or self._when.size):
            return
        for path in self.path.parent.glob(f"{self.path.name}.*"):
            number = path.name.removeprefix(f"{self.path.name}.")
            if not number.isdecimal():
                continue
            with contextlib.suppress(OSError):
                age = (time.time() - path.stat().st_mtime) / _DAY
                if int(number) > self._when.kept or (self._when.daily and age > self._when.kept):
                    path.unlink()

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")
