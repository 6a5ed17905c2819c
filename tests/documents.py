"""Documents made for tests: one content, written as text, page, DOCX and PDF.

The content is a list of ``Part``; a head and a foot set side by side are written the way offices do, in a
table without borders (DOCX, HTML) or in two columns (PDF).
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from fpdf import FPDF

from kg.model import Document
from kg.paragraphs import find_paragraphs


@dataclass(frozen=True)
class Side:
    """Lines that stand side by side."""

    left: Sequence[str]
    right: Sequence[str]


@dataclass(frozen=True)
class Rows:
    """A table with borders, the first row its header."""

    rows: Sequence[Sequence[str]]


Part = str | Side | Rows

INVENTED: list[Part] = [
    Side(["ỦY BAN NHÂN DÂN", "TỈNH BÌNH LỤC", "Số: 15/KH-UBND"],
         ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Bình Lục, ngày 05 tháng 3 năm 2025"]),
    "KẾ HOẠCH",
    "PHÁT TRIỂN CÔNG NGHIỆP CỦA MỘT TỈNH TƯỞNG TƯỢNG ĐẾN NĂM 2030",
    "Thực hiện Nghị quyết số 124/NQ-CP ngày 03 tháng 9 năm 2020 của Chính phủ, Ủy ban nhân dân tỉnh ban hành Kế hoạch như sau:",
    "I. MỤC TIÊU",
    "1. Mục tiêu đến năm 2030",
    "Tỷ trọng công nghiệp trong GRDP đạt 35%; tốc độ tăng trưởng bình quân đạt 8,5%/năm trong cả giai đoạn.",
    "II. NHIỆM VỤ VÀ GIẢI PHÁP",
    "1. Hoàn thiện thể chế",
    "a) Rà soát các quy định của tỉnh về phát triển công nghiệp, đề xuất sửa đổi, bổ sung cho phù hợp với quy định của pháp luật và tình hình thực tế của địa phương.",
    "Cơ quan chủ trì: Sở Tư pháp.",
    "Cơ quan phối hợp: Sở Công Thương, Sở Tài chính.",
    "Thời gian thực hiện: Quý IV năm 2025.",
    "b) Sở Công Thương chủ trì, phối hợp với Sở Nội vụ xây dựng chương trình đào tạo nhân lực công nghiệp.",
    "2. Thực hiện các nhiệm vụ tại Phụ lục kèm theo Kế hoạch này.",
    "III. TỔ CHỨC THỰC HIỆN",
    "Các sở, ban, ngành báo cáo kết quả thực hiện về Sở Công Thương trước ngày 10 tháng 12 hằng năm để tổng hợp, báo cáo Ủy ban nhân dân tỉnh./.",
    Side(["Nơi nhận:", "- Chính phủ;", "- Sở, ban, ngành tỉnh;", "- Lưu: VT."],
         ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Nguyễn Văn Mẫu"]),
    "PHỤ LỤC",
    "DANH MỤC NHIỆM VỤ",
    Rows([
        ["STT", "Nội dung", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian hoàn thành"],
        ["I", "VỀ THỂ CHẾ", "", "", ""],
        ["1", "Xây dựng quy chế phối hợp giữa các cơ quan", "Sở Y tế", "", "Quý IV/2025"],
        ["2", "Tổ chức hội nghị xúc tiến đầu tư của tỉnh", "Sở Nội vụ", "Sở Y tế, Sở Tài chính", "Năm 2026"],
        ["II", "VỀ NHÂN LỰC", "", "", ""],
        *[
            [str(n), f"Mở lớp đào tạo kỹ năng số cho lao động khu công nghiệp thứ {n} của tỉnh", "Sở Công Thương", "Sở Nội vụ", str(2023 + n)]
            for n in range(3, 12)
        ],
    ]),
]  # fmt: skip


def parts_of(plan: Path) -> list[Part]:
    """The paragraphs of a plan in plain text, its head and foot set side by side."""
    document = Document(plan.name, "txt", plan.read_text("utf-8"), "0" * 64)
    lines = [p.passage.text for p in find_paragraphs(document)]
    title = lines.index("KẾ HOẠCH")
    foot = next(i for i, line in enumerate(lines) if line.startswith("Nơi nhận"))
    sign = next(i for i, line in enumerate(lines) if line.startswith("TM."))
    issuer, motto, freedom, number, place = lines[:title]
    return [
        Side([issuer, number], [motto, freedom, place]),
        *lines[title:foot],
        Side(lines[foot:sign], lines[sign:]),
    ]


def as_text(parts: Sequence[Part]) -> str:
    out: list[str] = []
    for part in parts:
        if isinstance(part, Side):
            out.append("\n\n".join(["|", *part.left, "|", *part.right, "|"]))
        elif isinstance(part, Rows):
            out.append("\n".join("| " + " | ".join(row) + " |" for row in part.rows))
        else:
            out.append(part)
    return "\n\n".join(out) + "\n"


# No word processor counts «đ»: offices write it by hand, and the list goes on with «e».
_NUMBERED = re.compile(r"([IVX]+)\. |(\d+)\. |([a-z])\) |(-) ")
_LEVELS = "".join(
    f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
    for level, (form, text) in enumerate(
        [("upperRoman", "%1."), ("decimal", "%2."), ("lowerLetter", "%3)"), ("bullet", "-")]
    )
)


def as_docx(parts: Sequence[Part]) -> bytes:
    """A DOCX whose «I.», «1.», «a)» and «-» stand in no text: a list numbers them."""
    document = docx.Document()
    numbering: Any = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    numbering.append(
        parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="7">{_LEVELS}</w:abstractNum>')
    )
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="7"><w:abstractNumId w:val="7"/></w:num>')
    )
    document.sections[0].header.paragraphs[0].text = "Đầu trang chạy 123"
    for part in parts:
        if isinstance(part, Side):
            row = document.add_table(1, 2).rows[0]
            for cell, lines in zip(row.cells, (part.left, part.right), strict=True):
                cell.paragraphs[0].text = lines[0]
                for line in lines[1:]:
                    cell.add_paragraph(line)
        elif isinstance(part, Rows):
            table = document.add_table(0, len(part.rows[0]))
            for row_ in part.rows:
                for cell, text in zip(table.add_row().cells, row_, strict=True):
                    cell.text = text
        else:
            found = _NUMBERED.match(part)
            paragraph = document.add_paragraph(part[found.end() :] if found else part)
            if found:
                level = next(i for i, group in enumerate(found.groups()) if group)
                properties: Any = paragraph._p.get_or_add_pPr()
                properties.append(
                    parse_xml(
                        f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr>'
                    )
                )
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_html(parts: Sequence[Part], *, around: bool = True) -> str:
    """A page of a legal site: menus, scripts and what is hidden around the document."""
    body: list[str] = []
    for part in parts:
        if isinstance(part, Side):
            cells = (
                "".join(f"<p>{html.escape(line)}</p>" for line in lines)
                for lines in (part.left, part.right)
            )
            body.append("<table><tr>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr></table>")
        elif isinstance(part, Rows):
            rows = (
                "<tr>" + "".join(f"<td><p>{html.escape(c)}</p></td>" for c in row) + "</tr>"
                for row in part.rows
            )
            body.append("<table border=1>" + "".join(rows) + "</table>")
        else:
            body.append(f"<p style='margin:6pt'>{html.escape(part)}</p>")
    document = f"<div class=content1>{''.join(body)}</div>"
    if not around:
        return document
    menu = "".join(f"<li><a href='/{n}'>{n}. Văn bản mới {n}</a></li>" for n in range(1, 20))
    return (
        "<!DOCTYPE html><html><head><meta charset=utf-8><title>Kế hoạch</title><style>p{color:red}</style>"
        f"</head><body><nav><ul>{menu}</ul></nav><div id=wrap><div class=left><ul>{menu}</ul></div>"
        f"<main><h1><a href='/'>THƯ VIỆN</a></h1>{document}<div style='display:none'>9. Sở Ẩn chủ trì</div>"
        f"<div class=related><ul>{menu}</ul></div></main></div><script>var a = '1. Sở Lạ';</script>"
        "<footer><a href='/'>1. Liên hệ</a> <a href='/b'>Bản quyền</a></footer></body></html>"
    )


class _Paper(FPDF):
    def header(self) -> None:
        self.set_font("plan", size=8)
        self.cell(0, 5, "Công báo tưởng tượng", align="C", new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        self.set_y(-15)
        self.cell(0, 5, str(self.page_no()), align="C")


def as_pdf(parts: Sequence[Part], *, font: Path | None = None, **settings: Any) -> bytes:
    """A PDF with running heads, page numbers, wrapped lines and tables over page breaks."""
    paper = _Paper(format="A4")
    fonts = Path(str(files("ttf_opensans") / "ttf"))
    paper.add_font("plan", fname=str(font or fonts / "OpenSans-Regular.ttf"))
    paper.add_font("plan", "B", str(fonts / "OpenSans-Bold.ttf"))
    if settings:
        paper.set_encryption(**settings)
    paper.set_margin(25)
    paper.set_auto_page_break(True, 25)
    paper.add_page()
    paper.set_font("plan", size=12)
    for part in parts:
        if isinstance(part, Side):
            _side(paper, part)
        elif isinstance(part, Rows):
            paper.set_font("plan", size=9)
            with paper.table(col_widths=(8, 50, 25, 25, 20), padding=1) as table:
                for row in part.rows:
                    table.row(list(row))
            paper.set_font("plan", size=12)
        elif part.isupper():
            paper.multi_cell(0, 6, part, align="C", new_x="LMARGIN", new_y="NEXT")
            paper.ln(2)
        else:
            paper.multi_cell(0, 6, "      " + part, align="J", new_x="LMARGIN", new_y="NEXT")
            paper.ln(2)
    return bytes(paper.output())


def _side(paper: FPDF, part: Side) -> None:
    top, lowest = paper.get_y(), paper.get_y()
    for left, width, lines in ((25, 70, part.left), (98, 90, part.right)):
        paper.set_y(top)
        for line in lines:
            paper.set_x(left)
            paper.set_font("plan", size=10)
            paper.multi_cell(width, 5, line, align="L", new_x="LMARGIN", new_y="NEXT")
        lowest = max(lowest, paper.get_y())
    paper.set_font("plan", size=12)
    paper.set_y(lowest + 5)
