"""The page of a plan and what is taken away from it: marks in place, links that meet, filters, calendars, citations."""

from __future__ import annotations

import datetime
import html
import itertools
import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from kg.api import create_app
from kg.api.anchors import document_path, fragment, plan_page
from kg.api.plan.calendar import last_day
from kg.api.plan.citing import reference_at
from kg.api.plan.layout import lay_out
from kg.api.plan.marking import Marker
from kg.api.plan.model import Clause, Due, Mark
from selectolax.lexbor import LexborHTMLParser

from kg.names import BASE
from kg.passages import make_passage
from kg.pipeline import build
from kg.store import Dataset

from ..conftest import PLAN

DOC = "doc/vn-73/ubnd/kh/2021/06"
PAGE = f"/{DOC}.html"


@pytest.fixture(scope="module")
def page(client: FlaskClient) -> LexborHTMLParser:
    answer = client.get(PAGE + "?lang=vi")
    assert answer.status_code == 200
    assert len(answer.data) < 250_000
    return LexborHTMLParser(answer.text)


def shown(page: LexborHTMLParser, query: str) -> str:
    node = page.css_first(query)
    assert node is not None, query
    return " ".join(node.text().split())


# -- places ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "document", "place"),
    [
        ("doc/vn-73/ubnd/kh/2021/06", "doc/vn-73/ubnd/kh/2021/06", None),
        ("doc/vn-73/ubnd/kh/2021/06/c/sec_II", "doc/vn-73/ubnd/kh/2021/06", "c-sec_II"),
        ("doc/vn-73/ubnd/kh/2021/06/ev/task-II.1/quote", "doc/vn-73/ubnd/kh/2021/06", "m-task-II.1"),
        ("doc/vn-ct/2025/ubnd/kh/2025/9/task/II.1", "doc/vn-ct/2025/ubnd/kh/2025/9", "f-task-II.1"),
        ("doc/vn-73/ubnd/kh/2021/06/task/II/as/lead-1", "doc/vn-73/ubnd/kh/2021/06", "f-task-II"),
        ("agency/vn-73/ubnd", None, None),
        ("doc/vn-73", None, None),
    ],
)  # fmt: skip
def test_where_an_iri_is_shown(path: str, document: str | None, place: str | None) -> None:
    assert document_path(BASE + path) == document
    assert fragment(BASE + path) == place
    address = f"/{document}.html" + (f"?at={place}#{place}" if place else "")
    assert plan_page(BASE + path) == (address if document else None)


# -- the text ----------------------------------------------------------------------------------------------


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def test_the_whole_text_is_shown_in_order(page: LexborHTMLParser) -> None:
    text = PLAN.read_text("utf-8")
    source = page.css_first(".source")
    assert source is not None
    for link in source.css("a.cite"):
        link.decompose()
    assert words(source.text()) == words(make_passage(text, 0, len(text)).text)


def test_clauses_have_anchors_levels_and_headings(page: LexborHTMLParser) -> None:
    heading = page.css_first("#c-sec_II__para_4")
    assert heading is not None
    assert heading.tag == "h4"
    assert shown(page, "#c-sec_II__para_4").startswith("4. Xây dựng Danh mục các sản phẩm")
    assert shown(page, "#c-sec_II__para_2__point_dd .no") == "đ)"
    levels = [int(str(node.tag)[1]) for node in page.css("h1, h2, h3, h4, h5, h6")]
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


def test_lines_broken_by_the_page_are_joined(page: LexborHTMLParser) -> None:
    item = page.css_first("#c-sec_I__para_1__al_1")
    assert item is not None
    assert "hiệu quả Nghị quyết số 124/NQ-CP" in item.text()


def test_every_link_within_the_page_meets_something(page: LexborHTMLParser) -> None:
    ids = [node.attributes["id"] for node in page.css("[id]")]
    assert len(ids) == len(set(ids))
    hrefs = [node.attributes["href"] or "" for node in page.css("a")]
    inner = {href[1:] for href in hrefs if href.startswith("#")}
    assert len(inner) > 200
    assert inner <= set(ids)


