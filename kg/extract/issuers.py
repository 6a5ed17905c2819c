"""Who issued a cited document, as the words around its number say."""

from __future__ import annotations

from functools import cache

import regex as re

from ..text import fold, level, phrases
from ..words import word_list, words

NEAR = 80  # characters after a number within which a date or «của» follows

_OF = re.compile(r"\s*,?\s*của\s+(?:đồng chí\s+)?")
# «…, Hội nghị lần thứ tám Ban Chấp hành Trung ương Đảng»
_SESSION = re.compile(r"\s*,\s*(?=Hội nghị\b)")
_BY = re.compile(r"\b(?:của|được|do)\s+(?:giám\s+đốc\s+)?")
_AT = re.compile(
    r"\s+(?:(?:đã\s+)?(?:phê\s+duyệt|ban\s+hành|quy\s+định|giao|chỉ\s+đạo)\s+)?(?:tại|theo|kèm\s+theo)\s+(?:các\s+)?$"
)
_PLACE_TAIL = re.compile(r"\s+(?:tỉnh|thành phố|Thành phố)\s+\p{Lu}\w*(?:\s+\p{Lu}\w*){0,3}")
_NEXT_NAME = re.compile(r"\s*,\s*(?=\p{Lu}|v/v|ngày)|\s+(?:và|hoặc)\s+(?=\p{Lu}\w*\s)")


def find_issuer(text: str, at: int) -> tuple[str | None, int]:
    """«của Bộ Chính trị» that begins at *at*, up to what the document is about, with its end; None and *at* where
    no issuer is named."""
    near = text[at : at + NEAR]
    of = _OF.match(near) or _SESSION.match(near)
    name, end = issuer_name(text, at + of.end()) if of else (None, at)
    return (name, end) if name else (None, at)


def issuer_name(text: str, at: int) -> tuple[str | None, int]:
    """The issuer's name that begins at *at* and its end: one known word by word, else up to a stop."""
    rest = text[at : at + 200]
    if known := _known_issuer().match(level(rest)):
        place = _PLACE_TAIL.match(rest, known.end())
        end = at + (place.end() if place else known.end())
        return text[at:end], end
    stops = (_issuer_stop().search(level(rest)), _NEXT_NAME.search(rest))
    name = rest[: min([160, len(rest), *(stop.start() for stop in stops if stop)])].strip(" .,;:")
    return (name or None), at + len(name)


def issuer_before(before: str) -> str | None:
    """«đề nghị của Sở Tài chính tại Tờ trình số ...», «được Thủ tướng Chính phủ phê duyệt tại Quyết định số ...»."""
    low = level(before)
    if not (at := _AT.search(low)):
        return None
    for said in reversed(list(_BY.finditer(low, 0, at.start()))):
        known = _known_issuer().match(low, said.end())
        if known and known.end() == at.start():
            return before[known.start() : known.end()]
    return None


@cache
def _known_issuer() -> re.Pattern[str]:
    """Issuers whose names are known word by word; what stands after them is no part of the name."""
    fields = phrases(tuple(fold(name) for name in word_list("agents", "fields")))
    national = phrases(tuple(fold(name) for name in words()["document"]["issuers"]))
    one = rf"(?:{national}|(?:bộ\s+trưởng\s+)?bộ\s+{fields}|sở\s+{fields})(?!\w)"
    return re.compile(
        rf"{one}(?:(?:\s*,\s*|\s+và\s+|\s*-\s*)(?:bộ\s+trưởng\s+)?bộ\s+{fields}(?!\w))*"
    )


@cache
def _issuer_stop() -> re.Pattern[str]:
    """Words (in small letters) at which the issuer's name is over and the subject begins."""
    stop = phrases(tuple(words()["document"]["issuer_stops"]["words"]))
    return re.compile(rf"\s*[;:.(“\"\[)]|\s+{stop}(?!\w)|\s+và\s+các\s")
