"""Home, questions, the query page, the comparison, and errors as a browser gets them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from kg.api import create_app
from kg.api.fields import name_of
from kg.api.openapi import document
from kg.api.tables import words
from openapi_spec_validator import validate
from openpyxl import load_workbook

from kg.catalogue import questions
from kg.choices import KINDS, Choice, choices, matching, require_known, since
from kg.errors import UnknownValue
from kg.pipeline import build
from kg.store import Dataset, open_dataset

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
OFFICE = "https://w3id.org/kehoach/agency/vn-73/so-cong-thuong"
PLANS = Path(__file__).parent.parent.parent / "kg" / "plans"


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers=BROWSER)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled plan, and the same plan as another province would have it."""
    folder = tmp_path_factory.mktemp("two")
    text = next(PLANS.glob("*.txt")).read_text("utf-8")
    (folder / "a.txt").write_text(text, "utf-8")
    other = text.replace("HẬU GIANG", "AN GIANG").replace("Hậu Giang", "An Giang")
    other = other.replace("06/KH-UBND", "19/KH-UBND").replace("25,29%", "31%")
    (folder / "b.txt").write_text(other, "utf-8")
    build([folder], folder / "store")
    return folder / "store"


@pytest.fixture(scope="module")
def pair(two: Path) -> Iterator[FlaskClient]:
    app = create_app({"STORE": two})
    yield app.test_client()
    app.extensions["engine"].close()


# -- headings and choices -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(questions()))
def test_every_column_has_its_heading_in_both_languages(dataset: Dataset, name: str) -> None:
    from kg.catalogue import answer

    question = questions()[name]
    columns = answer(question, dataset, lang="vi").columns
    assert tuple(column.name for column in question.columns) == columns
    for lang in ("vi", "en"):
        assert all(h and h not in columns for h in question.headings(columns, lang))


@pytest.mark.parametrize("kind", KINDS)
def test_a_picker_offers_what_the_dataset_has(dataset: Dataset, kind: str) -> None:
    offered = choices(dataset, kind, "vi")
    assert offered
    assert len({choice.value for choice in offered}) == len(offered)
    assert all(choice.label and choice.uses > 0 for choice in offered)


@pytest.mark.parametrize(
    "typed", ["so cong thuong", "Sở Công Thương", "CONG THUONG so", "industry trade"]
)
def test_a_picker_is_searched_without_diacritics_in_either_language(
    dataset: Dataset, typed: str
) -> None:
    for lang in ("vi", "en"):
        assert OFFICE in {c.value for c in matching(choices(dataset, "agency", lang), typed, 20)}
    assert matching(choices(dataset, "agency", "vi"), "khong co dau", 20) == []


def test_a_name_that_means_nothing_is_answered_with_what_is_near(dataset: Dataset) -> None:
    with pytest.raises(UnknownValue) as told:
        require_known(dataset, "agency", "agency", "so cong thuog")
    assert told.value.parameter == "agency"
    assert "Sở Công Thương tỉnh Hậu Giang" in dict(told.value.suggestions).values()
    assert "no agency is called" in str(told.value)


def test_a_name_that_means_two_things_is_answered_with_both(two: Path) -> None:
    with pytest.raises(UnknownValue, match="can be") as told:
        require_known(open_dataset(two), "agency", "agency", "so cong thuong")
    assert len(told.value.suggestions) == 2


def test_a_name_of_bodies_of_several_levels_is_not_decided(dataset: Dataset) -> None:
    with pytest.raises(UnknownValue, match="can be") as told:
        require_known(dataset, "agency", "agency", "UBND")
    assert len(told.value.suggestions) > 8


@pytest.mark.parametrize("typed", ["Sở KHCN", "SKHCN", "UBND tỉnh", "ubnd tinh"])
def test_a_short_name_of_bodies_of_two_provinces_is_answered_with_both(
    two: Path, typed: str
) -> None:
    with pytest.raises(UnknownValue, match="can be") as told:
        require_known(open_dataset(two), "agency", "agency", typed)
    assert {iri.split("/")[5] for iri, _ in told.value.suggestions} == {"vn-44", "vn-73"}
    assert all(f"{label} <{iri}>" in str(told.value) for iri, label in told.value.suggestions)


