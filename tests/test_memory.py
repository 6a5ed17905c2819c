"""The graph in memory says what rdflib's own says."""

from __future__ import annotations

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg.memory import graph_in_memory

A, B, P, Q = (URIRef(f"https://x.example/{name}") for name in "abpq")
TRIPLES: list[tuple[Node, Node, Node]] = [
    (A, P, B), (A, P, Literal("1")), (A, Q, Literal(1)), (B, P, Literal("một", lang="vi")),
    (BNode("n1"), P, A), (B, Q, BNode("n1")), (A, Q, B),
]  # fmt: skip


@pytest.mark.parametrize("subject", [None, A, B, Q])
@pytest.mark.parametrize("predicate", [None, P, A])
@pytest.mark.parametrize("value", [None, B, Literal("1"), Literal(1)])
def test_every_pattern(subject: Node | None, predicate: Node | None, value: Node | None) -> None:
    usual = Graph()
    for triple in TRIPLES:
        usual.add(triple)
    ours = graph_in_memory([*TRIPLES, *TRIPLES])
    assert len(ours) == len(usual)
    pattern = (subject, predicate, value)
    assert sorted(ours.triples(pattern)) == sorted(usual.triples(pattern))
    ours.remove(pattern)
    usual.remove(pattern)
    assert (len(ours), set(ours)) == (len(usual), set(usual))


QUERIES = [
    "SELECT ?s ?v WHERE { ?s x:p ?v }",
    "SELECT $this ?v WHERE { $this x:p ?v FILTER NOT EXISTS { $this x:q $this } }",
    "SELECT $this WHERE { $this x:q ?v FILTER(SUBSTR('xmột', ?v + 1, 3) = 'một') }",
    "SELECT ?s WHERE { ?s x:p $this }",
    "ASK { $this x:p x:b }",
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("this", [A, B])
def test_queries_with_a_binding(query: str, this: URIRef) -> None:
    usual = Graph()
    for triple in TRIPLES:
        usual.add(triple)
    ours = graph_in_memory(TRIPLES)
    given = {"this": this}
    names = {"x": "https://x.example/"}
    one, two = (g.query(query, initBindings=given, initNs=names) for g in (ours, usual))
    if one.type == "ASK":
        assert one.askAnswer == two.askAnswer
    else:
        assert {frozenset(b.items()) for b in one.bindings} == {
            frozenset(b.items()) for b in two.bindings
        }


def test_a_query_sees_what_was_added_since() -> None:
    graph = graph_in_memory(TRIPLES)
    ask = "ASK { <https://x.example/q> ?p ?o }"
    assert not graph.query(ask).askAnswer
    graph.add((Q, P, A))
    assert graph.query(ask).askAnswer


def test_what_the_engine_does_not_take_is_answered_by_rdflib() -> None:
    odd = URIRef("no iri at all")
    graph = graph_in_memory([(odd, P, A)])
    assert graph.query("ASK { ?s <https://x.example/p> ?o }").askAnswer
