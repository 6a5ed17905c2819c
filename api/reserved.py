"""The graphs that are made from the plans and the bundled files, and are written by a build alone.

Whatever stood in them would be believed to be ours (terms, reference data, findings), and be gone after the next build.
"""

from __future__ import annotations

from collections.abc import Set
from itertools import chain

import pyoxigraph as ox

from kg.errors import ForbiddenQuery
from kg.names import (
    GRAPH_ALIGNMENTS,
    GRAPH_FINDINGS,
    GRAPH_INFERRED,
    GRAPH_ONTOLOGY,
    GRAPH_REFERENCE,
)

RESERVED = frozenset(
    (GRAPH_ONTOLOGY, GRAPH_REFERENCE, GRAPH_INFERRED, GRAPH_FINDINGS, GRAPH_ALIGNMENTS)
)


def require_free(store: ox.Store, new: Set[ox.Quad], gone: Set[ox.Quad]) -> None:
    """Undo in *store* a write that has changed a reserved graph, and refuse it (``ForbiddenQuery``).

    It is judged by what it has done, since an update can reach a graph without naming it (GRAPH ?g).  To empty the
    whole dataset (CLEAR ALL) is allowed: then nothing is left that the graphs could be wrong about.
    """
    names = {getattr(quad.graph_name, "value", "") for quad in chain(new, gone)} & RESERVED
    if not names:
        return
    is_reset = len(store) == len(new)
    if is_reset and not any(getattr(quad.graph_name, "value", "") in RESERVED for quad in new):
        return
    for quad in new:
        store.remove(quad)
    store.extend(gone)
    for name in map(ox.NamedNode, names):  # nor does the name of a graph stay that was not there
        if next(store.quads_for_pattern(None, None, None, name), None) is None:
            store.remove_graph(name)
    raise not_written(min(names))


def not_written(name: str) -> ForbiddenQuery:
    return ForbiddenQuery(
        f"the graph <{name}> is made by «kg build» and not written here; nothing was written: "
        "write to a graph of your own, or name the graphs to be changed"
    )
