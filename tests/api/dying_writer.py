"""The writer process, but it kills itself, once, at a point that a file beside the store names."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

from kg.api import journal, writer, writerprocess
from kg.api.changes import Change

from kg.journal import journal as journal_of

_NOTE = "dies-at"
POINTS = ("begun", "journal", "torn", "journalled", "view", "reply", "published")


def at(folder: Path, point: str) -> None:
    """From now on the next writer of the store in *folder* dies at *point*."""
    (folder / _NOTE).write_text(point, "utf-8")


def _die(folder: Path, point: str) -> None:
    note = folder / _NOTE
    if note.is_file() and note.read_text("utf-8") == point:
        note.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def _append(folder: Path, change: Change) -> None:
    _die(folder, "journal")
    note = folder / _NOTE
    if note.is_file() and note.read_text("utf-8") == "torn":
        path = journal_of(folder, change.base)
        with path.open("ab") as file:
            file.write(json.dumps({"version": change.version}).encode()[:-5])
    _die(folder, "torn")
    journal.append(folder, change)
    _die(folder, "journalled")


def _dying_after(kind: Any, method: str, point: str) -> None:
    """Make *method* of *kind* die at *point*, when it has done its work."""
    does = getattr(kind, method)

    def dying(self: Any, *args: Any) -> Any:
        result = does(self, *args)
        _die(Path(os.environ["DYING_WRITER_STORE"]), point)
        return result

    setattr(kind, method, dying)


def use(monkeypatch: Any, folder: Path) -> None:
    """Let services of the store in *folder* start this writer instead."""
    monkeypatch.setattr(writerprocess, "_PROGRAM", __name__)
    monkeypatch.setenv("DYING_WRITER_STORE", str(folder))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))  # where this module is found


def main() -> None:
    _dying_after(writer.WorkingCopy, "view", "view")
    _dying_after(writer.WorkingCopy, "publish", "published")
    _dying_after(writer.Writer, "_at_current", "begun")
    _dying_after(writer.Writer, "write", "reply")
    writer.append = _append
    writer.main()
