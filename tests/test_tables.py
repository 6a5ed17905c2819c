"""Tables written with bars: rows, empty cells, spans, headings, headers said again."""

from __future__ import annotations

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
