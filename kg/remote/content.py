"""What a remote endpoint holds: its graphs, which of them a query sees as one, and what version that is.

What ``publishing`` brings there, it writes down there: graph/published has, for each graph, the SHA-256 of its
statements.  Beside the graphs stands their merge, graph/merged, so that a query without FROM reads one graph however
many plans there are, and reads a statement that two plans make once.  An endpoint that was filled by other means has
neither; then every graph counts but those that engines bring along, and the default graph is told as a list.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from ..errors import KgError
from ..merging import HIDDEN
from ..names import GRAPH_MERGED, GRAPH_PUBLISHED, PREFIXES
from ..store import LAYOUT, PLANS, plan_entries
from .dataset import Ask, RemoteDataset, read_results
from .errors import RemoteNonsense
from .question import Question

SHA256 = PREFIXES["schema"] + "sha256"
COUNT = PREFIXES["void"] + "triples"
_COUNT = re.compile(r"[0-9]{1,18}")
_OWN = (GRAPH_PUBLISHED, GRAPH_MERGED)
# Graphs that Virtuoso brings along.
_FOREIGN = re.compile(
    r"http://www\.openlinksw\.com/|http://localhost:8890/|http://localuriqaserver/|http://www\.w3\.org/(ns/ldp#|2002/07/owl#)$|urn:(core|activitystreams|virtuoso)"
)


def register(ask: Ask) -> dict[str, tuple[str, int]]:
    """The SHA-256 and the number of statements of each graph that was published; the merge among them."""
    text = f"SELECT ?g ?hash ?n WHERE {{ GRAPH <{GRAPH_PUBLISHED}> {{ ?g <{SHA256}> ?hash ; <{COUNT}> ?n }} }}"
    found = {}
    for row in _rows(ask, text, "g", "hash", "n"):
        graph, mark, count = row["g"], row["hash"], row["n"]
        if not isinstance(graph, ox.NamedNode) or not isinstance(mark, ox.Literal):
            raise RemoteNonsense(f"<{GRAPH_PUBLISHED}>: what stands there are no marks of graphs")
        found[graph.value] = (mark.value, _number(count))
    return found


def manifest(ask: Ask, url: str, *, with_plans: bool = True) -> dict[str, Any]:
    """What the manifest of a store says, of the endpoint behind *ask*."""
    known = register(ask) or counted(ask)
    visible = sorted(g for g in graphs(known) if g not in HIDDEN)
    found: dict[str, Any] = {
        "layout": LAYOUT,
        "version": _version(url, known),
        "quads": sum(count for graph, (_, count) in known.items() if graph not in _OWN),
        "graphs": visible,
        "unnamed": False,
        "remote": {
            "url": url,
            "hidden": [g for g in HIDDEN if g in known],
            "merged": GRAPH_MERGED if GRAPH_MERGED in known else None,
        },
    }
    rows = RemoteDataset(found, ask).query(PLANS) if visible and with_plans else ()
    assert not isinstance(rows, ox.QueryBoolean | ox.QueryTriples)
    try:
        plans = plan_entries(rows)
    except (ValueError, AttributeError):
        plans = [{}]
    if not all(p.get("iri") and min(p["tasks"], p["targets"]) >= 0 for p in plans):
        raise RemoteNonsense("the remote engine answered with plans that are none")
    return {**found, "plans": plans}


def version(ask: Ask, url: str) -> tuple[str, bool]:
    """The version alone, and whether it is written down there: else all had to be counted."""
    known = register(ask)
    return _version(url, known or counted(ask)), bool(known)


def graphs(known: Iterable[str]) -> tuple[str, ...]:
    """Those of *known* that make up the dataset."""
    return tuple(sorted(g for g in known if g not in _OWN))


def counted(ask: Ask) -> dict[str, tuple[str, int]]:
    """The graphs of an endpoint where none is written down, in the form of ``register``."""
    text = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    return {
        row["g"].value: (str(count := _number(row["n"])), count)
        for row in _rows(ask, text, "g", "n")
        if isinstance(row["g"], ox.NamedNode) and not _FOREIGN.match(row["g"].value)
    }


def _number(term: object) -> int:
    """How many statements an engine tells."""
    told = term.value if isinstance(term, ox.Literal) else ""
    if not _COUNT.fullmatch(told):
        raise RemoteNonsense(f"the remote engine counts «{told[:40]}» statements")
    return int(told)


def _version(url: str, known: Mapping[str, tuple[str, int]]) -> str:
    told = "\n".join(f"{graph} {mark}" for graph, (mark, _) in sorted(known.items()))
    return hashlib.sha256(f"{url}\n{told}".encode()).hexdigest()[:16]


def _rows(ask: Ask, text: str, *names: str) -> ox.QuerySolutions:
    return solutions(ask(Question(text))[1], names)


def solutions(body: bytes, names: Collection[str] | None = None) -> ox.QuerySolutions:
    """The table in an answer, with the columns *names* where they are told; ``RemoteNonsense`` where there is
    none."""
    found = read_results(body, is_truth=False, wanted=names)
    if not isinstance(found, ox.QuerySolutions):
        raise KgError("the endpoint answered with no table")
    return found
