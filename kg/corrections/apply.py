"""Corrections put into a plan, one after the other, each at its own words or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..extract.sections import section_keys
from ..model import Plan, Remark, Review
from .additions import ADDED_VALUE, MAKERS
from .anchors import Place, locate
from .evidence import Evidence
from .forms import Form, read_values
from .kinds import KINDS, Kind
from .model import Correction, DoesNotApply, said


def apply_corrections(plan: Plan, corrections: Sequence[Correction]) -> Plan:
    """*plan* as its readers put it right, with a review for each correction that was applied and a remark
    for each that was not, or whose surroundings have changed.

    Corrections hold in the order given.  None is applied by guess: words that are gone, changed or stand
    twice leave the plan as it is.
    """
    keys = section_keys(plan.outline)
    remarks: list[Remark] = []
    for number, correction in enumerate(corrections, 1):
        try:
            place = locate(correction.anchor, plan.outline, keys)
            plan, review, notes = _apply(plan, correction, place)
        except DoesNotApply as fault:
            remarks.append(Remark(number, False, str(correction), fault.why, fault.remedy))
            continue
        plan = replace(plan, reviews=(*plan.reviews, review))
        remarks += [Remark(number, True, str(correction), *note) for note in notes]
    return replace(plan, remarks=tuple(remarks))


def check_value(correction: Correction) -> tuple[str, ...]:
    """The correction's value in its one form; raises ValueError with what is wrong in one line."""
    kind = KINDS[correction.kind]
    if correction.do == "confirm":
        if correction.value:
            raise ValueError("a confirmation has no value: it confirms what is there")
        return ()
    if correction.name:
        form = kind.fields[correction.name].form()
        if correction.do in ("add", "remove"):
            if not form.many:
                raise ValueError(f"{correction.field} is no list: set it instead")
            if not correction.value:
                raise ValueError(f"what to {correction.do} is not told: a value is missing")
        return read_values(form, correction.field, correction.value)
    if not kind.may_be_added:
        raise ValueError(f"a {kind.name} can be neither added nor removed")
    wanted: Form | None = ADDED_VALUE[kind.name] if correction.do == "add" else None
    if wanted is None:
        if correction.value:
            raise ValueError(f"«{correction.do} {kind.name}» has no value")
        return ()
    return read_values(wanted, correction.field, correction.value)


def fact_at(plan: Plan, kind: Kind[Any], place: Place) -> Any:
    """The one fact of *kind* at *place*; raises ``DoesNotApply`` where none or several are."""
    found = [fact for fact in kind.items(plan) if kind.covers(fact, place)]
    if not found:
        words = place.passage.text[place.start : place.end][:60]
        below = [key for f in kind.items(plan) if (key := kind.key(f)).startswith(f"{place.key}.")]
        raise DoesNotApply(
            f"{place.key}: no {kind.name} is found at «{words}»",
            f"beneath it stand {', '.join(below[:8])}"
            if below
            else f"if there should be one: kg correct --add-{kind.name}"
            if kind.may_be_added
            else "look at what kg extract prints",
        )
    if len(found) > 1:
        exact = [fact for fact in found if kind.span(fact) == place.span]
        if len(exact) != 1:
            names = ", ".join(kind.key(fact) for fact in found[:4])
            raise DoesNotApply(
                f"{place.key}: {len(found)} facts of the kind {kind.name} stand there: {names}",
                "give the words of the one that is meant",
            )
        return exact[0]
    return found[0]


def _apply(
    plan: Plan, correction: Correction, place: Place
) -> tuple[Plan, Review, list[tuple[str, str]]]:
    kind = KINDS[correction.kind]
    value = check_value(correction)
    notes: list[tuple[str, str]] = []
    if place.moved_from:
        notes.append(
            (
                f"the words have moved from {place.moved_from} to {place.key}",
                "look whether it still holds, then write it again",
            )
        )
    if correction.do == "add" and not correction.name:
        return *_add(plan, kind, correction, place, value), notes
    fact = fact_at(plan, kind, place)
    key = kind.key(fact)
    if correction.do == "remove" and not correction.name:
        left = tuple(f for f in kind.items(plan) if f is not fact)
        gone = (_words(plan, kind, fact),)
        return kind.put(plan, left), _review(correction, place, key, gone, ()), notes
    if correction.do == "confirm":
        return *_confirm(plan, kind, fact, correction, place), notes
    facet = kind.fields[correction.name]
    before = facet.get(fact)
    after = _after(correction, before, value)
    if correction.replaces is not None and before != correction.replaces and before != after:
        notes.append(
            (
                f"it replaced «{said(correction.replaces)}», but the program now reads «{said(before)}»",
                "look whether it is still right, then write it again",
            )
        )
    new = facet.put(fact, after, Evidence(plan, place))
    if before == after:
        notes.append(("the program now reads so by itself", "nothing; it counts as confirmed"))
        return *_confirm(plan, kind, fact, correction, place), notes
    if correction.do == "set":  # who or what stays in a list that is told whole was looked at too
        new = _confirm_field(new, correction.name)
    new = replace(new, status="corrected") if hasattr(new, "status") else new
    plan = kind.put(plan, tuple(new if f is fact else f for f in kind.items(plan)))
    return plan, _review(correction, place, key, before, after), notes


