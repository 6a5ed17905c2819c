"""What is uncertain is listed with the commands that settle it, and no longer once it is settled."""

from __future__ import annotations

import csv
import io
import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.corrections.doubts import KINDS, Doubt
from kg.corrections.review import find_doubts
from kg.pipeline import build, read_plan

from .conftest import PLAN

DOUBTFUL = """ỦY BAN NHÂN DÂN
TỈNH HẬU GIANG

KẾ HOẠCH
Phát triển chợ nông thôn

Căn cứ Nghị quyết số 15-NQ/TW của Ban Chấp hành Trung ương về phát triển chợ;

I. MỤC TIÊU
1. Tỷ lệ chợ đạt chuẩn là 80%.
2. Toàn tỉnh giữ gìn 25 ngôi đình được trùng tu cho trẻ từ 15 tuổi trong năm 2025.
II. NHIỆM VỤ
1. Rà soát chợ
- Thống kê các chợ trên địa bàn tỉnh.
- Phân loại các chợ theo quy định.
Cơ quan chủ trì: Sở Công Thương.
Thời gian thực hiện: Theo kế hoạch riêng.
2. Vệ sinh chợ
Cơ quan chủ trì: Nhóm Tự quản chợ Vị Thủy.
- Giữ vệ sinh tại các chợ trên địa bàn.
- Thu gom rác tại các chợ hằng ngày.
3. Bảo đảm an toàn cho người mua bán hàng hóa tại chợ.
4. Sở Tài chính và kinh phí của chợ
a) Bố trí kinh phí cho chợ nông thôn.
b) Quyết toán kinh phí cho chợ nông thôn.
III. TỔ CHỨC THỰC HIỆN
1. Sở Y tế kiểm tra an toàn thực phẩm tại các chợ trước ngày 10 tháng 11 hàng năm.
IV. KINH PHÍ THỰC HIỆN
Kinh phí do ngành chủ trì từng việc lập dự toán theo giao thông của chợ.
V. DANH MỤC NHIỆM VỤ

|
STT
|
Nội dung
|
Cơ quan chủ trì
|
Thời gian
|
|
1
|
Lát nền các chợ nông thôn
|
Sở Xây dựng
|
Năm 2022
|
|
2
|
Lợp mái các chợ nông thôn
|
|
Năm 2023
|
"""


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(w) for w in words])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "chợ nông thôn.md"
    path.write_text(DOUBTFUL, "utf-8")
    return path


def doubts(path: Path) -> tuple[Doubt, ...]:
    return find_doubts(read_plan(path))


EXPECTED = [
    ("document-field", "document", ""),  # number
    ("document-field", "document", ""),  # date
    ("unknown-agency", "II.2.p2", "Nhóm Tự quản chợ Vị Thủy"),
    ("label-scope", "II.1.p3", "Cơ quan chủ trì: Sở Công Thương."),
    ("label-scope", "II.2.p1", "Cơ quan chủ trì: Nhóm Tự quản chợ Vị Thủy."),
    ("lead-missing", "II.3", "Bảo đảm an toàn cho người mua bán hàng hóa tại chợ."),
    ("lead-missing", "II.4.a", "Bố trí kinh phí cho chợ nông thôn."),
    ("lead-missing", "II.4.b", "Quyết toán kinh phí cho chợ nông thôn."),
    ("row-without-lead", "V.t1.r2", "Lợp mái các chợ nông thôn"),
    ("time-unread", "II.1.p1", "Theo kế hoạch riêng"),
    ("target-without-year", "x-ty-le-cho-dat-chuan", "80%"),
    ("number-without-unit", "I.2", "25"),  # not 15 years of age, nor the year 2025
    ("citation-unidentified", "15-NQ/TW", "Nghị quyết số 15-NQ/TW của Ban Chấp hành Trung ương"),
    ("heading-unresolved", "II.4", "Sở Tài chính và kinh phí của chợ"),
    (
        "duty-without-task",
        "IV.p1",
        "Kinh phí do ngành chủ trì từng việc lập dự toán theo giao thông của chợ.",
    ),
]


def test_what_is_doubtful(file: Path) -> None:
    found = doubts(file)
    assert [(d.kind, d.key, d.words) for d in found] == EXPECTED
    assert {d.kind for d in found} == set(KINDS)
    quote = read_plan(file).outline.document.quote
    for doubt in found:
        assert doubt.rule
        assert " ".join(quote(doubt.span).split()) == doubt.words
    scope = [d.detail for d in found if d.kind == "label-scope"]
    assert scope[0].startswith("one label after several items")
    assert scope[1].startswith("label first, items after")


def test_the_first_plan_has_few_doubts() -> None:
    """The labels of six blocks of several paragraphs; every name is known."""
    found = doubts(PLAN)
    assert {d.kind for d in found} == {"label-scope"}
    assert [d.key for d in found if d.kind == "label-scope"] == [
        "II.2.a.p7",
        "II.2.b.p3",
        "II.3.a.p4",
        "II.3.b.p3",
        "II.4.a.p3",
        "II.4.b.p3",
    ]


