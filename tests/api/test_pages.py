"""What readers see on pages: languages, units, refusals in their words, addresses that were cut short."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from kg.api.asking import _ours as asking_ours
from kg.api.spoken import is_vietnamese, spoken, tongue

from kg.export import Table, on_one_line, to_csv, to_json, to_xlsx
from kg.network import AS, PROJECTIONS
from kg.store import open_dataset

HTML = {"Accept": "text/html"}
PLAN = "/doc/vn-73/ubnd/kh/2021/06"


def page(client: FlaskClient, path: str, lang: str = "en") -> str:
    answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}", headers=HTML)
    assert answer.status_code == 200, path
    return answer.text


# -- languages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sở Công Thương", True),
        ("UBND tỉnh Hậu Giang", True),
        ("an toàn giao thông", True),
        ("ứng dụng công nghệ số trong logistics và thương mại điện tử", True),
        ("Department of Health of Hậu Giang", False),
        ("Bình Liêu District", False),
        ("GRDP", False),
        ("Decree 24/2014/NĐ-CP", False),
        ("24/2014/NĐ-CP", False),
        ("", False),
    ],
)
def test_vietnamese_is_told_from_english_with_vietnamese_names(text: str, expected: bool) -> None:
    assert is_vietnamese(text) is expected


def test_vietnamese_names_on_an_english_page_are_marked_as_such(client: FlaskClient) -> None:
    html = page(client, "/agency/vn-73/so-cong-thuong.html")
    assert 'Department of Industry and Trade of <span lang="vi">Hậu Giang</span>' in html
    assert '<span lang="vi">Hậu Giang</span>' not in page(
        client, "/agency/vn-73/so-cong-thuong.html", "vi"
    )


def test_the_number_of_a_document_is_left_whole(client: FlaskClient) -> None:
    assert "Decree 24/2014/NĐ-CP" in page(client, "/doc")


def test_the_official_name_stands_beside_an_english_one_that_was_found_by_another(
    client: FlaskClient,
) -> None:
    html = page(client, "/search?q=so+khcn")
    assert 'also called: <span lang="vi">Sở Khoa học và Công nghệ' in html


def test_what_turns_the_writing_round_is_set_apart(client: FlaskClient) -> None:
    html = page(client, "/search?q=xyz%E2%80%AEabc")
    assert "<bdi>xyz\u202eabc</bdi>" in html
    assert "\u202e" not in html.split("</title>")[0]
    refused = client.get("/agency?under=%E2%80%AEabc&lang=vi", headers=HTML)
    assert "<bdi>«under» không thể là «\u202eabc»" in refused.text


def test_a_target_tells_its_unit_in_the_language_of_the_page(client: FlaskClient) -> None:
    path = f"{PLAN}/target/2025-toc-do-tang-truong-grdp-linh-vuc-cong-nghiep.html"
    vi, en = page(client, path, "vi"), page(client, path)
    assert "<small>%/năm" in vi
    assert "<small>percent per year" in en
    for html in (vi, en):
        title = html.split("<title>")[1].split("</title>")[0]
        assert "toc-do" not in title
        assert "Tốc độ tăng GRDP" in title


def test_english_names_of_ours_are_marked_in_answers(client: FlaskClient) -> None:
    html = page(client, "/q/agency/yearly")
    row = html.split("<tbody")[1]
    assert 'class="ours"' in row
    assert 'class="ours"' not in page(client, "/q/agency/yearly", "vi").split("<tbody")[1]


def test_a_text_that_only_begins_like_an_address_is_a_text(client: FlaskClient) -> None:
    table = Table(("x",), (("https://w3id.org/kehoach/agency/<a b>",), (None,)))
    assert asking_ours(open_dataset(client.application.config["STORE"]), table.rows, "en") == set()


def test_a_quoted_vietnamese_name_is_no_english_one_of_ours(client: FlaskClient) -> None:
    html = page(client, "/group")
    quoted = html.split("“Các đơn vị”")[1]
    assert not quoted.startswith('</span></a><abbr class="ours"')
    assert quoted.startswith(" (Hậu Giang)</span></a></th>")


# -- pages of their own ------------------------------------------------------------------------------------


def test_a_goal_tells_its_words_and_its_targets(client: FlaskClient) -> None:
    html = page(client, f"{PLAN}/goal/2025.html", "vi")
    assert "nguyên" not in html.split("<h1")[1].split("</h1>")[0]
    assert "xem trong văn bản" in html
    assert html.split("Chỉ tiêu <span")[1].count("<tr>") > 5


def test_a_group_of_tasks_lists_them(client: FlaskClient) -> None:
    html = page(client, f"{PLAN}/group/II.2.html")
    assert html.count('<li class="duty') > 5
    assert "Every statement" in html  # what it is made from is still to be had


def test_a_time_under_a_condition_says_so(client: FlaskClient) -> None:
    assert "if any" in page(client, f"{PLAN}/task/II.2.d.p1.html")
    assert ">if any</span>" in page(client, f"{PLAN}.html")
    # Vietnamese readers read it in the plan's own words already.
    assert ">nếu có</span>" not in page(client, f"{PLAN}/task/II.2.d.p1.html", "vi")


def test_what_an_agency_must_do_again_tells_its_role(client: FlaskClient) -> None:
    html = page(client, "/agency/vn-73/so-cong-thuong.html")
    yearly = html.split('id="yearly"')[1].split("</ol>")[0]
    assert yearly.count('class="role role-') >= yearly.count("<li>") > 0


# -- refusals and short addresses --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/agency?page=-1", "/agency?page=9", "/agency?under=vn-00", "/finding?of=none", "/finding?of=open-Task-time&page=99",
     "/network?view=none", "/network?as=x", "/network?projection=x", "/network?period=abc", "/network?theme=none",
     "/?sort=none", "/?page=0", "/q/agency/duties?page=9", "/q/agency/duties?sort=none",
     "/compare?plan=none", "/search?q=a&kind=none", "/agency?q=a&q=b", "/network?view=graph&view=table"],
)  # fmt: skip
def test_a_wrong_value_is_refused_in_the_words_of_the_reader(
    client: FlaskClient, path: str
) -> None:
    answer = client.get(f"{path}&lang=vi", headers=HTML)
    assert answer.status_code in (400, 404)
    told = answer.text.split('<div class="warning">')[1].split("</div>")[0]
    assert 'lang="en"' not in told
    assert "«" in told or "không có" in told


def test_ways_to_see_the_network_are_those_that_there_are(client: FlaskClient) -> None:
    for as_ in AS:
        assert client.get(f"/network.json?as={as_}").status_code == 200
    for projection in PROJECTIONS:
        assert client.get(f"/network.json?projection={projection}").status_code == 200


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/agency/vn-73", "/agency?under=vn-73"),
        ("/doc/vn-73", "/doc?under=vn-73"),
        ("/doc/vn-73/ubnd/kh", "/doc?under=vn-73/ubnd/kh"),
        (f"{PLAN}/task", f"{PLAN}.html#tasks"),
        (f"{PLAN}/target", f"{PLAN}.html#targets"),
    ],
)
def test_an_address_that_was_cut_short_leads_to_a_list(
    client: FlaskClient, path: str, leads_to: str
) -> None:
    answer = client.get(path, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, leads_to)
    assert client.get(path).status_code == 404  # a program asked for a thing, which there is not
    assert client.get(leads_to.partition("#")[0], headers=HTML).status_code == 200


def test_a_list_under_an_address_has_what_begins_with_it(client: FlaskClient) -> None:
    html = page(client, "/doc?under=vn-73/ubnd")
    assert html.count('<th scope="row">') == 1
    assert "06/KH-UBND" in html


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/khong-co", "không có gì ở địa chỉ «/khong-co»"),
        ("/agency/khong-co", "dữ liệu ở đây không có gì về"),
    ],
)
def test_what_is_not_there_is_told_in_the_words_of_the_reader(
    client: FlaskClient, path: str, words: str
) -> None:
    answer = client.get(f"{path}?lang=vi", headers=HTML)
    assert answer.status_code == 404
    assert words in answer.text
    assert path in client.get(path).get_json()["error"]["message"]


# -- tables for people -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sở Y tế\nchủ trì", "Sở Y tế chủ trì"),
        ("a \r\n\t b\u2028c", "a b c"),
        ("\n=1+1", "=1+1"),
        ("hai  dấu cách", "hai  dấu cách"),
    ],
)
def test_line_breaks_become_spaces(text: str, expected: str) -> None:
    assert on_one_line(text) == expected


def test_a_table_for_people_has_a_row_a_line(client: FlaskClient) -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    table = Table(("quote", "n"), (("Sở Y tế\nchủ trì", 1), ("\n=1+1", 2)))
    assert to_csv(table).decode().splitlines() == ["quote,n", "Sở Y tế chủ trì,1", "'=1+1,2"]
    assert "Sở Y tế\\nchủ trì" in to_json(table).decode()
    sheet = load_workbook(BytesIO(to_xlsx(table))).active
    assert sheet is not None
    assert [row[0] for row in sheet.values] == ["quote", "Sở Y tế chủ trì", "'=1+1"]
    lines = client.get("/q/agency/duties.csv").data.decode().splitlines()
    assert len(lines) == 132


def test_english_words_on_a_vietnamese_page_are_marked_as_such(client: FlaskClient) -> None:
    with client.application.test_request_context("/?lang=vi"):
        assert spoken("Chronicle", "en") == '<span lang="en">Chronicle</span>'
        assert spoken("<b>Sở</b>", "vi") == "&lt;b&gt;Sở&lt;/b&gt;"
        assert tongue("Chronicle", "en") == ' lang="en"'
        assert tongue("Sở Y tế") == ""
