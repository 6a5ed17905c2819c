"""Dates as Vietnamese documents write them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

DATE = (
    r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})"
    r"|(?:ngày\s+)?(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})"
)
DATE_PATTERN = re.compile(DATE)
QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_LEAP = 2000  # a day of every year is one that some year has: 29/02


def to_date(match: re.Match[str]) -> date | None:
    """The date of a match of ``DATE_PATTERN``; None where there is no such day."""
    day, month, year = (int(part) for part in match.groups()[-6:] if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def day_text(day: int, month: int, year: int | None) -> str | None:
    """ "2025-11-10", or "--11-10" for every year; None where there is no such day."""
    try:
        found = date(year or _LEAP, month, day)
    except ValueError:
        return None
    return found.isoformat() if year else f"--{found:%m-%d}"


def month_ends(year: int, first: int, last: int) -> tuple[str, str] | None:
    """The first and the last day of the months *first* to *last* of a year."""
    if not (1 <= first <= last <= 12 and year):
        return None
    return f"{year}-{first:02d}-01", f"{year}-{last:02d}-{monthrange(year, last)[1]:02d}"
