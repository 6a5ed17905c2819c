"""Every rule fires where it should, names node, rule, clause and quote, and is silent otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from kg.graph import build_graph
from kg.names import BASE, DCTERMS, ELI, KH, OA, PROV, QUDT, SCHEMA, SH, TIME, VOC
from kg.pipeline import ontology_graph, read_plan
from kg.resources import resource_files
from kg.validation import SHAPE, Report, check

INVENTED = """ỦY BAN NHÂN DÂN
TỈNH HẬU GIANG
|
Số: 99/KH-UBND
|
Hậu Giang, ngày 05 tháng 02 năm 2021
|
KẾ HOẠCH
THỬ NGHIỆM (VĂN BẢN GIẢ ĐỊNH) ĐẾN NĂM 2030
Thực hiện Nghị quyết số 124/NQ-CP ngày 03 tháng 9 năm 2020 của Chính phủ, UBND tỉnh xây dựng Kế hoạch như sau:
I. MỤC TIÊU
1. Mục tiêu đến năm 2030:
Tỷ trọng công nghiệp trong GRDP tăng từ 20% năm 2020 lên 40% năm 2030.
Giá trị sản xuất công nghiệp tăng bình quân giai đoạn 2021 - 2030 là 9%/năm.
II. NHIỆM VỤ
1. Hỗ trợ đổi mới sáng tạo:
a) Sở Công Thương:
Xây dựng chương trình đổi mới sáng tạo cho doanh nghiệp.
Thời gian thực hiện: Hàng năm.
Cơ quan phối hợp: Các sở, ban, ngành tỉnh; Sở Tài chính.
III. TỔ CHỨC THỰC HIỆN
1. Các sở, ban, ngành tỉnh trước ngày 10 tháng 11 hàng năm báo cáo kết quả về Sở Công Thương để tổng hợp.
2. Giao Sở Công Thương làm đầu mối theo dõi, đôn đốc việc triển khai thực hiện Kế hoạch.
Nơi nhận:
- Các sở, ban, ngành tỉnh;
- Sở Công Thương;
|
TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Nguyễn Văn A
"""
REVIEWED = """
[[correction]]
clause = "III.2"
quote = "Giao Sở Công Thương làm đầu mối"
do = "confirm"
field = "task"
who = "Trần Thị B"
when = 2025-02-03
[[correction]]
clause = "document"
quote = "Nguyễn Văn A"
field = "document.signer"
value = "Nguyễn Văn B"
who = "Trần Thị B"
when = 2025-02-03
why = "theo bản có chữ ký"
"""
DOC = URIRef(BASE + "doc/vn-73/ubnd/kh/2021/99")
Damage = Callable[[Graph], object]


def node(path: str) -> URIRef:
    return URIRef(f"{DOC}/{path}")


TASK, REPORT, WATCH = node("task/II.1.a.p1"), node("task/III.1"), node("task/III.2")
GIVEN, QUOTE = node("task/II.1.a.p1/as/lead-1"), node("ev/task-II.1.a.p1")
TIME_, CITED, CLAUSE, PART = (
    node("time/II.1.a"),
    node("citation/1"),
    node("c/sec_I"),
    node("c/sec_II"),
)
STRANGER = URIRef(BASE + "agency/vn-73/khong-co")


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    path: Path = tmp_path_factory.mktemp("invented") / "plan.txt"
    path.write_text(INVENTED, encoding="utf-8")
    path.with_name("plan.txt.corrections.toml").write_text(REVIEWED, encoding="utf-8")
    return build_graph(read_plan(path))


@pytest.fixture
def graph(invented: Graph) -> Graph:
    copy = Graph()
    for triple in invented:
        copy.add(triple)
    return copy


def shapes_of(report: Report) -> set[str]:
    return {f.shape.removeprefix(str(SHAPE)) for f in report.findings}


def one(graph: Graph, predicate: Node, kind: URIRef) -> Node:
    """The first thing of a class that has *predicate*."""
    return min((s for s in graph.subjects(predicate) if (s, RDF.type, kind) in graph), key=str)


def gone(subject: Node, predicate: Node, value: Node | None = None) -> Damage:
    return lambda g: g.remove((subject, predicate, value))


def put(subject: Node, predicate: Node, value: Node) -> Damage:
    return lambda g: g.set((subject, predicate, value))


def more(subject: Node, predicate: Node, value: Node) -> Damage:
    return lambda g: g.add((subject, predicate, value))


def of_value(predicate: Node, value: Node | None = None) -> Damage:
    """An indicator's value without *predicate*, or with another."""

    def damage(g: Graph) -> object:
        found = one(g, QUDT.numericValue, KH.IndicatorValue)
        return (
            g.remove((found, predicate, None))
            if value is None
            else g.set((found, predicate, value))
        )

    return damage


