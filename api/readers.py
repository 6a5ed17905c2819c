"""The readers of one store: a pool of workers on its current version, changed for others when it changes."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from kg.errors import KgError, StoreError
from kg.store import ENGINE_FAULTS, current_version, not_opened, read_manifest

from .changes import Change
from .holder import Order
from .limits import Limits, Overloaded
from .ordering import Orders
from .outward import Fetch
from .pool import Broken, Pool
from .turns import Turns
from .wire import Gone
from .writerprocess import NOT_MADE, recover

_LOG = logging.getLogger("kehoach")
_TRIES = 3
_FRESH = 0.05  # seconds for which no other version is looked for, nor whether the holder lives


class Readers:
    """Whoever reads the store in *folder*; a newly published version is picked up by the next request.

    *plain*, *limits*, *mode*: see ``Orders``; *fetch*: how another server is asked, where the folder is the mirror of a
    remote dataset.
    """

    def __init__(
        self, folder: Path, limits: Limits, mode: str, fetch: Fetch | None, *, plain: bool
    ) -> None:
        self.folder = folder
        self.limits = limits
        # Called when a worker is free again; a list, as the pools must not know self either.
        self.when_free: list[Callable[[], None]] = []
        # Who waits in the server's loop for a worker; in a thread, the pool knows.
        self.turns: Turns[Any] = Turns()
        # Called, and not waited for, when readers have begun; told whether they have what is in no version yet.
        self.when_begun: Callable[[bool], None] = partial(_catch_up, folder, limits)
        # Called when another version is read from now on.
        self.when_changed: Callable[[], None] = lambda: None
        self._orders = Orders(folder, limits, mode, plain=plain)
        self._fetch = fetch
        # The current one, and the one that is to take its place when it has loaded the dataset; lists, so that the
        # finalizer need not know self.
        self._pools: list[Pool] = []
        self._loading: list[Pool] = []
        self._missed: list[Change] = []  # what the latter has to make up for
        self._deaths: Counter[str] = Counter()
        self._lock = threading.RLock()
        self._manifest: dict[str, Any] = {}
        self._looked = 0.0
        self._version = self._base = ""
        self._seen: Change | None = None
        self.close = weakref.finalize(self, _close, self._pools, self._loading)

    @property
    def version(self) -> str:
        """The version that the next query is answered from; ``StoreError`` where there is no store."""
        self._pool()
        return self._version

    @property
    def manifest(self) -> dict[str, Any]:
        """What is known of the version that the next query is answered from; ``StoreError`` where there is
        none."""
        self._pool()
        return self._manifest

    @property
    def is_ready(self) -> bool:
        """Whether a query would be run now, without waiting for the dataset to be loaded."""
        return bool(self._pools) and (self._is_fresh() or self._pools[0].is_alive)

    @property
    def is_in_memory(self) -> bool:
        """Whether the dataset is read from memory; where it is not, it may be loaded just now."""
        return bool(self._pools) and self._pools[0].order.in_memory

    @property
    def deaths(self) -> Counter[str]:
        """Workers killed or dead, by reason."""
        return self._deaths + (self._pools[0].deaths if self._pools else Counter())

    def may(self, client: str) -> bool:
        """Whether *client* would be given a worker now; also where there are no readers yet."""
        try:
            pool = self._pools[0]
        except IndexError:  # they are just being changed for others
            return True
        return pool.may(client)

    def version_now(self) -> str | None:
        """``version``, without waiting; None where it is not known just now."""
        return self._version if self.is_current() else None

    def is_current(self) -> bool:
        """Whether the next query need not wait for a version to be loaded; asked in time, no query does."""
        now = time.monotonic()
        if self._is_fresh() and now - self._looked < _FRESH / 2:
            return True
        if not self._lock.acquire(blocking=False):
            return False
        try:
            if not self._pools or not self._pools[0].is_alive:
                return False
            if not self._is_same(current_version(self.folder)):
                return False
            self._looked = now
            return True
        except StoreError:
            return False
        finally:
            self._lock.release()

    def counts(self) -> tuple[int, int, int]:
        return self._pools[0].counts() if self._pools else (0, 0, 0)

    # -- loading and switching ------------------------------------------------------------------------

    @property
    def follows(self) -> bool:
        """Whether the readers need no folder to see a change: all they read is in memory."""
        order = self._pool().order
        return order.holds_all(int(self.manifest["quads"]))

    def change(self, change: Change) -> None:
        """Switch to what a write has made; queries asked from now on see it.

        Where the readers have ended, new ones begin with what is on disk, which has the change.
        """
        for _ in range(_TRIES):
            with self._lock:
                self._looked = 0.0  # so that the disk is looked at
                pool = self._pool()
                if change.version == self._version or not self._comes_after(change):
                    return
                try:
                    pool.change(change)
                except Gone:
                    pool.close()
                    continue
                if self._loading:
                    self._missed.append(change)
                self._version = change.version
                self._manifest = change.manifest
                self._base = change.base
                self.when_changed()
                return
        raise Overloaded("the readers end as soon as they begin; try again in a moment")

    def follow(self, manifest: dict[str, Any]) -> None:
        """Ask a remote engine from now on as what it has by now, told by *manifest*; queries asked from now on see
        it.  What is kept in files beside the version stays as it is until the mirror is made anew."""
        with self._lock:
            place = self._pool().order.place
            change = Change(
                str(manifest["version"]), place.name, place, manifest, b"", b"", b"", b""
            )
            self._seen = change
            self.change(change)

    def _pool(self) -> Pool:
        if self._is_fresh():
            return self._pools[0]
        with self._lock:
            place = current_version(self.folder)
            pool = self._pools[0] if self._pools else None
            if pool is not None and pool.is_alive and self._is_same(place):
                self._looked = time.monotonic()
                return pool
            _give_up(self._loading)
            fresh, last = self._start()
            if pool is not None:
                self._deaths += pool.deaths
                if not pool.is_alive:
                    self._deaths["holder"] += 1
                    _LOG.error("the process that holds the dataset died; it was started again")
                threading.Thread(target=_close_later, args=(pool, self.limits.seconds)).start()
            self._pools[:] = [fresh]  # at once: the loop looks at it meanwhile
            place = fresh.order.place
            self._base = place.name
            self._version = place.name if last is None else last.version
            self._manifest = read_manifest(place) if last is None else last.manifest
            self._looked = time.monotonic()
            self.when_changed()
            if (whole := self._orders.then(fresh.order, self._manifest)) is not None:
                self._load(self._new_pool(whole))
            self.when_begun(last is not None and self._seen is None)
            return fresh

    def _is_fresh(self) -> bool:
        """Whether the pool can be taken as it is, without a look at the disk and at its process."""
        is_open = bool(self._pools) and not self._pools[0].is_closed
        return is_open and time.monotonic() - self._looked < _FRESH

    def _comes_after(self, change: Change) -> bool:
        """Whether *change* was made to what the readers have: a build, or a new start, takes all changes in."""
        return change.base in (self._version, self._base)

    def _is_same(self, place: Path) -> bool:
        # A version that a write has made gets its own folder later, under the same name.
        # The mirror of a remote engine comes later too, and has files that the readers lack.
        return place.name == self._base or (self._fetch is None and place.name == self._version)

    def _start(self) -> tuple[Pool, Change | None]:
        """Readers of the current version, and the last change that they have from the journal alone."""
        place = current_version(self.folder)
        for _ in range(3):
            try:
                order, last = self._orders.first(place)
                if self._seen is not None:  # the mirror may be behind
                    last = replace(self._seen, base=place.name, place=place)
                    order = replace(order, seen=last.manifest)
                pool = self._new_pool(order)
                pool.load()
                return pool, last
            except StoreError as fault:
                if current_version(self.folder) == place:  # damage; else another took its place
                    raise
                reason: Exception = fault
            except (*ENGINE_FAULTS, Overloaded) as fault:
                reason = fault
            place = current_version(self.folder)
        raise reason if isinstance(reason, StoreError) else not_opened(self.folder, reason)

    def _new_pool(self, order: Order) -> Pool:
        return Pool(order, self.when_free, self.turns, self._fetch)

    def _load(self, pool: Pool) -> None:
        """Let *pool* load what is read from disk meanwhile, and take its place then."""
        self._loading[:] = [pool]
        self._missed.clear()
        threading.Thread(target=self._follow_up, args=(pool,), name="loading", daemon=True).start()

    def _follow_up(self, pool: Pool) -> None:
        before: Pool | None = None
        try:
            pool.load()
            with self._lock:
                if pool in self._loading:
                    for change in self._missed:  # the place of the last one is there still
                        pool.change(replace(change, place=self._missed[-1].place))
                    before, self._pools[:] = self._pools[0], [pool]
                    self._deaths += before.deaths
                    if not self.close.alive:  # closed this moment
                        pool.close()
        except (KgError, Gone, OSError) as fault:
            if pool in self._loading:
                _LOG.error(
                    "the dataset could not be loaded; it is read from disk until the next version, or start: %s",
                    fault,
                )
        with self._lock:
            if pool in self._loading:
                self._loading.clear()
        if before is None:
            pool.close()
        else:
            _close_later(before, self.limits.seconds)


def _catch_up(folder: Path, limits: Limits, is_ahead: bool) -> None:
    """Make a version of what a service has left in the journal, in a thread; for who does not write."""
    if not is_ahead:
        return

    def step() -> None:
        try:
            recover(folder, limits)
        except (KgError, Broken) as fault:  # whoever writes next, takes it in
            _LOG.error(NOT_MADE, fault)

    threading.Thread(target=step, name="catching up").start()


def _close(pools: list[Pool], loading: list[Pool]) -> None:
    _give_up(loading)
    for pool in pools:
        pool.close()
    pools.clear()


def _give_up(loading: list[Pool]) -> None:
    """End what still loads; who waits for it closes it."""
    for pool in loading:
        pool.kill()
    loading.clear()


def _close_later(pool: Pool, seconds: float) -> None:
    """End a pool that is not used any more, when its last queries have."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and pool.counts()[1]:
        time.sleep(0.05)
    with contextlib.suppress(OSError, KgError):
        pool.close()
