"""Documents cited by number, and what the plan says it does with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import regex as re

from ..model import Outline, Passage, Reference, Span
from ..text import fold, level, phrases
from ..words import word_list, words
from .dates import DATE, DATE_PATTERN, to_date
from .header import NUMBER, normal_number

_AFTER_NUMBER = re.compile(rf"\s*\)?\s*,?\s*(?:{DATE})")
_SYMBOL = re.compile(r"(?:QH|UBTVQH)\d{1,2}$|[A-ZĐ][A-Za-zĐđ]*[\-/]\s?[A-ZĐ]", re.UNICODE)
_OF = re.compile(r"\s*,?\s*của\s+")
_LAW_NAME = re.compile(r"\b(Bộ luật|Luật|Pháp lệnh|Nghị quyết|Nghị định)\s+[^;.\d]{2,160}?$")
# «... ban hành Chương trình hành động thực hiện Nghị quyết số 23»: the first carries out the second.
_CARRIES = re.compile(r"\b(?:thực\s+hiện|triển\s+khai|thi\s+hành)\b[^;.]*$")
_LIST = re.compile(r"^\s*(?:,|;|và)\s*(?:số\s*:?\s*)?$")


@dataclass(frozen=True, slots=True)
class _Found:
    number: str
    type: str | None
    issuer: str | None
    day: date | None
    span: Span
    text: str
    clause: int | None
    relation: str
    carrier: str | None


@cache
def _type_before() -> re.Pattern[str]:
    names = phrases(tuple(fold(name) for name in words()["document"]["types"]))
    return re.compile(rf"\b({names})(?:\s+liên\s+tịch)?\s+(?:số\s*:?\s*)?$")


@cache
def _issuer_stop() -> re.Pattern[str]:
    """Words (in small letters) at which the issuer's name is over and the subject begins."""
    stop = phrases(tuple(words()["document"]["issuer_stops"]["words"]))
    return re.compile(rf"\s*[;:.(“\"\[)]|\s+{stop}(?!\w)|\s+và\s+các\s")


_NEXT_NAME = re.compile(r"\s*,\s*(?=\p{Lu}|v/v|ngày)|\s+(?:và|hoặc)\s+(?=\p{Lu}\w*\s)")


def find_references(outline: Outline, own: str | None) -> tuple[Reference, ...]:
    """Every document cited by number, in reading order, each once; *own* is the plan's own number.

    A number says type and issuer only within its year, so the first mention that gives a date, type or
    issuer fills in for the bare ones («Nghị quyết số 124/NQ-CP» further down).
    """
    merged: dict[str, Reference] = {}
    for one in _mentions(outline):
        key = fold(one.number)
        if own and key == fold(own) and one.relation != "implements":
            continue
        before = merged.get(key)
        if before is None:
            merged[key] = Reference(
                number=one.number,
                type=one.type,
                issuer=one.issuer,
                date=one.day,
                title=None,
                text=one.text,
                span=one.span,
                clause=one.clause,
                relation=one.relation,
                rule="citation",
                carried_by=one.carrier,
                mentions=(one.span,),
            )
            continue
        better = _spelling(before.number, one.number)
        merged[key] = replace(
            before,
            number=better,
            type=before.type or one.type,
            issuer=before.issuer or one.issuer,
            date=before.date or one.day,
            relation=_stronger(before.relation, one.relation),
            carried_by=before.carried_by or one.carrier,
            mentions=(*before.mentions, one.span),
        )
    return tuple(
        replace(r, issuer=r.issuer or _issuer_of_symbol(r.number)) for r in merged.values()
    )


def _spelling(first: str, second: str) -> str:
    """The one that is not written in capitals throughout («32/CT-TTg» over a title's «32/CT-TTG»)."""
    return second if first.isupper() and not second.isupper() else first


def _stronger(first: str, second: str) -> str:
    order = ("implements", "based-on", "cites")
    return min(first, second, key=order.index)


def _issuer_of_symbol(number: str) -> str | None:
    """What the symbol itself says: 124/NQ-CP is the Government's (Decree 30/2020, App. III)."""
    for symbol, issuer in words()["document"]["symbols"].items():
        if re.search(rf"[-/]{symbol}\d*$", number):
            return str(issuer)
    return None


