"""Cells between bars → rows of tables.

A row is written «| cell | cell |», the next row begins with a bar of its own, and an empty cell is
nothing between two bars; so a run of several bars is a new row, or empty cells, or both.  The number of
columns and the running number that most rows begin with tell which.  Where a row stands on one line with
all its bars, nothing is left to tell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest

from .model import Passage
from .paragraphs import Paragraph
from .passages import join_passages
from .text import fold, level
from .words import word_list, words

_COUNTER = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})*|[IVX]{1,6}|[a-zđ])\s*[.)]?$|[A-H]$")
_EMPTY = Passage("", (), ())


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell's words, the bars before it, and the paragraph that it begins with."""

    words: Passage
    bars: int
    first: Paragraph


def fold_tables(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """*paragraphs* with each run of table cells put together to rows (``cells``, ``columns``, ``row``)."""
    found: list[Paragraph] = []
    cells: list[_Cell] = []
    grid: list[Paragraph] = []
    for paragraph in paragraphs:
        if paragraph.cells:
            found += _rows(cells)
            cells = []
            grid.append(paragraph)
            continue
        found += _grid_rows(grid)
        grid = []
        if paragraph.bars and not paragraph.blank:
            cells.append(_Cell(paragraph.passage, paragraph.bars, paragraph))
        elif cells and not paragraph.bars:
            last = cells[-1]
            cells[-1] = replace(last, words=join_passages([last.words, paragraph.passage]))
        else:
            found += _rows(cells)
            cells = []
            found.append(paragraph)
    return found + _rows(cells) + _grid_rows(grid)


def _grid_rows(grid: list[Paragraph]) -> list[Paragraph]:
    """The rows of a table in which each row has all its cells, empty ones too; header rows are left out.

    A table whose first row names no column (a list set in cells) has no header.
    """
    rows: list[Paragraph] = []
    columns: tuple[str, ...] = ()
    for index, paragraph in enumerate(grid):
        row = list(paragraph.cells)
        names = tuple(cell.text.strip(" .:") for cell in row)
        if (index == 0 and _names_columns(row)) or _is_header(row):
            if index == 1 and not all(names):  # the names below one that spans columns
                names = tuple(b or a for a, b in zip_longest(columns, names, fillvalue=""))
            columns = names
        elif not _counts_columns(row):
            rows.append(replace(paragraph, bars=0, columns=columns, row=len(rows)))
    return rows


def _names_columns(row: list[Passage]) -> bool:
    return any(level(cell.text).strip(" .:") in _column_names() for cell in row)


def _counts_columns(row: list[Passage]) -> bool:
    """«(1) | (2) | (3)»: the columns numbered under their names."""
    numbers = [cell.text.strip("() ") for cell in row if cell.text]
    return len(numbers) > 2 and numbers == [str(n) for n in range(1, len(numbers) + 1)]


def _rows(cells: list[_Cell]) -> list[Paragraph]:
    """A table's rows, the header row left out of them; a lone cell is a paragraph like any other."""
    if len(cells) < 4:
        return [replace(c.first, passage=c.words, bars=0) for c in cells]
    header = _header(cells)
    columns = [re.sub(r"\s+", " ", c.words.text).strip(" .:") for c in header]
    rows: list[Paragraph] = []
    for group in _groups(cells[len(header) :]):
        for row in _split(group, len(header)):
            if _is_header(row):  # said again on the next page, or for the next part
                columns = [cell.text.strip(" .:") for cell in row]
                continue
            rows.append(
                Paragraph(
                    passage=join_passages(row),
                    bold=False,
                    bars=0,
                    blank=False,
                    cells=tuple(row),
                    columns=tuple(columns),
                    row=len(rows),
                )
            )
    return rows


def _is_header(row: list[Passage]) -> bool:
    """Nothing but names of columns, two at least."""
    names = [level(cell.text).strip(" .:") for cell in row if cell.text]
    return len(names) > 1 and all(name in _column_names() for name in names)


@cache
def _column_names() -> frozenset[str]:
    labels = words()["labels"]
    known = {fold(name) for names in labels.values() for name in names}
    return frozenset(known | set(word_list("layout", "counters")))


def _header(cells: list[_Cell]) -> list[_Cell]:
    """The cells up to the first new row."""
    end = next((i for i, c in enumerate(cells) if i and c.bars > 1), len(cells))
    return cells[:end]


def _groups(cells: list[_Cell]) -> list[list[_Cell]]:
    """The cells from one running number to the next."""
    groups: list[list[_Cell]] = []
    for cell in cells:
        if not groups or (cell.bars > 1 and _COUNTER.match(cell.words.text)):
            groups.append([])
        groups[-1].append(cell)
    return groups


def _split(group: list[_Cell], width: int) -> list[list[Passage]]:
    """One row where it fits the table's width, else a row at each run of bars.

    A row that goes on beside a cell spanning several rows has no number: it is set one column in.
    """
    rows: list[list[Passage]] = []
    single = sum(1 if i == 0 else c.bars for i, c in enumerate(group)) <= width
    for index, cell in enumerate(group):
        if index == 0 or (cell.bars > 1 and not single):
            rows.append([])
        elif single:
            rows[-1] += [_EMPTY] * (cell.bars - 1)
        rows[-1].append(cell.words)
    return [_beside_span(row, width) for row in rows]


def _beside_span(row: list[Passage], width: int) -> list[Passage]:
    whole = len(row) >= width or len(row) == 1 or _COUNTER.match(row[0].text)
    return row if whole else [_EMPTY, *row]
