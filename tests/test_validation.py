"""Reports: what a finding says, and the forms it is written in."""

from __future__ import annotations

import csv
import io
import json

import pytest
from rdflib import RDF, RDFS, BNode, Graph, Literal, URIRef

from kg.names import BASE, KH, SH
from kg.reporting import report_csv, report_graph, report_json, report_rows, report_text
from kg.validation import SHAPE, Finding, Report, check, order

DOC = BASE + "doc/vn-73/ubnd/kh/2021/06"


@pytest.fixture(scope="module")
def report(plan_graph: Graph, reference: Graph) -> Report:
    return check(plan_graph, "findings", reference)


def _finding(severity: str, *, plan: str = DOC, value: str | None = None) -> Finding:
    return Finding(
        focus=f"{plan}/task/I.1",
        shape=str(SHAPE["Task-text"]),
        severity=severity,
        message_vi="Lời tiếng Việt.",
        message_en="English words.",
        where="I.1",
        clause=f"{plan}/c/sec_I__para_1",
        clause_label="khoản 1, Mục I",
        quote="Lời của kế hoạch",
        path=None,
        value=value,
        plan=plan,
    )


def test_only_violations_count_against_the_data() -> None:
    assert Report("data", ()).conforms
    assert Report("findings", (_finding("Warning"), _finding("Info"))).conforms
    assert not Report("data", (_finding("Info"), _finding("Violation"))).conforms


def test_the_same_graph_gives_the_same_report(
    plan_graph: Graph, reference: Graph, report: Report
) -> None:
    backwards = Graph()
    for triple in sorted(plan_graph, reverse=True):
        backwards.add(triple)
    assert check(backwards, "findings", reference) == report


def test_checking_leaves_the_graph_alone(plan_graph: Graph, reference: Graph) -> None:
    before = set(plan_graph)
    known = len(reference)
    check(plan_graph, "findings", reference)
    assert set(plan_graph) == before
    assert len(reference) == known


def test_findings_are_in_reading_order(report: Report) -> None:
    places = [f.where for f in report.findings if f.shape.endswith("open-Task-time")]
    assert places[:3] == ["II.7.a.p1", "II.7.a.p2", "II.7.a.p3"]
    assert order("II.2.a.p2") < order("II.2.a.p10")
    assert order("II.2") < order("II.10")


def test_text_names_places_words_and_the_missing_year(report: Report) -> None:
    text = report_text(report)
    assert text.startswith(f"{len(report.findings)} point(s) left open by the plan\n")
    for words in (
        "II.7.a.p1",
        "II.7.b",
        "- 2045: «PHÁT TRIỂN CÔNG NGHIỆP TỈNH HẬU GIANG",
        "No time is given for this task.",
        "Nhiệm vụ chưa nêu thời gian thực hiện.",
        "điểm b, khoản 7, Mục II, 06/KH-UBND",
    ):
        assert words in text


def test_text_of_an_empty_report() -> None:
    assert report_text(Report("data", ())) == "conforms: no data errors\n"
    assert report_text(Report("findings", ())) == "nothing is left open\n"


def test_text_of_an_error_names_node_rule_and_clause() -> None:
    text = report_text(Report("data", (_finding("Violation"),)))
    for words in ("1 data error(s)", "Violation Task-text", "khoản 1, Mục I", f"{DOC}/task/I.1"):
        assert words in text


def test_json_and_rows_hold_every_field(report: Report) -> None:
    found = json.loads(report_json(report))
    assert len(found) == len(report.findings)
    assert found[0].keys() == set(Finding.__dataclass_fields__)
    header, *rows = report_rows(report)
    assert header == list(Finding.__dataclass_fields__)
    assert list(csv.reader(io.StringIO(report_csv(report)))) == [header, *rows]
    assert len(rows) == len(report.findings)


def test_the_report_as_rdf(report: Report) -> None:
    graph = report_graph(report)
    assert not [t for t in graph if any(isinstance(x, BNode) for x in t)]
    results = set(graph.subjects(RDF.type, SH.ValidationResult))
    assert len(results) == len(report.findings)
    (whole,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert set(graph.objects(whole, SH.result)) == results
    assert graph.value(whole, SH.conforms) == Literal(True)
    for thing in (whole, *results):
        languages = sorted(
            str(label.language)
            for label in graph.objects(thing, RDFS.label)
            if isinstance(label, Literal)
        )
        assert languages == ["en", "vi"]
    (missing,) = graph.subjects(SH.value, Literal("2045"))
    assert graph.value(missing, SH.focusNode) == URIRef(DOC)
    assert graph.value(missing, SH.sourceShape) == SHAPE["open-Plan-horizon"]
    for place in graph.subjects(KH.findingPath, Literal("III.p1")):
        assert graph.value(place, KH.findingClause) == URIRef(f"{DOC}/c/sec_III__al_1")


def test_one_report_a_plan() -> None:
    other = f"{BASE}doc/vn-73/ubnd/kh/2021/07"
    both = Report("data", (_finding("Violation"), _finding("Info", plan=other)))
    graph = report_graph(both)
    conforms = {graph.value(r, SH.conforms) for r in graph.subjects(RDF.type, SH.ValidationReport)}
    assert conforms == {Literal(True), Literal(False)}


def test_values_keep_their_kind() -> None:
    graph = report_graph(
        Report(
            "data", (_finding("Violation", value=f"{DOC}/x"), _finding("Info", value="https: no"))
        )
    )
    assert set(graph.objects(None, SH.value)) == {URIRef(f"{DOC}/x"), Literal("https: no")}
