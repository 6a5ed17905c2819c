"""Dates as Vietnamese documents write them."""

from __future__ import annotations

import re
from datetime import date

DATE = (
    r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})"
    r"|(?:ngày\s+)?(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})"
)
DATE_PATTERN = re.compile(DATE)


def to_date(match: re.Match[str]) -> date | None:
    """The date of a match of ``DATE_PATTERN``; None where there is no such day."""
    day, month, year = (int(part) for part in match.groups()[-6:] if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None
