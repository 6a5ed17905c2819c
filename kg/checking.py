"""Checking what is stored, plan by plan, and what a file holds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
from rdflib import RDF, Graph

from .across import check_across
from .errors import KgError
from .names import DCTERMS, GRAPH_ALIGNMENTS, GRAPH_REFERENCE, KH
from .store import Dataset
from .validation import Finding, Kind, Report, check

_SUFFIXES = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".n3": ox.RdfFormat.N3,
}


def validate_file(path: Path) -> Report:
    """Data errors in a file of RDF, taken as one graph."""
    form = _SUFFIXES.get(path.suffix.lower())
    if form is None:
        raise KgError(f"{path}: unknown type; give one of {', '.join(_SUFFIXES)}")
    try:
        graph = _graph(quad.triple for quad in ox.parse(path.read_bytes(), format=form))
    except OSError as fault:
        raise KgError(f"{path}: cannot be read ({fault.strerror}); check the path") from None
    except (SyntaxError, ValueError) as fault:
        reason = " ".join(str(fault).split())[:200]
        raise KgError(f"{path}: does not parse as {form.name} ({reason})") from None
    if not graph:
        raise KgError(f"{path}: there are no statements in it")
    return check(_of_plans(graph), "data")


def _of_plans(graph: Graph) -> Graph:
    """*graph* without what is known of documents that are no plans from a source instead of their own words
    (the targets of a national resolution): the rules for what a plan says are not for it."""
    for part in (KH.elementOf, KH.clauseOf):
        for thing, document in list(graph.subject_objects(part)):
            told = (thing, DCTERMS.source, None) in graph
            if told and (document, RDF.type, KH.AdministrativePlan) not in graph:
                for value in graph.objects(thing, KH.hasValue):
                    graph.remove((value, None, None))
                graph.remove((thing, None, None))
    return graph


def validate_store(dataset: Dataset) -> Report:
    """Data errors in the plans, and in how they are laid beside the documents above them."""
    beside = check(graph_of(dataset, ox.NamedNode(GRAPH_ALIGNMENTS)), "alignments", Graph())
    return Report("data", _each_plan(dataset, "data").findings + beside.findings)


def findings_of_store(dataset: Dataset) -> Report:
    """What each plan leaves open, and what shows when the plans are laid side by side."""
    own = _each_plan(dataset, "findings")
    return Report("findings", own.findings + check_across(dataset.store).findings)


def _each_plan(dataset: Dataset, kind: Kind) -> Report:
    """One plan after the other (checking grows faster than the data), each with the reference data."""
    reference = graph_of(dataset, ox.NamedNode(GRAPH_REFERENCE))
    found: list[Finding] = []
    for graph in dataset.default_graphs:
        if "/doc/" in graph.value:
            found += check(graph_of(dataset, graph), kind, reference).findings
    if dataset.manifest[
        "unnamed"
    ]:  # of a Turtle file that was loaded: plans without a graph of their own
        unnamed = _of_plans(graph_of(dataset, ox.DefaultGraph()))
        found += check(unnamed, kind, reference).findings
    return Report(kind, tuple(found))


def graph_of(dataset: Dataset, name: ox.NamedNode | ox.DefaultGraph) -> Graph:
    """A graph of the dataset as an rdflib graph."""
    return _graph(q.triple for q in dataset.store.quads_for_pattern(None, None, None, name))


def _graph(triples: Iterable[ox.Triple]) -> Graph:
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    graph = Graph()
    if text:
        graph.parse(data=text, format="nt")
    return graph
