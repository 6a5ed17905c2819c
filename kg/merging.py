"""The merge of the graphs that a query sees by default, kept ready beside the dataset.

An RDF merge is a set: a statement that two plans make is one statement.  The engine can read a list of
graphs as one, but counts such a statement twice and looks every pattern up in every graph, which is
hopeless with a thousand plans; so the merge is a store of its own, in whose default graph it stands.  The hidden
graphs (inferred, findings) are in it under their names, since questions join them to the rest.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from .names import GRAPH_FINDINGS, GRAPH_INFERRED

HIDDEN = (GRAPH_INFERRED, GRAPH_FINDINGS)
Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


def visible_graphs(store: ox.Store) -> list[Graph]:
    """The graphs that make up the merge: all but the hidden ones, unnamed statements last."""
    named = sorted(
        (g for g in store.named_graphs() if g.value not in HIDDEN),
        key=lambda g: g.value,
    )
    unnamed = next(store.quads_for_pattern(None, None, None, ox.DefaultGraph()), None)
    return [*named, *([ox.DefaultGraph()] if unnamed is not None else [])]


def merge(source: ox.Store, into: ox.Store, *, visible: Iterable[Graph], named: bool) -> None:
    """Fill *into*, an empty store; *named*: all named graphs too, not only the hidden ones."""
    for graph in visible:
        data = source.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph)
        into.bulk_load(input=data or b"", format=ox.RdfFormat.N_TRIPLES)
    for name in source.named_graphs():
        if named or name.value in HIDDEN:
            data = source.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name)
            into.bulk_load(input=data or b"", format=ox.RdfFormat.N_TRIPLES, to_graph=name)
            into.add_graph(name)
