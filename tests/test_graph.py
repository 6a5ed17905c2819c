"""The plan as RDF: identifiers, labels, evidence, shortcuts, stability."""

from __future__ import annotations

from pathlib import Path

from rdflib import RDF, RDFS, BNode, Graph, Literal, URIRef

from kg.graph import build_graph, canonical, infer
from kg.names import BASE, ELI, KH, OA, VOC
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
        quote = start = end = None
        for selector in plan_graph.objects(mention, OA.hasSelector):
            quote = plan_graph.value(selector, OA.exact) or quote
            start = plan_graph.value(selector, OA.start) or start
            end = plan_graph.value(selector, OA.end) or end
        assert text[int(str(start)) : int(str(end))] == str(quote)


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
