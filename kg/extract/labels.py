"""Labels: «Cơ quan phối hợp: ...», «Thời gian thực hiện: ...»."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ..model import Passage
from ..text import level, phrases
from ..words import word_list

ROLE_LABELS = ("lead", "coordinating", "monitor", "both")
KINDS = (*ROLE_LABELS, "time", "output", "funding", "content", "place")
COLUMNS = (*KINDS, "target")


@dataclass(frozen=True, slots=True)
class Label:
    """A label and where its value stands in the passage."""

    kind: str
    start: int
    end: int


@cache
def _pattern() -> re.Pattern[str]:
    groups = "|".join(f"(?P<{kind}>{phrases(word_list('labels', kind))})" for kind in KINDS)
    return re.compile(rf"[\s(\"“]*(?:{groups})\s*(?:\([^()]*\)\s*)?:")


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
    for break_ in re.finditer(r"[;.]\s+|\)\s*", low):
        more = _pattern().match(low, break_.end())
        if more and more.end() > starts[-1].end():
            starts.append(more)
    found: list[Label] = []
    for index, match in enumerate(starts):
        end = starts[index + 1].start() if index + 1 < len(starts) else len(low)
        found.append(Label(str(match.lastgroup), match.end(), end))
    return tuple(found)


def column_kind(header: str) -> str | None:
    """What a table's column holds, by its header («Đơn vị chủ trì» → "lead")."""
    low = re.sub(r"\s+", " ", level(header)).strip(" .:*")
    if kind := _kind_of(low):
        return kind
    found = [
        (len(word), kind)
        for kind in COLUMNS
        for word in word_list("labels", kind)
        if low.startswith(word)
    ]
    return max(found)[1] if found else None
