"""Citations of numbered documents in one passage: type, number, date, issuer, and how they hang together.

Several documents can be cited in one breath («các Nghị quyết số 57-NQ/TW, 59-NQ/TW và 68-NQ/TW của Bộ Chính
trị»); type, issuer and relation are shared only where the grammar says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import regex as re

from ..model import Passage, Span
from ..text import fold, level, phrases
from ..words import words
from .dates import DATE, DATE_PATTERN, to_date
from .header import NUMBER, normal_number
from .issuers import NEAR, find_issuer, issuer_before, issuer_name
from .relations import Relations, carries

_DAY = re.compile(rf"\s*\(\s*(?:{DATE})\s*\)|\s*\)?\s*,?\s*(?:{DATE})")
_SYMBOL = re.compile(r"(?:QH|UBTVQH)\d{1,2}$|[A-ZĐ][A-Za-zĐđ]*[\-/]\s?[A-ZĐ]", re.UNICODE)
_LAW_NAME = re.compile(r"\b(Bộ luật|Luật|Pháp lệnh|Nghị quyết|Nghị định)\s+[^;.\d]{2,160}?$")
_BARE = re.compile(r"^\s*\)?\s*(?:,|;|và|,\s*và|;\s*và)\s*(?:số\s*:?\s*)?$")
_PLURAL = re.compile(r"\bcác\s+(?P<type>\p{L}[\p{L} ]{2,30}?)\s+của\s+(?=\p{Lu})")


@dataclass(frozen=True, slots=True)
class Citation:
    """One mention of a document; *relation* is "implements", "based-on" or "cites", *carrier* the number of
    the document that carries this one out."""

    number: str
    type: str | None
    issuer: str | None
    day: date | None
    span: Span
    text: str
    relation: str
    carrier: str | None


@dataclass(frozen=True, slots=True)
class _Here:
    """A citation and where it stands in its passage: its first character, and the one after its last."""

    citation: Citation
    start: int
    end: int


def find_citations(passage: Passage, place: str) -> tuple[Citation, ...]:
    """The citations in *passage* in reading order; *place* is "title", "preamble" or "body"."""
    found = list(_read(passage, place))
    return tuple(one.citation for one in _share_issuers(found, passage.text))


def normal_type(first: str | None, second: str | None) -> str | None:
    """Of two wordings the fuller one («Kế hoạch hành động» over «Kế hoạch» or «Văn bản»)."""
    if first and second and fold(second).startswith(fold(first) + " "):
        return second
    return first or second


def _read(passage: Passage, place: str) -> Iterator[_Here]:
    text = passage.text
    shared = _plural_head(text)
    relations = Relations(place)
    before: _Here | None = None
    depth = counted = 0
    for match in NUMBER.finditer(text):
        start = match.start()
        if start and (text[start - 1].isalnum() or text[start - 1] in "/-."):
            continue
        last = before.citation if before else None
        said_to = before.end if before else 0
        kind, begin = _kind(text, start, said_to, last.type if last else None)
        if kind is None and not _SYMBOL.search(match.group()):
            continue
        day, issuer, end = _details(text, match.end())
        number = normal_number(match.group())
        kind = kind or _type_of_symbol(number)
        if issuer is None and shared and kind and fold(kind) == shared[0] and start > shared[2]:
            issuer = shared[1]
        issuer = issuer or issuer_before(text[max(said_to, begin - 160) : begin])
        depth += text.count("(", counted, begin) - text.count(")", counted, begin)
        counted = begin
        relation = relations.of(number, text[said_to:begin], bracketed=depth > 0)
        carried = relation == "cites" and last and carries(text[said_to:start])
        words_ = text[begin:end]
        span = passage.span(begin, end)
        carrier = last.number if carried and last and last.number != number else None
        cited = Citation(number, kind, issuer, day, span, words_, relation, carrier)
        before = _Here(cited, begin, end)
        yield before


def _plural_head(text: str) -> tuple[str, str, int] | None:
    """«các Quyết định của Thủ tướng Chính phủ về ...: Quyết định số ...»: (type, issuer, place of the colon)."""
    found = _PLURAL.search(text)
    colon = text.find(":", found.end()) if found else -1
    if found is None or colon < 0 or NUMBER.search(text, found.end(), colon):
        return None
    kind = fold(found.group("type"))
    if kind not in {fold(name) for name in words()["document"]["types"]}:
        return None
    name, _ = issuer_name(text, found.end())
    return (kind, name, colon) if name else None


def _kind(text: str, start: int, said_to: int, last: str | None) -> tuple[str | None, int]:
    """The type as written before the number (or shared with the citation that ends at *said_to*), and where
    the citation begins."""
    names = _type_names()
    before = text[max(said_to, start - 220) : start]
    if found := _type_before().search(level(before)):
        name = re.sub(r"\s+", " ", found.group(1))
        return names[name], start - (len(before) - found.start(1))
    if last and _BARE.match(before):
        return last, start
    if named := _LAW_NAME.search(re.sub(r"\s*(?:số\s*:?\s*)?$", "", before)):
        return names[fold(named.group(1))], start - (len(before) - named.start(1))
    return None, start


@cache
def _type_names() -> dict[str, str]:
    return {fold(name): str(name) for name in words()["document"]["types"]}


@cache
def _type_before() -> re.Pattern[str]:
    names = phrases(tuple(_type_names()))
    return re.compile(rf"\b({names})(?:\s+liên\s+tịch)?\s*:?\s+(?:số\s*:?\s*)?$")


def _type_of_symbol(number: str) -> str | None:
    for name, symbol in words()["document"]["types"].items():
        if symbol and re.search(rf"[/\-]{re.escape(symbol)}(?:[/\-]|$)", number):
            return str(name)
    if re.search(r"/\d{4}/QH\d+$", number):
        return None
    if re.search(r"/(?:UBND|SCT|S[A-Z]+|B[A-Z]+|VP[A-Z]*)-", number):
        return "Công văn"
    return None


def _details(text: str, at: int) -> tuple[date | None, str | None, int]:
    """Date and issuer, in either order, and where the citation ends."""
    day, end = _day(text, at)
    issuer, end = find_issuer(text, end)
    if issuer and day is None:
        day, end = _day(text, end)
    return day, issuer, end


def _day(text: str, at: int) -> tuple[date | None, int]:
    near = text[at : at + NEAR]  # a match at the end of long text may look through all of it
    dated = _DAY.match(near)
    inner = DATE_PATTERN.search(near, 0, dated.end()) if dated else None
    return (to_date(inner), at + dated.end()) if dated and inner else (None, at)


def _share_issuers(found: list[_Here], text: str) -> list[_Here]:
    """«số 57-NQ/TW, 59-NQ/TW và 68-NQ/TW của Bộ Chính trị»: the issuer said once for a list of one symbol."""
    shared = list(found)
    for index in range(len(shared) - 2, -1, -1):
        here, after = shared[index], shared[index + 1]
        gap = text[here.end : after.start]
        beside = re.fullmatch(r"\s*(?:,|;|và|,\s*và|;\s*và)\s*(?:các\s+)?(?:số\s*:?\s*)?", gap)
        if here.citation.issuer or not after.citation.issuer or not beside:
            continue
        if _symbol(here.citation.number) == _symbol(after.citation.number):
            cited = replace(here.citation, issuer=after.citation.issuer)
            shared[index] = replace(here, citation=cited)
    return shared


def _symbol(number: str) -> str:
    return re.sub(r"^\d+(?:\.\d+)?[a-zđ]?(?:/\d{4})?[-/]", "", number)