@pytest.mark.parametrize(
    ("mark", "kind", "said"),
    [
        ("m-as-II.4.a-lead-1", "k-lead", "Sở Công Thương"),
        ("m-time-II.4.a", "k-time", "Định kỳ 02 năm/lần"),
        ("m-target-2025-co-cau-kinh-te-cua-nganh-cong-nghiep", "k-target", "25,29%"),
        ("m-citation-1", "k-citation", "Nghị quyết số 124/NQ-CP ngày 03 tháng 9 năm 2020 của Chính phủ"),
        ("m-as-II.4.a-coordinating-1", "k-coordinator", "Các sở, ban, ngành tỉnh"),
    ],
)  # fmt: skip
def test_a_mark_holds_the_words_and_leads_to_the_fact(
    page: LexborHTMLParser, mark: str, kind: str, said: str
) -> None:
    node = page.css_first(f'[id="{mark}"]')
    assert node is not None
    assert node.text() == said
    assert kind in (node.attributes["class"] or "").split()
    link = node.css_first("a")
    assert link is not None
    fact = page.css_first(f'[id="{(link.attributes["href"] or "")[1:]}"]')
    assert fact is not None
    assert [a for a in fact.css("a") if a.attributes["href"] == f"#{mark}"], "and the fact back"


def marked(text: str, *marks: tuple[int, int, str]) -> str:
    found = [Mark(a, b, f"m-{i}", kind, f"f-{i}") for i, (a, b, kind) in enumerate(marks)]
    found.sort(key=lambda m: (m.start, -m.end))
    return str(Marker(text, lambda fact: "#" + fact).html((0, len(text)), found))


@pytest.mark.parametrize(
    ("marks", "html_"),
    [
        ([], "ab cd"),
        (
            [(0, 5, "")],
            '<span class="m" id="m-0">ab cd</span>',
        ),
        (
            [(0, 5, ""), (3, 5, "lead")],
            '<span class="m" id="m-0">ab <span class="m k-lead" id="m-1"><a href="#f-1">cd</a></span></span>',
        ),
        (  # a link never lies in another: the innermost mark has the words
            [(0, 5, "lead"), (0, 2, "time")],
            ('<span class="m k-lead" id="m-0"><span class="m k-time" id="m-1"><a href="#f-1">ab</a></span>'
            '<a href="#f-0"> cd</a></span>'),
        ),
        (  # across: the second goes on behind the first, and has one id
            [(0, 4, "lead"), (3, 5, "time")],
            ('<span class="m k-lead" id="m-0"><a href="#f-0">ab </a><span class="m k-time" id="m-1">'
            '<a href="#f-1">c</a></span></span><span class="m k-time"><a href="#f-1">d</a></span>'),
        ),
        (
            [(1, 2, "lead"), (1, 2, "time")],
            'a<span class="m k-lead" id="m-0"><span class="m k-time" id="m-1"><a href="#f-1">b</a></span></span> cd',
        ),
    ],
)  # fmt: skip
def test_marks_within_and_across_others(marks: list[tuple[int, int, str]], html_: str) -> None:
    assert marked("ab cd", *marks) == html_


def test_marks_hold_hostile_words() -> None:
    text = "<script>alert(1)</script> & \"'"
    assert html.unescape(re.sub("<[^>]+>", "", marked(text, (0, 8, "lead")))) == text
    assert "<script" not in marked(text, (0, 8, "lead"))


