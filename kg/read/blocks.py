"""Paragraphs and tables as a reader of a format finds them, and how they are written as plain text.

The text is what offsets refer to, laid out so that nothing is left to guess: a paragraph between blank
lines; a table of data with one row a line, «| cell | cell |», every cell in its column; the cells of a
table that only arranges (head, signatures) one after another, a lone «|» between them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import regex as re

from ..text import fold
from ..words import word_list

Cell = tuple[str, ...]  # its paragraphs


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; a line break in it is meant by its author."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of equal width (merged cells: ``grid.fill_grid``).

    *arranges*: known to set things side by side; otherwise the words in it tell.
    """

    rows: tuple[tuple[Cell, ...], ...]
    arranges: bool = False


Block = Text | Table

_CAPACITY = re.compile(r"(?:TM|T/M|KT|TL|TUQ|Q)\s*\.\s*\S")
_NUMBER = re.compile(r"Số\s*:")
_DATE = re.compile(r"[^,\d]{2,40},\s*ngày\b", re.IGNORECASE)
_CONTROL = re.compile(r"[\p{Cc}\p{Cs}--[\n\t]]", re.VERSION1)
_OPEN_END = re.compile(r"[\w)%”\"]$")
_NEW_ITEM = re.compile(r"[-–+•*]\s|\p{Lu}")


def render(blocks: Iterable[Block]) -> str:
    """The plain text of *blocks*."""
    parts: list[str] = []
    for block in blocks:
        if isinstance(block, Text):
            written = _paragraph(block)
        elif block.arranges or _arranges(block):
            written = "\n\n".join(_arranged(block))
        else:
            written = "\n".join(_row(row) for row in block.rows if any(row))
        if written:
            parts.append(written)
    return "\n\n".join(parts) + "\n"


def _paragraph(block: Text) -> str:
    text = _plain(block.text)
    lines = [line for line in (part.strip() for part in text.split("\n")) if line]
    joined = "\n".join(lines)
    return f"**{joined}**" if joined and block.bold else joined


def _plain(text: str) -> str:
    """A bar or an asterisk of the text itself must not look like ours; no control characters."""
    text = _CONTROL.sub("", text.replace("\r", "\n").replace("\v", "\n").replace("\f", "\n"))
    return text.replace("|", "¦").replace("**", "* *")


def _row(row: tuple[Cell, ...]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in row) + " |"


def _cell(cell: Cell) -> str:
    """A cell's paragraphs on one line; items that end without a mark are parted by «;»."""
    joined = ""
    for part in (part for paragraph in cell for part in paragraph.split("\n")):
        line = re.sub(r"\s+", " ", _plain(part)).strip()
        if not line:
            continue
        if joined:
            joined += "; " if _OPEN_END.search(joined) and _NEW_ITEM.match(line) else " "
        joined += line
    return joined


def _arranges(table: Table) -> bool:
    """A table that sets things side by side (head, signatures, a frame), not one of data."""
    filled = [cell for row in table.rows for cell in row if any(p.strip() for p in cell)]
    if len(filled) < 2 or max(len(row) for row in table.rows) < 2:
        return True
    if len(table.rows) > 4:
        return False
    marks = word_list("layout", "motto") + word_list("layout", "recipients")
    for cell in filled:
        for paragraph in cell:
            text = paragraph.strip(" *_\t\n\xa0")
            if fold(text).startswith(marks) or _CAPACITY.match(text) or _NUMBER.match(text):
                return True
            if _DATE.match(text) and len(table.rows) < 3:
                return True
    return False


def _arranged(table: Table) -> Iterable[str]:
    for row in table.rows:
        for cell in row:
            lines = [_paragraph(Text(p)) for p in cell]
            if any(lines):
                yield "|\n\n" + "\n\n".join(line for line in lines if line)