def of_any(kind: URIRef, predicate: Node, value: Node | None = None) -> Damage:
    def damage(g: Graph) -> object:
        found = min(g.subjects(RDF.type, kind), key=str)
        return (
            g.remove((found, predicate, None))
            if value is None
            else g.set((found, predicate, value))
        )

    return damage


def _no_content(g: Graph) -> None:
    for kind in (KH.Task, KH.Goal, KH.ReportingDuty, KH.MonitoringDuty):
        g.remove((None, RDF.type, kind))


def _same_order(g: Graph) -> None:
    for value in g.objects(PART, KH.clauseOrder):
        g.set((CLAUSE, KH.clauseOrder, value))


def _place(offset: int) -> Literal:
    return Literal(str(offset), datatype=XSD.integer)


def _year(text: str) -> Literal:
    return Literal(text, datatype=XSD.integer)


TEXT = "Lời khác"
DAMAGES: list[tuple[str, Damage, URIRef | None]] = [
    ("Plan-number", gone(DOC, ELI.id_local), DOC),
    ("Plan-number", more(DOC, ELI.id_local, Literal("100/KH-UBND")), DOC),
    ("Plan-date", gone(DOC, ELI.date_document), DOC),
    ("Plan-date", put(DOC, ELI.date_document, Literal("5/2/2021")), DOC),
    ("Plan-issuer", gone(DOC, KH.issuedBy), DOC),
    ("Plan-text", gone(node("vie/txt"), KH.sourceText), DOC),
    ("Plan-horizon", put(DOC, KH.promisedHorizon, _year("2030")), DOC),
    ("Plan-content", _no_content, DOC),
    ("Label", more(TASK, RDFS.label, Literal("Khác", lang="vi")), TASK),
    ("Label", gone(TASK, RDFS.label), TASK),
    ("Label", put(node("signing"), RDFS.label, Literal("Signing", lang="en")), node("signing")),
    ("Label", gone(URIRef(f"{QUOTE}/quote"), RDFS.label), URIRef(f"{QUOTE}/quote")),
    ("Described-type", gone(TIME_, RDF.type), TIME_),
    ("Described-type", put(GIVEN, KH.assignedTo, STRANGER), STRANGER),
    ("Described-type", put(CITED, KH.citedDocument, STRANGER), STRANGER),
    ("Types-PolicyDocument", gone(DOC, RDF.type, KH.PolicyDocument), DOC),
    ("Types-PlanElement", gone(TASK, RDF.type, KH.PlanElement), TASK),
    ("Types-Agency", more(STRANGER, RDF.type, KH.PeoplesCommittee), STRANGER),
    ("Duty-task", gone(REPORT, RDF.type, KH.Task), REPORT),
    ("Duty-task", gone(WATCH, RDF.type, KH.Task), WATCH),
    ("Element-plan", gone(TASK, KH.elementOf), TASK),
    ("Element-clause", gone(TASK, KH.statedIn), TASK),
    ("Element-clause", put(TASK, KH.statedIn, node("c/khong-co")), TASK),
    ("Element-evidence", gone(TASK, KH.hasEvidence), TASK),
    ("Element-evidence", put(TASK, KH.hasEvidence, node("ev/khong-co")), TASK),
    ("Element-type", gone(TASK, RDF.type, KH.PlanElement), TASK),
    ("Element-status", gone(TASK, KH.factStatus), TASK),
    ("Element-status", put(TASK, KH.factStatus, VOC["fact-status/guessed"]), TASK),
    ("Mention-clause", gone(QUOTE, KH.wordsIn), QUOTE),
    ("Mention-clause", put(QUOTE, KH.wordsIn, node("goal/2025")), QUOTE),
    ("Mention-source", gone(QUOTE, OA.hasSource), QUOTE),
    ("Mention-source", put(QUOTE, OA.hasSource, node("vie/khac")), QUOTE),
    ("Mention-selectors", gone(QUOTE, OA.hasSelector, URIRef(f"{QUOTE}/quote")), QUOTE),
    ("Mention-quote", gone(URIRef(f"{QUOTE}/quote"), OA.exact), QUOTE),
    ("Mention-start", gone(URIRef(f"{QUOTE}/position"), OA.start), QUOTE),
    ("Mention-end", put(URIRef(f"{QUOTE}/position"), OA.end, Literal("9")), QUOTE),
    ("Evidence-quote", put(URIRef(f"{QUOTE}/quote"), OA.exact, Literal(TEXT)), QUOTE),
    ("Evidence-quote", put(URIRef(f"{QUOTE}/position"), OA.start,
                           Literal("0", datatype=XSD.nonNegativeInteger)), QUOTE),
    ("Shortcut-leadAgency", gone(TASK, KH.leadAgency), TASK),
    ("Shortcut-leadAgency", more(TASK, KH.leadAgency, STRANGER), TASK),
    ("Shortcut-leadAgency", put(GIVEN, KH.assignmentRole, VOC["role/monitor"]), TASK),
    ("Shortcut-coordinatingAgency", gone(TASK, KH.coordinatingAgency), TASK),
    ("Shortcut-coordinatingAgency", more(TASK, KH.coordinatingAgency, STRANGER), TASK),
    ("Shortcut-focalAgency", gone(WATCH, KH.focalAgency), WATCH),
    ("Shortcut-focalAgency", more(TASK, KH.focalAgency, STRANGER), TASK),
    ("Shortcut-reportRecipient", gone(REPORT, KH.reportRecipient), REPORT),
    ("Shortcut-reportRecipient", more(TASK, KH.reportRecipient, STRANGER), TASK),
    ("Shortcut-implementsDocument", gone(DOC, KH.implementsDocument), CITED),
    ("Shortcut-implementsDocument", more(DOC, KH.implementsDocument, STRANGER), STRANGER),
    ("Shortcut-hasTheme-assigned", gone(TASK, KH.hasTheme), TASK),
    ("Shortcut-hasTheme-assigned", more(TASK, KH.hasTheme, VOC["theme/credit"]), TASK),
    ("Inverse-hasPlanElement-elementOf", gone(DOC, KH.hasPlanElement, TASK), TASK),
    ("Inverse-hasClause-clauseOf", gone(DOC, KH.hasClause, CLAUSE), CLAUSE),
    ("Inverse-hasAssignment-assignmentOf", gone(TASK, KH.hasAssignment, GIVEN), TASK),
    ("Inverse-hasTask-inTaskGroup", gone(TASK, KH.inTaskGroup), node("group/II.1")),
    ("Inverse-hasTarget-targetOf", of_any(KH.Goal, KH.hasTarget), None),
    ("Task-text", gone(TASK, KH.elementText), TASK),
    ("Task-path", gone(TASK, KH.taskPath), TASK),
    ("Task-modality", gone(TASK, KH.modality), TASK),
    ("Task-modality", put(TASK, KH.modality, VOC["modality/wish"]), TASK),
    ("ReportingDuty-recipient", gone(REPORT, KH.reportRecipient), REPORT),
    ("Assignment-role", gone(GIVEN, KH.assignmentRole), GIVEN),
    ("Assignment-role", more(GIVEN, KH.assignmentRole, VOC["role/focal"]), GIVEN),
    ("Assignment-agent", gone(GIVEN, KH.assignedTo), GIVEN),
    ("Assignment-agent", put(GIVEN, KH.assignedTo, Literal("Sở Công Thương")), GIVEN),
    ("Assignment-task", gone(GIVEN, KH.assignmentOf), GIVEN),
    ("Goal-year", of_any(KH.Goal, KH.horizonYear, _year("2030")), None),
    ("Target-value", of_any(KH.Target, KH.hasValue), None),
    ("Target-baseline", of_any(KH.Target, KH.hasBaseline, STRANGER), None),
    ("Target-indicator", of_any(KH.Target, KH.forIndicator), None),
    ("Value-number", of_value(QUDT.numericValue), None),
    ("Value-number", of_value(QUDT.numericValue, Literal("40%")), None),
    ("Value-unit", of_value(QUDT.hasUnit), None),
    ("Value-comparator", of_value(KH.comparator), None),
    ("Value-comparator", of_value(KH.comparator, VOC["comparator/about"]), None),
    ("Value-type", of_value(KH.valueType, VOC["value-type/other"]), None),
    ("Value-year", of_value(KH.referenceYear, _year("2030")), None),
    ("Timeframe-text", gone(TIME_, KH.timeText), TIME_),
    ("Timeframe-words", gone(TIME_, KH.hasWords), TIME_),
    ("Timeframe-kind", gone(TIME_, KH.timeKind), TIME_),
    ("Timeframe-kind", put(TIME_, KH.timeKind, VOC["time-kind/someday"]), TIME_),
    ("Schedule-frequency", put(node("time/II.1.a/schedule"), SCHEMA.repeatFrequency, Literal("hàng năm")),
     node("time/II.1.a/schedule")),
    ("Deadline-day", of_any(KH.Deadline, KH.dueBefore), None),
    ("Deadline-day", of_any(KH.Deadline, KH.dueBefore, Literal("10/11")), None),
    ("Instant-year", of_any(TIME.Instant, TIME.inXSDgYear, _year("2021")), None),
    ("Instant-date", of_any(TIME.Instant, TIME.inXSDDate, Literal("2021")), None),
    ("Citation-document", gone(CITED, KH.citedDocument), CITED),
    ("Citation-relation", gone(CITED, KH.citationRelation), CITED),
    ("Citation-relation", put(CITED, KH.citationRelation, VOC["citation-relation/likes"]), CITED),
    ("Citation-date", put(CITED, KH.citedDate, Literal("2020")), CITED),
    ("Clause-path", gone(CLAUSE, KH.clausePath), CLAUSE),
    ("Clause-order", put(CLAUSE, KH.clauseOrder, Literal("một")), CLAUSE),
    ("Clause-start", put(CLAUSE, KH.clauseStart, Literal("một")), CLAUSE),
    ("Clause-start", more(CLAUSE, KH.clauseStart, _place(1)), CLAUSE),
    ("Clause-end", put(CLAUSE, KH.clauseEnd, Literal("một")), CLAUSE),
    ("Clause-end", more(CLAUSE, KH.clauseEnd, _place(10**6)), CLAUSE),
    ("Clause-span", put(CLAUSE, KH.clauseEnd, _place(10**6)), CLAUSE),
    ("Clause-span", put(CLAUSE, KH.clauseEnd, _place(0)), CLAUSE),
    ("Clause-plan", gone(CLAUSE, KH.clauseOf), CLAUSE),
    ("Clause-order-unique", _same_order, CLAUSE),
    ("Clause-path-unique", put(CLAUSE, KH.clausePath, Literal("sec_II")), CLAUSE),
    ("Types-Review", of_any(KH.Correction, RDF.type, KH.Correction), None),
    ("Review-of", of_any(KH.Correction, KH.reviewOf), None),
    ("Review-field", of_any(KH.Correction, KH.reviewedField), None),
    ("Review-key", of_any(KH.Confirmation, KH.reviewedKey), None),
    ("Review-who", of_any(KH.Confirmation, PROV.wasAttributedTo), None),
    ("Review-who", of_any(KH.Confirmation, PROV.wasAttributedTo, STRANGER), None),
    ("Review-day", of_any(KH.Confirmation, DCTERMS.date), None),
    ("Review-day", of_any(KH.Confirmation, DCTERMS.date, Literal("3/2/2025")), None),
    ("Review-words", of_any(KH.Confirmation, KH.hasWords), None),
    ("Review-clause", of_any(KH.Confirmation, KH.reviewedClause), None),
    ("Correction-told", of_any(KH.Confirmation, KH.replacedValue, Literal("x")), None),
    ("Reviewed", put(TASK, KH.factStatus, VOC["fact-status/corrected"]), TASK),
]  # fmt: skip


