"""What a person should look at: names whose body is not known for certain, documents that could not be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .model import Mention, Plan
from .names import BASE
from .registry import Registry


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name or a document's number to review: *kind* is "actor" or "document", *why* the doubt
    ("unknown-type", "unknown-place", "ended"; "unknown-year", "unknown-issuer", "ambiguous-issuer",
    "years-differ", "dates-differ"), *jurisdiction* the place in its IRI, *count* how often the plan says it."""

    name: str
    kind: str
    jurisdiction: str
    plan: str | None
    count: int
    why: str


def unknown_mentions(plan: Plan, registry: Registry) -> tuple[Unknown, ...]:
    """Everything in *plan* whose identity is in doubt, each name once, in order of appearance.

    *plan* is resolved.  A name that *registry* knows is never listed, but for an agency that had ended.
    """
    found: dict[tuple[str, str], Unknown] = {}
    for unknown in (*_actors(plan, registry), *_documents(plan)):
        key = (unknown.kind, unknown.name)
        before = found.get(key)
        found[key] = replace(before, count=before.count + unknown.count) if before else unknown
    return tuple(found.values())


def _actors(plan: Plan, registry: Registry) -> Iterator[Unknown]:
    for mention in _mentions(plan):
        iri = mention.iri or ""
        if mention.doubt and (mention.doubt == "ended" or not registry.knows(iri)):
            where = iri.removeprefix(BASE).split("/", 1)[-1].rpartition("/")[0]
            yield Unknown(mention.name, "actor", where, plan.iri, 1, mention.doubt)


def _mentions(plan: Plan) -> Iterator[Mention]:
    for task in plan.tasks:
        yield from (role.mention for role in task.roles)
    yield from plan.header.recipients


def _documents(plan: Plan) -> Iterator[Unknown]:
    for reference in plan.references:
        why = "dates-differ" if reference.other_dates else reference.doubt
        if why:
            where = (reference.iri or "").removeprefix(f"{BASE}doc/").split("/")[0]
            count = len(reference.mentions)
            yield Unknown(reference.number, "document", where, plan.iri, count, why)


_WHY = {
    "unknown-type": "no type of body is called so",
    "unknown-place": "of which place is not said, or none is known so",
    "ended": "had ended before the plan's day",
    "unknown-year": "neither date nor year is given",
    "unknown-issuer": "its issuer is not told",
    "ambiguous-issuer": "its province has been merged since; of which of them is not said",
    "years-differ": "the year in its number is not that of its date",
    "dates-differ": "cited with different dates",
}


def review_lines(unknown: Iterable[Unknown], most: int = 5) -> list[str]:
    """What ``kg build`` says of it: the total, and for each reason the names said most often (up to *most*)."""
    by_why: dict[str, dict[str, int]] = {}
    for one in unknown:
        names = by_why.setdefault(one.why, {})
        names[one.name] = names.get(one.name, 0) + one.count
    total = sum(len(names) for names in by_why.values())
    lines = [f"to review: {total} names and documents that could not be told for certain"]
    for why in sorted(by_why, key=list(_WHY).index):
        ranked = sorted(by_why[why].items(), key=lambda item: (-item[1], item[0]))
        shown = ", ".join(f"«{name}» ({count})" for name, count in ranked[:most])
        more = f" and {len(ranked) - most} more" if len(ranked) > most else ""
        lines.append(f"  {_WHY[why]}: {shown}{more}")
    return lines
