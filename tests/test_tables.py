"""Tables written with bars: rows, empty cells, spans, headings, headers said again."""

from __future__ import annotations

import re

import pytest

from kg.extract import extract
from kg.model import Document, Plan
from kg.structure import find_clauses

HEAD = "KẾ HOẠCH\nVỀ MỘT VIỆC\n\nI. NHIỆM VỤ\n\n1. Làm theo Phụ lục của Kế hoạch này.\n\n"


def cells(*rows: list[str]) -> str:
    return "".join("|\n" + "".join(f"{c}\n|\n" if c else "|\n" for c in row) for row in rows)


def plan_of(table: str) -> Plan:
    return extract(find_clauses(Document("x.md", "md", HEAD + table + "\n\nHết.\n", "0" * 64)))


COLUMNS = ["STT", "Nội dung", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian hoàn thành"]


def rows_of(plan: Plan) -> list[tuple[str, list[str], list[str], str | None]]:
    return [
        (
            t.text,
            [m.name for m in t.of("lead")],
            [m.name for m in t.of("coordinating")],
            t.timeframe.text if t.timeframe else None,
        )
        for t in plan.tasks
        if t.key.startswith("I.1.") or t.roles_from == "table" or ".t" in t.key
    ]


def test_a_row_is_a_task() -> None:
    plan = plan_of(
        cells(
            COLUMNS,
            ["1", "Xây dựng một quy chế", "Sở Y tế", "Sở Tài chính, các sở, ngành", "Quý IV/2025"],
            ["2", "Tổ chức một hội nghị", "Sở Nội vụ", "Sở Y tế", "Năm 2026"],
        )
    )
    assert rows_of(plan) == [
        ("Xây dựng một quy chế", ["Sở Y tế"], ["Sở Tài chính", "các sở, ngành"], "Quý IV/2025"),
        ("Tổ chức một hội nghị", ["Sở Nội vụ"], ["Sở Y tế"], "Năm 2026"),
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["1", "Xây dựng một quy chế", "Sở Y tế", "", "2025"], (["Sở Y tế"], [], "2025")),
        (["1", "Xây dựng một quy chế", "", "Sở Y tế", "2025"], ([], ["Sở Y tế"], "2025")),
        (
            ["1", "Xây dựng một quy chế", "Sở Y tế", "Sở Nội vụ", ""],
            (["Sở Y tế"], ["Sở Nội vụ"], None),
        ),
    ],
)
def test_empty_cells_keep_their_column(
    row: list[str], expected: tuple[list[str], list[str], str | None]
) -> None:
    last = ["2", "Tổ chức một hội nghị", "Sở Nội vụ", "Sở Y tế", "Năm 2026"]
    plan = plan_of(cells(COLUMNS, row, last))
    first, second = rows_of(plan)
    assert first[1:] == expected
    assert second[1:] == (["Sở Nội vụ"], ["Sở Y tế"], "Năm 2026")


def test_headings_and_headers_within_are_no_tasks() -> None:
    plan = plan_of(
        cells(
            COLUMNS,
            ["I", "HOÀN THIỆN THỂ CHẾ CỦA TỈNH"],
            ["1", "Xây dựng một quy chế", "Sở Y tế", "Sở Nội vụ", "2025"],
            COLUMNS,
            ["2", "Tổ chức một hội nghị", "Sở Nội vụ", "Sở Y tế", "2026"],
        )
    )
    assert [row[0] for row in rows_of(plan)] == ["Xây dựng một quy chế", "Tổ chức một hội nghị"]


def test_a_row_beside_a_span_is_set_one_column_in() -> None:
    plan = plan_of(
        cells(
            COLUMNS,
            ["1", "Xây dựng một quy chế", "Sở Y tế", "Sở Nội vụ", "2025"],
            ["Theo dõi việc làm theo quy chế", "Sở Tài chính"],
            ["2", "Tổ chức một hội nghị", "Sở Nội vụ", "Sở Y tế", "2026"],
        )
    )
    assert rows_of(plan)[1] == (
        "Theo dõi việc làm theo quy chế",
        ["Sở Tài chính"],
        ["Sở Nội vụ"],  # what the spanning cells say holds for it too
        "2025",
    )


def test_a_table_without_leads_gives_no_tasks() -> None:
    plan = plan_of(
        cells(["TT", "Tên đơn vị", "Số lượng"], ["1", "Xã Một", "20"], ["2", "Xã Hai", "30"])
    )
    assert rows_of(plan) == []


def lines(*rows: list[str]) -> str:
    """The rows each on one line, as readers of formats and Markdown write them."""
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


def test_a_row_on_one_line_keeps_every_cell_in_its_column() -> None:
    plan = plan_of(
        lines(
            COLUMNS,
            ["---"] * 5,
            ["(1)", "(2)", "(3)", "(4)", "(5)"],
            ["**I**", "**VỀ THỂ CHẾ CỦA TỈNH**", "", "", ""],
            ["1", "Xây dựng một quy chế", "", "Sở Y tế; Sở Nội vụ", "2025"],
            ["2", "Tổ chức một hội nghị", "Sở Nội vụ", "", "2026"],
        )
    )
    assert rows_of(plan) == [
        ("Xây dựng một quy chế", [], ["Sở Y tế", "Sở Nội vụ"], "2025"),
        ("Tổ chức một hội nghị", ["Sở Nội vụ"], [], "2026"),
    ]


