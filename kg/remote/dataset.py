"""A dataset behind a SPARQL 1.1 endpoint, with the face of the embedded one."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ..dataset import Dataset, QueryResult, graph_name
from ..errors import QueryError
from ..merging import HIDDEN
from ..names import PREFIXES
from ..sparql import Asked, require_readable, syntax_error
from .errors import RemoteError, RemoteNonsense
from .prologue import standing_alone
from .question import GRAPHS, RESULTS, Question
from .token import significant

Ask = Callable[[Question], tuple[str, bytes]]
_FORMATS = {"application/n-triples": ox.RdfFormat.N_TRIPLES, "text/turtle": ox.RdfFormat.TURTLE}
_NONE = "urn:x-kehoach:no-graph"
_VIRTUOSO_TRUTH = "__ASK_RETVAL"  # the column of a table with one row for yes, none for no
_MOST_KEPT = 5000  # patterns whose statements are kept
Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Pattern = tuple[Node | None, ox.NamedNode | None, Node | None]


class RemoteDataset(Dataset):
    """What stands in the graphs that *manifest* tells of (see ``content``), asked through *ask*.

    A query is parsed here first, so its faults are told as the embedded engine tells them, and what is refused there
    is refused here.  It is evaluated there; what comes back is checked to its end before any of it is used.
    *place*: a folder with the files that are made beside a version, where there is one.
    """

    def __init__(
        self, manifest: Mapping[str, Any], ask: Ask | None = None, place: Path | None = None
    ) -> None:
        self.ask = ask
        self.place = place or Path(os.devnull)
        self.manifest = manifest
        self.version = str(manifest["version"])
        self.is_full = True
        self._beside: dict[str, bytes] = {}
        told = manifest["remote"]
        self._visible: tuple[str, ...] = tuple(manifest["graphs"])
        self._hidden: tuple[str, ...] = tuple(told["hidden"])
        self._merged_in: str | None = told["merged"]
        self._kept: dict[Pattern, tuple[ox.Quad, ...]] = {}
        self._kept_hidden: dict[Pattern, tuple[ox.Quad, ...]] = {}

    def at(self, manifest: Mapping[str, Any]) -> RemoteDataset:
        """The same, now that it is as *manifest* tells; the files beside it are those of before."""
        other = RemoteDataset(manifest, self.ask, self.place)
        other._beside = self._beside
        return other

    @property
    def store(self) -> ox.Store:
        raise RemoteError(
            "this needs the statements themselves: build or load them into a store here"
        )

    @property
    def merged(self) -> ox.Store:
        return self.store

    def open(self) -> None:
        return None

    @property
    def is_in_memory(self) -> bool:
        return True  # no file is needed

    def has_graph(self, name: str) -> bool:
        return name in self._visible or name in self._hidden

    def query(
        self,
        text: str,
        *,
        default: Iterable[str] | None = None,
        named: Iterable[str] | None = None,
        plain: bool = False,
        base: str | None = None,
    ) -> QueryResult:
        asked = require_readable(text)
        kind = _parsed(text, base)
        graphs = self._graphs(asked, default, named, plain)
        accept = GRAPHS if isinstance(kind, ox.QueryTriples) else RESULTS
        sent = standing_alone(text, base)
        require_readable(sent)
        _parsed(sent, None)  # it was written in one way, and is still a query
        media_type, body = self._ask(Question(sent, accept, *graphs))
        if isinstance(kind, ox.QueryTriples):
            return _graph(media_type, body)
        wanted = None
        if isinstance(kind, ox.QuerySolutions) and not _takes_all(text):
            wanted = {variable.value for variable in kind.variables}
        return read_results(body, is_truth=isinstance(kind, ox.QueryBoolean), wanted=wanted)

    def match(
        self,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None,
        object_: ox.NamedNode | None,
    ) -> Iterator[ox.Quad]:
        pattern = (subject, predicate, object_)
        yield from self._quads(pattern, (*self._visible, *self._hidden))

    def stated(
        self,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None,
        object_: ox.NamedNode | ox.Literal | None,
    ) -> Iterator[ox.Quad]:
        yield from self._of(self._kept, (subject, predicate, object_), self._triples)

    def hidden(
        self,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None,
        object_: ox.NamedNode | None,
    ) -> Iterator[ox.Quad]:
        yield from self._of(self._kept_hidden, (subject, predicate, object_), self._hidden_quads)

    # -- on the way there -----------------------------------------------------------------------------

    def _ask(self, question: Question) -> tuple[str, bytes]:
        assert self.ask is not None, "the dataset was not connected"
        return self.ask(question)

    def _graphs(
        self,
        asked: Asked,
        default: Iterable[str] | None,
        named: Iterable[str] | None,
        plain: bool,
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The graphs to be told beside the query: those to be read as one, and those to be read by name."""
        if default is not None or named is not None:
            chosen = tuple(default or ()), tuple(named or ())
            for iri in (*chosen[0], *chosen[1]):
                graph_name(iri)
            return chosen
        if plain or asked.has_from:
            return (), ()
        everything = (*self._visible, *self._hidden)
        mentioned = asked.graphs
        by_name = (
            everything if mentioned is None else tuple(g for g in everything if g in mentioned)
        )
        if mentioned != frozenset() and not by_name:
            by_name = (_NONE,)  # told nothing, Virtuoso would take all that it has
        return self._default, by_name

    @property
    def _default(self) -> tuple[str, ...]:
        return self._visible if self._merged_in is None else (self._merged_in,)

    # -- statements -----------------------------------------------------------------------------------

    def _of(
        self,
        kept: dict[Pattern, tuple[ox.Quad, ...]],
        pattern: Pattern,
        fetch: Callable[[Pattern], Iterable[ox.Quad]],
    ) -> Iterator[ox.Quad]:
        """The statements of *pattern*; all that is said of a thing is fetched at once, as more of it will be
        asked."""
        if any(isinstance(term, ox.BlankNode) for term in pattern):
            return  # it has no name by which it could be asked for
        subject = pattern[0]
        wider: Pattern = (subject, None, None) if subject is not None else pattern
        if wider not in kept:
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            kept[wider] = tuple(fetch(wider))
        for quad in kept[wider]:
            if pattern[1] in (None, quad.predicate) and pattern[2] in (None, quad.object):
                yield quad

    def _triples(self, pattern: Pattern) -> Iterator[ox.Quad]:
        return self._rows(_body(pattern), self._default, (), pattern)

    def _hidden_quads(self, pattern: Pattern) -> list[ox.Quad]:
        found = list(self._quads(pattern, self._hidden))
        return sorted(
            found, key=lambda quad: HIDDEN.index(getattr(quad.graph_name, "value", HIDDEN[0]))
        )

    def _quads(self, pattern: Pattern, graphs: tuple[str, ...]) -> Iterator[ox.Quad]:
        if not graphs:
            return iter(())
        return self._rows(f"GRAPH ?g {{ {_body(pattern)} }}", (), graphs, pattern)

    def _rows(
        self, body: str, default: tuple[str, ...], named: tuple[str, ...], pattern: Pattern
    ) -> Iterator[ox.Quad]:
        text = f"SELECT DISTINCT * WHERE {{ {body} }}"
        if all(pattern) and "?g" not in body:  # nothing is left to be found but whether it is so
            text = f"ASK {{ {body} }}"
        is_truth = text.startswith("ASK")
        wanted = {n for n, given in zip("spo", pattern, strict=True) if given is None}
        found = read_results(
            self._ask(Question(text, RESULTS, default, named))[1],
            is_truth=is_truth,
            wanted=wanted | ({"g"} if "?g" in body else set()),
        )
        if isinstance(found, ox.QueryBoolean):
            if found:
                yield ox.Quad(*pattern)  # type: ignore[arg-type]
            return
        names = {variable.value for variable in found.variables}
        for row in found:
            graph = row["g"] if "g" in names else ox.DefaultGraph()
            s, p, o = (
                row[name] if name in names else given
                for name, given in zip("spo", pattern, strict=True)
            )
            try:
                quad = ox.Quad(s, p, o, graph)  # type: ignore[arg-type]
            except TypeError:
                raise RemoteNonsense(
                    "the remote engine answered with statements that are none"
                ) from None
            yield quad


