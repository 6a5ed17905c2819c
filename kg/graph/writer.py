"""What every part of the description does alike: types with their superclasses, labels, evidence."""

from __future__ import annotations

from bisect import bisect
from functools import cache

import pyoxigraph as ox
from rdflib import RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from ..memory import graph_in_memory
from ..model import Mention, Plan, Span, Status
from ..names import BASE, KH, OA, ORG, PREFIXES, PROV, VOC, slug
from ..registry import load_registry
from ..resources import resource_files
from ..text import clean
from .agents import describe_agent

OURS = VOC["label-status/ours"]
SKOS = Namespace(PREFIXES["skos"])


@cache
def superclasses() -> dict[str, tuple[str, ...]]:
    """Every superclass that ``ontology/kh.ttl`` states of a class of ours, up to the top."""
    direct: dict[str, list[str]] = {}
    for file in resource_files("ontology", "kh.ttl"):
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            if quad.predicate.value == str(RDFS.subClassOf):
                direct.setdefault(str(quad.subject.value), []).append(str(quad.object.value))

    def above(name: str) -> list[str]:
        found: list[str] = []
        for parent in direct.get(name, []):
            found += [parent, *above(parent)]
        return found

    return {name: tuple(dict.fromkeys(above(name))) for name in direct}


@cache
def known_documents() -> frozenset[str]:
    """The documents, and their parts, that the reference data describes and so gives a label."""
    found: set[str] = set()
    for file in resource_files("ontology", ".ttl"):
        if "reference" in str(file):
            for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
                if quad.predicate.value == str(RDFS.label) and isinstance(
                    quad.subject, ox.NamedNode
                ):
                    found.add(quad.subject.value)
    return frozenset(iri for iri in found if iri.startswith(f"{BASE}doc/"))


@cache
def english(scheme: str) -> dict[str, str]:
    """The English names of a scheme's concepts, by their Vietnamese ones."""
    words: dict[str, dict[str, str]] = {}
    for file in resource_files("ontology", f"{scheme}.ttl"):
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            label = quad.object
            if quad.predicate.value == str(SKOS.prefLabel) and isinstance(label, ox.Literal):
                words.setdefault(str(quad.subject), {})[label.language or ""] = label.value
    return {w["vi"]: w["en"] for w in words.values() if "vi" in w and "en" in w}