def test_the_command_that_confirms_settles_its_doubt_alone(file: Path) -> None:
    """Each printed line runs as it stands, and takes out what it is about."""
    expected = list(EXPECTED)
    while expected:
        rows = json.loads(run("extract", file, "--review", "--format", "json").stdout)
        assert [(r["kind"], r["key"], r["words"]) for r in rows] == expected
        words = shlex.split(rows[0]["confirm"])
        assert words[:2] == ["kg", "correct"]
        result = run(*words[1:], "--who", "B")
        assert result.exit_code == 0, (words, result.output)
        gone = expected.pop(0)
        if gone[1] == "II.1.p3":  # the time of these labels is confirmed with them
            expected = [e for e in expected if e[0] != "time-unread"]
        if gone[1] == "II.4.b":  # with all leads beneath confirmed the heading is none
            expected = [e for e in expected if e[0] != "heading-unresolved"]
    said = run("extract", file, "--review").stdout
    assert said == "nothing is in doubt / không còn điểm nào chưa chắc\n"


def test_the_command_that_puts_right_settles_it_once_it_is_filled_in(file: Path) -> None:
    answers = {
        "document-field": ["07/KH-UBND", "2021-02-01"],
        "unknown-agency": ["https://w3id.org/kehoach/agency/vn-73/so-cong-thuong"],
        "label-scope": ["Sở Y tế"] * 2,
        "lead-missing": ["Sở Y tế"] * 3,
        "row-without-lead": ["Sở Y tế"],
        "time-unread": ["2025"],
        "target-without-year": ["2025"],
        "number-without-unit": ["số đình"],
        "citation-unidentified": ["2022-06-16"],
        "duty-without-task": [],
    }
    rows = json.loads(run("extract", file, "--review", "--format", "json").stdout)
    done: dict[str, int] = {}
    for row in rows:
        kind = row["kind"]
        if kind == "heading-unresolved":
            continue  # the tasks beneath have got their leads
        values = answers[kind]
        value = values[done.get(kind, 0)] if values else ""
        done[kind] = done.get(kind, 0) + 1
        words = shlex.split(row["fix"])
        place = words.index("--why")
        filled = [value if w == "…" and n < place else w for n, w in enumerate(words)]
        result = run(*(w.replace("…", "đã xem bản ký") for w in filled[1:]), "--who", "B")
        assert result.exit_code == 0, (filled, result.output)
    left = [(d.kind, d.key) for d in doubts(file)]
    assert left == [
        ("label-scope", "II.1.p4"),  # its time, of which nothing was said
        ("lead-missing", "IV.p1"),  # the task that was added
        ("target-without-year", "x-so-dinh"),  # the target that was added
    ]
    (added,) = [t for t in read_plan(file).targets if t.indicator == "số đình"]
    assert (added.amount.value, added.amount.unit) == (25.0, "ngôi")


def test_an_empty_command_line_answers_nothing(file: Path) -> None:
    """What is printed with «…» is refused until somebody has filled it in."""
    rows = json.loads(run("extract", file, "--review", "--format", "json").stdout)
    for row in rows:
        words = shlex.split(row["fix"])
        if "…" in words[: words.index("--why")]:
            assert run(*words[1:], "--who", "B").exit_code == 2, words
    assert not file.with_name(file.name + ".corrections.toml").exists()


def test_the_forms_of_the_list(file: Path) -> None:
    table = run("extract", file, "--review")
    assert table.stdout == run("extract", file, "--review", "--format", "table").stdout
    assert "15 point(s) in doubt" in table.stdout
    assert "lead-missing (3)\n  Nhiệm vụ chưa có cơ quan chủ trì\n  Task without a lead\n" in (
        table.stdout
    )
    assert f"kg correct {shlex.quote(str(file))} --at II.3 --field task.leads" in table.stdout
    rows = list(
        csv.DictReader(io.StringIO(run("extract", file, "--review", "--format", "csv").stdout))
    )
    assert [(r["kind"], r["key"], r["words"]) for r in rows] == EXPECTED
    refused = run("extract", file, "--format", "csv")
    assert (refused.exit_code, "csv is for --review" in refused.stderr) == (2, True)


def test_a_day_that_cannot_be_is_told_as_such(plan_file: Path, tmp_path: Path) -> None:
    text = plan_file.read_text("utf-8")
    file = tmp_path / "plan.txt"
    file.write_text(text.replace("14 tháng 01 năm 2021", "31 tháng 02 năm 2021"), "utf-8")
    ((_, reason),) = build([file], tmp_path / "store").left_out
    assert "impossible date «ngày 31 tháng 02 năm 2021»" in reason
    (doubt,) = (d for d in find_doubts(read_plan(file)) if d.rule == "header-date")
    assert doubt.words == "ngày 31 tháng 02 năm 2021"
    file.write_text(text.replace("14 tháng 01 năm 2021", "… tháng … năm 2021"), "utf-8")
    ((_, reason),) = build([file], tmp_path / "store").left_out
    assert "no date found" in reason