def test_plans_without_damage_have_no_data_errors(
    plan_graph: Graph, invented: Graph, reference: Graph
) -> None:
    for graph in (plan_graph, invented):
        for known in (reference, None):
            report = check(graph, "data", known)
            assert report.conforms
            assert report.findings == ()


@pytest.mark.parametrize(("shape", "damage", "focus"), DAMAGES)
def test_damage_is_seen_and_named(
    graph: Graph, shape: str, damage: Damage, focus: URIRef | None
) -> None:
    before = set(graph)
    damage(graph)
    assert set(graph) != before, "the damage changes nothing"
    report = check(graph, "data")
    assert not report.conforms
    found = [f for f in report.findings if f.shape == str(SHAPE[shape])]
    assert found, shapes_of(report)
    assert focus is None or str(focus) in {f.focus for f in found}
    assert all(f.message_vi and f.message_en and f.severity == "Violation" for f in found)


def _rules(kind: str) -> Graph:
    graph = Graph()
    for file in resource_files("shapes", f"{kind}.ttl"):
        graph.parse(data=file.read_bytes(), format="turtle")
    return graph


def _named_rules(graph: Graph) -> set[str]:
    """The shapes that say something themselves: those with messages of their own."""
    own = set(graph.subjects(SH.message)) | {
        shape
        for shape, rule in graph.subject_objects(SH.sparql)
        if (rule, SH.message, None) in graph
    }
    return {str(s).removeprefix(str(SHAPE)) for s in own if isinstance(s, URIRef)}


