"""HTML: the document within a page as saved from a site, without menus, scripts and what is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import regex as re
from selectolax.lexbor import LexborHTMLParser, LexborNode

from ..text import fold, is_upper
from ..words import word_list, words
from .blocks import Block, Table, Text
from .grid import Spanning, fill_grid
from .numbering import write_number
from .parts import NOTES_TITLE, Fault, Reading

MAX_DEPTH = 300
MAX_CLIMB = 40
_DROPPED = {
    "script", "style", "noscript", "template", "iframe", "svg", "nav", "aside", "form", "button", "select",
    "textarea", "head", "object", "audio", "video", "canvas", "map", "dialog", "input", "link", "meta",
}  # fmt: skip
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "ins", "kbd", "label",
    "mark", "o:p", "q", "s", "samp", "small", "span", "st1:place", "strike", "strong", "sub", "sup", "time", "tt",
    "u", "var", "wbr", "img",
}  # fmt: skip
_DELETED = {"del", "strike", "s"}
_BOLD = {"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th"}
_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "menu", "dialog"}
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_FORMS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}
_MARK = re.compile(r"\s*[\[(]?\s*(?:\d{1,3}|\*{1,3})\s*[\])]?\s*")
_UNIT = re.compile(r"\b(?:[kdc]?m|10|CO|H|O)$", re.IGNORECASE)
_CAPACITY = re.compile(r"(?:TM|T/M|KT|TL|TUQ)\s*\.\s*\p{Lu}")


def read_html(text: str) -> Reading:
    """The blocks of the document in the page *text*; raises ``Fault``."""
    tree = LexborHTMLParser(text)
    body = tree.body
    if body is None:
        raise Fault("no page in it; is this the right file?")
    walk = _Walk()
    blocks = list(walk.blocks(_document(body)))
    if walk.notes:
        blocks += [Text(NOTES_TITLE), *walk.notes]
    return Reading(blocks)


def _document(body: LexborNode) -> LexborNode:
    """The element that holds the document: what its head and its foot stand in, else the page's article.

    Annexes stand after the foot: the element around is taken as well while what it adds is words, not
    links.
    """
    marks = [*_marks(body)]
    if not marks:
        return body.css_first("article") or body.css_first("main") or body
    around = _common(marks[0], marks[-1])
    for above in _chain(around)[1:MAX_CLIMB]:
        if above.tag in ("html", None):
            break
        own, linked = _weight(around)
        all_, all_linked = _weight(above)
        added, added_linked = all_ - own, all_linked - linked
        if added and (added_linked > 0.3 * added or added < 0.02 * own):
            break
        around = above
    return around


def _marks(body: LexborNode) -> Iterator[LexborNode]:
    """The words that only a document has (motto, type, recipients, capacity), but for a menu's."""
    types = {fold(name) for name in words()["document"]["types"]}
    starts = word_list("layout", "motto") + word_list("layout", "recipients")
    for node in body.traverse(include_text=True):
        text = (node.text_content or "")[:400] if node.tag == "-text" else ""
        text = re.sub(r"\s+", " ", text).strip()
        marked = text and (
            fold(text).startswith(starts)
            or (is_upper(text) and fold(text) in types)
            or _CAPACITY.match(text)
        )
        if marked and not any(_is_dropped(one) or _is_link(one) for one in _chain(node)[1:]):
            yield node


def _is_link(node: LexborNode) -> bool:
    return node.tag == "a" and bool(node.attributes.get("href"))


def _chain(node: LexborNode) -> list[LexborNode]:
    chain = [node]
    while chain[-1].parent is not None:
        chain.append(chain[-1].parent)
    return chain


def _common(one: LexborNode, other: LexborNode) -> LexborNode:
    ids = {node.mem_id for node in _chain(one)}
    return next(node for node in _chain(other) if node.mem_id in ids)


def _weight(node: LexborNode) -> tuple[int, int]:
    """The letters in an element, and those of them in links."""
    whole = len(re.sub(r"\s+", "", node.text(deep=True)))
    return whole, sum(len(re.sub(r"\s+", "", a.text(deep=True))) for a in node.css("a[href]"))


def _is_dropped(node: LexborNode) -> bool:
    told = node.attributes
    return (
        node.tag in _DROPPED
        or node.tag in _DELETED
        or "hidden" in told
        or told.get("aria-hidden") == "true"
        or (told.get("role") or "") in _ROLES
        or bool(_HIDDEN.search(told.get("style") or ""))
    )


def _refers_to_note(node: LexborNode, line: _Line) -> bool:
    """A number set high after a word: it is no part of the sentence («m²» and the like are)."""
    if node.tag == "sup":
        before = "".join(piece for piece, _ in line.pieces[-3:])
        return not _UNIT.search(before) and bool(_MARK.fullmatch(node.text(deep=True)))
    place = node.attributes.get("href") or "" if node.tag == "a" else ""
    return bool(re.match(r"#_?(?:ftn|edn|fn|footnote)", place)) and bool(
        _MARK.fullmatch(node.text(deep=True))
    )