def test_names_of_columns_in_two_rows() -> None:
    plan = plan_of(
        lines(
            ["TT", "Nội dung", "Phân công", "", "Thời gian"],
            ["", "", "Chủ trì", "Phối hợp", ""],
            ["1", "Xây dựng một quy chế", "Sở Y tế", "Sở Nội vụ", "2025"],
        )
    )
    assert rows_of(plan) == [("Xây dựng một quy chế", ["Sở Y tế"], ["Sở Nội vụ"], "2025")]


def test_a_column_of_those_who_monitor() -> None:
    plan = plan_of(
        lines(
            ["TT", "Nội dung", "Đơn vị thực hiện", "Đơn vị theo dõi, đôn đốc"],
            ["1", "Xây dựng một quy chế", "UBND các xã, phường", "Sở Y tế"],
            ["2", "Tổ chức một hội nghị", "Sở Nội vụ", "Sở Y tế"],
        )
    )
    task = next(t for t in plan.tasks if ".t" in t.key)
    assert [m.name for m in task.of("lead")] == ["UBND các xã, phường"]
    assert [m.name for m in task.of("monitor")] == ["Sở Y tế"]


def test_a_list_set_in_cells_loses_no_row() -> None:
    outline = find_clauses(
        Document(
            "x.md",
            "md",
            HEAD + lines(["Phụ lục I.1", "Về y tế"], ["Phụ lục I.2", "Về nội vụ"]),
            "0" * 64,
        )
    )
    said = [c.passage.text for c in outline.clauses]
    assert {"Phụ lục I.1", "Về y tế", "Phụ lục I.2", "Về nội vụ"} <= set(said)


FOOT = "\n\nNơi nhận:\n- Như trên;\n\nTM. ỦY BAN NHÂN DÂN\n\nCHỦ TỊCH\n\nNguyễn Văn Mẫu\n\n"


@pytest.mark.parametrize(
    ("annex", "tasks"),
    [
        ("Phụ lục số 01:\n\nĐỀ CƯƠNG BÁO CÁO\n\nI. Nhiệm vụ\n\n1. Sở Y tế báo cáo kết quả năm.", 0),
        ("PHỤ LỤC II\n\nBỘ TIÊU CHÍ\n\n1. Sở Y tế chấm điểm sản phẩm dự thi.", 0),
        ("PHỤ LỤC\n\nDANH SÁCH\n\n1. Sở Y tế chủ trì, ngày nộp: …………", 0),
        ("Mẫu số 01\n\nĐƠN ĐỀ NGHỊ\n\n1. Sở Y tế cấp giấy phép cho doanh nghiệp.", 0),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\nTỜ TRÌNH\n\n1. Sở Y tế cấp giấy phép cho doanh nghiệp.", 0),
        ("PHỤ LỤC\n\nNHIỆM VỤ\n\n1. Sở Y tế lập kế hoạch.\n\nMẫu số 2a\n\n1. Sở Y tế cấp giấy phép cho ai.", 1),
        ("CHÚ THÍCH:\n\n[1] Sở Y tế chủ trì việc này theo Luật.", 0),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\nKẾ HOẠCH\n\nI. NHIỆM VỤ\n\n1. Sở Y tế lập danh mục.", 1),
        ("PHỤ LỤC\n\nNHIỆM VỤ\n\n1. Sở Y tế lập danh mục.\n\nĐịa chỉ: Sở Y tế ……………\n\n2. Sở Nội vụ tổ chức hội nghị.", 2),
    ],
)  # fmt: skip
def test_blank_forms_and_notes_have_no_tasks(annex: str, tasks: int) -> None:
    plan = extract(find_clauses(Document("x.md", "md", HEAD + FOOT + annex + "\n", "0" * 64)))
    assert len([t for t in plan.tasks if re.match(r"PL\d+\.(?:I\.)?\d", t.key)]) == tasks


WHOLE = """| TT | Nội dung | Cơ quan chủ trì | Cơ quan phối hợp | Thời gian |
|---|:--|---|---|---|
| **I** | **Thể chế** | | | |
| 1. | Xây dựng một quy chế | VTV, Sở Y tế | | 6/2025 |
|  | phục vụ người dân | | | |
| 2. | Tổ chức một hội nghị | Tổ giúp việc | như trên | nt |
| II. | Tổ chức bộ máy nhà nước | | | năm 2026 |
"""


def test_rows_written_whole_keep_every_cell_in_its_column() -> None:
    plan = plan_of(WHOLE)
    assert rows_of(plan) == [
        ("Xây dựng một quy chế phục vụ người dân", ["VTV", "Sở Y tế"], [], "6/2025"),
        ("Tổ chức một hội nghị", ["Tổ giúp việc"], [], "6/2025"),
    ]
    assert [t.path for t in plan.tasks] == ["I.1", "PL.I.1", "PL.I.2"]


def test_a_table_that_only_arranges_is_no_table_of_tasks() -> None:
    text = (
        "| UBND TỈNH HÀ NAM | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM |\n|---|---|\n"
        "| Số: 12/KH-UBND | Hà Nam, ngày 03 tháng 02 năm 2025 |\n\n# KẾ HOẠCH\n## Về một việc\n\n"
        "I. NHIỆM VỤ\n\n1\\. Kiểm tra công tác y tế của tỉnh.\n\n"
        "| Nơi nhận: - Như trên. | TM. ỦY BAN NHÂN DÂN Nguyễn Văn A |\n"
    )
    plan = extract(find_clauses(Document("x.md", "md", text, "0" * 64)))
    header = plan.header
    assert header.number
    assert header.number.value == "12/KH-UBND"
    assert header.date
    assert header.date.value == "2025-02-03"
    assert header.title
    assert header.title.value == "Về một việc"
    assert [(t.path, t.text) for t in plan.tasks] == [("I.1", "Kiểm tra công tác y tế của tỉnh.")]
