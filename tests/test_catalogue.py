"""Each question is parsed, run, and its answer compared with what the plan says (read by hand)."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from kg.catalogue import answer, fill, filled, find_question, parse_question, questions
from kg.errors import KgError, UnknownQuestion
from kg.export import Table, to_csv, to_json, to_text, to_xlsx
from kg.store import Dataset, dump, open_dataset, publish

# How many rows each question has on the first plan.
ROWS = {
    "agency/as-of": 80,
    "alignment/documents": 2,
    "alignment/dropped": 1,
    "alignment/left-out": 0,
    "alignment/targets": 15,
    "alignment/tasks": 0,
    "agency/district-committees": 32,
    "agency/duties": 131,
    "agency/pairs": 43,
    "agency/successors": 36,
    "agency/workload": 18,
    "agency/yearly": 86,
    "clause/contents": 106,
    "document/basis": 2,
    "document/in-force": 20,
    "document/plans": 1,
    "document/signing": 1,
    "quality/corrections": 0,
    "quality/facts-by-status": 274,
    "quality/findings": 36,
    "quality/links-needed": 121,
    "quality/not-established": 23,
    "quality/status-counts": 1,
    "quality/without-evidence": 0,
    "report/duties": 5,
    "target/baselines": 1,
    "target/by-indicator": 15,
    "target/grdp": 3,  # the part of a share of GRDP is one too
    "target/growth-rates": 6,
    "target/list": 15,
    "target/nested": 2,
    "task/enterprises": 21,
    "task/funding": 2,
    "task/gaps": 11,
    "task/holders-today": 49,
    "task/joint-leads": 16,
    "task/list": 36,
    "task/requests": 2,
    "time/deadlines": 2,
    "time/recurring": 27,
    "time/then-revised": 9,
    "unit/successors": 60,
}


def ask(dataset: Dataset, name: str, lang: str = "vi", **parameters: str) -> Table:
    return answer(find_question(name), dataset, lang=lang, parameters=parameters)


def column(table: Table, name: str) -> list[object]:
    place = table.columns.index(name)
    return [row[place] for row in table.rows]


@pytest.mark.parametrize("name", sorted(questions()))
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_question_runs_in_both_languages_with_the_same_rows(
    dataset: Dataset, name: str, lang: str
) -> None:
    table = ask(dataset, name, lang)
    if name in ROWS:
        assert len(table.rows) == ROWS[name]
    assert len(set(table.rows)) == len(table.rows)


def test_what_an_agency_must_do_each_year_what_has_a_day_first(dataset: Dataset) -> None:
    agency = "https://w3id.org/kehoach/agency/vn-73/so-cong-thuong"
    table = ask(dataset, "agency/yearly", agency=agency)
    assert len(table.rows) == 17
    assert column(table, "due")[:4] == ["--11-15"] * 3 + [None]
    assert set(column(table, "roleLabel")[:3]) == {"Chủ trì", "Theo dõi, đôn đốc", "Đầu mối"}
    assert column(table, "path")[0] == "III.2"


def test_what_a_clause_contains(dataset: Dataset) -> None:
    table = ask(dataset, "clause/contents", start="sec_II__para_2")
    paths = column(table, "path")
    assert len(paths) == 27
    assert all(str(path).startswith("sec_II__para_2") for path in paths)


WITHOUT_QUOTE = {
    "alignment/documents", "alignment/dropped",
    "agency/as-of", "agency/successors", "document/in-force", "quality/links-needed", "quality/not-established", "unit/successors",
    "agency/pairs", "agency/workload", "clause/contents", "document/plans", "document/signing",
    "quality/without-evidence", "quality/findings", "quality/status-counts", "task/by-theme", "corpus/agency-load", "corpus/gaps-by-province",
    "corpus/by-unit-today", "corpus/leads-by-document", "corpus/merged-units", "corpus/rare-leads", "corpus/rare-themes", "corpus/same-wording",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(questions()) - WITHOUT_QUOTE))
def test_every_fact_has_its_clause_and_its_words(dataset: Dataset, name: str) -> None:
    table = ask(dataset, name)
    assert all(column(table, "quote"))
    assert all(column(table, "clauseLabel"))


@pytest.mark.parametrize("name", sorted(set(questions()) - WITHOUT_QUOTE | {"task/by-theme"}))
def test_the_words_stand_in_the_clause_that_is_named(dataset: Dataset, name: str) -> None:
    """For whoever cites them: in its own words, not in those of the clause above it."""
    found = dataset.query(
        "SELECT ?label ?words { ?c kh:clauseStart ?s ; kh:clauseEnd ?e ; kh:clauseOf ?d ; rdfs:label ?label . "
        "?f kh:sourceText ?t FILTER(LANG(?label) = 'vi') BIND(SUBSTR(?t, ?s + 1, ?e - ?s) AS ?words) }"
    )
    own = {row["label"].value: row["words"].value for row in found}  # type: ignore[union-attr]
    table = ask(dataset, name)
    quotes = column(table, "words" if name == "task/by-theme" else "quote")
    wrong = [
        (clause, quote)
        for clause, quote in zip(column(table, "clauseLabel"), quotes, strict=True)
        if str(quote) not in own[str(clause)]
    ]
    assert wrong == []


def test_who_coordinates_on_innovation(dataset: Dataset) -> None:
    table = ask(dataset, "task/innovation-coordinators")
    assert set(column(table, "agencyLabel")) == {
        "Các sở, ban, ngành tỉnh Hậu Giang",
        "Ủy ban nhân dân huyện, thị xã, thành phố thuộc tỉnh Hậu Giang",
        "Hiệp hội Doanh nghiệp tỉnh Hậu Giang",
        "Các doanh nghiệp trên địa bàn tỉnh Hậu Giang",
    }
    paths = set(column(table, "path"))
    assert {
        "II.3.a.[1]",
        "II.3.a.[2]",
        "II.3.a.[3]",
        "II.3.b.[1]",
        "II.3.b.[2]",
        "II.5.[1]",
    } <= paths
    assert "Hiệp hội Doanh nghiệp tỉnh" in column(table, "quote")


def test_the_words_that_prove_it_stand_in_the_plan(dataset: Dataset) -> None:
    text = dataset.query("SELECT ?t { ?f kh:sourceText ?t }")
    (row,) = list(text)  # type: ignore[arg-type]
    for quote in column(ask(dataset, "task/innovation-coordinators"), "quote"):
        assert str(quote) in row["t"].value


def test_what_so_cong_thuong_does(dataset: Dataset) -> None:
    by_name = ask(dataset, "agency/duties", agency="so cong thuong")
    assert by_name == ask(dataset, "agency/duties", agency="Sở Công Thương")
    assert by_name == ask(
        dataset, "agency/duties", agency="https://w3id.org/kehoach/agency/vn-73/so-cong-thuong"
    )
    roles = column(by_name, "roleLabel")
    assert (roles.count("Chủ trì"), roles.count("Phối hợp")) == (11, 7)
    assert roles.count("Nhận báo cáo") == 2


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sở khcn", "so-khoa-hoc-va-cong-nghe"),
        ("SKHCN", "so-khoa-hoc-va-cong-nghe"),
        ("Sở KH và CN Hậu Giang", "so-khoa-hoc-va-cong-nghe"),
        ("Sở KHĐT", "so-ke-hoach-va-dau-tu"),
        ("SKHDT", "so-ke-hoach-va-dau-tu"),
        ("UBND TX Long Mỹ", "thi-xa-long-my/ubnd"),
    ],
)
def test_an_agency_is_called_as_in_a_search(dataset: Dataset, typed: str, meant: str) -> None:
    text = filled(find_question("agency/duties"), dataset, parameters={"agency": typed})
    assert f"VALUES ?agency {{ <https://w3id.org/kehoach/agency/vn-73/{meant}> }}" in text


def test_the_report_deadlines(dataset: Dataset) -> None:
    table = ask(dataset, "report/duties")
    found = set(zip(column(table, "recipientLabel"), column(table, "due"), strict=True))
    assert found == {
        ("Sở Công Thương tỉnh Hậu Giang", "--11-10"),
        ("Bộ Công Thương", "--11-15"),
        ("Ủy ban nhân dân tỉnh Hậu Giang", "--11-15"),
        ("Sở Công Thương tỉnh Hậu Giang", None),
    }


def test_the_baseline(dataset: Dataset) -> None:
    table = ask(dataset, "target/baselines")
    (row,) = [dict(zip(table.columns, r, strict=True)) for r in table.rows]
    assert (row["baselineYear"], row["baseline"], row["year"], row["value"]) == (
        "2020",
        20.24,
        "2025",
        25.29,
    )
    assert row["indicator"] == "Cơ cấu kinh tế công nghiệp"  # as all plans call it
    assert row["change"] == pytest.approx(5.05)


def test_targets_of_a_year(dataset: Dataset) -> None:
    assert len(ask(dataset, "target/list", y="2025").rows) == 7
    assert len(ask(dataset, "target/list", y="2030").rows) == 8
    assert len(ask(dataset, "target/list", y="2045").rows) == 0


def test_gaps(dataset: Dataset) -> None:
    table = ask(dataset, "task/gaps")
    assert sum(bool(v) for v in column(table, "noCoordinator")) == 10
    assert sum(bool(v) for v in column(table, "noTime")) == 9
    assert not any(column(table, "noLead"))


def test_members_of_the_district_group(dataset: Dataset) -> None:
    members = str(column(ask(dataset, "agency/district-committees"), "members")[0]).split("; ")
    assert len(members) == 8


@pytest.mark.parametrize(
    ("name", "parameters", "says"),
    [
        ("task/innovation", {}, "did you mean task/innovation-coordinators"),
        ("agency/duties", {"who": "x"}, "has no parameter «who» (it has: agency, plan)"),
        ("agency/duties", {"agency": "Sở Phép thuật"}, "no agency is called «Sở Phép thuật»"),
        ("target/list", {"y": "năm 2025"}, "is a year such as 2025"),
        ("agency/duties", {"agency": "http://["}, "is no IRI"),
        ("agency/duties", {"agency": "http://x\n"}, "is no IRI"),
    ],
)
def test_what_is_not_known_is_named(
    dataset: Dataset, name: str, parameters: dict[str, str], says: str
) -> None:
    with pytest.raises(UnknownQuestion) as fault:
        ask(dataset, name, **parameters)
    assert says in str(fault.value)


def test_a_header_that_lacks_something_says_what_to_add() -> None:
    with pytest.raises(KgError) as fault:
        parse_question("task/orphan", "#+ tags: task\nSELECT * {}")
    assert "lacks question-vi, question-en" in str(fault.value)
    assert "#+ question-vi: …" in str(fault.value)


@pytest.mark.parametrize(
    "value",
    ['x" } DROP ALL #', "x\\", "x\n} SELECT", "'''", "?lang", "}} UNION {{", "\u202e", "\x00"],
)
def test_a_value_cannot_leave_its_place(dataset: Dataset, value: str) -> None:
    table = ask(dataset, "clause/contents", start=value)
    assert table.rows == ()


def test_lang_is_replaced_as_a_token_only() -> None:
    text = fill('SELECT ?x WHERE { ?x ?p "?lang" FILTER(LANG(?x) = ?lang) } # ?lang', "en", {})
    assert text == 'SELECT ?x WHERE { ?x ?p "?lang" FILTER(LANG(?x) = "en") } # ?lang'


HOSTILE = Table(("a", "b"), (("=1+1", 3), ("-x", -4), ("@y", 2.5), ("Sở Công Thương", None)))


def test_spreadsheets_get_no_formulas() -> None:
    text = to_csv(HOSTILE).decode("utf-8")
    assert text == "a,b\r\n'=1+1,3\r\n'-x,-4\r\n'@y,2.5\r\nSở Công Thương,\r\n"
    assert to_csv(HOSTILE, bom=True).startswith(b"\xef\xbb\xbf")
    assert b'"a": "=1+1"' in to_json(HOSTILE)


def test_csv_and_workbook_are_equal() -> None:
    import io

    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(to_xlsx(HOSTILE))).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows == [["a", "b"], ["'=1+1", 3], ["'-x", -4], ["'@y", 2.5], ["Sở Công Thương", None]]


def test_lines_for_a_terminal() -> None:
    assert to_text(Table(("n",), ())) == "(no rows)\n"
    assert to_text(Table(("name", "n"), (("Sở", 1),))) == "name  n\n----  -\nSở    1\n"


def test_an_element_without_evidence_is_found(dataset: Dataset, tmp_path: Path) -> None:
    out = io.BytesIO()
    dump(dataset, "nquads", out)
    lines = out.getvalue().splitlines(keepends=True)
    hurt = b"/task/II.1.a.p1> <https://w3id.org/kehoach/ont#hasEvidence>"
    assert any(hurt in line for line in lines)
    kept = b"".join(line for line in lines if hurt not in line)
    publish([kept], tmp_path / "store", {"plans": []})
    table = answer(
        find_question("quality/without-evidence"), open_dataset(tmp_path / "store"), lang="vi"
    )
    assert [(row[1], row[2], str(row[3]).rpartition("/")[2]) for row in table.rows] == [
        (True, False, "II.1.a.p1")
    ]


HEAD = "#+ question-vi: a\n#+ question-en: a\n#+ tags: a\n#+ column: value | Giá trị | Value\n"


def test_the_header_tells_units_and_the_clauses_behind() -> None:
    found = parse_question("a/b", HEAD + "#+ unit: value other | unit\n#+ behind: ?t kh:statedIn ?clause\nSELECT ?value {}")  # fmt: skip
    assert found.columns[0].unit == "unit"
    assert found.behind == "?t kh:statedIn ?clause"
    assert parse_question("a/b", HEAD + "SELECT ?value {}").columns[0].unit == ""
    with pytest.raises(KgError, match="is not of the form «columns"):
        parse_question("a/b", HEAD + "#+ unit: value\nSELECT ?value {}")


@pytest.mark.parametrize(
    "name", sorted(q.id for q in questions().values() if q.behind or any(c.unit for c in q.columns))
)
def test_units_and_patterns_name_what_there_is(name: str, dataset: Dataset) -> None:
    question = find_question(name)
    columns = set(answer(question, dataset).columns)
    assert {c.unit for c in question.columns if c.unit} <= columns
    if question.behind:
        assert "?clause" in question.behind
        dataset.query(f"SELECT ?clause WHERE {{ {question.behind} }} LIMIT 1")
        assert any(f"?{column}" in question.behind for column in columns)
