"""The fields of each kind of fact: their form, how they are read and how a corrected one is put in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar

from ..extract import title_horizons
from ..extract.indicators import make_indicator
from ..extract.themes import find_themes
from ..extract.timeline import make_timeframe
from ..model import (
    Deadline,
    Field,
    Goal,
    Header,
    Plan,
    Reference,
    Role,
    Signing,
    Span,
    Target,
    Task,
    TaskGroup,
    Theme,
    Timeframe,
)
from ..passages import make_passage
from ..text import fold
from . import forms
from .evidence import Evidence
from .forms import Form
from .model import DoesNotApply

T = TypeVar("T")
RULE = "correction"


@dataclass(frozen=True, slots=True)
class Facet(Generic[T]):
    """One field of facts of type T.  *put* gets the whole new value, () for none."""

    form: Callable[[], Form]
    get: Callable[[T], tuple[str, ...]]
    put: Callable[[T, tuple[str, ...], Evidence], T]


def _always(form: Form) -> Callable[[], Form]:
    return lambda: form


def _maybe(value: object | None) -> tuple[str, ...]:
    return () if value is None else (str(value),)


def _first(value: tuple[str, ...]) -> str | None:
    return value[0] if value else None


# -- tasks -----------------------------------------------------------------------------------------------


def _roles(role: str) -> Facet[Task]:
    def get(task: Task) -> tuple[str, ...]:
        return tuple(m.name for m in task.of(role))

    def put(task: Task, names: tuple[str, ...], evidence: Evidence) -> Task:
        """Who stays is kept as read, who is new is corrected."""
        before = {fold(r.mention.name): r for r in task.roles if r.role == role}
        clause = task.clause
        new = tuple(
            before.get(fold(name))
            or Role(role, evidence.mention(name), RULE, RULE, clause, "corrected")
            for name in names
        )
        others = tuple(r for r in task.roles if r.role != role)
        changed = replace(task, roles=(*new, *others) if role == "lead" else (*others, *new))
        if role == "lead":
            return replace(changed, roles_from=RULE if new else "none")
        if role == "recipient":
            kind = "reporting" if new else "task" if task.kind == "reporting" else task.kind
            return replace(changed, kind=kind)
        return changed

    return Facet(_always(forms.NAMES), get, put)


def _timeline(task: Task, value: tuple[str, ...], evidence: Evidence) -> Task:
    """The new words are read as those of a label are."""
    if not value:
        return replace(task, timeframe=None)
    found = evidence.find(value[0])
    passage = found[0] if found else make_passage(value[0], 0, len(value[0]))
    time = make_timeframe(passage, 0, len(passage.text), task.clause, RULE)
    if time is None:
        raise DoesNotApply(f"«{value[0]}» holds no words", "give the words of the time")
    span = time.span if found else evidence.fallback
    return replace(task, timeframe=replace(time, span=span, status="corrected"))


def _time(
    get: Callable[[Timeframe], str | None],
    put: Callable[[Timeframe, str | None], Timeframe],
    form: Form,
) -> Facet[Task]:
    def set_(task: Task, value: tuple[str, ...], _evidence: Evidence) -> Task:
        if task.timeframe is None:
            raise DoesNotApply(
                f"task {task.key} has no time whose reading could be corrected",
                "give the words first: task.timeline",
            )
        changed = put(task.timeframe, _first(value))
        return replace(task, timeframe=replace(changed, status="corrected"))

    return Facet(_always(form), lambda t: _maybe(get(t.timeframe) if t.timeframe else None), set_)


def _themes(
    fact: tuple[Theme, ...], slugs: tuple[str, ...], evidence: Evidence, clause: int
) -> tuple[Theme, ...]:
    before = {t.slug: t for t in fact}
    own = {t.slug: t for t in find_themes(evidence.place.passage, clause)}

    def theme(slug: str) -> Theme:
        if kept := before.get(slug):
            return kept
        if read := own.get(slug):
            return replace(read, rule=RULE, status="corrected")
        span = evidence.fallback
        return Theme(slug, evidence.place.passage.text, span, clause, RULE, "corrected")

    return tuple(theme(slug) for slug in slugs)


def _task_kind(task: Task, value: tuple[str, ...], _evidence: Evidence) -> Task:
    if (value[0] == "reporting") != bool(task.of("recipient")):
        raise DoesNotApply(
            f"task {task.key}: a task is one of reporting just when it has recipients",
            "correct task.recipients",
        )
    return replace(task, kind=value[0])


def _task_text(task: Task, value: tuple[str, ...], evidence: Evidence) -> Task:
    found = evidence.find(value[0])
    if found is None:
        raise DoesNotApply(
            f"«{value[0][:60]}» does not stand in {evidence.place.key}",
            "give words of the plan as they are written",
        )
    return replace(task, text=found[0].text, span=found[1])


TASK: Mapping[str, Facet[Task]] = {
    "leads": _roles("lead"),
    "coordinators": _roles("coordinating"),
    "recipients": _roles("recipient"),
    "focal": _roles("focal"),
    "monitors": _roles("monitor"),
    "timeline": Facet(
        _always(forms.TEXT), lambda t: (t.timeframe.text,) if t.timeframe else (), _timeline
    ),
    "frequency": _time(
        lambda t: t.frequency,
        lambda t, v: replace(t, frequencies=(v,) if v else ()),
        forms.DURATION,
    ),
    "begin": _time(lambda t: t.begin, lambda t, v: replace(t, begin=v), forms.MOMENT),
    "end": _time(lambda t: t.end, lambda t, v: replace(t, end=v), forms.MOMENT),
    "deadline": _time(
        lambda t: t.deadline.before if t.deadline else None,
        lambda t, v: replace(
            t, deadline=Deadline(v, t.deadline.inclusive if t.deadline else False) if v else None
        ),
        forms.DEADLINE,
    ),
    "themes": Facet(
        forms.theme,
        lambda t: tuple(x.slug for x in t.themes),
        lambda t, v, e: replace(t, themes=_themes(t.themes, v, e, t.clause)),
    ),
    "kind": Facet(_always(forms.TASK_KIND), lambda t: (t.kind,), _task_kind),
    "modality": Facet(
        _always(forms.MODALITY),
        lambda t: (t.modality,),
        lambda t, v, _e: replace(t, modality=v[0]),
    ),
    "text": Facet(_always(forms.WORDS), lambda t: (t.text,), _task_text),
}
GROUP: Mapping[str, Facet[TaskGroup]] = {
    "themes": Facet(
        forms.theme,
        lambda g: tuple(x.slug for x in g.themes),
        lambda g, v, e: replace(g, themes=_themes(g.themes, v, e, g.clause)),
    ),
}

# -- goals, targets, references --------------------------------------------------------------------------

GOAL: Mapping[str, Facet[Goal]] = {
    "year": Facet(
        _always(forms.YEAR),
        lambda g: _maybe(g.year),
        lambda g, v, _e: replace(g, year=int(v[0]) if v else None),
    ),
}


def _period(value: tuple[str, ...]) -> tuple[int, int] | None:
    if not value:
        return None
    begin, _, end = value[0].partition("-")
    return int(begin), int(end)


def _target_period(target: Target, value: tuple[str, ...], _evidence: Evidence) -> Target:
    period = _period(value)
    year = period[1] if period else target.amount.year
    return replace(target, amount=replace(target.amount, period=period, year=year))


TARGET: Mapping[str, Facet[Target]] = {
    "value": Facet(
        _always(forms.NUMBER_FORM),
        lambda t: (str(t.amount.value),),
        lambda t, v, _e: replace(t, amount=replace(t.amount, value=float(v[0]))),
    ),
    "comparator": Facet(
        _always(forms.COMPARATOR),
        lambda t: (t.amount.comparator,),
        lambda t, v, _e: replace(t, amount=replace(t.amount, comparator=v[0])),
    ),
    "unit": Facet(
        _always(forms.WORDS),
        lambda t: _maybe(t.amount.unit),
        lambda t, v, _e: replace(t, amount=replace(t.amount, unit=v[0])),
    ),
    "year": Facet(
        _always(forms.YEAR),
        lambda t: _maybe(t.amount.year),
        lambda t, v, _e: replace(t, amount=replace(t.amount, year=int(v[0]) if v else None)),
    ),
    "period": Facet(
        _always(forms.PERIOD),
        lambda t: (f"{t.amount.period[0]}-{t.amount.period[1]}",) if t.amount.period else (),
        _target_period,
    ),
    "indicator": Facet(
        _always(forms.WORDS),
        lambda t: (t.indicator,),
        lambda t, v, _e: replace(t, indicator=v[0], measure=make_indicator(v[0], "", t.value_type)),
    ),
    "value_type": Facet(
        _always(forms.VALUE_TYPE),
        lambda t: (t.value_type,),
        lambda t, v, _e: replace(t, value_type=v[0]),
    ),
}
REFERENCE: Mapping[str, Facet[Reference]] = {
    "date": Facet(
        _always(forms.DAY),
        lambda r: _maybe(r.date),
        lambda r, v, _e: replace(r, date=date.fromisoformat(v[0]) if v else None),
    ),
    "issuer": Facet(
        _always(forms.TEXT),
        lambda r: _maybe(r.issuer),
        lambda r, v, _e: replace(r, issuer=_first(v)),
    ),
    "type": Facet(
        forms.document_type,
        lambda r: _maybe(r.type),
        lambda r, v, _e: replace(r, type=_first(v)),
    ),
    "relation": Facet(
        _always(forms.RELATION),
        lambda r: (r.relation,),
        lambda r, v, _e: replace(r, relation=v[0]),
    ),
}

# -- the document itself ---------------------------------------------------------------------------------


def _header(
    form: Callable[[], Form],
    get: Callable[[Header], Field | None],
    put: Callable[[Header, Field | None], Header],
) -> Facet[Plan]:
    def set_(plan: Plan, value: tuple[str, ...], evidence: Evidence) -> Plan:
        before = get(plan.header)
        span = _header_span(plan, before, value[0], evidence) if value else Span(0, 0)
        header = put(plan.header, Field(value[0], span, "corrected") if value else None)
        title = header.title.value if header.title else ""
        return replace(plan, header=header, horizons=title_horizons(title))

    def read(plan: Plan) -> tuple[str, ...]:
        field = get(plan.header)
        return (field.value,) if field else ()

    return Facet(form, read, set_)


def _header_span(plan: Plan, before: Field | None, value: str, evidence: Evidence) -> Span:
    """Where the value stands, else the words misread, else those pointed at; none (0, 0) for what the
    text does not say: then the correction is only tied to the title or to what the document begins with."""
    if found := evidence.find(value):
        return found[1]
    if before:
        return before.span
    place, title = evidence.place, plan.header.title
    whole = (place.start, place.end) == (0, len(place.passage.text))
    return Span(0, 0) if whole or (title and title.span == place.span) else place.span


def _signer(header: Header, signer: Field | None) -> Header:
    before = header.signing or Signing(None, (), None, None)
    return replace(header, signing=replace(before, signer=signer))


DOCUMENT: Mapping[str, Facet[Plan]] = {
    "number": _header(
        _always(forms.DOCUMENT_NUMBER), lambda h: h.number, lambda h, f: replace(h, number=f)
    ),
    "date": _header(_always(forms.DAY), lambda h: h.date, lambda h, f: replace(h, date=f)),
    "type": _header(forms.document_type, lambda h: h.type, lambda h, f: replace(h, type=f)),
    "title": _header(_always(forms.TEXT), lambda h: h.title, lambda h, f: replace(h, title=f)),
    "issuer": _header(_always(forms.TEXT), lambda h: h.issuer, lambda h, f: replace(h, issuer=f)),
    "province": _header(
        _always(forms.TEXT), lambda h: h.province, lambda h, f: replace(h, province=f)
    ),
    "place": _header(_always(forms.TEXT), lambda h: h.place, lambda h, f: replace(h, place=f)),
    "signer": _header(
        _always(forms.TEXT), lambda h: h.signing.signer if h.signing else None, _signer
    ),
}
