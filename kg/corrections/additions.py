"""Facts that the rules did not find, made from the words that a person points at."""

from __future__ import annotations

import re

from ..extract.indicators import make_indicator
from ..extract.inline_times import find_inline_time
from ..extract.reports import report_recipients
from ..extract.roles import coordinators, subject_agents
from ..extract.themes import find_themes
from ..extract.timeline import make_timeframe
from ..model import Amount, Plan, Reference, Role, Target, Task
from ..names import slug
from ..text import clean
from . import forms
from .anchors import Place
from .fields import RULE
from .model import DoesNotApply

_NUMBER = re.compile(r"\d[\d.,]*\d|\d")


def make_task(plan: Plan, place: Place, _value: tuple[str, ...]) -> Task:
    """A task of the whole clause, with whom and what its own sentence names; the rest is corrected after."""
    if place.clause is None:
        raise DoesNotApply("the head of the document holds no task", "give a clause of the body")
    outline, passage = plan.outline, place.passage
    clause = outline.clauses[place.clause]
    above = outline.ancestors(clause)
    groups = {g.clause: g for g in plan.groups}
    group = next((groups[c.index] for c in reversed(above) if c.index in groups), None)
    agents, rule = subject_agents(passage)
    leads = tuple(Role("lead", a.mention(passage), "inline", rule, clause.index) for a in agents)
    named = {r.mention.name for r in leads}
    others = tuple(r for r in coordinators(passage, clause.index) if r.mention.name not in named)
    recipients = tuple(report_recipients(passage, clause.index))
    time = find_inline_time(passage)
    themes = {t.slug: t for t in group.themes} if group else {}
    themes |= {t.slug: t for t in find_themes(passage, clause.index)}
    own = clause.number or f"[{place.key.rpartition('.')[2]}]"
    return Task(
        key=place.key,
        path=".".join([*(c.number for c in above if c.number), own]),
        text=passage.text,
        span=passage.span(),
        clause=clause.index,
        group=group.key if group else None,
        block=place.key,
        kind="reporting" if recipients else "task",
        modality="assign" if leads else "general",
        roles=(*leads, *others, *recipients),
        roles_from="inline" if leads else "none",
        timeframe=make_timeframe(passage, *time, clause.index, "inline-deadline") if time else None,
        themes=tuple(themes.values()),
        rule=RULE,
        status="corrected",
    )


def make_target(plan: Plan, place: Place, value: tuple[str, ...]) -> Target:
    """A target whose anchor is a number with its unit; *value* is the indicator."""
    words = place.passage.text[place.start : place.end]
    number = _NUMBER.match(words)
    unit = words[number.end() :].strip() if number else ""
    if place.clause is None or number is None or not unit or re.search(r"\d", unit):
        raise DoesNotApply(
            f"«{words[:60]}» is no number with its unit", "give words such as «25,29 %»"
        )
    if not value:
        raise DoesNotApply(
            f"what «{words[:60]}» measures is not told", "give the indicator as the value"
        )
    goal = next((g for g in plan.goals if g.clause == place.clause), None)
    outline = plan.outline
    chain = {c.index for c in outline.ancestors(outline.clauses[place.clause])}
    goal = goal or next((g for g in reversed(plan.goals) if g.clause in chain), None)
    year = goal.year if goal else None
    name = f"{year or 'x'}-{slug(value[0])[:60].strip('-') or 'target'}"
    taken = {t.key for t in plan.targets}
    names = (name, *(f"{name}-{count}" for count in range(2, len(taken) + 3)))
    key = next(n for n in names if n not in taken)
    value_type = "share" if unit == "%" else "level"
    return Target(
        key=key,
        text=place.passage.text,
        span=place.passage.span(),
        clause=place.clause,
        indicator=value[0],
        amount=Amount(
            quote=words,
            span=place.span,
            value=float(forms.NUMBER_FORM.read(number.group())),
            unit=unit,
            comparator="=",
            year=year,
        ),
        baseline=None,
        value_type=value_type,
        measure=make_indicator(value[0], "", value_type),
        parent=None,
        goal=goal.key if goal else None,
        rule=RULE,
        status="corrected",
    )


def make_reference(_plan: Plan, place: Place, value: tuple[str, ...]) -> Reference:
    """A citation whose anchor are its words; *value* is the document's number."""
    if not value:
        raise DoesNotApply("the number of the document cited is not told", "give it as the value")
    words = clean(place.passage.text[place.start : place.end])
    return Reference(
        number=value[0],
        type=None,
        issuer=None,
        date=None,
        title=None,
        text=words,
        span=place.span,
        clause=place.clause,
        relation="cites",
        rule=RULE,
        mentions=(place.span,),
        status="corrected",
    )


MAKERS = {"task": make_task, "target": make_target, "reference": make_reference}
ADDED_VALUE = {"task": None, "target": forms.WORDS, "reference": forms.DOCUMENT_NUMBER}
