"""Checking a graph against the shapes: errors in our data, and, apart from them, what a plan leaves open.

pySHACL does the checking; here its report becomes findings that name clause and quote, in both languages.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from dataclasses import asdict, dataclass
from functools import cache
from typing import Literal as Choice

from rdflib import RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from .names import BASE, ELI, KH, OA, SH
from .resources import resource_files

SHAPE = Namespace(BASE + "shape/")
Kind = Choice["data", "findings"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One result.  *focus* is the thing meant (the offending value where the rule is about the whole
    plan); *where* its path in the plan ("II.7.a.p1"), *clause* the clause's IRI with *clause_label*,
    *quote* the words."""

    focus: str
    shape: str
    severity: str
    message_vi: str
    message_en: str
    where: str | None
    clause: str | None
    clause_label: str | None
    quote: str | None
    path: str | None
    value: str | None

    def message(self, lang: str) -> str:
        return self.message_vi if lang == "vi" else self.message_en


@dataclass(frozen=True, slots=True)
class Report:
    kind: Kind
    findings: tuple[Finding, ...]

    @property
    def conforms(self) -> bool:
        return not any(f.severity == "Violation" for f in self.findings)


@cache
def _shapes(kind: Kind) -> Graph:
    graph = Graph()
    for file in resource_files("shapes", f"{kind}.ttl"):
        graph.parse(data=file.read_bytes(), format="turtle")
    return graph


def check(data: Graph, kind: Kind, reference: Graph | None = None) -> Report:
    """Check *data* (a plan's graph, or any graph with plans in it) against the shapes of *kind*.

    *reference* adds what the plan's graph points to (agencies, groups); it is not checked itself.
    """
    from pyshacl import validate

    merged = data
    if reference is not None:
        merged = Graph()
        for triple in data:
            merged.add(triple)
        for predicate in (KH.groupMember, RDF.type):
            for triple in reference.triples((None, predicate, None)):
                merged.add(triple)
    _, results, _ = validate(
        merged, shacl_graph=_shapes(kind), inference="none", advanced=False, inplace=True
    )
    if not isinstance(results, Graph):
        raise TypeError(f"the checker failed: {results}")
    nodes = list(results.subjects(RDF.type, SH.ValidationResult))
    names = data + reference if nodes and reference is not None else data
    found = [_finding(data, names, results, node, kind) for node in nodes]
    unique = {(f.focus, f.shape, f.path, f.value): f for f in found}
    return Report(
        kind,
        tuple(sorted(unique.values(), key=lambda f: (f.shape, _order(f.focus), f.value or ""))),
    )


def _order(iri: str) -> list[tuple[int, int, str]]:
    """Numbers in a path sort as numbers: II.2.a.p2 before II.2.a.p10."""
    parts: list[tuple[int, int, str]] = []
    for piece in iri.replace("/", ".").split("."):
        digits = piece.lstrip("p")
        parts.append((0, int(digits), piece) if digits.isdigit() else (1, 0, piece))
    return parts


def _finding(data: Graph, names: Graph, results: Graph, node: Node, kind: Kind) -> Finding:
    focus = results.value(node, SH.focusNode)
    value = results.value(node, SH.value)
    shape = results.value(node, SH.sourceShape)
    about = focus
    path = results.value(node, SH.resultPath)
    if (
        path is None
        and isinstance(value, URIRef)
        and (focus, RDF.type, KH.AdministrativePlan) in data
    ):
        about = value
    messages = _messages(kind, shape)
    severity = str(results.value(node, SH.resultSeverity)).rsplit("#", 1)[-1]
    clause = _clause(data, about)
    return Finding(
        focus=str(about),
        shape=str(shape),
        severity=severity,
        message_vi=messages.get("vi", ""),
        message_en=messages.get("en", ""),
        where=_where(data, about) or (_label(names, about) if about != focus else None),
        clause=str(clause) if clause else None,
        clause_label=_label(data, clause) if clause else None,
        quote=_quote(data, about),
        path=str(path) if isinstance(path, URIRef) else None,
        value=str(value) if value is not None else None,
    )


def _messages(kind: Kind, shape: Node | None) -> dict[str, str]:
    """The messages of a shape by language (the checker's report keeps one of them only)."""
    shapes = _shapes(kind)
    own = list(shapes.objects(shape, SH.message))
    for constraint in shapes.objects(shape, SH.sparql):
        own += shapes.objects(constraint, SH.message)
    return {str(m.language): str(m) for m in own if isinstance(m, Literal) and m.language}