def test_every_rule_has_its_damage() -> None:
    assert {shape for shape, _, _ in DAMAGES} == _named_rules(_rules("data"))


@pytest.mark.parametrize("kind", ["data", "findings"])
def test_every_rule_speaks_both_languages_and_tells_how_grave_it_is(kind: str) -> None:
    graph = _rules(kind)
    for name in _named_rules(graph):
        shape = SHAPE[name]
        holders = [shape, *graph.objects(shape, SH.sparql)]
        messages = [m for h in holders for m in graph.objects(h, SH.message)]
        assert sorted(str(m.language) for m in messages if isinstance(m, Literal)) == ["en", "vi"]
        severity = graph.value(shape, SH.severity)
        assert severity in ((SH.Violation,) if kind == "data" else (SH.Warning, SH.Info)), name


def test_the_rules_use_declared_terms_only() -> None:
    known = set(ontology_graph().subjects())
    for kind in ("data", "findings"):
        used = {
            x
            for t in _rules(kind)
            for x in t
            if isinstance(x, URIRef) and str(x).startswith((str(KH), str(VOC)))
        }
        assert used <= known


@pytest.mark.parametrize(
    ("shape", "scheme"),
    [
        ("Assignment-role", "role"),
        ("Task-modality", "modality"),
        ("Value-comparator", "comparator"),
        ("Value-type", "value-type"),
        ("Timeframe-kind", "time-kind"),
        ("Citation-relation", "citation-relation"),
        ("Element-status", "fact-status"),
    ],
)
def test_lists_are_those_of_the_schemes(shape: str, scheme: str) -> None:
    rules = _rules("data")
    head = rules.value(SHAPE[shape], SH["in"])
    assert head is not None
    prefix = f"{VOC}{scheme}/"
    concepts = {s for s in ontology_graph().subjects() if str(s).startswith(prefix)}
    assert set(rules.items(head)) == concepts