def test_names_and_places() -> None:
    assert since("Tỉnh Đồng Nai (từ 01/7/2025)") == "Tỉnh Đồng Nai"
    assert since("Tỉnh Hậu Giang") == "Tỉnh Hậu Giang"
    offered = (Choice(OFFICE, "Sở Công Thương", 1),)
    assert name_of("/agency/vn-73/so-cong-thuong", offered) == "Sở Công Thương"
    assert name_of("x", offered) == "x"


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        ("--11-10", "10/11", "10 November"),
        ("--02-30", "--02-30", "--02-30"),
        ("P1Y", "hằng năm", "every year"),
        ("P6M", "6 tháng một lần", "every 6 months"),
        ("2021-01-14", "14/01/2021", "14 January 2021"),
        (">=", "≥", "≥"),
        ("II.1.a", "II.1.a", "II.1.a"),
    ],
)
def test_values_as_readers_write_them(value: str, vi: str, en: str) -> None:
    assert (words(value, "vi"), words(value, "en")) == (vi, en)


# -- a question's page --------------------------------------------------------------------------------


def test_the_page_has_headings_in_words_and_the_files_names(client: FlaskClient) -> None:
    html = page(client, "/q/agency/duties?lang=en")
    assert ">Source words</a>" in html
    assert "roleLabel<" not in html
    plain = client.get("/q/agency/duties.csv?lang=vi").get_data(as_text=True)
    assert plain.startswith("agencyLabel,roleLabel,path,")
    told = client.get("/q/agency/duties.csv?lang=vi&headings=words&bom=1").data
    assert told.startswith("\ufeffCơ quan,Vai trò,Vị trí,".encode())
    assert client.get("/q/agency/duties.csv?headings=x").status_code == 400


def test_csv_and_xlsx_hold_the_same(client: FlaskClient) -> None:
    import csv

    text = client.get("/q/agency/duties.csv?lang=vi").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(text)))
    sheet = load_workbook(io.BytesIO(client.get("/q/agency/duties.xlsx?lang=vi").data)).active
    assert sheet is not None
    cells = [
        ["" if v is None else str(v) for v in row] for row in sheet.iter_rows(values_only=True)
    ]
    assert cells == rows
    assert "Sở Công Thương tỉnh Hậu Giang" in text


def test_a_long_answer_is_paged_and_says_so(client: FlaskClient) -> None:
    first, second = page(client, "/q/agency/duties"), page(client, "/q/agency/duties?page=2")
    assert "1–100" in first
    assert "101–131" in second
    assert (first.count("<tr role"), second.count("<tr role")) == (101, 32)
    for wrong in ("3", "0", "-1", "x", "1" * 30, "١"):
        assert client.get(f"/q/agency/duties?page={wrong}").status_code == 400


def test_an_answer_is_sorted_by_any_column_both_ways(client: FlaskClient) -> None:
    def shown(sort: str) -> list[str]:
        html = page(client, f"/q/agency/workload?lang=vi&sort={sort}")
        body = html.split('<tbody role="rowgroup">')[1].split("</tbody>")[0]
        return [re.findall(r"<td[^>]*>(.*?)</td>", row)[1] for row in body.split("</tr>")[:-1]]

    up, down = shown("leads"), shown("-leads")
    assert up == sorted(up, key=int)
    assert down == sorted(up, key=int, reverse=True)
    assert 'aria-sort="descending"' in page(client, "/q/agency/workload?sort=-leads")
    assert client.get("/q/agency/workload?sort=nothing").status_code == 400


def test_a_fault_stands_at_its_field_and_the_form_is_kept(client: FlaskClient) -> None:
    plan = "https://w3id.org/kehoach/doc/vn-73/ubnd/kh/2021/06"
    query = urlencode({"agency": "cong thuong", "plan": plan, "lang": "vi"})
    answer = client.get(f"/q/agency/duties?{query}", headers=BROWSER)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in html
    assert "Sở Công Thương tỉnh Hậu Giang" in html
    assert f'value="{plan}" selected' in html
    assert "cong thuong" in html


def test_a_program_gets_the_fault_as_json(client: FlaskClient) -> None:
    answer = client.get("/q/agency/duties.json?agency=cong+thuong&lang=vi")
    assert answer.status_code == 400
    error = json.loads(answer.data)["error"]
    assert (error["code"], error["detail"]["parameter"]) == ("unknown-value", "agency")
    assert OFFICE in {one["value"] for one in error["detail"]["suggestions"]}


@pytest.mark.parametrize(
    "query",
    [
        "agency=a&agency=b",
        "what=x",
        "lang=vi&lang=en",
        "plan=http://[",
        "agency=%FF",
        "page=1&page=2",
    ],
)
def test_requests_that_cannot_be_meant_are_400(client: FlaskClient, query: str) -> None:
    assert client.get(f"/q/agency/duties?{query}", headers=BROWSER).status_code == 400
    assert client.get(f"/q/agency/duties.csv?{query}").status_code == 400


