"""How a query is run: in a killable worker, within limits, from a version of the dataset in memory or on disk.

``Engine.call`` runs any function of the dataset in a worker; pages, questions and protocols all go through it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from kg.errors import DiskFull, KgError, StoreError
from kg.export import Table
from kg.remote.services import Answered, Service
from kg.store import ENGINE_FAULTS, Dataset, current_version, not_opened, read_manifest

from . import jobs
from .cache import Cache, entity_tag, is_lasting
from .changes import Change
from .federation import Federation
from .holder import Order
from .jobs import About, Asked
from .journal import newest
from .limits import Limits, Overloaded, require_short
from .outward import Fetch
from .pool import Begun, Broken, Pool
from .turns import Turns
from .wire import Gone
from .worker import Body
from .writerprocess import NOT_MADE, recover

P = ParamSpec("P")
R = TypeVar("R")
_LOG = logging.getLogger("kehoach")
_ON_DISK_FROM = 0.3  # of the machine's memory: a larger dataset stays on disk
_TRIES = 3
_FRESH = 0.05  # seconds for which no other version is looked for, nor whether the holder lives
_BYTES = 450  # that a statement takes in memory


class Answer:
    """*body* in *media_type*, from *version*; *tag* is its ETag, None where the next answer may be another."""

    __slots__ = ("body", "media_type", "rows", "tag", "version")

    def __init__(
        self, body: bytes, media_type: str, rows: int | None, tag: str | None, version: str
    ) -> None:
        self.body = body
        self.media_type = media_type
        self.rows = rows
        self.tag = tag
        self.version = version


class Asking(NamedTuple):
    """A query that a worker has; *is_lasting*: its answer can be kept, for *version*."""

    asked: Asked
    version: str
    is_lasting: bool
    begun: Begun


class Engine:
    """The dataset of one store folder; a newly published version is picked up by the next request.

    *mode*: "memory", "disk", or "auto" (memory where the dataset fits well); *fetch*: how another server is asked,
    where the folder is the mirror of a remote dataset.
    """

    def __init__(
        self,
        folder: Path,
        *,
        plain: bool = False,
        limits: Limits | None = None,
        mode: str = "auto",
        fetch: Fetch | None = None,
    ) -> None:
        self.folder = folder
        self.limits = limits or Limits()
        self.plain = plain
        self.cache: Cache[Answer] = Cache()
        self.outcomes: Counter[str] = Counter()
        # Called when a worker is free again; a list, as the pools must not know self either.
        self.when_free: list[Callable[[], None]] = []
        # Who waits in the server's loop for a worker; in a thread, the pool knows.
        self.turns: Turns[Any] = Turns()
        self.federation: Federation | None = None
        # Called, and not waited for, when readers have begun; told whether they have what is in no version yet.
        self.when_begun: Callable[[bool], None] = partial(_catch_up, folder, self.limits)
        self._mode = mode
        self._fetch = fetch
        self._pools: list[
            Pool
        ] = []  # the current one; a list, so that the finalizer need not know self
        self._deaths: Counter[str] = Counter()
        self._lock = threading.RLock()
        self._manifest: dict[str, Any] = {}
        self._looked = 0.0
        self._version = self._base = ""
        self._seen: Change | None = None
        self.close = weakref.finalize(self, _close, self._pools)

    # -- the version ----------------------------------------------------------------------------------

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

    # -- running --------------------------------------------------------------------------------------

    def call(
        self, job: Callable[Concatenate[Dataset, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run *job*, a function at the top of a module, in a worker; its arguments and result are copied.

        Raises what the job raises of ``KgError``, and the errors of ``Pool.run``.
        """
        assert not kwargs, "give the arguments of a job by position"
        value, body = self._pool().run(job, *args)
        return Body(value, body) if body else value  # type: ignore[return-value]

    def run(self, asked: Asked, until: float | None = None) -> Answer:
        """The answer in the first of the accepted media types that fits its kind; *until*: monotonic seconds, if
        its time runs already."""
        require_short(asked.text)
        pool = self._pool()
        version, lasting, kept = self._known(asked)
        if kept is not None:
            return kept
        if services := self._services(asked.text):
            until = time.monotonic() + self.limits.seconds if until is None else until
            answers = self._asked_elsewhere(services, until)
            told = pool.run_until(until, jobs.query, asked, self.limits.answer, answers)
            return self._answer(asked, version, False, *told)
        told = pool.run_until(until, jobs.query, asked, self.limits.answer)
        return self._answer(asked, version, lasting, *told)

    def _services(self, text: str) -> tuple[Service, ...]:
        return self.federation.services(text) if self.federation is not None else ()

    def _asked_elsewhere(self, services: Sequence[Service], until: float) -> tuple[Answered, ...]:
        return self.federation.ask(services, until) if self.federation is not None else ()

    def begin(self, asked: Asked, until: float) -> Answer | Asking | None:
        """``run`` without waiting for anything: an answer that is kept, or the query with a worker that was idle;
        None where none is, or another version is being loaded.  *until*: monotonic seconds.  Raises what ``run``
        does."""
        require_short(asked.text)
        if not self.is_current():
            return None
        pool = self._pools[0]
        version, lasting, kept = self._known(asked)
        if kept is not None:
            return kept
        if self._services(asked.text):
            return None  # other servers are waited for, by a thread
        begun = pool.begin(until, jobs.query, asked, self.limits.answer)
        return None if begun is None else Asking(asked, version, lasting, begun)

    def tag(self, asked: Asked) -> str | None:
        """The ETag that the answer would have now; None where it would have none.  Of a query that has no answer, it
        is a tag that nobody has been given."""
        if not is_lasting(asked.text) or self._services(asked.text):
            return None
        return entity_tag(self.version, *asked)

    def end(self, asking: Asking) -> Answer:
        """The answer of what was begun and has been taken in whole; raises what ``run`` does."""
        return self._answer(*asking[:3], *asking.begun.end())

    def _known(self, asked: Asked) -> tuple[str, bool, Answer | None]:
        """The version to be asked, whether the answer can be kept for it, and the one that is."""
        version = self._version
        lasting = is_lasting(asked.text)
        return version, lasting, self.cache.get((version, asked)) if lasting else None

    def _answer(
        self, asked: Asked, version: str, is_lasting: bool, about: object, body: bytes
    ) -> Answer:
        assert isinstance(about, About)
        is_kept = is_lasting and version == self._version
        tag = entity_tag(version, *asked) if is_kept else None
        answer = Answer(body, about.media_type, about.rows, tag, version)
        if tag is not None:
            names = (*(asked.default or ()), *(asked.named or ()))
            size = len(body) + sum(map(sys.getsizeof, (asked.text, asked.base, *names)))
            self.cache.put((version, asked), answer, size)
        return answer

    def table(self, text: str, limit: int = 500) -> Table:
        """The first rows of an answer, for a page."""
        require_short(text)
        services = self._services(text)
        answers = self._asked_elsewhere(services, time.monotonic() + self.limits.seconds)
        return self.call(jobs.table, Asked(text, (), plain=self.plain), limit, answers)

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
                self._version = change.version
                self._manifest = change.manifest
                self._base = change.base
                self.cache.clear()
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
            self.cache.clear()
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
                order, last = self._order(place)
                return Pool(order, self.when_free, self.turns, self._fetch), last
            except StoreError as fault:
                if current_version(self.folder) == place:  # damage; else another took its place
                    raise
                reason: Exception = fault
            except (*ENGINE_FAULTS, Overloaded) as fault:
                reason = fault
            place = current_version(self.folder)
        raise reason if isinstance(reason, StoreError) else not_opened(self.folder, reason)

    def _order(self, place: Path) -> tuple[Order, Change | None]:
        """What is to be read, and the last change that is in no version yet: the readers begin with the journal, as a
        version takes longer to make.  Those that need files wait for it."""
        order = self._order_of(place)
        if self._seen is not None:  # the mirror may be behind
            seen = replace(self._seen, base=place.name, place=place)
            return replace(order, seen=seen.manifest), seen
        last = newest(self.folder, place)
        if last is None:
            return order, None
        if not order.holds_all(int(last.manifest["quads"])):
            try:
                recover(self.folder, self.limits)
                return self._order_of(current_version(self.folder)), None
            except DiskFull:
                if not self._fits(last.manifest):
                    raise  # else reading goes on all the same
        return replace(order, in_memory=True, written=last.version), last

    def _order_of(self, place: Path) -> Order:
        manifest = read_manifest(place)
        in_memory = self._fits(manifest) if self._mode == "auto" else self._mode == "memory"
        return Order(place, self.plain, in_memory, self.limits)

    @staticmethod
    def _fits(manifest: dict[str, Any]) -> bool:
        """Whether a dataset has room in memory."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return int(manifest["quads"]) * _BYTES < memory * _ON_DISK_FROM


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


def _close(pools: list[Pool]) -> None:
    for pool in pools:
        pool.close()
    pools.clear()


def _close_later(pool: Pool, seconds: float) -> None:
    """End a pool that is not used any more, when its last queries have."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and pool.counts()[1]:
        time.sleep(0.05)
    with contextlib.suppress(OSError, KgError):
        pool.close()
