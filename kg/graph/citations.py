"""Documents cited: a citation with its words, the document itself, and the shortcut between the two."""

from __future__ import annotations

import re

from rdflib import XSD, Literal, URIRef

from ..model import Reference
from ..names import ELI, KH
from ..registry import load_registry
from .document import document_name, type_concept, voc
from .writer import Writer

_SHORTCUT = {"implements": KH.implementsDocument, "based-on": ELI.based_on, "cites": ELI.cites}
_PARTY = re.compile(r"[/-]T[WU]$")  # issued by a body of the Party: 23-NQ/TW, 321-KH/TU


def describe_citations(w: Writer) -> None:
    for number, reference in enumerate(w.plan.references, 1):
        if reference.iri is None:
            continue
        cited = URIRef(reference.iri)
        node = w.element(
            f"citation/{number}",
            "Citation",
            reference.clause,
            f"citation-{number}",
            [reference.span],
            reference.rule,
            reference.status,
        )
        w.label(node, f"Viện dẫn {reference.number}", f"Citation of {reference.number}")
        w.add(node, KH.elementText, reference.text)
        w.add(node, KH.citedDocument, cited)
        w.add(node, KH.citationRelation, voc("citation-relation", reference.relation))
        if reference.date:
            w.add(node, KH.citedDate, Literal(reference.date.isoformat(), datatype=XSD.date))
        if reference.relation in _SHORTCUT:
            w.add(w.iri, _SHORTCUT[reference.relation], cited)
        if reference.iri not in load_registry().documents:
            _describe(w, cited, reference)
    by_number = {r.number: r for r in w.plan.references}
    for reference in w.plan.references:
        carrier = by_number.get(reference.carried_by or "")
        if carrier and carrier.iri and reference.iri and _may_cite(carrier, reference):
            w.add(URIRef(carrier.iri), ELI.cites, URIRef(reference.iri))


def _may_cite(carrier: Reference, cited: Reference) -> bool:
    """A document cites none but earlier ones; where a date is missing the plan proves nothing."""
    return bool(carrier.date and cited.date and cited.date < carrier.date)


def _describe(w: Writer, cited: URIRef, reference: Reference) -> None:
    """What the plan tells of a document that the reference data does not know."""
    w.type(cited, "PartyDocument" if _PARTY.search(reference.number) else "PolicyDocument")
    day = reference.date
    w.label(cited, *document_name(reference.type, reference.number, day))
    w.add(cited, ELI.id_local, reference.number)
    w.add(cited, ELI.number, reference.number.replace("-", "/").split("/")[0])
    w.add(cited, ELI.type_document, type_concept(reference.type))
    if day:
        w.add(cited, ELI.date_document, Literal(day.isoformat(), datatype=XSD.date))
    for issuer in reference.issuers:
        w.add(cited, KH.issuedBy, w.agent(issuer))
