"""What was written since the current version was made: a line of JSON for each change, on disk before the write
is acknowledged.

A line that ends is the truth: what it says was done, whoever died since, and is never done again.
A version costs a tenth of a second, a line a few milliseconds; so versions are made when writing pauses
(``kg.journal`` tells how a build takes the lines in).
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from kg.journal import entries, journal
from kg.room import cannot_write
from kg.store import to_disk

from .changes import Change

_PARTS = ("added", "removed", "merged", "unmerged")


def append(folder: Path, change: Change) -> None:
    """Add *change* to the journal of the version it is based on; ``StoreError`` where that cannot be written."""
    texts = {name: getattr(change, name).decode("utf-8") for name in _PARTS}
    line = json.dumps({"version": change.version, "manifest": change.manifest, **texts})
    path = journal(folder, change.base)
    is_new = not path.exists()
    size: int | None = None
    try:
        with path.open("ab+", buffering=0) as file:
            _drop_unfinished(file)
            size = file.seek(0, os.SEEK_END)
            data = memoryview(line.encode("ascii") + b"\n")
            while data:
                data = data[file.write(data) :]
            os.fsync(file.fileno())
        if is_new:
            to_disk(folder)
    except OSError as fault:
        with contextlib.suppress(OSError):  # what was not acknowledged is not to be found later
            if size is not None:
                os.truncate(path, size)
        raise cannot_write(folder, fault) from None


def _drop_unfinished(file: IO[bytes]) -> None:
    """Remove a last line cut short, lest the next one be lost with it."""
    size = file.seek(0, os.SEEK_END)
    if not size:
        return
    file.seek(size - 1)
    if file.read(1) != b"\n":
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)


def recorded(folder: Path, place: Path) -> Iterator[Change]:
    """The changes to the version in *place*, in order; a line cut short was not acknowledged."""
    for found in entries(folder, place.name):
        texts = [found[name].encode("utf-8") for name in _PARTS]
        yield Change(found["version"], place.name, place, found["manifest"], *texts)


def newest(folder: Path, place: Path) -> Change | None:
    """The last change to the version in *place* that stands in its journal."""
    last = None
    for last in recorded(folder, place):  # noqa: B007
        pass
    return last


def find(folder: Path, place: Path, version: str) -> Change | None:
    """The change that made *version*, if it stands in the journal of *place*; it is on the disk then."""
    for change in recorded(folder, place):
        if change.version == version:
            to_disk(journal(folder, place.name))
            to_disk(folder)
            return change
    return None


def is_pending(folder: Path, base: str) -> bool:
    """Whether something was written to version *base* that is in no version yet."""
    return journal(folder, base).is_file()


def forget(folder: Path) -> None:
    """Remove all journals: what they say is in the version that was just made."""
    for path in folder.glob("journal-*.jsonl"):
        path.unlink()
