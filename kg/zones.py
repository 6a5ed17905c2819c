"""The parts of a document: header, body (with its annexes), recipients, signature."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from .enumerators import DASH, find_enumerator
from .paragraphs import Paragraph
from .text import fold, is_upper, level, phrases
from .words import word_list, words


@dataclass(slots=True)
class Part:
    """The main text (*annex* None) or an annex under its title."""

    annex: Paragraph | None
    paragraphs: list[Paragraph] = field(default_factory=list)


@dataclass(slots=True)
class Zones:
    header: list[Paragraph] = field(default_factory=list)
    body: list[Part] = field(default_factory=list)
    recipients: list[Paragraph] = field(default_factory=list)
    signature: list[Paragraph] = field(default_factory=list)


_CAPACITY = re.compile(r"(?:TM|T/M|KT|TL|TUQ|Q)\s*\.\s*\S")
_FORM = re.compile(r"(?:biểu )?mẫu số\s*:?\s*[\w./-]+")
_BLANK = re.compile(r"\.{4}|…")  # left open to be filled in, in a form
_NUMBER_LINE = re.compile(r"số\s*:", re.IGNORECASE)


def find_zones(paragraphs: list[Paragraph]) -> Zones:
    """Which paragraph belongs where; every one is put somewhere."""
    zones = Zones()
    start = _body_start(paragraphs)
    zones.header = paragraphs[:start]
    part = Part(None)
    zones.body.append(part)
    annex = re.compile(phrases(word_list("layout", "annex")) + r"\b")
    place = "body"
    strange = re.compile(phrases(word_list("layout", "boilerplate")))
    for paragraph in paragraphs[start:]:
        text = paragraph.passage.text
        titled = annex.match(level(text)) and (is_upper(text) or _FORM.fullmatch(level(text)))
        if zones.signature and strange.match(level(text)) and not _BLANK.search(text):
            place = "after"
        if place == "after" and titled:
            place = "body"
        if place == "after":
            zones.signature.append(paragraph)
            continue
        if _starts_recipients(text) and not zones.recipients:
            place = "recipients"
        elif (place == "recipients" and _ends_recipients(paragraph)) or (
            place == "body" and not zones.signature and _CAPACITY.match(text) and is_upper(text)
        ):
            place = "signature"
        if place in ("recipients", "signature") and (
            annex.match(level(text)) or _is_attached(text) or _is_motto(text)
        ):
            place = "body"
            part = Part(paragraph)
            zones.body.append(part)
            continue
        opens = titled or (
            _is_motto(text)
            and (part.paragraphs or part.annex is None)  # a form, a document attached
        )
        if place == "body" and zones.signature and opens:
            part = Part(paragraph)
            zones.body.append(part)
            continue
        if place == "recipients":
            zones.recipients.append(paragraph)
        elif place == "signature":
            zones.signature.append(paragraph)
        else:
            part.paragraphs.append(paragraph)
    return zones


def _is_type(text: str) -> bool:
    return is_upper(text) and fold(text) in {fold(name) for name in words()["document"]["types"]}


@cache
def _type() -> re.Pattern[str]:
    return re.compile(phrases(tuple(fold(name) for name in words()["document"]["types"])) + r"\b")


def _is_attached(text: str) -> bool:
    """The title of what the document encloses: «KẾ HOẠCH», «CHƯƠNG TRÌNH HÀNH ĐỘNG CỦA CHÍNH PHỦ»."""
    return is_upper(text) and _type().match(level(text)) is not None


def _is_motto(text: str) -> bool:
    return any(fold(text).startswith(motto) for motto in word_list("layout", "motto"))


def _starts_recipients(text: str) -> bool:
    return any(fold(text).startswith(word) for word in word_list("layout", "recipients"))


def _ends_recipients(paragraph: Paragraph) -> bool:
    """The signature begins: the next table cell, a capacity («TM.», «KT.») or a position in capitals."""
    text = paragraph.passage.text
    return bool(paragraph.bars) or bool(_CAPACITY.match(text)) or (is_upper(text) and len(text) > 4)


def _body_start(paragraphs: list[Paragraph]) -> int:
    """The first numbered paragraph after the title (or, without one, after the number and date).

    The body of a decision begins at its first article; of a text without any numbers, after its title.
    """
    title = next((i for i, p in enumerate(paragraphs) if _is_type(p.passage.text)), None)
    if title is not None and _body_in(paragraphs[:title]):
        title = None  # of another document, quoted or attached
    after = 0 if title is None else title + 1
    for index in range(after, len(paragraphs)):
        paragraph = paragraphs[index]
        if _starts_recipients(paragraph.passage.text):
            break
        found = find_enumerator(paragraph.passage, lambda _kind: None)
        if found is not None and (title is not None or found.rank < DASH):
            return index
    if title is None:
        return 0
    while after < len(paragraphs) and is_upper(paragraphs[after].passage.text):
        after += 1
    return after


def _body_in(paragraphs: list[Paragraph]) -> bool:
    """Numbered parts of some length: a document's body, not what a site puts above one."""
    parts = 0
    for paragraph in paragraphs:
        found = find_enumerator(paragraph.passage, lambda _kind: None)
        parts += found is not None and found.rank < DASH and len(paragraph.passage.text) > 150
    return parts > 2
