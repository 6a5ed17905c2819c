"""Reconciliation Service API 0.2, as a client such as OpenRefine speaks it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from kg.api import create_app
from werkzeug.test import TestResponse

from kg.names import BASE, ELI, KH
from kg.pipeline import build

from ..conftest import DATA

HERE = f"{BASE}agency/vn-73/"
AGENCY, PLACE = f"{KH}Agency", f"{KH}agencyJurisdiction"


def read(answer: TestResponse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.data)
    return found


def get(client: FlaskClient, path: str) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.mimetype == "application/json"
    return read(answer)


def results(client: FlaskClient, **queries: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    answer = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    found = read(answer)
    assert set(found) == set(queries)
    return {key: one["result"] for key, one in found.items()}


def test_the_manifest_says_where_all_is(client: FlaskClient) -> None:
    manifest = get(client, "/reconcile")
    assert manifest["versions"] == ["0.2"]
    assert manifest["identifierSpace"] == BASE
    assert manifest["schemaSpace"] == str(KH)
    assert {"id": AGENCY, "name": "Cơ quan, tổ chức"} in manifest["defaultTypes"]
    thing = quote(f"{HERE}so-cong-thuong", safe="")
    view = manifest["view"]["url"].replace("{{id}}", thing).removeprefix("http://localhost")
    answer = client.get(view)
    assert (answer.status_code, answer.location) == (303, "/agency/vn-73/so-cong-thuong")
    preview = manifest["preview"]["url"].replace("{{id}}", thing).removeprefix("http://localhost")
    page = client.get(preview)
    assert page.status_code == 200
    assert "Sở Công Thương tỉnh Hậu Giang" in page.text
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    for name, typed, expected in (
        ("entity", "so cong", f"{HERE}so-cong-thuong"),
        ("type", "cơ quan", AGENCY),
        ("property", "cơ quan chủ trì", f"{KH}leadAgency"),
    ):
        service = manifest["suggest"][name]
        path = service["service_url"].removeprefix("http://localhost") + service["service_path"]
        found = get(client, f"{path}?prefix={quote(typed)}")["result"]
        assert expected in [one["id"] for one in found]
        assert all(one["name"] for one in found)
    service = manifest["extend"]["propose_properties"]
    path = service["service_url"].removeprefix("http://localhost") + service["service_path"]
    found = get(client, f"{path}?type={quote(AGENCY)}&limit=5")
    assert (found["type"], found["limit"], len(found["properties"])) == (AGENCY, 5, 5)


def test_names_are_matched(client: FlaskClient) -> None:
    found = results(
        client,
        q0={"query": "SỞ CÔNG THƯƠNG TỈNH HẬU GIANG"},
        q5={"query": "SỞ CÔNG THƯƠNG"},
        q1={"query": "so khcn", "type": AGENCY, "limit": 1},
        q2={"query": "sở", "type": [AGENCY], "limit": 3},
        q3={"query": "không có gì như thế"},
        q4={"query": "Sở Công Thương", "type": f"{KH}PolicyTheme"},
    )
    best = found["q0"][0]
    assert (best["id"], best["match"], best["score"]) == (f"{HERE}so-cong-thuong", True, 100)
    assert {"id": AGENCY, "name": "Cơ quan, tổ chức"} in best["type"]
    # Four provinces have one: that of the plan comes first, and a person decides.
    assert (found["q5"][0]["id"], found["q5"][0]["match"]) == (best["id"], False)
    assert [one["match"] for one in found["q0"][1:]] == [False] * (len(found["q0"]) - 1)
    assert [(one["id"], one["match"]) for one in found["q1"]] == [
        (f"{HERE}so-khoa-hoc-va-cong-nghe", False)
    ]
    assert len(found["q2"]) == 3
    assert not any(one["match"] for one in found["q2"])
    assert found["q3"] == found["q4"] == []


def test_types_can_be_wished_for_or_all_be_needed(client: FlaskClient) -> None:
    types = [AGENCY, f"{KH}ProvincialDepartment"]
    found = results(
        client,
        wish={"query": "thu hút đầu tư", "type": [AGENCY], "type_strict": "should"},
        needed={
            "query": "bộ công thương",
            "type": [AGENCY, f"{KH}AgentGroup"],
            "type_strict": "all",
        },
        whole={"query": "sở công thương", "type": types, "type_strict": "any"},
    )
    assert found["wish"][0]["id"] == f"{BASE}voc/theme/investment"
    assert found["needed"] == []
    assert found["whole"][0]["id"] == f"{HERE}so-cong-thuong"


def test_properties_decide(client: FlaskClient) -> None:
    def query(value: object) -> dict[str, Any]:
        return {"query": "sở công thương", "properties": [{"pid": PLACE, "v": value}]}

    found = results(
        client,
        name=query("hau giang"),
        thing=query({"id": f"{BASE}unit/vn-73", "name": "Hậu Giang"}),
        many=query(["Cà Mau", "Hậu Giang"]),
        other=query("Cà Mau"),
        number=query(12),
    )
    for key in ("name", "thing", "many"):
        assert (found[key][0]["id"], found[key][0]["match"]) == (f"{HERE}so-cong-thuong", True)
        assert {"id": PLACE, "value": True} in found[key][0]["features"]
    for key in ("other", "number"):
        assert not any(one["match"] for one in found[key])
        assert found[key][0]["score"] < found["name"][0]["score"]


@pytest.mark.parametrize("pid", ["jurisdiction", PLACE])
@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Sở Công Thương", "so-cong-thuong"),
        ("BQL các KCN tỉnh", "ban-quan-ly-cac-khu-cong-nghiep"),
        ("SNN&PTNT", "so-nong-nghiep-va-phat-trien-nong-thon"),
        ("NHNN chi nhánh tỉnh", "ngan-hang-nha-nuoc-viet-nam-chi-nhanh-tinh"),
        ("UBND huyện Châu Thành", "huyen-chau-thanh/ubnd"),
    ],
)
def test_a_short_name_is_matched_with_its_province(
    client: FlaskClient, pid: str, name: str, meant: str
) -> None:
    def query(place: str) -> dict[str, Any]:
        return {"query": name, "type": AGENCY, "properties": [{"pid": pid, "v": place}]}

    found = results(client, here=query("Hậu Giang"), other=query("Cà Mau"))
    best = found["here"][0]
    assert (best["id"], best["match"]) == (HERE + meant, True)
    assert {"id": pid, "value": True} in best["features"]
    assert not any(one["match"] for one in found["other"])


@pytest.mark.parametrize("name", ["Sở Tài chính", "STC"])
def test_a_name_before_and_after_2025_is_not_matched_with_its_province(
    client: FlaskClient, name: str
) -> None:
    place = {"pid": "jurisdiction", "v": "Hậu Giang"}
    found = results(client, q={"query": name, "properties": [place]})
    assert not any(one["match"] for one in found["q"])


def test_initials_of_two_kinds_of_department_are_not_matched(tmp_path: Path) -> None:
    """«SNV» is Sở Nội vụ and Sở Ngoại vụ, also where the store has one of them."""
    plan = (DATA / "invented" / "gia-dinh-ben-tre.txt").read_text("utf-8")
    (tmp_path / "plan.txt").write_text(plan.replace("Sở Tài chính", "Sở Ngoại vụ"), "utf-8")
    build([tmp_path / "plan.txt"], tmp_path / "store")
    client = create_app({"STORE": tmp_path / "store"}).test_client()

    def query(name: str) -> dict[str, Any]:
        return {"query": name, "properties": [{"pid": "jurisdiction", "v": "Bến Tre"}]}

    found = results(client, initials=query("SNV"), name=query("Sở Ngoại vụ"))
    for one in (found["initials"][0], found["name"][0]):
        assert one["id"] == f"{BASE}agency/vn-50/so-ngoai-vu"
    assert (found["initials"][0]["match"], found["name"][0]["match"]) == (False, True)


def test_a_property_that_does_not_exist_decides_nothing(client: FlaskClient) -> None:
    unknown = {"pid": "no-such-property", "v": "x"}
    place = {"pid": "jurisdiction", "v": "Hậu Giang"}
    query = {"query": "Sở Công Thương"}
    found = results(
        client,
        bare=query,
        unknown=query | {"properties": [unknown]},
        placed=query | {"properties": [place]},
        both=query | {"properties": [unknown, place]},
    )
    assert found["unknown"] == found["bare"]
    assert found["both"] == found["placed"]
    assert found["placed"][0]["match"]


def test_the_short_property_is_suggested_and_fetched(client: FlaskClient) -> None:
    found = get(client, "/reconcile/suggest/property?prefix=jurisdiction&lang=en")["result"]
    assert ("jurisdiction", "jurisdiction") in [(one["id"], one["name"]) for one in found]
    wanted = {"ids": [f"{HERE}so-cong-thuong"], "properties": [{"id": "jurisdiction"}]}
    answer = read(client.post("/reconcile", data={"extend": json.dumps(wanted)}))
    assert answer["meta"] == [{"id": "jurisdiction", "name": "địa bàn quản lý"}]
    (values,) = answer["rows"].values()
    assert values["jurisdiction"] == [{"id": f"{BASE}unit/vn-73", "name": "Tỉnh Hậu Giang"}]


def test_values_are_fetched(client: FlaskClient) -> None:
    plan = f"{BASE}doc/vn-73/ubnd/kh/2021/06"
    wanted = {
        "ids": [plan, f"{HERE}so-cong-thuong", "no IRI at all", f"{BASE}none"],
        "properties": [
            {"id": f"{ELI}id_local"},
            {"id": f"{ELI}date_document"},
            {"id": PLACE},
            {"id": f"{KH}hasClause", "settings": {"limit": 2}},
            {"id": "neither is this"},
        ],
    }
    answer = client.post("/reconcile?lang=en", data={"extend": json.dumps(wanted)})
    assert answer.status_code == 200
    found = read(answer)
    assert found["meta"][2] == {"id": PLACE, "name": "jurisdiction"}
    rows = found["rows"]
    assert rows[plan][f"{ELI}id_local"] == [{"str": "06/KH-UBND"}]
    assert rows[plan][f"{ELI}date_document"] == [{"date": "2021-01-14T00:00:00Z"}]
    assert rows[plan][PLACE] == []
    assert len(rows[plan][f"{KH}hasClause"]) == 2
    place = {"id": f"{BASE}unit/vn-73", "name": "Hậu Giang Province"}
    assert rows[f"{HERE}so-cong-thuong"][PLACE] == [place]
    assert not any(rows["no IRI at all"].values())
    assert len(rows["no IRI at all"]) == 5


def test_old_clients_get_a_call(client: FlaskClient) -> None:
    answer = client.get("/reconcile?callback=jQuery12_3.done")
    assert answer.mimetype == "application/javascript"
    assert answer.text.startswith("/**/jQuery12_3.done({")
    assert answer.text.isascii()
    for name in ("alert(1)//", "a b", "<script>", "a.b.", "é", "x" * 101, "a[0]", ""):
        refused = client.get("/reconcile", query_string={"callback": name})
        assert refused.status_code == 400, name
        assert "callback" in read(refused)["error"]["message"]


def test_another_page_may_ask(client: FlaskClient) -> None:
    answer = client.options("/reconcile", headers={"Origin": "https://example.org"})
    assert answer.status_code == 204
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert client.options("/reconcile/suggest/entity").status_code == 204


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"queries": "{"}, "no JSON"),
        ({"queries": "[" * 100_000}, "no JSON"),
        ({"queries": "[]"}, "an object"),
        ({"queries": "{}"}, "an object"),
        ({"queries": '{"q": 1}'}, "query «q»"),
        ({"queries": '{"q": {}}'}, "«query» is a text"),
        ({"queries": '{"q": {"query": 1}}'}, "«query» is a text"),
        ({"queries": '{"q": {"query": "a", "type": 1}}'}, "«type»"),
        ({"queries": '{"q": {"query": "a", "type_strict": "x"}}'}, "«type_strict»"),
        ({"queries": '{"q": {"query": "a", "limit": -1}}'}, "«limit»"),
        ({"queries": '{"q": {"query": "a", "limit": NaN}}'}, "«limit»"),
        ({"queries": '{"q": {"query": "a", "properties": [{}]}}'}, "«pid»"),
        ({"queries": '{"q": {"query": "a\\u0000"}}'}, "control character"),
        ({"queries": json.dumps({str(n): {"query": "a"} for n in range(101)})}, "at most 100"),
        ({"extend": "{}"}, "«ids»"),
        ({"extend": '{"ids": [1], "properties": []}'}, "«ids»"),
        ({"extend": '{"ids": [], "properties": [1]}'}, "«properties»"),
        ({"extend": json.dumps({"ids": ["a"] * 501, "properties": []})}, "at most 500"),
        ({"queries": "{}", "extend": "{}"}, "not both"),
        ({}, "give «queries» or «extend»"),
    ],
)
def test_what_is_wrong_is_told(client: FlaskClient, parameters: dict[str, str], says: str) -> None:
    answer = client.post("/reconcile", data=parameters)
    assert answer.status_code == 400
    assert says in read(answer)["error"]["message"]


def test_view_and_preview_lead_nowhere_else(client: FlaskClient) -> None:
    for iri in (
        "https://example.org/",
        "//example.org",
        "javascript:alert(1)",
        "",
        f"{BASE}/x.org",
    ):
        for path in ("/reconcile/view", "/reconcile/preview"):
            assert client.get(path, query_string={"id": iri}).status_code == 404
    assert client.get("/reconcile/preview", query_string={"id": f"{BASE}none"}).status_code == 404
