"""What each operation does to a store, and which graphs it can change."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pyoxigraph as ox

from kg.errors import ForbiddenQuery
from kg.names import PREFIXES
from kg.updates import require_writable, touched_graphs, with_dataset

from .limits import check_text
from .operations import Clear, Operation, Outcome, Update


def touched(operation: Operation) -> frozenset[str] | None:
    """The named graphs that *operation* can change besides the unnamed one; None: any."""
    if isinstance(operation, Update):
        return touched_graphs(operation.text)
    return frozenset(() if operation.graph is None else (operation.graph,))


def carry_out(store: ox.Store, operation: Operation, *, is_offline: bool) -> Outcome:
    """Do *operation* to *store*, wholly or not at all.

    Raises ``KgError``; the engine's ``SyntaxError``, and ``RuntimeError`` where a graph is not there, or is.
    """
    if isinstance(operation, Update):
        check_text(operation.text, operation.limit)
        try:
            require_writable(operation.text)
        except ForbiddenQuery:
            if is_offline:  # what it asks for cannot happen here
                with contextlib.suppress(OSError):
                    ox.Store().update(operation.text, prefixes=PREFIXES, base_iri=operation.base)
            raise
        text = with_dataset(operation.text, operation.using, operation.using_named)
        store.update(text, prefixes=PREFIXES, base_iri=operation.base)
        return Outcome.DONE
    name = ox.DefaultGraph() if operation.graph is None else ox.NamedNode(operation.graph)
    was_there = isinstance(name, ox.DefaultGraph) or store.contains_named_graph(name)
    if isinstance(operation, Clear):
        if not was_there:
            return Outcome.MISSING
        if isinstance(name, ox.DefaultGraph):
            store.clear_graph(name)
        else:
            store.remove_graph(name)
        return Outcome.DONE
    base = operation.base if operation.graph is None else operation.graph
    quads = [quad for part in operation.parts for quad in parsed(part, name, base)]
    if operation.replaces:
        store.clear_graph(name)
    if not isinstance(name, ox.DefaultGraph):
        store.add_graph(name)
    store.extend(quads)
    return Outcome.DONE if was_there else Outcome.CREATED


def parsed(
    part: tuple[str, bytes], name: ox.NamedNode | ox.DefaultGraph, base: str | None
) -> Iterator[ox.Quad]:
    media_type, data = part
    form = ox.RdfFormat.from_media_type(media_type)
    assert form is not None
    for quad in ox.parse(
        data, format=form, base_iri=base, without_named_graphs=True, rename_blank_nodes=True
    ):
        yield ox.Quad(quad.subject, quad.predicate, quad.object, name)
