"""One graph in memory, made for being checked: dictionaries for walks, Oxigraph for SPARQL.

rdflib's own store keeps the contexts of every triple and runs queries in Python; checking a plan spends most
of its time there.  This one holds a single graph, so it needs no contexts, and hands queries to Oxigraph.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.query import Result
from rdflib.store import Store
from rdflib.term import Identifier, Node, Variable

_STRING = "http://www.w3.org/2001/XMLSchema#string"
_Index = dict[Node, dict[Node, dict[Node, None]]]
_Triple = tuple[Node, Node, Node]
_Pattern = tuple[Node | None, Node | None, Node | None]


class OneGraph(Store):
    """A store for one ``Graph``; whatever context it is asked for, it answers with that graph."""

    context_aware = True  # pySHACL asks for it
    graph_aware = True

    def __init__(
        self, configuration: str | None = None, identifier: Identifier | None = None
    ) -> None:
        super().__init__(configuration, identifier)
        self._spo: _Index = {}
        self._pos: _Index = {}
        self._osp: _Index = {}
        self._size = 0
        self._namespaces: dict[str, URIRef] = {}
        self._engine: ox.Store | None = None

    def add(self, triple: _Triple, context: Any = None, quoted: bool = False) -> None:
        subject, predicate, value = triple
        known = self._spo.setdefault(subject, {}).setdefault(predicate, {})
        if value in known:
            return
        known[value] = None
        self._pos.setdefault(predicate, {}).setdefault(value, {})[subject] = None
        self._osp.setdefault(value, {}).setdefault(subject, {})[predicate] = None
        self._size += 1
        self._engine = None

    def remove(self, triple: _Pattern, context: Any = None) -> None:
        for (subject, predicate, value), _ in list(self.triples(triple)):
            del self._spo[subject][predicate][value]
            del self._pos[predicate][value][subject]
            del self._osp[value][subject][predicate]
            self._size -= 1
        self._engine = None

    def triples(
        self, triple_pattern: _Pattern, context: Any = None
    ) -> Generator[tuple[_Triple, Iterator[Any]], None, None]:
        none: Iterator[Any] = iter(())
        for triple in self._matching(*triple_pattern):
            yield triple, none

    def _matching(
        self, subject: Node | None, predicate: Node | None, value: Node | None
    ) -> Iterable[_Triple]:
        """The triples of a pattern, as they are now: who reads them may change the graph meanwhile."""
        if subject is not None:
            by_predicate = self._spo.get(subject, {})
            if predicate is not None:
                values = by_predicate.get(predicate, {})
                if value is None:
                    return [(subject, predicate, v) for v in values]
                return [(subject, predicate, value)] if value in values else []
            if value is not None:
                return [(subject, p, value) for p in self._osp.get(value, {}).get(subject, {})]
            return [(subject, p, v) for p, values in by_predicate.items() for v in values]
        if predicate is not None:
            by_value = self._pos.get(predicate, {})
            if value is not None:
                return [(s, predicate, value) for s in by_value.get(value, {})]
            return [(s, predicate, v) for v, subjects in by_value.items() for s in subjects]
        if value is not None:
            by_subject = self._osp.get(value, {})
            return [(s, p, value) for s, predicates in by_subject.items() for p in predicates]
        return [
            (s, p, v)
            for s, by_predicate in self._spo.items()
            for p, values in by_predicate.items()
            for v in values
        ]

    def __len__(self, context: Any = None) -> int:
        return self._size

    def contexts(self, triple: _Triple | None = None) -> Generator[Any, None, None]:
        yield from ()

    def add_graph(self, graph: Graph) -> None:
        """There is one graph only."""

    def remove_graph(self, graph: Graph) -> None:
        self.remove((None, None, None))

    def bind(self, prefix: str, namespace: URIRef, override: bool = True) -> None:
        if override or prefix not in self._namespaces:
            self._namespaces[prefix] = namespace

    def namespace(self, prefix: str) -> URIRef | None:
        return self._namespaces.get(prefix)

    def prefix(self, namespace: URIRef) -> str | None:
        return next((p for p, n in self._namespaces.items() if n == namespace), None)

    def namespaces(self) -> Iterator[tuple[str, URIRef]]:
        yield from self._namespaces.items()

    def query(
        self,
        query: Any,
        initNs: Mapping[str, Any],
        initBindings: Mapping[str, Identifier],
        queryGraph: str,
        **options: Any,
    ) -> Result:
        """SELECT and ASK by Oxigraph, the bindings given put in the place of their variables.

        Raises ``NotImplementedError``, so that rdflib's own engine answers, for a query that is parsed
        already and for terms that Oxigraph does not take.
        """
        if not isinstance(query, str):
            raise NotImplementedError
        try:
            found = self._loaded().query(
                query,
                prefixes={prefix: str(iri) for prefix, iri in initNs.items()},
                substitutions={ox.Variable(name): _to_ox(v) for name, v in initBindings.items()},
            )
        except (TypeError, ValueError, RuntimeError):  # a term, or a binding that is not selected
            raise NotImplementedError from None
        if isinstance(found, ox.QueryBoolean):
            answer = Result("ASK")
            answer.askAnswer = bool(found)
            return answer
        if not isinstance(found, ox.QuerySolutions):
            raise NotImplementedError
        answer = Result("SELECT")
        answer.vars = [Variable(v.value) for v in found.variables]
        given = {Variable(name): value for name, value in initBindings.items()}
        answer.bindings = [
            given | {Variable(v.value): to_rdflib(t) for v in found.variables if (t := row[v])}
            for row in found
        ]
        return answer

    def _loaded(self) -> ox.Store:
        if self._engine is None:
            engine = ox.Store()
            engine.bulk_extend(
                ox.Quad(_to_ox(s), _to_ox(p), _to_ox(v))
                for s, p, v in self._matching(None, None, None)
            )
            self._engine = engine
        return self._engine


def graph_in_memory(triples: Iterable[_Triple] = ()) -> Graph:
    """A graph of *triples* in a store of its own."""
    graph = Graph(store=OneGraph())
    for triple in triples:
        graph.add(triple)
    return graph


def _to_ox(term: Node) -> Any:
    if isinstance(term, URIRef):
        return ox.NamedNode(term)
    if isinstance(term, BNode):
        return ox.BlankNode(term)
    if not isinstance(term, Literal):
        raise TypeError(f"{term!r} is no term of RDF")
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(term.datatype or _STRING))


def to_rdflib(term: Any) -> URIRef | BNode | Literal:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if term.language:
        return Literal(term.value, lang=term.language)
    kind = term.datatype.value
    return Literal(term.value, datatype=None if kind == _STRING else URIRef(kind))
