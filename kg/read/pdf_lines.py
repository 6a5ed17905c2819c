"""Words of a PDF page → lines, columns that stand side by side read one after the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pdfplumber.page import Page

Box = tuple[float, float, float, float]  # left, top, right, bottom
Word = dict[str, Any]  # as pdfplumber gives it
_GAP = 10.0  # points: between columns at least
_DIGITS = re.compile(r"(?:(?<=\s)|(?<=^)|(?<=:))\d(?: \d)+(?=[\s/]|$)")
_STAMPED = re.compile(r"\bSố\s*:|\bngày\b")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one column; places in points from the page's upper left corner.

    *column*: 0 where the page has one column, else which of several side by side, counted on the page.
    """

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    bold: bool
    column: int = 0


@dataclass(frozen=True, slots=True)
class _Row:
    """Words at one height."""

    words: tuple[Word, ...]

    @property
    def left(self) -> float:
        return float(self.words[0]["x0"])

    @property
    def right(self) -> float:
        return float(self.words[-1]["x1"])


def find_words(page: Page) -> list[Word]:
    """The upright words of *page*, letters printed twice (a false bold) taken once."""
    shown = page.filter(lambda item: item["object_type"] == "char" and item.get("upright", True))
    places = {(c["text"], round(c["x0"]), round(c["top"])) for c in shown.chars}
    if len(places) < 0.98 * len(shown.chars):
        shown = shown.dedupe_chars()
    return shown.extract_words(
        x_tolerance_ratio=0.18,
        y_tolerance=3,
        extra_attrs=["size", "fontname"],
        use_text_flow=False,
    )


def within(words: Sequence[Word], box: Box) -> list[Word]:
    """The words whose middle lies in *box*."""
    left, top, right, bottom = box
    return [
        word
        for word in words
        if left <= (word["x0"] + word["x1"]) / 2 <= right
        and top <= (word["top"] + word["bottom"]) / 2 <= bottom
    ]


def find_lines(words: Sequence[Word]) -> list[Line]:
    """The lines that *words* of one page make, in reading order."""
    rows = _rows(words)
    lines: list[Line] = []
    start, column = 0, 0
    while start < len(rows):
        end, gutter = _side_by_side(rows, start)
        if gutter is None:
            lines.append(_line(rows[start].words, 0))
            start += 1
            continue
        for side in (0, 1):
            column += 1
            for row in rows[start:end]:
                part = [w for w in row.words if (w["x0"] >= gutter) == bool(side)]
                if part:
                    lines.append(_line(part, column))
        start = end
    return lines


def _rows(words: Sequence[Word]) -> list[_Row]:
    """Words whose middle stands at one height, within half a letter."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w["top"] + w["bottom"]) / 2):
        middle = (word["top"] + word["bottom"]) / 2
        if rows and abs(middle - _middle(rows[-1])) < 0.45 * max(word["size"], 6):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_Row(tuple(sorted(row, key=lambda w: float(w["x0"])))) for row in rows]


def _middle(row: list[Word]) -> float:
    biggest = max(row, key=lambda w: w["size"])
    return float(biggest["top"] + biggest["bottom"]) / 2


def _side_by_side(rows: list[_Row], start: int) -> tuple[int, float | None]:
    """The end of the rows from *start* that leave one gutter free, and its place; None where they do not.

    The head of a document and its foot stand in two columns; running text leaves no gutter.
    """
    gutter = _widest_gap(rows[start])
    if gutter is None:
        return start, None
    two_sided, end = 1, start + 1
    last_two_sided = end
    for row in rows[start + 1 :]:
        left, right = gutter
        if row.right <= right - 4 and row.right - left < right - left - 4 and row.left < left:
            gutter = (max(left, min(row.right, right)), right)
        elif row.left >= left + 4 and row.right > right:
            gutter = (left, min(right, max(row.left, left)))
        else:
            shared = _shared_gap(row, gutter)
            if shared is None:
                break
            gutter = shared
            two_sided += 1
            last_two_sided = end + 1
        end += 1
        if gutter[1] - gutter[0] < 4:
            return start, None
    if two_sided < 2:
        return start, None
    goes_on = end if end == len(rows) else last_two_sided
    return goes_on, (gutter[0] + gutter[1]) / 2


def _gaps(row: _Row) -> list[tuple[float, float]]:
    ends = [float(w["x1"]) for w in row.words]
    starts = [float(w["x0"]) for w in row.words]
    return [(a, b) for a, b in zip(ends, starts[1:], strict=False) if b - a >= _GAP]


def _widest_gap(row: _Row) -> tuple[float, float] | None:
    width = row.right - row.left
    inner = [
        gap
        for gap in _gaps(row)
        if row.left + 0.15 * width < (gap[0] + gap[1]) / 2 < row.right - 0.15 * width
    ]
    return max(inner, key=lambda gap: gap[1] - gap[0], default=None)


def _shared_gap(row: _Row, gutter: tuple[float, float]) -> tuple[float, float] | None:
    for left, right in _gaps(row):
        both = (max(left, gutter[0]), min(right, gutter[1]))
        if both[1] - both[0] >= 4:
            return both
    return None


def _line(words: Sequence[Word], column: int) -> Line:
    text = " ".join(str(w["text"]) for w in words)
    if _STAMPED.search(text):  # digits that a signing program sets one by one
        text = _DIGITS.sub(lambda m: m.group().replace(" ", ""), text)
    sizes = sorted(float(w["size"]) for w in words)
    return Line(
        text=text,
        left=float(words[0]["x0"]),
        right=float(words[-1]["x1"]),
        top=min(float(w["top"]) for w in words),
        bottom=max(float(w["bottom"]) for w in words),
        size=sizes[len(sizes) // 2],
        bold=all("bold" in str(w["fontname"]).lower() for w in words),
        column=column,
    )
