"""Where in a sentence the time stands that governs it: the words that a careful reader would copy."""

from __future__ import annotations

from functools import cache

import regex as re

from ..model import Passage
from ..text import level, phrases
from ..words import word_list

DAY = r"(?:ngày\s+)?\d{1,2}\s*(?:/|-|\.|\s+tháng\s+)\s*\d{1,2}(?:\s*(?:/|-|\.|\s+năm\s+|,?\s+năm\s+)\s*\d{4})?(?!\d)"
EVERY = r"(?:hàng|hằng|mỗi)"
QUARTER = r"quý\s+(?:iv|iii|ii|i|[1-4])(?:\s*(?:,|và|-|–)\s*(?:quý\s+)?(?:iv|iii|ii|i|[1-4])(?!\w))*(?:\s*[,/-]?\s*(?:năm\s+)?\d{4})?(?!\w)"
MONTH = r"tháng\s+\d{1,2}(?:\s*/\s*|\s+năm\s+)\d{4}"
_LIMIT = r"(?:trước|chậm\s+nhất(?:\s+là)?(?:\s+(?:vào|đến|trước|trong))?|muộn\s+nhất(?:\s+là)?(?:\s+(?:vào|trước))?|xong\s+trước|đến\s+hết)"
_YEARLY = rf"\s*(?:,\s*)?(?:của\s+)?{EVERY}\s+năm"
_RECURS = (
    rf"{EVERY}\s+(?:năm|quý|tháng|tuần)(?!\w)(?:\s*(?:,|và|hoặc)\s*(?:(?:định\s+kỳ\s+)?(?:{EVERY}\s+)?(?:\d{{1,2}}\s+tháng|tháng|quý|năm)|đột\s+xuất)(?!\w))*"
    rf"|(?:\d{{1,2}}|sáu|ba)\s+(?:tháng|năm)(?:\s*/\s*lần|\s+một\s+lần|\s*(?:,|và|hoặc)\s*(?:{EVERY}\s+)?(?:\d{{1,2}}\s+)?(?:năm|quý|tháng)(?!\w))*"
)

# In this order: what is sought first governs where several stand in one sentence.
PATTERNS = {
    "recurring-with-deadline": rf"định\s+kỳ\s+(?:{_RECURS})\s*\(\s*{_LIMIT}\s+{DAY}\s*\)",
    "day": rf"{_LIMIT}\s+{DAY}(?:{_YEARLY})?",
    "day-of-every-month": rf"{_LIMIT}\s+ngày\s+\d{{1,2}}\s+(?:của\s+)?(?:{EVERY}\s+(?:tháng|quý)|tháng\s+(?:cuối|đầu|thứ\s+\w+)(?:\s+của)?(?:\s+{EVERY})?\s+quý)",
    "day-of-every-year": rf"(?:vào\s+)?ngày\s+\d{{1,2}}(?:\s*/\s*|\s+tháng\s+)\d{{1,2}}\s+{EVERY}\s+năm",
    "from-an-event": r"(?:chậm\s+nhất\s+|trong\s+(?:vòng\s+|thời\s+hạn\s+|thời\s+gian\s+)?|sau\s+)+\d{1,3}\s+(?:ngày|tháng)(?:\s+làm\s+việc)?,?\s+(?:kể\s+|tính\s+)?từ\s+(?:ngày|khi)[^,;.]*",
    "within": rf"(?:hoàn\s+thành\s+)?(?:trong|trước|vào|xong\s+trước|chậm\s+nhất\s+(?:là\s+)?(?:trong|vào|đến)?)\s+(?:{QUARTER}|{MONTH})(?!\d)",
    "within-a-year": r"(?:hoàn\s+thành\s+)?(?:(?:ngay\s+)?trong|trước|xong\s+trước)\s+năm\s+\d{4}(?!\d)(?!\s*[-–]\s*\d)|hoàn\s+thành\s+(?:vào|trong|đến\s+hết)\s+năm\s+\d{4}(?!\d)|đến\s+hết\s+năm\s+\d{4}(?!\d)",
    "in-brackets": rf"(?<=\()(?:(?:xuyên\s+suốt|giai\s+đoạn|năm|từ\s+năm|từ)\s+)*20\d\d(?:\s*(?:-|–|đến)\s*20\d\d|\s+trở\s+đi)?(?=\)\s*[.;]?\s*$)|(?<=\()(?:định\s+kỳ\s+)?(?:{_RECURS})(?=\))",
    "periodic": rf"định\s+kỳ\s+(?:{_RECURS})",
    "every-first": rf"(?<=^|[.;]\s)(?:{EVERY}\s+(?:năm|quý|tháng)(?!\w)(?:\s*(?:,|và|hoặc)\s*(?:{EVERY}\s+)?(?:\d{{1,2}}\s+)?(?:tháng|quý|năm|đột\s+xuất)(?!\w))*)",
    "every-last": rf"{EVERY}\s+(?:năm|quý|tháng)(?=\s*(?:;|\.?\s*$|\.\s))",
    "year-first": r"(?<=^|[.;]\s)đến\s+(?:hết\s+)?năm\s+20\d\d(?=\s*,)",
}  # fmt: skip
_COMPILED = {name: re.compile(rf"(?<!\w)(?:{pattern})") for name, pattern in PATTERNS.items()}
_IN_FORCE = re.compile(
    r"(?:hiệu\s+lực(?:\s+thi\s+hành)?|đã\s+(?:được\s+)?(?:ban\s+hành|cấp|thành\s+lập))\s+$"
)
_GOAL = re.compile(r"\d\s*%|\bphấn\s+đấu\b|\bđạt\s+(?:[^\s,;.]+\s+){0,2}\d")
_YEARS = ("within-a-year", "year-first")


@cache
def _owned() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){phrases(word_list('time', 'owns_yearly'))}\s+$")


def find_inline_time(passage: Passage, start: int = 0) -> tuple[int, int] | None:
    """Where a time that governs the sentence stands, without a leading «định kỳ» before a deadline."""
    low = level(passage.text)
    for name, pattern in _COMPILED.items():
        for found in pattern.finditer(low, start):
            if not _is_refused(name, low, found):
                return found.span()
    return None


def _is_refused(name: str, low: str, found: re.Match[str]) -> bool:
    before = low[: found.start()]
    if _IN_FORCE.search(before[-40:]):
        return True
    if name == "every-last":
        return _owned().search(before[-40:]) is not None
    if name in _YEARS:
        # The year of a goal is the goal's, not the task's; at the head of all it governs the task.
        return bool(before.strip()) and _GOAL.search(_clause_around(low, found)) is not None
    return False


def _clause_around(low: str, found: re.Match[str]) -> str:
    """From the last stop before to the next one after."""
    begin = max((m.end() for m in re.finditer(r"[;.]\s", low[: found.start()])), default=0)
    stop = re.search(r"[;.](?:\s|$)", low[found.end() :])
    return low[begin : found.end() + stop.start() if stop else len(low)]