def test_rows_of_a_table_are_cells_under_the_names_of_their_columns() -> None:
    text = "I. X\n| TT | Việc | Ai |\n|---|---|---|\n| 1 | làm | |\n|  | thêm | Sở B |\nHết"
    at = text.index("1 | làm"), text.index("thêm")
    clauses = [
        Clause("sec_I", "muc", "I", True, 3, 4),
        Clause("sec_I__tr_1", "hang", None, False, at[0], at[0] + 7),
        Clause("sec_I__tr_2", "hang", None, False, at[1], at[1] + 11),
    ]
    rows = [
        (block.kind, [text[slice(*s)].strip() for s in block.stretches])
        for block in lay_out(text, clauses, ())
    ]
    assert rows == [
        ("heading", ["X"]),
        ("names", ["TT", "Việc", "Ai"]),
        ("row", ["1", "làm"]),
        ("row", ["", "thêm", "Sở B"]),
        ("tail", ["Hết"]),
    ]


# -- the facts ---------------------------------------------------------------------------------------------


def rows_of(client: FlaskClient, query: str) -> list[str]:
    page = LexborHTMLParser(client.get(f"{PAGE}?{query}").text)
    return [str(row.attributes["id"]) for row in page.css("table.tasks tbody tr")]


def count(dataset: Dataset, pattern: str) -> int:
    return _solutions(
        dataset, f"SELECT DISTINCT ?task {{ ?task kh:elementOf <{BASE}{DOC}> . {pattern} }}"
    )


def _solutions(dataset: Dataset, query: str) -> int:
    found = dataset.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return len(list(found))


@pytest.mark.parametrize(
    ("query", "pattern"),
    [
        ("", "?task a kh:Task"),
        ("agency=agency/vn-73/so-cong-thuong", "?task kh:hasAssignment/kh:assignedTo <{b}agency/vn-73/so-cong-thuong>"),
        ("agency=agency/vn-73/so-cong-thuong&role=lead", "?task kh:leadAgency <{b}agency/vn-73/so-cong-thuong>"),
        ("theme=innovation", "?task a kh:Task ; kh:hasTheme voc:theme\\/innovation"),
        ("time=yearly", "?task kh:hasTimeframe/kh:timeKind voc:time-kind\\/yearly"),
        ("time=none", "?task a kh:Task FILTER NOT EXISTS { ?task kh:hasTimeframe ?t }"),
        ("role=none", "?task a kh:Task FILTER NOT EXISTS { ?task kh:coordinatingAgency ?t }"),
        ("theme=khong-co", "?task a kh:Nothing"),
    ],
)  # fmt: skip
def test_filters_leave_the_tasks_that_sparql_finds(
    client: FlaskClient, dataset: Dataset, query: str, pattern: str
) -> None:
    assert len(rows_of(client, query)) == count(dataset, pattern.replace("{b}", BASE))


def test_a_choice_tells_how_many_tasks_it_leaves(
    client: FlaskClient, page: LexborHTMLParser
) -> None:
    for option in page.css("select[name=time] option, select[name=theme] option"):
        if value := option.attributes["value"]:
            name = option.parent.attributes["name"] if option.parent else ""
            assert f"({len(rows_of(client, f'{name}={value}'))})" in option.text()


def test_targets_stand_by_year_with_what_they_start_from(page: LexborHTMLParser) -> None:
    heads = [" ".join(n.text().split()) for n in page.css("table.targets thead th")]
    assert heads == ["Chỉ số", "Xuất phát", "2025", "2030"]
    row = page.css_first("table.targets tbody tr")
    assert row is not None
    assert [" ".join(cell.text().split()) for cell in row.css("td")] == [
        "20,24% 2020",
        "25,29%",
        "",
    ]
    drawing = row.css_first("svg[role=img] title")
    assert drawing is not None
    assert drawing.text() == "20,24% (2020); 25,29% (2025)"
    assert len(page.css("table.targets .value[id]")) == 15


def test_what_is_left_open_is_what_the_findings_say(
    page: LexborHTMLParser, dataset: Dataset
) -> None:
    query = (
        "SELECT ?r { GRAPH <https://w3id.org/kehoach/graph/findings> { ?r a sh:ValidationResult } }"
    )
    shown_here = sum(int(b.text()) for b in page.css("#open summary b"))
    assert shown_here == _solutions(dataset, query)


