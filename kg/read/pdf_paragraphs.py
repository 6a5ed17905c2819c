"""Lines and tables of PDF pages → paragraphs and tables; running heads and page numbers are left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ..text import is_upper
from .blocks import Block, Cell, Table, Text
from .parts import NOTES_TITLE
from .pdf_lines import Line

_PAGE_NUMBER = re.compile(
    r"[-–\s]*(?:(?:trang|page)\s*)?\d{1,4}(?:\s*[/|]\s*\d{1,4})?[-–\s]*$", re.IGNORECASE
)
_CLOSED = re.compile(r"[.;:!?…/][\s)”\"'’]*$")
_ITEM = re.compile(
    r"[-–+•●▪*]\s|\(?(?:[IVX]{1,6}|\d{1,3}|[a-zđ])\s*[.)/]\s?\D|\d{1,2}(?:\.\d{1,2}){1,4}\.?\s|"
    r"(?:Điều|Chương|Mục|Phần)\s+[\dIVX]+"
)
_NOTE = re.compile(r"[\[(]?(\d{1,2})[\])]?\s*\S")
_NOTE_MARK = re.compile(r"[\[(]?(\d{1,2})[\])]?\s*")
_MARGIN = 0.12  # of the page's height: where running heads and page numbers stand


@dataclass(frozen=True, slots=True)
class Placed:
    """A table and where it begins, in points from the page's upper edge."""

    top: float
    table: Table


@dataclass(frozen=True, slots=True)
class PageParts:
    """A page's lines in reading order, its tables, and its measure in points."""

    lines: Sequence[Line]
    tables: Sequence[Placed]
    width: float
    height: float


def join_pages(pages: Sequence[PageParts]) -> list[Block]:
    """The blocks of the document that *pages* make up."""
    pages = [replace(page, lines=lines) for page, lines in zip(pages, _own(pages), strict=True)]
    every = [line for page in pages for line in page.lines]
    size = median([line.size for line in every]) if every else 12.0
    notes: list[str] = []
    flow = _Flow(_pitch(every))
    for page in pages:
        lines, found = _without_notes(page, size)
        notes += found
        flow.page(lines, page)
    blocks = flow.blocks()
    if notes:
        blocks += [Text(NOTES_TITLE), *(Text(note) for note in notes)]
    return blocks