def _is_note(node: LexborNode) -> bool:
    """A footnote as word processors write it into pages: a paragraph that leads back to its mark."""
    if node.tag != "p":
        return False
    kind = node.attributes.get("class") or ""
    return (
        "FootnoteText" in kind
        or "EndnoteText" in kind
        or bool(node.css_matches('a[href^="#_ftnref"], a[href^="#_ednref"]'))
    )


@dataclass(slots=True)
class _Line:
    """The paragraph being gathered."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    prefix: str = ""

    def take(self) -> Text | None:
        text = "".join(piece for piece, _ in self.pieces)
        inked = [bold for piece, bold in self.pieces if piece.strip()]
        lines = [re.sub(r"[ \t\xa0]+", " ", line).strip() for line in text.split("\n")]
        joined = "\n".join(line for line in lines if line)
        self.pieces = []
        if not joined:
            return None
        joined, self.prefix = self.prefix + joined, ""
        return Text(joined, all(inked))


class _Walk:
    """One pass over an element, paragraph by paragraph; notes are put aside."""

    def __init__(self) -> None:
        self.notes: list[Text] = []

    def blocks(self, node: LexborNode) -> Iterator[Block]:
        line = _Line()
        yield from self._walk(node, line, bold=False, depth=0)
        yield from _flush(line)

    def _walk(self, node: LexborNode, line: _Line, *, bold: bool, depth: int) -> Iterator[Block]:
        if depth > MAX_DEPTH:
            raise Fault(f"its elements are nested more than {MAX_DEPTH} deep, as no document is")
        number = _Counter(node)
        for child in node.iter(include_text=True):
            tag = child.tag
            if tag == "-text":
                kept = child.text_content or ""
                kept = kept if node.tag == "pre" else re.sub(r"\s+", " ", kept)
                line.pieces.append((kept, bold))
            elif tag == "br":
                line.pieces.append(("\n", bold))
            elif (
                tag is None
                or tag.startswith("-")
                or _is_dropped(child)
                or (tag in _INLINE and _refers_to_note(child, line))
            ):
                continue
            elif tag in _INLINE:
                yield from self._walk(child, line, bold=bold or tag in _BOLD, depth=depth + 1)
            elif tag == "table":
                yield from _flush(line)
                yield from self._table(child, depth)
            elif _is_note(child):
                yield from _flush(line)
                inner = _Line()
                found = [*self._walk(child, inner, bold=bold, depth=depth + 1), *_flush(inner)]
                self.notes += [block for block in found if isinstance(block, Text)]
            else:
                yield from _flush(line)
                if tag == "li":
                    line.prefix = number.next(child)
                yield from self._walk(child, line, bold=bold or tag in _BOLD, depth=depth + 1)
                yield from _flush(line)
                line.prefix = ""

    def _table(self, node: LexborNode, depth: int) -> Iterator[Block]:
        rows = [row for row in node.css("tr") if _table_of(row) == node.mem_id]
        drawn: list[list[Spanning]] = []
        loose: list[Block] = []
        frames = False
        for row in rows:
            line: list[Spanning] = []
            for cell in row.iter():
                if cell.tag not in ("td", "th") or _is_dropped(cell):
                    continue
                inner = _Line()
                found = [*self._walk(cell, inner, bold=False, depth=depth + 2), *_flush(inner)]
                frames = frames or any(isinstance(block, Table) for block in found)
                loose += found
                written = tuple(block.text for block in found if isinstance(block, Text))
                line.append(Spanning(written, _span(cell, "colspan"), _span(cell, "rowspan")))
            drawn.append(line)
        if frames or (loose and all(len(line) < 2 for line in drawn)):
            yield from loose  # a table that frames the page
        elif drawn:
            yield fill_grid(drawn)


def _flush(line: _Line) -> Iterator[Block]:
    if (text := line.take()) is not None:
        yield text


def _table_of(row: LexborNode) -> int | None:
    node: LexborNode | None = row
    while node is not None and node.tag != "table":
        node = node.parent
    return None if node is None else node.mem_id


def _span(cell: LexborNode, name: str) -> int:
    told = (cell.attributes.get(name) or "1").strip()
    return max(1, min(int(told), 1_000)) if told.isdigit() else 1


class _Counter:
    """The numbers of a list's items, which stand in no text."""

    def __init__(self, node: LexborNode) -> None:
        self.ordered = node.tag == "ol"
        self.form = _FORMS.get(node.attributes.get("type") or "1", "decimal")
        start = node.attributes.get("start") or "1"
        self.number = (int(start) if start.isdigit() else 1) - 1

    def next(self, item: LexborNode) -> str:
        if not self.ordered:
            return "- "
        told = item.attributes.get("value") or ""
        self.number = int(told) if told.isdigit() else self.number + 1
        return write_number(self.number, self.form) + (") " if self.form == "lowerLetter" else ". ")
