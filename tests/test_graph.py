"""The plan as RDF: identifiers, labels, evidence, shortcuts, stability."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, RDFS, XSD, BNode, Graph, Literal, URIRef

from kg.graph import build_graph, canonical, infer
from kg.model import Plan, Span
from kg.names import BASE, ELI, FREQUENCY, KH, OA, QUDT, SCHEMA, TIME, UNIT, VOC
from kg.pipeline import ontology_graph, read_plan

from .conftest import PLAN

DOC = BASE + "doc/vn-73/ubnd/kh/2021/06"


def node(path: str) -> URIRef:
    return URIRef(f"{DOC}/{path}")


def test_the_same_plan_gives_the_same_bytes(plan_graph: Graph) -> None:
    again = build_graph(read_plan(PLAN))
    assert canonical(again, DOC) == canonical(plan_graph, DOC)


def test_there_are_no_blank_nodes(plan_graph: Graph, reference: Graph) -> None:
    for graph in (plan_graph, reference, ontology_graph(), infer(plan_graph, reference)):
        assert not [t for t in graph if any(isinstance(x, BNode) for x in t)]


def test_everything_of_ours_has_one_label_a_language(plan_graph: Graph, reference: Graph) -> None:
    described = plan_graph + reference + ontology_graph()
    ours = {s for s in plan_graph.subjects() if str(s).startswith(BASE)}
    ours |= {o for o in plan_graph.objects() if isinstance(o, URIRef) and str(o).startswith(BASE)}
    for thing in ours:
        languages = sorted(
            str(label.language)
            for label in described.objects(thing, RDFS.label)
            if isinstance(label, Literal)
        )
        assert languages == ["en", "vi"], thing


def test_no_term_is_used_that_is_not_declared(plan_graph: Graph, reference: Graph) -> None:
    declared = set(ontology_graph().subjects())
    used = {x for t in plan_graph + reference for x in t if str(x).startswith(str(KH))}
    assert not used - declared


def test_every_quote_is_the_slice(plan_graph: Graph) -> None:
    text = str(plan_graph.value(node("vie/txt"), KH.sourceText))
    assert text == PLAN.read_bytes().decode("utf-8")
    mentions = list(plan_graph.subjects(RDF.type, KH.SourceMention))
    assert len(mentions) > 150
    for mention in mentions:
        facts = {
            predicate: str(value)
            for selector in plan_graph.objects(mention, OA.hasSelector)
            for predicate, value in plan_graph.predicate_objects(selector)
        }
        assert text[int(facts[OA.start]) : int(facts[OA.end])] == facts[OA.exact]


def test_a_clause_tells_where_its_words_stand(plan_graph: Graph) -> None:
    text = str(plan_graph.value(node("vie/txt"), KH.sourceText))
    clauses = list(plan_graph.subject_objects(KH.clauseText))
    assert len(clauses) > 100
    for clause, words in clauses:
        start, end = (int(str(plan_graph.value(clause, e))) for e in (KH.clauseStart, KH.clauseEnd))
        if clause == node("c/header"):  # with the bars and rules between its paragraphs
            assert text[start:end].startswith("ỦY BAN")
            assert text[start:end].endswith("như sau:")
        else:
            assert " ".join(text[start:end].split()) == str(words), clause


def test_the_published_form(plan_graph: Graph) -> None:
    """A task with all that hangs on it, as in the design's example."""
    task = node("task/II.4.a.p1")
    facts = set(plan_graph.predicate_objects(task))
    so_cong_thuong = URIRef(BASE + "agency/vn-73/so-cong-thuong")
    assert {
        (RDF.type, KH.Task),
        (RDF.type, KH.PlanElement),
        (KH.elementOf, URIRef(DOC)),
        (KH.inTaskGroup, node("group/II.4")),
        (KH.statedIn, node("c/sec_II__para_4__point_a__al_1")),
        (KH.hasEvidence, node("ev/task-II.4.a.p1")),
        (KH.leadAgency, so_cong_thuong),
        (KH.coordinatingAgency, URIRef(BASE + "group/vn-73/so-ban-nganh-tinh")),
        (KH.hasAssignment, node("task/II.4.a.p1/as/lead-1")),
        (KH.hasTimeframe, node("time/II.4.a")),
        (KH.hasTheme, VOC["theme/key-products"]),
    } <= facts
    lead = node("task/II.4.a.p1/as/lead-1")
    assert plan_graph.value(lead, KH.assignedTo) == so_cong_thuong
    assert plan_graph.value(lead, KH.assignmentRole) == VOC["role/lead"]
    assert str(plan_graph.value(node("time/II.4.a"), KH.timeText)) == "Định kỳ 02 năm/lần"
    assert (node("task/III.1"), RDF.type, KH.ReportingDuty) in plan_graph
    assert (node("task/III.1"), RDF.type, KH.Task) in plan_graph
    assert (node("task/III.2"), RDF.type, KH.MonitoringDuty) in plan_graph


