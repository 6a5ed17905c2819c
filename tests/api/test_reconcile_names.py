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
