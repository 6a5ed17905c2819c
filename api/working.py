"""The copy of a version that is written to, and how it is handed to readers and made a version.

It is never synced: what was acknowledged is in the journal.  Each process has a folder of its own, with a lock
on a file in it, so that none can remove what another one writes to.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import uuid
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from kg.ahead import DATABASES, copy_database
from kg.dataset import LAYOUT_FILE
from kg.journal import entries, redo
from kg.store import read_manifest, settle, switch

from .journal import forget

_MUCH = 4 << 20  # bytes of a database's log from which it is better written out than copied
_VIEW = ".view-"


class WorkingCopy:
    """A store's version in *place*, with what its journal says was done to it since."""

    def __init__(self, folder: Path, place: Path) -> None:
        """The caller is the ``only_builder``."""
        self.folder = folder
        self.base = place.name
        self._path = folder / "working" / uuid.uuid4().hex[:16]
        _remove_unowned(folder / "working", "owner")
        self._path.mkdir(parents=True)
        self._owned = _owned(self._path / "owner")
        for name in DATABASES:
            copy_database(place / name, self._path / name)
        self.store = ox.Store(str(self._path / "db"))
        self.merged = ox.Store(str(self._path / "merged"))
        self.manifest: dict[str, Any] = read_manifest(place)
        for entry in entries(folder, place.name):
            self.manifest = redo(entry, self.store, self.merged, self.manifest)

    def close(self) -> None:
        del self.store, self.merged
        shutil.rmtree(self._path, ignore_errors=True)
        self._owned.close()

    def view(self) -> Path:
        """A folder from which the copy can be read as it stands now; it goes when nobody reads it any more.

        The caller is the ``only_builder`` and writes nothing meanwhile.
        """
        place = self.folder / "versions" / f"{_VIEW}{self.manifest['version']}"
        _remove_unowned(place.parent, "readers", _VIEW)
        for name, store in zip(DATABASES, (self.store, self.merged), strict=True):
            if not _freeze(self._path / name, place / name):
                shutil.rmtree(place / name, ignore_errors=True)
                place.mkdir(exist_ok=True)
                store.backup(str(place / name))
        self._keep_layout(place)
        (place / "readers").touch()
        return place

    def publish(self) -> None:
        """Make a version of what stands in the copy, and end the journal."""
        aside = self.folder / "versions" / f".{os.getpid()}"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        version = self.manifest["version"]
        try:
            self.store.backup(str(aside / "db"))
            self.merged.backup(str(aside / "merged"))
            self._keep_layout(aside)
            settle(aside, self.folder, version, self.manifest, synced=frozenset({".sst"}))
        finally:
            shutil.rmtree(aside, ignore_errors=True)  # if the disk is full, it takes room from all
        switch(self.folder, version)
        forget(self.folder)
        self.base = version

    def _keep_layout(self, place: Path) -> None:
        """Where the nodes of the network stand; what is new is placed when it is asked for."""
        with contextlib.suppress(FileNotFoundError, FileExistsError):
            os.link(self.folder / "versions" / self.base / LAYOUT_FILE, place / LAYOUT_FILE)


def _freeze(source: Path, target: Path) -> bool:
    """Copy an open database between two writes; False where its files are better written out, or changed
    meanwhile.

    The engine notes in its manifest, which only grows, what it is about to do with its files before it removes
    one; so if the manifest is the same after as before, the copies belong together.
    """
    try:
        before = _state(source)
        if sum(file.stat().st_size for file in source.glob("*.log")) > _MUCH:
            return False
        copy_database(source, target)
        return _state(source) == before
    except FileNotFoundError:
        return False


def _state(source: Path) -> tuple[str, int]:
    name = (source / "CURRENT").read_text("ascii").strip()
    return name, (source / name).stat().st_size


def _owned(file: Path) -> IO[bytes]:
    """*file*, new and locked for as long as it is open."""
    handle = file.open("wb")
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return handle


def _remove_unowned(folder: Path, lock: str, prefix: str = "") -> None:
    """Remove the folders in *folder* whose file *lock* nobody holds."""
    for place in folder.glob(f"{prefix}*"):
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            if (place / lock).exists():
                handle = stack.enter_context((place / lock).open("rb"))
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(place, ignore_errors=True)