def test_a_page_speaks_one_language(client: FlaskClient) -> None:
    page = LexborHTMLParser(client.get(PAGE + "?lang=en").text)
    assert shown(page, "h1") == "Plan 06/KH-UBND of 14 January 2021"
    assert len(page.css("table.tasks tbody tr")) == 36
    link = page.css_first("table.tasks a.go")
    assert link is not None
    assert (link.attributes["href"] or "").endswith("?lang=en")


@pytest.mark.parametrize(
    "query",
    ["at=%00", "at=m-%3Cscript%3E", "lang=xx"],
)  # fmt: skip
def test_odd_places_do_no_harm(client: FlaskClient, query: str) -> None:
    answer = client.get(f"{PAGE}?{query}")
    assert answer.status_code == 200
    assert b"<script>" not in answer.data.replace(b"<script src", b"").replace(b"<script type", b"")


@pytest.mark.parametrize(
    "query",
    ["part=0", "part=999999999", "part=x", "page=-1", "page=٣", "page=99", "agency=%22%3E%3Cscript%3E", "role=boss",
     "theme=none-such", "time=x", "open=x", "cite=nope", "cite=%3E%20%7B", "page=1&page=2"],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_refused_in_the_words_of_the_reader(
    client: FlaskClient, query: str
) -> None:
    answer = client.get(f"{PAGE}?lang=vi&{query}", headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert b"<script>" not in answer.data.replace(b"<script src", b"").replace(b"<script type", b"")
    name = query.partition("=")[0]
    told = answer.text.split('<div class="warning">')[1].split("</div>")[0]
    assert f"«{name}»" in told or "không có trang" in told
    assert 'lang="en"' not in told


def test_how_a_clause_is_cited_is_a_small_page(client: FlaskClient) -> None:
    answer = client.get(f"{PAGE}?cite=sec_II__para_2__point_a&lang=vi")
    assert "Điểm a, khoản 2, Mục II" in answer.text
    assert len(answer.data) < 8_000


def test_a_cited_document_without_text_has_no_such_page(client: FlaskClient) -> None:
    answer = client.get("/doc/vn/cp/nq/2020/124.html")
    assert answer.status_code == 200
    assert b'class="source"' not in answer.data


# -- long texts --------------------------------------------------------------------------------------------


def _renumbered(text: str, by: int) -> str:
    return re.sub(r"(?m)^(\d)\. ", lambda found: f"{int(found[1]) + by}. ", text)


@pytest.mark.slow
def test_a_long_text_comes_in_parts_that_find_every_place(tmp_path: Path) -> None:
    text = PLAN.read_text("utf-8")
    start, end = text.index("1. Tuyên truyền"), text.index("III. TỔ CHỨC")
    tasks = text[start:end]
    again = [_renumbered(tasks, 7 * n) for n in range(12)]
    file = tmp_path / "long.txt"
    file.write_text(text[:start] + "".join(again) + text[end:], "utf-8")
    build([file], tmp_path / "store")
    client = create_app({"STORE": tmp_path / "store"}).test_client()
    first = client.get(PAGE)
    assert len(first.data) < 250_000
    parts = int(re.findall(r"\(1/(\d+)\)", first.text)[0])
    assert parts > 2
    seen: list[str] = []
    stated: list[str] = []
    for part in range(1, parts + 1):
        answer = client.get(f"{PAGE}?part={part}")
        stated += re.findall(r'<li id="(f-(?:purpose|requirement|goal|group)-[^"]+)"', answer.text)
        assert len(answer.data) < 250_000
        page = LexborHTMLParser(answer.text)
        for link in page.css(".source a.cite"):
            link.decompose()
        seen += words(" ".join(node.text() for node in page.css(".source")))
        mark = page.css(".source .k-lead[id]")
        if mark:
            name = str(mark[-1].attributes["id"])
            assert f'id="{name}"' in client.get(f"{PAGE}?at={name}").text
    assert len(stated) == len(set(stated)) > 80  # each stands beside the part that states it
    assert all(f'id="{name}"' in client.get(f"{PAGE}?at={name}").text for name in stated[::40])
    whole = file.read_text("utf-8")
    assert seen == words(make_passage(whole, 0, len(whole)).text)
    assert 'id="f-task-II.80.a.p1"' in client.get(f"{PAGE}?at=f-task-II.80.a.p1").text


# -- calendars ---------------------------------------------------------------------------------------------


def test_deadlines_are_a_calendar(client: FlaskClient) -> None:
    answer = client.get(f"/{DOC}.ics?lang=vi")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    assert answer.data == client.get(f"/{DOC}.ics?lang=vi").data
    calendar = Calendar.from_ical(answer.data)
    events = list(calendar.walk("VEVENT"))
    days = {str(e["SUMMARY"]).split(":")[0]: e.decoded("DTSTART") for e in events}
    assert days == {
        "06/KH-UBND III.1": datetime.date(2021, 11, 9),  # «trước ngày 10/11»
        "06/KH-UBND III.2": datetime.date(2021, 11, 14),
    }
    assert all(e["RRULE"].to_ical() == b"FREQ=YEARLY" for e in events)
    assert len({str(e["UID"]) for e in events}) == 2


@pytest.mark.parametrize(
    ("day", "is_inclusive", "since", "last"),
    [
        ("--11-10", False, "2021-01-14", "2021-11-09"),
        ("--11-10", True, "2021-01-14", "2021-11-10"),
        ("--11-10", False, "2021-11-10", "2022-11-09"),
        ("--01-01", False, "2021-01-14", "2021-12-31"),
        ("--02-29", True, "2021-01-14", "2024-02-29"),
        ("--03-01", False, "2023-06-01", "2024-02-29"),
        ("--02-30", True, "2021-01-14", None),
        ("2025-11-30", False, "2021-01-14", "2025-11-29"),
        ("2025-11-30", True, "2021-01-14", "2025-11-30"),
        ("2025-02-30", True, "2021-01-14", None),
        ("ngày mai", True, "2021-01-14", None),
        ("0001-01-01", False, "2021-01-14", None),
    ],
)
def test_the_last_day_that_is_in_time(
    day: str, is_inclusive: bool, since: str, last: str | None
) -> None:
    found = last_day(Due("x", day, is_inclusive), datetime.date.fromisoformat(since))
    assert found == (datetime.date.fromisoformat(last) if last else None)


# -- citations ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (DOC, "Kế hoạch số 06/KH-UBND ngày 14/01/2021"),
        (f"{DOC}/c/sec_II__para_2__point_a", "Điểm a, khoản 2, Mục II, Kế hoạch số 06/KH-UBND ngày 14/01/2021"),
        (f"{DOC}/c/sec_II__para_2__point_dd", "Điểm đ, khoản 2, Mục II, Kế hoạch số 06/KH-UBND ngày 14/01/2021"),
        ("doc/vn/cp/nq/2020/124", "Nghị quyết số 124/NQ-CP ngày 03/9/2020 của Chính phủ"),
        (f"{DOC}/c/nope", None),
        (f"{DOC}/task/II.1", None),
        ("doc/vn-73/ubnd/kh/2021/07", None),
        ("doc/vn-73/ubnd/kh/2021/06/c/a b", None),
    ],
)  # fmt: skip
def test_citations_as_lawyers_write_them(dataset: Dataset, path: str, text: str | None) -> None:
    cited = reference_at(dataset, path)
    assert (cited.text if cited else None) == text


