"""Tables of a PDF page, by their ruling lines."""

from __future__ import annotations

from collections.abc import Sequence

from pdfplumber.page import Page
from pdfplumber.table import Table as Found

from .blocks import Cell, Table
from .grid import Spanning, fill_grid
from .pdf_lines import Box, Word, find_lines, within


def find_tables(page: Page, words: Sequence[Word]) -> list[tuple[Box, Table]]:
    """The tables with two columns and rows at least, each with the place that it takes up."""
    found: list[tuple[Box, Table]] = []
    if len(page.edges) > 20_000:  # a drawing, not a table
        return found
    for table in page.find_tables():
        columns = _borders(table, 0)
        rows = _borders(table, 1)
        if len(columns) < 3 or len(rows) < 3:
            continue
        found.append((table.bbox, _table(words, table, columns, rows)))
    return found


def _borders(table: Found, axis: int) -> list[float]:
    """The places of the lines across *axis* (0: columns, 1: rows), lines close together as one."""
    places = sorted({cell[axis] for cell in table.cells} | {cell[axis + 2] for cell in table.cells})
    kept: list[float] = []
    for place in places:
        if not kept or place - kept[-1] > 3:
            kept.append(place)
    return kept


def _table(words: Sequence[Word], table: Found, columns: list[float], rows: list[float]) -> Table:
    lines: list[list[Spanning]] = [[] for _ in rows[:-1]]
    for box in sorted(table.cells, key=lambda cell: (_nearest(rows, cell[1]), cell[0])):
        left, right = _nearest(columns, box[0]), _nearest(columns, box[2])
        top, bottom = _nearest(rows, box[1]), _nearest(rows, box[3])
        if top < len(lines):
            spanning = Spanning(_cell(words, box), max(1, right - left), max(1, bottom - top))
            lines[top].append(spanning)
    return fill_grid(lines)


def _nearest(places: list[float], place: float) -> int:
    return min(range(len(places)), key=lambda i: abs(places[i] - place))


def _cell(words: Sequence[Word], box: Box) -> Cell:
    """A cell's words; a line that begins an item («- ») or follows a closed one is a paragraph."""
    paragraphs: list[str] = []
    for line in find_lines(within(words, box)):
        text = line.text
        new = text.startswith(("- ", "+ ", "• ")) or (
            bool(paragraphs) and paragraphs[-1].endswith((".", ";")) and text[:1].isupper()
        )
        if paragraphs and not new:
            paragraphs[-1] += " " + text
        else:
            paragraphs.append(text)
    return tuple(paragraphs)