def _after(
    correction: Correction, before: tuple[str, ...], value: tuple[str, ...]
) -> tuple[str, ...]:
    if correction.do == "add":
        return (*before, *(v for v in value if v not in before))
    if correction.do == "remove":
        return tuple(v for v in before if v not in value)
    return value


def _add(
    plan: Plan, kind: Kind[Any], correction: Correction, place: Place, value: tuple[str, ...]
) -> tuple[Plan, Review]:
    new = MAKERS[kind.name](plan, place, value)
    key = kind.key(new)
    there = [f for f in kind.items(plan) if kind.covers(f, place) or kind.key(f) == key]
    if there:
        raise DoesNotApply(
            f"{place.key}: there is such a {kind.name} already ({kind.key(there[0])})",
            "correct its fields, or undo this correction",
        )
    plan = kind.put(plan, (*kind.items(plan), new))
    return plan, _review(correction, place, key, (), (_words(plan, kind, new),))


def _confirm(
    plan: Plan, kind: Kind[Any], fact: Any, correction: Correction, place: Place
) -> tuple[Plan, Review]:
    """A whole fact is confirmed with all that belongs to it, a field with what holds its value."""
    key = place.key if kind.name == "text" else kind.key(fact)
    value: tuple[str, ...]
    if not correction.name:
        new = fact if getattr(fact, "status", "") == "corrected" else kind.mark(fact, "confirmed")
        value = (_words(plan, kind, fact),)
    else:
        facet = kind.fields[correction.name]
        value = (fact.name,) if kind.name == "agency" else facet.get(fact)
        new = _confirm_field(fact, correction.name)
    plan = kind.put(plan, tuple(new if f is fact else f for f in kind.items(plan)))
    return plan, _review(correction, place, key, value, value)


_ROLES = {
    "leads": "lead",
    "coordinators": "coordinating",
    "recipients": "recipient",
    "focal": "focal",
    "monitors": "monitor",
}


def _confirm_field(fact: Any, name: str) -> Any:
    """Only what is a fact of its own (a role, a theme, a time) has a status to carry it."""
    if role := _ROLES.get(name):
        roles = tuple(
            replace(r, status="confirmed") if r.role == role and r.status == "extracted" else r
            for r in fact.roles
        )
        return replace(fact, roles=roles)
    if name == "themes":
        themes = tuple(
            replace(t, status="confirmed") if t.status == "extracted" else t for t in fact.themes
        )
        return replace(fact, themes=themes)
    if name == "timeline" and fact.timeframe and fact.timeframe.status == "extracted":
        return replace(fact, timeframe=replace(fact.timeframe, status="confirmed"))
    return fact


def _words(plan: Plan, kind: Kind[Any], fact: Any) -> str:
    span = kind.span(fact)
    words = plan.outline.document.quote(span) if span else kind.key(fact)
    return " ".join(words.split())


def _review(
    correction: Correction,
    place: Place,
    key: str,
    before: tuple[str, ...],
    after: tuple[str, ...],
) -> Review:
    confirmed = before == after
    parts = (
        correction.anchor.clause,
        correction.anchor.quote,
        correction.anchor.prefix,
        correction.do,
        correction.field,
        *correction.value,
        correction.who,
        correction.when.isoformat(),
    )
    return Review(
        id=hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12],
        kind="confirmation" if confirmed else "correction",
        field=correction.field,
        key=key,
        replaced=said(before) or None,
        value=said(after) or None,
        who=correction.who,
        when=correction.when,
        why=correction.why,
        span=place.span,
        clause=place.clause,
    )
