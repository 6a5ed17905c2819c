"""A table for a page: headings in words, and a label beside its IRI becomes one link."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from babel.dates import format_date

from kg.export import Cell, Table
from kg.names import BASE

from .formats import date, number


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell: words, and where they lead (a path of this service, or None); *is_ours*: an English name that is not
    official."""

    text: str
    href: str | None
    is_number: bool = False
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """*name*: the variable of the query; *is_long*: whether it holds sentences."""

    name: str
    heading: str
    is_number: bool
    is_long: bool


@dataclass(frozen=True, slots=True)
class ShownTable:
    columns: tuple[ShownColumn, ...]
    rows: tuple[tuple[Shown, ...], ...]


def local_path(iri: object) -> str | None:
    """The path under which this service shows one of our IRIs."""
    text = str(iri)
    if not text.startswith(BASE):
        return None
    path = text[len(BASE) :].replace("#", "/", 1)
    return None if path.startswith("/") else "/" + path  # «//host» would lead elsewhere


def without(table: Table, names: frozenset[str]) -> Table:
    """*table* without the columns *names*."""
    kept = [place for place, name in enumerate(table.columns) if name not in names]
    return Table(
        tuple(table.columns[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in table.rows),
    )


def linked(
    table: Table, headings: Sequence[str], lang: str, ours: frozenset[str] = frozenset()
) -> ShownTable:
    """Columns that hold only IRIs of ours are shown as links on the first label, not as columns.

    The column ``task`` with ``taskLabel`` or ``path`` beside it links that one; an IRI without a partner is a
    column of its own.  Labels of the IRIs *ours* are told from official ones.
    """
    partners: dict[int, int] = {}
    for place, name in enumerate(table.columns):
        if not any(local_path(row[place]) for row in table.rows):
            continue
        for partner in (f"{name}Label", *_PARTNERS.get(name, ())):
            if partner in table.columns:
                partners[table.columns.index(partner)] = place
                break
    hidden = set(partners.values())
    shown = [i for i in range(len(table.columns)) if i not in hidden]
    labels = {i for i in partners if table.columns[i].endswith("Label")}
    rows = tuple(
        tuple(
            _cell(
                row[i],
                iri := row[partners[i]] if i in partners else None,
                lang,
                is_ours=i in labels and iri in ours,
            )
            for i in shown
        )
        for row in table.rows
    )
    columns = tuple(
        ShownColumn(
            table.columns[i],
            headings[i],
            any(row[at].is_number for row in rows),
            any(len(row[at].text) > _SENTENCE for row in rows),
        )
        for at, i in enumerate(shown)
    )
    return ShownTable(columns, rows)


_SENTENCE = 70  # characters from which a cell wants a broad column
_PARTNERS = {
    "task": ("path",),
    "plan": ("number",),
    "document": ("number", "documentNumber"),
    "target": ("indicator", "indicatorLabel"),
    "clause": ("path",),
    "focus": ("where",),
    "element": ("elementLabel",),
    "unit": ("province",),
    "today": ("unitToday",),
    "theme": ("themeLabel",),
}


def _cell(value: Cell, iri: Cell, lang: str, *, is_ours: bool) -> Shown:
    if isinstance(value, bool):
        return Shown("✓" if value else "", None)
    if isinstance(value, int | float):
        return Shown(number(value, lang), None, is_number=True)
    text = "" if value is None else str(value)
    return Shown(words(text, lang), local_path(iri or value), is_ours=is_ours and bool(text))


_COMPARATORS = {">=": "≥", "<=": "≤", "~": "≈"}
_DAY_OF_YEAR = re.compile(r"--(\d{2})-(\d{2})")
_DURATION = re.compile(r"P(\d{1,3})([YMWD])")
_PERIODS = {
    "Y": ("năm", "year"),
    "M": ("tháng", "month"),
    "W": ("tuần", "week"),
    "D": ("ngày", "day"),
}


def words(text: str, lang: str) -> str:
    """A value as readers write it: dates, days of each year, recurring durations, signs of comparison.

    >>> words("--11-10", "vi"), words("P1Y", "en"), words("P2Y", "vi")
    ('10/11', 'every year', '2 năm một lần')
    """
    if match := _DAY_OF_YEAR.fullmatch(text):
        try:
            day = datetime.date(2000, int(match.group(1)), int(match.group(2)))
        except ValueError:
            return text
        return format_date(day, "dd/MM" if lang == "vi" else "d MMMM", locale=lang)
    if match := _DURATION.fullmatch(text):
        count, (vi, en) = int(match.group(1)), _PERIODS[match.group(2)]
        if lang == "vi":
            return f"hằng {vi}" if count == 1 else f"{count} {vi} một lần"
        return f"every {en}" if count == 1 else f"every {count} {en}s"
    return _COMPARATORS.get(text) or date(text, lang)
