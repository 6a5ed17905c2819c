"""Cells that span columns and rows → a grid of equal rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .blocks import Cell, Table

MAX_CELLS = 200_000


@dataclass(frozen=True, slots=True)
class Spanning:
    """A cell as written, with the columns and rows that it covers."""

    cell: Cell
    columns: int = 1
    rows: int = 1


def fill_grid(rows: Iterable[Iterable[Spanning]]) -> Table:
    """Every cell at its place.

    What spans columns stands in the first of them.  What spans rows is said again in each row, since it
    holds for each («Thường xuyên» beside ten tasks), but for the first two columns: a number or a task
    that spans several rows is still one.
    """
    grid: list[dict[int, Cell]] = []
    open_spans: dict[int, tuple[int, Cell]] = {}
    cells = 0
    for row in rows:
        line: dict[int, Cell] = {}
        column = 0
        below: dict[int, tuple[int, Cell]] = {}
        for spanning in [*row, None]:
            while column in open_spans:
                left, cell = open_spans.pop(column)
                line[column] = cell if column > 1 else ()
                if left > 1:
                    below[column] = (left - 1, cell)
                column += 1
            if spanning is None:
                break
            for offset in range(min(spanning.columns, 200)):
                cell = spanning.cell if offset == 0 else ()
                line[column] = cell
                if spanning.rows > 1:
                    below[column] = (spanning.rows - 1, cell)
                column += 1
        for place, span in open_spans.items():
            line[place] = span[1] if place > 1 else ()
            if span[0] > 1:
                below[place] = (span[0] - 1, span[1])
        open_spans = below
        cells += len(line)
        if cells > MAX_CELLS:
            raise OverflowError(f"a table of more than {MAX_CELLS:,} cells")
        grid.append(line)
    width = max((max(line) + 1 for line in grid if line), default=0)
    return Table(tuple(tuple(line.get(c, ()) for c in range(width)) for line in grid if line))
