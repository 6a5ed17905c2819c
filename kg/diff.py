"""What two builds say differently: facts gained, lost and altered, by plan and by the rule that found them.

A fact is an element of a plan (task, target, assignment, citation, theme ...) with all that hangs on it: value,
time, quote.  Facts are the same by IRI; where a quote stands in the text is no part of them, so that an
insertion further up alters nothing below.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox

from .errors import KgError
from .export import Table, to_text
from .names import BASE, KH, OA
from .store import SUFFIXES, open_dataset

KINDS = (
    "Task", "Target", "Assignment", "Citation", "ThemeAssignment", "ExpectedOutput", "Goal", "TaskGroup",
    "Purpose", "Requirement",
)  # fmt: skip
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_ELEMENT_OF = ox.NamedNode(KH.elementOf)
# Said of the fact itself; or said again by another fact (an assignment, a theme), or by the other end.
_OURS = (
    "labelStatus", "elementOf", "foundByRule", "hasAssignment", "hasTask", "hasTarget", "hasTheme",
    "leadAgency", "coordinatingAgency", "focalAgency", "reportRecipient",
    "hasAlignment",  # proposed from two plans at once, and no fact of either
)  # fmt: skip
_NOT_CONTENT = {
    str(p) for p in (_TYPE, _LABEL, OA.hasSource, OA.start, OA.end, *(KH[n] for n in _OURS))
}
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Fact:
    """*fields* are its contents by path ("hasValue/numericValue"), several values joined by " | "."""

    iri: str
    plan: str
    kind: str
    rule: str | None
    fields: Mapping[str, str]

    @property
    def words(self) -> str:
        """What it says, in short."""
        for name in ("elementText", "hasEvidence/hasSelector/exact"):
            if text := self.fields.get(name):
                return " ".join(text.split())
        return ""


@dataclass(frozen=True, slots=True)
class Change:
    """change: "gained", "lost" or "altered"; *fields*: name → (before, after), of what differs."""

    change: str
    plan: str
    kind: str
    rule: str | None
    iri: str
    words: str
    fields: dict[str, tuple[str | None, str | None]]


@dataclass(frozen=True, slots=True)
class Difference:
    plans_gained: tuple[str, ...]
    plans_lost: tuple[str, ...]
    changes: tuple[Change, ...]

    def of_rule(self, rule: str) -> Difference:
        """Only what *rule* found, before or after."""

        def has(change: Change) -> bool:
            return change.rule == rule or rule in change.fields.get("foundByRule", ())

        return Difference((), (), tuple(c for c in self.changes if has(c)))

    def by_rule(self) -> list[tuple[str, int, int, int]]:
        """(rule, gained, lost, altered)"""
        counts: dict[str, Counter[str]] = {}
        for change in self.changes:
            counts.setdefault(change.rule or "", Counter())[change.change] += 1
        return [(r, c["gained"], c["lost"], c["altered"]) for r, c in sorted(counts.items())]


class Facts:
    """The facts in a store or a file, plan by plan; *digests* tell which plans' graphs are the same."""

    def __init__(self, store: ox.Store, digests: Mapping[str, str], owner: object = None) -> None:
        self._store = store
        self._owner = owner  # what keeps the store from being removed while it is read
        self.digests = digests
        self.plans = sorted(
            {
                str(quad.object.value)
                for quad in store.quads_for_pattern(None, _ELEMENT_OF, None)
                if isinstance(quad.object, ox.NamedNode)
            }
        )

    def of(self, plan: str) -> dict[str, Fact]:
        """The facts of a plan by IRI."""
        elements = {
            quad.subject.value
            for quad in self._store.quads_for_pattern(None, _ELEMENT_OF, ox.NamedNode(plan))
            if isinstance(quad.subject, ox.NamedNode)
        }
        return {iri: self._fact(iri, plan, elements) for iri in sorted(elements)}

    def _fact(self, iri: str, plan: str, elements: set[str]) -> Fact:
        said = list(self._store.quads_for_pattern(ox.NamedNode(iri), None, None))
        types = _values(said, _TYPE)
        rules = _values(said, str(KH.foundByRule))
        found: dict[str, set[str]] = {}
        self._collect(said, "", plan, elements, found, _DEPTH)
        return Fact(
            iri,
            plan,
            next((kind for kind in KINDS if str(KH[kind]) in types), "PlanElement"),
            min(rules, default=None),
            {name: " | ".join(sorted(values)) for name, values in sorted(found.items())},
        )

    def _collect(
        self,
        quads: Iterable[ox.Quad],
        path: str,
        plan: str,
        elements: set[str],
        found: dict[str, set[str]],
        depth: int,
    ) -> None:
        """The values of *quads*; what belongs to this fact alone is entered."""
        for quad in quads:
            if quad.predicate.value in _NOT_CONTENT:
                continue
            name = path + _local(quad.predicate.value)
            thing = quad.object
            if not isinstance(thing, ox.NamedNode):
                found.setdefault(name, set()).add(_text(thing))
                continue
            own = thing.value.startswith(f"{plan}/") and thing.value not in elements
            inner = list(self._store.quads_for_pattern(thing, None, None)) if own and depth else []
            if not inner or thing.value.startswith(f"{plan}/c/"):
                found.setdefault(name, set()).add(thing.value.removeprefix(BASE))
            else:
                self._collect(inner, f"{name}/", plan, elements, found, depth - 1)


