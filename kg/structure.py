"""Lines → paragraphs → a tree of clauses.

Nothing of the document is dropped: each stretch with words is in the header, in exactly one clause, in
the recipients, in the signature, or in another document that begins after them (and is not read).  Nesting goes by the rank of the enumerator (I. > 1. > 1.1. > a) >
- > +); an unnumbered paragraph belongs to the clause above it where that is a heading, else stands
beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .cut import Cut
from .enumerators import CAPITAL, DASH, PARAGRAPH, Enumerator, find_enumerator
from .model import Clause, Document, Outline, Passage
from .names import CLAUSE_PREFIX, enumerator
from .paragraphs import Paragraph, find_paragraphs
from .second_documents import find_second_document
from .tables import fold_tables
from .text import level
from .words import word_list
from .zones import find_zones


def find_clauses(document: Document) -> Outline:
    """The outline of *document*; never raises, whatever the text."""
    paragraphs = find_paragraphs(document)
    beyond: list[Paragraph] = []
    cut: Cut | None = None
    if second := find_second_document(document, paragraphs):
        start, number = second
        paragraphs, beyond = paragraphs[:start], paragraphs[start:]
        at = beyond[0].passage.span().start
        cut = Cut(document.text.count("\n", 0, at) + 1, number)
    zones = find_zones(paragraphs)
    tree = _Tree()
    for part in zones.body:
        if part.annex is not None:
            tree.annex(part.annex)
        for paragraph in fold_tables(part.paragraphs):
            tree.add(paragraph)
    return Outline(
        document=document,
        header=tuple(p.passage for p in zones.header),
        clauses=tuple(tree.clauses()),
        recipients=tuple(p.passage for p in zones.recipients),
        signature=tuple(p.passage for p in zones.signature),
        beyond=tuple(p.passage for p in beyond),
        cut=cut,
    )


@dataclass(slots=True)
class _Node:
    """A clause while the tree grows; whether it is a heading is known once its children are."""

    index: int
    kind: str
    rank: float
    number: str | None
    passage: Passage
    parent: int | None
    depth: int
    path: str
    looks_like_heading: bool
    cells: tuple[Passage, ...] = ()
    columns: tuple[str, ...] = ()
    children: int = 0
    used: dict[str, int] = field(default_factory=dict)


def _introduces(text: str) -> bool:
    return text.rstrip(" *").endswith(":")


def _is_sentence(text: str) -> bool:
    return text.rstrip(" )”\"'").endswith((".", ";", "!", "?"))


class _Tree:
    """The clauses found so far, and the chain of those that can still get children."""

    def __init__(self) -> None:
        self.nodes: list[_Node] = []
        self.open: list[_Node] = []
        self.top: dict[str, int] = {}

    def annex(self, title: Paragraph) -> None:
        self.open.clear()
        self._push("phuluc", -1.0, None, title.passage, heading=True)

    def add(self, paragraph: Paragraph) -> None:
        if paragraph.cells:
            self._row(paragraph)
            return
        found = find_enumerator(paragraph.passage, self._last)
        if found is None:
            self._paragraph(paragraph)
        else:
            self._numbered(paragraph, found)

    def _last(self, kind: str) -> str | None:
        """The number of the open clause of this kind: what the next one is expected to follow."""
        if kind == "capital":
            return next((n.number for n in self.open if n.rank == CAPITAL), None)
        return next((n.number for n in reversed(self.open) if n.kind == kind), None)

    def _numbered(self, paragraph: Paragraph, found: Enumerator) -> None:
        words = paragraph.passage.cut(found.end)
        while self.open and self.open[-1].rank >= found.rank:
            self.open.pop()
        heading = _introduces(words.text) or (
            found.rank < DASH and (paragraph.bold or not _is_sentence(words.text))
        )
        self._push(found.kind, found.rank, found.number or None, words, heading=heading)

    def _paragraph(self, paragraph: Paragraph) -> None:
        intro = _introduces(paragraph.passage.text)
        if level(paragraph.passage.text).startswith(word_list("sections", "closing")):
            del self.open[1:]
        while self.open and not self._holds_paragraphs(self.open[-1]):
            self.open.pop()
        node = self._push("doan", PARAGRAPH, None, paragraph.passage, heading=intro)
        if not intro:
            self.open.remove(node)

    @staticmethod
    def _holds_paragraphs(node: _Node) -> bool:
        """A heading above the paragraphs' rank, or a plus sign that only names what follows."""
        if node.kind == "cong":
            return not _is_sentence(node.passage.text)
        return node.rank < PARAGRAPH and node.looks_like_heading

    def _row(self, paragraph: Paragraph) -> None:
        if paragraph.row == 0:
            while self.open and (
                self.open[-1].rank >= PARAGRAPH or not self.open[-1].looks_like_heading
            ):
                self.open.pop()
            empty = paragraph.passage.cut(0, 0)
            self._push("bang", PARAGRAPH, None, empty, heading=True)
        node = self._push("hang", PARAGRAPH + 0.1, None, paragraph.passage, heading=False)
        node.cells, node.columns = paragraph.cells, paragraph.columns
        self.open.remove(node)

    def _push(
        self, kind: str, rank: float, number: str | None, words: Passage, *, heading: bool
    ) -> _Node:
        parent = self.open[-1] if self.open else None
        used = parent.used if parent else self.top
        prefix = CLAUSE_PREFIX[kind]
        if number is None:
            used[prefix] = used.get(prefix, 0) + 1
            name = f"{prefix}_{used[prefix]}"
        else:
            name = f"{prefix}_{enumerator(number)}"
            used[name] = used.get(name, 0) + 1
            if used[name] > 1:  # the same number twice: a slip of the plan, kept apart
                name = f"{name}-{used[name]}"
        node = _Node(
            index=len(self.nodes),
            kind=kind,
            rank=rank,
            number=number,
            passage=words,
            parent=parent.index if parent else None,
            depth=parent.depth + 1 if parent else 0,
            path=f"{parent.path}__{name}" if parent else name,
            looks_like_heading=heading,
        )
        if parent:
            parent.children += 1
        self.nodes.append(node)
        self.open.append(node)
        return node

    def clauses(self) -> list[Clause]:
        return [
            Clause(
                index=n.index,
                path=n.path,
                kind=n.kind,
                number=n.number,
                passage=n.passage,
                is_heading=n.looks_like_heading,
                parent=n.parent,
                depth=n.depth,
                cells=n.cells,
                columns=n.columns,
            )
            for n in self.nodes
        ]
