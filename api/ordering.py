"""What readers begin with: which version, in memory or on disk, with what of its journal.

A dataset that takes long to load is read from disk until it is loaded, so that a service answers a second after its
start, and after a build, whatever its size.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.errors import DiskFull
from kg.store import current_version, read_manifest

from .changes import Change
from .holder import Order
from .journal import is_pending, newest
from .limits import Limits
from .writerprocess import recover

SOON = 100_000  # statements up to which loading is waited for: a second
_ON_DISK_FROM = 0.3  # of the machine's memory: a larger dataset stays on disk
_BYTES = 450  # that a statement takes in memory


class Orders:
    """What is to be read of the store in *folder*; *mode*: "memory", "disk", or "auto" (in memory where the dataset
    fits well, from disk until it is there)."""

    def __init__(self, folder: Path, limits: Limits, mode: str, *, plain: bool) -> None:
        self._folder = folder
        self._limits = limits
        self._mode = mode
        self._plain = plain

    def first(self, place: Path) -> tuple[Order, Change | None]:
        """What readers begin with where *place* is current, and the last change of it that is in no version yet.

        Where all is in memory soon, they begin with the journal, as a version takes longer to make; else it is made.
        """
        manifest = read_manifest(place)
        now = self._soon(place, manifest)
        if not is_pending(self._folder, place.name):
            return now, None
        if now.holds_all(int(manifest["quads"])):
            return self._with_journal(now)
        try:
            recover(self._folder, self._limits)
        except DiskFull:
            written, last = self._with_journal(now)
            if last is not None and not _fits(last.manifest):
                raise
            return written, last  # reading goes on all the same
        place = current_version(self._folder)
        return self._soon(place, read_manifest(place)), None

    def _with_journal(self, order: Order) -> tuple[Order, Change | None]:
        last = newest(self._folder, order.place)
        if last is None:
            return order, None
        return replace(order, in_memory=True, written=last.version), last

    def then(self, first: Order, manifest: Mapping[str, Any]) -> Order | None:
        """What is to be loaded while *first*, of which *manifest* tells, is read; None where that is all."""
        if first.in_memory or not self._is_to_be_loaded(manifest):
            return None
        return replace(first, in_memory=True)

    def _soon(self, place: Path, manifest: Mapping[str, Any]) -> Order:
        is_in_memory = self._is_to_be_loaded(manifest) and (
            self._mode == "memory" or int(manifest["quads"]) <= SOON or "remote" in manifest
        )
        return Order(place, self._plain, is_in_memory, self._limits)

    def _is_to_be_loaded(self, manifest: Mapping[str, Any]) -> bool:
        return _fits(manifest) if self._mode == "auto" else self._mode == "memory"


def _fits(manifest: Mapping[str, Any]) -> bool:
    """Whether a dataset has room in memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return int(manifest["quads"]) * _BYTES < memory * _ON_DISK_FROM