def _values(quads: Iterable[ox.Quad], predicate: str) -> set[str]:
    return {_text(quad.object) for quad in quads if quad.predicate.value == predicate}


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


def _local(iri: str) -> str:
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def read_facts(path: Path) -> Facts:
    """The facts in a store (a folder) or in a file of RDF, such as ``kg dump`` writes."""
    if path.is_dir():
        dataset = open_dataset(path)
        entries = dataset.manifest.get("plans", ())
        digests = {e["iri"]: e["graph_sha256"] for e in entries if e.get("graph_sha256")}
        return Facts(dataset.store, digests, dataset)
    form = SUFFIXES.get(path.suffix.lower())
    if form is None:
        raise KgError(
            f"{path}: neither the folder of a store nor a file of RDF ({', '.join(sorted(SUFFIXES))})"
        )
    store = ox.Store()
    try:
        store.bulk_load(path=str(path), format=form)
    except SyntaxError as fault:
        raise KgError(f"{path}: does not parse ({' '.join(str(fault).split())[:200]})") from None
    except OSError as fault:
        raise KgError(
            f"{path}: cannot be read ({fault.strerror or fault}); check the path"
        ) from None
    return Facts(store, {})


def compare(before: Facts, after: Facts) -> Difference:
    changes: list[Change] = []
    for plan in sorted({*before.plans, *after.plans}):
        digest = before.digests.get(plan)
        if digest is not None and digest == after.digests.get(plan):
            continue
        old = before.of(plan) if plan in before.plans else {}
        new = after.of(plan) if plan in after.plans else {}
        changes += _changes(old, new)
    return Difference(
        tuple(sorted(set(after.plans) - set(before.plans))),
        tuple(sorted(set(before.plans) - set(after.plans))),
        tuple(changes),
    )


def _changes(old: Mapping[str, Fact], new: Mapping[str, Fact]) -> Iterable[Change]:
    for iri in sorted({*old, *new}):
        was, now = old.get(iri), new.get(iri)
        fact = now or was
        if fact is None or was == now:
            continue
        fields = _altered(was, now) if was and now else {}
        kind = "altered" if was and now else "gained" if now else "lost"
        yield Change(kind, fact.plan, fact.kind, fact.rule, iri, fact.words, fields)


def _altered(was: Fact, now: Fact) -> dict[str, tuple[str | None, str | None]]:
    one = {**was.fields, "kind": was.kind, "foundByRule": was.rule}
    two = {**now.fields, "kind": now.kind, "foundByRule": now.rule}
    names = sorted({*one, *two})
    return {n: (one.get(n), two.get(n)) for n in names if one.get(n) != two.get(n)}


def diff_text(found: Difference) -> str:
    """For people: counts by rule, then every change, plan by plan."""
    if not found.changes and not found.plans_gained and not found.plans_lost:
        return "the same facts\n"
    lines = [f"plan gained: {plan}" for plan in found.plans_gained]
    lines += [f"plan lost: {plan}" for plan in found.plans_lost]
    rows = found.by_rule()
    totals = Counter(change.change for change in found.changes)
    every = ("all", totals["gained"], totals["lost"], totals["altered"])
    table = Table(("rule", "gained", "lost", "altered"), (*rows, every))
    lines.append(to_text(table).rstrip())
    plan = ""
    for change in found.changes:
        if change.plan != plan:
            plan = change.plan
            lines.append(f"\n{plan}")
        mark = {"gained": "+", "lost": "-", "altered": "~"}[change.change]
        key = change.iri.removeprefix(f"{plan}/")
        lines.append(f"  {mark} {change.kind} {key} [{change.rule}] «{_short(change.words)}»")
        for name, (old, new) in change.fields.items():
            lines.append(f"      {name}: {_shown(old)} → {_shown(new)}")
    return "\n".join(lines) + "\n"


def _shown(value: str | None) -> str:
    return "—" if value is None else f"«{_short(value)}»"


def _short(text: str, width: int = 90) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= width else flat[: width - 2] + " …"


def diff_json(found: Difference) -> str:
    names = ("rule", "gained", "lost", "altered")
    whole = {
        "plans_gained": found.plans_gained,
        "plans_lost": found.plans_lost,
        "by_rule": [dict(zip(names, row, strict=True)) for row in found.by_rule()],
        "changes": [asdict(change) for change in found.changes],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