def test_every_superclass_of_ours_is_asked_for() -> None:
    """What the ontology says of subclasses of the things in a plan, the rules check."""
    ontology, rules = ontology_graph(), _rules("data")
    classes = {c for c in ontology.subjects(RDF.type, OWL.Class) if str(c).startswith(str(KH))}
    said = {
        (c, above)
        for c in classes
        for above in ontology.objects(c, RDFS.subClassOf)
        if above in classes
    }
    asked = {
        (target, above)
        for shape, above in rules.subject_objects(SH["class"])
        for target in rules.objects(shape, SH.targetClass)
    }
    assert said <= asked


def test_a_finding_tells_place_clause_and_quote(graph: Graph) -> None:
    graph.remove((TASK, KH.leadAgency, None))
    (finding,) = check(graph, "data").findings
    assert finding.where == "II.1.a.p1"
    assert finding.plan == str(DOC)
    assert finding.clause == str(node("c/sec_II__para_1__point_a__al_1"))
    assert finding.clause_label == "đoạn 1, điểm a, khoản 1, Mục II, 99/KH-UBND"
    assert finding.quote == "Xây dựng chương trình đổi mới sáng tạo cho doanh nghiệp."


@pytest.mark.parametrize(
    ("damage", "where", "quote"),
    [
        (put(URIRef(f"{QUOTE}/quote"), OA.exact, Literal(TEXT)), "II.1.a.p1", TEXT),
        (gone(TIME_, KH.timeText), "II.1.a.p1", "Hàng năm"),
        (gone(CLAUSE, KH.clauseOrder), "sec_I", "MỤC TIÊU"),
        (put(GIVEN, KH.assignmentRole, VOC["role/leed"]), "II.1.a.p1/as/lead-1", "Sở Công Thương"),
    ],
)
def test_what_belongs_to_an_element_is_placed_by_it(
    graph: Graph, damage: Damage, where: str, quote: str
) -> None:
    damage(graph)
    found = {(f.where, f.quote) for f in check(graph, "data").findings}
    assert (where, quote) in found


