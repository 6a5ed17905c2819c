"""``connect()`` and what can be asked of what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import pyoxigraph as ox

from ..catalogue import LANGUAGES, Question
from ..citation import citations
from ..dataset import QueryResult
from ..errors import KgError, UnknownName, UnknownQuestion
from ..names import BASE
from ..network.reading import key, rows
from .hits import Hits
from .remote import Patience, Remote
from .source import Source
from .table import Table, Value, make_table

if TYPE_CHECKING:
    from rdflib import Graph

_CLAUSE = """
SELECT ?text ?label ?number ?doc ?docLabel ?path WHERE {{ VALUES ?clause {{ {clause} }} ?clause kh:clauseOf ?doc .
  OPTIONAL {{ ?clause kh:clauseText ?text }} OPTIONAL {{ ?clause kh:clausePath ?path }}
  OPTIONAL {{ ?clause rdfs:label ?label FILTER(LANG(?label) = "{lang}") }}
  OPTIONAL {{ ?doc rdfs:label ?docLabel FILTER(LANG(?docLabel) = "{lang}") }} }}"""


@dataclass(frozen=True, slots=True)
class Clause:
    """*text*: its words; *citation*: in the Vietnamese legal form, whatever the language of the labels."""

    iri: str
    path: str
    label: str
    text: str
    citation: str
    document: str
    document_label: str

    def __str__(self) -> str:
        return f"{self.text}\n({self.citation})"


class Client:
    """Questions to one *source*, labels in *lang* ("vi" or "en").

    What is asked wrongly raises the same error from a service as from a store: ``UnknownQuestion``, ``UnknownValue``,
    ``QueryError`` (with line and column), ``ForbiddenQuery``, ``UnknownName``; a service that does not answer, or reaches
    a limit, raises ``ServiceError``.  All are ``kg.errors.KgError`` and say what to do.
    """

    def __init__(self, source: Source, lang: str = "vi") -> None:
        if lang not in LANGUAGES:
            raise KgError(f"lang is {' or '.join(LANGUAGES)}, not «{lang}»")
        self.source = source
        self.lang = lang

    def __repr__(self) -> str:
        return f"<kg.client.Client of {self.source.where}>"

    def questions(self) -> Table:
        """Every question of the catalogue: its id, what it asks, and its parameters."""
        found = self.source.questions().values()
        table = [
            (q.id, q.text(self.lang), q.topic, " ".join(p.name for p in q.parameters))
            for q in found
        ]
        columns = ("id", "question", "topic", "parameters")
        return Table(columns, tuple(table), ("text",) * 4, columns)

    def question(self, name: str) -> Question:
        """One question with its parameters and columns; ``UnknownQuestion``."""
        found = self.source.questions()
        if name not in found:
            import difflib

            near = difflib.get_close_matches(name, found, 3, 0.4)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            raise UnknownQuestion(f"there is no question «{name}» at {self.source.where}{hint}")
        return found[name]

    def ask(self, name: str, **parameters: Value) -> Table:
        """The answer to the question *name* with the *parameters* given (IRIs, or names as people write them), else its
        defaults.  Values that are empty or None count as not given."""
        question = self.question(name)
        given = {k: str(v) for k, v in parameters.items() if v is not None and v != ""}
        text = self.source.filled(name, self.lang, given)
        found = self.source.query(text)
        assert isinstance(found, ox.QuerySolutions)
        columns = [variable.value for variable in found.variables]
        units = {c.name: c.unit for c in question.columns if c.unit}
        headings = question.headings(columns, self.lang)
        return make_table(columns, _terms(found), headings, units, text)

    def query(self, text: str) -> Table | bool | Graph:
        """The answer to any SPARQL query: a table, a truth value, or an rdflib graph."""
        found = self.source.query(text)
        if isinstance(found, ox.QueryBoolean):
            return bool(found)
        if isinstance(found, ox.QuerySolutions):
            columns = [variable.value for variable in found.variables]
            return make_table(columns, _terms(found), columns, query=text)
        from ..memory import graph_in_memory, to_rdflib

        return graph_in_memory(
            (to_rdflib(t.subject), to_rdflib(t.predicate), to_rdflib(t.object)) for t in found
        )

    def select(self, text: str) -> QueryResult:
        """The solutions of a SELECT query as the engine gives them."""
        found = self.source.query(text)
        if not isinstance(found, ox.QuerySolutions):
            raise KgError("a SELECT query was expected")
        return found

    def network(
        self,
        *,
        plan: str | None = None,
        theme: str | None = None,
        period: str | None = None,
        as_: str = "written",
        projection: str = "two-mode",
    ) -> nx.Graph[str]:
        """The responsibility network: who leads and coordinates what.

        "two-mode": a ``MultiDiGraph`` from agencies to tasks, an edge for each role; "leads": a ``DiGraph`` from leads to
        coordinators; "co-work": a ``Graph``.  Edges have role, weight and clause.  *plan* and *theme*: IRI or name;
        *period*: "2025", "2021-2025"; *as_*: groups "written" or "expanded".
        """
        asked = {"plan": plan, "theme": theme, "period": period, "as": as_, "projection": projection}  # fmt: skip
        return self.source.network({k: v for k, v in asked.items() if v}, self.lang)

    def clause(self, iri: str) -> Clause:
        """The clause with this IRI, or path («doc/vn-73/ubnd/kh/2021/06/c/sec_II__para_2»); ``UnknownName``."""
        whole = iri if iri.startswith(("http://", "https://")) else BASE + iri.lstrip("/")
        try:
            node = ox.NamedNode(whole)
        except ValueError as fault:
            raise UnknownName(f"«{iri}» is no IRI ({fault})") from None
        found = next(iter(rows(self.select, _CLAUSE.format(clause=node, lang=self.lang))), None)
        if found is None:
            raise UnknownName(
                f"no clause <{whole}> is known at {self.source.where}; «search» finds clauses by their words"
            )
        cited = citations(self.select, [whole])[whole][0]
        return Clause(
            whole,
            key(found["path"]),
            key(found["label"]),
            key(found["text"]),
            cited.text,
            key(found["doc"]),
            key(found["docLabel"]),
        )

    def search(self, text: str, *, kind: str | None = None, plan: str | None = None) -> Table:
        """What is called *text* or holds its words, diacritics and abbreviations as you like, the best first."""
        return hits_table(self.source.search(text, self.lang, kind, plan))


def hits_table(found: Hits) -> Table:
    """What a search found, one thing a row."""
    columns = ("kind", "label", "about", "text", "iri", "clause")
    rows_ = tuple(
        (h.kind, h.label, h.about or None, h.text or None, h.iri, h.clause) for h in found.hits
    )
    return Table(columns, rows_, ("text", "text", "text", "text", "iri", "iri"), columns)


def _terms(found: ox.QuerySolutions) -> list[list[Any]]:
    names = [variable.value for variable in found.variables]
    return [[row[name] for name in names] for row in found]


def connect(
    url: str | None = None,
    *,
    store: str | Path | None = None,
    lang: str = "vi",
    timeout: float = 60.0,
    retries: int = 3,
    longest_wait: float = 60.0,
) -> Client:
    """A client of the service at *url*, of the store in the folder *store*, or else of the bundled plan.

    When a service is busy (429, 503) it is asked again, at most *retries* times, as late as its ``Retry-After`` says, and
    for no longer than *longest_wait* seconds in all.  *timeout*: seconds for one request.
    """
    if url is not None and store is not None:
        raise KgError("give a url or a store, not both")
    if url is not None:
        if not url.startswith(("http://", "https://")):
            raise KgError(f"«{url}» is no address of a service; for a folder say store={url!r}")
        return Client(Remote(url, timeout=timeout, patience=Patience(retries, longest_wait)), lang)
    from ..pipeline import default_store
    from ..store import open_dataset
    from .embedded import Embedded

    return Client(Embedded(open_dataset(Path(store) if store else default_store())), lang)
