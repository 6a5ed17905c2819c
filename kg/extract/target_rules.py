"""Which numbers are goals: named patterns, each looked for on lower-case text around one number.

«before» is the text of the sentence before the number, «after» what follows its unit.
"""

from __future__ import annotations

import regex as re

from ..text import phrases
from ..words import word_list, words
from .amounts import Quantity

_COMPARED = phrases(tuple(w for names in words()["comparators"].values() for w in names))
_AT = rf"(?:{_COMPARED}\s+|[≥≤><]\s*)?(?:đạt\s+|có\s+|là\s+)?$"
_BY = r"(?:đến|tới|vào|trong)\s+(?:hết\s+|cuối\s+)?năm\s+20\d\d"

# Outside the parts on goals a number is one only where the sentence says so.
CUES = {
    "strives": re.compile(r"\bphấn\s+đấu\b[^;]*$"),
    "ensures": re.compile(rf"\b(?:bảo\s+đảm|đảm\s+bảo)\s+(?:{_BY},?\s+)?[^,;:]{{0,60}}$"),
    "goal-word": re.compile(r"\b(?:mục\s+tiêu|chỉ\s+tiêu)\b[^;]{0,160}$"),
    "begins-with-year": re.compile(rf"^\s*{_BY}\s*,[^;]*$"),
    "reaches-by-year": re.compile(rf"{_BY},?\s+(?:\w+\s+){{0,6}}(?:đạt|có|chiếm|còn)\s+{_AT}"),
    "rate-reaches": re.compile(
        rf"\b(?:tỷ|tỉ)\s+(?:lệ|trọng)\b[^;]*\b(?:đạt|chiếm|lên|xuống|còn|là)\s+{_AT}"
    ),
    "raises": re.compile(r"\b(?:nâng|đưa)\b[^;]*\b(?:đạt|lên|xuống|còn)\b[^;]*$"),
    "stands-first": re.compile(rf"^\s*(?:có\s+|trên\s+)?{_AT}"),
}
_ONLY_OF_CAPITAL = re.compile(r"\s*vốn\b")
_A_SENTENCE = 1000  # what goes on longer without a stop is no sentence but what is left of a table

# Everywhere: what looks like a goal and is none.
_SO_FAR = re.compile(
    r"\b(?:hiện\s+(?:nay|tại|có|đạt|đang)|đến\s+nay|tính\s+đến|so\s+với\s+cùng\s+kỳ|năm\s+trước)\b[^,;]*$"
    r"|\bđã\s+(?:đạt|có|hoàn\s+thành|thực\s+hiện|xây\s+dựng|đầu\s+tư|lắp\s+đặt|cấp|thu\s+hút|tổ\s+chức)\b[^,;]{0,60}$"
)
_QUOTED = re.compile(r"“[^”]*$|(?:^|\s)\"[^\"]*$")
_PER = re.compile(r"(?:\b(?:mỗi|cứ)\s+|/\s*)$")
_MONEY = re.compile(
    r"\b(?:kinh\s+phí|tổng\s+mức\s+đầu\s+tư|dự\s+toán|trị\s+giá|tổng\s+vốn|mức\s+chi|mức\s+hỗ\s+trợ)\b[^,;]{0,60}$"
)
_PART_OF_A_NAME = re.compile(r"\b(?:của|thuộc|giữa|theo|gồm|trong)\s+$")
_COUNTS_BODIES = re.compile(r"\b(?:ủy\s+ban\s+nhân\s+dân|ubnd|hđnd|công\s+an|tại\s+các|các)\s+$")
_CONDITION = re.compile(
    rf"[^,;.()]*?\b(?:đạt|chiếm)\s+(?:{_COMPARED}\s+)?(?:{_COMPARED}\s+)?\d[\d.,]*\s*%"
)
_HEAD_OF_A_CONDITION = re.compile(
    rf"\b(?:tốc\s+độ|công\s+suất|quy\s+mô|diện\s+tích|thu\s+nhập|mức|từ|có)\s+(?:{_COMPARED}\s+)?(?:từ\s+)?$"
)
_TIMES = re.compile(r"\b(?:gấp|tăng|giảm|cao\s+hơn|thấp\s+hơn)\b[^,;]{0,24}$")
_COUNTED = re.compile(r"\(\s*$")


def is_excluded(quantity: Quantity, before: str, after: str) -> str | None:
    """The name of the rule by which the number is no goal, whatever part it stands in."""
    percent = quantity.unit.startswith("%")
    compared = quantity.comparator != "="
    if _QUOTED.search(before) and not _opens_here(before):
        return "quoted"
    if _SO_FAR.search(before):
        return "so-far"
    if _PER.search(before):
        return "per"
    if quantity.unit.split("/")[0] in word_list("units", "money") and _MONEY.search(before):
        return "funding"
    if not percent and not compared and _PART_OF_A_NAME.search(before):
        return "part-of-a-name"
    if not percent and _COUNTS_BODIES.search(before):
        return "counts-bodies"
    if quantity.unit.startswith("lần") and not _TIMES.search(before):
        return "how-often"
    if _COUNTED.search(before) and after.lstrip().startswith(")"):
        return "in-brackets"
    if not percent and _HEAD_OF_A_CONDITION.search(before) and _CONDITION.match(after):
        return "condition"
    return None


def _opens_here(before: str) -> bool:
    """A quotation mark never closed is a slip, not a title, once a sentence has gone by."""
    return len(before) - max(before.rfind("“"), before.rfind('"')) > 300


def find_cue(quantity: Quantity, before: str, after: str) -> str | None:
    """The name of the rule by which a number outside the parts on goals is one."""
    percent = quantity.unit.startswith("%")
    if len(before) > _A_SENTENCE:
        return None
    if percent and quantity.value == 100 and not _ONLY_OF_CAPITAL.match(after):
        return "whole"
    strong = percent or quantity.comparator != "="
    for name, pattern in CUES.items():
        if (strong or name in ("strives", "reaches-by-year")) and pattern.search(before):
            return name
    return None