def test_the_form_of_an_assignment_and_its_words(plan_graph: Graph) -> None:
    """The offsets are those of the design's example; tasks of one block share the words."""
    words = node("ev/as-II.4.a-lead-1")
    for task in ("II.4.a.p1", "II.4.a.p2"):
        assert (node(f"task/{task}/as/lead-1"), KH.hasEvidence, words) in plan_graph
    assert str(plan_graph.value(URIRef(f"{words}/quote"), OA.exact)) == "Sở Công Thương"
    position = URIRef(f"{words}/position")
    assert str(plan_graph.value(position, OA.start)) == "9159"
    assert str(plan_graph.value(position, OA.end)) == "9173"


def test_names_of_the_document(plan_graph: Graph) -> None:
    labels = {str(label) for label in plan_graph.objects(URIRef(DOC), RDFS.label)}
    assert labels == {
        "Kế hoạch số 06/KH-UBND ngày 14/01/2021",
        "Plan 06/KH-UBND of 14 January 2021",
    }


def test_types_of_superclasses_are_written_out(plan_graph: Graph) -> None:
    ontology = ontology_graph()
    for thing, kind in plan_graph.subject_objects(RDF.type):
        for above in ontology.transitive_objects(kind, RDFS.subClassOf):
            assert (thing, RDF.type, above) in plan_graph


def test_targets_with_value_baseline_and_period(plan_graph: Graph) -> None:
    (target,) = plan_graph.subjects(KH.hasBaseline)
    value, base = (plan_graph.value(target, p) for p in (KH.hasValue, KH.hasBaseline))
    assert [str(plan_graph.value(x, QUDT.numericValue)) for x in (value, base)] == [
        "25.29",
        "20.24",
    ]
    assert [str(plan_graph.value(x, KH.referenceYear)) for x in (value, base)] == ["2025", "2020"]
    assert plan_graph.value(value, QUDT.hasUnit) == UNIT.PERCENT
    periods = set(plan_graph.objects(None, KH.valuePeriod))
    years = {
        tuple(
            str(plan_graph.value(plan_graph.value(p, edge), TIME.inXSDgYear))
            for edge in (TIME.hasBeginning, TIME.hasEnd)
        )
        for p in periods
    }
    assert years == {("2021", "2025")}


def test_times_and_deadlines(plan_graph: Graph) -> None:
    schedule = plan_graph.value(node("time/II.4.a"), KH.hasSchedule)
    assert schedule == node("time/II.4.a/schedule")
    assert str(plan_graph.value(schedule, SCHEMA.repeatFrequency)) == "P2Y"
    assert plan_graph.value(schedule, KH.frequency) == FREQUENCY.BIENNIAL
    days = {
        str(task).rsplit("/", 1)[-1]: plan_graph.value(deadline, KH.dueBefore)
        for task, deadline in plan_graph.subject_objects(KH.hasDeadline)
    }
    assert days == {
        "III.1": Literal("--11-10", datatype=XSD.gMonthDay),
        "III.2": Literal("--11-15", datatype=XSD.gMonthDay),
    }


def test_signing_and_header_rest_on_their_words(plan_graph: Graph) -> None:
    def words(thing: URIRef) -> set[str]:
        return {
            str(plan_graph.value(URIRef(f"{mention}/quote"), OA.exact))
            for mention in plan_graph.objects(thing, KH.hasWords)
        }

    assert {"06/KH-UBND", "KẾ HOẠCH"} <= words(URIRef(DOC))
    assert "Trương Cảnh Tuyên" in words(node("signing"))


def test_two_times_of_one_block_stay_apart(plan: Plan) -> None:
    """An item with a time of its own, in a block whose label gives another."""
    first, second, *rest = plan.tasks
    assert first.timeframe is not None
    third = replace(first, key="II.1.a.p9", path="II.1.a.[9]")
    other = replace(first.timeframe, text="Năm 2025", span=Span(20, 30), frequencies=())
    changed = replace(plan, tasks=(first, replace(third, timeframe=other), second, *rest))
    graph = build_graph(changed)
    assert str(graph.value(node("time/II.1.a"), KH.timeText)) == first.timeframe.text
    assert str(graph.value(node("time/II.1.a.p9"), KH.timeText)) == "Năm 2025"


