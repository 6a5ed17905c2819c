"""What can be read of a large network in one picture: the agencies with most tasks, tied where they share some.

The files and tables have all of it; a picture of a thousand tasks of several plans would be a blot.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from .model import Responsibilities
from .projecting import Network, co_work

LARGE = 400  # nodes of several plans that are no longer drawn one by one
AGENCIES = 40
TIES = 120


def is_reduced(data: Responsibilities, graph: Network) -> bool:
    """Whether a page draws less than the whole of *graph*, the two-mode network of *data*."""
    return len(data.plans) > 1 and graph.is_multigraph() and len(graph) > LARGE


def readable(data: Responsibilities, graph: Network) -> Network:
    """*graph*, a projection of *data*, or in place of too large a one: the ``AGENCIES`` with most tasks, with the
    ``TIES`` by which most tasks are shared."""
    if not is_reduced(data, graph):
        return graph
    tasks = Counter(agent for agent, _ in {(a.agent, a.task) for a in data.assignments})
    ranked = sorted(data.agents, key=lambda iri: (-tasks[iri], iri))[:AGENCIES]
    kept = {iri: data.agents[iri] for iri in ranked}
    theirs = tuple(a for a in data.assignments if a.agent in kept)
    found = co_work(replace(data, agents=kept, assignments=theirs))
    ties: list[tuple[str, str, int]] = sorted(
        found.edges(data="weight"), key=lambda tie: (-tie[2], tie[:2])
    )
    found.remove_edges_from([tie[:2] for tie in ties[TIES:]])
    found.remove_nodes_from([node for node, degree in list(found.degree) if not degree])
    return found
