"""Where, in a file, another official document begins after the first: what stands from there on is not
what the first one says.

Two forms are known, both asked for in full, so that nothing of one document is taken for another's:

* a whole head («CỘNG HÒA XÃ HỘI …» or «ĐẢNG CỘNG SẢN VIỆT NAM», «Số: 20-NQ/TW», «Hà Nội, ngày 01 tháng 11
  năm 2012», «NGHỊ QUYẾT») behind the end of the first document (a signature, «Nơi nhận»).  A form
  that repeats the motto leaves number or date open; what a decision encloses says so («Ban hành kèm
  theo»), and an annex has its title above.
* in a Markdown file, a heading that is only a type and a number («# Kết luận số 69-KL/TW»), where the file
  begins with such a heading of another number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from .model import Document
from .paragraphs import Paragraph
from .text import fold, is_upper, level, phrases
from .words import word_list, words

_HEAD = 12  # paragraphs that a head has at most, from its first line to its title
_NEAR = 3  # how far above a head the title of an annex or form stands
_LINE = 160  # characters; a longer paragraph is no part of a head
_NUMBER = re.compile(
    r"số\s*:?\s*(\d{1,5}\s*(?:/\s*\d{4}\s*)?[-/]\s*[^\W\d][\w/&-]*)", re.IGNORECASE
)
_DAY = re.compile(r",\s*ngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}", re.IGNORECASE)
_ENCLOSED = re.compile(r"\(?\s*(?:được\s+)?(?:ban\s+hành\s+)?kèm\s+theo\s", re.IGNORECASE)
_CAPACITY = re.compile(r"(?:TM|T/M|KT|TL|TUQ|Q)\s*\.?\s*\S")
_MARK = re.compile(r"[ \t]{0,3}#{1,6}[ \t]+$")


def find_second_document(
    document: Document, paragraphs: Sequence[Paragraph]
) -> tuple[int, str] | None:
    """The index of the first paragraph of another document, and its number; None where there is none."""
    found = [
        start
        for start in (_headed(document, paragraphs), _titled(document, paragraphs))
        if start is not None
    ]
    return min(found, default=None)


def _headed(document: Document, paragraphs: Sequence[Paragraph]) -> tuple[int, str] | None:
    """Behind the first one's end, a whole head."""
    texts = [paragraph.passage.text for paragraph in paragraphs]
    ended = False
    for index, text in enumerate(texts):
        if ended and _is_party_or_motto(text) and (found := _whole_head(texts, index)):
            first, number = found
            near = texts[max(0, first - _NEAR) : first]
            if any(_annex().match(level(above)) for above in near):
                continue
            return _with_issuer(document, paragraphs, first), number
        ended = ended or _ends(text)
    return None


def _whole_head(texts: Sequence[str], motto: int) -> tuple[int, str] | None:
    """Where the head around *motto* begins, and its number; None where a part of it is wanting."""
    number: re.Match[str] | None = None
    first, dated = motto, False
    for index in range(max(0, motto - 2), min(len(texts), motto + _HEAD)):
        text = texts[index]
        if index > motto and _type().fullmatch(fold(text)) and is_upper(text):
            enclosed = any(_ENCLOSED.match(below) for below in texts[index + 1 : index + 5])
            return (first, number[1]) if number and dated and not enclosed else None
        if len(text) > _LINE:
            if index > motto:
                return None
            continue
        if number is None and (number := _NUMBER.match(text)):
            first = min(first, index)
        dated = dated or _DAY.search(text) is not None
    return None


def _titled(document: Document, paragraphs: Sequence[Paragraph]) -> tuple[int, str] | None:
    """In a Markdown file, a heading of a type and a number, as the file begins with, of another number."""
    own: str | None = None
    for index, paragraph in enumerate(paragraphs):
        text = paragraph.passage.text
        if not _is_marked(document, paragraph):
            continue
        named = _numbered().fullmatch(level(text))
        if named is None:
            if own is None:
                return None  # the file begins with another heading
            continue
        number = re.sub(r"\s", "", text[named.start(1) : named.end(1)])
        if own is None:
            own = number
        elif number != own:
            return index, number
    return None


def _with_issuer(document: Document, paragraphs: Sequence[Paragraph], first: int) -> int:
    """A head begins with the issuer's name, in capitals («BAN CHẤP HÀNH TRUNG ƯƠNG»)."""
    while first > 0:
        above = paragraphs[first - 1].passage.text
        issuer = is_upper(above) and len(above) < _LINE and not _CAPACITY.match(above)
        named = first > 1 and not _ends(paragraphs[first - 2].passage.text)
        if not (issuer and named) and not _is_marked(document, paragraphs[first - 1]):
            break
        first -= 1
    return first


def _is_marked(document: Document, paragraph: Paragraph) -> bool:
    start = paragraph.passage.span().start
    return _MARK.search(document.text[max(0, start - 12) : start]) is not None


def _ends(text: str) -> bool:
    """«Nơi nhận», «TM. ỦY BAN NHÂN DÂN»."""
    closing = any(fold(text).startswith(word) for word in word_list("layout", "recipients"))
    return closing or (_CAPACITY.match(text) is not None and is_upper(text[:12]))


def _is_party_or_motto(text: str) -> bool:
    return any(fold(text).startswith(motto) for motto in word_list("layout", "motto"))


@cache
def _annex() -> re.Pattern[str]:
    return re.compile(
        phrases((*word_list("layout", "annex"), *word_list("layout", "forms"))) + r"\b"
    )


@cache
def _type() -> re.Pattern[str]:
    types = phrases(tuple(fold(name) for name in words()["document"]["types"]))
    return re.compile(rf"{types}(?:\s.{{0,80}})?")


@cache
def _numbered() -> re.Pattern[str]:
    types = phrases(tuple(level(name) for name in words()["document"]["types"]))
    return re.compile(
        rf"{types}\s+số\s*:?\s*(\d{{1,5}}\s*(?:/\s*\d{{4}}\s*)?[-/]\s*[^\W\d][\w/-]*)"
    )
