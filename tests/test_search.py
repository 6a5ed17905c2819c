"""Search: what is typed in many ways finds the right thing first, and nothing that is typed is syntax."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.cli import main
from kg.names import BASE
from kg.search.abbreviations import short_names
from kg.search.asking import Index
from kg.search.entries import KINDS, NAMED, Entry
from kg.search.index import FILE, fill, write_index
from kg.search.query import LONGEST, SearchError, parse_query
from kg.search.snippets import snippet
from kg.search.tokens import both, tokens
from kg.searching import Search, search_in
from kg.store import Dataset

HERE = f"{BASE}agency/vn-73/"


@pytest.fixture(scope="module")
def search(dataset: Dataset) -> Search:
    assert (dataset.place / FILE).exists()
    return search_in(dataset)


def first(search: Search, text: str) -> str:
    best = search.find(text).best
    return "" if best is None else best.iri.removeprefix(BASE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("so cong thuong", "agency/vn-73/so-cong-thuong"),
        ("dau tu", "voc/theme/investment"),
        ("dai phat thanh", "agency/vn-73/dai-phat-thanh-va-truyen-hinh"),
        ("uy ban", "agency/vn-73/ubnd"),
        ("uỷ ban", "agency/vn-73/ubnd"),
        ("ủy ban", "agency/vn-73/ubnd"),
        ("sở khcn", "agency/vn-73/so-khoa-hoc-va-cong-nghe"),
        ("đổi mới sáng tạo", "voc/theme/innovation"),
        # the same in other spellings
        ("SỞ CÔNG THƯƠNG", "agency/vn-73/so-cong-thuong"),
        ("Sở Công Thương", "agency/vn-73/so-cong-thuong"),  # decomposed
        ("  sở   công,thương. ", "agency/vn-73/so-cong-thuong"),
        ("doi moi sang tao", "voc/theme/innovation"),
        ("Sở KH&CN", "agency/vn-73/so-khoa-hoc-va-cong-nghe"),
        ("so kh-cn", "agency/vn-73/so-khoa-hoc-va-cong-nghe"),
        ("SKHCN", "agency/vn-73/so-khoa-hoc-va-cong-nghe"),
        ("sở khoa học công nghệ", "agency/vn-73/so-khoa-hoc-va-cong-nghe"),
        ("UBND tỉnh Hậu Giang", "agency/vn-73/ubnd"),
        ("ubnd hau giang", "agency/vn-73/ubnd"),
        ("hdnd", "agency/vn-73/hdnd"),
        ("HĐND tỉnh", "agency/vn-73/hdnd"),
        ("NHNN", "agency/vn/ngan-hang-nha-nuoc-viet-nam"),
        ("nhnn chi nhanh", "agency/vn-73/ngan-hang-nha-nuoc-viet-nam-chi-nhanh-tinh"),
        ("BCH trung ương", "agency/vn/ban-chap-hanh-trung-uong"),
        ("đài PTTH", "agency/vn-73/dai-phat-thanh-va-truyen-hinh"),
        ("bo cong thuong", "agency/vn/bo-cong-thuong"),
        ("ministry of industry", "agency/vn/bo-cong-thuong"),
        ("cac so, ban, nganh", "group/vn-73/so-ban-nganh-tinh"),
        ("06/KH-UBND", "doc/vn-73/ubnd/kh/2021/06"),
        ("06/kh-ubnd", "doc/vn-73/ubnd/kh/2021/06"),
        ("23-NQ/TW", "doc/vn/bct-tw/nq/2018/23"),
        ("nghị quyết 124", "doc/vn/cp/nq/2020/124"),
        ("hau giang", "unit/vn-73"),
        ("Hoà Bình", "unit/vn-14"),
        ("Hòa Bình", "unit/vn-14"),
        ("hoa binh", "unit/vn-14"),
        ("can tho", "unit/vn-ct/2025"),  # that of today before that of yesterday
        ("cơ quan nào phối hợp", "q/task/innovation-coordinators"),
    ],
)
def test_the_right_thing_comes_first(search: Search, text: str, expected: str) -> None:
    assert first(search, text) == expected


@pytest.mark.parametrize(
    "text", ["", "   ", "?!.…", "😀", "%_", '""', "xyzzyq", "sở công thương xyzzyq", "thương thương sở zz"]
)  # fmt: skip
def test_what_is_not_there_is_not_found(search: Search, text: str) -> None:
    found = search.find(text)
    assert found.groups == ()
    assert found.best is None


def test_diacritics_decide_between_words_that_differ_by_them(search: Search) -> None:
    hits = search.find("hòa").groups[0].hits
    assert hits[0].label == "Tỉnh Hòa Bình"  # «Thanh Hóa» only after those with «Hòa»
    labels = [h.label for h in search.find("hòa", kind="unit").groups[0].hits]
    assert labels.index("Tỉnh Khánh Hòa") < labels.index("Tỉnh Thanh Hóa")


def test_passages_are_shown_with_their_words_marked(search: Search) -> None:
    (group,) = search.find("dau tu", kind="clause").groups
    assert group.count == len(group.hits) > 5
    for hit in group.hits:
        assert hit.snippet is not None
        assert hit.snippet.marks
        assert all(both(hit.snippet.text[a:b])[1] == "dau tu" for a, b in hit.snippet.marks)
        assert hit.number == "06/KH-UBND"
        assert hit.plan == f"{BASE}doc/vn-73/ubnd/kh/2021/06"
        assert hit.cited.endswith("06/KH-UBND")
        assert hit.clause == hit.iri


def test_abbreviations_and_full_words_find_each_others_passages(search: Search) -> None:
    short = search.find("UBND tỉnh", kind="clause").groups[0].hits
    full = search.find("Ủy ban nhân dân tỉnh", kind="clause").groups[0].hits
    assert {h.iri for h in full} == {h.iri for h in short}


def test_pages_of_one_kind_follow_each_other(search: Search) -> None:
    whole = search.find("công nghiệp", kind="clause", size=50).groups[0]
    pages = [search.find("công nghiệp", kind="clause", size=7, page=n).groups[0] for n in (1, 2, 3)]
    assert {p.count for p in pages} == {whole.count}
    assert [h.iri for p in pages for h in p.hits] == [h.iri for h in whole.hits[:21]]
    assert not search.find("công nghiệp", kind="clause", page=50).groups[0].hits


def test_a_plan_narrows_what_is_found(search: Search) -> None:
    plan = f"{BASE}doc/vn-73/ubnd/kh/2021/06"
    assert first(search, "so cong thuong").endswith("so-cong-thuong")
    everywhere, within = (search.find("bộ", kind="agency", plan=p, size=50) for p in (None, plan))
    named = {h.label for h in within.groups[0].hits}
    assert "Bộ Công Thương" in named
    assert "Bộ Tài chính" in {h.label for h in everywhere.groups[0].hits} - named
    assert search.find("sở công thương", plan=plan).best is not None
    assert search.find("sở công thương", plan=plan + "7").groups == ()


@pytest.mark.parametrize(
    ("text", "instead"),
    [("so cong thuonh", "so cong thuong"), ("uy bsn", "uy ban"), ("sở côgn thương", "sở công thương")],
)  # fmt: skip
def test_a_slip_of_one_letter_is_told(search: Search, text: str, instead: str) -> None:
    assert search.find(text).instead == instead
    assert search.find(instead).groups


def test_suggestions_go_on_as_one_types(search: Search) -> None:
    for typed in ("so c", "sở cô", "so cong th"):
        assert search.suggest(typed)[0].iri == f"{HERE}so-cong-thuong"
    assert search.suggest("") == search.suggest("…") == []
    assert len(search.suggest("s", limit=5)) == 5
    assert {hit.kind for hit in search.suggest("a", limit=200)} <= set(NAMED)


def test_labels_are_in_the_language_asked_for(search: Search) -> None:
    best = search.find("so cong thuong", lang="en").best
    assert best is not None
    assert best.label == "Department of Industry and Trade of Hậu Giang"
    assert best.called == "Sở Công Thương tỉnh Hậu Giang"  # the official name


def test_everything_that_is_found_is_whole(search: Search) -> None:
    for text in ("công nghiệp", "tỉnh", "kế hoạch", "a"):
        for group in search.find(text).groups:
            assert group.kind in KINDS
            assert group.count >= len(group.hits) > 0
            for hit in group.hits:
                assert hit.kind == group.kind
                assert hit.iri.startswith(BASE)
                assert hit.label


# -- many plans ---------------------------------------------------------------------------------------


def index_of(*entries: Entry) -> Index:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    fill(connection, entries)
    return Index(connection)


def test_the_name_of_a_body_finds_no_scattered_words() -> None:
    plan = f"{BASE}doc/x"
    texts = ("Số lượng công nhân trong thương mại", "Giao Sở Công Thương tham mưu")
    passages = [
        Entry(f"{plan}/target/{n}", "target", text, text, text=text, plan=plan)
        for n, text in enumerate(texts)
    ]
    name = "Sở Công Thương tỉnh Hậu Giang"
    body = Entry(f"{BASE}agency/x", "agency", name, name, ("Sở Công Thương",))
    for kind in (None, "target"):
        groups = {
            g.kind: g for g in index_of(body, *passages).search("so cong thuong", kind=kind).groups
        }
        assert [hit.label for hit in groups["target"].hits] == [texts[1]]
    (only,) = index_of(*passages).search("so nhan thuong").groups  # no name: the words anywhere
    assert only.count == 1


def test_bodies_that_plans_name_alike_stand_in_the_order_of_the_alphabet() -> None:
    def body(iri: str, province: str) -> Entry:
        name = f"Sở Công Thương tỉnh {province}"
        return Entry(f"{BASE}agency/{iri}", "agency", name, name, ("Sở Công Thương",), 3)

    found = index_of(body("vn-52/x", "Sóc Trăng"), body("vn-73/x", "Hậu Giang"))
    hits = found.search("so cong thuong").groups[0].hits
    assert [hit.label.rsplit(" ", 2)[1] for hit in hits] == ["Hậu", "Sóc"]


def department(province: str, weight: int) -> Entry:
    type_ = f"{BASE}voc/agency-type/so-y-te"
    name = f"Sở Y tế tỉnh {province}"
    return Entry(
        f"{BASE}agency/{province}", "agency", name, name, ("Sở Y tế",), weight, types=(type_,)
    )


TYPE = Entry(f"{BASE}voc/agency-type/so-y-te", "type", "Sở Y tế", "Department of Health", weight=9)


def test_of_one_province_its_department_comes_first() -> None:
    index = index_of(department("A", 0), department("B", 3), TYPE)
    best = index.search("so y te").best
    assert best is not None
    assert best.label == "Sở Y tế tỉnh B"


def test_of_many_provinces_the_type_comes_first_then_the_most_charged() -> None:
    index = index_of(department("A", 2), department("B", 7), department("C", 0), TYPE)
    found = index.search("so y te")
    assert [g.kind for g in found.groups] == ["type", "agency"]
    assert [h.label[-1] for h in found.groups[1].hits] == ["B", "A", "C"]
    best = index.search("so y te tinh a").best
    assert best is not None
    assert best.label == "Sở Y tế tỉnh A"


def test_passages_of_the_newest_plan_come_first() -> None:
    entries = [
        Entry(
            f"{BASE}c/{day}",
            "clause",
            "c",
            "c",
            text="Đầu tư",
            plan=f"p{day}",
            date=f"2021-01-{day}",
        )
        for day in (11, 13, 12)
    ]
    (group,) = index_of(*entries).search("đầu tư").groups
    assert [h.plan for h in group.hits] == ["p13", "p12", "p11"]


# -- words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "exact", "plain"),
    [
        ("Uỷ ban", "ủy ban", "uy ban"),
        ("thuỷ, hoà; khoẻ!", "thủy hòa khỏe", "thuy hoa khoe"),
        ("quý QUỲ", "quý quỳ", "quy quy"),  # «qu» is one letter
        ("Đầu tư", "đầu tư", "dau tu"),
        ("KH&CN R & D", "khcn r d", "khcn r d"),
        ("06/KH-UBND", "06 kh ubnd", "06 kh ubnd"),
        ("İstanbul ſ ß", "i̇stanbul s ss", "istanbul s ss"),
        ("a_b", "a b", "a b"),
        ("—", "", ""),
    ],
)
def test_words_in_two_spellings(text: str, exact: str, plain: str) -> None:
    assert both(text) == (exact, plain)


@pytest.mark.parametrize(
    ("name", "shorts"),
    [
        ("Sở Khoa học và Công nghệ", ("skhcn", "sở khcn")),
        ("Sở Công Thương tỉnh Hậu Giang", ("sở công thương", "sct", "sở ct tỉnh hậu giang")),
        ("Ủy ban nhân dân tỉnh Hậu Giang", ("ubnd", "ubnd tỉnh hậu giang", "ủy ban nhân dân tỉnh")),
        ("Hội đồng nhân dân tỉnh Cà Mau", ("hđnd tỉnh cà mau",)),
        ("Ngân hàng Nhà nước Việt Nam", ("nhnnvn",)),
    ],
)
def test_names_are_shortened_by_rule(name: str, shorts: tuple[str, ...]) -> None:
    assert set(shorts) <= set(short_names(name))


def test_two_words_have_no_initials() -> None:
    assert short_names("Chính phủ") == []


@pytest.mark.parametrize(
    "text",
    ["x" * (LONGEST + 1), "a " * 33, "a\x00b", "a\x1b[31m", "\ud800"],
)
def test_what_is_no_search_is_refused(text: str) -> None:
    with pytest.raises(SearchError):
        parse_query(text)


@pytest.mark.parametrize(
    "text",
    [
        '"', "'", "''; DROP TABLE thing; --", 'so" OR "a', "NEAR(so cong, 5)", "so AND", "NOT so", "exact : so",
        "plain:*", "^so", "so*", "(so", "{exact plain} : so", "a+b", "(.*)+$", "\\", "so -cong", "AND", "OR OR OR",
        "%", "_", "../../etc/passwd", "<script>alert(1)</script>", "=1+1", "‮abc", "a\tb\nc", "ﷺ", "é" * 100,
        "1 " * 32, "ư" * LONGEST,
    ],
)  # fmt: skip
def test_no_text_is_syntax(search: Search, text: str) -> None:
    for kind in (None, "clause", "agency"):
        search.find(text, kind=kind)
    search.suggest(text)


@settings(deadline=None)
@given(st.text(max_size=LONGEST))
def test_any_text_is_words_or_refused(text: str) -> None:
    try:
        query = parse_query(text)
    except SearchError:
        return
    assert all(word.isalnum() or word.isalpha() for word in "".join(query.plain).split())
    for token in tokens(text):
        assert spelled(text[token.start : token.end]) == token.plain
    shown = snippet(text, query)
    assert shown.text in text
    assert all(0 <= a < b <= len(shown.text) for a, b in shown.marks)


def spelled(word: str) -> str:
    return both(word)[1]


def test_a_long_passage_is_cut_around_the_words() -> None:
    text = "Mở đầu dài dòng. " * 40 + "Thu hút đầu tư vào tỉnh." + " Đoạn cuối." * 40
    shown = snippet(text, parse_query("dau tu"))
    assert [shown.text[a:b] for a, b in shown.marks] == ["đầu tư"]
    assert len(shown.text) < 300
    assert (shown.cut_before, shown.cut_after) == (True, True)
    assert not shown.text[0].isspace()


# -- files --------------------------------------------------------------------------------------------


def test_a_file_that_is_no_index_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"no database at all" * 100)
    for file in (tmp_path / "a", tmp_path / "missing"):
        with pytest.raises(ValueError, match=file.name):
            Index(file)
    with sqlite3.connect(tmp_path / "old") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ValueError, match="another form"):
        Index(tmp_path / "old")


def test_an_index_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    def entries() -> list[Entry]:
        return [TYPE, TYPE]  # one thing twice: a fault

    with pytest.raises(sqlite3.IntegrityError):
        write_index(entries(), tmp_path / FILE)
    assert list(tmp_path.iterdir()) == []


def test_a_search_without_an_index_makes_one(dataset: Dataset, tmp_path: Path) -> None:
    bare = Dataset(dataset.place, dataset.manifest)
    bare.place = tmp_path
    bare._merged = dataset.merged
    assert first(search_in(bare), "so cong thuong") == "agency/vn-73/so-cong-thuong"


def test_kg_search(store_folder: Path) -> None:
    run = CliRunner().invoke
    told = run(main, ["search", "so khcn", "--store", str(store_folder)])
    assert told.exit_code == 0
    assert "Sở Khoa học và Công nghệ tỉnh Hậu Giang" in told.output
    told = run(main, ["search", "cogn nghiệp", "--store", str(store_folder)])
    assert "Did you mean «công nghiệp»?" in told.output
    told = run(main, ["search", "đầu tư", "--kind", "x", "--store", str(store_folder)])
    assert (told.exit_code, "there is no kind «x»" in told.output) == (2, True)
    told = run(
        main, ["search", "đầu tư", "--plan", "06/KH-UBND", "--format", "json", "--store", str(store_folder)]
    )  # fmt: skip
    assert '"kind": "theme"' in told.output
