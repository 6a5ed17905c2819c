"""One version of the embedded dataset, open for reading."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from .errors import QueryError
from .merging import HIDDEN
from .names import PREFIXES
from .sparql import Asked, require_readable, syntax_error

LAYOUT_FILE = "network.json"  # beside the databases: where the nodes of the network stand
DRAWING_FILES = {
    "vi": "network-vi.json",
    "en": "network-en.json",
}  # all that is drawn of it, by language
SUMMARY_FILES = {"vi": "network-vi-said.json", "en": "network-en-said.json"}  # and said of it
KEPT_FILES = (LAYOUT_FILE, *DRAWING_FILES.values(), *SUMMARY_FILES.values())
QueryResult = ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean


class _Hold:
    """A shared lock on a version, for as long as this lives: nobody removes what is being read."""

    __slots__ = ("_handle",)

    def __init__(self, file: Path) -> None:
        self._handle = os.open(file, os.O_RDONLY)
        fcntl.flock(self._handle, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError, OSError):
            os.close(self._handle)


class Dataset:
    """One version of a store, open for reading; the databases are opened when first asked for.

    *merged*: a store in whose default graph the merge of the visible graphs stands, and which has the hidden
    graphs under their names; all named graphs where *is_full* (see ``merging``).
    """

    def __init__(
        self,
        place: Path,
        manifest: Mapping[str, Any],
        *,
        store: ox.Store | None = None,
        merged: ox.Store | None = None,
        is_full: bool = False,
    ) -> None:
        self.place = place
        self.manifest = manifest
        self.version = str(manifest["version"])
        self.is_full = is_full
        self._given = store is not None or merged is not None
        self._hold: _Hold | None = _Hold(place / "readers")
        self._merged = merged
        self._store = store
        self._beside: dict[str, bytes] = {}

    @property
    def store(self) -> ox.Store:
        """The graphs as they are; the default graph of this one holds unnamed statements only."""
        if self._store is None:
            self._store = ox.Store.read_only(str(self.place / "db"))
        return self._store

    @property
    def merged(self) -> ox.Store:
        if self._merged is None:
            self._merged = ox.Store.read_only(str(self.place / "merged"))
        return self._merged

    def beside(self, name: str) -> bytes:
        """What the file *name* holds that was made with this version; b"" where there is none."""
        if name not in self._beside:
            try:
                self._beside[name] = (self.place / name).read_bytes()
            except FileNotFoundError:
                self._beside[name] = b""
        return self._beside[name]

    def open(self) -> None:
        """Open now what most queries will need."""
        if not self._given:
            _ = self.merged
        if not self.is_full and self._store is None:
            _ = self.store

    def let_go(self) -> None:
        """It is read no more: its version may be removed."""
        self._hold = None

    @property
    def is_in_memory(self) -> bool:
        """Whether the queries that people mostly ask need no file."""
        return self._given

    @property
    def quads(self) -> int:
        """How many statements the dataset has."""
        return int(self.manifest["quads"])

    @property
    def default_graphs(self) -> tuple[ox.NamedNode, ...]:
        """The named graphs that a query without FROM sees as one."""
        return tuple(ox.NamedNode(n) for n in self.manifest["graphs"] if not n.startswith("_:"))

    @property
    def union(self) -> list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]:
        """All the graphs that a query without FROM sees as one."""
        blank = [ox.BlankNode(n[2:]) for n in self.manifest["graphs"] if n.startswith("_:")]
        unnamed = [ox.DefaultGraph()] if self.manifest["unnamed"] else []
        return [*self.default_graphs, *blank, *unnamed]

    def has_graph(self, name: str) -> bool:
        """Whether the dataset has a graph of this name, be it empty."""
        return self._with_names().contains_named_graph(graph_name(name))

    def query(
        self,
        text: str,
        *,
        default: Iterable[str] | None = None,
        named: Iterable[str] | None = None,
        plain: bool = False,
        base: str | None = None,
    ) -> QueryResult:
        """Run a query that reads.

        Its default graph is the merge of all named graphs but graph/inferred, graph/findings and
        graph/alignments, unless the query (FROM) or the caller (*default*, *named*: graph IRIs) chooses
        others, or *plain* asks for the bare standard.  Raises ``ForbiddenQuery`` and ``QueryError``.
        """
        asked = require_readable(text)
        store, options = self._source(asked, default, named, plain)
        try:
            return store.query(text, prefixes=PREFIXES, base_iri=base, **options)
        except SyntaxError as fault:
            raise syntax_error(fault) from None
        except UnicodeEncodeError as fault:
            raise QueryError(
                f"the query is no Unicode text (character {fault.start + 1})"
            ) from None
        except RuntimeError as fault:  # what the engine finds only when it begins to evaluate
            raise QueryError(f"the query cannot be run: {fault}") from None

    def match(
        self,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None,
        object_: ox.NamedNode | None,
    ) -> Iterator[ox.Quad]:
        """Every statement of this form, with the graph that has it."""
        if not self.is_full:
            yield from self.store.quads_for_pattern(subject, predicate, object_, None)
            return
        in_graphs = set()
        merged = []
        for quad in self.merged.quads_for_pattern(subject, predicate, object_, None):
            if isinstance(quad.graph_name, ox.DefaultGraph):
                merged.append(quad)
            else:
                in_graphs.add(quad.triple)
                yield quad
        yield from (quad for quad in merged if quad.triple not in in_graphs)

    def stated(
        self,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None,
        object_: ox.NamedNode | ox.Literal | None,
    ) -> Iterator[ox.Quad]:
        """Every statement of this form that a query without FROM sees, once."""
        if not self._has_merge:
            seen: set[ox.Triple] = set()
            for quad in self.store.quads_for_pattern(subject, predicate, object_, None):
                if getattr(quad.graph_name, "value", "") in HIDDEN or quad.triple in seen:
                    continue
                seen.add(quad.triple)
                yield quad
            return
        default = ox.DefaultGraph()
        yield from self.merged.quads_for_pattern(subject, predicate, object_, default)

    def hidden(
        self,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None,
        object_: ox.NamedNode | None,
    ) -> Iterator[ox.Quad]:
        """Every statement of this form in the hidden graphs (see ``merging``)."""
        source = self.merged if self._has_merge else self.store
        for name in HIDDEN:
            yield from source.quads_for_pattern(subject, predicate, object_, ox.NamedNode(name))

    @property
    def _has_merge(self) -> bool:
        """Whether the merge is at hand: a store that is held in memory as it is has none beside it."""
        return self._merged is not None or not self._given

    def _source(
        self,
        asked: Asked,
        default: Iterable[str] | None,
        named: Iterable[str] | None,
        plain: bool,
    ) -> tuple[ox.Store, dict[str, Any]]:
        """The store that can answer, and how it is to be asked."""
        if default is not None or named is not None:
            return self._with_names(), {
                "default_graph": [graph_name(g) for g in default or ()],
                "named_graphs": [graph_name(g) for g in named or ()],
            }
        if plain:
            return self.store, {}
        if asked.has_from:
            return self._with_names(), {}
        is_hidden = asked.graphs is not None and asked.graphs <= set(HIDDEN)
        if self.is_full or (is_hidden and self._has_merge):
            return self.merged, {}
        return self.store, {"default_graph": self.union}

    def _with_names(self) -> ox.Store:
        return self.merged if self.is_full else self.store


def graph_name(iri: str) -> ox.NamedNode:
    """*iri* as the engine wants it; ``QueryError`` where it is none."""
    try:
        return ox.NamedNode(iri)
    except ValueError as fault:
        raise QueryError(f"«{iri}» is not the IRI of a graph ({fault})") from None
