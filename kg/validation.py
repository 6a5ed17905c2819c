"""Checking a graph against the shapes: errors in our data, and, apart from them, what a plan leaves open.

pySHACL does the checking; here its report becomes findings that name place, clause and quote, in both
languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal as Choice

import pyoxigraph as ox
from rdflib import RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from .memory import graph_in_memory
from .names import BASE, ELI, KH, OA, SH
from .resources import resource_files

SHAPE = Namespace(BASE + "shape/")
Kind = Choice["data", "findings", "corpus", "reference", "alignments"]
_CONTEXT = (RDF.type, RDFS.label, KH.groupMember)


@dataclass(frozen=True, slots=True)
class Finding:
    """One result.  *focus* is the thing meant (the offending value where the rule is about the whole
    plan); *where* its place in the plan ("II.7.a.p1"), *clause* the clause's IRI with *clause_label*,
    *quote* the words; *path* and *value* as the checker gives them."""

    focus: str
    shape: str
    severity: str
    message_vi: str
    message_en: str
    where: str | None
    clause: str | None
    clause_label: str | None
    quote: str | None
    path: str | None
    value: str | None
    plan: str | None = None

    def message(self, lang: str) -> str:
        return self.message_vi if lang == "vi" else self.message_en


@dataclass(frozen=True, slots=True)
class Report:
    kind: Kind
    findings: tuple[Finding, ...]

    @property
    def conforms(self) -> bool:
        return not any(f.severity == "Violation" for f in self.findings)


@cache
def shapes(kind: Kind) -> Graph:
    """The shapes of one kind, ready for the checker."""
    graph = graph_in_memory()
    for file in resource_files("shapes", f"{kind}.ttl"):
        graph.parse(data=file.read_bytes(), format="turtle")
    _hand_down_targets(graph)
    return graph


def _hand_down_targets(graph: Graph) -> None:
    """A property shape gets the targets of the node shape that it stands in.

    The results are the same, but the checker then takes all nodes in one go, not one at a time.
    """
    targets = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
    for owner, _, shape in list(graph.triples((None, SH.property, None))):
        handed = [(t, value) for t in targets for value in graph.objects(owner, t)]
        for target, value in handed:
            graph.add((shape, target, value))
        if handed:  # a part of «or» or «xone» has no targets of its own, and keeps what it asks
            graph.remove((owner, SH.property, shape))


@cache
def messages(kind: Kind, shape: Node) -> dict[str, str]:
    """The messages of a shape by language (the checker's report keeps one of them only)."""
    graph = shapes(kind)
    own = list(graph.objects(shape, SH.message))
    for constraint in graph.objects(shape, SH.sparql):
        own += graph.objects(constraint, SH.message)
    return {str(m.language): str(m) for m in own if isinstance(m, Literal) and m.language}


@cache
def _shipped_reference() -> Graph:
    """Types, labels and group members of the reference data that comes with the program."""
    graph = graph_in_memory()
    for file in resource_files("ontology", ".ttl"):
        if "reference" in str(file):
            for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
                subject, predicate, value = quad.subject, URIRef(quad.predicate.value), quad.object
                if predicate in _CONTEXT and not isinstance(subject, ox.Triple):
                    known = (
                        Literal(value.value, lang=value.language)
                        if isinstance(value, ox.Literal)
                        else URIRef(str(value).strip("<>"))
                    )
                    graph.add((URIRef(subject.value), predicate, known))
    return graph


def check(data: Graph, kind: Kind, reference: Graph | None = None) -> Report:
    """Check *data* (a plan's graph, or any graph with plans in it) against the shapes of *kind*.

    *reference* tells what the data points to (agencies, groups, documents); without it the reference
    data that comes with the program.  It is not checked itself.
    """
    return _check(with_context(data, reference), kind)


def check_both(data: Graph, reference: Graph | None = None) -> tuple[Report, Report]:
    """The reports of both kinds, data errors first: ``check`` twice, with less work."""
    merged = with_context(data, reference)
    return _check(merged, "data"), _check(merged, "findings")


def with_context(data: Graph, reference: Graph | None = None) -> Graph:
    """A copy of *data* with types, labels and members of what it points to."""
    known = _shipped_reference() if reference is None else reference
    merged = graph_in_memory(data)
    for thing in {t for t in data.objects() if isinstance(t, URIRef) and t.startswith(BASE)}:
        for predicate in _CONTEXT:
            for value in known.objects(thing, predicate):
                merged.add((thing, predicate, value))
    return merged


def _check(merged: Graph, kind: Kind) -> Report:
    from pyshacl import validate

    _, results, _ = validate(
        merged, shacl_graph=shapes(kind), inference="none", advanced=False, inplace=True
    )
    if not isinstance(results, Graph):
        raise TypeError(f"the checker failed: {results}")
    place = Place(merged)
    found = {
        place.finding(results, node, kind)
        for node in results.subjects(RDF.type, SH.ValidationResult)
    }
    return Report(kind, tuple(sorted(found, key=rank)))


def rank(finding: Finding) -> tuple[str, list[tuple[int, int, str]], str, str]:
    """The order of findings in a report."""
    return (finding.shape, order(finding.focus), finding.path or "", finding.value or "")


def order(iri: str) -> list[tuple[int, int, str]]:
    """Numbers in a path sort as numbers: II.2.a.p2 before II.2.a.p10."""
    parts: list[tuple[int, int, str]] = []
    for piece in iri.replace("/", ".").split("."):
        digits = piece.lstrip("p")
        parts.append((0, int(digits), piece) if digits.isdigit() else (1, 0, piece))
    return parts


class Place:
    """Where in a plan a thing stands: the element it belongs to, its clause, its words."""

    def __init__(self, data: Graph) -> None:
        self.data = data

    def finding(self, results: Graph, node: Node, kind: Kind) -> Finding:
        focus = results.value(node, SH.focusNode)
        value = results.value(node, SH.value)
        shape = results.value(node, SH.sourceShape)
        path = results.value(node, SH.resultPath)
        about = focus
        if (
            self._is_plan(focus)
            and isinstance(value, URIRef)
            and (path is None or value.startswith(f"{focus}/"))
        ):
            about = value
        if focus is None or shape is None or about is None:
            raise TypeError("the checker's report has a result without focus or shape")
        said = messages(kind, shape)
        element = self.element(about)
        clause = self.clause(about, element)
        return Finding(
            focus=str(about),
            shape=str(shape),
            severity=str(results.value(node, SH.resultSeverity)).rsplit("#", 1)[-1],
            message_vi=said.get("vi", ""),
            message_en=said.get("en", ""),
            where=self.where(about, element),
            clause=str(clause) if clause else None,
            clause_label=self.label(clause) if clause else None,
            quote=self.quote(about, element),
            path=str(path) if isinstance(path, URIRef) else None,
            value=str(value) if value is not None else None,
            plan=self.plan(focus, element),
        )

    def _is_plan(self, node: Node | None) -> bool:
        return (node, RDF.type, KH.AdministrativePlan) in self.data

    def _first(self, nodes: set[Node]) -> Node | None:
        return min(nodes, key=lambda n: order(str(n)), default=None)

    def element(self, node: Node, depth: int = 3) -> Node | None:
        """The element that *node* is or belongs to: whose evidence, value, time, lead ... it is."""
        if (node, KH.elementOf, None) in self.data:
            return node
        if self._is_plan(node) or (node, RDF.type, KH.Clause) in self.data or not depth:
            return None
        above = set(self.data.subjects(KH.leadAgency, node)) or set(self.data.subjects(None, node))
        above = {n for n in above if not self._is_plan(n)}
        elements = {n for n in above if (n, KH.elementOf, None) in self.data}
        if elements or depth == 1:
            return self._first(elements)
        return self._first({e for n in above if (e := self.element(n, depth - 1)) is not None})

    def clause(self, node: Node, element: Node | None) -> Node | None:
        if (node, RDF.type, KH.Clause) in self.data:
            return node
        return self._first(set(self.data.objects(element, KH.statedIn))) if element else None

    def plan(self, focus: Node, element: Node | None) -> str | None:
        if self._is_plan(focus):
            return str(focus)
        owner = self.data.value(element or focus, KH.elementOf if element else KH.clauseOf)
        return str(owner) if owner else None

    def where(self, node: Node, element: Node | None) -> str | None:
        """The plan's own address of a thing: the key at the end of its element's IRI."""
        if self._is_plan(node):
            return None
        if (node, RDF.type, KH.Clause) in self.data:
            return self._text(node, KH.clausePath)
        plan = self.data.value(element, KH.elementOf) if element else None
        if plan is None or not str(node).startswith(f"{plan}/"):
            return self.label(node)
        kind, _, key = str(element).removeprefix(f"{plan}/").partition("/")
        return key if kind == "task" else f"{kind} {key}"

    def label(self, node: Node | None) -> str | None:
        return next(
            (
                str(label)
                for label in sorted(self.data.objects(node, RDFS.label), key=str)
                if isinstance(label, Literal) and label.language == "vi"
            ),
            None,
        )

    def _text(self, node: Node, predicate: URIRef) -> str | None:
        found = self.data.value(node, predicate)
        return str(found) if found is not None else None

    def quote(self, node: Node, element: Node | None) -> str | None:
        if self._is_plan(node):
            expression = self.data.value(node, ELI.is_realized_by)
            return self._text(expression, ELI.title) if expression else None
        if (node, RDF.type, KH.Clause) in self.data:
            return self._text(node, KH.clauseText)
        mentions = [node]
        for owner in (node, element):
            for predicate in (KH.hasEvidence, KH.hasWords):
                if owner is not None:
                    mentions += sorted(self.data.objects(owner, predicate), key=str)
        for mention in mentions:
            for selector in sorted(self.data.objects(mention, OA.hasSelector), key=str):
                if exact := self.data.value(selector, OA.exact):
                    return " ".join(str(exact).split())
        return None