@pytest.mark.parametrize("way", ["so cong thuong", OFFICE, "/agency/vn-73/so-cong-thuong"])
def test_a_thing_is_named_by_name_iri_or_path(client: FlaskClient, way: str) -> None:
    rows = json.loads(client.get(f"/q/agency/duties.json?{urlencode({'agency': way})}").data)
    assert {row["agency"] for row in rows} == {OFFICE}


def test_an_empty_answer_says_what_was_looked_for_and_why(client: FlaskClient) -> None:
    assert "Chưa có dữ kiện nào được sửa." in page(client, "/q/quality/corrections?lang=vi")
    html = page(client, "/q/target/list?y=1999&lang=en")
    assert "No rows." in html
    assert "1999" in html
    one = page(client, "/q/corpus/leads-by-document?lang=en")
    assert "Needs plans of two provinces or more" in one
    assert "The store has 1 plan." in one


def test_the_query_behind_an_answer_runs_as_it_is(client: FlaskClient) -> None:
    text = client.get("/q/agency/duties.rq?agency=so+cong+thuong&lang=vi").get_data(as_text=True)
    assert "PREFIX kh:" in text
    assert "#+ param" not in text
    rows = client.get(f"/sparql?{urlencode({'query': text})}", headers={"Accept": "text/csv"})
    asked = client.get("/q/agency/duties.csv?agency=so+cong+thuong&lang=vi").data
    assert rows.data.count(b"\r\n") == asked.count(b"\r\n")


@pytest.mark.parametrize("name", sorted(questions()))
def test_a_question_is_described_in_rdf(client: FlaskClient, name: str) -> None:
    graph = ox.Store()
    graph.load(client.get(f"/q/{name}.ttl").data, format=ox.RdfFormat.TURTLE)
    node = ox.NamedNode(f"https://w3id.org/kehoach/q/{name}")
    told = {q.predicate.value.rpartition("#")[2] for q in graph.quads_for_pattern(node, None, None)}
    assert {"type", "label", "select", "prefixes"} <= told
    parameters = list(
        graph.quads_for_pattern(None, ox.NamedNode("http://www.w3.org/ns/shacl#path"), None)
    )
    assert len(parameters) == len(questions()[name].parameters)


def test_topics(client: FlaskClient) -> None:
    html = page(client, "/q?lang=vi")
    assert html.count('href="/q/') >= len(questions())
    assert "Ai báo cáo cho ai" in page(client, "/q/report?lang=vi")
    assert "Ai báo cáo cho ai" not in page(client, "/q/task?lang=vi")
    assert client.get("/q/nothing", headers=BROWSER).status_code == 404


def test_openapi_is_valid_and_has_every_question(client: FlaskClient) -> None:
    told = json.loads(client.get("/openapi.json").data)
    validate(told)
    assert told["openapi"].startswith("3.1")
    for name, question in questions().items():
        operation = told["paths"][f"/q/{name}.json"]["get"]
        named = {parameter["name"] for parameter in operation["parameters"]}
        assert {parameter.name for parameter in question.parameters} <= named
    assert {"/sparql", "/search", "/update", "/store", "/health", "/network.gexf"} <= set(
        told["paths"]
    )
    assert document("https://example.org")["servers"] == [{"url": "https://example.org"}]


# -- home, the query page, errors ---------------------------------------------------------------------


def test_the_home_page_sifts_and_sorts(pair: FlaskClient) -> None:
    assert "19/KH-UBND" in page(pair, "/?text=an+giang")
    assert "06/KH-UBND" not in page(pair, "/?text=an+giang+19")
    assert "19/KH-UBND" not in page(pair, f"/?province={quote('Tỉnh Hậu Giang')}&lang=vi")
    assert "06/KH-UBND" not in page(pair, "/?year=1999")
    up, down = page(pair, "/?sort=number"), page(pair, "/?sort=-number")
    assert up.index("06/KH-UBND") < up.index("19/KH-UBND")
    assert down.index("06/KH-UBND") > down.index("19/KH-UBND")
    assert pair.get("/?page=2").status_code == 400


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    from kg.store import publish

    publish([], tmp_path / "store", {"plans": []})
    app = create_app({"STORE": tmp_path / "store"})
    client = app.test_client()
    assert "kg build" in page(client, "/")
    assert "kg build" in page(client, "/compare")
    assert "The store has no plan yet." in page(client, "/q/task/list?lang=en")
    app.extensions["engine"].close()


