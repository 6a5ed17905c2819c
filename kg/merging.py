"""The merge of the graphs that a query sees by default, kept ready beside the dataset.

An RDF merge is a set: a statement that two plans make is one statement.  The engine can read a list of
graphs as one, but counts such a statement twice and looks every pattern up in every graph, which is
hopeless with a thousand plans; so the merge is a store of its own, in whose default graph it stands.  The hidden
graphs (inferred, findings, alignments) are in it under their names, since questions join them to the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pyoxigraph as ox

from .names import GRAPH_ALIGNMENTS, GRAPH_FINDINGS, GRAPH_INFERRED

HIDDEN = (GRAPH_INFERRED, GRAPH_FINDINGS, GRAPH_ALIGNMENTS)
Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


def visible_graphs(store: ox.Store) -> list[Graph]:
    """The graphs that make up the merge: all but the hidden ones, unnamed statements last."""
    named = sorted(
        (g for g in store.named_graphs() if g.value not in HIDDEN),
        key=lambda g: g.value,
    )
    unnamed = next(store.quads_for_pattern(None, None, None, ox.DefaultGraph()), None)
    return [*named, *([ox.DefaultGraph()] if unnamed is not None else [])]


def merge(
    source: ox.Store,
    into: ox.Store,
    *,
    visible: Iterable[Graph],
    watch: Callable[[ox.Quad], None] = lambda _: None,
) -> None:
    """Fill *into*, an empty store.  Blank nodes keep their labels, as a file between the two would not.

    *watch* is given each statement of the visible graphs, graph by graph and subject by subject.
    """
    into.bulk_extend(_quads(source, visible, watch))


def _quads(
    source: ox.Store, visible: Iterable[Graph], watch: Callable[[ox.Quad], None]
) -> Iterator[ox.Quad]:
    for graph in visible:
        for quad in source.quads_for_pattern(None, None, None, graph):
            watch(quad)
            yield ox.Quad(quad.subject, quad.predicate, quad.object)
    for name in HIDDEN:
        yield from source.quads_for_pattern(None, None, None, ox.NamedNode(name))


def name_graphs(store: ox.Store, before: Iterable[str], now: Iterable[str]) -> None:
    """A graph can be there and be empty, which no statement tells.

    *before*, *now*: the visible ones; a hidden one, which only a build makes, goes with its last statement.
    """
    for name in set(before) - set(now):
        store.remove_graph(ox.NamedNode(name))
    for name in now:
        if not name.startswith("_:"):
            store.add_graph(ox.NamedNode(name))
    for hidden in map(ox.NamedNode, HIDDEN):
        if next(store.quads_for_pattern(None, None, None, hidden), None) is None:
            store.remove_graph(hidden)
