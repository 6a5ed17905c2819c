"""What the template of a plan's page shows: the part of the text, the page of tasks, and where every link leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from kg.text import fold

from ..language import link
from .calendar import Agenda, agenda
from .chart import TargetTable, tabulate
from .filters import NAMES, Filter, narrow
from .layout import Block, Stretch, lay_out
from .marking import Marker, by_block
from .model import Document, Finding, Mark, Statement, Task

PART = 95_000  # bytes of text and marks that a part of a long text has, about
TASKS = 50  # on one page of the table
_MARK = 160  # bytes that a mark takes on the page
OPEN = 8  # findings of one kind that are shown before «all»
ALL_OPEN = 400
# What stands at the head of every form in an annex, and leads nowhere.
_MOTTO = frozenset(map(fold, ("Cộng hòa xã hội chủ nghĩa Việt Nam", "Độc lập - Tự do - Hạnh phúc")))


@dataclass(frozen=True, slots=True)
class Line:
    """A block as the page writes it; *level* of a heading (3 to 6)."""

    kind: str
    depth: int
    level: int
    anchors: tuple[str, ...]
    path: str | None
    lead: Markup
    cells: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class TocEntry:
    fragment: str
    part: int
    words: str


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """Findings of one kind: those *shown*, and how many there are in all."""

    shape: str
    message: str
    severity: str
    shown: tuple[Finding, ...]
    count: int


@dataclass(frozen=True, slots=True)
class View:
    """*runs* are the lines of the shown part, those of one table together, *statements* what is stated there;
    *page* and *part* count from 1."""

    document: Document
    runs: tuple[tuple[str, tuple[Line, ...]], ...]
    part: int
    parts: int
    toc: tuple[TocEntry, ...]
    tasks: tuple[Task, ...]
    found: int
    page: int
    pages: int
    filters: tuple[Filter, ...]
    is_filtered: bool
    statements: tuple[Statement, ...]
    targets: TargetTable
    agenda: Agenda
    open: tuple[OpenGroup, ...]
    links: Links

    @property
    def has_days(self) -> bool:
        """Whether there is anything for a calendar."""
        return any(task.dues for task in self.document.tasks)


class Links:
    """Addresses within the page: a bare fragment where what it names is on it, else the page that has it."""

    def __init__(self, path: str, here: set[str]) -> None:
        self._path = path
        self._here = here

    def to(self, fragment: str | None) -> str:
        if fragment is None:
            return ""
        if fragment in self._here:
            return f"#{fragment}"
        return link(f"/{self._path}.html#{fragment}", at=fragment)


def view(document: Document, asked: Mapping[str, str]) -> View:
    """*asked*: ``at`` (a fragment), ``part``, ``page``, ``open`` (a shape), and the filters of tasks."""
    blocks = lay_out(document.text, document.clauses, document.marks)
    marks = by_block(blocks, document.marks)
    starts = _cut(document.text, blocks, marks)
    at = asked.get("at", "")
    facts: tuple[Task | Statement, ...] = (*document.tasks, *document.statements)
    words = next((f.mark for f in facts if f.fragment == at), None) or at
    part = _part_of(words, blocks, marks, starts) or _count(asked.get("part"), len(starts))
    chosen = {name: asked[name] for name in NAMES if asked.get(name)}
    tasks, filters = narrow(document.tasks, chosen)
    pages = max(1, -(-len(tasks) // TASKS))
    page = _page_of(at, tasks) or _count(asked.get("page"), pages)
    shown = tuple(tasks[(page - 1) * TASKS : page * TASKS])
    first = starts[part - 1]
    stop = starts[part] if part < len(starts) else len(blocks)
    here = {a for b in blocks[first:stop] for a in b.anchors}
    here |= {m.fragment for held in marks[first:stop] for m in held}
    here |= {t.fragment for t in shown} | {t.fragment for t in document.targets}
    statements = tuple(s for s in document.statements if len(starts) == 1 or s.mark in here)
    here |= {c.fragment for c in document.citations} | {s.fragment for s in statements}
    links = Links(document.identity.path, here)
    marker = Marker(document.text, links.to)
    return View(
        document=document,
        runs=_runs(_lines(blocks[first:stop], marks[first:stop], marker)),
        part=part,
        parts=len(starts),
        toc=_toc(document, blocks, starts),
        tasks=shown,
        found=len(tasks),
        page=page,
        pages=pages,
        filters=filters,
        is_filtered=bool(chosen),
        statements=statements,
        targets=tabulate(document.targets),
        agenda=agenda(document.tasks),
        open=_open(document.findings, asked.get("open", "")),
        links=links,
    )


def _lines(blocks: Sequence[Block], marks: Sequence[list[Mark]], marker: Marker) -> list[Line]:
    """A heading is never more than one level below the one before it."""
    lines: list[Line] = []
    last = 2
    for block, held in zip(blocks, marks, strict=True):
        level = min(last + 1, 3 + block.depth, 6)
        if block.kind == "heading":
            last = level
        lead = marker.html(block.lead, held) if block.lead else Markup("")
        cells = tuple(_cell(marker, stretch, held) for stretch in block.stretches)
        lines.append(Line(block.kind, block.depth, level, block.anchors, block.path, lead, cells))
    return lines


def _cell(marker: Marker, stretch: Stretch, marks: list[Mark]) -> Markup:
    return marker.html(stretch, marks) if stretch[0] < stretch[1] else Markup("")


def _runs(lines: Sequence[Line]) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """The lines as "text", and those of one table as "table"."""

    def kind(line: Line) -> str:
        return "table" if line.kind in ("row", "names") else "text"

    return tuple((name, tuple(run)) for name, run in groupby(lines, key=kind))


def _cut(text: str, blocks: Sequence[Block], marks: Sequence[list[Mark]]) -> list[int]:
    """The blocks with which the parts of a long text begin: at a heading where one is near, else anywhere."""
    sizes = [
        len(text[b.start : b.end].encode("utf-8", "surrogatepass")) + _MARK * (len(held) + 1)
        for b, held in zip(blocks, marks, strict=True)
    ]
    starts = [0]
    if sum(sizes) <= PART:
        return starts
    size = 0
    for place, block in enumerate(blocks):
        is_good = block.kind == "heading" and block.depth <= 1 and size > 0.6 * PART
        if place > starts[-1] and (is_good or size + sizes[place] > PART):
            if sum(sizes[place:]) < 0.15 * PART:  # no part for the signature alone
                break
            starts.append(place)
            size = 0
        size += sizes[place]
    return starts


def _part_of(
    at: str, blocks: Sequence[Block], marks: Sequence[list[Mark]], starts: Sequence[int]
) -> int | None:
    if not at.startswith(("m-", "c-")):
        return None
    for place, block in enumerate(blocks):
        if at in block.anchors or any(m.fragment == at for m in marks[place]):
            return sum(start <= place for start in starts)
    return None


def _page_of(at: str, tasks: Sequence[Task]) -> int | None:
    place = next((i for i, task in enumerate(tasks) if task.fragment == at), None)
    return None if place is None else place // TASKS + 1


def _count(text: str | None, most: int) -> int:
    """A page's number as asked for, within what there is."""
    asked = int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(asked, 1), most)


def _toc(
    document: Document, blocks: Sequence[Block], starts: Sequence[int]
) -> tuple[TocEntry, ...]:
    """The headings of the first two levels."""
    plain = Marker(document.text, lambda _: "")
    found: list[TocEntry] = []
    for place, block in enumerate(blocks):
        if block.kind == "heading" and block.depth == 0 and block.anchors:
            lead = plain.html(block.lead, ()) if block.lead else Markup("")
            words = plain.html(block.stretches[0], ())
            part = sum(start <= place for start in starts)
            name = f"{lead} {words}".strip(" :")
            if fold(Markup(name).unescape()) not in _MOTTO:
                found.append(TocEntry(block.anchors[-1], part, name))
    return tuple(TocEntry(e.fragment, e.part, Markup(e.words).unescape()) for e in found)


def _open(findings: Sequence[Finding], asked: str) -> tuple[OpenGroup, ...]:
    groups: list[OpenGroup] = []
    for shape, same in groupby(findings, key=lambda f: f.shape):
        held = tuple(same)
        most = ALL_OPEN if shape == asked else OPEN
        groups.append(OpenGroup(shape, held[0].message, held[0].severity, held[:most], len(held)))
    return tuple(groups)