def _own(pages: Sequence[PageParts]) -> list[list[Line]]:
    """The lines of each page without page numbers and what pages repeat in their margins."""
    seen = Counter(key for page in pages for key in {_key(line, page) for line in page.lines})
    often = max(2, (len(pages) + 1) // 2)
    return [
        [
            line
            for line in page.lines
            if not (
                _edge(line, page)
                and (_PAGE_NUMBER.match(line.text) or seen[_key(line, page)] >= often)
            )
        ]
        for page in pages
    ]


def _edge(line: Line, page: PageParts) -> str:
    if line.bottom < _MARGIN * page.height:
        return "head"
    return "foot" if line.top > (1 - _MARGIN) * page.height else ""


def _key(line: Line, page: PageParts) -> tuple[str, str]:
    return _edge(line, page), re.sub(r"\d+", "#", line.text)


def _pitch(lines: Sequence[Line]) -> float:
    """The usual distance between lines of running text."""
    steps = [b.top - a.top for a, b in pairwise(lines) if a.column == b.column]
    usual = [step for step in steps if 0 < step < 40]
    return median(usual) if usual else 16.0


def _without_notes(page: PageParts, size: float) -> tuple[list[Line], list[str]]:
    """The page's lines without the footnotes in small type at its end, and these."""
    lines = list(page.lines)
    start = len(lines)
    while (
        start and lines[start - 1].size < 0.88 * size and lines[start - 1].top > 0.5 * page.height
    ):
        start -= 1
    while start < len(lines) and not _NOTE.match(lines[start].text):
        start += 1
    notes: list[str] = []
    for line in lines[start:]:
        if notes and not _NOTE.match(line.text):
            notes[-1] += " " + line.text
        else:
            notes.append(line.text)
    return lines[:start], [_NOTE_MARK.sub(r"[\1] ", note, count=1) for note in notes]


class _Flow:
    """The document as it grows, page after page."""

    def __init__(self, pitch: float) -> None:
        self.pitch = pitch
        self.found: list[Block] = []
        self.open: list[Line] = []  # the paragraph that the next line may go on with
        self.turned = False  # a page ended after the last line
        self.margins = (0.0, 600.0)

    def blocks(self) -> list[Block]:
        self._close()
        return self.found

    def page(self, lines: Sequence[Line], page: PageParts) -> None:
        tables = sorted(page.tables, key=lambda placed: placed.top)
        running = [line for line in lines if line.column == 0]
        if len(running) > 4:
            ordered = sorted(line.right for line in running)
            self.margins = (min(line.left for line in running), ordered[int(0.85 * len(ordered))])
        self.turned = True
        index = 0
        while index < len(lines):
            line = lines[index]
            while tables and tables[0].top < line.top:
                self._table(tables.pop(0).table, first=index == 0)
            if line.column == 0:
                self._line(line, page.width)
                index += 1
                continue
            end = index  # columns side by side come in pairs
            while end < len(lines) and lines[end].column in (line.column, line.column + 1):
                end += 1
            self._columns(lines[index:end])
            index = end
        for placed in tables:
            self._table(placed.table, first=not lines)

    def _close(self) -> None:
        if self.open:
            self.found.append(_text(self.open, self.margins))
            self.open = []

    def _line(self, line: Line, width: float) -> None:
        if self.open and self._breaks(self.open, line, width):
            self._close()
        self.open.append(line)
        self.turned = False

    def _breaks(self, block: Sequence[Line], line: Line, width: float) -> bool:
        """*line* begins a paragraph of its own after those of *block*."""
        last = block[-1]
        if not self.turned and line.top - last.top > 1.22 * max(self.pitch, 1.1 * last.size):
            return True
        left, right = self.margins
        full = last.right > right - 0.08 * (right - left)
        closed = bool(_CLOSED.search(last.text))
        if _centred(last, self.margins, width) and _centred(line, self.margins, width):
            return last.bold != line.bold or is_upper(last.text) != is_upper(line.text)
        if _ITEM.match(line.text) and (closed or not full or line.left > left + 6):
            return True
        if not full:
            return True
        if line.left <= left + 4:
            return False
        if line.left > last.left + 3:
            return closed or len(block) > 1
        return closed and abs(line.left - last.left) <= 3 and len(block) == 1

    def _columns(self, lines: Sequence[Line]) -> None:
        """Two columns side by side (head, foot): a table that arranges."""
        self._close()
        cells: list[Cell] = []
        for column in sorted({line.column for line in lines}):
            own = [line for line in lines if line.column == column]
            cells.append(tuple(_column(own)))
        self.found.append(Table((tuple(cells),), arranges=True))
        self.turned = False

    def _table(self, table: Table, *, first: bool) -> None:
        before = self.found[-1] if self.found and not self.open else None
        if first and isinstance(before, Table) and _goes_on(before, table):
            self.found[-1] = _joined(before, table)
            return
        self._close()
        self.found.append(table)
        self.turned = False


def _centred(line: Line, margins: tuple[float, float], width: float) -> bool:
    apart = line.left > margins[0] + 12 and line.right < margins[1] - 12
    return apart and abs((line.left + line.right) / 2 - width / 2) < 0.06 * width


def _text(lines: Sequence[Line], margins: tuple[float, float]) -> Text:
    """Wrapped lines joined; short lines (a title set in the middle) stay lines."""
    text = lines[0].text
    for before, line in pairwise(lines):
        if _parted(before.text, line.text):
            text += line.text
        else:
            wrapped = before.right > margins[1] - 0.15 * (margins[1] - margins[0])
            text += (" " if wrapped else "\n") + line.text
    return Text(text, all(line.bold for line in lines))


def _parted(before: str, after: str) -> bool:
    """One word in two lines («NĐ-», «CP»; «2026-», «2030»)."""
    if re.search(r"[A-ZĐ]-$", before):
        return after[:2].isupper()
    return bool(re.search(r"\w-$", before)) and (after[:1].islower() or after[:1].isdigit())


def _column(lines: Sequence[Line]) -> Iterable[str]:
    """The paragraphs of a narrow column: a line that begins an item or is set anew is one."""
    paragraph = ""
    right = max(line.right for line in lines)
    for index, line in enumerate(lines):
        before = lines[index - 1] if index else None
        goes_on = (
            before is not None
            and not _ITEM.match(line.text)
            and not _CLOSED.search(before.text)
            and before.right > right - 0.25 * (right - before.left)
            and not is_upper(before.text)
            and not is_upper(line.text)
            and line.text[:1].islower()
        )
        if goes_on:
            paragraph += " " + line.text
        else:
            if paragraph:
                yield paragraph
            paragraph = line.text
    yield paragraph


def _goes_on(before: Table, table: Table) -> bool:
    return (
        not before.arranges
        and bool(before.rows)
        and bool(table.rows)
        and len(before.rows[0]) == len(table.rows[0])
    )


def _joined(before: Table, table: Table) -> Table:
    """A table and its rest on the next page: the head said again goes, a row cut in two is one."""
    rows = list(table.rows)
    if rows[0] == before.rows[0]:
        rows = rows[1:]
    done = list(before.rows)
    if rows and not any(rows[0][0]) and any(any(cell) for cell in rows[0][1:2]):
        done[-1] = tuple(_cell(a, b) for a, b in zip(done[-1], rows[0], strict=True))
        rows = rows[1:]
    return Table((*done, *rows))


def _cell(above: Cell, below: Cell) -> Cell:
    if not above or not below or below == above:
        return above or below
    if below[0][:1].islower() or not _CLOSED.search(above[-1]):
        return (*above[:-1], f"{above[-1]} {below[0]}", *below[1:])
    return (*above, *below)
