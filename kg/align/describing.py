"""A comparison as statements of graph/alignments: same comparison, same statements; no blank nodes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping

import pyoxigraph as ox

from ..names import BASE, DCTERMS, FOAF, GRAPH_ALIGNMENTS, KH, PROV, VOC, slug
from .decisions import Decision
from .model import Comparison, Match, Route

GRAPH = ox.NamedNode(GRAPH_ALIGNMENTS)
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_NAMES = {
    "same": ("Trùng", "Same"),
    "localised": ("Địa phương hóa", "Localised"),
    "stricter": ("Cao hơn", "Stricter"),
    "weaker": ("Thấp hơn", "Weaker"),
    "partial": ("Một phần", "Partial"),
    "added": ("Kế hoạch bổ sung", "Added"),
    "not-found": ("Không thấy trong các văn bản đã đọc", "Not found in those read"),
    "dropped": ("Không có trong kế hoạch", "Not in the plan"),
    "similar": ("Lời văn gần giống", "Similar wording"),
}


def alignment_id(plan: str, match: Match) -> str:
    """What a person calls an alignment by: it names plan and elements, so it stays while they do."""
    named = "\n".join((plan, match.own or "", match.other or ""))
    return hashlib.sha256(named.encode()).hexdigest()[:10]


def alignment_iri(plan: str, match: Match) -> str:
    return f"{plan}/alignment/{alignment_id(plan, match)}"


def comparison_iri(plan: str, document: str) -> str:
    return f"{plan}/alignment/with/{document.removeprefix(BASE).removeprefix('doc/')}"


def describe(
    comparison: Comparison, number: Callable[[str], str], decisions: Mapping[str, Decision]
) -> Iterator[ox.Quad]:
    """*number* gives what a document is called; *decisions* those that hold, by the alignment's id."""
    plan = comparison.plan
    for route in comparison.routes:
        yield from _route(plan, route, number)
    for match in comparison.matches:
        yield from _match(plan, match, number, decisions.get(alignment_id(plan, match)))


def _route(plan: str, route: Route, number: Callable[[str], str]) -> Iterator[ox.Quad]:
    node = comparison_iri(plan, route.document)
    names = number(plan), number(route.document)
    yield from _typed(node, KH.DocumentComparison, PROV.Entity)
    yield from _labelled(node, "Đối chiếu {} với {}".format(*names), "{} beside {}".format(*names))
    yield _link(node, KH.comparedPlan, plan)
    yield _link(node, KH.comparedDocument, route.document)
    for one in route.through:
        yield _link(node, KH.comparedThrough, one)
    yield _say(node, KH.isTextHeld, "true" if route.is_held else "false", "boolean")
    yield _say(node, KH.stepsAbove, str(len(route.through) + 1), "integer")
    for one in route.unseen:
        yield _link(node, KH.unseenAmendment, one)


def _match(
    plan: str, match: Match, number: Callable[[str], str], decision: Decision | None
) -> Iterator[ox.Quad]:
    node = alignment_iri(plan, match)
    yield from _typed(node, KH.Alignment, PROV.Entity)
    vi, en = _NAMES[match.type]
    told = _short(match.own or match.other or ""), number(match.document)
    yield from _labelled(node, f"{vi}: {told[0]} / {told[1]}", f"{en}: {told[0]} / {told[1]}")
    yield _link(node, KH.partOfComparison, comparison_iri(plan, match.document))
    if match.own:
        yield _link(match.own, KH.hasAlignment, node)
    if match.other:
        yield _link(node, KH.alignedWith, match.other)
    yield _link(node, KH.alignmentType, VOC[f"alignment-type/{match.type}"])
    yield _link(node, KH.alignmentMethod, VOC[f"alignment-method/{match.method}"])
    yield _say(node, KH.confidence, _decimal(match.confidence), "decimal")
    if match.similarity is not None:
        yield _say(node, KH.similarity, _decimal(match.similarity), "decimal")
    for lang, text in zip(("vi", "en"), match.why, strict=True):
        yield _words(node, f"{_RDFS}comment", text, lang)
    status = decision.status if decision else "unverified"
    yield _link(node, KH.reviewStatus, VOC[f"review-status/{status}"])
    if decision:
        yield from _decided(plan, node, decision)


def _decided(plan: str, node: str, decision: Decision) -> Iterator[ox.Quad]:
    digest = hashlib.sha256(decision.who.encode()).hexdigest()[:8]
    who = f"{plan}/reviewer/{slug(decision.who)[:60].strip('-') or 'x'}-{digest}"
    yield _link(node, KH.reviewedBy, who)
    yield from _typed(who, PROV.Agent)
    yield _say(who, FOAF.name, decision.who, "string")
    for lang in ("vi", "en"):
        yield _words(who, f"{_RDFS}label", decision.who, lang)
    yield _say(node, DCTERMS.date, decision.when.isoformat(), "date")
    if decision.why:
        yield _say(node, KH.reviewReason, decision.why, "string")


def forget(store: ox.Store, plan: str) -> None:
    """Take out all that was said of the alignments of *plan*."""
    compared, part_of = ox.NamedNode(KH.comparedPlan), ox.NamedNode(KH.partOfComparison)
    gone: list[ox.NamedNode] = []
    for quad in store.quads_for_pattern(None, compared, ox.NamedNode(plan), GRAPH):
        assert isinstance(quad.subject, ox.NamedNode)
        gone.append(quad.subject)
        for part in store.quads_for_pattern(None, part_of, quad.subject, GRAPH):
            assert isinstance(part.subject, ox.NamedNode)
            gone.append(part.subject)
    for node in gone:
        for reviewer in store.quads_for_pattern(node, ox.NamedNode(KH.reviewedBy), None, GRAPH):
            if isinstance(reviewer.object, ox.NamedNode):
                _remove(store, store.quads_for_pattern(reviewer.object, None, None, GRAPH))
        _remove(store, store.quads_for_pattern(node, None, None, GRAPH))
        _remove(store, store.quads_for_pattern(None, None, node, GRAPH))


def _remove(store: ox.Store, quads: Iterator[ox.Quad]) -> None:
    for quad in list(quads):
        store.remove(quad)


def _short(iri: str) -> str:
    """The end of an element's IRI, from its kind on: «task/II.1.a»."""
    return "/".join(iri.split("/")[-2:])


def _decimal(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".") + ("" if number % 1 else ".0")


def _typed(node: str, *kinds: str) -> Iterator[ox.Quad]:
    for kind in kinds:
        yield _link(node, _RDF, kind)


def _labelled(node: str, vi: str, en: str) -> Iterator[ox.Quad]:
    yield _words(node, f"{_RDFS}label", vi, "vi")
    yield _words(node, f"{_RDFS}label", en, "en")
    yield _link(node, KH.labelStatus, VOC["label-status/ours"])


def _link(node: str, predicate: str, value: str) -> ox.Quad:
    return ox.Quad(ox.NamedNode(node), ox.NamedNode(predicate), ox.NamedNode(value), GRAPH)


def _say(node: str, predicate: str, text: str, kind: str) -> ox.Quad:
    value = ox.Literal(text, datatype=ox.NamedNode(_XSD + kind))
    return ox.Quad(ox.NamedNode(node), ox.NamedNode(predicate), value, GRAPH)


def _words(node: str, predicate: str, text: str, lang: str) -> ox.Quad:
    value = ox.Literal(text, language=lang)
    return ox.Quad(ox.NamedNode(node), ox.NamedNode(predicate), value, GRAPH)
