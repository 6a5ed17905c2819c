"""A column of agency names as people keep them, and answers in the form of the Reconciliation Service API 0.2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, ValidationError

from kg.names import BASE, ELI, KH

SCHEMAS = Path(__file__).parent.parent / "data" / "reconciliation" / "answers.schema.json"
AGENCY = f"{KH}Agency"
# As written, and who is meant: abbreviations, without diacritics, old names and those of 2025.
NAMES = [
    ("Sở KHĐT", "vn-73/so-ke-hoach-va-dau-tu"),
    ("So Cong thuong Hau Giang", "vn-73/so-cong-thuong"),
    ("Sở TTTT", "vn-73/so-thong-tin-va-truyen-thong"),
    ("SKHĐT", "vn-73/so-ke-hoach-va-dau-tu"),
    ("Sở KH&CN", "vn-73/so-khoa-hoc-va-cong-nghe"),
    ("so nong nghiep va phat trien nong thon", "vn-73/so-nong-nghiep-va-phat-trien-nong-thon"),
    ("Sở NN&PTNT tỉnh Hậu Giang", "vn-73/so-nong-nghiep-va-phat-trien-nong-thon"),
    ("Uỷ ban nhân dân tỉnh Hậu Giang", "vn-73/ubnd"),
    ("Sở Lao động - Thương binh & Xã hội Hậu Giang", "vn-73/so-lao-dong-thuong-binh-va-xa-hoi"),
    ("NHNN chi nhánh Hậu Giang", "vn-73/ngan-hang-nha-nuoc-viet-nam-chi-nhanh-tinh"),
    ("Ngân hàng Nhà nước Khu vực 14", "vn/ngan-hang-nha-nuoc-khu-vuc-14"),
    ("Bộ KHĐT", "vn/bo-ke-hoach-va-dau-tu"),
    ("Bo Nong nghiep va Moi truong", "vn/bo-nong-nghiep-va-moi-truong"),
    ("Sở Nông nghiệp và Môi trường Hậu Giang", "vn-73/so-nong-nghiep-va-moi-truong"),
    ("Sở Công Thương tỉnh Sóc Trăng", "vn-52/so-cong-thuong"),
    ("UBND thị xã Long Mỹ", "vn-73/thi-xa-long-my/ubnd"),
    ("Đài PTTH Hậu Giang", "vn-73/dai-phat-thanh-va-truyen-hinh"),
    ("BQL các khu công nghiệp Hậu Giang", "vn-73/ban-quan-ly-cac-khu-cong-nghiep"),
    # These two fail: the name is that of the department before the merger too, and no list has «HG» for Hậu Giang.
    ("Sở Công Thương TP Cần Thơ", "vn-ct/2025/so-cong-thuong"),
    ("Sở Kế hoạch & Đầu tư HG", "vn-73/so-ke-hoach-va-dau-tu"),
]
FAIL = {"Sở Công Thương TP Cần Thơ", "Sở Kế hoạch & Đầu tư HG"}


def fits(answer: Any, kind: str) -> None:
    """Raises ``ValidationError`` where *answer* is not of the *kind* that the specification describes."""
    schema = json.loads(SCHEMAS.read_text("utf-8")) | {"$ref": f"#/$defs/{kind}"}
    Draft202012Validator(schema).validate(answer)


def read(client: FlaskClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return json.loads(answer.data)


def test_at_least_eighteen_of_twenty_names_are_right_at_the_first_rank(client: FlaskClient) -> None:
    assert len(NAMES) == 20
    queries = {
        f"q{n}": {"query": name, "type": AGENCY, "limit": 3} for n, (name, _) in enumerate(NAMES)
    }
    answer = client.post("/reconcile", data={"queries": json.dumps(queries)})
    found = json.loads(answer.data)
    fits(found, "results")
    first = {
        name: [one["id"].removeprefix(f"{BASE}agency/") for one in found[f"q{n}"]["result"]][:1]
        for n, (name, _) in enumerate(NAMES)
    }
    wrong = {name for name, meant in NAMES if first[name] != [meant]}
    assert wrong == FAIL
    assert len(NAMES) - len(wrong) >= 18


def first(client: FlaskClient, name: str, **more: Any) -> tuple[str, bool]:
    """What is offered first for *name*, and whether it is matched without asking anybody."""
    answer = client.post("/reconcile", data={"queries": json.dumps({"q": {"query": name, **more}})})
    found = json.loads(answer.data)["q"]["result"]
    assert found, name
    assert not any(one["match"] for one in found[1:])
    return found[0]["id"].removeprefix(BASE), found[0]["match"]


@pytest.mark.parametrize(
    "name",
    [
        "Thanh tra tỉnh",  # every province has one
        "Sở LĐTBXH",
        "Sở KHĐT",
        "UBND TX Long Mỹ",
        "huyện Châu Thành",  # in several provinces
        "UBND huyện Châu Thành",
        "06/KH-UBND",  # of any year and province
        "57-NQ/TW",
        "BCT",  # Bộ Công Thương, Bộ Chính trị
        "Bộ CT",
        "Bộ Tài chính",  # two bodies, before and after March 2025
        "Sở Tài chính tỉnh Hậu Giang",
        "Sở Công Thương TP Cần Thơ",
        "Cần Thơ",
    ],
)
def test_a_name_that_is_not_unique_in_the_country_is_left_to_a_person(
    client: FlaskClient, name: str
) -> None:
    assert first(client, name)[1] is False
    if name not in ("06/KH-UBND", "57-NQ/TW", "huyện Châu Thành", "Cần Thơ"):
        assert first(client, name, type=AGENCY)[1] is False


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Sở GTVT Hậu Giang", "agency/vn-73/so-giao-thong-van-tai"),
        ("so tai nguyen moi truong hau giang", "agency/vn-73/so-tai-nguyen-va-moi-truong"),
        ("Thanh tra tỉnh Hậu Giang", "agency/vn-73/thanh-tra"),
        ("Sở Công Thương tỉnh Sóc Trăng", "agency/vn-52/so-cong-thuong"),
        ("UBND TX Long Mỹ, tỉnh Hậu Giang", "agency/vn-73/thi-xa-long-my/ubnd"),
        ("UBND H. Châu Thành A Hậu Giang", "agency/vn-73/huyen-chau-thanh-a/ubnd"),
        ("Bộ Công Thương", "agency/vn/bo-cong-thuong"),
        ("Bộ KHĐT", "agency/vn/bo-ke-hoach-va-dau-tu"),
        ("Hậu Giang", "unit/vn-73"),
        ("24/2014/NĐ-CP", "doc/vn/cp/nd/2014/24"),
        ("thu hút đầu tư", "voc/theme/investment"),
    ],
)
def test_a_name_with_its_place_or_of_the_nation_is_matched(
    client: FlaskClient, name: str, meant: str
) -> None:
    assert first(client, name) == (meant, True)


def test_letters_for_places_are_read_where_they_stand_for_places(client: FlaskClient) -> None:
    assert first(client, "UBND TX Long Mỹ")[0] == "agency/vn-73/thi-xa-long-my/ubnd"
    bank = "agency/vn-73/ngan-hang-nha-nuoc-viet-nam-chi-nhanh-tinh"
    assert first(client, "NHNN CN tỉnh Hậu Giang")[0] == bank
    assert first(client, "Sở KH và CN tỉnh Hậu Giang")[0] == "agency/vn-73/so-khoa-hoc-va-cong-nghe"


def test_things_come_before_words_for_their_kind(client: FlaskClient) -> None:
    for name in {name for name, _ in NAMES} - FAIL | {"Sở Công Thương", "Sở KH&CN", "Bộ KHĐT"}:
        assert first(client, name)[0].startswith("agency/"), name


def test_every_answer_fits_the_specification(client: FlaskClient) -> None:
    manifest = read(client, "/reconcile")
    fits(manifest, "manifest")
    for name in ("entity", "type", "property"):
        service = manifest["suggest"][name]
        path = service["service_url"].removeprefix("http://localhost") + service["service_path"]
        fits(read(client, f"{path}?prefix={quote('sở cô')}"), "suggestions")
    service = manifest["extend"]["propose_properties"]
    path = service["service_url"].removeprefix("http://localhost") + service["service_path"]
    fits(read(client, f"{path}?type={quote(AGENCY)}"), "proposals")
    thing = f"{BASE}agency/vn-73/so-ke-hoach-va-dau-tu"
    wanted = {
        "ids": [thing, f"{BASE}agency/vn/bo-tai-chinh", f"{BASE}doc/vn/cp/nd/2014/24"],
        "properties": [
            {"id": f"{KH}validTo"},
            {"id": f"{KH}agencyJurisdiction"},
            {"id": f"{ELI}date_document"},
        ],
    }
    found = read(client, f"/reconcile?extend={quote(json.dumps(wanted))}")
    fits(found, "extension")
    assert found["rows"][f"{BASE}agency/vn/bo-tai-chinh"][f"{KH}validTo"] == [
        {"date": "2025-03-01T00:00:00Z"}
    ]


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (
            "manifest",
            {"versions": ["0.1"], "name": "x", "identifierSpace": "x", "schemaSpace": "x"},
        ),
        ("results", {"q0": {}}),
        ("results", {"q0": {"result": [{"id": "x", "name": "x", "score": "much"}]}}),
        ("extension", {"meta": [], "rows": {"x": {"y": [{"date": "2025-03-01"}]}}}),
        ("suggestions", {"result": [{"id": "x"}]}),
    ],
)
def test_what_does_not_fit_is_seen(kind: str, answer: Any) -> None:
    with pytest.raises(ValidationError):
        fits(answer, kind)
