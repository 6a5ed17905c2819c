"""Documents cited by number, and what the plan says it does with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from ..agency_names import complete
from ..model import Outline, Passage, Reference, Span
from ..passages import join_passages
from ..text import fold, level
from .citing import Citation, find_citations, normal_type

_ORDER = ("implements", "based-on", "cites")
_NAMESAKES = 20  # documents of one number in one plan that are told apart
_NUMBER_LINE = re.compile(r"\s*số\s*:")


@dataclass(slots=True)
class _Document:
    """A document while its citations are gathered."""

    reference: Reference
    days: list[date] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def add(self, one: Citation) -> None:
        """One more citation of it: the first that says something decides."""
        before = self.reference
        self.spans.append(one.span)
        if one.day and one.day not in self.days:
            self.days.append(one.day)
        self.reference = replace(
            before,
            number=_spelling(before.number, one.number),
            type=normal_type(before.type, one.type),
            issuer=before.issuer or one.issuer,
            date=before.date or one.day,
            relation=min(before.relation, one.relation, key=_ORDER.index),
            carried_by=before.carried_by or one.carrier,
        )

    def whole(self) -> Reference:
        return replace(self.reference, mentions=tuple(self.spans), other_dates=tuple(self.days[1:]))


def find_references(
    outline: Outline, own: str | None, own_day: date | None = None, title: Span | None = None
) -> tuple[Reference, ...]:
    """Every document cited by number, in reading order, each once.

    *own* and *own_day* are the plan's own number and date, *title* is where its title stands.  A citation
    without a date is of the document of that number named last; with another year, or with the name of
    another place's issuer, it is another document.
    """
    found: dict[str, list[_Document]] = {}
    order: list[_Document] = []
    for clause, one in _citations(outline, title):
        key = fold(one.number)
        itself = own is not None and key == fold(own) and one.relation != "implements"
        if itself and (own_day is None or one.day in (None, own_day)):
            continue
        known = found.setdefault(key, [])
        same = next((d for d in reversed(known[-_NAMESAKES:]) if _may_be(d.reference, one)), None)
        if same is None:
            same = _Document(_reference(one, clause))
            known.append(same)
            order.append(same)
        same.add(one)
    return tuple(document.whole() for document in order)


def _citations(outline: Outline, title: Span | None) -> Iterator[tuple[int | None, Citation]]:
    """The title (what it carries out is said again, in full, in the preamble), preamble, body."""
    heads = [p for p in outline.header if not _NUMBER_LINE.match(level(p.text))]
    titled = [p for p in heads if _overlaps(p, title)]
    if titled:
        yield from ((None, one) for one in find_citations(join_passages(titled), "title"))
    for passage in heads:
        if passage not in titled:
            yield from ((None, one) for one in find_citations(passage, "preamble"))
    for clause in outline.clauses:
        for passage in clause.cells or (clause.passage,):
            yield from ((clause.index, one) for one in find_citations(passage, "body"))


def _overlaps(passage: Passage, title: Span | None) -> bool:
    span = passage.span()
    return title is not None and span.start < title.end and title.start < span.end


def _may_be(known: Reference, one: Citation) -> bool:
    """Whether the citation can be of the document *known*: not of another year or another issuer."""
    if one.day and known.date and one.day.year != known.date.year:
        return False
    if one.issuer and known.issuer:
        return _alike(complete(known.issuer), complete(one.issuer))
    return True


def _alike(one: str, other: str) -> bool:
    """Issuers in other words are one («UBND tỉnh», «Ủy ban nhân dân tỉnh Nghệ An») unless both begin
    alike and go on to two places."""
    shared = 0
    first, second = one.split(), other.split()
    while shared < min(len(first), len(second)) and first[shared] == second[shared]:
        shared += 1
    apart = shared < len(first) and shared < len(second)
    return not (apart and shared and first[shared - 1] in ("tỉnh", "phố"))


def _reference(one: Citation, clause: int | None) -> Reference:
    return Reference(
        number=one.number,
        type=one.type,
        issuer=one.issuer,
        date=one.day,
        title=None,
        text=one.text,
        span=one.span,
        clause=clause,
        relation=one.relation,
        rule="citation",
        carried_by=one.carrier,
    )


def _spelling(first: str, second: str) -> str:
    """The one that is not written in capitals throughout («32/CT-TTg» over a title's «32/CT-TTG»)."""
    return second if first.isupper() and not second.isupper() else first
