"""The whole text laid out by clause: headings, items, rows of tables, and what stands between and around them.

Nothing of the text is left out but what holds no letter and no digit (rules, bars of tables): every stretch goes into
exactly one block, in the order of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.passages import make_passage

from .model import Clause, Mark

Stretch = tuple[int, int]
_BAR = re.compile(r"(?<!\\)\|")
_WORD = re.compile(r"[^\W_]")
_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_CLOSED = re.compile(r"[.;:!?]['\"”»*)]*\s*$")
_ITEM = re.compile(r"\s*[-–+•*]\s")
_MARK = re.compile(r"[ \t]{0,3}#{1,6}[ \t]+(?=\S)")  # of a heading, in Markdown
_WIDE = 40  # a line as long as this was broken by the width of the page and not by its author
_PROSE = 120  # a paragraph of the head that is longer is its preamble


@dataclass(frozen=True, slots=True)
class Block:
    """*kind*: "heading", "item", "row", "names" (of columns), "plain", "head", "title", "tail".

    *anchors* are the fragments that lead here, *lead* the stretch of the enumerator, *stretches* the words, one a cell
    for a row; *path* is that of the clause.
    """

    kind: str
    depth: int
    anchors: tuple[str, ...]
    lead: Stretch | None
    stretches: tuple[Stretch, ...]
    path: str | None = None

    @property
    def start(self) -> int:
        return self.lead[0] if self.lead else self.stretches[0][0]

    @property
    def end(self) -> int:
        return self.stretches[-1][1]


def lay_out(text: str, clauses: Sequence[Clause], marks: Sequence[Mark]) -> list[Block]:
    """The blocks of *text*; *clauses* in the order of the text, none over another."""
    names = ("m-document-", "m-signing-")
    titles = [(m.start, m.end) for m in marks if m.fragment.startswith(names)]
    blocks: list[Block] = []
    known = {clause.path for clause in clauses}
    at = 0
    for place, clause in enumerate(clauses):
        if clause.kind is None and place == 0:
            blocks += _head(text, at, clause.end, titles, f"c-{clause.path}")
        elif clause.kind == "hang":
            blocks += _row(text, at, clause, _new_anchors(clause.path, known), _width(blocks))
        else:
            lead = _lead_start(text, at, clause)
            blocks += _between(text, at, lead)
            has_lead = _WORD.search(text, lead, clause.start) or text[lead : clause.start].strip()
            blocks.append(
                Block(
                    "heading" if clause.is_heading else "item",
                    clause.depth,
                    _new_anchors(clause.path, known),
                    (lead, clause.start) if has_lead else None,
                    ((clause.start, clause.end),),
                    clause.path,
                )
            )
        at = clause.end
    kind = "tail" if clauses else "plain"
    blocks += [Block(kind, 0, (), None, (s,)) for s in _paragraphs(text, at, len(text), titles)]
    return blocks


def _new_anchors(path: str, known: set[str]) -> tuple[str, ...]:
    """The clause's own, and those of clauses above it that have no words of their own."""
    above: list[str] = []
    parts = path.split("__")
    for count in range(1, len(parts)):
        name = "__".join(parts[:count])
        if name not in known:
            known.add(name)
            above.append(f"c-{name}")
    return (*above, f"c-{path}")


def _lead_start(text: str, at: int, clause: Clause) -> int:
    """Where the line of the clause's enumerator begins; it may stand alone on the line above."""
    line = max((text.rfind(end, at, clause.start) for end in "\n\r|"), default=-1) + 1
    start = max(at, line)
    if clause.number and not text[start : clause.start].strip():
        above = text[at:start].rstrip()
        begin = at + max(above.rfind("\n"), above.rfind("\r")) + 1
        alone = make_passage(text, begin, start).text
        if clause.number in alone and len(alone) <= len(clause.number) + 10:
            return _past_mark(text, begin, clause.start)
    return _past_mark(text, start, clause.start)


def _past_mark(text: str, begin: int, end: int) -> int:
    """*begin*, or where the words of a Markdown heading begin that stands there."""
    mark = _MARK.match(text, begin)
    return min(mark.end(), end) if mark else begin


