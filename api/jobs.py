"""The jobs that run in a worker: any query, a table for a page, a question of the catalogue."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from kg.bridges.context import terms
from kg.catalogue import answer, find_question, questions
from kg.errors import ForbiddenQuery, KgError, QueryError
from kg.export import Table
from kg.names import PREFIXES
from kg.remote.services import Answered, with_answers
from kg.sparql import syntax_error
from kg.store import Dataset, QueryResult
from kg.updates import require_writable

from .limits import AnswerTooLarge, check_text
from .negotiate import GRAPH_FORMATS, RESULT_FORMATS
from .worker import Body

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_NO_TRUTH = ("text/csv", "text/tab-separated-values")
_ROW_MARKS = {
    "application/sparql-results+json": b'"}},{"',
    "application/sparql-results+xml": b"<result>",
    "text/csv": b"\n",
    "text/tab-separated-values": b"\n",
    "application/n-triples": b"\n",
}


def prepare() -> None:
    """Load, once and for all workers, what a job reads from files, and what takes long to load."""
    # The process that forks the workers is to have one thread, so numpy may start none.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import_module("kg.network.exporting")
    import_module("kg.scoping")
    for name in ("akn", "cube", "datapackage", "jsonld", "stratml"):
        import_module(f"kg.bridges.{name}")
    terms()
    questions()


class NotAcceptable(KgError):
    """No format that the client accepts fits the kind of answer."""


class Asked(NamedTuple):
    """A query as the protocol brings it: *accepted* media types, best first; graph IRIs, or None."""

    text: str
    accepted: tuple[str, ...]
    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None
    plain: bool = False
    base: str | None = None


class About(NamedTuple):
    """*rows*: how many solutions or statements, where the format tells without being read again."""

    media_type: str
    rows: int | None


class _Sink(io.BytesIO):
    """Takes what the engine writes, up to a limit."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def write(self, data: Buffer, /) -> int:
        written = super().write(data)
        if self.tell() > self._limit:
            raise AnswerTooLarge(
                f"the answer has more than {self._limit:,} bytes; narrow the query or add a LIMIT"
            )
        return written


def query(dataset: Dataset, asked: Asked, limit: int, answers: Sequence[Answered] = ()) -> Body:
    """The answer as bytes; ``NotAcceptable``, ``AnswerTooLarge``, and what ``Dataset.query`` raises.

    *answers*: what other endpoints answered to each SERVICE in the query.
    """
    result = _solve(dataset, asked, answers)
    chosen = _choose(result, asked.accepted)
    sink = _Sink(limit)
    try:
        _write(result, chosen, sink)
    except RuntimeError as fault:
        raise QueryError(f"the query cannot be run: {fault}") from None
    data = sink.getvalue()
    return Body(About(chosen, _rows(result, chosen, data)), data)


def _write(result: QueryResult, chosen: str, sink: _Sink) -> None:
    if isinstance(result, ox.QueryTriples):
        form = GRAPH_FORMATS[chosen]
        if form in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.JSON_LD):
            result.serialize(output=sink, format=form)
        else:
            ox.serialize(result, output=sink, format=form, prefixes=PREFIXES)
    else:
        result.serialize(output=sink, format=RESULT_FORMATS[chosen])


def _solve(dataset: Dataset, asked: Asked, answers: Sequence[Answered] = ()) -> QueryResult:
    check_text(asked.text)
    text = with_answers(asked.text, answers)
    try:
        return dataset.query(
            text, default=asked.default, named=asked.named, plain=asked.plain, base=asked.base
        )
    except ForbiddenQuery:
        require_update(asked.text)
        raise


def require_update(text: str) -> None:
    """``QueryError`` for an update that is none: bad syntax is told before what is not allowed.

    The engine can only parse it by running it, which it does on a store with nothing in it.
    """
    try:
        require_writable(text)
        ox.Store().update(text, prefixes=PREFIXES, base_iri="http://localhost/")
    except SyntaxError as fault:
        raise syntax_error(fault) from None
    except (ForbiddenQuery, OSError, ValueError):
        return


def _choose(result: QueryResult, accepted: Iterable[str]) -> str:
    formats: Mapping[str, Any] = (
        GRAPH_FORMATS if isinstance(result, ox.QueryTriples) else RESULT_FORMATS
    )
    wanted = [t for t in accepted if t in formats]
    if isinstance(result, ox.QueryBoolean):
        wanted = [t for t in wanted if t not in _NO_TRUTH]
    if not wanted:
        kind = "a graph" if isinstance(result, ox.QueryTriples) else "a table or a truth value"
        raise NotAcceptable(
            f"the answer is {kind}; ask for one of {', '.join(formats)} in the Accept header"
        )
    return wanted[0]


def _rows(result: QueryResult, media_type: str, data: bytes) -> int | None:
    mark = _ROW_MARKS.get(media_type)
    if isinstance(result, ox.QueryBoolean) or mark is None:
        return None
    if mark == b"\n":
        return data.count(mark) - (media_type in _NO_TRUTH)
    if mark == b"<result>":
        return data.count(mark)
    return data.count(mark) + (b'"value":' in data)


def table(dataset: Dataset, asked: Asked, limit: int, answers: Sequence[Answered] = ()) -> Table:
    """The first rows of a SELECT or ASK query or the first triples of a graph, for a page."""
    result = _solve(dataset, asked, answers)
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
        tuple(tuple(_words(row[n]) for n in names) for row in islice(result, limit)),
    )


def _words(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str | None:
    if term is None:
        return None
    return str(term) if isinstance(term, ox.Triple) else term.value


def question(
    dataset: Dataset, name: str, lang: str, parameters: Sequence[tuple[str, str]]
) -> Table:
    """The answer to a question of the catalogue."""
    return answer(find_question(name), dataset, lang=lang, parameters=dict(parameters))
