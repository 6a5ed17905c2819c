"""A new correction made from what a person points at: a key, words, or offsets."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ..errors import CorrectionsError
from ..extract.sections import section_keys
from ..model import Plan, Review, Span
from .anchors import Place, find_words, locate, make_anchor, places
from .apply import apply_corrections, check_value, fact_at
from .fields import DOCUMENT as DOCUMENT_FIELDS
from .kinds import KINDS, Kind, field_names
from .model import DOCUMENT, Anchor, Correction, DoesNotApply, has_controls


@dataclass(frozen=True, slots=True)
class Pointer:
    """What is pointed at: a key that «kg extract» prints, words of the text, offsets; each may be None."""

    key: str | None = None
    words: str | None = None
    span: Span | None = None


def full_field(written: str) -> str:
    """«leads» → «task.leads»; raises ``CorrectionsError`` for what is unknown or of several kinds."""
    if written in KINDS or written in field_names():
        return written
    found = [name for name in field_names() if name.partition(".")[2] == written]
    if len(found) == 1:
        return found[0]
    if found:
        raise CorrectionsError(f"field «{written}» may be {' or '.join(found)}; write it in full")
    raise CorrectionsError(
        f"field «{written}» is not known; fields are {', '.join(field_names())}, and "
        f"{', '.join(KINDS)} for whole facts"
    )


def make_correction(
    plan: Plan,
    pointer: Pointer,
    *,
    do: str,
    field: str,
    value: tuple[str, ...],
    who: str,
    when: datetime,
    why: str | None,
) -> Correction:
    """A correction of *plan* (as extracted and corrected so far) that leads back to its place alone.

    Raises ``CorrectionsError`` where the place, the fact, the field or the form of the value is wrong.
    """
    for text in (who, why or "", *value):
        if has_controls(text):
            raise CorrectionsError(f"«{text[:40]!r}» holds a line break or control character")
    keys = section_keys(plan.outline)
    kind = KINDS[field.partition(".")[0]]
    place = _place(plan, keys, kind, field, pointer)
    anchor = make_anchor(plan.outline, keys, place)
    new = Correction(anchor, do, field, value, who, when, why)
    try:
        new = replace(new, value=check_value(new))
        locate(anchor, plan.outline, keys)
        if do != "add" or new.name:
            fact = fact_at(plan, kind, place)
            if do == "set":
                new = replace(new, replaces=kind.fields[new.name].get(fact))
    except ValueError as fault:
        raise CorrectionsError(str(fault)) from None
    except DoesNotApply as fault:
        raise CorrectionsError(f"{fault.why}; {fault.remedy}") from None
    return new


def try_corrections(
    plan: Plan, before: tuple[Correction, ...], new: tuple[Correction, ...]
) -> tuple[Plan, tuple[Review, ...]]:
    """The plan with all of them, and what the new ones did; *plan* is as extracted.

    Raises ``CorrectionsError`` where a new one does not apply or would change nothing.
    """
    corrected = apply_corrections(plan, (*before, *new))
    refused = [r for r in corrected.remarks if not r.applied and r.number > len(before)]
    if refused:
        raise CorrectionsError(f"{refused[0].why}; {refused[0].remedy}")
    reviews = corrected.reviews[-len(new) :]
    for one, review in zip(new, reviews, strict=True):
        if one.do != "confirm" and review.kind == "confirmation":
            raise CorrectionsError(
                f"{review.key}: {one.field} is «{review.value or ''}» already; "
                "if it is right as it is, use --confirm"
            )
    return corrected, reviews


def _place(
    plan: Plan, keys: dict[int, str], kind: Kind[Any], field: str, pointer: Pointer
) -> Place:
    if pointer.span is not None:
        return _covering(plan, keys, pointer.span)
    if pointer.words is not None:
        return _at_words(plan, keys, kind, pointer)
    if pointer.key is not None:
        return _at_key(plan, keys, kind, pointer.key)
    if kind.name == DOCUMENT:
        return _of_document(plan, keys, field.partition(".")[2])
    raise CorrectionsError("what is meant is not told: give --at KEY, --words or --span")


def _covering(plan: Plan, keys: dict[int, str], span: Span) -> Place:
    for whole in places(plan.outline, keys):
        passage = whole.passage
        start, end = bisect_right(passage.ends, span.start), bisect_left(passage.offsets, span.end)
        around = passage.span()
        if start < end and around.start <= span.start < span.end <= around.end:
            while passage.text[start:end].startswith(" "):
                start += 1
            while passage.text[start:end].endswith(" "):
                end -= 1
            if start < end:
                return replace(whole, start=start, end=end)
    raise CorrectionsError(
        f"no words of one clause stand at {span.start}:{span.end}; offsets are those of «kg read»"
    )


def _at_words(plan: Plan, keys: dict[int, str], kind: Kind[Any], pointer: Pointer) -> Place:
    words = pointer.words or ""
    found = find_words(plan.outline, keys, Anchor("", words))
    where = "in the document"
    if pointer.key is not None:
        key = _at_key(plan, keys, kind, pointer.key).key
        found = [place for place in found if place.key == key]
        where = f"in {key}"
    if not found:
        raise CorrectionsError(f"«{words[:60]}» does not stand {where}, in one clause, as written")
    if len(found) > 1:
        offsets = ", ".join(f"{p.span.start}:{p.span.end}" for p in found[:5])
        raise CorrectionsError(
            f"«{words[:60]}» stands {len(found)} times {where}; give more words, --at, or one of "
            f"--span {offsets}"
        )
    return found[0]


def _at_key(plan: Plan, keys: dict[int, str], kind: Kind[Any], key: str) -> Place:
    """By the key of a fact of this kind, a task's path, or a clause's key."""
    if kind.name == DOCUMENT and key != DOCUMENT:
        raise CorrectionsError(
            f"a fact of the document stands at no key such as «{key}»; leave --at out"
        )
    if kind.name == DOCUMENT:
        return _of_document(plan, keys, "")
    facts = [f for f in kind.items(plan) if kind.key(f) == key and kind.span(f)]
    if len(facts) == 1:
        span = kind.span(facts[0])
        return _covering(plan, keys, span) if span else _nothing(key)
    paths = [t.span for t in plan.tasks if t.path == key] if kind.name == "task" else []
    if len(paths) == 1:
        return _covering(plan, keys, paths[0])
    found = [place for place in places(plan.outline, keys) if place.key == key]
    if not found:
        _nothing(key)
    return max(found, key=lambda place: len(place.passage.text))


def _nothing(key: str) -> Place:
    raise CorrectionsError(f"no clause and no such fact has the key «{key}»; see «kg extract»")


def _of_document(plan: Plan, keys: dict[int, str], field: str) -> Place:
    """The words of the field itself, else the title, else what the document begins with."""
    header = plan.header
    signer = header.signing.signer if header.signing else None
    fields = {"signer": signer} | {
        name: getattr(header, name) for name in DOCUMENT_FIELDS if name != "signer"
    }
    spans: Iterable[Span] = (
        f.span for f in (fields.get(field), header.title) if f and f.span.start < f.span.end
    )
    for span in spans:
        return _covering(plan, keys, span)
    first = next(places(plan.outline, keys), None)
    if first is None:
        raise CorrectionsError("the document holds no words that a correction could be tied to")
    return first
