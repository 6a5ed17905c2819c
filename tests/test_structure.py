"""Paragraphs, enumerators, nesting, zones."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.enumerators import find_enumerator
from kg.model import Document, Outline
from kg.passages import make_passage
from kg.read import read_document
from kg.structure import find_clauses


def outline_of(text: str) -> Outline:
    return find_clauses(Document("x.txt", "txt", text, "0" * 64))


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("I. MỤC ĐÍCH", "muc", "I"),
        ("IV. TỔ CHỨC", "muc", "IV"),
        ("A. PHẦN CHUNG", "muc", "A"),
        ("Phần thứ nhất: Mở đầu", "phan", "thứ nhất"),
        ("Chương II. Quy định", "chuong", "II"),
        ("Điều 1. Ban hành", "dieu", "1"),
        ("1. Mục đích", "khoan", "1"),
        ("12.Xây dựng", "khoan", "12"),
        ("1.1. Nội dung", "khoan", "1.1"),
        ("2.1.3 Nội dung", "khoan", "2.1.3"),
        ("a) Sở Công Thương", "diem", "a"),
        ("đ) Sở Xây dựng", "diem", "đ"),
        ("- Tổ chức", "gach", ""),
        ("– Tổ chức", "gach", ""),
        ("+ Lắp đặt", "cong", ""),
    ],
)
def test_enumerators(text: str, kind: str, number: str) -> None:
    found = find_enumerator(make_passage(text, 0, len(text)), lambda _kind: None)
    assert found is not None
    assert (found.kind, found.number) == (kind, number)


@pytest.mark.parametrize(
    "text",
    ["2021 - 2025 là giai đoạn", "4.0.", "100% trẻ em", "12,28%/năm", "77.626 tỷ đồng", "Sở Công Thương",
     "2. năm tiếp theo", "Điều này", "khoản 1 Điều 2", "CHÍNH PHỦ", "1.700 ha rừng"],
)  # fmt: skip
def test_what_is_no_enumerator(text: str) -> None:
    assert find_enumerator(make_passage(text, 0, len(text)), lambda _kind: None) is None


def test_paths_follow_akoma_ntoso() -> None:
    text = (
        "KẾ HOẠCH\nII. NHIỆM VỤ\n2. Xây dựng:\nđ) Sở Y tế:\nLàm việc này cho tỉnh.\n- Việc khác.\n"
    )
    paths = [c.path for c in outline_of(text).clauses]
    assert paths == [
        "sec_II",
        "sec_II__para_2",
        "sec_II__para_2__point_dd",
        "sec_II__para_2__point_dd__al_1",
        "sec_II__para_2__point_dd__indent_1",
    ]


def test_a_dash_that_a_line_break_put_first_is_no_bullet() -> None:
    text = "KẾ HOẠCH\nI. NHIỆM VỤ\n1. Phát triển kinh tế\n- xã hội của Bộ Lao động\n- Thương binh và Xã hội.\n"
    clauses = outline_of(text).clauses
    assert [c.kind for c in clauses] == ["muc", "khoan"]


def test_an_unnumbered_paragraph_belongs_to_a_heading_and_else_stands_beside() -> None:
    text = "KẾ HOẠCH\nI. NHIỆM VỤ\n1. Sở Y tế:\nThuộc về một.\n2. Sở Tài chính làm ngay.\nĐứng bên cạnh.\n"
    clauses = outline_of(text).clauses
    assert [c.path for c in clauses][2:] == ["sec_I__para_1__al_1", "sec_I__para_2", "sec_I__al_1"]


def test_the_same_number_twice_keeps_both() -> None:
    text = "KẾ HOẠCH\nI. NHIỆM VỤ\n1. Một việc.\n1. Một việc khác.\n"
    assert [c.path for c in outline_of(text).clauses][1:] == ["sec_I__para_1", "sec_I__para_1-2"]


def test_every_word_of_the_plan_is_somewhere(plan_file: Path) -> None:
    document = read_document(plan_file)
    outline = find_clauses(document)
    covered = set[int]()
    passages = [*outline.header, *outline.recipients, *outline.signature]
    passages += [c.passage for c in outline.clauses]
    for passage in passages:
        covered.update(passage.offsets)
    missing = [
        (at, char) for at, char in enumerate(document.text) if char.isalpha() and at not in covered
    ]
    # Enumerators are kept as numbers: nothing else may be missing.
    assert {char for _, char in missing} <= set("IVXabcdđ")
    assert len(missing) < 40


def test_zones_of_the_plan(plan_file: Path) -> None:
    outline = find_clauses(read_document(plan_file))
    assert outline.header[0].text == "ỦY BAN NHÂN DÂN TỈNH HẬU GIANG"
    assert outline.recipients[0].text == "Nơi nhận:"
    assert [p.text for p in outline.signature] == [
        "TM. ỦY BAN NHÂN DÂN",
        "KT. CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
        "Trương Cảnh Tuyên",
    ]
