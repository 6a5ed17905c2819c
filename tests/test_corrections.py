"""Corrections: tied to words, applied where these stand, told in the graph, never by guess."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph

from kg.catalogue import answer, find_question
from kg.cli import main
from kg.corpus import find_plans
from kg.corrections import Anchor, Correction, apply_corrections, load_corrections
from kg.corrections.file import append_corrections, corrections_path, parse_corrections
from kg.errors import CorrectionsError
from kg.graph import build_graph, canonical
from kg.model import Plan, Target, Task
from kg.pipeline import extract_plan, read_plan
from kg.registry import load_registry
from kg.resolution import resolve
from kg.store import open_dataset
from kg.validation import check

from .conftest import PLAN

ROOT = Path(__file__).parent.parent
DOCS = (ROOT / "docs" / "corrections.md").read_text("utf-8")
WHEN = date(2025, 2, 3)
AGENCY = "https://w3id.org/kehoach/agency/vn-73/so-tai-chinh"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(w) for w in words])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.txt"
    path.write_bytes(PLAN.read_bytes())
    return path


@pytest.fixture(scope="module")
def extracted() -> Plan:
    return extract_plan(PLAN)


def correction(
    clause: str, quote: str, field: str, value: Sequence[str] = (), do: str = "set"
) -> Correction:
    return Correction(Anchor(clause, quote), do, field, tuple(value), "B", WHEN, "vì thế")


def task(plan: Plan, key: str) -> Task:
    (found,) = [t for t in plan.tasks if t.key == key]
    return found


def target(plan: Plan, quote: str) -> Target:
    (found,) = [t for t in plan.targets if t.amount.quote == quote]
    return found


TASK = ("II.3.a.p1", "Đẩy mạnh công tác quản lý khoa học và công nghệ")
NUMBER = ("I.3.a.p1", "25,29%")
CITED = ("document", "Nghị quyết số 124/NQ-CP ngày 03 tháng 9 năm 2020 của Chính phủ")
TITLE = ("document", "PHÁT TRIỂN CÔNG NGHIỆP TỈNH HẬU GIANG")
SCIENCE, TRADE = "Sở Khoa học và Công nghệ", "Sở Công Thương"


@pytest.mark.parametrize(
    ("place", "field", "value", "do", "before", "after"),
    [
        (TASK, "task.leads", [SCIENCE, TRADE], "set", SCIENCE, f"{SCIENCE}; {TRADE}"),
        (TASK, "task.leads", [TRADE], "add", SCIENCE, f"{SCIENCE}; {TRADE}"),
        (TASK, "task.leads", [SCIENCE], "remove", SCIENCE, None),
        (TASK, "task.leads", [], "set", SCIENCE, None),
        (TASK, "task.recipients", ["UBND tỉnh"], "set", None, "UBND tỉnh"),
        (TASK, "task.timeline", ["Năm 2022"], "set", "Hàng năm", "Năm 2022"),
        (TASK, "task.timeline", [], "set", "Hàng năm", None),
        (TASK, "task.begin", ["2022"], "set", None, "2022"),
        (TASK, "task.deadline", ["--11-10"], "set", None, "--11-10"),
        (TASK, "task.frequency", ["P6M"], "set", "P1Y", "P6M"),
        (TASK, "task.modality", ["request"], "set", "assign", "request"),
        (TASK, "task.kind", ["monitoring"], "set", "task", "monitoring"),
        (TASK, "task.themes", ["digital"], "set", "innovation", "digital"),
        (NUMBER, "target.value", ["1.025,5"], "set", "25.29", "1025.5"),
        (NUMBER, "target.value", ["25.5"], "set", "25.29", "25.5"),
        (NUMBER, "target.comparator", [">="], "set", "=", ">="),
        (NUMBER, "target.unit", ["tỷ đồng"], "set", "%", "tỷ đồng"),
        (NUMBER, "target.year", ["2026"], "set", "2025", "2026"),
        (NUMBER, "target.year", [], "set", "2025", None),
        (NUMBER, "target.period", ["2021-2025"], "set", None, "2021-2025"),
        (NUMBER, "target.value_type", ["level"], "set", "share", "level"),
        (CITED, "reference.date", ["2020-09-04"], "set", "2020-09-03", "2020-09-04"),
        (CITED, "reference.issuer", ["Quốc hội"], "set", "Chính phủ", "Quốc hội"),
        (CITED, "reference.relation", ["cites"], "set", "implements", "cites"),
        (TITLE, "document.number", ["07/KH-UBND"], "set", "06/KH-UBND", "07/KH-UBND"),
        (TITLE, "document.date", ["2021-01-15"], "set", "2021-01-14", "2021-01-15"),
        (TITLE, "document.signer", ["Ai Đó"], "set", "Trương Cảnh Tuyên", "Ai Đó"),
        (("I.3.b", "Mục tiêu phấn đấu đến năm 2030"), "goal.year", ["2031"], "set", "2030", "2031"),
        (("II.1.a.p1", "Báo Hậu Giang"), "agency.iri", [AGENCY], "set", None, AGENCY),
    ],
)  # fmt: skip
def test_a_field_is_put_right(
    extracted: Plan,
    place: tuple[str, str],
    field: str,
    value: list[str],
    do: str,
    before: str | None,
    after: str | None,
) -> None:
    if field == "agency.iri":  # the name stands in the label beneath the task
        place = ("II.1.a.p3", "Báo Hậu Giang")
    plan = apply_corrections(extracted, [correction(*place, field, value, do)])
    assert plan.remarks == ()
    (review,) = plan.reviews
    assert (review.kind, review.replaced, review.value) == ("correction", before, after)
    assert " ".join(plan.outline.document.quote(review.span).split()) == place[1]


def test_a_plan_with_all_of_them_keeps_the_rules_of_the_data(
    extracted: Plan, reference: Graph
) -> None:
    """Quotes equal the words at their place, what is corrected has its review, nothing hangs loose."""
    label = ("II.1.a.p3", "Báo Hậu Giang")
    plan = apply_corrections(
        extracted,
        [
            correction(*TASK, "task.leads", [SCIENCE, TRADE, "Sở Nào Đó"]),
            correction(*TASK, "task.coordinators", do="confirm"),
            correction(*TASK, "task.timeline", ["Từ năm 2022 đến năm 2024"]),
            correction(*TASK, "task.deadline", ["--11-10"]),
            correction(*TASK, "task.themes", ["digital", "innovation"]),
            correction("II.3.a.p2", "Tập trung hỗ trợ doanh nghiệp", "task", do="confirm"),
            correction("I.1.p1", "Tổ chức quán triệt và thực hiện", "task", do="add"),
            correction("I.1.p1", "Tổ chức quán triệt và thực hiện", "purpose", do="confirm"),
            correction("I.3.a.p1", "20,24%", "target", ["Tỷ trọng công nghiệp"], "add"),
            correction(*NUMBER, "target.period", ["2021-2025"]),
            correction(*NUMBER, "target.unit", ["điểm lạ"]),
            correction("I.3.a", "Mục tiêu đến năm 2025", "goal.year", ["2026"]),
            correction("I.3.b.p1", "30%", "target", do="remove"),
            correction("III.p1", "Trong quá trình thực hiện", "task", do="remove"),
            correction(*CITED, "reference.date"),
            correction("document", "23-NQ/TW", "reference", do="remove"),
            correction(
                "II.1", "Tuyên truyền, nâng cao nhận thức", "group.themes", ["digital"], "add"
            ),
            correction("II.2", "Xây dựng chương trình, định hướng", "group", do="confirm"),
            correction(*label, "agency.iri", [AGENCY]),
            correction(*TITLE, "document.number", ["07/KH-UBND"]),
            correction(*TITLE, "document.signer", []),
            correction("II.7.b", "Các cơ quan truyền thông", "text", do="confirm"),
        ],
    )
    assert plan.remarks == ()
    resolved = resolve(plan, load_registry())
    graph = build_graph(resolved)
    report = check(graph, "data", reference)
    assert report.conforms, report.findings
    assert build_graph(resolved).isomorphic(graph)


def test_who_stays_is_confirmed_and_who_is_new_is_corrected(extracted: Plan) -> None:
    plan = apply_corrections(extracted, [correction(*TASK, "task.leads", [SCIENCE, TRADE])])
    found = task(plan, "II.3.a.p1")
    assert found.status == "corrected"
    assert {r.mention.name: (r.status, r.rule) for r in found.roles if r.role == "lead"} == {
        SCIENCE: ("confirmed", "heading-agency"),
        TRADE: ("corrected", "correction"),
    }
    assert {r.status for r in found.roles if r.role == "coordinating"} == {"extracted"}


def test_a_value_rests_on_the_words_that_name_it_else_on_the_clause(extracted: Plan) -> None:
    changed = apply_corrections(
        extracted,
        [
            correction(*TASK, "task.leads", ["Hiệp hội doanh nghiệp tỉnh", "Sở Nào Đó"]),
            correction("II.2.a.p1", "Xây dựng chương trình", "task.timeline", ["Hàng năm"]),
        ],
    )
    quote = extracted.outline.document.quote
    known, unknown = task(changed, "II.3.a.p1").of("lead")
    assert quote(known.span) == "Hiệp hội Doanh nghiệp tỉnh"
    assert unknown.span == task(changed, "II.3.a.p1").span
    time = task(changed, "II.2.a.p1").timeframe
    assert time is not None
    assert quote(time.span).casefold() == "hàng năm"
    assert time.frequency == "P1Y"


def test_facts_are_added_and_removed(extracted: Plan) -> None:
    plan = apply_corrections(
        extracted,
        [
            correction("I.1.p1", "Tổ chức quán triệt và thực hiện nghiêm", "task", do="add"),
            correction("I.1.p1", "Tổ chức quán triệt và thực hiện nghiêm", "task.leads", [TRADE]),
            correction("I.3.a.p1", "20,24%", "target", ["Tỷ trọng công nghiệp"], "add"),
            correction(*NUMBER, "target", do="remove"),
            correction("III.p1", "Trong quá trình thực hiện", "task", do="remove"),
            correction("I.3.b.p2", "40%", "target", do="remove"),
        ],
    )  # fmt: skip
    assert [(r.number, r.why) for r in plan.remarks if not r.applied] == [
        (6, "I.3.b.p2: its words have changed: «40%» is not there")
    ]
    added = task(plan, "I.1.p1")
    assert (added.status, added.rule, [m.name for m in added.of("lead")]) == (
        "corrected",
        "correction",
        [TRADE],
    )
    assert target(plan, "20,24%").indicator == "Tỷ trọng công nghiệp"
    assert "25,29%" not in {t.amount.quote for t in plan.targets}
    assert "III.p1" not in {t.key for t in plan.tasks}


def test_a_part_stands_alone_when_its_whole_is_removed(extracted: Plan) -> None:
    assert target(extracted, "20%").parent == target(extracted, "30%").key
    one = correction("I.3.b.p1", "30%", "target", do="remove")
    plan = apply_corrections(extracted, [one])
    assert plan.remarks == ()
    assert target(plan, "20%").parent is None


def test_what_is_confirmed_is_confirmed_with_its_parts(extracted: Plan) -> None:
    whole = apply_corrections(extracted, [correction(*TASK, "task", do="confirm")])
    found = task(whole, "II.3.a.p1")
    assert found.status == "confirmed"
    assert {r.status for r in found.roles} | {t.status for t in found.themes} == {"confirmed"}
    field = apply_corrections(extracted, [correction(*TASK, "task.leads", do="confirm")])
    found = task(field, "II.3.a.p1")
    assert found.status == "extracted"
    assert {(r.role, r.status) for r in found.roles} == {
        ("lead", "confirmed"),
        ("coordinating", "extracted"),
    }


def test_themes_of_a_group_hold_for_its_tasks(extracted: Plan) -> None:
    place = ("II.1", "Tuyên truyền, nâng cao nhận thức")
    plan = apply_corrections(extracted, [correction(*place, "group.themes", ["digital"], "add")])
    assert plan.remarks == ()
    tasks = [t for t in plan.tasks if t.group == "II.1"]
    assert len(tasks) == 3
    for one in tasks:
        assert "digital" in {t.slug for t in one.themes}


def test_a_name_means_one_agency_throughout(extracted: Plan) -> None:
    one = correction("II.1.a.p3", "Báo Hậu Giang", "agency.iri", [AGENCY])
    plan = resolve(apply_corrections(extracted, [one]), load_registry())
    found = [r for t in plan.tasks for r in t.roles if r.mention.name == "Báo Hậu Giang"]
    assert len(found) > 1
    assert {(r.mention.iri, r.status) for r in found} == {(AGENCY, "corrected")}


def test_what_the_rules_have_come_to_read_is_confirmed(extracted: Plan) -> None:
    plan = apply_corrections(extracted, [correction(*TASK, "task.leads", [SCIENCE])])
    assert [r.kind for r in plan.reviews] == ["confirmation"]
    assert [(r.applied, r.why) for r in plan.remarks] == [
        (True, "the program now reads so by itself")
    ]


def test_another_value_than_the_one_replaced_is_remarked(extracted: Plan) -> None:
    one = replace(correction(*TASK, "task.leads", [TRADE]), replaces=("Sở Tài chính",))
    plan = apply_corrections(extracted, [one])
    (remark,) = plan.remarks
    assert remark.applied
    assert "it replaced «Sở Tài chính», but the program now reads «Sở Khoa học và Công nghệ»" in (
        remark.why
    )


# -- the text changes --------------------------------------------------------------------------------------

WORDS = "Đẩy mạnh công tác quản lý khoa học và công nghệ"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda t: t, None),
        (lambda t: t.replace("\n", "\r\n"), None),
        (lambda t: t.replace("Đẩy mạnh công tác quản lý", "Đẩy mạnh công\n  tác quản lý"), None),
        (lambda t: t.replace("Đẩy mạnh công tác", "Tăng cường công tác"), "its words have changed"),
        (lambda t: t.replace("để nâng cao năng lực", "để tăng năng lực"), "its words have changed after"),
        (
            lambda t: re.sub(r"(?s)II\. NHIỆM VỤ.*(?=III\. TỔ CHỨC)", "II. NHIỆM VỤ\n1. Việc khác cần làm ngay.\n", t),
            "there is no such clause any more",
        ),
        (
            lambda t: t.replace("a) Sở Khoa học và Công nghệ:\n", f"a) Sở Khoa học và Công nghệ:\n{WORDS}.\n{WORDS}.\n"),
            None,
        ),
    ],
)  # fmt: skip
def test_words_that_changed_are_reported_and_nothing_is_guessed(
    file: Path, change: object, why: str | None
) -> None:
    known = run("correct", file, "--at", "II.3.a.p1", "--field", "leads", "--value", TRADE, "--why", "x", "--who", "B")  # fmt: skip
    assert known.exit_code == 0, known.output
    text = file.read_text("utf-8")
    assert callable(change)
    file.write_bytes(change(text).encode("utf-8"))
    plan = read_plan(file)
    if why is None:
        assert [r for r in plan.remarks if not r.applied] == []
        (review,) = plan.reviews
        assert [m.name for m in task(plan, review.key).of("lead")] == [TRADE]
        assert plan.outline.document.quote(review.span).startswith("Đẩy mạnh công")
        return
    (remark,) = plan.remarks
    assert not remark.applied
    assert why in remark.why
    assert plan.reviews == ()
    assert plan.tasks == resolve(extract_plan(file), load_registry()).tasks
    checked = run("correct", file, "--check")
    assert checked.exit_code == 1
    assert "NOT APPLIED" in checked.stdout
    said = run("extract", file).stderr
    assert "plan.txt.corrections.toml: not applied: correction 1" in said


def test_words_that_moved_are_found_and_remarked(file: Path) -> None:
    run("correct", file, "--at", "II.3.a.p2", "--field", "leads", "--value", TRADE, "--why", "x", "--who", "B")  # fmt: skip
    text = file.read_text("utf-8").replace(
        "a) Sở Khoa học và Công nghệ:\n",
        "a) Sở Khoa học và Công nghệ:\nMột việc mới được thêm vào đầu điểm này.\n",
    )
    file.write_text(text, "utf-8")
    plan = read_plan(file)
    (remark,) = plan.remarks
    assert (remark.applied, remark.why) == (
        True,
        "the words have moved from II.3.a.p2 to II.3.a.p3",
    )
    assert [m.name for m in task(plan, "II.3.a.p3").of("lead")] == [TRADE]


def test_words_that_stand_twice_in_their_clause_are_not_guessed(extracted: Plan) -> None:
    one = correction("II.3.a.p1", "công nghệ", "task.leads", [TRADE])
    (remark,) = apply_corrections(extracted, [one]).remarks
    assert not remark.applied
    assert re.fullmatch(r"the words «công nghệ» stand \d times in II.3.a.p1", remark.why)
    sure = replace(one, anchor=replace(one.anchor, prefix="quản lý khoa học và"))
    assert apply_corrections(extracted, [sure]).remarks == ()


def test_a_number_is_not_found_within_another(extracted: Plan) -> None:
    plan = apply_corrections(
        extracted,
        [correction("I.3.a.p1", "5,29%", "target.year", ["2026"]), correction("I.3.a.p1", "29%", "target.year", ["2026"])],
    )  # fmt: skip
    assert [r.applied for r in plan.remarks] == [False, False]


# -- the file ----------------------------------------------------------------------------------------------

GOOD = """format = 1
# lời người dùng
[[correction]]
clause = "II.3.a.p1"  # ghi chú
quote = "Đẩy mạnh công tác quản lý khoa học và công nghệ"
field = "task.leads"
value = ["Sở Công Thương"]
who = "B"
when = 2025-02-03
why = "x"
# về chỗ sửa sau