def _mentions(outline: Outline) -> Iterator[_Found]:
    """The title (what it carries out is said again, in full, in the preamble), preamble, body."""
    for passage in outline.header:
        if not re.match(r"\s*số\s*:", level(passage.text)):
            yield from _in_passage(passage, None, preamble=True)
    for clause in outline.clauses:
        for passage in clause.cells or (clause.passage,):
            yield from _in_passage(passage, clause.index, preamble=False)


def _in_passage(passage: Passage, clause: int | None, *, preamble: bool) -> Iterator[_Found]:
    text = passage.text
    last_end, last_type, carrier, segment = 0, None, None, -1
    here = counted = 0
    for match in NUMBER.finditer(text):
        written = match.group()
        start = match.start()
        if start and (text[start - 1].isalnum() or text[start - 1] in "/-."):
            continue
        before = text[max(0, start - 220) : start]
        kind, kind_start = _kind(before, start, last_end, last_type)
        if kind is None and not _SYMBOL.search(written):
            continue
        end, day = match.end(), None
        if dated := _AFTER_NUMBER.match(text, end):
            inner = DATE_PATTERN.search(text, end, dated.end())
            day = to_date(inner) if inner else None
            end = dated.end()
        issuer, end = _issuer(text, end)
        number = normal_number(written)
        here += text.count(";", counted, start)
        counted = start
        first = here != segment
        carried = _CARRIES.search(level(text[last_end:start])) is not None
        relation, carrier = _relation(text, preamble, first, carrier, number)
        segment = here
        span = passage.span(kind_start, end)
        yield _Found(
            number,
            kind or _type_of_symbol(number),
            issuer,
            day,
            span,
            text[kind_start:end],
            clause,
            relation,
            carrier if relation == "cites" and carried else None,
        )
        carrier = number
        last_end, last_type = match.end(), kind


def _kind(before: str, start: int, last_end: int, last_type: str | None) -> tuple[str | None, int]:
    """The type as written before the number, and where the citation begins."""
    names = {fold(name): name for name in words()["document"]["types"]}
    if found := _type_before().search(level(before)):
        return names[fold(found.group(1))], start - (len(before) - found.start(1))
    if named := _LAW_NAME.search(re.sub(r"\s*(?:số\s*:?\s*)?$", "", before)):
        return names[fold(named.group(1))], start - (len(before) - named.start(1))
    gap = before[-(start - last_end) :] if 0 < start - last_end <= len(before) else ""
    if last_type and _LIST.match(gap):
        return last_type, start
    return None, start


def _type_of_symbol(number: str) -> str | None:
    for name, symbol in words()["document"]["types"].items():
        if symbol and re.search(rf"[/\-]{re.escape(symbol)}(?:[/\-]|$)", number):
            return str(name)
    if re.search(r"/\d{4}/QH\d+$", number):
        return None
    if re.search(r"/(?:UBND|SCT|S[A-Z]+|B[A-Z]+|VP[A-Z]*)-", number):
        return "Công văn"
    return None


def _issuer(text: str, at: int) -> tuple[str | None, int]:
    """«của Bộ Chính trị» up to what the document is about."""
    of = _OF.match(text, at)
    if of is None:
        return None, at
    rest = text[of.end() : of.end() + 160]
    stops = (_issuer_stop().search(level(rest)), _NEXT_NAME.search(rest))
    name = rest[: min([len(rest), *(stop.start() for stop in stops if stop)])].strip(" .,;:")
    return (name, of.end() + len(name)) if name else (None, at)


def _relation(
    text: str, preamble: bool, first: bool, carrier: str | None, number: str
) -> tuple[str, str | None]:
    """The relation that the segment's opening words state for its first citation."""
    if not preamble or not first:
        return "cites", carrier
    opening = level(text).lstrip(' *-–“"')
    for relation, name in (("implements", "implements"), ("based_on", "based-on")):
        if opening.startswith(word_list("relations", relation)):
            return name, number
    return "cites", None
