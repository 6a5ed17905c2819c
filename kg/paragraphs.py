"""Physical lines → paragraphs.

Lines may be hard-wrapped, so a line break says little: a paragraph ends at a blank line, at the border
of a table cell (``|``), before an enumerator or bullet, where bold type or capitals end, and, in files
without blank lines, after closing punctuation that a capital follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import regex as re

from .enumerators import DASH, find_enumerator
from .model import Document, Passage
from .passages import make_passage
from .text import fold, is_upper, level, phrases
from .words import word_list, words


@dataclass(frozen=True, slots=True)
class Line:
    """A line with words.  *bars* counts the ``|`` between it and the line before, *blank_before* tells of a
    blank line between it and them; *cells* are those of a row written on one line."""

    start: int
    end: int
    passage: Passage
    blank_before: bool
    bars: int
    rule_before: bool
    cells: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """*bars*: how many cell borders stand before it (2 or more: a new row); *blank*: a blank line does.

    *cells*: of a table's row; its *columns* and *row* are told once ``fold_tables`` has seen the table.
    """

    passage: Passage
    bold: bool
    bars: int
    blank: bool
    cells: tuple[Passage, ...] = ()
    columns: tuple[str, ...] = ()
    row: int = 0


_HEADING = re.compile(r"\s{0,3}#{1,6}\s+")  # of Markdown: a paragraph of its own
_RULE = re.compile(r"[\s*|_=\-–—]*$")
_BOLD = re.compile(r"\s*\*\*(?:(?!\*\*).)*[^\s*](?:(?!\*\*).)*\*\*\s*[*\s]*$", re.DOTALL)
_CLOSED = re.compile(r"[.;:!?…][\s*)\]”\"'’]*$")
_OPENS = re.compile(r"[\s*|(\[“\"'‘]*[\p{Lu}]")
_NUMBER_ALONE = re.compile(r"(?:[IVX]{1,6}|\d{1,2}(?:\.\d{1,2})*)\s*[.)]$|(?:\p{Ll}|\d{1,2})\)$")
_CAPACITY = re.compile(r"\s*(?:TM|T/M|KT|TL|TUQ|Q)\s*\.")


def find_paragraphs(document: Document) -> list[Paragraph]:
    """The paragraphs of *document* in order; words that no paragraph holds do not exist."""
    lines = find_lines(document.text)
    if not lines:
        return []
    spaced = sum(line.blank_before for line in lines[1:]) > 0.15 * len(lines)
    width = sorted(len(line.passage.text) for line in lines)[int(0.9 * (len(lines) - 1))]
    breaker = _Breaker(document.text, spaced, width)
    found: list[Paragraph] = []
    block = [lines[0]]
    for line in lines[1:]:
        if line.cells or block[-1].cells or breaker.breaks(block, line):
            found.append(_paragraph(document.text, block))
            block = [line]
        else:
            block.append(line)
    found.append(_paragraph(document.text, block))
    return found


def find_lines(text: str) -> list[Line]:
    """The lines that hold words; rules («-----»), cell borders and blank lines are told of the next."""
    lines: list[Line] = []
    blank, bars, rule = True, 0, False
    for match in re.finditer(r"[^\r\n\v\f\x85\u2028\u2029]+|\r\n?|[\n\v\f\x85\u2028\u2029]", text):
        content = match.group()
        if content[0] in "\r\n\v\f\x85\u2028\u2029":
            if match.start() == 0 or text[match.start() - 1] in "\n\r":
                blank = True
            continue
        begin = match.start()
        if heading := _HEADING.match(content):
            begin, blank = begin + heading.end(), True
        passage = make_passage(text, begin, match.end())
        bars_here = content.count("|")
        if _RULE.match(passage.text):
            bars += bars_here
            rule = rule or len(passage.text) > 2
            if bars_here:  # a blank line counts where it stands after the last border
                blank = False
            elif not passage.text:
                blank = True
            continue
        cells = _cells(text, match.start(), match.end()) if bars_here > 2 else ()
        if any(_lays_out(cell.text) for cell in cells):  # the head or the foot, set in a table
            lines += [
                Line(cell.offsets[0], cell.ends[-1], cell, True, 1, rule)
                for cell in cells
                if cell.text
            ]
        else:
            lines.append(Line(begin, match.end(), passage, blank, bars, rule, cells))
        blank, bars, rule = heading is not None, 0, False
    return lines


def _cells(text: str, start: int, end: int) -> tuple[Passage, ...]:
    """The cells of a row on one line, «| cell | cell |»; none where the line is no such row."""
    line = text[start:end].strip()
    if not (line.startswith("|") and line.endswith("|")):
        return ()
    borders = [at for at in range(start, end) if text[at] == "|"]
    return tuple(make_passage(text, a + 1, b) for a, b in pairwise(borders))


def _lays_out(text: str) -> bool:
    marks = word_list("layout", "motto") + word_list("layout", "recipients")
    return bool(_CAPACITY.match(text)) or fold(text).startswith(marks)


def _paragraph(text: str, block: list[Line]) -> Paragraph:
    start, end = block[0].start, block[-1].end
    return Paragraph(
        passage=make_passage(text, start, end),
        bold=bool(_BOLD.match(text[start:end])),
        bars=block[0].bars,
        blank=block[0].blank_before,
        cells=block[0].cells,
    )


class _Breaker:
    """Whether a line begins a new paragraph."""

    def __init__(self, text: str, spaced: bool, width: int) -> None:
        self.text = text
        self.spaced = spaced
        self.width = width
        self.types = {fold(name) for name in words()["document"]["types"]}
        self.dangling = re.compile(r"\b(?:" + phrases(word_list("layout", "dangling")) + r"|,)$")
        self.dashed = word_list("layout", "dashed")
        self.recipients = word_list("layout", "recipients")
        self.position = re.compile(phrases(word_list("layout", "positions")) + r"\b")

    def breaks(self, block: list[Line], line: Line) -> bool:
        last = block[-1].passage.text
        text = line.passage.text
        if line.blank_before or line.bars or line.rule_before:
            return True
        if _NUMBER_ALONE.match(block[0].passage.text) and len(block) == 1:
            return False  # «V.» at the end of a line, its words on the next
        if fold(last) in self.types and is_upper(last) and len(block) == 1:
            return True
        if self._fully_bold(block):
            return True
        closed = bool(_CLOSED.search(last)) or last.endswith("./.")
        enumerator = find_enumerator(line.passage, lambda _kind: None)
        if enumerator is not None:
            if enumerator.rank >= DASH:
                return self._bullet(last, text[enumerator.end :], closed)
            return closed or not self.dangling.search(level(last))
        if not _OPENS.match(text):
            return False
        if is_upper(last) != is_upper(text) and self._changes_case(last, text):
            return True
        if _CAPACITY.match(text) or (is_upper(text) and self.position.match(level(text))):
            return True
        if self.spaced:
            return False
        return closed or self._short(block, text)

    def _fully_bold(self, block: list[Line]) -> bool:
        return bool(_BOLD.match(self.text[block[0].start : block[-1].end]))

    def _bullet(self, last: str, words_after: str, closed: bool) -> bool:
        if closed:
            return True
        around = fold(f"{last} - {words_after}")
        tail, head = fold(last)[-40:], fold(words_after)
        for name in self.dashed:
            left, right = name.split(" - ")
            if tail.endswith(left) and head.startswith(right) and name in around:
                return False
        return words_after[:1].isupper() or last.endswith(",")

    def _changes_case(self, last: str, text: str) -> bool:
        """From capitals to small letters or back, where more than a lone abbreviation is meant."""
        upper = last if is_upper(last) else text
        return len(upper.split()) >= 2 or fold(upper) in self.types

    def _short(self, block: list[Line], text: str) -> bool:
        """The line could have held the next word by far: the break is meant (a heading)."""
        if find_enumerator(block[0].passage, lambda _kind: None) is None or len(block) > 1:
            return False
        last = block[-1].passage.text
        return not last.endswith(",") and len(last) + len(text.split(" ")[0]) < 0.4 * self.width