def _between(text: str, start: int, end: int) -> Iterator[Block]:
    """Words between two clauses that belong to none: a page's number, a table's head that names nothing."""
    for stretch in _paragraphs(text, start, end, ()):
        yield Block("plain", 0, (), None, (stretch,))


def _width(blocks: Sequence[Block]) -> int | None:
    """The number of columns of the table that the last block belongs to, where they have names."""
    for block in reversed(blocks):
        if block.kind == "names":
            return len(block.stretches)
        if block.kind != "row":
            break
    return None


def _row(
    text: str, at: int, clause: Clause, anchors: tuple[str, ...], width: int | None
) -> Iterator[Block]:
    """A row of a table, after the names of its columns where they stand above it.

    A row with more cells than there are names loses empty ones: a bar more was the edge of the row.
    """
    line = max((text.rfind(end, at, clause.start) for end in "\n\r"), default=-1) + 1
    line = max(at, line)
    before = [s for s in _split(text, at, line) if _WORD.search(text, *s)]
    bars = len(_BAR.findall(text, at, line))
    if len(before) > 1 and bars:
        yield Block("names", clause.depth, (), None, tuple(before))
        width = len(before)
    else:
        yield from _between(text, at, line)
    empty = max(0, len(_BAR.findall(text[line : clause.start])) - 1)
    cells = list(_split(text, clause.start, clause.end))
    cells = [(clause.start, clause.start)] * empty + cells
    while width and len(cells) > width:
        spare = next((c for c in cells if not _WORD.search(text, *c)), None)
        if spare is None:
            break
        cells.remove(spare)
    yield Block("row", clause.depth, anchors, None, tuple(cells), clause.path)


def _split(text: str, start: int, end: int) -> Iterator[Stretch]:
    """The stretches between bars."""
    at = start
    for bar in _BAR.finditer(text, start, end):
        yield at, bar.start()
        at = bar.end()
    yield at, end


def _head(
    text: str, start: int, end: int, titles: Sequence[Stretch], anchor: str
) -> Iterator[Block]:
    """What stands before the body: letterhead, title, preamble."""
    anchors: tuple[str, ...] = (anchor,)
    # The type and the title: names in capitals behind the place and the date.
    named = sorted(t for t in titles if t[1] <= end)[-2:]
    is_titled = False
    for stretch in _paragraphs(text, start, end, titles):
        words = make_passage(text, *stretch).text
        kind = "head"
        if words.isupper() and any(_meet(stretch, title) for title in named):
            kind, is_titled = "title", True
        elif is_titled or len(words) > _PROSE:
            kind = "plain"
        yield Block(kind, 0, anchors, None, (stretch,), anchor[2:] if anchors else None)
        anchors = ()


def _paragraphs(text: str, start: int, end: int, whole: Sequence[Stretch]) -> Iterator[Stretch]:
    """Lines put together where the width of the page broke them, or a name of the head goes on (*whole*)."""
    open_: Stretch | None = None
    for line in _LINE.finditer(text, start, end):
        words = _past_mark(text, line.start(), line.end())
        for begin, stop in _split(text, words, line.end()):
            if not _WORD.search(text, begin, stop):
                if text[begin:stop].strip() or begin > words:  # a rule, a bar
                    if open_:
                        yield open_
                    open_ = None
                continue
            if open_ and _goes_on(text, open_, (begin, stop), whole):
                open_ = (open_[0], stop)
                continue
            if open_:
                yield open_
            open_ = (begin, stop)
    if open_:
        yield open_


def _meet(one: Stretch, other: Stretch) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _goes_on(text: str, last: Stretch, line: Stretch, whole: Sequence[Stretch]) -> bool:
    """Whether *line* continues what stands before it."""
    between = text[last[1] : line[0]]
    for name in whole:
        if _meet(name, last):
            if _meet(name, line):
                return True
            if text[name[0] : name[1]].isupper() and not text[name[1] : last[1]].strip(" *"):
                return False  # a title, or a name in the signature, ends with its line
    if between.count("\n") > 1 or between.count("\r") > between.count("\n") + 1 or "|" in between:
        return False
    words = text[slice(*line)]
    if _CLOSED.search(text[slice(*last)]) or _ITEM.match(words):
        return False
    begin = max(text.rfind("\n", last[0], last[1]) + 1, last[0])
    return words.strip()[:1].islower() or last[1] - begin >= _WIDE
