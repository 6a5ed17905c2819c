"""A file in which a second official document begins: cut there; what only looks like one is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.model import Document, Outline
from kg.structure import find_clauses

FIRST = """ỦY BAN NHÂN DÂN
TỈNH HẬU GIANG

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 06/KH-UBND

Hậu Giang, ngày 14 tháng 01 năm 2021

KẾ HOẠCH
Phát triển công nghiệp

I. NHIỆM VỤ

1. Sở Công Thương xây dựng chương trình phát triển công nghiệp.

2. Sở Tài chính bố trí kinh phí.

Nơi nhận:
- Như trên;
- Lưu: VT.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Nguyễn Văn A

"""
STATE = """CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 31/KH-UBND

Hậu Giang, ngày 02 tháng 3 năm 2021

KẾ HOẠCH
Phòng chống thiên tai

I. NHIỆM VỤ

1. Sở Y tế khám sức khỏe cho người dân.
"""
PARTY = """| BAN CHẤP HÀNH TRUNG ƯƠNG
\\-------- | ĐẢNG CỘNG SẢN VIỆT NAM
\\--------------- |
| :---- | :---- |
| Số: 20-NQ/TW | *Hà Nội, ngày 01 tháng 11 năm 2012* |

**NGHỊ QUYẾT**

**1-** Sở Y tế khám sức khỏe cho người dân.
"""


def outline_of(text: str, name: str = "x.md") -> Outline:
    return find_clauses(Document(name, "md", text, "0" * 64))


@pytest.mark.parametrize(
    ("first", "second", "number"),
    [
        (FIRST, STATE, "31/KH-UBND"),
        (FIRST, "ỦY BAN NHÂN DÂN\nTỈNH HẬU GIANG\n\n" + STATE, "31/KH-UBND"),
        (FIRST, PARTY, "20-NQ/TW"),
        ("# Nghị quyết số 57-NQ/TW\n\n1. Sở Công Thương làm việc này.\n\n",
         "# Kết luận số 69-KL/TW\n\n1. Sở Y tế khám sức khỏe cho người dân.\n", "69-KL/TW"),
        ("# Nghị quyết số 57-NQ/TW\n\n1. Sở Công Thương làm việc này.\n\n## I. PHẦN\n\n2. Việc nữa.\n\n",
         "# Kết luận số 69-KL/TW\n\n1. Sở Y tế khám sức khỏe cho người dân.\n", "69-KL/TW"),
    ],
)  # fmt: skip
def test_a_second_document_is_cut_off(first: str, second: str, number: str) -> None:
    outline = outline_of(first + second)
    assert outline.cut is not None
    assert outline.cut.number == number
    assert outline.cut.line == first.count("\n") + 1
    assert [c.passage.text for c in outline.clauses] == [
        c.passage.text for c in outline_of(first).clauses
    ]
    assert "Sở Y tế" in " ".join(p.text for p in outline.beyond)


@pytest.mark.parametrize(
    "second",
    [
        "",
        # what a decision encloses, with a head of its own
        STATE.replace("Phòng chống", "(Ban hành kèm theo Quyết định số 06/QĐ-UBND)\nPhòng chống"),
        STATE.replace("Phòng chống thiên tai", "(Kèm theo Quyết định số 06/QĐ-UBND)"),
        "KẾ HOẠCH\n(Ban hành kèm theo Quyết định số 06/QĐ-UBND)\n\nI. NHIỆM VỤ\n\n1. Sở Y tế khám.\n",
        # forms: number or day open, or the title of an annex above
        STATE.replace("31/KH-UBND", "……/KH-UBND"),
        STATE.replace("ngày 02 tháng 3", "ngày … tháng …"),
        "PHỤ LỤC\n\n" + STATE,
        "Mẫu số 01\n\n" + STATE,
        # a part of the head is wanting
        STATE.replace("KẾ HOẠCH\n", ""),
        STATE.replace("Số: 31/KH-UBND", ""),
        "# Kết luận số 69-KL/TW\n\n1. Sở Y tế khám sức khỏe cho người dân.\n",  # no such title before
    ],
)
def test_what_is_no_second_document(second: str) -> None:
    outline = outline_of(FIRST + second)
    assert outline.cut is None
    assert outline.beyond == ()


@pytest.mark.parametrize(
    "text",
    [
        STATE,  # the first document's own head
        "ỦY BAN NHÂN DÂN\n\n" + STATE + "\n2. Theo Nghị quyết số 57-NQ/TW:\n\n" + PARTY,  # no end before
        "# Nghị quyết số 57-NQ/TW\n\n1. Việc.\n\n# Nghị quyết số 57-NQ/TW\n\n2. Việc.\n",  # its own title again
        "# Nghị quyết số 57-NQ/TW\n\n1. Việc.\n\n# Kết luận số 69-KL/TW có nhiều nội dung\n\n2. Việc.\n",
        "# Kế hoạch\n\n1. Việc.\n\n# Kết luận số 69-KL/TW\n\n2. Việc.\n",
    ],
)  # fmt: skip
def test_one_document_is_not_cut(text: str) -> None:
    assert outline_of(text).cut is None


def test_the_cut_is_told_loudly(tmp_path: Path) -> None:
    file = tmp_path / "two.txt"
    file.write_text(FIRST + STATE, encoding="utf-8")
    runner = CliRunner()
    told = runner.invoke(main, ["extract", str(file)])
    assert "ANOTHER DOCUMENT BEGINS in line 28 (31/KH-UBND)" in told.stderr
    assert json.loads(told.stdout)["cut"] == {"line": 28, "number": "31/KH-UBND"}
    report = tmp_path / "report.json"
    built = runner.invoke(
        main, ["build", str(file), "--store", str(tmp_path / "s"), "--report", str(report)]
    )
    assert built.exit_code == 0, built.output
    assert "ANOTHER DOCUMENT BEGINS in line 28" in built.stderr
    (cut,) = json.loads(report.read_text(encoding="utf-8"))["cuts"]
    assert "31/KH-UBND" in cut["remark"]
