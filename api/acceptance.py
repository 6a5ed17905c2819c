"""Whether a write may stand: SHACL data errors refuse it (``--validate-updates``)."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import Graph

from kg.errors import KgError
from kg.names import GRAPH_REFERENCE
from kg.validation import check


class NotConforming(KgError):
    """A write that would leave data errors."""


def require_conforming(store: ox.Store, changed: Iterable[ox.Quad]) -> None:
    """Check each graph that was changed, with the reference data; ``NotConforming`` names the first error."""
    reference = _graph(store, ox.NamedNode(GRAPH_REFERENCE))
    for name in sorted({quad.graph_name for quad in changed}, key=str):
        if getattr(name, "value", "") == GRAPH_REFERENCE:
            continue
        report = check(_graph(store, name), "data", reference)
        if not report.conforms:
            first = report.findings[0]
            raise NotConforming(
                f"{len(report.findings)} data error(s), the first: {first.message_en} ({first.focus}); "
                "nothing was written"
            )


def _graph(store: ox.Store, name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> Graph:
    text = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name)
    return Graph().parse(data=text or b"", format="nt")