def test_a_clause_as_csl_and_bibtex(client: FlaskClient) -> None:
    path = f"/{DOC}/c/sec_II__para_2__point_a"
    (item,) = json.loads(client.get(path + ".csl.json").text)
    assert item["type"] == "legislation"
    assert item["issued"] == {"date-parts": [[2021, 1, 14]]}
    assert item["section"] == "Điểm a, khoản 2, Mục II"
    assert item["URL"] == BASE + path[1:]
    answer = client.get(path + ".bib")
    assert answer.content_type == "application/x-bibtex; charset=utf-8"
    assert answer.text.startswith("@misc{vn-73-ubnd-kh-2021-06-c-sec-II-para-2-point-a,\n")
    assert "  number = {06/KH-UBND}" in answer.text
    assert "  author = {{Ủy ban nhân dân tỉnh Hậu Giang}}" in answer.text


def test_what_bibtex_would_read_as_its_own_is_escaped(tmp_path: Path) -> None:
    text = PLAN.read_text("utf-8").replace("TẦM NHÌN ĐẾN NĂM 2045\n", "50% & {X}_#\n", 1)
    file = tmp_path / "plan.txt"
    file.write_text(text, "utf-8")
    build([file], tmp_path / "store")
    bib = create_app({"STORE": tmp_path / "store"}).test_client().get(f"/{DOC}.bib").text
    assert r"50\% \& \{X\}\_\#" in bib


