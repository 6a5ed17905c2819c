"""Each rule fires where it should, names node, rule, clause and quote, and is silent otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, XSD, Graph, Literal, URIRef

from kg.graph import build_graph
from kg.names import ELI, KH, OA, QUDT, SH
from kg.pipeline import read_plan
from kg.validation import SHAPE, check, report_csv, report_graph, report_json, report_text

from .conftest import PLAN
from .test_graph import DOC, node

ROLE_TASK = node("task/II.1.a.p1")


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    """The plan with most of its tasks cut out (checking takes a second for the whole)."""
    text = PLAN.read_text("utf-8")
    start, end = (
        text.index("b) Sở Thông tin và Truyền thông:"),
        text.index("III. TỔ CHỨC THỰC HIỆN"),
    )
    short = tmp_path / "short.txt"
    short.write_text(text[:start] + text[end:], "utf-8")
    return build_graph(read_plan(short))


def test_the_plan_has_no_data_errors(plan_graph: Graph, reference: Graph) -> None:
    report = check(plan_graph, "data", reference)
    assert report.conforms
    assert report.findings == ()


Damage = Callable[[Graph], object]


def _remove_lead(g: Graph) -> None:
    g.remove((ROLE_TASK, KH.leadAgency, None))


def _add_lead(g: Graph) -> None:
    g.add((ROLE_TASK, KH.leadAgency, URIRef(DOC + "/actor/x")))


def _alter_quote(g: Graph) -> None:
    quote = node("ev/task-II.1.a.p1/quote")
    g.set((quote, OA.exact, Literal("Những lời khác")))


def _shift(g: Graph) -> None:
    g.set(
        (
            node("ev/task-II.1.a.p1/position"),
            OA.start,
            Literal("0", datatype=XSD.nonNegativeInteger),
        )
    )


DAMAGES: list[tuple[str, Damage, str]] = [
    ("Shortcut-leadAgency", _remove_lead, "task/II.1.a.p1"),
    ("Shortcut-leadAgency", _add_lead, "task/II.1.a.p1"),
    ("Evidence-quote", _alter_quote, "ev/task-II.1.a.p1"),
    ("Evidence-quote", _shift, "ev/task-II.1.a.p1"),
    ("Plan-number", lambda g: g.remove((URIRef(DOC), ELI.id_local, None)), ""),
    ("Plan-date", lambda g: g.remove((URIRef(DOC), ELI.date_document, None)), ""),
    ("Plan-issuer", lambda g: g.remove((URIRef(DOC), KH.issuedBy, None)), ""),
    ("Element-clause", lambda g: g.remove((ROLE_TASK, KH.statedIn, None)), "task/II.1.a.p1"),
    ("Element-evidence", lambda g: g.remove((ROLE_TASK, KH.hasEvidence, None)), "task/II.1.a.p1"),
    ("Element-type", lambda g: g.remove((ROLE_TASK, RDF.type, KH.PlanElement)), "task/II.1.a.p1"),
    ("Label", lambda g: g.add((ROLE_TASK, RDFS.label, Literal("Khác", lang="vi"))), "task/II.1.a.p1"),
    ("Label", lambda g: g.remove((ROLE_TASK, RDFS.label, None)), "task/II.1.a.p1"),
    ("Task-modality", lambda g: g.remove((ROLE_TASK, KH.modality, None)), "task/II.1.a.p1"),
    ("Duty-task", lambda g: g.remove((node("task/III.1"), RDF.type, KH.Task)), "task/III.1"),
    ("ReportingDuty-recipient", lambda g: g.remove((node("task/III.1"), KH.reportRecipient, None)), "task/III.1"),
    ("Assignment-role", lambda g: g.remove((node("task/II.1.a.p1/as/lead-1"), KH.assignmentRole, None)),
     "task/II.1.a.p1/as/lead-1"),
    ("Timeframe-text", lambda g: g.remove((node("time/II.1.a"), KH.timeText, None)), "time/II.1.a"),
    ("Citation-document", lambda g: g.remove((node("citation/1"), KH.citedDocument, None)), "citation/1"),
    ("Clause-path", lambda g: g.remove((node("c/sec_I"), KH.clausePath, None)), "c/sec_I"),
    ("Clause-order-unique", lambda g: g.set((node("c/sec_I"), KH.clauseOrder, Literal(2))), "c/sec_I"),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "damage", "path"), DAMAGES)
def test_damage_is_seen_and_named(
    graph: Graph, reference: Graph, shape: str, damage: Damage, path: str
) -> None:
    damage(graph)
    report = check(graph, "data", reference)
    assert not report.conforms
    found = [f for f in report.findings if f.shape == str(SHAPE[shape])]
    assert found, [f.shape for f in report.findings]
    assert (DOC + "/" + path).rstrip("/") in {f.focus for f in found}
    assert all(f.message_vi and f.message_en for f in found)


def test_every_part_of_a_value_is_needed(graph: Graph, reference: Graph) -> None:
    value = next(graph.subjects(RDF.type, KH.IndicatorValue))
    for predicate in (QUDT.numericValue, QUDT.hasUnit, KH.comparator):
        graph.remove((value, predicate, None))
    shapes = {f.shape.removeprefix(str(SHAPE)) for f in check(graph, "data", reference).findings}
    assert {"Value-number", "Value-unit", "Value-comparator"} <= shapes


def test_a_finding_tells_clause_and_quote(graph: Graph, reference: Graph) -> None:
    _remove_lead(graph)
    (finding,) = check(graph, "data", reference).findings
    assert finding.where == "II.1.a.p1"
    assert finding.clause == str(node("c/sec_II__para_1__point_a__al_1"))
    assert finding.clause_label == "đoạn 1, điểm a, khoản 1, Mục II, 06/KH-UBND"
    assert (finding.quote or "").startswith("Tăng cường công tác tuyên truyền")


def test_what_the_plan_leaves_open(plan_graph: Graph, reference: Graph) -> None:
    report = check(plan_graph, "findings", reference)
    assert report.conforms
    by_shape: dict[str, list[str]] = {}
    for finding in report.findings:
        name = finding.shape.removeprefix(str(SHAPE))
        by_shape.setdefault(name, []).append(finding.where or finding.value or "")
    without_time = by_shape["open-Task-time"]
    assert [w for w in without_time if w.startswith("II.7.a")] == [
        f"II.7.a.p{n}" for n in range(1, 8)
    ]
    assert "II.7.b" in without_time
    assert len(without_time) == 9
    assert len(by_shape["open-Task-coordinator"]) == 10
    assert by_shape["open-Plan-horizon"] == ["2045"]
    assert len(by_shape["open-Target-agency"]) == 15
    assert by_shape["open-Plan-recipients"] == ["Ban Quản lý các Khu công nghiệp tỉnh Hậu Giang"]
    assert "open-Task-lead" not in by_shape
    assert "open-Plan-implements" not in by_shape
    assert "open-Plan-reporting" not in by_shape


def test_a_plan_that_names_nobody_and_nothing(graph: Graph, reference: Graph) -> None:
    graph.remove((None, KH.leadAgency, None))
    graph.remove((None, KH.implementsDocument, None))
    graph.remove((None, RDF.type, KH.ReportingDuty))
    shapes = {
        f.shape.removeprefix(str(SHAPE)) for f in check(graph, "findings", reference).findings
    }
    assert {"open-Task-lead", "open-Plan-implements", "open-Plan-reporting"} <= shapes


def test_reports_in_every_form(plan_graph: Graph, reference: Graph) -> None:
    report = check(plan_graph, "findings", reference)
    text = report_text(report)
    assert "II.7.b" in text
    assert "2045" in text
    assert "No time is given for this task." in text
    assert "Nhiệm vụ chưa nêu thời gian thực hiện." in text
    assert '"where": "II.7.b"' in report_json(report)
    assert report_csv(report).count("\n") >= len(report.findings)
    first, again = report_graph(report), report_graph(check(plan_graph, "findings", reference))
    assert set(first) == set(again)
    assert len(set(first.subjects(RDF.type, SH.ValidationResult))) == len(report.findings)