[[correction]]
clause = "II.3.a.p1"
quote = "Đẩy mạnh công tác quản lý khoa học và công nghệ"
do = "confirm"
field = "task.timeline"
who = "B"
when = 2025-02-03T10:00:00+07:00"""


def _line(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (_line('who = "B"', 'who = "B'), "line 8: not TOML"),
        (_line("format = 1", "format = 2"), "format 2 is not known"),
        (_line("format = 1", "x = 1"), "«x» is not known"),
        (_line('field = "task.leads"', 'field = "task.leds"'), "line 3: correction 1: field «task.leds» is not known"),
        (_line('field = "task.leads"', ""), "line 3: correction 1: field is missing"),
        (_line('why = "x"', ""), "correction 1: why is missing"),
        (_line('why = "x"', 'whi = "x"'), "correction 1: «whi» is not known"),
        (_line('why = "x"', 'why = "x\\ny"'), "why is one line"),
        (_line("when = 2025-02-03\n", 'when = "2025-02-03"\n'), "when is a date or a time without quotation marks"),
        (_line("when = 2025-02-03\n", "when = 2025-02-31\n"), "line 9: not TOML"),
        (_line('value = ["Sở Công Thương"]', ""), "value is missing"),
        (_line('value = ["Sở Công Thương"]', 'value = [["x"]]'), "a value is a text"),
        (_line('value = ["Sở Công Thương"]', "value = true"), "a value is a text"),
        (_line('value = ["Sở Công Thương"]', 'value = "\\u0000"'), "control character"),
        (_line('"task.timeline"', '"task.timeline"\nvalue = "x"'), "line 13: correction 2: a confirmation has no value"),
        (_line('"confirm"', '"bless"'), "correction 2: do is one of set, add, remove, confirm"),
        (_line('"confirm"', '"add"\nwhy = "y"\nvalue = "y"'), "task.timeline is no list"),
        (_line('field = "task.leads"', 'field = "goal"\ndo = "remove"'), "a goal can be neither added nor removed"),
        (_line('field = "task.leads"', 'field = "target.value"'), "target.value is a number: 25,29; «Sở Công Thương» is not"),
        (_line('field = "task.leads"', 'field = "reference.date"'), "reference.date is a date"),
        (_line('field = "task.leads"', 'field = "agency.iri"'), "agency.iri is an IRI"),
        (_line('field = "task.leads"', 'field = "task.themes"'), "task.themes is one of"),
        ("correction = 1", "write each correction under a line [[correction]]"),
        ("x = [" * 3000, "not TOML"),
        ("x = " + "9" * 5000, "not TOML"),
    ],
)  # fmt: skip
def test_a_bad_file_is_named_with_its_line_and_left_alone(
    file: Path, tmp_path: Path, text: str, says: str
) -> None:
    path = corrections_path(file)
    path.write_text(text, "utf-8")
    result = run(
        "correct", file, "--at", "II.3.a.p1", "--field", "leads", "--confirm", "--who", "B"
    )
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith(f"kg: {path}")
    assert says in result.stderr
    assert path.read_text("utf-8") == text
    built = run("build", file, "--store", tmp_path / "store")
    assert built.exit_code == 2
    assert f"left out: {path}" in built.stderr


def test_a_file_that_is_not_utf_8_is_named(file: Path) -> None:
    corrections_path(file).write_bytes(b"# ok\nwho = '\xff'")
    assert "line 2: not UTF-8" in run("extract", file).stderr


def test_what_stands_in_the_file_stays_to_the_letter(file: Path) -> None:
    path = corrections_path(file)
    path.write_text(GOOD, "utf-8")
    path.chmod(0o640)
    args = ("--field", "task.begin", "--value", "2022", "--why", "y", "--who", 'C "c" \\')
    assert run("correct", file, "--at", "II.3.a.p1", *args).exit_code == 0
    text = path.read_text("utf-8")
    assert text.startswith(GOOD + "\n\n[[correction]]\n")
    assert path.stat().st_mode & 0o777 == 0o640
    assert [c.who for c in load_corrections(file)] == ["B", "B", 'C "c" \\']
    assert run("correct", file, "--undo", "1").exit_code == 0
    text = path.read_text("utf-8")
    assert text.startswith("format = 1\n# lời người dùng\n# về chỗ sửa sau\n\n[[correction]]\n")
    assert [c.field for c in load_corrections(file)] == ["task.timeline", "task.begin"]
    missing = run("correct", file, "--undo", "3")
    assert (missing.exit_code, "there is no correction 3; there are 2" in missing.stderr) == (
        2,
        True,
    )
    assert sorted(p.name for p in file.parent.iterdir()) == ["plan.txt", path.name]


def test_entries_of_another_form_are_read_but_not_cut(file: Path) -> None:
    inline = 'correction = [{clause = "II.3.a.p1", quote = "Đẩy mạnh công tác", do = "confirm", field = "task", who = "B", when = 2025-02-03}]\n'
    corrections_path(file).write_text(inline, "utf-8")
    assert task(read_plan(file), "II.3.a.p1").status == "confirmed"
    for words in (("--undo", "1"), ("--at", "II.1.a.p1", "--field", "leads", "--confirm")):
        result = run("correct", file, "--who", "B", *words)
        assert result.exit_code == 2
        assert "corrections.toml" in result.stderr
    assert corrections_path(file).read_text("utf-8") == inline


TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=40)


@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=3))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, quote: str, who: str, names: list[str]
) -> None:
    plan = tmp_path_factory.mktemp("p") / "plan.txt"
    value = tuple(dict.fromkeys(f"Sở {' '.join(n.split())}".strip() for n in names))
    one = Correction(Anchor("I", quote), "set", "task.leads", value, who, WHEN, "x", value)
    try:
        append_corrections(plan, (one,))
    except CorrectionsError:  # names of one form that were two, texts of nothing but spaces
        return
    assert [c.anchor.quote for c in load_corrections(plan)] == [quote]
    assert [c.who for c in load_corrections(plan)] == [who]


@given(
    st.text(max_size=200) | st.lists(st.sampled_from(GOOD.split("\n")), max_size=12).map("\n".join)
)
def test_whatever_stands_in_the_file_the_fault_is_the_files(text: str) -> None:
    try:
        found: object = parse_corrections(text, Path("x.toml"))
    except CorrectionsError as fault:
        found = str(fault)
    assert isinstance(found, tuple) or "\n" not in str(found)


# -- kg correct --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "give one change"),
        (("--at", "II.3.a.p1", "--field", "leads", "--value", "x"), "why is not told"),
        (("--at", "II.3.a.p1", "--value", "x", "--why", "y"), "which field is not told"),
        (("--field", "leads", "--value", "x", "--why", "y"), "give --at KEY, --words or --span"),
        (("--at", "IX", "--field", "leads", "--value", "x", "--why", "y"), "no clause and no such fact has the key «IX»"),
        (("--at", "II.3", "--field", "leads", "--value", "x", "--why", "y"), "beneath it stand II.3.a.p1"),
        (("--at", "I.1.p1", "--field", "leads", "--value", "x", "--why", "y"), "kg correct --add-task"),
        (("--at", "II.3.a.p1", "--field", "lead", "--value", "x", "--why", "y"), "field «lead» is not known"),
        (("--at", "II.3.a.p1", "--field", "date", "--value", "x", "--why", "y"), "may be document.date or reference.date"),
        (("--at", "II.3.a.p1", "--field", "leads", "--value", SCIENCE, "--why", "y"), "already; if it is right as it is"),
        (("--at", "II.3.a.p1", "--field", "leads", "--value", "…", "--why", "y"), "task.leads is names"),
        (("--at", "II.3.a.p1", "--field", "begin", "--value", "x", "--why", "y"), "a year or a date"),
        (("--at", "II.7.b", "--field", "begin", "--value", "2022", "--why", "y"), "give the words first: task.timeline"),
        (("--at", "II.3.a.p1", "--field", "kind", "--value", "reporting", "--why", "y"), "just when it has recipients"),
        (("--at", "II.3.a.p1", "--field", "task.text", "--value", "không có", "--why", "y"), "does not stand in II.3.a.p1"),
        (("--words", "Báo Hậu Giang", "--field", "agency.iri", "--value", AGENCY, "--why", "y"), "stands 3 times in the document"),
        (("--words", "không có", "--field", "leads", "--value", "x", "--why", "y"), "does not stand in the document"),
        (("--span", "5", "--add-task", "--why", "y"), "--span is START:END"),
        (("--span", "9:9", "--add-task", "--why", "y"), "--span is START:END"),
        (("--span", "99998:99999", "--add-task", "--why", "y"), "no words of one clause stand at"),
        (("--span", "1:2", "--at", "I", "--add-task", "--why", "y"), "leave out --at"),
        (("--at", "II.3.a.p1", "--add-task", "--why", "y"), "there is such a task already"),
        (("--words", "Đẩy mạnh công tác quản lý khoa học", "--add-target", "x", "--why", "y"), "is no number with its unit"),
        (("--at", "II.3.a.p1", "--remove-fact", "goal", "--why", "y"), "neither added nor removed"),
        (("--at", "II.3.a.p1", "--confirm", "--value", "x", "--field", "leads", "--why", "y"), "give one change"),
        (("--field", "document.type", "--value", "Bài hát", "--why", "y"), "a type of document such as Kế hoạch"),
        (("--field", "document.number", "--value", "sáu", "--why", "y"), "a document's number"),
        (("--at", "II.3.a.p1", "--field", "leads", "--value", "x", "--why", "a\nb"), "line break"),
    ],
)  # fmt: skip
def test_what_cannot_be_corrected_is_told_and_nothing_is_written(
    file: Path, words: tuple[str, ...], says: str
) -> None:
    result = run("correct", file, "--who", "B", *words)
    assert result.exit_code == 2, result.output
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert not corrections_path(file).exists()


def test_a_dry_run_shows_and_writes_nothing(file: Path) -> None:
    result = run("correct", file, "--at", "II.3.a.[1]", "--field", "leads", "--value", "Sở Lạ", "--why", "y", "--who", "B", "--dry-run")  # fmt: skip
    assert result.stdout == f"II.3.a.p1 task.leads: «{SCIENCE}» → «Sở Lạ»\n"
    assert "it is not known who «Sở Lạ» is" in result.stderr
    assert not corrections_path(file).exists()


DRAFT = """ỦY BAN NHÂN DÂN
TỈNH HẬU GIANG