def _body(pattern: Pattern) -> str:
    return " ".join(
        f"?{name}" if term is None else str(term) for name, term in zip("spo", pattern, strict=True)
    )


def _parsed(text: str, base: str | None) -> QueryResult:
    """What kind of answer *text* has; ``QueryError`` where it is no query."""
    try:
        return ox.Store().query(text, prefixes=PREFIXES, base_iri=base)
    except SyntaxError as fault:
        raise syntax_error(fault) from None
    except UnicodeEncodeError as fault:
        raise QueryError(f"the query is no Unicode text (character {fault.start + 1})") from None
    except RuntimeError as fault:
        raise QueryError(f"the query cannot be run: {fault}") from None


def _takes_all(text: str) -> bool:
    """Whether a query is SELECT *: its variables are those that it names, in engines' ways to count."""
    words = (token.text.upper() for token in significant(text))
    for word in words:
        if word == "SELECT":
            following = next(words, "")
            return (next(words, "") if following in ("DISTINCT", "REDUCED") else following) == "*"
    return False


def read_results(
    body: bytes, *, is_truth: bool, wanted: Collection[str] | None = None
) -> ox.QuerySolutions | ox.QueryBoolean:
    """A table or a truth value, known to be whole; *wanted*: the variables that the table has to have."""
    try:
        found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        if isinstance(found, ox.QuerySolutions):
            for _ in found:
                pass
            found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    except (SyntaxError, ValueError, OSError) as fault:
        raise RemoteNonsense(
            f"the answer of the remote engine is cut or no result ({_line(fault)})"
        ) from None
    if is_truth and isinstance(found, ox.QuerySolutions) and _is_virtuoso_truth(found):
        return _truth(next(iter(found), None) is not None)
    if isinstance(found, ox.QueryBoolean) != is_truth:
        raise RemoteNonsense(
            "the remote engine answered with a table where yes or no was asked, or the reverse"
        )
    if wanted is not None and isinstance(found, ox.QuerySolutions):
        names = {variable.value for variable in found.variables}
        if names != set(wanted):
            raise RemoteNonsense(
                f"the remote engine answered with columns {', '.join(sorted(names))[:80] or '(none)'}, "
                f"not with {', '.join(sorted(wanted))[:80]}"
            )
    return found


def _is_virtuoso_truth(found: ox.QuerySolutions) -> bool:
    return [variable.value for variable in found.variables] == [_VIRTUOSO_TRUTH]


def _truth(value: bool) -> ox.QueryBoolean:
    found = ox.Store().query(f"ASK {{ FILTER({str(value).lower()}) }}")
    assert isinstance(found, ox.QueryBoolean)
    return found


def _graph(media_type: str, body: bytes) -> ox.QueryTriples:
    store = ox.Store()
    try:
        store.bulk_load(input=body, format=_FORMATS[media_type])
    except (SyntaxError, ValueError, OSError) as fault:
        raise RemoteNonsense(
            f"the answer of the remote engine is cut or no graph ({_line(fault)})"
        ) from None
    found = store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert isinstance(found, ox.QueryTriples)
    return found


def _line(fault: Exception) -> str:
    return " ".join(str(fault).split())[:160]
