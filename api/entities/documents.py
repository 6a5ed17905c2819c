"""A document without its text: what is known of it, from where, who carries it out and who cites it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pyoxigraph as ox

from kg.store import Dataset

from ..anchors import plan_page
from . import standing
from .duties import quote
from .outside import outside
from .reader import Reader, Ref, Slice, cut, node_at

SIZE = 50


class Cited(NamedTuple):
    """One citation: by which document, how, in which words and where."""

    by: Ref
    relation: Ref | None
    written: str | None
    where: str | None
    clause: Ref | None


def page(
    dataset: Dataset, path: str, lang: str, asked: Mapping[str, str]
) -> dict[str, object] | None:
    """*asked*: ``page`` of the citations, ``day`` of which to tell whether it is in force."""
    reader = Reader(dataset, lang)
    node = node_at(path)
    citations = reader.subjects("kh:citedDocument", node)
    place = cut(len(citations), int(asked.get("page", "1")), SIZE)
    return {
        "this": reader.ref(node),
        "outside": outside(reader, node),
        "full_title": reader.title(node),
        "number": reader.text(node, "eli:id_local"),
        "day": reader.text(node, "eli:date_document"),
        "types": reader.refs(reader.nodes(node, "eli:type_document")),
        "issuers": reader.refs(reader.nodes(node, "kh:issuedBy")),
        "signatories": reader.refs(
            person
            for signing in reader.nodes(node, "kh:hasSigning")
            for person in reader.nodes(signing, "kh:signatory")
        ),
        "sources": reader.refs(reader.nodes(node, "dcterms:source")),
        "implements": reader.refs(reader.nodes(node, "kh:implementsDocument")),
        "based_on": reader.refs(reader.nodes(node, "eli:based_on")),
        "force": standing.force(dataset, node, lang, asked.get("day", "")),
        "events": _events(reader, node),
        "amends": reader.refs(reader.nodes(node, "eli:amends")),
        "amended_by": reader.refs(reader.subjects("eli:amends", node)),
        "cites": reader.refs(reader.nodes(node, "eli:cites")),
        "carried_out": reader.refs(reader.subjects("kh:implementsDocument", node)),
        "basis_of": reader.refs(reader.subjects("eli:based_on", node)),
        "cited_by": reader.refs(reader.subjects("eli:cites", node)),
        "citations": _citations(reader, citations, place),
        "compared": len(reader.hidden_subjects("kh:comparedDocument", node)),
        "slice": place,
    }


def _events(reader: Reader, node: ox.NamedNode) -> list[Ref]:
    """What happened to its force, each an event with act, day and source."""
    return reader.refs(reader.subjects("kh:affectsDocument", node))


def _citations(reader: Reader, nodes: list[ox.NamedNode], place: Slice) -> list[Cited]:
    found: list[Cited] = []
    for node in nodes[place.first : place.last]:
        by, clause = reader.one(node, "kh:elementOf"), reader.one(node, "kh:statedIn")
        relation = reader.one(node, "kh:citationRelation")
        mention = reader.one(node, "kh:hasEvidence")
        found.append(
            Cited(
                reader.ref(by) if by else reader.ref(node),
                reader.ref(relation) if relation else None,
                quote(reader, mention) if mention else None,
                plan_page(mention.value) if mention else None,
                reader.ref(clause) if clause else None,
            )
        )
    return found
