"""How a query is run: today in this process, on the store opened read-only.

Everything that runs a query goes through ``Engine.run``, so that killable worker processes can take its
place without anything else changing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from kg.errors import KgError
from kg.export import Table
from kg.names import PREFIXES
from kg.store import Dataset, QueryResult, open_dataset

from .negotiate import GRAPH_FORMATS, RESULT_FORMATS


class AnswerTooLarge(KgError):
    """An answer over the size limit: it is refused whole, never cut."""


class NotAcceptable(KgError):
    """No format that the client accepts fits the kind of answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes
    media_type: str


class Engine:
    """The dataset of one store folder; a newly published version is picked up by the next request."""

    def __init__(self, folder: Path, *, plain: bool = False, max_answer: int = 64 << 20) -> None:
        self._folder = folder
        self._plain = plain
        self._max_answer = max_answer
        self._dataset: Dataset | None = None
        self._lock = threading.Lock()

    @property
    def dataset(self) -> Dataset:
        with self._lock:
            pointer = self._folder / "current"
            current = pointer.read_text("utf-8").strip() if pointer.is_file() else ""
            if self._dataset is None or self._dataset.version != current:
                self._dataset = open_dataset(self._folder)
            return self._dataset

    def solve(
        self,
        text: str,
        *,
        default: Iterable[str] | None = None,
        named: Iterable[str] | None = None,
    ) -> QueryResult:
        return self.dataset.query(text, default=default, named=named, plain=self._plain)

    def run(
        self,
        text: str,
        accepted: Iterable[str],
        *,
        default: Iterable[str] | None = None,
        named: Iterable[str] | None = None,
    ) -> Answer:
        """The answer in the first of the media types *accepted* (best first) that fits its kind."""
        result = self.solve(text, default=default, named=named)
        formats = GRAPH_FORMATS if isinstance(result, ox.QueryTriples) else RESULT_FORMATS
        wanted = [t for t in accepted if t in formats]
        if isinstance(result, ox.QueryBoolean):
            wanted = [t for t in wanted if t not in ("text/csv", "text/tab-separated-values")]
        if not wanted:
            kind = "a graph" if isinstance(result, ox.QueryTriples) else "a table or a truth value"
            raise NotAcceptable(
                f"the answer is {kind}; ask for one of {', '.join(formats)} in the Accept header"
            )
        chosen = wanted[0]
        body = self._serialize(result, chosen)
        if len(body) > self._max_answer:
            raise AnswerTooLarge(
                f"the answer has {len(body):,} bytes, more than {self._max_answer:,}; "
                "narrow the query or add a LIMIT"
            )
        return Answer(body, chosen)

    def table(self, text: str, limit: int = 500) -> Table:
        """The first rows of a SELECT or ASK query or the first triples of a graph, for a page."""
        result = self.solve(text)
        if isinstance(result, ox.QueryBoolean):
            return Table(("answer",), ((bool(result),),))
        if isinstance(result, ox.QueryTriples):
            rows = tuple(
                (str(t.subject), str(t.predicate), str(t.object)) for t in islice(result, limit)
            )
            return Table(("subject", "predicate", "object"), rows)
        names = tuple(variable.value for variable in result.variables)
        return Table(
            names,
            tuple(
                tuple(
                    term.value
                    if (term := row[n]) is not None and not isinstance(term, ox.Triple)
                    else None
                    for n in names
                )
                for row in islice(result, limit)
            ),
        )

    def _serialize(self, result: QueryResult, media_type: str) -> bytes:
        if isinstance(result, ox.QueryTriples):
            form = GRAPH_FORMATS[media_type]
            if form == ox.RdfFormat.N_TRIPLES:
                return result.serialize(format=form) or b""
            return ox.serialize(result, format=form, prefixes=PREFIXES) or b""
        return result.serialize(format=RESULT_FORMATS[media_type]) or b""