def _clause(data: Graph, node: Node | None) -> Node | None:
    if node is None:
        return None
    if (node, RDF.type, KH.Clause) in data:
        return node
    for element in (
        node,
        *data.subjects(KH.hasEvidence, node),
        *data.subjects(KH.leadAgency, node),
    ):
        if clause := data.value(element, KH.statedIn):
            return clause
    return None


def _where(data: Graph, node: Node | None) -> str | None:
    """The plan's own address of a thing: the key at the end of its IRI."""
    if node is None:
        return None
    element = node
    if (node, RDF.type, KH.SourceMention) in data:
        element = data.value(None, KH.hasEvidence, node) or node
    plan = data.value(element, KH.elementOf)
    if plan is None:
        return None
    kind, _, key = str(element).removeprefix(f"{plan}/").partition("/")
    return key if kind == "task" else f"{kind} {key}"


def _label(data: Graph, node: Node | None) -> str | None:
    for label in data.objects(node, RDFS.label):
        if isinstance(label, Literal) and label.language == "vi":
            return str(label)
    return None


def _quote(data: Graph, node: Node | None) -> str | None:
    if node is None:
        return None
    mentions = [node, *sorted(data.objects(node, KH.hasEvidence), key=str)]
    for mention in mentions:
        for selector in data.objects(mention, OA.hasSelector):
            if exact := data.value(selector, OA.exact):
                return " ".join(str(exact).split())
    if (node, RDF.type, KH.AdministrativePlan) in data:
        expression = data.value(node, ELI.is_realized_by)
        title = data.value(expression, ELI.title) if expression else None
        return str(title) if title else None
    lead = data.value(None, KH.leadAgency, node)
    return _quote(data, lead) if lead else None


def report_graph(report: Report) -> Graph:
    """The report as RDF, every result under an IRI that depends on nothing but its content."""
    graph = Graph()
    for finding in report.findings:
        key = "\n".join((finding.focus, finding.shape, finding.path or "", finding.value or ""))
        node = URIRef(f"{BASE}finding/{hashlib.sha256(key.encode()).hexdigest()[:20]}")
        graph.add((node, RDF.type, SH.ValidationResult))
        graph.add((node, SH.focusNode, URIRef(finding.focus)))
        graph.add((node, SH.sourceShape, URIRef(finding.shape)))
        graph.add((node, SH.resultSeverity, SH[finding.severity]))
        for lang in ("vi", "en"):
            graph.add((node, SH.resultMessage, Literal(finding.message(lang), lang=lang)))
            place = finding.where or finding.value or ""
            graph.add((node, RDFS.label, Literal(f"{finding.message(lang)} ({place})", lang=lang)))
        for predicate, value in ((KH.findingPath, finding.where), (KH.findingQuote, finding.quote)):
            if value:
                graph.add((node, predicate, Literal(value)))
        if finding.clause:
            graph.add((node, KH.findingClause, URIRef(finding.clause)))
    return graph


def report_text(report: Report) -> str:
    """For people: counts, then a block a rule; each result with place, clause and quote."""
    if not report.findings:
        return "conforms: no data errors\n" if report.kind == "data" else "nothing is left open\n"
    lines: list[str] = []
    counts = Counter((f.shape, f.severity, f.message_vi, f.message_en) for f in report.findings)
    noun = "data error(s)" if report.kind == "data" else "point(s) left open by the plan"
    lines.append(f"{len(report.findings)} {noun}")
    for (shape, severity, vi, en), count in counts.items():
        lines.append(f"\n{severity} {shape.removeprefix(str(SHAPE))} ({count})\n  {vi}\n  {en}")
        for finding in report.findings:
            if finding.shape == shape:
                lines += _lines(finding)
    return "\n".join(lines) + "\n"


def _lines(finding: Finding) -> list[str]:
    quote = finding.quote or ""
    short = quote if len(quote) <= 90 else quote[:88].rsplit(" ", 1)[0] + " …"
    place = finding.where or finding.value or finding.focus
    lines = [f"  - {place}: «{short}»" if short else f"  - {place}"]
    if finding.clause_label:
        lines.append(f"      {finding.clause_label}")
    if finding.severity == "Violation":
        lines.append(f"      {finding.focus}")
    return lines


def report_json(report: Report) -> str:
    return json.dumps([asdict(f) for f in report.findings], ensure_ascii=False, indent=1) + "\n"


def report_csv(report: Report) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = list(Finding.__dataclass_fields__)
    writer.writerow(names)
    for finding in report.findings:
        row = asdict(finding)
        writer.writerow([row[name] if row[name] is not None else "" for name in names])
    return out.getvalue()
