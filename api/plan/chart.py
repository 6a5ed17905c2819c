"""Targets as a table, an indicator a row and a year a column, with a strip of dots where numbers can be compared."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from .model import Named, Target, Value

WIDTH, EDGE = 180, 8  # of the drawing, in its own units
_SHARE = "http://qudt.org/vocab/unit/PERCENT"
SIGNS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤", "approx": "≈"}


@dataclass(frozen=True, slots=True)
class Dot:
    """*x* in the units of the drawing; *place* is that of its column (0: where things stand before)."""

    x: float
    place: int
    words: str


@dataclass(frozen=True, slots=True)
class Cell:
    """*target* whose value this is; *is_base* for what it starts from."""

    target: Target
    value: Value
    is_base: bool

    @property
    def sign(self) -> str:
        return SIGNS.get(self.value.comparator, "")


@dataclass(frozen=True, slots=True)
class Row:
    indicator: Named | None
    label: str
    is_part: bool
    cells: tuple[tuple[Cell, ...], ...]
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class TargetTable:
    """*columns*: "" for what targets start from, then the years, then "?" for values without one."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def has_dots(self) -> bool:
        return any(row.dots for row in self.rows)


def tabulate(targets: Sequence[Target]) -> TargetTable:
    grouped: dict[tuple[str, str], list[Target]] = {}
    for target in targets:
        if target.value:
            name = target.indicator.iri if target.indicator else target.iri
            grouped.setdefault((name, _unit(target.value)), []).append(target)
    years = sorted({_year(t) for group in grouped.values() for t in group} - {"?"})
    bases = [""] if any(t.baseline for t in targets) else []
    undated = ["?"] if any(_year(t) == "?" for g in grouped.values() for t in g) else []
    columns = (*bases, *years, *undated)
    scales = _scales(targets)
    return TargetTable(
        columns,
        tuple(_row(group, columns, scales.get(unit)) for (_, unit), group in grouped.items()),
    )


def _row(group: Sequence[Target], columns: Sequence[str], scale: Decimal | None) -> Row:
    cells: list[tuple[Cell, ...]] = []
    for column in columns:
        if column == "":
            held = [Cell(t, t.baseline, True) for t in group if t.baseline]
        else:
            held = [Cell(t, t.value, False) for t in group if t.value and _year(t) == column]
        cells.append(tuple(held))
    first = group[0]
    label = first.indicator.label if first.indicator else first.label
    dots = tuple(_dots(cells, columns, scale)) if scale else ()
    return Row(first.indicator, label, all(t.is_part for t in group), tuple(cells), dots)


def _dots(
    cells: Sequence[tuple[Cell, ...]], columns: Sequence[str], scale: Decimal
) -> Iterable[Dot]:
    first = 0 if columns and columns[0] == "" else 1
    for place, held in enumerate(cells):
        for cell in held:
            number = _number(cell.value)
            if number is not None and 0 <= number <= scale:
                x = EDGE + float(number / scale) * (WIDTH - 2 * EDGE)
                when = f" ({cell.value.when})" if cell.value.when else ""
                words = f"{cell.sign} {cell.value.printed}{when}".strip()
                yield Dot(round(x, 1), place + first, words)


def _scales(targets: Iterable[Target]) -> dict[str, Decimal]:
    """The end of the scale of each unit that two values or more share; shares end at 100."""
    found: dict[str, Decimal] = {}
    counts: Counter[str] = Counter()
    for target in targets:
        for value in (target.value, target.baseline):
            number = _number(value) if value else None
            if value and number is not None and number >= 0:
                counts[_unit(value)] += 1
                found[_unit(value)] = max(found.get(_unit(value), Decimal(0)), number)
    return {
        unit: Decimal(100) if unit == _SHARE and most <= 100 else _round(most)
        for unit, most in found.items()
        if unit and counts[unit] > 1 and most > 0
    }


def _round(most: Decimal) -> Decimal:
    """The next of 1, 2, 5 times a power of ten."""
    power = Decimal(10) ** math.floor(most.log10())
    return next(m * power for m in (1, 2, 5, 10) if m * power >= most)


def _number(value: Value) -> Decimal | None:
    try:
        number = Decimal(value.number)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number < Decimal(10) ** 15 else None


def _unit(value: Value) -> str:
    return value.unit.iri if value.unit else ""


def _year(target: Target) -> str:
    value = target.value
    if value is None:
        return "?"
    return value.year or (value.period[1] if value.period else None) or target.goal_year or "?"
