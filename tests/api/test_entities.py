"""Pages of single things, the lists of them, and the pages of the ontology."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from kg.api import create_app
from kg.api.entities import diagram, foreign, rules, topics
from kg.api.entities.reader import cut, shorten, term

from kg.names import BASE
from kg.store import Dataset, load

PLAN = "/doc/vn-73/ubnd/kh/2021/06"
AGENCY = "/agency/vn-73/so-cong-thuong.html"
ROOT = Path(__file__).parent.parent.parent
PAGES = (
    AGENCY, f"{AGENCY}?show=inferred", f"{AGENCY}?show=recurring", "/agency/vn-73/ubnd.html", "/agency/vn/bo-chinh-tri.html",
    "/agency/vn-73/hiep-hoi-doanh-nghiep.html", "/group/vn-73/so-ban-nganh-tinh.html", "/unit/vn-73.html", "/unit/vn-ct/2025.html",
    f"{PLAN}/task/II.2.a.p1.html", f"{PLAN}/task/III.2.html", f"{PLAN}/c/sec_II__para_2__point_dd.html", f"{PLAN}/c/header.html",
    f"{PLAN}/task/II.4.a.p1/as/lead-1.html", f"{PLAN}/task/II.4.a.p1.html?view=all", f"{PLAN}/ev/task-II.4.a.p1.html",
    f"{PLAN}/ev/task-II.4.a.p1/quote.html", f"{PLAN}/time/II.4.a.html", f"{PLAN}/signing.html", f"{PLAN}/goal/2025.html",
    f"{PLAN}/task/II.2.a.p1/as/coordinating-1/vn-73-so-y-te.html", f"{PLAN}.html?view=all",
    "/doc/vn/cp/nq/2020/124.html", "/doc/vn/bct-tw/nq/2018/23.html", "/voc/theme/innovation.html", "/voc/theme.html",
    "/voc/role/lead.html", "/voc/code/gso-2021.html", "/source/decree-24-2014.html", "/team.html", "/ont.html", "/ont/1.0.0.html",
    "/ont/Task.html", "/ont/leadAgency.html", "/ont/clausePath.html", "/agency", "/group", "/unit", "/doc", "/voc", "/indicator",
    "/source", "/finding", "/finding?of=open-Task-coordinator", "/event/vn-ct-2025-merger.html", "/open/wikidata.html",
    "/doc/vn/cp/nd/2014/24.html", "/agency/vn-73/2025/so-tai-chinh.html", "/doc/vn/cp/nq/2020/124/target/2030-cip-rank.html",
)  # fmt: skip


def page(client: FlaskClient, path: str, lang: str = "vi") -> str:
    answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def words(html: str) -> str:
    """What a reader sees of the page's own part."""
    main = html.split("<main", 1)[1].split("</main>")[0]
    return " ".join(
        unescape(
            re.sub(r"<[^>]+>", " ", re.sub(r"<pre.*?</pre>", "", main, flags=re.DOTALL))
        ).split()
    )


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_shows_a_raw_iri(client: FlaskClient, path: str, lang: str) -> None:
    html = page(client, path, lang)
    seen = (
        words(html)
        .replace("<https://w3id.org/kehoach/ont#>", "")
        .split("https://w3id.org/kehoach/ont/1.0.0")[0]
    )
    assert BASE not in seen
    assert html.count("<h1>") == 1
    assert len(html) < 250_000


def test_an_agency_page_tells_its_duties_with_words_time_and_place(client: FlaskClient) -> None:
    html = page(client, AGENCY)
    seen = words(html)
    assert "11 việc chủ trì" in seen
    assert "7 việc phối hợp" in seen
    assert "hằng năm, trước ngày 15/11" in seen  # what it must deliver each year
    assert re.search(r'href="[^"]*/doc/vn-73/ubnd/kh/2021/06\.html\?at=m-[^"]*#m-', html)
    assert "×" in seen.split("Trong kế hoạch viết")[1].split("Nguồn")[0]
    assert "agency=https" in html.replace("%3A", ":").replace("agency=https:", "agency=https")


