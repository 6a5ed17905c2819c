"""The entries of a dataset, from the merge of its graphs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from ..names import BASE, ELI, KH, ORG, PREFIXES, SCHEMA
from .abbreviations import short_names
from .entries import PASSAGES, Entry

_RDFS, _SKOS, _OWL = PREFIXES["rdfs"], PREFIXES["skos"], PREFIXES["owl"]
_TYPE = PREFIXES["rdf"] + "type"
_AGENCY_TYPE = f"{BASE}voc/agency-type/"
# The most particular first: a plan is a document too.
_CLASSES = (
    (f"{KH}AgentGroup", "group"),
    (f"{KH}Agency", "agency"),
    (f"{KH}SocialOrganization", "agency"),
    (f"{ORG}FormalOrganization", "agency"),
    (f"{KH}AdministrativeUnit", "unit"),
    (f"{KH}AdministrativePlan", "plan"),
    (f"{KH}PolicyDocument", "document"),
    (f"{KH}PolicyTheme", "theme"),
    (f"{KH}Indicator", "indicator"),
    (f"{KH}Task", "task"),
    (f"{KH}Target", "target"),
    (f"{KH}NationalTarget", "target"),
    (f"{KH}Clause", "clause"),
    (f"{_SKOS}Concept", "term"),
    (f"{_OWL}Class", "term"),
    (f"{_OWL}ObjectProperty", "term"),
    (f"{_OWL}DatatypeProperty", "term"),
)
_NAMES = (
    f"{_RDFS}label", f"{_SKOS}altLabel", f"{_SKOS}hiddenLabel", f"{_SKOS}notation", f"{ELI}id_local",
    f"{ELI}title", f"{KH}heading",
)  # fmt: skip
_TEXTS = (f"{KH}elementText", f"{KH}clauseText")
# What makes a thing more likely to be meant: plans that charge, cite or classify by it.
_MENTIONS = frozenset(
    f"{KH}{name}" for name in (
        "leadAgency", "coordinatingAgency", "focalAgency", "reportRecipient", "hasTheme", "forIndicator",
        "implementsDocument",
    )
) | {f"{ELI}cites"}  # fmt: skip
_PLAN = (f"{KH}elementOf", f"{KH}clauseOf")
_LINKS = (
    *_PLAN, f"{KH}issuedBy", f"{KH}agencyJurisdiction", f"{ORG}classification", f"{SCHEMA}containedInPlace",
    f"{_SKOS}inScheme", f"{KH}statedIn",
)  # fmt: skip
_VALUES = (
    f"{ELI}id_local", f"{ELI}date_document", f"{KH}validTo", f"{KH}validFrom", f"{KH}clauseOrder", *_TEXTS,
)  # fmt: skip
_KEPT = frozenset({_TYPE, *_NAMES, *_LINKS, *_VALUES}) | _MENTIONS
_LABEL = f"{_RDFS}label"
_RANK = {class_: rank for rank, (class_, _) in enumerate(_CLASSES)}
Term = ox.NamedNode | ox.Literal


class Gatherer:
    """Takes the statements of a dataset, those of one subject in a graph after each other, and makes the entries
    of them.  A statement that comes twice, in two graphs, counts once."""

    def __init__(self) -> None:
        self._subject: str | None = None
        self._block: list[tuple[str, Term]] = []
        self.kind: dict[str, str] = {}
        self._rank: dict[str, int] = {}
        self.types: dict[str, dict[str, None]] = {}
        self.labels: dict[str, dict[str, str]] = {}
        self.names: dict[str, dict[str, None]] = {}
        self.values: dict[tuple[str, str], str] = {}
        self.links: dict[tuple[str, str], str] = {}
        self.mentions: dict[str, set[str]] = {}
        self.weight: Counter[str] = Counter()
        self.plans: defaultdict[str, set[str]] = defaultdict(set)

    def take(self, quad: ox.Quad) -> None:
        """Note what *quad* says."""
        predicate = quad.predicate.value
        if predicate not in _KEPT:
            return
        subject, object_ = quad.subject, quad.object
        if not isinstance(subject, ox.NamedNode) or not isinstance(
            object_, (ox.NamedNode, ox.Literal)
        ):
            return
        if subject.value != self._subject:
            self._flush()
            self._subject = subject.value
        self._block.append((predicate, object_))

    def _flush(self) -> None:
        """Keep what is said of the subject, if it is of a kind that is searched for, or may be elsewhere."""
        subject, block = self._subject, self._block
        self._block = []
        if subject is None or not subject.startswith(BASE):
            return
        classes = [o.value for p, o in block if p == _TYPE]
        ranks = [_RANK[one] for one in classes if one in _RANK]
        if classes and not ranks and subject not in self.kind:
            return
        if ranks and min(ranks) < self._rank.get(subject, len(_RANK)):
            self._rank[subject] = min(ranks)
            is_type = subject.startswith(_AGENCY_TYPE)
            self.kind[subject] = "type" if is_type else _CLASSES[min(ranks)][1]
        for predicate, object_ in block:
            self._keep(subject, predicate, object_)

    def _keep(self, subject: str, predicate: str, object_: Term) -> None:
        value = object_.value
        if isinstance(object_, ox.Literal):
            if predicate == _LABEL:
                self.labels.setdefault(subject, {}).setdefault(object_.language or "", value)
            if predicate in _NAMES:
                self.names.setdefault(subject, {})[value] = None
            if predicate in _VALUES:
                self.values.setdefault((subject, predicate), value)
        elif predicate in _MENTIONS:
            self.mentions.setdefault(subject, set()).add(value)
        elif predicate == _TYPE:
            if value in _RANK:
                self.types.setdefault(subject, {})[value] = None
        elif predicate in _LINKS:
            self.links.setdefault((subject, predicate), value)

    def entries(self) -> Iterator[Entry]:
        """An entry for each thing of a kind that is searched for."""
        self._flush()
        self._subject = None
        self._weigh()
        for iri, kind in self.kind.items():
            vi, en = self.label(iri, "vi"), self.label(iri, "en")
            if not vi:
                continue
            make = _passage if kind in PASSAGES else _named
            yield make(self, iri, kind, vi, en)

    def _weigh(self) -> None:
        """Count what plans say of each thing, and of what it belongs to."""
        tasks: Counter[str] = Counter()
        for subject, ends in self.mentions.items():
            plan = self.plan(subject)
            for end in ends:
                self.weight[end] += 1
                if plan:
                    self.plans[end].add(plan)
        for iri, kind in self.kind.items():
            if kind == "task":
                tasks[self.plan(iri) or ""] += 1
        for iri, kind in self.kind.items():
            if kind == "plan" and (issuer := self.link(iri, "issuedBy")):
                self.weight[issuer] += tasks[iri]  # who is behind all that a plan charges
                self.plans[issuer].add(iri)
        for iri, kind in self.kind.items():
            if kind in ("agency", "group"):
                above = [self.link(iri, "agencyJurisdiction")]
                if type_ := self.links.get((iri, f"{ORG}classification")):
                    self.types.setdefault(iri, {})[type_] = None
                    above.append(type_)
                for one in above:
                    if one is not None:
                        self.weight[one] += self.weight[iri]
                        self.plans[one] |= self.plans[iri]

    def link(self, iri: str, name: str) -> str | None:
        return self.links.get((iri, f"{KH}{name}"))

    def value(self, iri: str | None, predicate: str) -> str | None:
        return None if iri is None else self.values.get((iri, predicate))

    def plan(self, iri: str) -> str | None:
        """The plan that *iri* is an element or a clause of, or is."""
        if self.kind.get(iri) == "plan":
            return iri
        return self.links.get((iri, _PLAN[0])) or self.links.get((iri, _PLAN[1]))

    def label(self, iri: str, language: str) -> str:
        known = self.labels.get(iri, {})
        return known.get(language) or known.get("vi") or next(iter(known.values()), "")

    def bilingual(self, iri: str | None) -> tuple[str, str]:
        return ("", "") if iri is None else (self.label(iri, "vi"), self.label(iri, "en"))


def gather(merged: ox.Store) -> Iterator[Entry]:
    """An entry for each agency, group, unit, document, theme, indicator, term, task, target and clause.

    *merged*: the merge of the visible graphs stands in its default graph (see ``merging``).
    """
    gatherer = Gatherer()
    for quad in merged.quads_for_pattern(None, None, None, ox.DefaultGraph()):
        gatherer.take(quad)
    return gatherer.entries()


def _passage(facts: Gatherer, iri: str, kind: str, vi: str, en: str) -> Entry:
    clause = iri if kind == "clause" else facts.link(iri, "statedIn")
    plan = facts.plan(iri)
    text = facts.value(iri, _TEXTS[0]) or facts.value(iri, _TEXTS[1])
    return Entry(
        iri=iri,
        kind=kind,
        vi=vi,
        en=en,
        types=tuple(facts.types.get(iri, ())),
        text=text or vi,
        cited=facts.bilingual(clause),
        clause=clause,
        plan=plan,
        number=facts.value(plan, f"{ELI}id_local"),
        date=facts.value(plan, f"{ELI}date_document") or "",
        order=_whole(facts.value(clause, f"{KH}clauseOrder") or ""),
    )


def _named(facts: Gatherer, iri: str, kind: str, vi: str, en: str) -> Entry:
    names = list(facts.names.get(iri, ()))
    if kind in ("agency", "group", "type"):
        names += [short for name in _vietnamese(names, vi) for short in short_names(name)]
    return Entry(
        iri=iri,
        kind=kind,
        vi=vi,
        en=en,
        names=tuple(dict.fromkeys(names)),
        weight=facts.weight[iri],
        about=_about(facts, iri, kind),
        types=tuple(facts.types.get(iri, ())),
        plan=iri if kind == "plan" else None,
        number=facts.value(iri, f"{ELI}id_local"),
        date=facts.value(iri, f"{ELI}date_document") or "",
        plans=tuple(sorted({*facts.plans[iri], *((iri,) if kind == "plan" else ())})),
        is_past=facts.value(iri, f"{KH}validTo") is not None,
    )


def _vietnamese(names: Iterable[str], label: str) -> list[str]:
    """The names to be shortened: the label, and other long ones that begin as it does."""
    head = label.split(" ", 1)[0].casefold()
    return [n for n in names if n == label or n.casefold().startswith(head + " ")]


def _about(facts: Gatherer, iri: str, kind: str) -> tuple[str, str]:
    """What tells namesakes apart: the place or scheme, and the days from and to which it is."""
    above = {
        "agency": f"{KH}agencyJurisdiction",
        "group": f"{KH}agencyJurisdiction",
        "unit": f"{SCHEMA}containedInPlace",
        "term": f"{_SKOS}inScheme",
    }.get(kind, "")
    vi, en = facts.bilingual(facts.links.get((iri, above)))
    parts = [(vi, en)] if vi else []
    if ended := facts.value(iri, f"{KH}validTo"):
        parts.append((f"đến trước ngày {_day(ended)}", f"until {ended}"))
    elif began := facts.value(iri, f"{KH}validFrom"):
        parts.append((f"từ ngày {_day(began)}", f"from {began}"))
    return "; ".join(p[0] for p in parts), "; ".join(p[1] for p in parts)


def _day(iso: str) -> str:
    return "/".join(reversed(iso[:10].split("-")))


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
