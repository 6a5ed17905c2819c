"""Cells between bars → rows of tables.

A row is written «| cell | cell |», the next row begins with a bar of its own, and an empty cell is
nothing between two bars; so a run of several bars is a new row, or empty cells, or both.  The number of
columns and the running number that most rows begin with tell which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

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
    for paragraph in _whole_rows(paragraphs):
        if paragraph.cells:
            found += _rows(cells)
            cells = []
            found.append(paragraph)
        elif paragraph.bars and not paragraph.blank:
            cells.append(_Cell(paragraph.passage, paragraph.bars, paragraph))
        elif cells and not paragraph.bars:
            last = cells[-1]
            cells[-1] = replace(last, words=join_passages([last.words, paragraph.passage]))
        else:
            found += _rows(cells)
            cells = []
            found.append(paragraph)
    return found + _rows(cells)


def _whole_rows(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Rows written whole («| a | b |») with the names of their columns; one that only arranges words
    (the head of a letter, signatures) as a paragraph a cell."""
    for is_row, run in groupby(paragraphs, key=lambda p: bool(p.cells)):
        if not is_row:
            yield from run
            continue
        rows = _continued(list(run))
        if len(rows) < 3 and not any(_is_header(list(row.cells)) for row in rows):
            yield from _as_paragraphs(rows)
            continue
        columns: tuple[str, ...] = ()
        place = 0
        for row in rows:
            if _is_header(list(row.cells)) or (place == 0 and not columns and _names(row)):
                named = [cell.text.strip(" .:") for cell in row.cells]
                if columns and place == 0 and len(columns) == len(named):  # a head of two rows
                    named = [new or old for new, old in zip(named, columns, strict=True)]
                columns = tuple(named)
                continue
            if _counts_columns(row):
                continue
            yield replace(row, columns=columns, row=place)
            place += 1
        if place == 0:  # nothing but names of columns: words like any other
            yield from _as_paragraphs(rows)


def _as_paragraphs(rows: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """A paragraph a cell."""
    for row in rows:
        for cell in row.cells:
            if cell.text:
                yield Paragraph(cell, bold=False, bars=1, blank=True)


def _names(row: Paragraph) -> bool:
    """A first row whose cells are short and without numbers of their own: names of columns."""
    texts = [cell.text for cell in row.cells if cell.text]
    return (
        len(texts) > 1
        and all(len(text) <= 60 for text in texts)
        and not any(
            _COUNTER.match(text) and text.casefold() not in word_list("layout", "counters")
            for text in texts
        )
    )


def _counts_columns(row: Paragraph) -> bool:
    """«(1) | (2) | (3)»: the columns numbered beneath their names."""
    numbers = [cell.text.strip("() ") for cell in row.cells if cell.text]
    return len(numbers) > 2 and numbers == [str(n) for n in range(1, len(numbers) + 1)]


def _continued(rows: list[Paragraph]) -> list[Paragraph]:
    """Rows that a page break cut in two put together again: the rest has no number and begins small."""
    found: list[Paragraph] = []
    for row in rows:
        filled = [cell for cell in row.cells if cell.text]
        rest = (
            found
            and len(row.cells) == len(found[-1].cells) > 2
            and not row.cells[0].text
            and len(filled) == 1
            and filled[0].text[0].islower()
        )
        if rest:
            cells = tuple(
                join_passages([a, b]) for a, b in zip(found[-1].cells, row.cells, strict=True)
            )
            found[-1] = replace(found[-1], cells=cells, passage=join_passages(cells))
        else:
            found.append(replace(row, passage=join_passages(row.cells)))
    return found


def _rows(cells: list[_Cell]) -> list[Paragraph]:
    """A table's rows, the header row left out of them; a lone cell is a paragraph like any other."""
    if len(cells) < 4:
        return [replace(c.first, passage=c.words, bars=0) for c in cells]
    header = _header(cells)
    columns = [re.sub(r"\s+", " ", c.words.text).strip(" .:") for c in header]
    rows: list[Paragraph] = []
    for group in _groups(cells[len(header) :], len(header)):
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
    return rows or [replace(c.first, passage=c.words, bars=0) for c in cells]


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


def _groups(cells: list[_Cell], width: int) -> list[list[_Cell]]:
    """The cells from one running number to the next; a number in a full row is the next row's."""
    groups: list[list[_Cell]] = []
    for cell in cells:
        full = bool(groups) and width > 2 and len(groups[-1]) >= width
        if not groups or ((cell.bars > 1 or full) and _COUNTER.match(cell.words.text)):
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
