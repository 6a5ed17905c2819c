"""What stands in a DOCX beside plain paragraphs: list numbers, changes, notes, spans, old fonts."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from kg.read import read_document
from kg.read.numbering import Level, Numbering, write_number

FILLER = "Sở Công Thương chủ trì thực hiện các nhiệm vụ của Kế hoạch này."


def read(document: Any, tmp_path: Path) -> list[str]:
    """The paragraphs of the text that is read from *document*, without the filler."""
    document.add_paragraph(FILLER)
    file = tmp_path / "plan.docx"
    document.save(str(file))
    return [part for part in read_document(file).text.strip().split("\n\n") if part != FILLER]


def body(xml: str) -> Any:
    """A document of the paragraphs *xml* (``w:`` only)."""
    document = docx.Document()
    for child in parse_xml(f"<w:body {nsdecls('w')}>{xml}</w:body>"):
        document.element.body.insert(len(document.element.body) - 1, child)
    return document


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


@pytest.mark.parametrize(
    ("number", "form", "written"),
    [
        (4, "upperRoman", "IV"), (9, "lowerRoman", "ix"), (2, "lowerLetter", "b"), (27, "upperLetter", "AA"),
        (7, "decimalZero", "07"), (3, "vietnameseCounting", "ba"), (5, "chicago", "5"), (0, "upperRoman", "0"),
    ],
)  # fmt: skip
def test_numbers(number: int, form: str, written: str) -> None:
    assert write_number(number, form) == written


def test_lists_are_counted_level_by_level() -> None:
    levels = {
        0: Level("upperRoman", "%1."),
        1: Level("decimal", "%1.%2.", legal=True),
        2: Level("lowerLetter", "%3)"),
        3: Level("bullet", ""),
    }
    lists = Numbering({"1": ("9", levels), "2": ("9", levels)}, restarts={"2": {0: 1}})
    asked = [0, 1, 1, 2, 2, 1, 2, 0, 1, 3]
    assert [lists.next("1", depth) for depth in asked] == [
        "I.", "1.1.", "1.2.", "a)", "b)", "1.3.", "a)", "II.", "2.1.", "-",
    ]  # fmt: skip
    assert lists.next("1", 0) == "III."
    assert [lists.next("2", 0), lists.next("2", 0)] == ["I.", "II."]  # begins anew
    assert lists.next("0", 0) == lists.next("5", 0) == ""


def test_insertions_are_read_and_deletions_are_not(tmp_path: Path) -> None:
    document = body(
        f"<w:p>{run('Sở ')}<w:ins>{run('Tài chính')}</w:ins><w:del><w:r><w:delText>Y tế</w:delText></w:r></w:del>"
        f"{run(' chủ trì')}</w:p>"
        f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('Một đoạn ')}</w:p><w:p>{run('nối liền')}</w:p>"
        f"<w:p><w:moveFrom>{run('chuyển đi')}</w:moveFrom>{run('ở lại')}{run('ẩn', '<w:vanish/>')}</w:p>"
    )
    assert read(document, tmp_path) == ["Sở Tài chính chủ trì", "Một đoạn nối liền", "ở lại"]


def test_capitals_bold_breaks_and_fields(tmp_path: Path) -> None:
    document = body(
        f"<w:p>{run('mục tiêu', '<w:caps/><w:b/>')}</w:p>"
        f"<w:p>{run('Dòng một')}<w:r><w:br/></w:r>{run('dòng hai')}</w:p>"
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>{run("9")}</w:p>'
        f"<w:sdt><w:sdtContent><w:p>{run('trong khung')}</w:p></w:sdtContent></w:sdt>"
        f"<w:p>{run('một | hai')}</w:p>"
    )
    assert read(document, tmp_path) == [
        "**MỤC TIÊU**", "Dòng một\ndòng hai", "9", "trong khung", "một ¦ hai",
    ]  # fmt: skip


def test_cells_that_span_keep_every_column_in_its_place(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(4, 4)
    rows = [
        ["STT", "Nội dung", "Cơ quan chủ trì", "Thời gian"],
        ["1", "Việc một", "Sở Y tế\nSở Nội vụ", "Năm 2026"],
        ["2", "Việc hai", "", ""],
        ["Việc chung", "", "", ""],
    ]
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text.split("\n")[0]
            for more in text.split("\n")[1:]:
                cell.add_paragraph(more)
    table.cell(1, 3).merge(table.cell(2, 3))
    table.cell(3, 0).merge(table.cell(3, 3))
    expected = """\
| STT | Nội dung | Cơ quan chủ trì | Thời gian |
| 1 | Việc một | Sở Y tế; Sở Nội vụ | Năm 2026 |
| 2 | Việc hai |  | Năm 2026 |
| Việc chung |  |  |  |"""
    assert read(document, tmp_path) == [expected]


def test_footnotes_stand_after_the_text(tmp_path: Path) -> None:
    note = f'<w:footnotes {nsdecls("w")}><w:footnote w:id="3"><w:p>{run("Theo Luật Đầu tư.")}</w:p></w:footnote></w:footnotes>'
    document = body(
        f'<w:p>{run("Thu hút đầu tư")}<w:r><w:footnoteReference w:id="3"/></w:r>{run(" vào tỉnh.")}</w:p>'
    )
    document.add_paragraph(FILLER)
    made = io.BytesIO()
    document.save(made)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    file = tmp_path / "plan.docx"
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(file, "w") as new:
        for item in old.infolist():
            content = old.read(item).decode("utf-8", "surrogateescape")
            if item.filename == "[Content_Types].xml":
                content = content.replace(
                    "</Types>",
                    f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>',
                )
            if item.filename == "word/_rels/document.xml.rels":
                content = content.replace(
                    "</Rel", f'<Relationship Id="n1" Type="{link}" Target="footnotes.xml"/></Rel'
                )
            new.writestr(item.filename, content.encode("utf-8", "surrogateescape"))
        new.writestr("word/footnotes.xml", note)
    assert read_document(file).text.split("\n\n") == [
        "Thu hút đầu tư vào tỉnh.", FILLER, "CHÚ THÍCH:", "[1] Theo Luật Đầu tư.\n",
    ]  # fmt: skip


def test_old_fonts_are_converted(tmp_path: Path) -> None:
    fonts = '<w:rFonts w:ascii="{0}" w:hAnsi="{0}"/>'
    document = body(
        f"<w:p>{run('kÕ ho¹ch', fonts.format('.VnTimeH'))}</w:p>"
        f"<w:p>{run('Ph¸t tri', fonts.format('.VnTime'))}{run('Ón', fonts.format('.VnTime'))}{run(' số', '')}</w:p>"
        f"<w:p>{run('Sôû Coâng Thö', fonts.format('VNI-Times'))}{run('ông', fonts.format('VNI-Times'))}</w:p>"
    )
    assert read(document, tmp_path) == ["KẾ HOẠCH", "Phát triển số", "Sở Công Thương"]
    assert [remark.split()[-3] for remark in read_document(tmp_path / "plan.docx").remarks] == [
        "TCVN3", "VNI",
    ]  # fmt: skip
