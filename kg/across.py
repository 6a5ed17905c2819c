"""Findings across plans: the rules of ``shapes/corpus.ttl``, each asked once of a whole store.

A checker that binds ``$this`` to one plan after the other would go over the corpus once a plan; left unbound,
the same query gives the same results for all plans in one go.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from .memory import graph_in_memory, to_rdflib
from .names import KH, OA, SH
from .validation import Finding, Place, Report, messages, rank, shapes

_DESCRIBED = tuple(
    ox.NamedNode(p) for p in (KH.hasEvidence, KH.hasWords, KH.statedIn, OA.hasSelector)
)


@dataclass(frozen=True, slots=True)
class Stands:
    """Where a thing stands: as in ``Finding``."""

    where: str | None
    clause: str | None
    clause_label: str | None
    quote: str | None


def check_across(store: ox.Store) -> Report:
    """What the plans in *store*, laid side by side, show.

    The queries see all graphs as one; no rule asks for what graph/inferred and graph/findings hold.
    """
    found: list[Finding] = []
    places: dict[str, Stands] = {}
    for shape, query in sorted(_rules()):
        severity = shapes("corpus").value(shape, SH.severity)
        rows = store.query(query, prefixes=_prefixes(), use_default_graph_as_union=True)
        assert isinstance(rows, ox.QuerySolutions)
        for row in rows:
            plan, value = row["this"], row["value"]
            if isinstance(plan, ox.NamedNode) and isinstance(value, ox.NamedNode):
                if value.value not in places:
                    places[value.value] = _where(store, value)
                found.append(
                    _finding(shape, str(severity), plan.value, value.value, places[value.value])
                )
    return Report("corpus", tuple(sorted(found, key=lambda f: (f.plan or "", *rank(f)))))


def _rules() -> Iterable[tuple[URIRef, str]]:
    for rule, query in shapes("corpus").subject_objects(SH.select):
        if not isinstance(rule, URIRef) or not isinstance(query, Literal):
            raise TypeError(f"shapes/corpus.ttl: {rule} is no named query")
        yield rule, str(query)


def _prefixes() -> dict[str, str]:
    graph = shapes("corpus")
    return {
        str(graph.value(one, SH.prefix)): str(graph.value(one, SH.namespace))
        for one in graph.objects(None, SH.declare)
    }


def _finding(shape: URIRef, severity: str, plan: str, value: str, stands: Stands) -> Finding:
    said = messages("corpus", shape)
    return Finding(
        focus=value,
        shape=str(shape),
        severity=severity.rsplit("#", 1)[-1],
        message_vi=said.get("vi", ""),
        message_en=said.get("en", ""),
        where=stands.where,
        clause=stands.clause,
        clause_label=stands.clause_label,
        quote=stands.quote,
        path=None,
        value=value,
        plan=plan,
    )


def _where(store: ox.Store, thing: ox.NamedNode) -> Stands:
    place = Place(_around(store, thing))
    node = URIRef(thing.value)
    element = place.element(node)
    clause = place.clause(node, element)
    return Stands(
        place.where(node, element),
        str(clause) if clause else None,
        place.label(clause) if clause else None,
        place.quote(node, element),
    )


def _around(store: ox.Store, thing: ox.NamedNode) -> Graph:
    """What is said of *thing*, and of its clause and the words that prove it."""
    graph = graph_in_memory()
    reached = [thing]
    while reached:
        subject = reached.pop()
        for quad in store.quads_for_pattern(subject, None, None):
            triple: tuple[Node, Node, Node] = (
                to_rdflib(quad.subject),
                to_rdflib(quad.predicate),
                to_rdflib(quad.object),
            )
            if triple not in graph:
                graph.add(triple)
                if quad.predicate in _DESCRIBED and isinstance(quad.object, ox.NamedNode):
                    reached.append(quad.object)
    return graph
