"""Pages: the document within them, lists that a browser numbers, tables with spans, notes."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.read import read_document

FILLER = "Sở Công Thương chủ trì thực hiện các nhiệm vụ của Kế hoạch này."


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Một <b>hai</b>\n  ba</p>", "Một hai ba"),
        ("<p><b>Một</b> <strong>hai</strong></p>", "**Một hai**"),
        ("<p>Một<br>hai</p>", "Một\nhai"),
        ("Một<div>hai</div>ba", "Một\n\nhai\n\nba"),
        ("<ol type=I start=3><li>Một<ol type=a><li>hai<li>ba</ol><li>bốn</ol>", "III. Một\n\na) hai\n\nb) ba\n\nIV. bốn"),
        ("<ol><li value=7>Một<li>hai</ol>", "7. Một\n\n8. hai"),
        ("<ul><li>Một</ul>", "- Một"),
        ("<p>Một<s>xóa</s><del>bỏ</del><span style='display: none'>ẩn</span><span hidden>ẩn</span></p>", "Một"),
        ("<p>Đất<sup>1</sup> rộng 5 m<sup>2</sup>, <a href='#_ftn1'>[1]</a>nhà</p>", "Đất rộng 5 m2, nhà"),
        ("<p class=MsoFootnoteText>[1] Chú giải</p><p>Một</p>", "Một\n\nCHÚ THÍCH:\n\n[1] Chú giải"),
        ("<table><tr><td colspan=2>Một<td>hai</tr><tr><td>1<td>ba<td>bốn</tr><tr><td>2<td>năm<td>sáu</table>",
         "| Một |  | hai |\n| 1 | ba | bốn |\n| 2 | năm | sáu |"),
        ("<table><tr><td>1<td>Một<td rowspan=2>chung</tr><tr><td>2<td>hai</tr></table>",
         "| 1 | Một | chung |\n| 2 | hai | chung |"),
        ("<table><tr><td><table><tr><td>1<td>a</tr><tr><td>2<td>b</table></table>", "| 1 | a |\n| 2 | b |"),
        ("<table><tr><td><p>Đoạn một</p><p>Đoạn hai</p></table>", "Đoạn một\n\nĐoạn hai"),
        ("<p>a&nbsp;&amp;&#7871; | b</p>", "a &ế ¦ b"),
    ],
)  # fmt: skip
def test_markup(markup: str, text: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<body><p>{FILLER}</p>{markup}<p>Cuối cùng</p>", "utf-8")
    read = read_document(page).text.strip()
    assert read.startswith(FILLER)
    read = read.removeprefix(FILLER).strip()
    if "CHÚ THÍCH:" in text:
        assert read == text.replace("Một", "Một\n\nCuối cùng", 1)
    else:
        assert read.removesuffix("Cuối cùng").strip() == text


@pytest.mark.parametrize("wrapper", ["article", "main", "section", "div class=text"])
def test_the_document_is_found_between_menus(wrapper: str, tmp_path: Path) -> None:
    menu = "<li><a href='/kh'>KẾ HOẠCH</a>" + "".join(
        f"<li><a href='/{n}'>{n}. Sở số {n} chủ trì</a></li>" for n in range(30)
    )
    body = (
        "<table><tr><td>ỦY BAN NHÂN DÂN<td>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</table><p>KẾ HOẠCH</p>"
        f"<p>I. NHIỆM VỤ</p><p>1. {FILLER}</p><table><tr><td>Nơi nhận:<td>TM. ỦY BAN NHÂN DÂN</table>"
        f"<p>PHỤ LỤC</p><p>1. {FILLER}</p>"
    )
    page = tmp_path / "page.htm"
    page.write_text(
        f"<body><div class=menu><ul>{menu}</ul></div><{wrapper}>{body}</{wrapper.split()[0]}><div>{menu}</div>",
        "utf-8",
    )
    text = read_document(page).text
    assert "Sở số" not in text
    assert text.count(FILLER) == 2
