"""A version together with what was written to it since, for readers: a copy of it, brought to where its journal is.

A service that was killed, or a backup made beside one, leaves acknowledged writes in the journal alone.  Readers
change nothing in the store, which may not be theirs; so the copy stands in a folder for temporary files.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from .dataset import Dataset
from .errors import DiskFull, StoreError
from .journal import redo
from .room import is_full

DATABASES = ("db", "merged")


class _Copied(Dataset):
    """A dataset whose databases go when nobody reads it any more."""

    def __init__(self, base: Dataset, manifest: Mapping[str, Any], copy: Path) -> None:
        store, merged = (ox.Store.read_only(str(copy / name)) for name in DATABASES)
        super().__init__(base.place, manifest, store=store, merged=merged)
        weakref.finalize(self, shutil.rmtree, copy, ignore_errors=True)


def with_written(base: Dataset, written: Iterable[Mapping[str, Any]]) -> Dataset:
    """*base*, a version as it is on disk, with the changes of its journal.

    ``ValueError`` where the journal is not what was written; ``StoreError`` where the copy cannot be made.
    """
    folder = base.place.parent.parent
    try:
        copy = Path(tempfile.mkdtemp(prefix="kehoach-"))
    except OSError as fault:
        raise StoreError(
            f"{folder}: what was written since its version was made is read from a copy, and no folder for that can "
            f"be made ({fault.strerror or fault}); name one that can be written: TMPDIR=FOLDER"
        ) from None
    try:
        return _Copied(base, _brought_on(base, written, copy), copy)
    except BaseException as fault:
        shutil.rmtree(copy, ignore_errors=True)
        raise _told(folder, fault) from None


def _told(folder: Path, fault: BaseException) -> BaseException:
    """What is told of *fault*, which kept the journal of the store in *folder* from being read."""
    if isinstance(fault, (OSError, RuntimeError)) and is_full(fault):
        return DiskFull(
            f"{tempfile.gettempdir()}: no room is left to read what was written to {folder} since its version was "
            "made; free some, or name another folder (TMPDIR=FOLDER), then do it again"
        )
    if isinstance(fault, (KeyError, TypeError, AttributeError, SyntaxError)):
        return ValueError(f"its journal is not what was written: {fault}")
    return fault


def _brought_on(
    base: Dataset, written: Iterable[Mapping[str, Any]], target: Path
) -> Mapping[str, Any]:
    """Copy the databases of *base* to *target*, do there what was *written*; the manifest of that."""
    for name in DATABASES:
        copy_database(base.place / name, target / name)
    store, merged = (ox.Store(str(target / name)) for name in DATABASES)
    manifest = base.manifest
    for entry in written:
        manifest = redo(entry, store, merged, manifest)
    store.flush()
    merged.flush()
    return manifest


def copy_database(source: Path, target: Path) -> None:
    """The files of a database that nobody writes to; what is never altered is shared, where that can be."""
    target.mkdir(parents=True)
    for file in source.iterdir():
        if file.suffix == ".sst":
            _share(file, target / file.name)
        elif file.name != "LOCK" and not file.name.startswith(("LOG", "OPTIONS")):
            shutil.copyfile(file, target / file.name)


def _share(file: Path, target: Path) -> None:
    try:
        os.link(file, target)
    except FileNotFoundError:
        raise
    except OSError:  # another file system, or a file of somebody else
        shutil.copyfile(file, target)
