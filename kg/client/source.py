"""What a client needs of the place where the data is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import networkx as nx
import pyoxigraph as ox

from ..catalogue import Question
from ..dataset import QueryResult
from .hits import Hits

_RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
}
ACCEPTED = ("application/sparql-results+json", "application/n-triples")


class Source(Protocol):
    """*where*: the address or folder, for messages."""

    where: str

    def query(self, text: str) -> QueryResult | list[ox.Triple]:
        """The answer to any query; the statements of a graph in a list."""

    def questions(self) -> Mapping[str, Question]:
        """Every question of the catalogue by its id."""

    def filled(self, name: str, lang: str, parameters: Mapping[str, str]) -> str:
        """The query of a question with its parameters in it."""

    def search(self, text: str, lang: str, kind: str | None, plan: str | None) -> Hits:
        """What is called *text* or holds its words."""

    def network(self, asked: Mapping[str, str], lang: str) -> nx.Graph[str]:
        """The responsibility network; *asked*: plan, theme, period, as, projection."""


def decode(body: bytes, media_type: str) -> QueryResult | list[ox.Triple]:
    """An answer in one of the ``ACCEPTED`` forms, as the engine itself would give it; ``ValueError`` for another."""
    kind = media_type.partition(";")[0].strip().lower()
    try:
        if kind in _RESULTS:
            found: Any = ox.parse_query_results(body, format=_RESULTS[kind])
            result: QueryResult = found
            return result
        if kind == "application/n-triples":
            return [quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)]
    except SyntaxError as fault:
        raise ValueError(" ".join(str(fault).split())[:200]) from None
    raise ValueError(f"an answer of the type «{kind[:80]}»")