@pytest.mark.parametrize("suffix", ["ics", "bib", "csl.json"])
def test_nothing_is_made_of_what_is_not_known(client: FlaskClient, suffix: str) -> None:
    for path in (
        "/doc/x",
        "/doc/vn-73/ubnd/kh/2021/07",
        f"/{DOC}/c/%3E%20",
        "/doc/a%0Ab/c/d/2021/e",
    ):
        assert client.get(f"{path}.{suffix}").status_code == 404


def test_marks_of_markdown_headings_are_not_shown() -> None:
    text = "# Nghị quyết số 1\n\n## I. MỤC TIÊU\n\nViệc # 1 của C#.\n\n#không phải đề mục\n"
    blocks = lay_out(text, (), ())
    shown = [text[begin:end].strip() for block in blocks for begin, end in block.stretches]
    assert shown == ["Nghị quyết số 1", "I. MỤC TIÊU", "Việc # 1 của C#.", "#không phải đề mục"]


@pytest.mark.slow
def test_the_page_tells_where_another_document_begins(tmp_path: Path) -> None:
    first = (
        "# Kế hoạch số 06/KH-UBND\n\nỦY BAN NHÂN DÂN\nTỈNH HẬU GIANG\n\nSố: 06/KH-UBND\n\n"
        "Hậu Giang, ngày 14 tháng 01 năm 2021\n\nKẾ HOẠCH\nPhát triển công nghiệp\n\n"
        "# I. NHIỆM VỤ\n\n1. Sở Công Thương xây dựng chương trình phát triển công nghiệp.\n\n"
    )
    second = "# Kế hoạch số 31/KH-UBND\n\n1. Sở Y tế khám sức khỏe cho người dân.\n"
    for name, text, told in (("one", first, False), ("two", first + second, True)):
        file = tmp_path / f"{name}.md"
        file.write_text(text, encoding="utf-8")
        summary = build([file], tmp_path / name)
        assert not summary.left_out
        client = create_app({"STORE": tmp_path / name}).test_client()
        path = document_path(summary.built[0]["iri"])
        for lang, words in (("vi", "văn bản khác"), ("en", "Another document begins")):
            page = _page_at(client, f"/{path}.html?lang={lang}")
            note = page.css_first("#cut")
            assert (note is not None) is told
            if note is not None:
                assert words in note.text()
                assert "31/KH-UBND" in note.text()
                assert str(first.count("\n") + 1) in note.text()
            lines = [n.text().strip() for n in page.css(".source > *")]
            assert not any(line.startswith("#") for line in lines)


def _page_at(client: FlaskClient, address: str) -> LexborHTMLParser:
    reply = client.get(address)
    assert reply.status_code == 200
    return LexborHTMLParser(reply.text)
