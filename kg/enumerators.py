"""Enumerators: how Vietnamese documents number their parts, and how deep each kind nests.

Decree 30/2020/NĐ-CP knows phần, chương, mục, điều, khoản (1.), điểm (a) with đ after d); plans use
I. / 1. / a) and dotted numbers, and cite them as mục, khoản, điểm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import regex as re

from .model import Passage

PHAN, CHUONG, CAPITAL, ROMAN, DIEU, SORT, ARABIC, LETTER, PAREN, DASH, PARAGRAPH, PLUS = (
    0.0,
    1.0,
    1.5,
    2.0,
    3.0,
    3.5,
    4.0,
    7.0,
    8.0,
    9.0,
    8.5,
    10.0,
)
LETTERS = "abcdđeghiklmnopqrstuvxy"


@dataclass(frozen=True, slots=True)
class Enumerator:
    """*end* is where the item's own words begin in the passage."""

    kind: str
    rank: float
    number: str
    end: int


_ROMAN = re.compile(r"([IVX]{1,6})\s*[.)/:\-–]\s*(?=\S)|([IVX]{1,6})\s+(?=[\p{Lu}]{2})")
_CAPITAL = re.compile(r"([A-HK-M])\s*[.)]\s*(?=\S)")
_NAMED = re.compile(
    r"((?i:phần|chương|mục|điều))\s+((?i:thứ\s+\w+)|[IVX]{1,6}|\d{1,3}[a-zđ]?)\s*(?:[.:\-–]\s*|$|(?=\p{Lu}))"
)
# "1- Tăng cường", "2.1- Đổi mới": how documents of the Party number.
_PARTY = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\s?[-–]\s+(?=[\p{Lu}][\p{Ll}])")
_DOTTED = re.compile(
    r"(\d{1,2}(?:\.\d{1,2}){1,4})\s*[.):]?\s+(?=\S)|(\d{1,2}(?:\.\d{1,2}){1,4})\.(?=[^\W\d])"
)
_ARABIC = re.compile(r"(\d{1,3})\s*[./]\s+(?=\S)|(\d{1,3})\.(?=[^\W\d])")
_PAREN = re.compile(r"\(?(\d{1,2})\)\s*(?=\S)")
_LETTER = re.compile(r"\(?([a-zđ]|[a-zđ]\d{1,2})\s*\)\s*(?=\S)|([a-zđ])\.\s+(?=\S)")
_DASH = re.compile(r"[-–—−•●▪\uf0b7]\s*(?=\S)")
_PLUS = re.compile(r"[+○◦]\s*(?=\S)")
_NAMED_KIND = {
    "phần": ("phan", PHAN),
    "chương": ("chuong", CHUONG),
    "mục": ("muc", ROMAN),
    "điều": ("dieu", DIEU),
}
# "Nhiệm vụ 1.", "Giải pháp 2:", "Bước 3:": items that say what they are besides their number.
_SORT = re.compile(
    r"(?i:nhiệm\s+vụ|giải\s+pháp|nhóm\s+(?:nhiệm\s+vụ|giải\s+pháp)|bước|hoạt\s+động|nội\s+dung|tiểu\s+dự\s+án|dự\s+án)"
    r"\s+(?:số\s+)?(\d{1,2})\s*[.:]\s+(?=[\p{Lu}“\"])"
)
# "1. tháng", "20. năm": the tail of a date or of a quantity at the head of a wrapped line.
_NOT_A_NUMBER = re.compile(r"\d{1,3}\s*[./]\s+(?:tháng|năm|tỷ|triệu|đồng|giờ)\b")


def find_enumerator(passage: Passage, last: Callable[[str], str | None]) -> Enumerator | None:
    """The enumerator that *passage* begins with.

    ``last(kind)`` gives the number of the open clause of a kind ("capital" for a part with a capital
    letter): it tells "C." after "B." (a letter) from "C." alone.
    """
    text = passage.text
    if named := _NAMED.match(text):
        kind, rank = _NAMED_KIND[named.group(1).lower()]
        return Enumerator(kind, rank, named.group(2), named.end())
    if sort := _SORT.match(text):
        return Enumerator("khoan", SORT, sort.group(1), sort.end())
    if capital := _CAPITAL.match(text):
        before = last("capital")
        letter = capital.group(1)
        follows = before is not None and ord(before) + 1 == ord(letter)
        alone = before is None and last("muc") is None and letter not in "CDIVXLM"
        if letter == "A" or follows or alone:
            return Enumerator("muc", CAPITAL, letter, capital.end())
    if roman := _ROMAN.match(text):
        return Enumerator("muc", ROMAN, roman.group(1) or roman.group(2), roman.end())
    if party := _PARTY.match(text):
        number = party.group(1)
        return Enumerator("khoan", ARABIC + number.count("."), number, party.end())
    if (dotted := _DOTTED.match(text)) and not re.match(r"[%\d]", text[dotted.end() :]):
        number = dotted.group(1) or dotted.group(2)
        return Enumerator("khoan", ARABIC + number.count("."), number, dotted.end())
    if (arabic := _ARABIC.match(text)) and not _NOT_A_NUMBER.match(text):
        return Enumerator("khoan", ARABIC, arabic.group(1) or arabic.group(2), arabic.end())
    if letter_ := _LETTER.match(text):
        return Enumerator("diem", LETTER, letter_.group(1) or letter_.group(2), letter_.end())
    if paren := _PAREN.match(text):
        return Enumerator("diem", PAREN, paren.group(1), paren.end())
    for pattern, kind, rank in ((_DASH, "gach", DASH), (_PLUS, "cong", PLUS)):
        if bullet := pattern.match(text):
            return Enumerator(kind, rank, "", bullet.end())
    return None