KẾ HOẠCH
Phát triển chợ nông thôn năm 2021

I. NHIỆM VỤ
1. Sở Công Thương rà soát các chợ trên địa bàn tỉnh.
2. Sở Tài chính bố trí kinh phí thực hiện.
"""


def test_a_draft_has_its_identity_from_the_file(tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(DRAFT, "utf-8")
    refused = run("build", draft, "--store", tmp_path / "store")
    assert refused.exit_code == 2
    assert "kg correct" in refused.stderr
    for field, value in (("number", "07/KH-UBND"), ("date", "2021-02-01")):
        told = run("correct", draft, "--field", f"document.{field}", "--value", value, "--why", "dự thảo", "--who", "B")  # fmt: skip
        assert told.exit_code == 0, told.output
    built = run("build", tmp_path, "--store", tmp_path / "store")
    assert built.exit_code == 0, built.output
    assert "skipped" not in built.stderr
    plan = read_plan(draft)
    assert plan.iri == "https://w3id.org/kehoach/doc/vn-73/ubnd/kh/2021/07"
    assert build_graph(plan).isomorphic(build_graph(read_plan(draft)))


def test_a_corrections_file_without_its_plan_is_named(tmp_path: Path, file: Path) -> None:
    lost = tmp_path / "lost.txt.corrections.toml"
    lost.write_text("", "utf-8")
    corrections_path(file).write_text("", "utf-8")
    assert find_plans([tmp_path]) == ([file], [str(lost)])


# -- the documentation, and the questions -------------------------------------------------------------------


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)


def test_the_file_of_the_documentation_applies(file: Path) -> None:
    (text,) = _blocks("toml")
    corrections_path(file).write_text(text, "utf-8")
    plan = read_plan(file)
    assert plan.remarks == ()
    assert [(r.kind, r.key, r.field) for r in plan.reviews] == [
        ("correction", "II.3.a.p1", "task.leads"),
        ("correction", "2025-co-cau-kinh-te-cua-nganh-cong-nghiep", "target.comparator"),
        ("confirmation", "II.2.b.p1", "task"),
    ]


def test_every_field_and_doubt_is_documented() -> None:
    from kg.corrections.doubts import KINDS as DOUBTS
    from kg.corrections.kinds import field_names

    for name in field_names():
        kind, _, field = name.partition(".")
        assert re.search(rf"`{kind}\.", DOCS), name
        assert re.search(rf"`(?:{kind})?\.{field}`", DOCS), name
    for kind in DOUBTS:
        assert f"`{kind}`" in DOCS


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the plan corrected by the commands of the documentation, and a store of it."""
    folder = tmp_path_factory.mktemp("corrected")
    (folder / "plan.txt").write_bytes(PLAN.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for block in _blocks("console"):
            for line in block.splitlines():
                words = shlex.split(line.removeprefix("$ kg "))
                if words[0] != "ask" and line.startswith("$ kg "):
                    result = run(*words)
                    assert result.exit_code == 0, (line, result.output)
        assert run("build", "plan.txt", "--store", "my-store").exit_code == 0
    return folder


def ask(folder: Path, name: str, **parameters: str) -> list[dict[str, object]]:
    dataset = open_dataset(folder / "my-store")
    table = answer(find_question(name), dataset, lang="en", parameters=parameters)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_what_was_corrected_by_whom_why_and_what_stood_before(corrected: Path) -> None:
    rows = ask(corrected, "quality/corrections")
    assert {(r["key"], r["field"], r["before"], r["after"], r["who"], r["why"]) for r in rows} == {
        ("II.3.a.p1", "task.leads", SCIENCE, f"{SCIENCE}; {TRADE}", "Trần Thị B", "Công văn 12"),
        ("II.1.a.p1", "task.coordinators", "Sở Thông tin và Truyền thông; Đài Phát thanh và Truyền hình tỉnh; Báo Hậu Giang", "Sở Thông tin và Truyền thông; Đài Phát thanh và Truyền hình tỉnh", "Trần Thị B", "nêu thừa"),
        ("I.1.p2", "task", None, next(r["after"] for r in rows if r["key"] == "I.1.p2"), "Trần Thị B", "câu này giao việc"),
        ("III.p1", "task", next(r["before"] for r in rows if r["key"] == "III.p1"), None, "Trần Thị B", "chỉ là lời dẫn"),
    } | {("document", "document.number", "06/KH-UBND", "07/KH-UBND", "Trần Thị B", "số của bản phát hành")}  # fmt: skip
    assert all(r["quote"] and r["clauseLabel"] and r["date"] for r in rows)


def test_facts_by_status(corrected: Path) -> None:
    confirmed = ask(corrected, "quality/facts-by-status", status="confirmed")
    leads = [str(r["element"]) for r in confirmed if "/as/lead-" in str(r["element"])]
    assert sorted(e.rsplit("/task/")[1] for e in leads) == [
        "II.3.a.p1/as/lead-1",  # kept when the leads were told
        "II.3.a.p2/as/lead-1",
        "II.3.a.p3/as/lead-1",
    ]
    assert len(confirmed) == 3 + 2 * 4  # and the coordinators of II.3.a.p2 and p3
    changed = ask(corrected, "quality/facts-by-status", status="corrected")
    assert {str(r["element"]).split("/2021/07/")[1] for r in changed} == {
        "task/II.3.a.p1",
        "task/II.3.a.p1/as/lead-2",
        "task/II.1.a.p1",
        "task/I.1.p2",
    }  # that of the target was undone
    counts = {str(r["statusLabel"]): r["facts"] for r in ask(corrected, "quality/status-counts")}
    assert (counts["Confirmed"], counts["Corrected"]) == (len(confirmed), len(changed))


def test_corrections_survive_rebuilds(corrected: Path) -> None:
    """The same file gives the same graph, and so does one with other comments and line ends."""
    plan = corrected / "plan.txt"
    before = canonical(build_graph(read_plan(plan)))
    path = corrections_path(plan)
    text = path.read_text("utf-8")
    path.write_bytes(f"# xem lại\n{text}".replace("\n", "\r\n").encode("utf-8"))
    assert canonical(build_graph(read_plan(plan))) == before
    assert before.count(b"ont#Correction>") == 5