def _open(graph: Graph, reference: Graph | None = None) -> dict[str, list[str]]:
    report = check(graph, "findings", reference)
    assert report.conforms
    by_shape: dict[str, list[str]] = {}
    for finding in report.findings:
        name = finding.shape.removeprefix(f"{SHAPE}open-")
        by_shape.setdefault(name, []).append(finding.where or finding.value or "")
    return by_shape


def test_what_the_first_plan_leaves_open(plan_graph: Graph, reference: Graph) -> None:
    found = _open(plan_graph, reference)
    blocks = [f"II.7.a.p{n}" for n in range(1, 8)]
    assert found["Task-time"] == [*blocks, "II.7.b", "III.p1"]
    assert found["Task-coordinator"] == [*blocks[:6], "II.7.b", "III.1", "III.p1", "III.2"]
    assert found["Plan-horizon"] == ["2045"]
    assert len(found["Target-agency"]) == 15
    assert found["Plan-recipients"] == ["Ban Quản lý các Khu công nghiệp tỉnh Hậu Giang"]
    assert set(found) == {
        "Task-time", "Task-coordinator", "Plan-horizon", "Target-agency", "Plan-recipients",
    }  # fmt: skip


def test_a_plan_that_leaves_little_open(invented: Graph) -> None:
    found = _open(invented)
    assert found.keys() == {"Target-agency", "Task-coordinator", "Task-time"}
    assert found["Task-time"] == ["III.2"]
    assert found["Task-coordinator"] == ["III.1", "III.2"]


def _recipients(g: Graph) -> None:
    g.remove((DOC, KH.hasRecipient, URIRef(BASE + "agency/vn-73/so-cong-thuong")))
    g.remove((DOC, KH.hasRecipient, URIRef(BASE + "group/vn-73/so-ban-nganh-tinh")))
    g.add((DOC, KH.hasRecipient, STRANGER))


@pytest.mark.parametrize(
    ("name", "damage", "where"),
    [
        ("Task-lead", gone(TASK, KH.leadAgency), "II.1.a.p1"),
        ("Task-coordinator", gone(TASK, KH.coordinatingAgency), "II.1.a.p1"),
        ("Task-time", gone(TASK, KH.hasTimeframe), "II.1.a.p1"),
        (
            "Plan-horizon",
            more(DOC, KH.promisedHorizon, Literal("2045", datatype=XSD.gYear)),
            "2045",
        ),
        ("Plan-recipients", _recipients, "Sở Công Thương tỉnh Hậu Giang"),
        ("Plan-implements", gone(DOC, KH.implementsDocument), str(DOC)),
        ("Plan-reporting", lambda g: g.remove((None, RDF.type, KH.ReportingDuty)), str(DOC)),
    ],
)
def test_an_open_point_is_found(graph: Graph, name: str, damage: Damage, where: str) -> None:
    assert where not in _open(graph).get(name, [])
    damage(graph)
    assert where in _open(graph)[name]


def test_a_target_given_to_an_agency_is_not_open(graph: Graph) -> None:
    target = min(graph.subjects(RDF.type, KH.Target), key=str)
    before = len(_open(graph)["Target-agency"])
    for clause in graph.objects(target, KH.statedIn):
        graph.add((GIVEN, KH.statedIn, clause))
    assert len(_open(graph).get("Target-agency", [])) < before


def test_a_horizon_is_kept_by_a_goal_or_a_period_too(graph: Graph) -> None:
    graph.remove((None, KH.referenceYear, None))
    assert "Plan-horizon" not in _open(graph)
    graph.remove((None, KH.horizonYear, None))
    assert "Plan-horizon" not in _open(graph)
    graph.remove((None, KH.valuePeriod, None))
    assert _open(graph)["Plan-horizon"] == ["2030"]
