"""A store of this machine as the place where the data is."""

from __future__ import annotations

from collections.abc import Mapping

import networkx as nx
import pyoxigraph as ox

from ..catalogue import Question, filled, find_question, questions
from ..dataset import LAYOUT_FILE, QueryResult
from ..network import positions, project, read_layout, read_responsibilities
from ..network.exporting import described
from ..scoping import find_scope
from ..searching import Search, search_in
from ..store import Dataset
from .hits import Hits, of_found


class Embedded:
    """Answers from *dataset*, one version of a store, in this process and without limits of time or memory."""

    def __init__(self, dataset: Dataset) -> None:
        self.where = str(dataset.place.parent.parent)
        self._dataset = dataset
        self._search: Search | None = None

    def query(self, text: str) -> QueryResult | list[ox.Triple]:
        found = self._dataset.query(text)
        return list(found) if isinstance(found, ox.QueryTriples) else found

    def questions(self) -> Mapping[str, Question]:
        return questions()

    def filled(self, name: str, lang: str, parameters: Mapping[str, str]) -> str:
        return filled(find_question(name), self._dataset, lang=lang, parameters=parameters)

    def search(self, text: str, lang: str, kind: str | None, plan: str | None) -> Hits:
        if self._search is None:
            self._search = search_in(self._dataset)
        return of_found(self._search.find(text, lang=lang, kind=kind, plan=plan))

    def network(self, asked: Mapping[str, str], lang: str) -> nx.Graph[str]:
        scope = find_scope(
            self._dataset,
            plan=asked.get("plan"),
            theme=asked.get("theme"),
            period=asked.get("period"),
            as_=asked.get("as"),
        )
        data = read_responsibilities(self._dataset.query, scope, lang)
        graph = project(data, asked.get("projection") or "two-mode")
        layout = read_layout(self._dataset.beside(LAYOUT_FILE))
        return described(graph, positions(graph, layout))
