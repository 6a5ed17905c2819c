"""Source text → clean words that know where they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from .model import Passage

ESCAPED = "\\`*_{}[]()#+-.!|&<>~"  # what Markdown lets a backslash stand before
MARKS = "*|\ufeff\u200b\u200c\u200d\u2060\u00ad"
# Words; white space; marks and escapes.
_RUNS = re.compile(
    rf"([^\s\\{re.escape(MARKS)}]+|\\(?![{re.escape(ESCAPED)}]))|(\s+)|[{re.escape(MARKS)}]+|\\"
)
_PIECES = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")


def make_passage(text: str, start: int, end: int) -> Passage:
    """The words of ``text[start:end]``: NFC, single spaces, no layout marks (``*``, ``|``, BOM ...)."""
    source = text[start:end]
    if not unicodedata.is_normalized("NFC", source) or _PIECES.search(source):
        return _compose(text, start, end)
    words: list[str] = []
    offsets: list[int] = []
    for run in _RUNS.finditer(source):
        word = run.group(1)
        if word is not None:
            words.append(word)
            offsets.extend(range(start + run.start(), start + run.end()))
        elif words and words[-1] != " " and run.group(2) is not None:
            words.append(" ")
            offsets.append(start + run.start())
    if words and words[-1] == " ":
        words.pop(), offsets.pop()
    return Passage("".join(words), tuple(offsets), tuple(offset + 1 for offset in offsets))


def _compose(text: str, start: int, end: int) -> Passage:
    """The same for text with letters in pieces: each cluster is one place in the source."""
    chars: list[str] = []
    offsets: list[int] = []
    ends: list[int] = []
    at = start
    while at < end:
        stop = at + 1
        while stop < end and unicodedata.combining(text[stop]):
            stop += 1
        cluster = text[at:stop]
        escape = cluster == "\\" and stop < end and text[stop] in ESCAPED
        if cluster[0] in MARKS or escape:
            pass
        elif cluster[0].isspace():
            if chars and chars[-1] != " ":
                _append(" ", at, stop, chars, offsets, ends)
        else:
            for one in unicodedata.normalize("NFC", cluster):
                _append(one, at, stop, chars, offsets, ends)
        at = stop
    if chars and chars[-1] == " ":
        chars.pop(), offsets.pop(), ends.pop()
    return Passage("".join(chars), tuple(offsets), tuple(ends))


def _append(
    char: str, start: int, end: int, chars: list[str], offsets: list[int], ends: list[int]
) -> None:
    chars.append(char)
    offsets.append(start)
    ends.append(end)


def join_passages(passages: Iterable[Passage]) -> Passage:
    """Passages put together with single spaces between them."""
    text, offsets, ends = "", list[int](), list[int]()
    for passage in passages:
        if not passage.text:
            continue
        if text:
            text += " "
            offsets.append(ends[-1])
            ends.append(passage.offsets[0])
        text += passage.text
        offsets.extend(passage.offsets)
        ends.extend(passage.ends)
    return Passage(text, tuple(offsets), tuple(ends))
