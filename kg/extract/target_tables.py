"""Tables of targets: a row names an indicator, and holds its values under years or in one column."""

from __future__ import annotations

import regex as re

from ..labels import column_kind
from ..model import Amount, Clause, Passage, Target
from ..names import slug
from ..text import level
from .indicators import make_indicator
from .targets import Context, Names

_UNIT_COLUMN = re.compile(r"(?:đơn\s+vị(?:\s+tính)?|đvt|đv\s*tính)\s*$")
_YEAR_COLUMN = re.compile(
    r"^(?:(?:chỉ\s+tiêu|mục\s+tiêu|kế\s+hoạch|kh|dự\s+kiến|phấn\s+đấu|giá\s+trị|lộ\s+trình)\s+)*(?:đến\s+)?(?:năm\s+)?(20\d{2})\s*$"
)
_VALUE_COLUMN = re.compile(
    r"(?:giá\s+trị|kết\s+quả|mục\s+tiêu|mức\s+đạt|chỉ\s+tiêu\s+giao|kế\s+hoạch)\s*"
)
_PERIOD_COLUMN = re.compile(r"(?:giai\s+đoạn\s+)?(20\d{2})\s*[-–]\s*(20\d{2})\s*$")
_REACHED = re.compile(r"\b(?:hiện\s+trạng|thực\s+hiện|ước|đã\s+đạt|kết\s+quả|cơ\s+sở)\b")
_CELL = re.compile(
    r"\s*(?P<sign>≥|≤|>|<|~|trên|dưới|khoảng|tối\s+thiểu|tối\s+đa|ít\s+nhất|từ)?\s*(?P<number>\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?)\s*(?P<percent>%)?\s*"
)
_SIGNS = {
    "≥": ">=", "≤": "<=", ">": ">", "<": "<", "~": "~", "trên": ">", "dưới": "<", "khoảng": "~",
    "tối thiểu": ">=", "ít nhất": ">=", "từ": ">=", "tối đa": "<=",
}  # fmt: skip


def is_target_row(clause: Clause) -> bool:
    """A row beneath a column of indicators («Chỉ tiêu»)."""
    return "target" in [column_kind(c) for c in clause.columns]


def target_cell(clause: Clause) -> Passage:
    """The cell that names the indicator."""
    for cell, header in zip(clause.cells, clause.columns, strict=False):
        if column_kind(header) == "target":
            return cell
    return clause.passage


def matrix_targets(clause: Clause, context: Context, names: Names) -> list[Target]:
    """The values under the columns of years, with the unit of their own column; where no column names a
    year, those of the one column of values, for the year that stands above the rows (*context*)."""
    named = target_cell(clause)
    headers = [" ".join(level(h).split()) for h in clause.columns]
    unit = next(
        (
            c.text
            for c, h in zip(clause.cells, headers, strict=False)
            if _UNIT_COLUMN.search(h) and c.text
        ),
        None,
    )
    found: list[Target] = []
    dated = any(_when(header) for header in headers)
    for cell, header in zip(clause.cells, headers, strict=False):
        lone = not dated and unit is not None and _VALUE_COLUMN.fullmatch(header) is not None
        when = context if lone and context[0] else _when(header)
        value = _CELL.fullmatch(level(cell.text))
        if when is None or value is None or not (unit or value.group("percent")) or not named.text:
            continue
        year, period = when
        written = "%" if value.group("percent") else str(unit)
        kind = "share" if written.startswith("%") else "level"
        words_ = named.text.strip(" .;:-–")
        start = value.start("number")
        end = value.end("percent") if value.group("percent") else value.end("number")
        amount = Amount(
            quote=cell.text[start:end],
            span=cell.span(start, end),
            value=_value(value.group("number")),
            unit=written,
            comparator=_SIGNS[" ".join(value.group("sign").split())]
            if value.group("sign")
            else "=",
            year=year,
            period=period,
        )
        found.append(
            Target(
                key=names.unique(f"{year}-{slug(words_)[:60].strip('-') or 'target'}"),
                text=words_,
                span=named.span(),
                clause=clause.index,
                indicator=words_,
                amount=amount,
                baseline=None,
                value_type=kind,
                parent=None,
                goal=None,
                rule="table-of-targets",
                measure=make_indicator(words_, "", kind),
            )
        )
    return found


def _when(header: str) -> tuple[int, tuple[int, int] | None] | None:
    """The year or period of a column of values; None of any other, and of what has been reached."""
    if _REACHED.search(header):
        return None
    if period := _PERIOD_COLUMN.search(header):
        return int(period.group(2)), (int(period.group(1)), int(period.group(2)))
    if year := _YEAR_COLUMN.match(header):
        return int(year.group(1)), None
    return None


def _value(number: str) -> float:
    if re.fullmatch(r"\d+\.\d{1,2}", number):
        return float(number)
    return float(number.replace(".", "").replace(",", "."))
