"""The updates that keep graph/published and graph/merged true to the graphs beside them (see ``content``).

What stands behind another update tells by USING what it reads: Virtuoso takes over what was told before it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..merging import HIDDEN
from ..names import GRAPH_MERGED, GRAPH_PUBLISHED
from .content import COUNT, SHA256

_XSD_INTEGER = "<http://www.w3.org/2001/XMLSchema#integer>"


def unmarked(graph: str) -> str:
    return f"DELETE WHERE {{ GRAPH <{GRAPH_PUBLISHED}> {{ <{graph}> ?p ?o }} }}"


def marked(graph: str, mark: str, count: int) -> str:
    told = f'<{graph}> <{SHA256}> "{mark}" ; <{COUNT}> "{count}"^^{_XSD_INTEGER}'
    return f"INSERT DATA {{ GRAPH <{GRAPH_PUBLISHED}> {{ {told} }} }}"


def counted(graph: str, mark: str) -> str:
    """Mark a graph with the number of statements that it has by then; an empty one is none and gets no mark."""
    told = f'<{graph}> <{SHA256}> "{mark}" ; <{COUNT}> ?n'
    inner = f"SELECT (COUNT(?s) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    where = f"USING NAMED <{graph}> WHERE {{ {{ {inner} }} FILTER(?n > 0) }}"
    return f"INSERT {{ GRAPH <{GRAPH_PUBLISHED}> {{ {told} }} }} {where}"


def merged(graph: str) -> tuple[str, ...]:
    if graph in HIDDEN:
        return ()
    return (copied(graph, GRAPH_MERGED),)


def copied(graph: str, into: str) -> str:
    where = f"USING NAMED <{graph}> WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    return f"INSERT {{ GRAPH <{into}> {{ ?s ?p ?o }} }} {where}"


def unmerged(graphs: Collection[str]) -> tuple[str, ...]:
    """Take out of the merge what no graph but *graphs* says."""
    others = ", ".join(f"<{g}>" for g in (*sorted(graphs), GRAPH_MERGED, GRAPH_PUBLISHED, *HIDDEN))
    return tuple(
        f"DELETE {{ GRAPH <{GRAPH_MERGED}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }}\n"
        f"FILTER NOT EXISTS {{ GRAPH ?other {{ ?s ?p ?o }} FILTER(?other NOT IN ({others})) }} }}"
        for graph in sorted(graphs)
        if graph not in HIDDEN
    )


def around(
    written: Collection[str], there: Iterable[str], known: Collection[str], mark: str, *, adds: bool
) -> tuple[list[str], list[str]]:
    """What goes before and after an update that may change the graphs *written*, so that all is true when it is done.

    *there*: the graphs of the dataset; *known*: those that have a mark, the merge among them if it is there; *mark*
    takes the place of a SHA-256 that nobody knows; *adds*: nothing is taken out of any graph.  Where no books were
    kept, they are begun.
    """
    everything = {*there, *written}
    if GRAPH_MERGED not in known or everything - set(HIDDEN) <= set(written):
        before = [f"DROP SILENT GRAPH <{GRAPH_MERGED}>"]
        anew = sorted(everything)
    else:
        before = [] if adds else list(unmerged(written))
        anew = sorted(written)
    after = [step for graph in anew for step in merged(graph)]
    for graph in sorted(graph for graph in everything if graph in written or graph not in known):
        before.append(unmarked(graph))
        after.append(counted(graph, mark))
    return [*before, unmarked(GRAPH_MERGED)], [*after, marked(GRAPH_MERGED, mark, 0)]
