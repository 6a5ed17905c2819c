"""What the graph says of bodies that only a plan names, and what is listed for review."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from rdflib import RDF, RDFS, Graph, Literal, URIRef

from kg.extract import extract
from kg.graph import build_graph
from kg.graph.agents import describe_agent
from kg.model import Document, Plan
from kg.names import BASE, KH, ORG, PROV
from kg.pipeline import reference_graph
from kg.registry import load_registry
from kg.resolution import resolve
from kg.review import review_lines, unknown_mentions
from kg.structure import find_clauses
from kg.validation import check

# Invented for this test; no such plan was issued.
TEXT = """ỦY BAN NHÂN DÂN TỈNH NGHỆ AN
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 999/KH-UBND

Nghệ An, ngày 05 tháng 11 năm 2025

KẾ HOẠCH

Thực hiện một việc bịa ra để kiểm thử

Thực hiện Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị; căn cứ Kết luận số 132-KL/TW, Ủy ban nhân dân tỉnh ban hành Kế hoạch như sau:

I. NHIỆM VỤ

1. Tuyên truyền cho người dân.

- Cơ quan chủ trì: Sở KH&CN.

- Cơ quan phối hợp: Ủy ban Kiểm tra Tỉnh ủy; Hội LHPN tỉnh; Ngân hàng Nhà nước khu vực VIII; UBND các phường, xã.

2. Tập huấn cho cán bộ.

- Cơ quan chủ trì: Sở Sở Công thương.

- Cơ quan phối hợp: Bộ Giao thông vận tải; Sở Sở Công thương.
"""


@cache
def plan() -> Plan:
    document = Document("x.txt", "txt", TEXT, "0" * 64)
    return resolve(extract(find_clauses(document)), load_registry())


@cache
def graph() -> Graph:
    return build_graph(plan())


@pytest.mark.parametrize(
    ("path", "kinds", "type_", "unit", "vi", "en"),
    [
        ("agency/vn-22/so-khoa-hoc-va-cong-nghe", {KH.ProvincialDepartment, KH.Agency, ORG.FormalOrganization},
         "so-khoa-hoc-va-cong-nghe", "vn-22", "Sở Khoa học và Công nghệ tỉnh Nghệ An", "Department of Science and Technology of Nghệ An"),
        ("agency/vn-22/uy-ban-kiem-tra-tinh-uy", {ORG.FormalOrganization},
         "uy-ban-kiem-tra-tinh-uy", "vn-22", "Ủy ban Kiểm tra Tỉnh ủy Nghệ An", "Inspection Commission of the Party Committee of Nghệ An"),
        ("agency/vn-22/hoi-lien-hiep-phu-nu", {KH.SocialOrganization},
         "hoi-lien-hiep-phu-nu-tinh", "vn-22", "Hội Liên hiệp Phụ nữ tỉnh Nghệ An", "Women's Union of Nghệ An"),
        ("agency/vn/ngan-hang-nha-nuoc-khu-vuc-8", {KH.CentralAgencyBranch, KH.Agency},
         "ngan-hang-nha-nuoc-khu-vuc", None, "Ngân hàng Nhà nước Khu vực 8", "State Bank of Vietnam, regional branch, Region 8"),
        ("group/vn-22/ubnd-xa-phuong", {KH.AgentGroup}, None, "vn-22", "Ủy ban nhân dân xã, phường (tỉnh Nghệ An)", "“Ủy ban nhân dân xã, phường” (Nghệ An)"),
        ("agency/vn-22/so-so-cong-thuong", {KH.Agency}, None, "vn-22", "Sở Sở Công thương", "“Sở Sở Công thương”"),
    ],
)  # fmt: skip
def test_a_body_is_described_by_its_type_and_place(
    path: str, kinds: set[URIRef], type_: str | None, unit: str | None, vi: str, en: str
) -> None:
    agent = URIRef(BASE + path)
    assert kinds <= set(graph().objects(agent, RDF.type))
    assert (agent, RDF.type, PROV.Agent) in graph()
    classification = graph().value(agent, ORG.classification)
    assert classification == (URIRef(f"{BASE}voc/agency-type/{type_}") if type_ else None)
    where = graph().value(agent, KH.agencyJurisdiction)
    assert where == (URIRef(f"{BASE}unit/{unit}") if unit else None)
    labels = set(graph().objects(agent, RDFS.label))
    assert labels == {Literal(vi, lang="vi"), Literal(en, lang="en")}


def test_party_bodies_are_no_public_organisations() -> None:
    agent = URIRef(f"{BASE}agency/vn-22/uy-ban-kiem-tra-tinh-uy")
    assert (agent, RDF.type, KH.Agency) not in graph()
    assert not [
        k for k in graph().objects(agent, RDF.type) if str(k).endswith("PublicOrganisation")
    ]


def test_an_invented_plan_has_no_data_errors() -> None:
    assert check(graph(), "data", reference_graph()).conforms


@pytest.mark.parametrize(
    ("path", "vi"),
    [
        ("vn-39/2025/so-y-te", "Sở Y tế tỉnh Đồng Nai"),
        ("vn-ct/2025/van-phong-thanh-uy", "Văn phòng Thành ủy Cần Thơ"),
        ("vn-ct/2025/thanh-uy", "Thành ủy Cần Thơ"),
        ("vn-39/2025/bao", "Báo Đồng Nai"),
        ("vn-22/ban-quan-ly-khu-kinh-te-dong-nam", "Ban Quản lý Khu kinh tế Đông Nam"),
        ("vn-22/xa-tan-phu/ubnd", "Ủy ban nhân dân xã Tân Phú"),
    ],
)
def test_names_as_they_are_used(path: str, vi: str) -> None:
    assert describe_agent(f"{BASE}agency/{path}", vi).vi == vi


def test_what_is_in_doubt_is_listed_once_with_its_reason() -> None:
    found = {u.name: (u.kind, u.why, u.count) for u in unknown_mentions(plan(), load_registry())}
    assert found == {
        "Sở Sở Công thương": ("actor", "unknown-type", 2),
        "Bộ Giao thông vận tải": ("actor", "ended", 1),
        "132-KL/TW": ("document", "unknown-year", 1),
    }
    (one,) = [u for u in unknown_mentions(plan(), load_registry()) if u.why == "unknown-type"]
    assert (one.jurisdiction, one.plan) == ("vn-22", plan().iri)


def test_the_lines_of_the_summary() -> None:
    lines = review_lines(unknown_mentions(plan(), load_registry()) * 2)
    assert lines[0] == "to review: 3 names and documents that could not be told for certain"
    assert lines[1] == "  no type of body is called so: «Sở Sở Công thương» (4)"
    assert len(lines) == 4


def test_issuers_are_those_of_the_documents_day() -> None:
    by_number = {r.number: r for r in plan().references}
    assert [i.iri for i in by_number["57-NQ/TW"].issuers] == [f"{BASE}agency/vn/bo-chinh-tri"]
    assert by_number["57-NQ/TW"].date == date(2024, 12, 22)
    assert by_number["132-KL/TW"].issuers == ()
    assert by_number["132-KL/TW"].iri == f"{plan().iri}/cited/132-kl-tw"
