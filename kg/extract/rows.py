"""Rows of tables of tasks: which cell says what, and for how many rows it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..labels import ROLE_LABELS, Label, column_kind
from ..model import Clause, Passage

_COUNTER = re.compile(r"\d{1,3}(?:\.\d{1,3})*|[IVXL]{1,6}|[A-HĐa-zđ]")
_DITTO = re.compile(r"[-–\s]*(?:nt|như\s+trên|[\"”“″]|'')[-–.\s]*", re.IGNORECASE)
_PART = re.compile(r"[IVXL]{1,6}|[A-HĐ]")
Cell = tuple[int, str, Passage]


def is_task_row(clause: Clause) -> bool:
    """It has a column of leads, and says more than a heading."""
    kinds = [column_kind(c) for c in clause.columns]
    if "lead" not in kinds or is_heading_row(clause):
        return False
    if "target" in kinds and "content" not in kinds and len(kinds) > kinds.index("target") + 2:
        return False  # a table of values; «Chỉ tiêu | Cơ quan chủ trì» gives tasks
    numbered = clause.cells[0].text.strip(" .)").replace(".", "").isdigit()
    if len(row_content(clause).text.split()) < (1 if numbered else 3):
        return False
    told = {kind for kind, cell in zip(kinds, clause.cells, strict=False) if cell.text}
    if _PART.fullmatch(clause.cells[0].text.strip(" .)")) and told.isdisjoint(ROLE_LABELS):
        return False  # a part of the table, with a stray word beside it
    return not told.isdisjoint((*ROLE_LABELS, "time"))


def is_heading_row(clause: Clause) -> bool:
    """A number and one cell of words, beneath another column than that of what is to be done: a heading
    of a part of the table («5.2 | | Công nghiệp và năng lượng | | |»), whatever column it stands in."""
    if len(clause.cells) < 3 or not _COUNTER.fullmatch(clause.cells[0].text.strip(" .)")):
        return False
    kinds = [column_kind(header) for header in clause.columns]
    told = [place for place, cell in enumerate(clause.cells) if place and cell.text]
    return len(told) == 1 and (
        told[0] >= len(kinds) or kinds[told[0]] in ROLE_LABELS or kinds[told[0]] == "time"
    )


def row_content(clause: Clause) -> Passage:
    """The cell that says what is to be done: by its column's header, else the longest."""
    for cell, header in zip(clause.cells, clause.columns, strict=False):
        if column_kind(header) == "content" and cell.text:
            return cell
    return max(clause.cells, key=lambda cell: len(cell.text))


def told_by_rows(rows: Iterable[Clause]) -> dict[int, tuple[Cell, ...]]:
    """For each row (by its clause's index) the cells that hold for it: (clause, kind, words).

    A row without a number goes on beside cells that span several rows: what it lacks stands above.
    """
    found: dict[int, tuple[Cell, ...]] = {}
    table: int | None = None
    above: dict[int, Cell] = {}
    last: dict[int, Cell] = {}
    for row in rows:
        if row.parent != table:
            table, above, last = row.parent, {}, {}
        if not _goes_on(row):
            above = {}
        if is_heading_row(row):
            continue
        for place, header in enumerate(row.columns[: len(row.cells)]):
            kind = column_kind(header)
            cell = row.cells[place]
            if kind and kind != "content" and cell.text:
                same = _DITTO.fullmatch(cell.text) and place in last
                above[place] = last[place] if same else (row.index, kind, cell)
        last = {**last, **above}
        found[row.index] = tuple(above[place] for place in sorted(above))
    return found


def row_paths(rows: Iterable[Clause]) -> dict[int, str]:
    """ "PL.<row number>" for each row (by its clause's index), parts of the table before it: "PL.II.3",
    and "[2]" behind the number of a row that goes on."""
    found: dict[int, str] = {}
    table: int | None = None
    part, number, ordinal = "", "", 0
    for row in rows:
        if row.parent != table:
            table, part, number, ordinal = row.parent, "", "", 0
        counter = row.cells[0].text.strip(" .)") if row.cells else ""
        if not _COUNTER.fullmatch(counter):
            ordinal += 1
            name = f"{number}.[{ordinal}]" if number else f"[{ordinal}]"
        else:
            if _PART.fullmatch(counter):
                part, number = f"{counter}.", ""
                found[row.index] = f"PL.{counter}"
                continue
            name, number, ordinal = counter, counter, 1
        found[row.index] = f"PL.{part}{name}"
    return found


def cell_label(kind: str, cell: Passage) -> Label:
    """The whole cell as the value of a label."""
    return Label(kind, 0, len(cell.text))


def _goes_on(row: Clause) -> bool:
    return (
        len(row.cells) > 1
        and bool(row.columns)
        and column_kind(row.columns[0]) is None
        and not row.cells[0].text
    )
