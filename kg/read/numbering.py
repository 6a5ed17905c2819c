"""Numbers of lists in a DOCX: they stand in no text and are counted here as a word processor counts.

A paragraph names a list (``numId``) and a level; the list tells each level's form («%1.%2.», Roman,
letters) and where it starts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import regex as re

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_PLUS = ("+", "o", "○", "◦")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: the form of its number, the text around it, the first number."""

    form: str = "decimal"
    text: str = ""
    start: int = 1
    legal: bool = False  # numbers of the levels above in decimal, whatever their form


@dataclass(slots=True)
class Numbering:
    """The lists of one document, and how far each has been counted."""

    lists: dict[str, tuple[str, dict[int, Level]]]
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)

    def next(self, number: str, depth: int) -> str:
        """The number of the next paragraph in list *number* at level *depth* (0 the outermost)."""
        if number not in self.lists or number == "0":
            return ""
        abstract, levels = self.lists[number]
        level = levels.get(depth, Level())
        counts = self.counts.setdefault(abstract, {})
        told = self.restarts.get(number, {})
        if depth in told and (number, depth) not in self.begun:
            counts[depth] = told[depth]
        else:
            counts[depth] = counts[depth] + 1 if depth in counts else level.start
        self.begun.add((number, depth))
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]
        if level.form == "bullet":
            return "+" if level.text in _PLUS else "-"
        if level.form == "none":
            return re.sub(r"%\d", "", level.text).strip()

        def value(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            above = levels.get(at, Level())
            form = "decimal" if level.legal else above.form
            return write_number(counts.get(at, above.start), form)

        return re.sub(r"%(\d)", value, level.text).strip()


def write_number(number: int, form: str) -> str:
    """*number* as the list writes it; what is not known is written in digits."""
    if form in ("upperRoman", "lowerRoman") and 0 < number < 4000:
        written = ""
        for value, letters in _ROMAN:
            written += letters * (number // value)
            number %= value
        return written.upper() if form == "upperRoman" else written
    if form in ("upperLetter", "lowerLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form == "decimalZero":
        return f"{number:02d}"
    if form == "vietnameseCounting" and 0 <= number < len(_WORDS):
        return _WORDS[number]
    return str(number)


def read_numbering(root: Any) -> Numbering:
    """The lists that *root* (``w:numbering``, or None) defines."""
    if root is None:
        return Numbering({})
    abstracts = {
        str(item.get(f"{W}abstractNumId")): {
            int(level.get(f"{W}ilvl", "0")): _level(level) for level in item.findall(f"{W}lvl")
        }
        for item in root.findall(f"{W}abstractNum")
    }
    found = Numbering({})
    for item in root.findall(f"{W}num"):
        number = str(item.get(f"{W}numId"))
        abstract = _value(item, "abstractNumId", "")
        levels = dict(abstracts.get(abstract, {}))
        for override in item.findall(f"{W}lvlOverride"):
            depth = int(override.get(f"{W}ilvl", "0"))
            for level in override.findall(f"{W}lvl"):
                levels[depth] = _level(level)
            if (start := _value(override, "startOverride", "")).isdigit():
                found.restarts.setdefault(number, {})[depth] = int(start)
        found.lists[number] = (abstract, levels)
    return found


def _level(item: Any) -> Level:
    start = _value(item, "start", "1")
    return Level(
        form=_value(item, "numFmt", "decimal"),
        text=_value(item, "lvlText", ""),
        start=int(start) if start.isdigit() else 1,
        legal=item.find(f"{W}isLgl") is not None,
    )


def _value(item: Any, name: str, default: str) -> str:
    child = item.find(f"{W}{name}")
    return default if child is None else str(child.get(f"{W}val", default))
