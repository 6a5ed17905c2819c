"""Corrections and confirmations: who said what of which fact, when, why, and what stood before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from rdflib import RDF, RDFS, XSD, Literal, URIRef

from ..model import Review, Task, TaskGroup
from ..names import DCTERMS, FOAF, KH, PROV, slug
from ..text import fold
from .document import shorten
from .writer import Writer

_ROLES = {
    "leads": "lead",
    "coordinators": "coordinating",
    "recipients": "recipient",
    "focal": "focal",
    "monitors": "monitor",
}
_NAMES = {
    "correction": ("Correction", "Sửa", "Correction"),
    "confirmation": ("Confirmation", "Xác nhận", "Confirmation"),
}


def describe_reviews(w: Writer) -> None:
    seen: dict[str, int] = {}
    for review in w.plan.reviews:
        seen[review.id] = times = seen.get(review.id, 0) + 1
        _describe(w, review, f"review/{review.id}" + (f"-{times}" if times > 1 else ""))


def _describe(w: Writer, review: Review, path: str) -> None:
    kind, vi, en = _NAMES[review.kind]
    node = w.node(path)
    w.type(node, kind)
    w.label(
        node,
        f"{vi} {review.field} ({review.key}): {shorten(review.value or 'bỏ', 60)}",
        f"{en} of {review.field} at {review.key}: {shorten(review.value or 'removed', 60)}",
    )
    for fact in _facts(w, review):
        w.add(node, KH.reviewOf, fact)
    w.add(node, KH.reviewedField, review.field)
    w.add(node, KH.reviewedKey, review.key)
    w.add(node, KH.reviewedValue, review.value)
    if review.kind == "correction":
        w.add(node, KH.replacedValue, review.replaced)
    clause = w.node("c/header") if review.clause is None else w.clause(review.clause)
    w.add(node, KH.reviewedClause, clause)
    w.add(node, KH.hasWords, w.mention(path.replace("/", "-"), review.span))
    if review.why:
        w.add(node, RDFS.comment, Literal(review.why))
    _told(w, node, review)


def _told(w: Writer, node: URIRef, review: Review) -> None:
    """By whom (names that differ in any letter are two people here) and when, as exactly as was told."""
    digest = hashlib.sha256(review.who.encode()).hexdigest()[:8]
    who = w.node(f"reviewer/{slug(review.who)[:60].strip('-') or 'x'}-{digest}")
    if (who, RDF.type, PROV.Agent) not in w.graph:
        w.add(who, RDF.type, PROV.Agent)
        w.add(who, FOAF.name, review.who)
        w.label(who, review.who, review.who)
    w.add(node, PROV.wasAttributedTo, who)
    when = review.when
    day = when.date() if isinstance(when, datetime) else when
    w.add(node, DCTERMS.date, Literal(day.isoformat(), datatype=XSD.date))
    if isinstance(when, datetime):
        moment = Literal(when.isoformat(timespec="seconds"), datatype=XSD.dateTime)
        w.add(node, PROV.generatedAtTime, moment)


def _facts(w: Writer, review: Review) -> Iterator[URIRef]:
    """What the review is about: the fact, and the assignments and themes that it put in or confirmed;
    the plan itself where the fact is the plan's own or is no more."""
    kind, _, field = review.field.partition(".")
    plan = w.plan
    found: list[URIRef] = []
    if kind == "task":
        for task in plan.tasks:
            if task.key == review.key:
                found += [w.node(f"task/{task.key}"), *_parts(w, task, review, field)]
    elif kind == "group":
        for group in plan.groups:
            if group.key == review.key:
                found += [w.node(f"group/{group.key}"), *_themes(w, group, "group")]
                for task in plan.tasks:
                    if task.group == group.key:
                        found += _themes(w, task, "task", group.clause)
    elif kind == "agency":
        for task in plan.tasks:
            found += _parts(w, task, review, field)
    elif kind == "reference":
        found += [
            w.node(f"citation/{number}")
            for number, reference in enumerate(plan.references, 1)
            if reference.number == review.key and reference.iri
        ]
    elif kind == "text":
        found.append(w.node("c/header") if review.clause is None else w.clause(review.clause))
    else:
        node = w.node(f"{kind}/{review.key}")
        found += [node] if (node, KH.elementOf, w.iri) in w.graph else []
    yield from found or [w.iri]


def _parts(w: Writer, task: Task, review: Review, field: str) -> Iterator[URIRef]:
    """The assignments and themes of *task* that carry the review's result; of a whole task all of them."""
    wanted: tuple[str, ...] = (_ROLES[field],) if field in _ROLES else ()
    if field in ("", "iri"):
        wanted = tuple(_ROLES.values())
    counts: dict[str, int] = {}
    for role in task.roles:
        counts[role.role] = counts.get(role.role, 0) + 1
        named = field != "iri" or fold(role.mention.name) == fold(review.key)
        if role.role in wanted and role.status != "extracted" and named:
            yield w.node(f"task/{task.key}/as/{role.role}-{counts[role.role]}")
    if field in ("", "themes"):
        yield from _themes(w, task, "task")


def _themes(
    w: Writer, fact: Task | TaskGroup, kind: str, clause: int | None = None
) -> Iterator[URIRef]:
    """Those that were looked at; with *clause* only those whose words stand there."""
    for theme in fact.themes:
        if theme.status != "extracted" and clause in (None, theme.clause):
            yield w.node(f"{kind}/{fact.key}/theme/{theme.slug}")
