"""RDF Data Cube of the targets of all plans: a view, made anew from the dataset each time.

One observation a target that has a number; its dimensions are the plan, the indicator, the period for which the number is set,
and an ordinal, as one plan can set several targets for the same indicator and period (in this case they are counted in the
order of the text).  The unit, the comparison and the clause are attributes.  The graph is complete: what the
recommendation's normalisation would add is there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pyoxigraph as ox

from ..citation import cited_plans
from ..errors import UnknownName
from ..names import BASE, PREFIXES
from ..network.reading import Ask, key, rows

CUBE = BASE + "cube/targets"
QB = "http://purl.org/linked-data/cube#"
_SDMX = "http://purl.org/linked-data/sdmx/2009/"
_NOT_STATED = CUBE + "#period-not-stated"
_TARGETS = """
SELECT DISTINCT ?target ?plan ?order ?indicator ?number ?unit ?unitText ?comparator ?clause ?year ?begin ?end WHERE {{
  {only} ?target a kh:Target ; kh:elementOf ?plan ; kh:forIndicator ?indicator ; kh:hasValue ?value .
  ?value qudt:numericValue ?number .
  OPTIONAL {{ ?value qudt:hasUnit ?unit }} OPTIONAL {{ ?value kh:unitText ?unitText }}
  OPTIONAL {{ ?value kh:comparator ?comparator }} OPTIONAL {{ ?value kh:referenceYear ?year }}
  OPTIONAL {{ ?value kh:valuePeriod ?period
    OPTIONAL {{ ?period time:hasBeginning/(time:inXSDgYear|time:inXSDDate) ?begin }}
    OPTIONAL {{ ?period time:hasEnd/(time:inXSDgYear|time:inXSDDate) ?end }} }}
  OPTIONAL {{ ?target kh:statedIn ?clause OPTIONAL {{ ?clause kh:clauseOrder ?order }} }} }}"""
# name, class, range, label vi, label en, what it is a kind of, has a code list
_COMPONENTS = (
    ("plan", "Dimension", PREFIXES["kh"] + "AdministrativePlan", "Kế hoạch", "Plan", "", ""),
    ("indicator", "Dimension", PREFIXES["skos"] + "Concept", "Chỉ số", "Indicator", "", CUBE + "#indicators"),
    ("period", "Dimension", PREFIXES["skos"] + "Concept", "Kỳ hoặc năm của chỉ tiêu", "Year or period of the target", _SDMX + "dimension#refPeriod", CUBE + "#periods"),
    ("ordinal", "Dimension", PREFIXES["xsd"] + "integer", "Thứ tự trong cùng kế hoạch, chỉ số và kỳ", "Ordinal within plan, indicator and period", "", ""),
    ("value", "Measure", PREFIXES["xsd"] + "decimal", "Giá trị chỉ tiêu", "Value of the target", _SDMX + "measure#obsValue", ""),
    ("unit", "Attribute", PREFIXES["qudt"] + "Unit", "Đơn vị đo", "Unit of measurement", _SDMX + "attribute#unitMeasure", ""),
    ("unitText", "Attribute", PREFIXES["xsd"] + "string", "Đơn vị như in", "Unit as printed", "", ""),
    ("comparator", "Attribute", PREFIXES["skos"] + "Concept", "Phép so sánh", "Comparison", "", BASE + "voc/comparator"),
    ("target", "Attribute", PREFIXES["kh"] + "Target", "Chỉ tiêu", "Target", "", ""),
    ("clause", "Attribute", PREFIXES["kh"] + "Clause", "Điều khoản", "Clause", "", ""),
)  # fmt: skip


def to_cube(ask: Ask, plan: str | None = None) -> bytes:
    """The cube as Turtle, of all plans or of one; ``UnknownName`` for what is no plan here."""
    if plan is not None and plan not in cited_plans(ask):
        raise UnknownName(
            f"<{plan}> is no plan that is held here; «kg ask document/plans» lists them"
        )
    triples = sorted(set(_cube(ask, plan)), key=str)
    prefixes = {**PREFIXES, "qb": QB, "cube": CUBE + "#"}
    return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""


def _cube(ask: Ask, plan: str | None) -> Iterator[ox.Triple]:
    yield from _structure()
    only = f"VALUES ?plan {{ {ox.NamedNode(plan)} }}" if plan else ""
    found: dict[str, dict[str, str]] = {}
    numbers: dict[str, ox.Literal] = {}
    for row in rows(ask, _TARGETS.format(only=only)):
        told = {name: key(term) for name, term in row.items() if term is not None}
        number = row["number"]
        if isinstance(number, ox.Literal) and re.fullmatch(r"[+-]?\d+(\.\d+)?", number.value):
            found.setdefault(told["target"], told)
            numbers.setdefault(told["target"], number)
    seen: Counter[tuple[str, str, str]] = Counter()
    concepts: dict[str, tuple[str, str]] = {}
    for told in sorted(found.values(), key=lambda r: (r["plan"], int(r.get("order", "0")), r["target"])):  # fmt: skip
        period, name = _period(told)
        which = (told["plan"], told["indicator"], period)
        seen[which] += 1
        concepts[period] = ("#periods", name)
        concepts[told["indicator"]] = ("#indicators", "")
        yield from _observation(told, period, seen[which], numbers[told["target"]].value)
    for iri, (scheme, name) in concepts.items():
        yield _t(iri, "rdf:type", _n("skos:Concept"))
        yield _t(iri, "skos:inScheme", ox.NamedNode(CUBE + scheme))
        if name:
            vi, _, en = name.partition("|")
            yield from _labels(iri, vi, en or vi, "skos:prefLabel")
    comparators = {told["comparator"] for told in found.values() if "comparator" in told}
    for iri in comparators:
        yield _t(iri, "rdf:type", _n("skos:Concept"))
        yield _t(iri, "skos:inScheme", ox.NamedNode(BASE + "voc/comparator"))


def _structure() -> Iterator[ox.Triple]:
    """The data set, its structure, its components and its code lists."""
    dsd = CUBE + "#structure"
    yield _t(CUBE, "rdf:type", _n("qb:DataSet"))
    yield _t(CUBE, "qb:structure", ox.NamedNode(dsd))
    yield from _labels(CUBE, "Chỉ tiêu của các kế hoạch", "Targets of the plans")
    yield _t(dsd, "rdf:type", _n("qb:DataStructureDefinition"))
    yield from _labels(dsd, "Cấu trúc khối dữ liệu chỉ tiêu", "Structure of the cube of targets")
    for number, (name, kind, range_, vi, en, above, codes) in enumerate(_COMPONENTS, 1):
        iri, spec = f"{CUBE}#{name}", f"{CUBE}#component-{name}"
        for one in (f"qb:{kind}Property", "qb:ComponentProperty", "rdf:Property"):
            yield _t(iri, "rdf:type", _n(one))
        if codes:
            yield _t(iri, "rdf:type", _n("qb:CodedProperty"))
            yield _t(iri, "qb:codeList", ox.NamedNode(codes))
        yield _t(iri, "rdfs:range", ox.NamedNode(range_))
        if above:
            yield _t(iri, "rdfs:subPropertyOf", ox.NamedNode(above))
        yield from _labels(iri, vi, en)
        yield _t(dsd, "qb:component", ox.NamedNode(spec))
        yield _t(spec, "rdf:type", _n("qb:ComponentSpecification"))
        yield _t(spec, f"qb:{kind.lower()}", ox.NamedNode(iri))
        yield _t(spec, "qb:componentProperty", ox.NamedNode(iri))
        yield from _labels(spec, f"Thành phần: {vi}", f"Component: {en}")
        if kind == "Attribute":
            yield _t(spec, "qb:componentRequired", _literal("false", "boolean"))
        elif kind == "Dimension":
            yield _t(spec, "qb:order", _literal(str(number), "integer"))
    for name, vi, en in (
        ("indicators", "Các chỉ số", "Indicators"),
        ("periods", "Các năm và kỳ", "Years and periods"),
    ):
        yield _t(f"{CUBE}#{name}", "rdf:type", _n("skos:ConceptScheme"))
        yield from _labels(f"{CUBE}#{name}", vi, en)
    yield _t(BASE + "voc/comparator", "rdf:type", _n("skos:ConceptScheme"))


def _observation(
    told: dict[str, str], period: str, ordinal: int, number: str
) -> Iterator[ox.Triple]:
    iri = f"{CUBE}#o-" + told["target"].removeprefix(BASE).replace("/", "-")
    yield _t(iri, "rdf:type", _n("qb:Observation"))
    yield _t(iri, "qb:dataSet", ox.NamedNode(CUBE))
    yield _t(iri, "cube:plan", ox.NamedNode(told["plan"]))
    yield _t(iri, "cube:indicator", ox.NamedNode(told["indicator"]))
    yield _t(iri, "cube:period", ox.NamedNode(period))
    yield _t(iri, "cube:ordinal", _literal(str(ordinal), "integer"))
    yield _t(iri, "cube:value", _literal(number, "decimal"))
    for name in ("unit", "comparator", "target", "clause"):
        if name in told:
            yield _t(iri, f"cube:{name}", ox.NamedNode(told[name]))
    if "unitText" in told:
        yield _t(iri, "cube:unitText", ox.Literal(told["unitText"]))


def _period(told: dict[str, str]) -> tuple[str, str]:
    """The concept of the time a number is set for, and its label (vi|en)."""
    begin, end = told.get("begin", "")[:4], told.get("end", "")[:4]
    name = f"{begin}-{end}" if begin and end and begin != end else told.get("year", "") or end
    if not re.fullmatch(r"\d{4}(-\d{4})?", name):
        return _NOT_STATED, "không nêu năm|no year stated"
    return f"{CUBE}#period-{name}", name


def _labels(iri: str, vi: str, en: str, property_: str = "rdfs:label") -> Iterator[ox.Triple]:
    yield _t(iri, property_, ox.Literal(vi, language="vi"))
    yield _t(iri, property_, ox.Literal(en, language="en"))


def _n(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode({**PREFIXES, "qb": QB, "cube": CUBE + "#"}[prefix] + local)


def _t(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), _n(predicate), value)


def _literal(text: str, kind: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + kind))
