"""A query on its way to a remote engine."""

from __future__ import annotations

from dataclasses import dataclass

RESULTS = "application/sparql-results+json"
GRAPH = "application/n-triples"
GRAPHS = f"{GRAPH}, text/turtle;q=0.5"


@dataclass(frozen=True, slots=True)
class Question:
    """*text* has all its prefixes; *default* and *named*: graphs as the protocol has them, () for none told."""

    text: str
    accept: str = RESULTS
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
