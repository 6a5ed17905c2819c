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
    assert rows_of(plan)[1] == ("Theo dõi việc làm theo quy chế", ["Sở Tài chính"], [], None)


def test_a_table_without_leads_gives_no_tasks() -> None:
    plan = plan_of(
        cells(["TT", "Tên đơn vị", "Số lượng"], ["1", "Xã Một", "20"], ["2", "Xã Hai", "30"])
    )
    assert rows_of(plan) == []
