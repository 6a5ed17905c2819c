"""What became of agencies and units, and what is in force, as of a day: known by whom, or not established."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, SKOS, Graph, URIRef

from kg.catalogue import answer, fill, find_question
from kg.names import BASE, DCTERMS, KH, ORG, PREFIXES
from kg.pipeline import build
from kg.store import Dataset, open_dataset

HG = "/agency/vn-73/"
TABLE = (
    Path(__file__).parent.parent.parent / "shared" / "design" / "data" / "provinces_63_to_34.csv"
)


def ask(dataset: Dataset, name: str, lang: str = "en", **given: str) -> list[dict[str, object]]:
    table = answer(find_question(name), dataset, lang=lang, parameters=given)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def as_of(dataset: Dataset, agency: str, day: str) -> list[tuple[str, str, str, str]]:
    """(holder, state, since, act) of each row."""
    return [
        (
            str(row["holder"]).removeprefix(BASE + "agency/"),
            str(row["state"]),
            str(row["since"] or ""),
            str(row["act"]),
        )
        for row in ask(dataset, "agency/as-of", agency=agency, day=day)
    ]


DECREE = "Decree 24/2014/NĐ-CP of 4 April 2014 of the Government"
REPORTED = "Resolution announced on 19 February 2025; its number is not established"
LAW = "Resolution 176/2025/QH15 of 18 February 2025 of the National Assembly"


@pytest.mark.parametrize(
    ("agency", "day", "expected"),
    [
        (HG + "so-cong-thuong", "2021-02-01", [("vn-73/so-cong-thuong", "established", "", DECREE)]),
        (HG + "so-cong-thuong", "2025-03-01",
         [("vn-73/so-cong-thuong", "unverified", "", REPORTED)]),
        (HG + "so-cong-thuong", "2025-08-01",
         [("vn-ct/2025/so-cong-thuong", "draft-only", "", "Seen as a project only; the act is not established")]),
        (HG + "so-ke-hoach-va-dau-tu", "2021-02-01",
         [("vn-73/so-ke-hoach-va-dau-tu", "established", "", DECREE)]),
        (HG + "so-ke-hoach-va-dau-tu", "2025-03-01",
         [("vn-73/2025/so-tai-chinh", "unverified", "", REPORTED)]),
        (HG + "so-ke-hoach-va-dau-tu", "2025-08-01",
         [("vn-73/2025/so-tai-chinh", "not-established", "", REPORTED)]),
        (HG + "so-thong-tin-va-truyen-thong", "2021-02-01",
         [("vn-73/so-thong-tin-va-truyen-thong", "established", "", DECREE)]),
        (HG + "so-thong-tin-va-truyen-thong", "2025-08-01",
         [("vn-73/2025/so-khoa-hoc-va-cong-nghe", "not-established", "", REPORTED)]),
        ("/agency/vn/bo-ke-hoach-va-dau-tu", "2025-02-28",
         [("vn/bo-ke-hoach-va-dau-tu", "no-change-known", "", "not established")]),
        ("/agency/vn/bo-ke-hoach-va-dau-tu", "2025-03-01",
         [("vn/2025/bo-tai-chinh", "established", "2025-03-01", LAW)]),
        ("/agency/vn/bo-thong-tin-va-truyen-thong", "2025-08-01",
         [("vn/2025/bo-khoa-hoc-va-cong-nghe", "established", "2025-03-01", LAW),
          ("vn/bo-van-hoa-the-thao-va-du-lich", "unverified", "2025-03-01", "not established")]),
        ("/agency/vn/2025/bo-tai-chinh", "2021-02-01",
         [("vn/2025/bo-tai-chinh", "not-yet", "", "not established")]),
        (HG + "huyen-long-my/ubnd", "2025-08-01",
         [("vn-73/huyen-long-my/ubnd", "abolished", "2025-07-01", "Resolution 60-NQ/TW of the Central Committee")]),
        (HG + "ngan-hang-nha-nuoc-viet-nam-chi-nhanh-tinh", "2025-08-01",
         [("vn/ngan-hang-nha-nuoc-khu-vuc-14", "unverified", "2025-03-01", "not established")]),
        (HG + "ubnd", "2025-08-01", [("vn-73/ubnd", "not-established", "", "not established")]),
        (HG + "so-y-te", "2025-03-01", [("vn-73/so-y-te", "type-level", "", "Decree 45/2025/NĐ-CP of 28 February 2025 of the Government")]),
        *[(HG + "so-cong-thuong", day, [("vn-73/so-cong-thuong", "not-established", "", "not established")])
          for day in ("0001-01-01", "1990-01-01", "2003-12-31", "2014-05-19")],
        (HG + "so-cong-thuong", "2014-05-20", [("vn-73/so-cong-thuong", "established", "", DECREE)]),
        ("/agency/vn-73/2025/so-tai-chinh", "2021-02-01",
         [("vn-73/2025/so-tai-chinh", "not-yet", "", "not established")]),
        ("/agency/vn-ct/2025/so-cong-thuong", "2025-06-30",
         [("vn-ct/2025/so-cong-thuong", "not-yet", "", "not established")]),
    ],
)  # fmt: skip
def test_who_holds_the_duties_of_an_agency_on_a_day(
    dataset: Dataset, agency: str, day: str, expected: list[tuple[str, str, str, str]]
) -> None:
    assert sorted(as_of(dataset, agency, day)) == sorted(expected)


def test_what_is_announced_is_not_told_as_in_effect(dataset: Dataset) -> None:
    for agency, announced in (
        ("so-cong-thuong", "2025-02-19"),
        ("so-ke-hoach-va-dau-tu", "2025-02-19"),
        ("so-y-te", "2025-02-28"),
    ):
        (row,) = ask(dataset, "agency/as-of", agency=HG + agency, day="2025-03-01")
        assert (row["since"], row["announced"]) == (None, announced)
    rows = ask(dataset, "task/holders-today", agency=HG + "so-cong-thuong", day="2025-03-01")
    assert {(row["since"], row["announced"]) for row in rows} == {(None, "2025-02-19")}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_draft_is_told_as_one(dataset: Dataset, lang: str) -> None:
    words = {"vi": "mới thấy dự thảo", "en": "draft only"}[lang]
    (row,) = ask(dataset, "agency/as-of", lang, agency=HG + "so-cong-thuong", day="2025-08-01")
    assert str(row["answer"]).startswith(words)
    assert (row["since"], row["announced"]) == (None, None)
    assert "2025" not in str(row["holderLabel"])
    tasks = ask(dataset, "task/holders-today", lang, agency=HG + "so-cong-thuong", day="2025-08-01")
    assert {str(task["answer"]) for task in tasks} == {row["answer"]}
    (event,) = [
        row
        for row in ask(dataset, "agency/successors", lang, agency=HG + "so-cong-thuong")
        if str(row["change"]).endswith("can-tho-so-cong-thuong-2025")
    ]
    assert (event["announced"], event["effective"]) == (None, None)
    assert event["statusLabel"] == {"vi": "mới là dự thảo", "en": "draft only"}[lang]


def test_before_its_act_nothing_is_told_of_a_department(dataset: Dataset) -> None:
    (row,) = ask(dataset, "agency/as-of", agency=HG + "so-cong-thuong", day="1990-01-01")
    assert row["unitLabel"] is None
    assert row["scope"] == f"The earliest act known: {DECREE}"
    tasks = ask(dataset, "task/holders-today", agency=HG + "so-cong-thuong", day="1990-01-01")
    assert {(task["answer"], task["act"]) for task in tasks} == {(row["answer"], "not established")}


def test_the_press_function_is_told_of_the_department_as_of_the_ministry(dataset: Dataset) -> None:
    (row,) = ask(
        dataset, "agency/as-of", agency=HG + "so-thong-tin-va-truyen-thong", day="2025-03-01"
    )
    assert "press function" in str(row["scope"])
    assert "press function" in str(row["sources"])


def test_every_answer_has_its_source(dataset: Dataset) -> None:
    for day in ("2021-02-01", "2025-08-01"):
        rows = ask(dataset, "agency/as-of", day=day)
        assert len(rows) >= 78
        assert [row["agency"] for row in rows if not row["sources"]] == []


def test_who_holds_the_tasks_of_the_plan(dataset: Dataset) -> None:
    then = ask(dataset, "task/holders-today", day="2021-02-01")
    assert all(row["holder"] == row["agency"] for row in then)
    now = ask(dataset, "task/holders-today", day="2025-08-01", agency=HG + "so-ke-hoach-va-dau-tu")
    assert now
    assert {str(row["holder"]).removeprefix(BASE) for row in now} == {
        "agency/vn-73/2025/so-tai-chinh"
    }
    assert {row["answer"] for row in now} == {"not established: the province has merged"}
    assert {row["act"] for row in now} == {REPORTED}
    assert all(row["sources"] and row["quote"] for row in now)


def test_units_and_their_successors(dataset: Dataset) -> None:
    rows = ask(dataset, "unit/successors")
    merged = [row for row in rows if row["successor"]]
    assert (len(merged), len({row["successor"] for row in merged})) == (52, 23)
    ended = [row for row in rows if not row["successor"]]
    assert len(ended) == 8
    assert {row["scope"] for row in ended} == {
        "There is no single body or unit that takes its place."
    }
    (hau_giang,) = ask(dataset, "unit/successors", unit="/unit/vn-73")
    assert (hau_giang["codeThen"], hau_giang["codeNow"]) == ("93", "92")
    assert hau_giang["act"] == "Resolution 202/2025/QH15 of 12 June 2025 of the National Assembly"
    assert hau_giang["successorLabel"] == "Cần Thơ City (since 1 July 2025)"


@pytest.mark.skipif(not TABLE.exists(), reason="the table of provinces is not at hand")
def test_the_mergers_are_those_of_the_table(reference: Graph) -> None:
    with TABLE.open(encoding="utf-8") as lines:
        wanted = {
            row["iso_3166_2_pycountry"].lower(): row["gso_code_2025"]
            for row in csv.DictReader(lines)
            if row["merged"] == "yes"
        }
    found: dict[str, str] = {}
    for event in reference.subjects(RDF.type, KH.UnitChange):
        for new in reference.objects(event, KH.resultingUnit):
            (code,) = (c for c in reference.objects(new, SKOS.notation) if "gso-2025" in c.n3())
            for old in reference.objects(event, KH.originalUnit):
                assert (old, DCTERMS.isReplacedBy, new) in reference
                found[str(old).rsplit("/", 1)[1]] = str(code)
    assert found == wanted


def test_successors_are_things_of_their_own(reference: Graph) -> None:
    assert (None, OWL.sameAs, None) not in reference
    for event in reference.subjects(RDF.type, ORG.ChangeEvent):
        kind = str(reference.value(event, KH.changeKind)).rsplit("/", 1)[1]
        before = set(reference.objects(event, ORG.originalOrganization))
        after = set(reference.objects(event, ORG.resultingOrganization))
        assert before
        assert (before & after == set()) == (kind != "unchanged"), event
        assert bool(after) == (kind != "abolition"), event
        assert (
            reference.value(event, KH.announcedOn)
            or reference.value(event, KH.effectiveFrom)
            or reference.value(event, KH.isDraftOnly)
        )


def test_lives_agree_with_the_events(reference: Graph) -> None:
    """A body that a change of a known day ends has that day as its end, and the one it brings about as its start."""
    kinds = {URIRef(f"{BASE}voc/change-kind/{name}") for name in ("merger", "renaming")}
    for event in reference.subjects(RDF.type, ORG.ChangeEvent):
        day = reference.value(event, KH.effectiveFrom)
        sure = reference.value(event, KH.reviewStatus) is None
        if day is None or not sure or reference.value(event, KH.changeKind) not in kinds:
            continue
        for body in reference.objects(event, ORG.originalOrganization):
            assert reference.value(body, KH.validTo) == day, body
        for body in reference.objects(event, ORG.resultingOrganization):
            assert reference.value(body, KH.validFrom) == day, body


def force(dataset: Dataset, document: str, day: str) -> tuple[str, str]:
    (row,) = ask(dataset, "document/in-force", document=f"/doc/{document}", day=day)
    return str(row["state"]), str(row["amendments"] or "")


@pytest.mark.parametrize(
    ("document", "day", "state", "amended_by"),
    [
        ("vn/cp/nd/2014/24", "2014-05-01", "not-yet", ""),
        ("vn/cp/nd/2014/24", "2020-11-24", "in-force", ""),
        ("vn/cp/nd/2014/24", "2020-11-25", "amended", "Decree 107/2020/NĐ-CP"),
        ("vn/cp/nq/2025/03", "2025-01-08", "not-yet", ""),
        ("vn/cp/nq/2025/03", "2025-03-31", "in-force", ""),
        ("vn/cp/nq/2025/03", "2025-04-01", "amended", "Resolution 71/NQ-CP"),
        ("vn/cp/nq/2020/124", "2025-08-01", "not-known", ""),
        ("vn/cp/nq/2020/124", "2019-08-01", "not-yet", ""),
        ("vn/cp/nd/2025/150", "2025-08-01", "not-known", ""),
        ("vn/qh/nq/2025/176", "2025-02-28", "not-known", ""),
        ("vn/qh/nq/2025/176", "2025-03-01", "operating", ""),
        ("vn-73/ubnd/kh/2021/06", "2025-08-01", "not-known", ""),
    ],
)
def test_whether_a_document_is_in_force_on_a_day(
    dataset: Dataset, document: str, day: str, state: str, amended_by: str
) -> None:
    found, by = force(dataset, document, day)
    assert found == state
    assert by.startswith(amended_by)
    assert bool(by) == bool(amended_by)


@pytest.mark.parametrize(
    ("document", "day", "later"),
    [
        ("vn/bct-tw/nq/2018/23", "2022-11-16", ""),
        ("vn/bct-tw/nq/2018/23", "2022-11-17", "Resolution 29-NQ/TW of 17 November 2022"),
        ("vn/cp/nq/2020/124", "2025-08-01", "Resolution 111/NQ-CP of 22 July 2024"),
    ],
)
def test_a_later_document_on_the_same_matter_is_named_but_ends_nothing(
    dataset: Dataset, document: str, day: str, later: str
) -> None:
    (row,) = ask(dataset, "document/in-force", document=f"/doc/{document}", day=day)
    assert str(row["followedBy"] or "").startswith(later)
    assert bool(row["followedBy"]) == bool(later)
    assert (row["state"], row["until"]) == ("not-known", None)


def test_a_resolution_operates_from_the_day_that_is_known(dataset: Dataset) -> None:
    (row,) = ask(dataset, "document/in-force", document="/doc/vn/qh/nq/2025/176", day="2025-08-01")
    assert (row["from"], row["operating"]) == (None, "2025-03-01")


def test_a_repeal_ends_it(dataset: Dataset, tmp_path: Path) -> None:
    """No repeal is established; the question knows one when it sees it."""
    from kg.store import dump, load

    event = f"""<{BASE}event/x> a <{KH.LegalEvent}> ; <{KH.changeKind}> <{BASE}voc/change-kind/repeal> ;
        <{KH.affectsDocument}> <{BASE}doc/vn/cp/nd/2014/24> ; <{KH.byAct}> <{BASE}doc/vn/cp/nd/2025/45> ;
        <{KH.effectiveFrom}> "2025-03-01"^^<http://www.w3.org/2001/XMLSchema#date> ."""
    with (tmp_path / "all.trig").open("wb") as out:
        dump(dataset, "trig", out)
        out.write(f"\n<{BASE}graph/reference> {{ {event} }}\n".encode())
    load(tmp_path / "all.trig", tmp_path / "store")
    changed = open_dataset(tmp_path / "store")
    assert force(changed, "vn/cp/nd/2014/24", "2025-02-28")[0] == "amended"
    assert force(changed, "vn/cp/nd/2014/24", "2025-03-01")[0] == "ended"


