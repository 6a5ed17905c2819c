"""When: the words as written, and what they say as kind, interval, frequency or deadline."""

from __future__ import annotations

import regex as re

from ..model import Deadline, Passage, Timeframe
from ..text import level, phrases
from ..words import word_list
from .dates import QUARTERS, day_text, month_ends
from .inline_times import EVERY, QUARTER

_SPELT = {"một": 1, "hai": 2, "ba": 3, "sáu": 6}
_NUMBER = r"\d{1,2}|một|hai|ba|sáu"
_EVERY = re.compile(
    rf"(?<!\w)(?P<n>{_NUMBER})\s*(?P<unit>năm|tháng|quý|tuần)\s*(?:/\s*(?:một\s+|0?1\s+)?lần|\s+(?:một|1|01)\s+lần|,?\s+(?:một|1|01)\s+lần)"
    rf"|(?<!\w)(?P<times>{_NUMBER})\s*lần\s*(?:/|mỗi|trong|một)?\s*(?:một\s+)?năm(?!\w)"
    rf"|(?:định\s+kỳ|mỗi|cứ)\s*[:(]?\s*(?P<n>{_NUMBER})\s+(?P<unit>năm|tháng)(?![\w/])"
    rf"|{EVERY}\s+(?P<each>năm|quý|tháng|tuần|ngày)(?!\w)"
    rf"|tháng\s+(?:cuối|đầu)\s+(?:của\s+)?(?P<each>quý)(?!\w)"
)
_ALSO = re.compile(
    rf"\s*(?:,|và|hoặc)\s*(?:định\s+kỳ\s+)?(?:(?P<n>{_NUMBER})\s+(?P<unit>tháng|năm)|(?P<each>tháng|quý|năm))(?![\w/]|\s*\d)"
)
_LETTER = {"năm": "Y", "tháng": "M", "tuần": "W", "ngày": "D"}
_YEARS = re.compile(
    r"(?<![\d/])(20\d{2})(?:\s*(?:-|–|—|đến(?:\s+(?:hết\s+)?năm)?)\s*(20\d{2}))?(?!\d)"
)
_MONTH_DAY = re.compile(
    r"(?:ngày\s+)?(\d{1,2})\s*(?:/|-|\.|\s+tháng\s+)\s*(\d{1,2})(?:\s*(?:/|-|\.|,?\s+năm\s+)\s*(\d{4}))?(?!\d)"
)
_DAY = re.compile(
    r"(?<![\d/])(\d{1,2})\s*(?:/|-|\.|\s+tháng\s+)\s*(\d{1,2})\s*(?:/|-|\.|,?\s+năm\s+)\s*(\d{4})(?!\d)"
)
_MONTH = re.compile(
    r"tháng\s+(\d{1,2})(?:\s*(?:-|–|đến|và|,)\s*(?:tháng\s+)?(\d{1,2})(?!\d))?(?:\s*(?:/|,?\s+năm\s+)\s*(\d{4}))?(?![\d/])"
)
_QUARTER = re.compile(QUARTER)
_BEFORE = re.compile(
    r"(?:xong\s+)?(?:trước|chậm\s+nhất|muộn\s+nhất|đến\s+hết)(?:\s+(?:là|vào|trước|trong|đến|hết))*\s+(?!khi|mắt|tiên|hết\s+là)"
)
_FINISHED = re.compile(r"\b(?:hoàn\s+thành|xong|ban\s+hành\s+trong|trình\s+trong)\b")
_CADENCE = {
    "P1Y": "yearly",
    "P12M": "yearly",
    "P6M": "half-yearly",
    "P3M": "quarterly",
    "P1M": "monthly",
}


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
    frequencies = _frequencies(low)
    begin, last = _interval(low)
    deadline = _deadline(low)
    kind = _kind(low, frequencies, begin, last, deadline)
    if kind in ("per-plan", "relative"):  # a year in these is of the plan or event they name
        begin = last = deadline = None
    continuous = any(word in low for word in word_list("time", "continuous"))
    return Timeframe(
        text=text,
        span=passage.span(start, start + len(text)),
        clause=clause,
        rule=rule,
        kind=kind,
        frequencies=frequencies,
        begin=begin,
        end=last,
        deadline=deadline,
        conditional=any(word in low for word in word_list("time", "conditional")),
        continuous=continuous,
    )


def _count(words_: str) -> int:
    return _SPELT.get(words_) or int(words_)


def _duration(number: int, unit: str) -> str | None:
    if number < 1:
        return None
    return f"P{3 * number}M" if unit == "quý" else f"P{number}{_LETTER[unit]}"


def _frequencies(low: str) -> tuple[str, ...]:
    """ISO 8601: «hàng năm» P1Y, «02 năm/lần» P2Y, «hằng quý, 6 tháng, năm» P3M P6M P1Y, «2 lần/năm» P6M."""
    found: list[str] = []
    for match in _EVERY.finditer(low):
        found += _one_frequency(match)
        at = match.end()
        while also := _ALSO.match(low, at):
            found += _one_frequency(also)
            at = also.end()
    return tuple(dict.fromkeys(found))


def _one_frequency(match: re.Match[str]) -> list[str]:
    groups = match.groupdict()
    if groups.get("times"):
        times = _count(groups["times"])
        return [f"P{12 // times}M" if times > 1 and 12 % times == 0 else "P1Y"] if times else []
    number = _count(groups["n"]) if groups.get("n") else 1
    unit = groups.get("unit") or groups.get("each")
    duration = _duration(number, unit) if unit else None
    return [duration] if duration else []


