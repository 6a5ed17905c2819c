"""What shapes/alignments.ttl asks of the comparison of a plan with the documents above it: each rule finds its fault."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDF, XSD

from kg.checking import graph_of, validate_store
from kg.cli import main
from kg.names import GRAPH_ALIGNMENTS
from kg.store import Dataset
from kg.validation import check

KH = Namespace("https://w3id.org/kehoach/ont#")
VOC = Namespace("https://w3id.org/kehoach/voc/")


@pytest.fixture
def alignments(dataset: Dataset) -> Graph:
    return graph_of(dataset, ox.NamedNode(GRAPH_ALIGNMENTS))


def one(graph: Graph, slug: str) -> URIRef:
    """An alignment of the type *slug*."""
    return min(
        URIRef(str(s)) for s in graph.subjects(KH.alignmentType, VOC[f"alignment-type/{slug}"])
    )


def faults(graph: Graph) -> set[tuple[str, str]]:
    """Which thing has which fault."""
    found = check(graph, "alignments", Graph()).findings
    assert all(f.message_vi and f.message_en for f in found)
    return {(f.focus, f.message_en) for f in found}


def test_what_is_made_of_the_bundled_plan_conforms(alignments: Graph, dataset: Dataset) -> None:
    assert len(set(alignments.subjects(RDF.type, KH.Alignment))) == 16
    assert faults(alignments) == set()
    assert validate_store(dataset).conforms


@pytest.mark.parametrize(
    ("slug", "field", "value", "says"),
    [
        ("same", "partOfComparison", None, "An alignment is part of one comparison"),
        ("same", "alignmentMethod", None, "An alignment tells the one method"),
        ("same", "confidence", Literal("1.2", datatype=XSD.decimal), "The confidence is one number"),
        ("same", "confidence", Literal("sure"), "The confidence is one number"),
        ("same", "similarity", Literal("-0.1", datatype=XSD.decimal), "The likeness of the words"),
        ("same", "reviewStatus", None, "An alignment tells whether a person"),
        ("same", "reviewStatus", VOC["review-status/verified"], "An alignment that is confirmed"),
        ("same", "alignmentType", VOC["alignment-type/added"], "The sides do not fit the type"),
        ("same", "alignedWith", None, "The sides do not fit the type"),
        ("added", "alignmentType", VOC["alignment-type/dropped"], "The sides do not fit the type"),
        ("dropped", "alignmentType", VOC["alignment-type/same"], "The sides do not fit the type"),
    ],
)  # fmt: skip
def test_each_fault_is_found(
    alignments: Graph, slug: str, field: str, value: URIRef | Literal | None, says: str
) -> None:
    node = one(alignments, slug)
    alignments.remove((node, KH[field], None))
    if value is not None:
        alignments.add((node, KH[field], value))
    found = faults(alignments)
    assert {focus for focus, _ in found} == {str(node)}
    assert any(message.startswith(says) for _, message in found), found


@pytest.mark.parametrize("field", ["comparedPlan", "comparedDocument", "isTextHeld", "stepsAbove"])
def test_each_fault_of_a_comparison_is_found(alignments: Graph, field: str) -> None:
    node = min(URIRef(str(s)) for s in alignments.subjects(RDF.type, KH.DocumentComparison))
    alignments.remove((node, KH[field], None))
    assert {focus for focus, _ in faults(alignments)} == {str(node)}


def test_kg_validate_looks_at_them_too(store_folder: Path) -> None:
    run = CliRunner().invoke(main, ["validate", "--store", str(store_folder)])
    assert (run.exit_code, run.stdout) == (0, "conforms: no data errors\n")
