"""A report of a check, for people and for programs: text, JSON, CSV, RDF."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from dataclasses import asdict

from rdflib import RDF, RDFS, Graph, Literal, URIRef

from .export import harmless
from .names import BASE, KH, SH
from .validation import SHAPE, Finding, Kind, Report


def report_graph(report: Report) -> Graph:
    """The report as RDF, one sh:ValidationReport a plan; every IRI depends on the content alone."""
    graph = Graph()
    graph.bind("kh", KH)
    graph.bind("sh", SH)
    for plan in sorted({f.plan or "" for f in report.findings}):
        own = [f for f in report.findings if (f.plan or "") == plan]
        node = report_iri(report.kind, plan)
        graph.add((node, RDF.type, SH.ValidationReport))
        conforms = not any(f.severity == "Violation" for f in own)
        graph.add((node, SH.conforms, Literal(conforms)))
        number = "/".join(plan.rsplit("/", 4)[1:]) if plan else "?"
        names = {
            "data": ("Lỗi dữ liệu", "Data errors"),
            "findings": ("Điểm để ngỏ", "Open points"),
            "corpus": ("Điểm khác các kế hoạch khác", "Differences from other plans"),
        }
        for lang, name in zip(("vi", "en"), names[report.kind], strict=True):
            graph.add((node, RDFS.label, Literal(f"{name}: {number}", lang=lang)))
        for finding in own:
            graph.add((node, SH.result, _describe(graph, finding)))
    return graph


def report_iri(kind: Kind, plan: str) -> URIRef:
    """The report of one kind on one plan in graph/findings; its results belong to no other."""
    return URIRef(f"{BASE}finding/{kind}-{_digest(plan)}")


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:20]


def _describe(graph: Graph, finding: Finding) -> URIRef:
    about = (finding.plan, finding.focus, finding.shape, finding.path, finding.value)
    key = "\n".join(part or "" for part in about)
    node = URIRef(f"{BASE}finding/{_digest(key)}")
    graph.add((node, RDF.type, SH.ValidationResult))
    graph.add((node, SH.focusNode, URIRef(finding.focus)))
    graph.add((node, SH.sourceShape, URIRef(finding.shape)))
    graph.add((node, SH.resultSeverity, SH[finding.severity]))
    if finding.path:
        graph.add((node, SH.resultPath, URIRef(finding.path)))
    if finding.value:
        is_iri = finding.value.startswith(("http://", "https://")) and " " not in finding.value
        value = URIRef(finding.value) if is_iri else Literal(finding.value)
        graph.add((node, SH.value, value))
    for lang in ("vi", "en"):
        graph.add((node, SH.resultMessage, Literal(finding.message(lang), lang=lang)))
        place = finding.where or finding.value or ""
        label = f"{finding.message(lang)} ({place})" if place else finding.message(lang)
        graph.add((node, RDFS.label, Literal(label, lang=lang)))
    for predicate, words in ((KH.findingPath, finding.where), (KH.findingQuote, finding.quote)):
        if words:
            graph.add((node, predicate, Literal(words)))
    if finding.clause:
        graph.add((node, KH.findingClause, URIRef(finding.clause)))
    return node


def report_text(report: Report) -> str:
    """For people: counts, then a block a rule; each result with place, clause and quote."""
    if not report.findings:
        return "conforms: no data errors\n" if report.kind == "data" else "nothing is left open\n"
    lines: list[str] = []
    counts = Counter((f.shape, f.severity, f.message_vi, f.message_en) for f in report.findings)
    noun = "data error(s)" if report.kind == "data" else "point(s) left open by the plan"
    lines.append(f"{len(report.findings)} {noun}")
    several = len({f.plan for f in report.findings}) > 1
    for (shape, severity, vi, en), count in counts.items():
        lines.append(f"\n{severity} {shape.removeprefix(str(SHAPE))} ({count})\n  {vi}\n  {en}")
        for finding in report.findings:
            if finding.shape == shape:
                lines += _lines(finding, several)
    return "\n".join(lines) + "\n"


def _lines(finding: Finding, several: bool) -> list[str]:
    quote = finding.quote or ""
    short = quote if len(quote) <= 90 else quote[:88].rsplit(" ", 1)[0] + " …"
    place = finding.where or finding.value or finding.focus
    lines = [f"  - {place}: «{short}»" if short else f"  - {place}"]
    if finding.clause_label:
        lines.append(f"      {finding.clause_label}")
    if finding.severity == "Violation":
        lines.append(f"      {finding.focus}")
    elif several and finding.plan and not finding.clause_label:
        lines.append(f"      {finding.plan}")
    return lines


def report_json(report: Report) -> str:
    return json.dumps([asdict(f) for f in report.findings], ensure_ascii=False, indent=1) + "\n"


def report_rows(report: Report) -> list[list[str]]:
    """A table: names of the columns, then a row a result."""
    names = list(Finding.__dataclass_fields__)
    rows = [asdict(finding) for finding in report.findings]
    return [names, *([str(row[n]) if row[n] is not None else "" for n in names] for row in rows)]


def report_csv(report: Report) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        [harmless(cell) for cell in row] for row in report_rows(report)
    )
    return out.getvalue()