def _interval(low: str) -> tuple[str | None, str | None]:
    """«năm 2021 - 2030» → 2021, 2030; «Năm 2021» → 2021, 2021; «2025 và các năm tiếp theo» → 2025, None;
    «quý IV/2026» → 2026-10-01, 2026-12-31; «tháng 11/2025» → 2025-11-01, 2025-11-30."""
    if _BEFORE.search(low):
        years = _YEARS.search(low)
        if years and re.match(r"đến\s+hết\s+(?:năm\s+)?20\d\d$", low):
            return None, years.group(1)
        return None, None
    if day := _DAY.search(low):
        date_ = day_text(*(int(part) for part in day.groups()))
        return date_, date_
    if months := _months(low):
        return months
    if re.search(r"\b(?:tháng|quý|ngày)\s+\S*\d", low) and not re.search(r"(?<![\d/])20\d\d", low):
        return None, None
    years = _YEARS.search(low)
    if years is None:
        return None, None
    first, last = years.group(1), years.group(2)
    if last:
        return (first, last) if first <= last else (None, None)
    if re.search(r"\bđến\s+(?:hết\s+)?(?:năm\s+)?$", low[: years.start()]):
        return None, first
    if re.search(r"tiếp\s+theo|trở\s+đi", low[years.end() :]) or re.search(
        r"\btừ\s+(?:năm\s+)?$", low[: years.start()]
    ):
        return first, None
    return first, first


def _months(low: str) -> tuple[str, str] | None:
    """First and last day of the quarters or months named with their year."""
    if found := _QUARTER.search(low):
        year = re.search(r"(\d{4})$", found.group())
        named = [
            QUARTERS[q] for q in re.findall(r"(?<!\w)(?:iv|iii|ii|i|[1-4])(?!\w)", found.group())
        ]
        if year and named:
            return month_ends(int(year.group(1)), 3 * min(named) - 2, 3 * max(named))
        return None
    if (found := _MONTH.search(low)) and found.group(3):
        first = int(found.group(1))
        return month_ends(int(found.group(3)), first, int(found.group(2) or first))
    return None


def _deadline(low: str) -> Deadline | None:
    """«trước ngày» leaves the day out, «đến hết», «chậm nhất» and «hoàn thành trong» take the last one in."""
    before = _BEFORE.search(low)
    if before is None:
        return _deadline_of_an_interval(low)
    exclusive = "trước" in before.group()
    if day := _MONTH_DAY.match(low, before.end()):
        date_, month, year = (int(part) if part else None for part in day.groups())
        said = day_text(date_ or 0, month or 0, year)
        return Deadline(said, inclusive=not exclusive) if said else None
    if months := _months(low[before.end() :]):
        return Deadline(months[0] if exclusive else months[1], inclusive=not exclusive)
    named = re.match(r"(?:năm\s+)?(20\d\d)(?!\d)", low[before.end() :])
    if named is None:
        return None
    if exclusive:
        return Deadline(f"{named.group(1)}-01-01")
    return Deadline(f"{named.group(1)}-12-31", inclusive=True)


def _deadline_of_an_interval(low: str) -> Deadline | None:
    """«hoàn thành trong quý IV/2025», and «tháng 12 hằng năm»: the last day is the latest."""
    if (month := _MONTH.match(low)) and not month.group(3) and re.search(rf"{EVERY}\s+năm", low):
        ends = month_ends(2001, int(month.group(1)), int(month.group(2) or month.group(1)))
        return Deadline(f"--{ends[1][5:]}", inclusive=True) if ends else None
    if not _FINISHED.search(low):
        return None
    if months := _months(low):
        return Deadline(months[1], inclusive=True)
    year = re.search(r"năm\s+(20\d\d)(?!\d)(?!\s*[-–])", low)
    return Deadline(f"{year.group(1)}-12-31", inclusive=True) if year else None


def _kind(
    low: str,
    frequencies: tuple[str, ...],
    begin: str | None,
    end: str | None,
    deadline: Deadline | None,
) -> str:
    """A deadline before all; else what the words name first."""
    if re.match(rf"{phrases(word_list('time', 'per_plan'))}(?!\w)", low):
        return "per-plan"
    if re.search(r"\btừ\s+(?:ngày|khi)\b", low) and re.search(r"\d\s+(?:ngày|tháng)", low):
        return "relative"
    if re.match(rf"{phrases(word_list('time', 'relative'))}(?!\w)", low):
        return "relative"
    if _BEFORE.search(low) or (deadline and _FINISHED.search(low)):
        return "deadline"
    places: list[tuple[int, str]] = []
    if frequencies and (every := _EVERY.search(low)):
        places.append((every.start(), _CADENCE.get(frequencies[0], "every-n")))
    if always := re.search(phrases(word_list("time", "continuous")), low):
        places.append((always.start(), "continuous"))
    if begin or end:
        said = re.search(r"\d", low)
        places.append((said.start() if said else 0, _interval_kind(low, begin, end)))
    return min(places)[1] if places else "unknown"


def _interval_kind(low: str, begin: str | None, end: str | None) -> str:
    if end is None:
        return "onwards"
    if begin is None or (len(begin) == 4 and begin != end):
        return "period"
    if len(begin) == 4:
        return "year"
    if begin == end:
        return "date"
    return "quarter" if _QUARTER.search(low) else "month"