def test_the_query_page_takes_examples_and_tells_faults(client: FlaskClient) -> None:
    assert "kh:leadAgency" in page(client, "/sparql?example=task/list")
    assert client.get("/sparql?example=no/thing", headers=BROWSER).status_code == 404
    wrong = client.get("/sparql?page=1&query=SELECT+*+%7B&lang=vi", headers=BROWSER)
    assert wrong.status_code == 400
    assert "Truy vấn chưa chạy được" in wrong.get_data(as_text=True)
    assert "<textarea" in wrong.get_data(as_text=True)
    policy = client.get("/sparql", headers=BROWSER).headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'self'" in policy


def test_the_terms_for_completion_are_our_own(client: FlaskClient) -> None:
    answer = client.get("/sparql/terms.json?lang=vi")
    told = json.loads(answer.data)
    classes = {one["iri"]: one for one in told["classes"]}
    task = classes["https://w3id.org/kehoach/ont#Task"]
    assert (task["label"], task["count"] > 30) == ("Nhiệm vụ", True)
    assert any(one["iri"].endswith("leadAgency") for one in told["properties"])
    assert told["prefixes"]["kh"] == "https://w3id.org/kehoach/ont#"
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/sparql/terms.json?lang=vi", headers=tag).status_code == 304
    assert client.get("/sparql/terms.json?lang=en", headers=tag).status_code == 200


def test_errors_are_told_in_the_readers_words(client: FlaskClient) -> None:
    for lang, said in (("vi", "Không có trang này"), ("en", "There is no such page")):
        answer = client.get(f"/agency/khong-co?lang={lang}", headers=BROWSER)
        assert answer.status_code == 404
        html = answer.get_data(as_text=True)
        assert said in html
        assert 'value="khong co"' in html


# -- plans side by side -------------------------------------------------------------------------------

A = "/doc/vn-73/ubnd/kh/2021/06"


def test_plans_stand_side_by_side(pair: FlaskClient) -> None:
    listed = page(pair, "/compare?lang=vi")
    b = next(p for p in re.findall(r'name="plan" value="([^"]+)"', listed) if p != A)
    both = urlencode([("plan", A), ("plan", "https://w3id.org/kehoach" + b), ("lang", "vi")])
    html = page(pair, f"/compare?{both}")
    assert "Nhiệm vụ theo chủ đề" in html
    row = html.split("Sở Công Thương</th>")[1].split("</tr>")[0]
    assert row.count(">11</a>") == 2  # each province's own office, in one row
    text = pair.get(f"/compare.csv?{both}").get_data(as_text=True)
    assert "Nhiệm vụ theo cơ quan chủ trì,Sở Công Thương,11,11" in text
    assert "thiếu cơ quan chủ trì" in text
    assert pair.get(f"/compare.xlsx?{both}").data.startswith(b"PK")


def test_a_comparison_names_what_it_does_not_know(pair: FlaskClient) -> None:
    assert pair.get("/compare?plan=/doc/no", headers=BROWSER).status_code == 400
    assert pair.get(f"/compare.csv?plan={A}").status_code == 400
    assert "ít nhất một kế hoạch" in page(pair, f"/compare?plan={A}&lang=vi")
    twice = f"/compare?plan={A}&plan={A}&lang=vi"
    assert "Cùng một kế hoạch được nêu hai lần" in page(pair, twice)
    assert "hai lần" not in page(pair, f"/compare?plan={A}&lang=vi")
    assert "different plans" in pair.get(f"/compare.csv?plan={A}&plan={A}").get_data(as_text=True)
    assert "19/KH-UBND" not in page(pair, "/compare?find=hau+giang")


def test_a_store_of_one_plan_explains_itself(client: FlaskClient) -> None:
    assert "mới có một kế hoạch" in page(client, "/compare?lang=vi")


@pytest.mark.parametrize("typed", ["sở khcn", "SKHCN", "so kh&cn"])
def test_a_picker_finds_what_is_typed_short(client: FlaskClient, typed: str) -> None:
    found = client.get("/q/values/agency.json", query_string={"q": typed}).get_json()
    assert [one["label"] for one in found][:1] == ["Sở Khoa học và Công nghệ tỉnh Hậu Giang"]
    assert client.get("/q/values/agency.json?q=khong+co+xyz").json == []
