"""DOCX: paragraphs with the numbers of their lists, tables, what tracked changes leave, notes at the end.

Running heads and feet are no part of the text.  Insertions are read, deletions are not.  Footnotes stand
after the text, since within it they would part a sentence.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from lxml import etree

from .blocks import Block, Text
from .encodings import from_tcvn3, from_vni
from .grid import Spanning, fill_grid
from .numbering import Numbering, W, read_numbering
from .parts import NOTES_TITLE, Fault, Reading, check_archive
from .styles import Look, Styles, read_list, read_look, read_styles

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", _FALLBACK}
_BOXES = f"{W}txbxContent"


def read_docx(raw: bytes) -> Reading:
    """The blocks of a DOCX; raises ``Fault``."""
    check_archive(raw)
    try:
        package = docx.Document(io.BytesIO(raw))
        body = package.element.body
        parts = package.part.package.iter_parts()
        by_type = {part.content_type.rpartition(".")[2].partition("+")[0]: part for part in parts}
    except (OpcError, KeyError, ValueError, AttributeError, etree.XMLSyntaxError) as fault:
        raise Fault(
            f"not a DOCX that can be read ({_short(fault)}); open and save it anew"
        ) from None
    roots = {
        name: _root(by_type.get(name)) for name in ("numbering", "styles", "footnotes", "endnotes")
    }
    reader = _Reader(read_styles(roots["styles"]), read_numbering(roots["numbering"]))
    blocks = list(reader.blocks(body))
    for kind in ("footnote", "endnote"):
        blocks += reader.notes(kind, roots[f"{kind}s"])
    return Reading(blocks, tuple(sorted(reader.remarks)))


def _short(fault: Exception) -> str:
    return str(fault).split("\n")[0][:120] or type(fault).__name__


def _root(part: Any) -> Any:
    if part is None:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(part.blob, parser)


@dataclass(slots=True)
class _Words:
    """The letters of a paragraph while they are gathered: pieces with bold and encoding."""

    pieces: list[tuple[str, bool, str]] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)

    def text(self) -> str:
        """The words, old encodings read; pieces of one encoding are read together."""
        joined: list[tuple[str, str]] = []
        for letters, _, code in self.pieces:
            if joined and joined[-1][1] == code:
                joined[-1] = (joined[-1][0] + letters, code)
            else:
                joined.append((letters, code))
        return "".join(_decoded(letters, code) for letters, code in joined)

    def bold(self) -> bool:
        inked = [bold for letters, bold, _ in self.pieces if letters.strip()]
        return bool(inked) and all(inked)


def _decoded(letters: str, code: str) -> str:
    if code.startswith("TCVN3"):
        return from_tcvn3(letters, capitals=code.endswith("capitals"))
    return from_vni(letters) if code == "VNI" else letters


def _code(font: str | None) -> str:
    """The encoding that a font's name tells."""
    if font and font.lower().startswith(".vn"):
        return "TCVN3 capitals" if font.lower().endswith("h") else "TCVN3"
    return "VNI" if font and font.lower().startswith("vni-") else ""