def test_what_an_agency_must_do_again_is_not_what_it_is_told(client: FlaskClient) -> None:
    html = page(client, AGENCY, "en")
    yearly = html.split('<ol class="yearly">')[1].split("</ol>")[0]
    assert "each year, before 15 November" in yearly
    assert "10 November" not in yearly  # a report to this agency, by others
    assert "in 2021, then every year" in yearly  # «Năm 2021, sửa đổi, điều chỉnh hàng năm»
    assert "17 recurring" in words(html)
    helped = html.split('id="duties"')[1].split('id="partners"')[0]
    for line in re.findall(r"<span>Coordinating: .*?</span>", helped):
        assert "/agency/vn-73/so-cong-thuong" not in line


def test_what_follows_from_a_group_stands_apart_on_an_agency_page(client: FlaskClient) -> None:
    said, inferred = page(client, AGENCY, "en"), page(client, f"{AGENCY}?show=inferred", "en")
    assert "not the plan's own words" not in unescape(said)
    assert "not the plan's own words" in unescape(inferred)
    tasks = set(
        re.findall(
            r'href="(/doc/[^"?]+/task/[^"?/]+)',
            inferred.split('id="duties"')[1].split('id="partners"')[0],
        )
    )
    stated = client.get(AGENCY.replace(".html", ".nt")).get_data(as_text=True)
    assert len(tasks) == 16
    assert not any(task in stated for task in tasks)