def test_whom_nobody_knows_is_described_here(plan: Plan) -> None:
    first, *rest = plan.tasks
    role = first.roles[0]
    unknown = replace(role, mention=replace(role.mention, name="Tổ công tác thử;", iri=None))
    graph = build_graph(replace(plan, tasks=(replace(first, roles=(unknown,)), *rest)))
    actor = node("actor/to-cong-tac-thu")
    assert graph.value(node(f"task/{first.key}"), KH.leadAgency) == actor
    assert (actor, RDF.type, KH.Agency) in graph
    assert {str(label) for label in graph.objects(actor, RDFS.label)} == {
        "Tổ công tác thử",
        "“Tổ công tác thử”",
    }


def test_a_plan_without_identity_is_not_described(plan: Plan) -> None:
    with pytest.raises(ValueError, match="without an IRI"):
        build_graph(replace(plan, iri=None))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("hai\ndòng", '"hai\\ndòng"'),
        ('"trích" \\', '"\\"trích\\" \\\\"'),
        ("a\r\tb", '"a\\r\\tb"'),
    ],
)
def test_canonical_lines_parse_back(text: str, line: str) -> None:
    graph = Graph()
    graph.add((node("x"), RDFS.label, Literal(text)))
    data = canonical(graph, DOC)
    assert line in data.decode("utf-8")
    (quad,) = ox.parse(data, format=ox.RdfFormat.N_QUADS)
    assert quad.object == ox.Literal(text)
    assert quad.graph_name == ox.NamedNode(DOC)
    assert canonical(Graph()) == b""


def test_the_legal_basis(plan_graph: Graph, reference: Graph) -> None:
    government, politburo = (
        URIRef(BASE + "doc/vn/cp/nq/2020/124"),
        URIRef(BASE + "doc/vn/bct-tw/nq/2018/23"),
    )
    assert set(plan_graph.objects(URIRef(DOC), KH.implementsDocument)) == {government}
    assert set(plan_graph.objects(URIRef(DOC), ELI.cites)) == {politburo}
    assert (government, KH.implementsDocument, politburo) in reference


def test_groups_are_expanded_apart_and_never_to_the_lead(
    plan_graph: Graph, reference: Graph
) -> None:
    found = infer(plan_graph, reference)
    task = node("task/II.2.a.p1")
    so_cong_thuong = URIRef(BASE + "agency/vn-73/so-cong-thuong")
    named = set(found.objects(task, KH.coordinatingAgency))
    assert so_cong_thuong not in named
    assert URIRef(BASE + "agency/vn-73/so-tai-chinh") in named
    assert URIRef(BASE + "agency/vn-73/huyen-long-my/ubnd") in named
    assert len(named) == 17 - 1 + 8
    assert not set(found.objects(task, KH.coordinatingAgency)) & set(
        plan_graph.objects(task, KH.coordinatingAgency)
    )
    for assignment in found.subjects(RDF.type, KH.Assignment):
        assert found.value(assignment, KH.expandedFrom) is not None
        assert (assignment, RDF.type, KH.PlanElement) in found


def test_who_is_named_keeps_its_part(plan_graph: Graph, reference: Graph) -> None:
    """II.1.c: all departments lead, two of them are named as coordinating; these do not lead."""
    found = infer(plan_graph, reference)
    task = node("task/II.1.c.p1")
    named = set(plan_graph.objects(task, KH.coordinatingAgency))
    assert len(named) == 2
    leads = set(found.objects(task, KH.leadAgency))
    assert len(leads) == 17 - 2 + 8
    assert not leads & named
    for led in set(found.subjects(KH.leadAgency)):
        assert not set(found.objects(led, KH.leadAgency)) & set(
            found.objects(led, KH.coordinatingAgency)
        )


def test_a_plan_of_another_place_gets_its_own_names(tmp_path: Path) -> None:
    """Nothing is tied to the bundled plan: an invented one of another province."""
    path = tmp_path / "invented.txt"
    path.write_text(
        "ỦY BAN NHÂN DÂN\nTỈNH NGHỆ AN\n|\nSố: 07/KH-UBND\n|\nNghệ An, ngày 02 tháng 3 năm 2022\n|\n"
        "KẾ HOẠCH\nTHỬ NGHIỆM (VĂN BẢN GIẢ ĐỊNH)\nI. NHIỆM VỤ\n"
        "1. Sở Y tế xây dựng chương trình thử nghiệm.\n2. Bộ Y tế hướng dẫn thực hiện chương trình.\n",
        encoding="utf-8",
    )
    plan = read_plan(path)
    assert plan.iri == BASE + "doc/vn-22/ubnd/kh/2022/07"
    assert [t.of("lead")[0].iri for t in plan.tasks] == [
        BASE + "agency/vn-22/so-y-te",
        BASE + "agency/vn/bo-y-te",
    ]
