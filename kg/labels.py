"""Labels: «Cơ quan phối hợp: ...», «Thời gian thực hiện: ...»."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from .model import Passage
from .text import level, phrases
from .words import word_list

ROLE_LABELS = ("lead", "coordinating", "monitor", "both")
KINDS = (*ROLE_LABELS, "time", "output", "funding", "content", "place")
COLUMNS = (*KINDS, "target")


@dataclass(frozen=True, slots=True)
class Label:
    """A label and where its value stands in the passage."""

    kind: str
    start: int
    end: int


# «Cơ quan/đơn vị được giao chủ trì thực hiện»: how labels of roles are put together.
_WHO = (
    r"(?:các\s+)?(?:cơ\s+quan|đơn\s+vị|địa\s+phương|bộ\s+phận|sở|ban|ngành)"
    r"(?:\s*[,/]\s*(?:cơ\s+quan|đơn\s+vị|địa\s+phương|tổ\s+chức|cá\s+nhân|sở|ban|ngành))*"
    r"(?:\s+(?:được\s+)?(?:giao|phân\s+công))?(?:\s+chịu\s+trách\s+nhiệm)?"
)
_MORE = r"(?:\s+(?:thực\s+hiện|tham\s+mưu|triển\s+khai|chính|giải\s+quyết|soạn\s+thảo|xây\s+dựng))*"
_COMPOSED = {
    "both": rf"{_WHO}\s+chủ\s+trì\s*[,/]\s*phối\s+hợp{_MORE}",
    "lead": rf"{_WHO}\s+(?:chủ\s+trì|thực\s+hiện|tham\s+mưu|đầu\s+mối|phụ\s+trách|triển\s+khai){_MORE}",
    "coordinating": rf"{_WHO}\s+(?:cùng\s+)?phối\s+hợp{_MORE}",
    "monitor": rf"{_WHO}\s+(?:theo\s+dõi|giám\s+sát|đôn\s+đốc)(?:\s*,\s*(?:theo\s+dõi|giám\s+sát|đôn\s+đốc|kiểm\s+tra))*",
}
_TAIL = r"\s*(?:\([^()]*\)\s*)?:"


@cache
def _label(kind: str) -> str:
    listed = phrases(word_list("labels", kind))
    return rf"{listed}|{_COMPOSED[kind]}" if kind in _COMPOSED else listed


@cache
def _pattern() -> re.Pattern[str]:
    groups = "|".join(f"(?P<{kind}>{_label(kind)})" for kind in KINDS)
    return re.compile(rf"[\s(\"“]*(?:{groups}){_TAIL}")


@cache
def _embedded() -> re.Pattern[str]:
    """A label clear enough to be known behind a stop, or any label that a bracket begins with."""
    vague = set(word_list("labels", "vague"))
    kinds = (*ROLE_LABELS, "time", "output")
    clear = "|".join(
        phrases(tuple(w for w in word_list("labels", kind) if w not in vague)) for kind in kinds
    )
    composed = "|".join(_COMPOSED.values())
    listed = "|".join(_label(kind) for kind in (*ROLE_LABELS, "time"))
    return re.compile(rf"[.;]\s+(?=(?:{clear}|{composed}){_TAIL})|\(\s*(?=(?:{listed}){_TAIL})")


@cache
def _kind_of(words_: str) -> str | None:
    return next((kind for kind in COLUMNS if words_ in word_list("labels", kind)), None)


def find_labels(passage: Passage) -> tuple[Label, ...]:
    """The labels of a passage that begins with one; several may stand in a row, parted by ";" or "."."""
    low = level(passage.text)
    first = _pattern().match(low)
    if first is None:
        return ()
    starts = [first]
    for break_ in re.finditer(r"[;.,]\s+|\)\s*", low):
        more = _pattern().match(low, break_.end())
        if more and more.end() > starts[-1].end():
            starts.append(more)
    found: list[Label] = []
    for index, match in enumerate(starts):
        end = starts[index + 1].start() if index + 1 < len(starts) else len(low)
        found.append(Label(str(match.lastgroup), match.end(), end))
    return tuple(found)


def heading_label(passage: Passage) -> tuple[Label, ...]:
    """A heading that is nothing but a label, without a colon («c) Thời gian thực hiện»): its value
    stands beneath."""
    low = level(passage.text).strip(" .")
    end = len(passage.text)
    for kind in ("coordinating", "lead", "monitor", "both"):
        if re.fullmatch(_COMPOSED[kind], low):
            return (Label(kind, end, end),)
    if low in word_list("labels", "time") and low not in word_list("labels", "vague"):
        return (Label("time", end, end),)
    return ()


def embedded_labels(passage: Passage) -> tuple[Label, ...]:
    """Labels behind an item's own words: «Tổ chức hội nghị. Đơn vị chủ trì: Sở A; thời gian: ...»,
    «... (Chủ trì: Sở A; phối hợp: Sở B)»."""
    low = level(passage.text)
    opening = _embedded().search(low)
    if opening is None:
        return ()
    closing = low.find(")", opening.end()) if opening.group()[0] == "(" else -1
    tail = passage.cut(opening.end(), closing if closing > 0 else None)
    return tuple(
        Label(label.kind, label.start + opening.end(), label.end + opening.end())
        for label in find_labels(tail)
    )


def column_kind(header: str) -> str | None:
    """What a table's column holds, by its header («Đơn vị chủ trì» → "lead")."""
    low = re.sub(r"\s+", " ", level(header)).strip(" .:*")
    if kind := _kind_of(low):
        return kind
    for composed, pattern in _COMPOSED.items():
        if re.fullmatch(pattern, low):
            return composed
    found = [
        (len(word), kind)
        for kind in COLUMNS
        for word in word_list("labels", kind)
        if low.startswith(word) and word not in word_list("labels", "whole")
    ]
    return max(found)[1] if found else None
