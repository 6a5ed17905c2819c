"""Goals and targets with value, baseline, indicator and unit."""

from __future__ import annotations

from decimal import Decimal

from rdflib import RDF, XSD, Literal, URIRef

from ..model import Amount, Target
from ..names import BASE, KH, QUDT, TIME, UNIT, slug
from ..registry import load_registry
from ..text import fold
from ..vocabulary import concepts
from .document import shorten, voc
from .writer import Writer

_COMPARATOR = {"=": "eq", ">": "gt", ">=": "ge", "<": "lt", "<=": "le", "~": "approx"}


def describe_goals(w: Writer) -> None:
    for goal in w.plan.goals:
        node = w.element(
            f"goal/{goal.key}",
            "Goal",
            goal.clause,
            f"goal-{goal.key}",
            [goal.span],
            goal.rule,
            goal.status,
        )
        w.label(node, shorten(goal.text), f"Goal {goal.key} of {w.name}")
        w.add(node, KH.elementText, goal.text)
        if goal.year:
            w.add(node, KH.horizonYear, Literal(str(goal.year), datatype=XSD.gYear))
    for target in w.plan.targets:
        _target(w, target)


def _target(w: Writer, target: Target) -> None:
    path = f"target/{target.key}"
    node = w.element(
        path,
        "Target",
        target.clause,
        f"target-{target.key}",
        [target.amount.span],
        target.rule,
        target.status,
    )
    year = f" ({target.amount.year})" if target.amount.year else ""
    w.label(
        node,
        f"{shorten(target.indicator, 70)}: {target.amount.quote}{year}",
        f"“{shorten(target.indicator, 70)}”: {target.amount.quote}{year}",
    )
    w.add(node, KH.elementText, target.text)
    w.add(node, KH.hasEvidence, w.mention(f"target-{target.key}-sentence", target.span))
    if target.goal:
        goal = w.node(f"goal/{target.goal}")
        w.add(node, KH.targetOf, goal)
        w.add(goal, KH.hasTarget, node)
    if target.parent:
        w.add(node, KH.subTargetOf, w.node(f"target/{target.parent}"))
    w.add(node, KH.forIndicator, _indicator(w, target))
    w.add(
        node,
        KH.hasValue,
        _value(w, f"{path}/value", target.amount, target.value_type, "Giá trị", "Value"),
    )
    if target.baseline:
        w.add(
            node,
            KH.hasBaseline,
            _value(
                w, f"{path}/baseline", target.baseline, target.value_type, "Giá trị gốc", "Baseline"
            ),
        )


def _indicator(w: Writer, target: Target) -> URIRef:
    """One indicator for all plans that measure it, named by what they share and not by their wordings."""
    measure = target.measure
    node = URIRef(f"{BASE}indicator/{measure.key}")
    if str(node) in load_registry().indicators:  # of a national target too: described there
        return node
    w.type(node, "Indicator")
    w.label(node, measure.name, f"“{measure.name}”")
    if measure.denominator:
        w.add(node, KH.denominator, voc("denominator", measure.denominator))
    for sector in measure.sectors:
        w.add(node, KH.sectorScope, voc("sector", sector))
    return node


def _value(w: Writer, path: str, amount: Amount, value_type: str, vi: str, en: str) -> URIRef:
    node = w.node(path)
    w.type(node, "IndicatorValue")
    w.label(node, f"{vi}: {amount.quote}", f"{en}: {amount.quote}")
    w.add(node, QUDT.numericValue, Literal(_decimal(amount.value), datatype=XSD.decimal))
    w.add(node, QUDT.hasUnit, _unit(w, amount.unit))
    w.add(node, KH.comparator, voc("comparator", _COMPARATOR[amount.comparator]))
    w.add(node, KH.valueType, voc("value-type", value_type))
    w.add(node, KH.printedValue, amount.quote)
    w.add(node, KH.unitText, amount.unit)
    if amount.year:
        w.add(node, KH.referenceYear, Literal(str(amount.year), datatype=XSD.gYear))
    if amount.period:
        w.add(
            node,
            KH.valuePeriod,
            interval(w, f"{path}/period", str(amount.period[0]), str(amount.period[1])),
        )
    return node


def _decimal(value: float) -> str:
    text = format(Decimal(repr(value)).normalize(), "f")
    return text if "." in text else text + ".0"


def _unit(w: Writer, unit: str | None) -> URIRef | None:
    """The unit's IRI; one that the scheme does not know is described in the plan's graph."""
    if unit is None:
        return None
    plain = unit.replace(" ", "")
    if plain == "%":
        return UNIT.PERCENT
    if plain == "%/năm":
        return UNIT["PERCENT-PER-YR"]
    known = next((c.iri for c in concepts("unit") if fold(c.vi) == fold(unit)), None)
    node = URIRef(known or f"{BASE}voc/unit/{slug(unit)}")
    if known is None and (node, RDF.type, QUDT.Unit) not in w.graph:
        w.add(node, RDF.type, QUDT.Unit)
        w.label(node, unit, f"“{unit}”")
    return node


def interval(w: Writer, path: str, begin: str | None, end: str | None) -> URIRef:
    """A time:ProperInterval from *begin* to *end* ("2021" or "2021-06-30"), both included."""
    node = w.node(path)
    w.add(node, RDF.type, TIME.ProperInterval)
    words = f"{begin or '…'} – {end or '…'}"
    w.label(node, f"Khoảng {words}", f"Interval {words}")
    for edge, name, value in ((TIME.hasBeginning, "begin", begin), (TIME.hasEnd, "end", end)):
        if value is None:
            continue
        instant = w.node(f"{path}/{name}")
        w.add(node, edge, instant)
        w.add(instant, RDF.type, TIME.Instant)
        w.label(instant, value, value)
        if len(value) == 4:
            w.add(instant, TIME.inXSDgYear, Literal(value, datatype=XSD.gYear))
        else:
            w.add(instant, TIME.inXSDDate, Literal(value, datatype=XSD.date))
    return node
