"""Bringing a store's graphs into a remote engine: those that changed, one after the other.

Each goes with its mark in graph/published (see ``content``) in one update request, which engines that run a request as
one transaction (Oxigraph does) show to readers as a whole or not at all.  An engine that does not take so
much at once (Virtuoso) gets it in pieces: first the mark goes, then the old statements, then the new ones come, then
the mark; so what is seen without its mark is not whole, and what was cut off is done again by the next run.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from ..dataset import Dataset
from ..errors import KgError, QueryError
from ..merging import HIDDEN
from ..names import BASE, GRAPH_MERGED, GRAPH_ONTOLOGY, GRAPH_PUBLISHED, GRAPH_REFERENCE
from .books import marked, merged, unmarked, unmerged
from .content import COUNT, SHA256, register
from .endpoint import Endpoint
from .errors import RemoteError

_SECONDS = 600.0  # that one request may take
_WHOLE = 48 << 20  # bytes of an update request
_PIECE = 60 << 10
_XSD_INTEGER = "<http://www.w3.org/2001/XMLSchema#integer>"
_FIRST = (GRAPH_REFERENCE, GRAPH_ONTOLOGY)
_GENID = BASE + ".well-known/genid/"
Advance = Callable[[int, int, str], None]


@dataclass(slots=True)
class Published:
    """The graphs that were sent, that were there already, that were taken out; and those of others, left alone.

    *is_whole*: each was sent in one request.
    """

    sent: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    is_whole: bool = True


def publish_to(
    dataset: Dataset,
    endpoint: Endpoint,
    *,
    only: bool = False,
    advance: Advance = lambda _done, _total, _name: None,
) -> Published:
    """Make the graphs of *dataset* stand behind *endpoint*; *only*: and no others that were published there.

    Raises ``RemoteError`` and ``KgError``; what was sent until then stays, and is not sent again.
    """
    known = register(lambda question: endpoint.ask(question, time.monotonic() + _SECONDS))
    names = _names(dataset)
    if not known and endpoint.update_url is not None:
        _update(endpoint, f"DROP SILENT GRAPH <{GRAPH_MERGED}>")
    done = Published()
    there = {name for name in known if name != GRAPH_MERGED}
    done.foreign = sorted(there - set(names)) if not only else []
    gone = sorted(there - set(names)) if only else []
    total = len(names) + len(gone)
    sender = _Sender(endpoint, known)
    for number, name in enumerate(gone, 1):
        sender.remove(name)
        done.removed.append(name)
        advance(number, total, name)
    for number, name in enumerate(names, 1 + len(gone)):
        lines = _lines(dataset, name)
        mark = hashlib.sha256("".join(lines).encode("utf-8")).hexdigest()
        if known.get(name, ("", 0))[0] == mark:
            done.same.append(name)
        else:
            sender.send(name, lines, mark)
            done.sent.append(name)
        advance(number, total, name)
    if done.sent or done.removed or GRAPH_MERGED not in known:
        sender.finish()
    done.is_whole = sender.is_whole
    return done


def _names(dataset: Dataset) -> list[str]:
    """The named graphs, what others build on first."""
    found = {g.value for g in dataset.store.named_graphs() if isinstance(g, ox.NamedNode)}
    found -= {GRAPH_PUBLISHED, GRAPH_MERGED}

    def place(name: str) -> tuple[int, str]:
        return (_FIRST.index(name) - 2 if name in _FIRST else int(name in HIDDEN), name)

    return sorted(found, key=place)


def _lines(dataset: Dataset, graph: str) -> list[str]:
    """The statements as sorted N-Triples; a blank node under a name, since it would be another in each
    request."""
    quads = dataset.store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
    return sorted(f"{_named(q.subject)} {q.predicate} {_named(q.object)} .\n" for q in quads)


def _named(term: object) -> str:
    return f"<{_GENID}{term.value}>" if isinstance(term, ox.BlankNode) else str(term)


class _Sender:
    """Sends graphs in whole requests until one is refused, then in pieces."""

    def __init__(self, endpoint: Endpoint, known: dict[str, tuple[str, int]]) -> None:
        self._endpoint = endpoint
        self._marks = dict(known)
        self.is_whole = "virtuoso" not in endpoint.software.lower() and endpoint.store_url is None

    def send(self, name: str, lines: list[str], mark: str) -> None:
        if self._endpoint.update_url is None:
            self._put(name, lines)
        else:
            before = [*unmerged((name,)), unmarked(name), f"DROP SILENT GRAPH <{name}>"]
            after = [*merged(name), marked(name, mark, len(lines))]
            data = "".join(lines)
            if (
                self.is_whole
                and len(data) < _WHOLE
                and self._at_once([*before, _insert(name, data), *after])
            ):
                self._marks[name] = (mark, len(lines))
                return
            for step in before:
                _update(self._endpoint, step)
            if self._endpoint.store_url is not None:
                self._put(name, lines)
            else:
                for piece in _pieces(lines):
                    _update(self._endpoint, _insert(name, piece))
            for step in after:
                _update(self._endpoint, step)
        self._marks[name] = (mark, len(lines))

    def remove(self, name: str) -> None:
        self._marks.pop(name, None)
        if self._endpoint.update_url is None:
            self._endpoint.delete_graph(name, time.monotonic() + _SECONDS)
            return
        for step in (*unmerged((name,)), unmarked(name), f"DROP SILENT GRAPH <{name}>"):
            _update(self._endpoint, step)

    def finish(self) -> None:
        """Write down that the merge is there; by Graph Store protocol alone there is none, and the marks come last."""
        if self._endpoint.update_url is not None:
            # So that readers see a version of its own: another one for each change.
            told = "\n".join(
                f"{g} {m}" for g, (m, _) in sorted(self._marks.items()) if g != GRAPH_MERGED
            )
            mark = hashlib.sha256(told.encode("utf-8")).hexdigest()
            _update(self._endpoint, unmarked(GRAPH_MERGED))
            _update(self._endpoint, marked(GRAPH_MERGED, mark, 0))
            return
        self._marks.pop(GRAPH_MERGED, None)
        rows = "".join(
            f'<{name}> <{SHA256}> "{mark}" ; <{COUNT}> "{count}"^^{_XSD_INTEGER} .\n'
            for name, (mark, count) in sorted(self._marks.items())
        )
        data = ox.serialize(
            ox.parse(rows, format=ox.RdfFormat.TURTLE), format=ox.RdfFormat.N_TRIPLES
        )
        self._endpoint.put_graph(GRAPH_PUBLISHED, data or b"", time.monotonic() + _SECONDS)

    def _at_once(self, steps: Iterable[str]) -> bool:
        try:
            _update(self._endpoint, " ;\n".join(steps))
        except (QueryError, RemoteError) as fault:
            if isinstance(fault, RemoteError) and fault.status != 502:
                raise
            self.is_whole = (
                False  # too much for it, or more than it understands: in pieces it tells why
            )
            return False
        return True

    def _put(self, name: str, lines: list[str]) -> None:
        if self._endpoint.store_url is None:
            raise KgError(
                f"{self._endpoint.url}: where is it written to? Give --remote-update URL, or --remote-store URL"
            )
        data = "".join(lines).encode("utf-8")
        self._endpoint.put_graph(name, data, time.monotonic() + _SECONDS)


def _update(endpoint: Endpoint, text: str) -> None:
    endpoint.update(text, time.monotonic() + _SECONDS)


def _insert(graph: str, data: str) -> str:
    return f"INSERT DATA {{ GRAPH <{graph}> {{\n{data}}} }}"


def _pieces(lines: Iterable[str]) -> Iterator[str]:
    piece: list[str] = []
    size = 0
    for line in lines:
        if piece and size + len(line) > _PIECE:
            yield "".join(piece)
            piece, size = [], 0
        piece.append(line)
        size += len(line)
    if piece:
        yield "".join(piece)
