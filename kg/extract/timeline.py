"""When: the words as written, and what they say as interval, frequency or deadline."""

from __future__ import annotations

import re

from ..model import Deadline, Passage, Timeframe
from ..text import level
from ..words import word_list

_DAY = r"(?:ngày\s+)?\d{1,2}\s*(?:/|-|\.|\s+tháng\s+)\s*\d{1,2}(?:\s*(?:/|-|\.|\s+năm\s+|,?\s+năm\s+)\s*\d{4})?"
_YEARLY = r"\s*(?:,\s*)?(?:hàng|hằng|mỗi)\s+năm"
_QUARTER = r"quý\s+(?:IV|III|II|I|[1-4])(?:\s*[,/]?\s*(?:năm\s+)?\d{4})?"
_INLINE = re.compile(
    rf"(?:định\s+kỳ\s+)?(?P<kept>(?:trước|chậm\s+nhất(?:\s+là)?(?:\s+(?:vào|đến|trước))?|muộn\s+nhất(?:\s+là)?|xong\s+trước|đến\s+hết)\s+{_DAY}(?:{_YEARLY})?)"
    rf"|(?P<within>(?:hoàn\s+thành\s+)?(?:trong|trước|vào|đến\s+hết)\s+(?:{_QUARTER}|tháng\s+\d{{1,2}}(?:\s*/\s*|\s+năm\s+)\d{{4}}|năm\s+\d{{4}})(?!\d))",
    re.IGNORECASE,
)
_EVERY = re.compile(
    r"(\d{1,2})\s*(năm|tháng)\s*/\s*(?:một\s+|1\s+|01\s+)?lần|(\d{1,2})\s*lần\s*/\s*năm"
)
_YEARS = re.compile(r"(?<!\d)(20\d{2})(?:\s*(?:-|–|đến(?:\s+năm)?)\s*(20\d{2}))?(?!\d)")
_MONTH_DAY = re.compile(
    r"(?:ngày\s+)?(\d{1,2})\s*(?:/|-|\.|\s+tháng\s+)\s*(\d{1,2})(?:\s*(?:/|-|\.|,?\s+năm\s+)\s*(\d{4}))?"
)
_BEFORE = re.compile(
    r"(trước|chậm\s+nhất|muộn\s+nhất|đến\s+hết|xong\s+trước)\s+(?:là\s+|vào\s+|trước\s+)*"
)


def find_inline_time(passage: Passage, start: int = 0) -> tuple[int, int] | None:
    """Where a deadline that governs the sentence stands, without a leading «định kỳ»."""
    found = _INLINE.search(passage.text, start)
    if found is None:
        return None
    return found.span("kept") if found.group("kept") else found.span("within")


def make_timeframe(
    passage: Passage, start: int, end: int, clause: int, rule: str
) -> Timeframe | None:
    """The timeframe that the words ``passage.text[start:end]`` state; None if they are empty."""
    words_ = passage.text[start:end]
    left = len(words_) - len(words_.lstrip(" :"))
    text = words_.strip(" .;,:")
    if not text:
        return None
    start += left
    low = level(text)
    begin, last = _interval(low)
    return Timeframe(
        text=text,
        span=passage.span(start, start + len(text)),
        clause=clause,
        rule=rule,
        frequency=_frequency(low),
        begin=begin,
        end=last,
        deadline=_deadline(low),
        conditional=any(word in low for word in word_list("time", "conditional")),
        continuous=any(word in low for word in word_list("time", "continuous")),
    )


def _frequency(low: str) -> str | None:
    """ISO 8601: «hàng năm» P1Y, «02 năm/lần» P2Y, «hằng quý» P3M, «2 lần/năm» P6M."""
    if every := _EVERY.search(low):
        if every.group(3):
            times = int(every.group(3))
            return f"P{12 // times}M" if times and 12 % times == 0 and times > 1 else "P1Y"
        return f"P{int(every.group(1))}{'Y' if every.group(2) == 'năm' else 'M'}"
    for words_, period in (
        ("năm", "P1Y"),
        ("quý", "P3M"),
        ("tháng", "P1M"),
        ("tuần", "P1W"),
        ("ngày", "P1D"),
    ):
        if re.search(rf"\b(?:hàng|hằng|mỗi)\s+{words_}\b", low):
            return period
    return None


def _interval(low: str) -> tuple[str | None, str | None]:
    """«năm 2021 - 2030» → 2021, 2030; «Năm 2021» → 2021, 2021; «2025 và các năm tiếp theo» → 2025, None."""
    if _BEFORE.match(low):
        return None, None
    years = _YEARS.search(low)
    if years is None:
        return None, None
    first, last = years.group(1), years.group(2)
    if last:
        return first, last
    if re.search(r"\bđến\s+(?:hết\s+)?(?:năm\s+)?$", low[: years.start()]):
        return None, first
    if re.search(r"tiếp\s+theo|trở\s+đi", low[years.end() :]) or re.search(
        r"\btừ\s+(?:năm\s+)?$", low[: years.start()]
    ):
        return first, None
    return first, first


def _deadline(low: str) -> Deadline | None:
    before = _BEFORE.search(low)
    if before is None:
        return None
    day = _MONTH_DAY.match(low, before.end())
    if day is None:
        return None
    date_, month, year = day.groups()
    if not (1 <= int(month) <= 12 and 1 <= int(date_) <= 31):
        return None
    exclusive = before.group(1) in ("trước", "xong trước")
    head = f"{year}-" if year else "--"
    return Deadline(f"{head}{int(month):02d}-{int(date_):02d}", inclusive=not exclusive)
