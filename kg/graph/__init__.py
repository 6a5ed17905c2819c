"""A plan as RDF: the same plan gives the same triples, every thing has an IRI, every fact its words.

``build_graph`` writes what the plan says; what follows from it (members of a group) stands apart, by
``infer``, for graph/inferred.
"""

from __future__ import annotations

from rdflib import Graph

from ..model import Plan
from .citations import describe_citations
from .document import describe_document
from .inference import infer
from .reviews import describe_reviews
from .targets import describe_goals
from .tasks import describe_tasks
from .writer import Writer, canonical

__all__ = ["build_graph", "canonical", "infer"]


def build_graph(plan: Plan) -> Graph:
    """The named graph of *plan*, whose ``iri`` must be known."""
    if plan.iri is None:
        raise ValueError("a plan without an IRI cannot be described; resolve it first")
    writer = Writer(plan)
    describe_document(writer)
    describe_citations(writer)
    describe_goals(writer)
    describe_tasks(writer)
    describe_reviews(writer)
    return writer.graph
