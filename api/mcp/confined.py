"""A store as the place where the data is, asked in the killable workers of the service and within its limits."""

from __future__ import annotations

import json
from collections.abc import Mapping

import networkx as nx
import pyoxigraph as ox

from kg.catalogue import Question, questions
from kg.client.hits import Hits, of_found
from kg.client.source import ACCEPTED, decode
from kg.store import QueryResult

from .. import asking, networkjobs
from ..engine import Engine
from ..jobs import Asked
from ..searcher import Searcher
from ..worker import Body


class Confined:
    """Answers from *engine*; what takes too long or too much memory raises what the service answers with 503."""

    def __init__(self, engine: Engine) -> None:
        self.where = str(engine.folder)
        self._engine = engine
        self._searcher = Searcher(engine)

    def query(self, text: str) -> QueryResult | list[ox.Triple]:
        answer = self._engine.run(Asked(text, ACCEPTED))
        return decode(answer.body, answer.media_type)

    def questions(self) -> Mapping[str, Question]:
        return questions()

    def filled(self, name: str, lang: str, parameters: Mapping[str, str]) -> str:
        return self._engine.call(asking.text, name, lang, tuple(parameters.items()))

    def search(self, text: str, lang: str, kind: str | None, plan: str | None) -> Hits:
        search, _ = self._searcher.current()
        return of_found(search.find(text, lang=lang, kind=kind, plan=plan))

    def network(self, asked: Mapping[str, str], lang: str) -> nx.Graph[str]:
        parts = {name: asked.get(name, "") for name in ("plan", "theme", "period", "projection")}
        wanted = networkjobs.Asked(**parts, as_=asked.get("as", ""), lang=lang)
        found = self._engine.call(networkjobs.file, wanted, "json", "node-link", False)
        assert isinstance(found, Body)
        graph: nx.Graph[str] = nx.node_link_graph(json.loads(found.data), edges="edges")
        return graph

    def close(self) -> None:
        self._searcher.close()
        self._engine.close()