def test_a_day_must_be_one(dataset: Dataset) -> None:
    from kg.errors import UnknownValue

    with pytest.raises(UnknownValue, match="is a day such as 2025-08-01"):
        ask(dataset, "agency/as-of", day="2025-02-30")


def test_a_name_borne_by_two_bodies_is_that_of_the_one_that_plans_speak_of(
    dataset: Dataset, tmp_path: Path
) -> None:
    from kg.choices import require_known
    from kg.errors import UnknownValue
    from kg.store import dump, load

    with pytest.raises(UnknownValue, match="; give the IRI"):
        require_known(dataset, "agency", "agency", "Bộ Tài chính")
    heir = f"{BASE}agency/vn/2025/bo-tai-chinh"
    with (tmp_path / "all.trig").open("wb") as out:
        dump(dataset, "trig", out)
        out.write(f"\n<{BASE}x> {{ <{BASE}x/as> <{KH.assignedTo}> <{heir}> }}\n".encode())
    load(tmp_path / "all.trig", tmp_path / "store")
    changed = open_dataset(tmp_path / "store")
    assert require_known(changed, "agency", "agency", "bo tai chinh").value == heir


def test_a_plan_after_the_mergers_speaks_of_the_bodies_of_its_day(
    plan_file: Path, tmp_path: Path
) -> None:
    """And is built: what the reference data describes is not described again by the plan."""
    text = plan_file.read_text("utf-8").replace("14 tháng 01 năm 2021", "14 tháng 4 năm 2025")
    text = re.sub(r"Bộ\s+Công\s+Thương", "Bộ Tài chính", text)
    text = text.replace("chế biến, chế tạo đạt bình quân", "chế biến chế tạo đạt bình quân")
    (tmp_path / "later.txt").write_text(text, "utf-8")
    summary = build([tmp_path / "later.txt"], tmp_path / "store")
    assert not summary.left_out
    dataset = open_dataset(tmp_path / "store")
    heir = f"{BASE}agency/vn/2025/bo-tai-chinh"
    assert bool(
        dataset.query(
            f"ASK {{ ?plan eli:date_document ?day . ?as kh:assignedTo <{heir}> FILTER(STR(?day) = '2025-04-14') }}"
        )
    )


def test_an_undated_event_beside_a_dated_one_changes_no_holder(dataset: Dataset) -> None:
    store = ox.Store()
    store.bulk_extend(dataset.merged)
    query = fill(find_question("task/holders-today").query, "vi", {})

    def holders() -> set[tuple[str, str]]:
        rows = store.query(query, prefixes=PREFIXES)
        assert isinstance(rows, ox.QuerySolutions)
        return {(str(row["task"]), str(row["holder"])) for row in rows}

    before = holders()
    store.update(
        "INSERT { ?undated org:originalOrganization ?a ; org:resultingOrganization ?b } WHERE "
        "{ ?event org:originalOrganization ?a ; org:resultingOrganization ?b FILTER(?a != ?b) "
        "BIND(IRI(CONCAT(STR(?event), '/undated')) AS ?undated) }",
        prefixes=PREFIXES,
    )
    assert holders() == before