class _Reader:
    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self.styles = styles
        self.numbering = numbering
        self.noted: dict[str, list[str]] = {"footnote": [], "endnote": []}
        self.remarks: set[str] = set()
        self.held = ""

    def blocks(self, parent: Any) -> Iterator[Block]:
        for child in parent:
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                yield self._table(child)
            elif child.tag not in _GONE and isinstance(child.tag, str):
                yield from self.blocks(child)  # w:sdt, w:ins, w:customXml ...

    def _paragraph(self, item: Any) -> Iterator[Block]:
        properties = item.find(f"{W}pPr")
        style = None if properties is None else properties.find(f"{W}pStyle")
        name = None if style is None else str(style.get(f"{W}val"))
        words = _Words()
        self._gather(item, self.styles.of_paragraph(name), words)
        text = self.held + words.text()
        self.held = ""
        mark = None if properties is None else properties.find(f"{W}rPr")
        if mark is not None and mark.find(f"{W}del") is not None:
            self.held = text  # the paragraph's end is deleted: it goes on in the next
        else:
            number = self._number(properties, name)
            if text.strip():
                yield Text(f"{number} {text.strip()}" if number else text, words.bold())
        for box in words.boxes:
            yield from self.blocks(box)

    def _number(self, properties: Any, style: str | None) -> str:
        number, depth = read_list(properties)
        of_style = self.styles.lists.get(style or self.styles.paragraph or "")
        if number is None and of_style is not None:
            number, depth = of_style[0], of_style[1] if depth is None else depth
        return "" if number is None else self.numbering.next(number, depth or 0)

    def _gather(self, item: Any, look: Look, words: _Words) -> None:
        for child in item:
            tag = child.tag
            if tag in _GONE or tag in (f"{W}pPr", f"{W}rPr") or not isinstance(tag, str):
                continue
            if tag == f"{W}r":
                self._gather(child, self._look(child.find(f"{W}rPr"), look), words)
            elif tag == _BOXES:
                words.boxes.append(child)
            elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
                kind = "footnote" if tag == f"{W}footnoteReference" else "endnote"
                self.noted[kind].append(str(child.get(f"{W}id")))
            elif (letters := _letters(child)) is not None:
                self._add(letters, look, words)
            else:
                self._gather(child, look, words)

    def _look(self, properties: Any, paragraph: Look) -> Look:
        style = None if properties is None else properties.find(f"{W}rStyle")
        of_style = (
            Look() if style is None else self.styles.looks.get(str(style.get(f"{W}val")), Look())
        )
        return read_look(properties).over(of_style).over(paragraph)

    def _add(self, letters: str, look: Look, words: _Words) -> None:
        if look.hidden:
            return
        code = _code(look.font)
        if code and not letters.isascii():
            self.remarks.add(f"letters in fonts of the encoding {code.split()[0]} were converted")
        words.pieces.append((letters.upper() if look.capitals else letters, bool(look.bold), code))

    def _table(self, item: Any) -> Block:
        rows = [row for row in item.iter(f"{W}tr") if _table_of(row) is item]
        drawn: list[list[Spanning]] = []
        spans: dict[int, tuple[int, int]] = {}  # column → where the cell that spans rows was put
        for row in rows:
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            line: list[Spanning] = []
            column = 0
            before = row.find(f"{W}trPr/{W}gridBefore")
            if before is not None:
                column = _whole(before.get(f"{W}val"), 0)
                line.append(Spanning((), column)) if column else None
            for cell in row.iter(f"{W}tc"):
                if _table_of(cell) is not item:
                    continue
                across = cell.find(f"{W}tcPr/{W}gridSpan")
                width = 1 if across is None else max(1, _whole(across.get(f"{W}val"), 1))
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                if merge is not None and merge.get(f"{W}val") != "restart" and column in spans:
                    at_row, at = spans[column]
                    above = drawn[at_row][at]
                    drawn[at_row][at] = Spanning(above.cell, above.columns, above.rows + 1)
                else:
                    spans.pop(column, None)
                    if merge is not None:
                        spans[column] = (len(drawn), len(line))
                    line.append(Spanning(tuple(self._cell(cell)), width))
                column += width
            drawn.append(line)
        return fill_grid(drawn)

    def _cell(self, cell: Any) -> Iterator[str]:
        for block in self.blocks(cell):
            if isinstance(block, Text):
                yield block.text
            else:
                for row in block.rows:
                    for inner in row:
                        yield from inner

    def notes(self, kind: str, root: Any) -> list[Block]:
        """The notes of *kind* that the text refers to, in its order, under a title of their own."""
        if root is None or not self.noted[kind]:
            return []
        items = {str(item.get(f"{W}id")): item for item in root.findall(f"{W}{kind}")}
        found: list[Block] = [Text(NOTES_TITLE)]
        for number, name in enumerate(self.noted[kind], 1):
            if name in items:
                lines = [b.text.strip() for b in self.blocks(items[name]) if isinstance(b, Text)]
                found.append(Text(f"[{number}] " + " ".join(lines)))
        return found


def _letters(item: Any) -> str | None:
    tag = item.tag
    if tag == f"{W}t":
        return item.text or ""
    if tag in (f"{W}tab", f"{W}ptab"):
        return "\t"
    if tag in (f"{W}br", f"{W}cr"):
        return "\n"
    return {f"{W}noBreakHyphen": "-", f"{W}softHyphen": "", f"{W}sym": ""}.get(tag)


def _table_of(item: Any) -> Any:
    """The innermost table around a row or cell."""
    while item is not None and item.tag != f"{W}tbl":
        item = item.getparent()
    return item


def _whole(value: str | None, default: int) -> int:
    return min(int(value), 200) if value and value.isdigit() else default
