"""The jobs behind the RDF of one thing: whether it is known, and what is stated of it."""

from __future__ import annotations

import pyoxigraph as ox

from kg.names import PREFIXES
from kg.store import Dataset

from .entities.pages import find
from .entities.reader import term
from .worker import Body

_RDF = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
}


def is_known(dataset: Dataset, path: str) -> bool:
    """Whether anything is stated of the thing at *path*."""
    return find(dataset, path) is not None


def statements(dataset: Dataset, path: str, form: str) -> Body | None:
    """What is stated of the thing at *path*, as RDF; None where it is not known.

    What is known by inference only is told as it is inferred; of the ontology all terms are told.
    """
    node = find(dataset, path)
    if node is None:
        return None
    quads = list(dataset.stated(node, None, None)) or list(dataset.hidden(node, None, None))
    if term("owl:Ontology") in {q.object for q in quads}:
        for defined in terms(dataset, node):
            quads += dataset.stated(defined, None, None)
    triples = sorted({q.triple for q in quads}, key=str)
    return Body(form, ox.serialize(triples, format=_RDF[form], prefixes=PREFIXES) or b"")


def terms(dataset: Dataset, ontology: ox.NamedNode) -> list[ox.NamedNode]:
    """What the ontology defines or declares, and who made it."""
    kinds = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
    found: set[object] = {
        q.subject
        for kind in kinds
        for q in dataset.stated(None, term("rdf:type"), term(f"owl:{kind}"))
    }
    found |= {q.subject for q in dataset.stated(None, term("rdfs:isDefinedBy"), ontology)}
    found |= {q.object for q in dataset.stated(ontology, term("dcterms:creator"), None)}
    return [n for n in found if isinstance(n, ox.NamedNode)]