class Writer:
    """The graph of one plan while it is written."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.graph = graph_in_memory()
        self.iri = URIRef(str(plan.iri))
        self.base = str(plan.iri) + "/"
        self.text = self.node("vie/txt")
        self._starts = sorted(
            (c.passage.span().start, c.index) for c in plan.outline.clauses if c.passage.text
        )
        self._agents: set[str] = set()
        self._ordinals: dict[str, list[Span]] = {}
        self.number = plan.iri.rsplit("/", 1)[-1] if plan.iri else ""
        header = plan.header
        self.name = header.number.value if header.number else self.number

    def node(self, path: str) -> URIRef:
        return URIRef(self.base + path)

    def add(self, subject: Node, predicate: Node, value: Node | str | int | bool | None) -> None:
        """One triple; none where *value* is None."""
        if value is None:
            return
        self.graph.add((subject, predicate, value if isinstance(value, Node) else Literal(value)))

    def type(self, subject: Node, name: str) -> None:
        """The class ``kh:name`` (or an IRI) and every superclass that the ontology states."""
        kind = URIRef(name) if ":" in name else KH[name]
        self.graph.add((subject, RDF.type, kind))
        for above in superclasses().get(str(kind), ()):
            self.graph.add((subject, RDF.type, URIRef(above)))

    def label(self, subject: Node, vi: str, en: str) -> None:
        """One label a language, the English one ours; none for what the reference data has labelled."""
        if str(subject) in known_documents():
            return
        self._plain_label(subject, vi, en)
        self.add(subject, KH.labelStatus, OURS)

    def _plain_label(self, subject: Node, vi: str, en: str) -> None:
        self.add(subject, RDFS.label, Literal(vi, lang="vi"))
        self.add(subject, RDFS.label, Literal(en, lang="en"))

    def clause(self, index: int) -> URIRef:
        return self.node("c/" + self.plan.outline.clauses[index].path)

    def element(
        self,
        path: str,
        kind: str,
        clause: int | None,
        evidence: str,
        spans: list[Span],
        rule: str,
        status: Status = "extracted",
    ) -> URIRef:
        """A plan element with its clause, its rule and the words that prove it."""
        subject = self.node(path)
        self.type(subject, kind)
        self.add(subject, KH.elementOf, self.iri)
        self.add(self.iri, KH.hasPlanElement, subject)
        where = self.clause(clause) if clause is not None else self.node("c/header")
        self.add(subject, KH.statedIn, where)
        self.add(subject, KH.factStatus, VOC[f"fact-status/{status}"])
        self.add(subject, KH.foundByRule, rule)
        for number, span in enumerate(spans):
            name = evidence if number == 0 else f"{evidence}-{number + 1}"
            self.add(subject, KH.hasEvidence, self.mention(name, span))
        return subject

    def ordinal(self, name: str, span: Span) -> int:
        """The place of *span* among those called *name* (1 for the first): what shares words shares
        the number."""
        spans = self._ordinals.setdefault(name, [])
        if span not in spans:
            spans.append(span)
        return spans.index(span) + 1

    def mention(self, name: str, span: Span) -> URIRef:
        """A source mention: the quote and its position, both selectors on the mention itself."""
        subject = self.node(f"ev/{name}")
        if (subject, OA.hasSource, self.text) in self.graph:
            return subject
        quote = self.plan.outline.document.quote(span)
        self.type(subject, "SourceMention")
        short = " ".join(quote.split())[:60]
        self._plain_label(subject, f"Trích: «{short}»", f"Quote: “{short}”")
        self.add(subject, OA.hasSource, self.text)
        self.add(subject, KH.wordsIn, self._clause_at(span.start))
        exact, position = URIRef(f"{subject}/quote"), URIRef(f"{subject}/position")
        self.add(subject, OA.hasSelector, exact)
        self.add(subject, OA.hasSelector, position)
        self.add(exact, RDF.type, OA.TextQuoteSelector)
        self.add(exact, OA.exact, Literal(quote))
        self._plain_label(exact, f"Nguyên văn: «{short}»", f"Exact words: “{short}”")
        self.add(position, RDF.type, OA.TextPositionSelector)
        for edge, value in ((OA.start, span.start), (OA.end, span.end)):
            self.add(position, edge, Literal(str(value), datatype=XSD.nonNegativeInteger))
        self._plain_label(
            position, f"Ký tự {span.start}-{span.end}", f"Characters {span.start} to {span.end}"
        )
        return subject

    def _clause_at(self, place: int) -> URIRef:
        """The clause whose own words stand at *place* of the text; the head of the document before the first."""
        number = bisect(self._starts, place, key=lambda one: one[0])
        return self.clause(self._starts[number - 1][1]) if number else self.node("c/header")

    def agent(self, mention: Mention) -> URIRef:
        """Who is mentioned; described here where the reference data does not."""
        name = clean(mention.name) or mention.name
        iri = mention.iri or f"{self.base}actor/{slug(name) or 'x'}"
        subject = URIRef(iri)
        if load_registry().knows(iri) or iri in self._agents:
            return subject
        self._agents.add(iri)
        found = describe_agent(iri, name)
        for kind in found.kinds:
            self.type(subject, kind)
        if found.classification:
            self.add(subject, ORG.classification, URIRef(found.classification))
        if found.unit:
            self.add(subject, KH.agencyJurisdiction, URIRef(found.unit))
        self.add(subject, RDF.type, PROV.Agent)
        self.label(subject, found.vi, found.en)
        if found.vi != name:
            self.add(subject, SKOS.altLabel, Literal(name, lang="vi"))
        return subject


def canonical(graph: Graph, name: str | None = None) -> bytes:
    """Sorted N-Triples (N-Quads in the graph *name*): the same graph, the same bytes."""
    tail = f" <{name}> ." if name else " ."
    lines = sorted(f"{s.n3()} {p.n3()} {_n3(o)}{tail}" for s, p, o in graph)
    return ("\n".join(lines) + "\n").encode("utf-8") if lines else b""


def _n3(term: Node) -> str:
    """N-Triples form: no long quotes, controls escaped."""
    if not isinstance(term, Literal):
        return term.n3()
    escaped = (
        str(term)
        .replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t")
    )
    if term.language:
        return f'"{escaped}"@{term.language}'
    if term.datatype and term.datatype != XSD.string:
        return f'"{escaped}"^^<{term.datatype}>'
    return f'"{escaped}"'