def test_duties_can_be_chosen_by_role_and_plan(client: FlaskClient) -> None:
    leads = page(client, f"{AGENCY}?show=lead&plan={PLAN}", "en")
    assert leads.count('<li class="duty') == 11


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=99999999999", "page=x", "page=-1", "page=7", "show=%3Cscript%3E", "plan=../../etc",
     "plan=/doc/none", "show=lead&plan=/doc/none", "view=all&of=%3E%3C", "view=all&way=x", "view=some",
     "show=lead&show=coordinating"],
)  # fmt: skip
def test_what_an_address_asks_for_in_vain_is_told(client: FlaskClient, query: str) -> None:
    answer = client.get(f"{AGENCY}?{query}&lang=vi", headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "<script>" not in answer.text
    told = answer.text.split('<div class="warning">')[1].split("</div>")[0]
    assert "không" in told or "chỉ cho một" in told


def test_a_property_that_leads_nowhere_has_a_page(client: FlaskClient) -> None:
    assert "<script>" not in page(client, f"{AGENCY}?view=all&of=https://example.org/none")


def test_long_lists_come_in_pages(client: FlaskClient) -> None:
    of = f"{PLAN}.html?view=all&way=out&of=https://w3id.org/kehoach/ont%23hasPlanElement"
    first, second = page(client, of), page(client, f"{of}&page=2")
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert first.count("<li>") > 100 - 2
    assert client.get(f"{of}&page=500").status_code == 400


@pytest.mark.parametrize(
    ("total", "number", "expected"),
    [(0, 1, (1, 1, 0, 0, 0)), (10, 1, (1, 1, 10, 0, 10)), (11, 2, (2, 2, 11, 10, 11)), (11, 9, (2, 2, 11, 10, 11)),
     (30, 0, (1, 3, 30, 0, 10))],
)  # fmt: skip
def test_a_list_is_cut_into_pages(total: int, number: int, expected: tuple[int, ...]) -> None:
    assert tuple(cut(total, number, 10)) == expected


def test_a_unit_tells_what_became_of_it(client: FlaskClient) -> None:
    old, new = words(page(client, "/unit/vn-73.html")), words(page(client, "/unit/vn-ct/2025.html"))
    assert "Thành phố Cần Thơ → trở thành Thành phố Cần Thơ (từ 01/7/2025)" in old
    assert "01/07/2025 Tỉnh Sóc Trăng , Tỉnh Hậu Giang , Thành phố Cần Thơ" in old
    assert "202/2025/QH15" in old.split("Quá trình thay đổi")[1]
    assert all(name in new for name in ("Tỉnh Hậu Giang", "Tỉnh Sóc Trăng", "06/KH-UBND"))


def test_an_agency_tells_the_act_that_changed_it(tmp_path: Path) -> None:
    file = tmp_path / "change.ttl"
    file.write_text(
        """@prefix org: <http://www.w3.org/ns/org#> . @prefix kh: <https://w3id.org/kehoach/ont#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix dcterms: <http://purl.org/dc/terms/> .
        @prefix eli: <http://data.europa.eu/eli/ontology#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        @base <https://w3id.org/kehoach/> .
        <agency/vn/old> a kh:Agency ; rdfs:label "Bộ Cũ"@vi , "Old Ministry"@en .
        <agency/vn/new> a kh:Agency ; rdfs:label "Bộ Mới"@vi , "New Ministry"@en .
        <doc/vn/qh/nq/2025/1> a kh:PolicyDocument ; rdfs:label "Nghị quyết 1"@vi , "Resolution 1"@en .
        <agency/vn/change> a org:ChangeEvent ; rdfs:label "Hợp nhất"@vi , "Merger"@en ; dcterms:date "2025-03-01"^^xsd:date ;
          org:originalOrganization <agency/vn/old> ; org:resultingOrganization <agency/vn/new> ; eli:based_on <doc/vn/qh/nq/2025/1> .
        """,
        "utf-8",
    )
    load(file, tmp_path / "store")
    client: FlaskClient = create_app({"STORE": tmp_path / "store"}).test_client()
    for path in ("/agency/vn/old.html", "/agency/vn/new.html"):
        assert "01/03/2025 Bộ Cũ → trở thành Bộ Mới Hợp nhất Theo Nghị quyết 1" in words(
            page(client, path)
        )


def test_an_agency_page_tells_who_holds_its_duties_on_a_day(client: FlaskClient) -> None:
    path = "/agency/vn-73/so-ke-hoach-va-dau-tu.html"
    then = words(page(client, f"{path}?day=2021-02-01", "en")).split("Who holds these duties")[1]
    assert "Department of Planning and Investment of Hậu Giang" in then.split("Act:")[0]
    assert "Decree 24/2014/NĐ-CP" in then.split("Duties")[0]
    now = words(page(client, f"{path}?day=2025-08-01", "en")).split("Who holds these duties")[1]
    assert "Department of Finance of Hậu Giang (as rearranged in 2025)" in now.split("Act:")[0]
    assert "not established: the province has merged" in now
    assert "its number is not established" in now
    assert "unit on that day: Cần Thơ City" in now
    assert 'type="date" name="day" value="2025-08-01"' in page(client, f"{path}?day=2025-08-01")
    assert client.get(f"{path}?day=2025-13-01").status_code == 400


def test_an_agency_page_tells_what_it_became_and_how_sure_that_is(client: FlaskClient) -> None:
    seen = words(page(client, "/agency/vn-73/so-cong-thuong.html", "en"))
    history = seen.split("What became of it")[1]
    assert "(announced; the day of effect is not established)" in history
    assert "Unverified" in history
    assert "Act: Seen as a project only; the act is not established" in history
    district = words(page(client, "/agency/vn-73/huyen-long-my/ubnd.html", "en"))
    assert "no single successor" in district.split("What became of it")[1]


def test_force_is_told_where_documents_and_tasks_are(client: FlaskClient) -> None:
    decree = words(page(client, "/doc/vn/cp/nd/2014/24.html?day=2025-08-01", "en"))
    assert "came into force and was amended; no end is known" in decree
    assert "amended by Decree 107/2020/NĐ-CP" in decree
    assert "Not established : Whether Decree 45/2025/NĐ-CP replaces" in decree.replace(
        "established:", "established :"
    )
    resolution = words(page(client, "/doc/vn/cp/nq/2025/03.html", "en"))
    assert (
        "amended by Resolution 71/NQ-CP of 1 April 2025 of the Government (day of effect not established)"
        in resolution
    )
    for path in (f"{PLAN}.html", f"{PLAN}/task/II.2.a.p1.html"):
        assert "not known" in words(page(client, path, "en")), path
    task = words(page(client, f"{PLAN}/task/II.2.a.p1.html?day=2025-08-01", "en"))
    assert "Who holds these duties" in task


def test_a_national_target_has_its_value_and_source_and_no_quote(client: FlaskClient) -> None:
    seen = words(page(client, "/doc/vn/cp/nq/2020/124/target/2030-industry-share.html", "en"))
    assert "> 40 percent to be reached, 2030" in seen
    assert "The wording is not established" in seen
    assert "LuatVietnam, article 190097" in seen


def test_a_document_without_text_tells_who_carries_it_out_and_in_which_words(
    client: FlaskClient,
) -> None:
    seen = words(page(client, "/doc/vn/cp/nq/2020/124.html", "en"))
    assert "The text of this document is not held here" in seen
    assert "124/NQ-CP" in seen
    assert "Carried out by 1 Plan 06/KH-UBND of 14 January 2021" in seen.replace("°", "").replace(
        "  ", " "
    )


def test_a_clause_leads_to_its_neighbours_and_to_its_place_in_the_text(client: FlaskClient) -> None:
    html = page(client, f"{PLAN}/c/sec_II__para_2__point_dd.html")
    for rel in ("prev", "up", "next"):
        assert f'rel="{rel}"' in html
    assert f"{PLAN}.html?at=c-sec_II__para_2__point_dd" in html
    assert "ngày 14/01/2021" in words(html).split("Trích dẫn")[1]


def test_english_of_ours_is_marked_and_vietnamese_is_not(client: FlaskClient) -> None:
    assert 'class="ours"' in page(client, AGENCY, "en")
    assert 'class="ours"' not in page(client, AGENCY, "vi")
    assert (
        "°"
        not in words(page(client, "/unit/vn.html", "en"))
        .split("Permanent")[0]
        .split("ISO 3166-2")[0]
    )


@pytest.mark.parametrize("sought", ["cong thuong", "Công Thương", "CÔNG THƯƠNG hau giang"])
def test_a_list_is_filtered_without_diacritics(client: FlaskClient, sought: str) -> None:
    html = page(client, f"/agency?q={sought}")
    assert "/agency/vn-73/so-cong-thuong" in html
    assert "/agency/vn-73/so-y-te" not in html


def test_a_page_is_not_sent_again_to_who_has_it(client: FlaskClient) -> None:
    first = client.get(AGENCY)
    again = client.get(AGENCY, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    english = client.get(f"{AGENCY}?lang=en")
    assert english.headers["ETag"] != first.headers["ETag"]


def test_the_ontology_comes_whole(client: FlaskClient) -> None:
    for path in ("/ont.ttl", "/ont/1.0.0.ttl"):
        text = client.get(path).data
        told = {
            (q.subject, q.predicate, q.object) for q in ox.parse(text, format=ox.RdfFormat.TURTLE)
        }
        for quad in ox.parse(
            (ROOT / "ontology" / "kh.ttl").read_bytes(), format=ox.RdfFormat.TURTLE
        ):
            assert (quad.subject, quad.predicate, quad.object) in told


def _terms(kind: str) -> set[str]:
    quads = ox.parse((ROOT / "ontology" / "kh.ttl").read_bytes(), format=ox.RdfFormat.TURTLE)
    return {
        q.subject.value.rpartition("#")[2]
        for q in quads
        if q.predicate == term("rdf:type")
        and q.object == term(kind)
        and q.subject.value.startswith(f"{BASE}ont#")
    }


def test_every_class_has_a_topic_and_a_place_in_the_drawing() -> None:
    classes = _terms("owl:Class")
    assert {name for topic in topics.TOPICS for name in topic.classes} == classes
    drawn: Mapping[str, object] = json.loads(
        Path(str(diagram.__file__)).with_name("diagram.json").read_text("utf-8")
    )
    assert set(drawn["nodes"]) == classes, "run `make diagram`"  # type: ignore[call-overload]
    named = {p for edge in drawn["edges"] for p in edge.get("properties", ())}  # type: ignore[attr-defined]
    assert named <= _terms("owl:ObjectProperty"), "run `make diagram`"


@pytest.mark.parametrize("kind", ["owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty"])
def test_every_term_has_a_page(client: FlaskClient, kind: str) -> None:
    names = _terms(kind)
    assert len(names) > 20
    for name in sorted(names):
        assert f"kh:{name}" in words(page(client, f"/ont/{name}.html", "en")), name


def test_a_term_tells_its_rules_questions_and_uses(client: FlaskClient) -> None:
    seen = words(page(client, "/ont/leadAgency.html", "en"))
    assert "statements use this property" in seen
    assert "No agency is named to lead this task." in seen
    assert (
        "What does an agency lead, and where does it coordinate?" not in seen
    )  # it asks by assignments
    assert "Which tasks are there, who leads, who coordinates, when?" in seen
    assert "36 things are of this class." in words(page(client, "/ont/Task.html", "en"))


@pytest.mark.parametrize(
    ("name", "shape", "is_finding"),
    [("leadAgency", "open-Task-lead", True), ("hasEvidence", "Element-evidence", False), ("promisedHorizon", "open-Plan-horizon", True),
     ("PlanElement", "Element-evidence", False)],
)  # fmt: skip
def test_rules_are_found_by_path_target_and_query(name: str, shape: str, is_finding: bool) -> None:
    found = {rule.name: rule for rule in rules.shapes_for(term(f"kh:{name}"), "vi")}
    assert found[shape].is_finding is is_finding
    assert not rules.shapes_for(term("kh:NoSuchTerm"), "vi")


def test_every_term_of_others_that_the_data_uses_has_words(dataset: Dataset) -> None:
    used = dataset.query("SELECT DISTINCT ?p { ?s ?p ?o FILTER NOT EXISTS { ?p rdfs:label ?l } }")
    assert isinstance(used, ox.QuerySolutions)
    names = {shorten(row[0].value) for row in used if isinstance(row[0], ox.NamedNode)}
    assert names - foreign.WORDS.keys() <= {"http://purl.org/ontology/bibo/status"}
    assert all(vi and en for vi, en in foreign.WORDS.values())


@pytest.mark.parametrize("config", [{"DEFAULT_GRAPH": "plain"}, {"ENGINE": "disk"}])
def test_pages_say_the_same_however_the_dataset_is_held(
    client: FlaskClient, store_folder: Path, config: dict[str, object]
) -> None:
    other: FlaskClient = create_app({"STORE": store_folder, **config}).test_client()
    for path in (
        AGENCY,
        "/ont/Task.html",
        "/voc/theme.html",
        "/finding",
        f"{PLAN}/task/II.2.a.p1.html?view=all",
    ):
        assert words(page(other, path)) == words(page(client, path)), path


def test_words_lead_to_their_place_in_the_plan(client: FlaskClient) -> None:
    there = set(re.findall(r'id="([^"]+)"', page(client, f"{PLAN}.html")))
    asked: set[str] = set()
    for path in (
        AGENCY,
        f"{PLAN}/task/II.2.a.p1.html",
        f"{PLAN}/c/sec_II__para_2.html",
        "/doc/vn/cp/nq/2020/124.html",
        f"{PLAN}/signing.html",
        "/group/vn-73/so-ban-nganh-tinh.html",
    ):
        asked |= set(re.findall(r'06\.html\?at=[^"#]*#([^"]+)"', unescape(page(client, path))))
    assert len(asked) > 50
    assert asked <= there


@pytest.mark.slow
def test_every_link_of_a_page_leads_somewhere(client: FlaskClient) -> None:
    tried: set[str] = set()
    for path in PAGES:
        main = unescape(page(client, path)).split("<main", 1)[1]
        for href in set(re.findall(r'href="(/[^"#]*)', main)) - tried:
            tried.add(href)
            assert client.get(href).status_code in (200, 303), (path, href)
    assert len(tried) > 500


def test_a_merged_unit_shows_and_counts_the_plans_of_its_former_units(client: FlaskClient) -> None:
    new = words(page(client, "/unit/vn-ct/2025.html"))
    assert "Kế hoạch của đơn vị này và của các đơn vị hợp thành nó 1" in new
    assert "Kế hoạch của Tỉnh Hậu Giang 06/KH-UBND" in new
    assert "Chưa có kế hoạch nào ở đây" not in new
    assert 'href="/q/corpus/by-unit-today?today=/unit/vn-ct/2025' in unquote(
        page(client, "/unit/vn-ct/2025.html")
    )
    assert "Kế hoạch của đơn vị này 1" in words(page(client, "/unit/vn-73.html"))


def test_a_draft_is_no_event_of_a_day(client: FlaskClient) -> None:
    html = words(page(client, "/agency/vn-ct/2025/so-cong-thuong.html?day=2025-08-01"))
    assert "mới là dự thảo; ngày và văn bản chưa xác lập" in html
    assert "dự kiến thành" in html
    assert "Sở Công Thương thành phố Cần Thơ (từ 01/7/2025)" not in html
    held = words(page(client, f"{AGENCY}?day=2025-08-01"))
    assert "mới thấy dự thảo; văn bản ban hành chưa xác lập" in held
    announced = words(page(client, f"{AGENCY}?day=2025-03-01"))
    assert "công bố, ban hành ngày 19/02/2025 – chưa rà soát (một nguồn)" in announced


def test_a_document_names_those_that_follow_it(client: FlaskClient) -> None:
    followed = words(page(client, "/doc/vn/bct-tw/nq/2018/23.html?day=2025-08-01"))
    assert "Văn bản tiếp nối (không nói là thay thế): Nghị quyết số 29-NQ/TW" in followed
    operating = words(page(client, "/doc/vn/qh/nq/2025/176.html?day=2025-08-01"))
    assert "thi hành từ ngày 01/3/2025" in operating.replace("01/03/2025", "01/3/2025")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_answer_on_a_page_has_words_for_codes_and_links_for_events(
    client: FlaskClient, lang: str
) -> None:
    path = "/q/agency/as-of?agency=/agency/vn-73/so-cong-thuong&day=2025-08-01"
    html = page(client, path, lang)
    table = html.split('<table class="answer"')[1].split("</table>")[0]
    assert ">draft-only<" not in table
    assert "State code" not in table
    assert "Mã mức" not in table
    assert ">https://" not in table
    assert 'href="/event/can-tho-so-cong-thuong-2025' in table
    file = client.get("/q/agency/as-of.csv?agency=/agency/vn-73/so-cong-thuong&day=2025-08-01")
    assert "draft-only" in file.get_data(as_text=True)
    force = page(client, "/q/document/in-force?day=2025-08-01", lang)
    assert ">not-known<" not in force


def test_the_foot_claims_exact_words_for_what_is_of_plans_only(client: FlaskClient) -> None:
    foot = page(client, "/unit/vn-73.html", "en").split("<footer")[-1]
    assert "Every fact is tied" not in foot
    assert "name their source" in foot
