"""Targets and the indicators that they are set for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pyoxigraph as ox

from kg.store import Dataset

from ..anchors import plan_page
from .duties import in_order, quote, quotes
from .outside import outside
from .reader import Reader, Ref, cut, node_at
from .tasks import findings_about

SIZE = 60


class Value(NamedTuple):
    """An indicator value: *number* in *unit* (*unit_text*: for readers), as the plan *printed* it; *years*: "2025" or "2021 – 2025"."""

    ref: Ref
    number: str | None
    unit: Ref | None
    unit_text: str | None
    printed: str | None
    comparator: Ref | None
    sign: str
    kind: Ref | None
    years: str


class Target(NamedTuple):
    ref: Ref
    indicator: Ref | None
    value: Value | None
    baseline: Value | None
    plan: Ref
    clause: Ref | None
    where: str | None


_SIGNS = {"eq": "=", "gt": ">", "ge": "≥", "lt": "<", "le": "≤", "approx": "≈"}


def target_page(
    dataset: Dataset, path: str, lang: str, asked: Mapping[str, str]
) -> dict[str, object] | None:
    del asked
    reader = Reader(dataset, lang)
    node = node_at(path)
    indicator = reader.one(node, "kh:forIndicator")
    others = reader.subjects("kh:forIndicator", indicator) if indicator else []
    clause = reader.one(node, "kh:statedIn")
    return {
        "this": reader.ref(node),
        "target": target(reader, node),
        "text": reader.text(node, "kh:elementText"),
        "quotes": quotes(reader, node),
        "clause": reader.ref(clause) if clause else None,
        "goals": reader.refs(reader.nodes(node, "kh:targetOf")),
        "sources": reader.refs(reader.nodes(node, "dcterms:source")),
        "above": reader.refs(reader.nodes(node, "kh:subTargetOf")),
        "below": [target(reader, n) for n in reader.subjects("kh:subTargetOf", node)],
        "alignments": _alignments(reader, node),
        "others": [target(reader, n) for n in in_order(reader, others) if n != node][:SIZE],
        "findings": findings_about(reader, node),
        "status": reader.refs(reader.nodes(node, "kh:factStatus")),
        "rule": reader.text(node, "kh:foundByRule"),
    }


def indicator_page(
    dataset: Dataset, path: str, lang: str, asked: Mapping[str, str]
) -> dict[str, object] | None:
    """*asked*: ``page``."""
    reader = Reader(dataset, lang)
    node = node_at(path)
    targets = in_order(reader, reader.subjects("kh:forIndicator", node))
    place = cut(len(targets), int(asked.get("page", "1")), SIZE)
    return {
        "this": reader.ref(node),
        "outside": outside(reader, node),
        "denominators": reader.refs(reader.nodes(node, "kh:denominator")),
        "sectors": reader.refs(reader.nodes(node, "kh:sectorScope")),
        "targets": [target(reader, n) for n in targets[place.first : place.last]],
        "slice": place,
    }


def target(reader: Reader, node: ox.NamedNode) -> Target:
    plan, clause = reader.one(node, "kh:elementOf"), reader.one(node, "kh:statedIn")
    value, baseline = reader.one(node, "kh:hasValue"), reader.one(node, "kh:hasBaseline")
    indicator, mention = reader.one(node, "kh:forIndicator"), reader.one(node, "kh:hasEvidence")
    return Target(
        reader.ref(node),
        reader.ref(indicator) if indicator else None,
        _value(reader, value) if value else None,
        _value(reader, baseline) if baseline else None,
        reader.ref(plan) if plan else Ref(""),
        reader.ref(clause) if clause else None,
        plan_page(mention.value) if mention else None,
    )


def _value(reader: Reader, node: ox.NamedNode) -> Value:
    unit, comparator = reader.one(node, "qudt:hasUnit"), reader.one(node, "kh:comparator")
    kind, period = reader.one(node, "kh:valueType"), reader.one(node, "kh:valuePeriod")
    name = comparator.value.rsplit("/", 1)[-1] if comparator else ""
    return Value(
        reader.ref(node),
        reader.text(node, "qudt:numericValue"),
        reader.ref(unit) if unit else None,
        _unit(reader, unit, reader.text(node, "kh:unitText")),
        reader.text(node, "kh:printedValue"),
        reader.ref(comparator) if comparator else None,
        _SIGNS.get(name, ""),
        reader.ref(kind) if kind else None,
        _years(reader, period) if period else reader.text(node, "kh:referenceYear") or "",
    )


def _unit(reader: Reader, unit: ox.NamedNode | None, printed: str | None) -> str | None:
    """As the plan prints it; in English its English name, if it has one."""
    if reader.lang != "en" or unit is None or printed == "%":
        return printed
    return reader.ref(unit).text.strip("“”") or printed


def _years(reader: Reader, period: ox.NamedNode) -> str:
    ends: list[str] = []
    for edge in ("time:hasBeginning", "time:hasEnd"):
        instant = reader.one(period, edge)
        year = instant and (
            reader.text(instant, "time:inXSDgYear") or reader.text(instant, "time:inXSDDate")
        )
        ends.append(year or "…")
    return " – ".join(ends)


class Alignment(NamedTuple):
    """What the target is compared with: *other* target (None: there is none), and what is said of the pair."""

    ref: Ref
    kind: Ref | None
    other: Target | None
    document: Ref | None
    words: str | None
    sources: list[Ref]
    confidence: str | None
    review: Ref | None
    why: str | None


def _alignments(reader: Reader, node: ox.NamedNode) -> list[Alignment]:
    """In both directions: with the documents above a plan's target, with the plans below a national one."""
    here = [(a, False) for a in reader.hidden_values(node, "kh:hasAlignment")]
    there = [(a, True) for a in reader.hidden_subjects("kh:alignedWith", node)]
    return [_alignment(reader, one, upward) for one, upward in (*here, *there)][:SIZE]


def _alignment(reader: Reader, node: ox.NamedNode, from_above: bool) -> Alignment:
    def hidden(predicate: str, of: ox.NamedNode = node) -> ox.NamedNode | None:
        return next(iter(reader.hidden_values(of, predicate)), None)

    below = next(iter(reader.hidden_subjects("kh:hasAlignment", node)), None)
    other = below if from_above else hidden("kh:alignedWith")
    comparison, kind, review = (
        hidden(p) for p in ("kh:partOfComparison", "kh:alignmentType", "kh:reviewStatus")
    )
    side = "kh:comparedPlan" if from_above else "kh:comparedDocument"
    document = hidden(side, comparison) if comparison else None
    written = [quote(reader, m) for m in reader.nodes(other, "kh:hasEvidence")] if other else []
    return Alignment(
        reader.ref(node),
        reader.ref(kind) if kind else None,
        target(reader, other) if other else None,
        reader.ref(document) if document else None,
        max((words for words in written if words), key=len, default=None),
        reader.refs(reader.nodes(other, "dcterms:source")) if other else [],
        reader.text(node, "kh:confidence", hidden=True),
        reader.ref(review) if review else None,
        reader.text(node, "rdfs:comment", hidden=True),
    )
