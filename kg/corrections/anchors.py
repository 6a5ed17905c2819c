"""From words to the place where they stand, and back.

Words are compared in the clean form of ``passages`` (NFC, single spaces), so a text that was only wrapped
anew is the same text; any other change of the words is one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..model import Clause, Outline, Passage, Span
from ..passages import join_passages, make_passage
from .model import DOCUMENT, Anchor, DoesNotApply

CONTEXT = 40  # characters kept before and after a quote that is not a whole clause
LONGEST = 160  # of a quote; of longer words the beginning is kept, and the SHA-256 of all
_ALONE = 30  # a quote of so many characters is looked for in other clauses too


@dataclass(frozen=True, slots=True)
class Place:
    """Where an anchor's words stand; *clause* is None in the head and foot of the document.

    *moved_from* is the key that the anchor gave, where the words now stand in another clause.
    """

    clause: int | None
    key: str
    passage: Passage
    start: int
    end: int
    moved_from: str | None = None

    @property
    def span(self) -> Span:
        return self.passage.span(self.start, self.end)


def passages_of(clause: Clause) -> tuple[Passage, ...]:
    return clause.cells or (clause.passage,)


def frame_passages(outline: Outline) -> tuple[Passage, ...]:
    """What stands before and after the body, the head in one piece."""
    head = (join_passages(outline.header),) if outline.header else ()
    return tuple(p for p in (*head, *outline.signature, *outline.recipients) if p.text)


def clause_sha256(passages: tuple[Passage, ...]) -> str:
    return hashlib.sha256("\n".join(p.text for p in passages).encode()).hexdigest()


def make_anchor(outline: Outline, keys: dict[int, str], place: Place) -> Anchor:
    """The anchor that leads to *place*: all the words of a passage, or some with their context."""
    text = place.passage.text
    if (place.start, place.end) == (0, len(text)):
        if len(text) <= LONGEST:
            return Anchor(place.key, text)
        passages = _passages(outline, keys, place.key)
        return Anchor(place.key, _shorten(text), sha256=clause_sha256(passages))
    before = text[max(0, place.start - CONTEXT) : place.start]
    after = text[place.end : place.end + CONTEXT]
    if place.start > CONTEXT:
        before = before.partition(" ")[2] or before
    if place.end + CONTEXT < len(text):
        after = after.rpartition(" ")[0] or after
    return Anchor(place.key, text[place.start : place.end], before.strip(), after.strip())


def _shorten(text: str) -> str:
    return text[:LONGEST].rpartition(" ")[0] or text[:LONGEST]


def _passages(outline: Outline, keys: dict[int, str], key: str) -> tuple[Passage, ...]:
    if key == DOCUMENT:
        return frame_passages(outline)
    return next((passages_of(c) for c in outline.clauses if keys[c.index] == key), ())


def places(outline: Outline, keys: dict[int, str]) -> Iterator[Place]:
    """Every passage of the document, whole."""
    for passage in frame_passages(outline):
        yield Place(None, DOCUMENT, passage, 0, len(passage.text))
    for clause in outline.clauses:
        for passage in passages_of(clause):
            if passage.text:
                yield Place(clause.index, keys[clause.index], passage, 0, len(passage.text))


def find_words(outline: Outline, keys: dict[int, str], anchor: Anchor) -> list[Place]:
    """Every place where the anchor's words stand with their context, whatever the clause."""
    pattern, quote = _pattern(anchor), _normal(anchor.quote)
    return [
        Place(whole.clause, whole.key, whole.passage, *match.span(1))
        for whole in places(outline, keys)
        if quote in whole.passage.text
        for match in pattern.finditer(whole.passage.text)
    ]


def _normal(text: str) -> str:
    return make_passage(text, 0, len(text)).text


def _pattern(anchor: Anchor) -> re.Pattern[str]:
    """Whole words only: «5 %» does not stand in «25 %», nor in «2,5 %»."""
    quote, prefix, suffix = (
        re.escape(_normal(text)) for text in (anchor.quote, anchor.prefix, anchor.suffix)
    )
    before = f"{prefix} ?" if prefix else r"(?<!\w)(?<!\d[.,])"
    after = f"(?= ?{suffix})" if suffix else r"(?!\w|[.,]\d)"
    return re.compile(f"{before}({quote}){after}" if quote else r"(?!)")


def locate(anchor: Anchor, outline: Outline, keys: dict[int, str]) -> Place:
    """The one place of the anchor's words; raises ``DoesNotApply`` where there is none or more."""
    found = find_words(outline, keys, anchor)
    here = [place for place in found if place.key == anchor.clause]
    if len(here) > 1:
        raise DoesNotApply(
            f"the words «{anchor.quote[:60]}» stand {len(here)} times in {anchor.clause}",
            "give more of the words, or prefix and suffix",
        )
    if here:
        _same_words(anchor, outline, keys, here[0])
        return here[0]
    known = anchor.clause == DOCUMENT or anchor.clause in keys.values()
    gone = "its words have changed" if known else "there is no such clause any more"
    telling = len(anchor.quote) >= _ALONE or bool(anchor.prefix and anchor.suffix)
    if telling and len(found) > 1:
        raise DoesNotApply(
            f"{anchor.clause}: {gone}, and «{anchor.quote[:60]}» stands {len(found)} times elsewhere",
            "write the correction again for the clause that is meant",
        )
    if not telling or not found:
        raise DoesNotApply(
            f"{anchor.clause}: {gone}: «{anchor.quote[:60]}» is not there",
            "look at the text, then write the correction again or undo it",
        )
    _same_words(anchor, outline, keys, found[0])
    place = found[0]
    return Place(place.clause, place.key, place.passage, place.start, place.end, anchor.clause)


def _same_words(anchor: Anchor, outline: Outline, keys: dict[int, str], place: Place) -> None:
    if anchor.sha256 and clause_sha256(_passages(outline, keys, place.key)) != anchor.sha256:
        raise DoesNotApply(
            f"{place.key}: its words have changed after «{anchor.quote[-40:]}»",
            "look at the text, then write the correction again or undo it",
        )
