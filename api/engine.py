"""How a query is run: in a killable worker, within limits, from a version of the dataset in memory or on disk.

``Engine.call`` runs any function of the dataset in a worker; pages, questions and protocols all go through it.
"""

from __future__ import annotations

import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

from kg.export import Table
from kg.remote.services import Answered, Service
from kg.store import Dataset

from . import jobs
from .cache import Cache, entity_tag, is_lasting
from .federation import Federation
from .jobs import About, Asked
from .limits import Limits, require_short
from .outward import Fetch
from .pool import Begun
from .readers import Readers
from .worker import Body

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


class Engine(Readers):
    """The dataset of one store folder, and how it is asked.

    *mode*: "memory", "disk", or "auto" (memory where the dataset fits well, and disk until it is there); *fetch*: how
    another server is asked, where the folder is the mirror of a remote dataset.
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
        super().__init__(folder, limits or Limits(), mode, fetch, plain=plain)
        self.plain = plain
        self.cache: Cache[Answer] = Cache()
        self.when_changed = self.cache.clear
        self.outcomes: Counter[str] = Counter()
        self.federation: Federation | None = None

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
