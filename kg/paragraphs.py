"""Physical lines → paragraphs.

Lines may be hard-wrapped, so a line break says little: a paragraph ends at a blank line, at the border
of a table cell (``|``), before an enumerator or bullet, where bold type or capitals end, and, in files
without blank lines, after closing punctuation that a capital follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import regex as re

from .enumerators import DASH, ROMAN, Enumerator, find_enumerator
from .labels import find_labels
from .model import Document, Passage
from .passages import join_passages, make_passage
from .text import fold, is_upper, level, phrases
from .words import word_list, words


@dataclass(frozen=True, slots=True)
class Line:
    """A line with words.  *bars* counts the ``|`` between it and the line before, *blank_before* tells of a
    blank line between it and them.  *heading*: a Markdown heading; *cells*: those of a row «| a | b |»."""

    start: int
    end: int
    passage: Passage
    blank_before: bool
    bars: int
    rule_before: bool
    heading: bool = False
    cells: tuple[Passage, ...] = ()
    breaks_after: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """*bars*: how many cell borders stand before it (2 or more: a new row); *blank*: a blank line does.

    *cells* of a row of a table, *columns* the names above them, *row* its place in the table."""

    passage: Passage
    bold: bool
    bars: int
    blank: bool
    cells: tuple[Passage, ...] = ()
    columns: tuple[str, ...] = ()
    row: int = 0


_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(?=\S)")
_NUMBER_LINE = re.compile(r"Số\s*:?\s*\d{1,5}\s*(?:/\s*\d{4}\s*)?[/-]\s*[\p{Lu}][\w/&-]*")
_RULER = re.compile(r"\s*:?-*:?\s*$")
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
    spaced = _is_spaced(lines)
    width = sorted(len(line.passage.text) for line in lines)[int(0.9 * (len(lines) - 1))]
    marked = any(line.heading for line in lines)
    breaker = _Breaker(document.text, spaced, marked, width)
    found: list[Paragraph] = []
    block = [lines[0]]
    for line in lines[1:]:
        if breaker.breaks(block, line):
            found.append(_paragraph(document.text, block))
            block = [line]
        else:
            block.append(line)
    found.append(_paragraph(document.text, block))
    return found


def _is_spaced(lines: list[Line]) -> bool:
    """Blank lines stand between the paragraphs: behind at least half of the lines that close a
    sentence (of a text with few such lines, behind every seventh line)."""
    after = [b.blank_before for a, b in pairwise(lines) if _CLOSED.search(a.passage.text[-8:])]
    if len(after) < 5:
        return sum(line.blank_before for line in lines[1:]) > 0.15 * len(lines)
    return 2 * sum(after) >= len(after)


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
        if cells := _cells(text, match.start(), match.end()):
            if any(not _RULER.match(cell.text) for cell in cells):
                whole = make_passage(text, match.start(), match.end())
                lines.append(
                    Line(match.start(), match.end(), whole, blank, 0, rule, cells=tuple(cells))
                )
            blank, bars, rule = False, 0, False
            continue
        for start, end in _between_bars(text, match.start(), match.end()):
            if start > match.start():
                bars, blank = bars + 1, False
            words_ = make_passage(text, start, end)
            if _RULE.match(words_.text):
                rule = rule or len(words_.text) > 2
                if not words_.text and start == match.start() and end == match.end():
                    blank = True
                continue
            heading = _HEADING.match(text, start, end)
            if heading:
                start = heading.end()
                words_ = make_passage(text, start, end)
            forced = text[start:end].endswith(("  ", "\\"))
            lines.append(
                Line(start, end, words_, blank, bars, rule, heading is not None, (), forced)
            )
            blank, bars, rule = False, 0, False
    return lines


def _between_bars(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The stretches of a line that bars part; the whole line where it has none."""
    borders = [start + m.start() for m in re.finditer(r"(?<!\\)\|", text[start:end])]
    edges = [start - 1, *borders, end]
    return [(a + 1, b) for a, b in pairwise(edges)]


def _cells(text: str, start: int, end: int) -> list[Passage]:
    """The cells of a whole row on one line, «| a | b |», empty ones too; [] where the line is no row."""
    stripped = text[start:end].strip()
    if len(stripped) < 3 or not (stripped.startswith("|") and stripped.endswith("|")):
        return []
    borders = [start + m.start() for m in re.finditer(r"(?<!\\)\|", text[start:end])]
    cells = [make_passage(text, a + 1, b) for a, b in pairwise(borders)]
    return cells if len(cells) > 1 else []


def _paragraph(text: str, block: list[Line]) -> Paragraph:
    start, end = block[0].start, block[-1].end
    return Paragraph(
        passage=block[0].passage if len(block) == 1 else join_passages(x.passage for x in block),
        bold=block[0].heading or bool(_BOLD.match(text[start:end])),
        bars=block[0].bars,
        blank=block[0].blank_before,
        cells=block[0].cells,
    )


class _Breaker:
    """Whether a line begins a new paragraph."""

    def __init__(self, text: str, spaced: bool, marked: bool, width: int) -> None:
        self.text = text
        self.spaced = spaced
        self.marked = marked
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
        if _NUMBER_LINE.match(text) or self._ends_head(last):
            return True
        if line.cells or block[-1].cells or line.heading or block[-1].heading:
            return True
        if self.marked and block[-1].breaks_after:
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
            return closed or not self._goes_on(last, enumerator)
        if not _OPENS.match(text):
            return False
        if find_labels(line.passage):
            return True
        if is_upper(last) != is_upper(text) and self._changes_case(last, text):
            return True
        if _CAPACITY.match(text) or (is_upper(text) and self.position.match(level(text))):
            return True
        if self.spaced:
            return False
        return closed or self._short(block, text)

    def _goes_on(self, last: str, enumerator: Enumerator) -> bool:
        """The number is one that the line before asks for («… tháng / 3.», «… khu vực / II.»)."""
        dangling = self.dangling.search(level(last))
        if dangling is None or enumerator.rank != ROMAN:
            return dangling is not None
        return dangling.group() in word_list("layout", "roman_follows")

    @staticmethod
    def _ends_head(last: str) -> bool:
        """The line before is the motto's end, or the number: what follows is another part of the head."""
        return level(last).endswith("tự do - hạnh phúc") or _NUMBER_LINE.fullmatch(last) is not None

    def _fully_bold(self, block: list[Line]) -> bool:
        start, end = block[0].start, block[-1].end
        if "**" not in self.text[start : block[0].end]:  # a long block is not read again and again
            return False
        return bool(_BOLD.match(self.text[start:end]))

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
