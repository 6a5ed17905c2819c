"""Mentions and citations of one plan → IRIs, by its place and day.

Nothing is guessed: an actor whose type or place is not known keeps a stable IRI of its name and a doubt, a
document whose year or issuer is not told keeps an IRI under the plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from .actors import Actors
from .documents import AMBIGUOUS_ISSUER, Documents, issuer_names
from .extract.agents import find_agents
from .model import Field, Header, Mention, Plan, Reference, Role, Span, Task
from .names import slug, unit_iri
from .passages import make_passage
from .registry import Registry


def resolve(
    plan: Plan,
    registry: Registry,
    *,
    number: str | None = None,
    day: date | None = None,
) -> Plan:
    """*plan* with IRIs: its own, its issuer's, and one on every mention and citation.

    *number* and *day* give the identity where the text does not (a draft); they stand in its header then.  Without a number or date
    the plan's own IRI stays None.
    """
    header = plan.header
    if header.number is None and number:
        header = replace(header, number=Field(number, Span(0, 0)))
    if header.date is None and day:
        header = replace(header, date=Field(day.isoformat(), Span(0, 0)))
    written = header.number.value if header.number else None
    dated = date.fromisoformat(header.date.value) if header.date else None
    place = header.province.value if header.province else None
    issuer = header.issuer.value if header.issuer else None
    unit = registry.unit(place, dated) if place else None
    actors = Actors(registry, unit, dated, place)
    documents = Documents(registry, unit, dated, place)
    iri = None
    if written and dated:
        kind = header.type.value if header.type else None
        iri = documents.identify(written, kind, issuer, dated).iri
    return replace(
        plan,
        iri=iri,
        issuer_iri=plan.issuer_iri or (actors.identify(issuer).iri if issuer else None),
        unit_iri=unit_iri(unit.path) if unit else None,
        header=_header(header, actors, plan.outline.document.text),
        references=tuple(_reference(r, documents, actors, iri) for r in plan.references),
        tasks=tuple(_task(t, actors) for t in plan.tasks),
    )


def _header(header: Header, actors: Actors, text: str) -> Header:
    found = (one for line in header.recipients for one in _recipients(line, actors, text))
    return replace(header, recipients=tuple(found))


def _recipients(line: Mention, actors: Actors, text: str) -> Iterable[Mention]:
    """Those named in a line of the distribution list: the whole line where it is known by that name or names
    no list, else each."""
    whole = _mention(line, actors)
    passage = make_passage(text, line.span.start, line.span.end)
    agents, end = find_agents(passage, 0, whole=True)
    known = line.iri is not None or actors.registry.knows(str(whole.iri))
    if known or end < len(passage.text) or len(agents) < 2:
        return [whole]
    return [_mention(agent.mention(passage), actors) for agent in agents]


def _task(task: Task, actors: Actors) -> Task:
    roles: Iterable[Role] = (replace(r, mention=_mention(r.mention, actors)) for r in task.roles)
    return replace(task, roles=tuple(roles))


def _mention(mention: Mention, actors: Actors) -> Mention:
    if mention.iri is not None:  # told by a correction
        return mention
    actor = actors.identify(mention.name)
    return replace(mention, iri=actor.iri, doubt=actor.doubt)


def _reference(
    reference: Reference, documents: Documents, actors: Actors, plan: str | None
) -> Reference:
    known = documents.identify(reference.number, reference.type, reference.issuer, reference.date)
    iri = known.iri
    if iri is None and plan:
        iri = f"{plan}/cited/{slug(reference.number)}"
    names = issuer_names(reference.number, reference.issuer)
    here = actors.on(reference.date)
    told = known.doubt != AMBIGUOUS_ISSUER
    issuers = tuple(Mention(n, reference.span, here.identify(n).iri) for n in names if told)
    return replace(reference, iri=iri, issuers=issuers, doubt=known.doubt)
