"""Tables as files for people: CSV, JSON, XLSX, and lines for a terminal."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | int | float | bool | None
_BREAK = re.compile(r"[ \t]*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+\s*")
_CONTROL = ("\t", "\r", "\n")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns and their rows, in order."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def harmless(value: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, str) and (value[:1] in _CONTROL or value.lstrip()[:1] in _FORMULA):
        return "'" + value
    return value


def on_one_line(value: Cell) -> Cell:
    """A text without line breaks, which would break the rows of a table where it is sorted or read line by line.

    >>> on_one_line("Sở Y tế\n  chủ trì")
    'Sở Y tế chủ trì'
    """
    return (
        _BREAK.sub(" ", value).strip(" ")
        if isinstance(value, str) and _BREAK.search(value)
        else value
    )


def to_csv(table: Table, *, bom: bool = False) -> bytes:
    """RFC 4180 in UTF-8, a row a line; *bom* for spreadsheets that need a mark to know it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in (table.columns, *table.rows):
        cells = (harmless(on_one_line(value)) for value in row)
        writer.writerow(["" if cell is None else cell for cell in cells])
    return (("\ufeff" if bom else "") + out.getvalue()).encode("utf-8")


def to_json(table: Table) -> bytes:
    """A list of objects, one a row; texts with their line breaks, as they stand in the plans."""
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def to_xlsx(table: Table) -> bytes:
    """A workbook with one sheet, its heading frozen, no line break in a cell."""
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "kehoach"
    for row in (table.columns, *table.rows):
        cells = [harmless(on_one_line(value)) for value in row]
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", c) if isinstance(c, str) else c for c in cells])
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def to_text(table: Table, width: int = 60) -> str:
    """Aligned columns; long cells are cut at *width*."""
    if not table.rows:
        return "(no rows)\n"
    grid = [list(table.columns)] + [[_shown(c, width) for c in row] for row in table.rows]
    widths = [max(_wide(row[i]) for row in grid) for i in range(len(table.columns))]
    lines = [_line(row, widths) for row in grid]
    lines.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _shown(value: Cell, width: int) -> str:
    text = "" if value is None else " ".join(str(value).split())
    return text if _wide(text) <= width else text[: width - 1] + "…"


def _wide(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 1 for c in text)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell + " " * (w - _wide(cell)) for cell, w in zip(row, widths, strict=True))


WRITERS = {"csv": to_csv, "json": to_json, "xlsx": to_xlsx}
