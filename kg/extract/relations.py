"""What a plan does with the documents it cites: it carries them out, rests on them, or names them."""

from __future__ import annotations

from functools import cache

import regex as re

from ..text import fold, level, phrases
from ..words import word_list, words

_CARRYING = re.compile(r"\b(?:thực\s+hiện|triển\s+khai|thi\s+hành)\b")
_CHANGES = re.compile(r"\b(?:sửa\s+đổi|bổ\s+sung|thay\s+thế|bãi\s+bỏ|điều\s+chỉnh)\b")
# Two citations side by side: a list's separator and no word besides.
_BESIDE = re.compile(r"(?:,|;|\bvà|\bcùng với|\bcùng)\s*(?:các\s+)?$")


def carries(between: str) -> bool:
    """«… thực hiện Nghị quyết số 57»: what stands before carries out what follows, in one clause."""
    tail = between[max(between.rfind(";"), between.rfind(".")) + 1 :]
    return _CARRYING.search(level(tail)) is not None


class Relations:
    """What the plan does with the documents of one passage, asked in reading order: by the words it opens with
    (or a title holds), shared by those that stand beside each other in a list; what another document's name
    holds is cited."""

    def __init__(self, place: str) -> None:
        self.place = place
        self._opened: str | None = None
        self._first: dict[str, str] = {}
        self._beside = "cites"  # what a document that stands beside the last one shares

    def of(self, number: str, between: str, *, bracketed: bool) -> str:
        """Of the document *number*, said after *between* (the words since the last citation)."""
        key = fold(number)
        relation = "cites" if self.place == "body" else self._find(key, between, bracketed)
        self._first.setdefault(key, relation)
        # «(Nghị quyết số 50/NQ-CP) và Quyết định ...»: in brackets a document is named again.
        self._beside = self._first[key] if bracketed else relation
        return relation

    def _find(self, key: str, between: str, bracketed: bool) -> str:
        if self._opened is None:
            title = self.place == "title"
            self._opened = self._title(between) if title else self._opening(between)
            return self._opened
        if bracketed:  # «(sau đây gọi tắt là Nghị quyết số 57-NQ/TW)»
            return self._first.get(key, "cites")
        clause = between[between.rfind(";") + 1 :]
        if ";" in between and self.place == "preamble":
            said = self._opening(clause)
            return said if said != "cites" or carries(clause) else self._opened
        return self._beside if _BESIDE.search(level(between)) else "cites"

    def _title(self, words_: str) -> str:
        changed = _CHANGES.search(level(words_))
        return "implements" if carries(words_) and not changed else "cites"

    def _opening(self, words_: str) -> str:
        opening = level(words_).lstrip(' *-–“"#')
        for relation, name in (("implements", "implements"), ("based_on", "based-on")):
            found = re.match(phrases(word_list("relations", relation)) + r"(?!\w)", opening)
            if found:
                rest = opening[found.end() :]
                carried = _CARRYING.search(
                    rest
                )  # «Thực hiện Kế hoạch ... thực hiện Nghị quyết số ...»
                return (
                    "cites" if carried and _type_word().search(rest, 0, carried.start()) else name
                )
        return "cites"


@cache
def _type_word() -> re.Pattern[str]:
    names = phrases(tuple(fold(name) for name in words()["document"]["types"]))
    return re.compile(rf"\b{names}\b")
