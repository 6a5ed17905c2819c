"""The index that searches are answered from: that of the current version, or of the one before while it is made.

A version that was built has its index; one that an update made gets it from a process of its own, started by the first
search after the update.  Neither updates nor searches wait for it.

Searches run in this process, unlike queries: what the index is asked is ours, words only, and the engine gives
up by itself when its time is over; so there is no need for a process that can be killed.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from pathlib import Path

from kg.errors import StoreError
from kg.search.index import FILE
from kg.searching import Search, open_search
from kg.store import Dataset, current_version, read_manifest

from .engine import Engine
from .limits import Overloaded

_LOG = logging.getLogger("kehoach")
_WAIT = 15.0  # seconds for the first index there is
_WAITING = 16  # how many may wait for it
_BEING_MADE = "the index for searching is being made; try again in a moment"
_AGAIN = 60.0  # seconds after which one that could not be made is tried again
_LONGEST = 1800.0  # seconds that one may take


class _Building:
    """A process that makes the index of the version in *place*."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.began = time.monotonic()
        self.folder: Path | None = (
            None  # of its own, where that of the version cannot be written to
        )
        if not os.access(place, os.W_OK):
            self.folder = Path(tempfile.mkdtemp(prefix="kehoach-"))
        self.file = (self.folder or place) / FILE
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", "from kg.searching import main; main()", place, self.file],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @property
    def is_running(self) -> bool:
        if time.monotonic() - self.began > _LONGEST:
            self.process.kill()
        return self.process.poll() is None

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


class Searcher:
    """Hands out the search of one store folder.  ``current`` may be called from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._folder = engine.folder
        self._lock = threading.Lock()
        self._room = threading.Semaphore(_WAITING)
        self._current: tuple[Search, str] | None = None
        self._held: Dataset | None = None  # so that nobody removes the version
        self._failed: tuple[str, float] = ("", 0.0)
        self._builds: list[_Building] = []  # one at most; a list, which the finalizer can have
        self.close = weakref.finalize(self, _stop, self._builds)

    def current(self) -> tuple[Search, str]:
        """The search, and the version of the dataset it is of; ``StoreError``, ``Overloaded`` where there is none."""
        place = current_version(self._folder)
        if (known := self._current) is not None and place.name == known[1]:
            return known
        if (found := self._look(place)) is not None:
            return found
        if not self._room.acquire(blocking=False):  # each has a thread, which others need too
            raise Overloaded(_BEING_MADE)
        try:
            until = time.monotonic() + _WAIT
            while time.monotonic() < until:
                time.sleep(0.05)
                if (found := self._look(current_version(self._folder))) is not None:
                    return found
        finally:
            self._room.release()
        raise Overloaded(_BEING_MADE)

    def _look(self, place: Path) -> tuple[Search, str] | None:
        """What there is to search in; None where the first index is being made."""
        with self._lock:
            found = self._switch(place) or self._current
            if found is None and not self._builds:
                raise Overloaded(
                    "no index for searching could be made; the log of the service tells more"
                )
            return found

    def _switch(self, place: Path) -> tuple[Search, str] | None:
        """Take the index of the version in *place*, if it is there; else see to it that it is made."""
        file = place / FILE
        if self._builds:
            build = self._builds[0]
            if build.is_running:
                if build.place == place:
                    return None
            else:
                if build.process.returncode:
                    _LOG.error("the index of %s could not be made", build.place.name)
                    self._failed = (build.place.name, time.monotonic())
                elif build.place == place:
                    file = build.file
        with contextlib.suppress(ValueError, OSError, StoreError):
            held = Dataset(place, read_manifest(place))
            search = open_search(file)
            if file.parent != place:
                weakref.finalize(search.index, shutil.rmtree, file.parent, ignore_errors=True)
                self._builds[0].folder = None
            self._held, self._current = held, (search, place.name)
            return self._current
        if not self._builds or not self._builds[0].is_running:
            self._build(place)
        return None

    def _build(self, place: Path) -> None:
        _stop(self._builds)
        name, when = self._failed
        if name != place.name or time.monotonic() - when > _AGAIN:
            self._builds.append(_Building(place))


def _stop(builds: list[_Building]) -> None:
    for build in builds:
        build.stop()
    builds.clear()
