"""Checking what is stored, plan by plan, and what a file holds."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph

from .errors import KgError
from .names import GRAPH_REFERENCE
from .store import Dataset
from .validation import Finding, Kind, Report, check

_SUFFIXES = {".ttl": "turtle", ".nt": "nt", ".rdf": "xml", ".jsonld": "json-ld", ".n3": "n3"}


def validate_file(path: Path) -> Report:
    """Data errors in a file of RDF, taken as one graph."""
    form = _SUFFIXES.get(path.suffix.lower())
    if form is None:
        raise KgError(f"{path}: unknown type; give one of {', '.join(_SUFFIXES)}")
    graph = Graph()
    try:
        graph.parse(data=path.read_bytes(), format=form)
    except OSError as fault:
        raise KgError(f"{path}: cannot be read ({fault.strerror}); check the path") from None
    except Exception as fault:  # the parsers of rdflib share no base class
        reason = " ".join(str(fault).split())[:200]
        raise KgError(f"{path}: does not parse as {form} ({reason})") from None
    if not graph:
        raise KgError(f"{path}: there are no statements in it")
    return check(graph, "data")


def validate_store(dataset: Dataset) -> Report:
    return _each_plan(dataset, "data")


def findings_of_store(dataset: Dataset) -> Report:
    return _each_plan(dataset, "findings")


def _each_plan(dataset: Dataset, kind: Kind) -> Report:
    """One plan after the other (checking grows faster than the data), each with the reference data."""
    reference = graph_of(dataset, ox.NamedNode(GRAPH_REFERENCE))
    found: list[Finding] = []
    for graph in dataset.default_graphs:
        if "/doc/" in graph.value:
            found += check(graph_of(dataset, graph), kind, reference).findings
    if dataset.has_unnamed:  # of a Turtle file that was loaded: plans without a graph of their own
        found += check(graph_of(dataset, ox.DefaultGraph()), kind, reference).findings
    return Report(kind, tuple(found))


def graph_of(dataset: Dataset, name: ox.NamedNode | ox.DefaultGraph) -> Graph:
    """A graph of the dataset as an rdflib graph."""
    quads = dataset.store.quads_for_pattern(None, None, None, name)
    text = ox.serialize((q.triple for q in quads), format=ox.RdfFormat.N_TRIPLES)
    graph = Graph()
    if text:
        graph.parse(data=text, format="nt")
    return graph
