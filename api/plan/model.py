"""What the page of a plan is made from: plain frozen values, as the job that reads the dataset returns them.

Places are code points of the source text, end exclusive.  A *fragment* is one of ``anchors``.
"""

from __future__ import annotations

from dataclasses import dataclass

# What is painted, in the order in which a mark within another is told; the rest are places to go to.
PAINTED = ("target", "lead", "coordinator", "time", "citation", "theme")


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of the text.  *kind* is one of ``PAINTED`` or "" (a sentence, a name in the head);
    *fact* is the fragment of the fact it proves, the first of several; None where none is shown."""

    start: int
    end: int
    fragment: str
    kind: str
    fact: str | None


@dataclass(frozen=True, slots=True)
class Clause:
    """*kind* a slug of the scheme "clause-type", None for the head; *number* as written."""

    path: str
    kind: str | None
    number: str | None
    is_heading: bool
    start: int
    end: int

    @property
    def depth(self) -> int:
        return self.path.count("__")


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with its label and the path of its page (None: no page of ours)."""

    iri: str
    label: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """Who has which *role* (a slug) in a task; *mark* the fragment of the words."""

    role: str
    agent: Named
    mark: str | None


@dataclass(frozen=True, slots=True)
class Time:
    """*kind* a slug of the scheme "time-kind"; *begin* and *end* are "2021" or "2021-06-30"; *frequencies* ISO
    8601 durations; *is_conditional*: under «nếu có»."""

    text: str
    kind: str
    kind_label: str
    begin: str | None
    end: str | None
    frequencies: tuple[str, ...]
    mark: str | None
    is_conditional: bool


@dataclass(frozen=True, slots=True)
class Due:
    """*day* is "--11-10" or "2025-11-10"; *is_inclusive*: «chậm nhất», else «trước ngày»."""

    iri: str
    day: str
    is_inclusive: bool


@dataclass(frozen=True, slots=True)
class Task:
    iri: str
    fragment: str
    path: str
    text: str
    kind: str
    modality: Named | None
    group: str | None
    parts: tuple[Part, ...]
    time: Time | None
    dues: tuple[Due, ...]
    themes: tuple[Named, ...]
    mark: str | None
    clause: str | None
    is_corrected: bool

    def of(self, *roles: str) -> tuple[Part, ...]:
        return tuple(p for p in self.parts if p.role in roles)


@dataclass(frozen=True, slots=True)
class Value:
    """A number with what was printed; *year* or *period* says when it holds."""

    number: str
    printed: str
    unit: Named | None
    comparator: str
    year: str | None
    period: tuple[str, str] | None

    @property
    def when(self) -> str:
        return "–".join(self.period) if self.period else self.year or ""


@dataclass(frozen=True, slots=True)
class Target:
    iri: str
    fragment: str
    label: str
    indicator: Named | None
    value: Value | None
    baseline: Value | None
    goal_year: str | None
    is_part: bool
    mark: str | None
    order: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A goal, purpose, requirement or group of tasks in the plan's words."""

    kind: str
    fragment: str
    text: str
    mark: str | None
    order: int


@dataclass(frozen=True, slots=True)
class Cited:
    document: Named
    relation: Named | None
    fragment: str
    mark: str | None
    order: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What the plan leaves open; *place* the fragment of the fact or clause it concerns."""

    shape: str
    message: str
    severity: str
    label: str
    quote: str | None
    place: str | None
    order: int


@dataclass(frozen=True, slots=True)
class Identity:
    """Who says what a document is: for its page and for citations."""

    iri: str
    path: str
    label: str
    is_ours: bool
    number: str
    day: str | None
    type_label: str | None
    type_vi: str | None
    title: str | None
    issuer: Named | None
    issuer_vi: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """All of one document that its page shows."""

    identity: Identity
    text: str
    clauses: tuple[Clause, ...]
    marks: tuple[Mark, ...]
    tasks: tuple[Task, ...]
    targets: tuple[Target, ...]
    statements: tuple[Statement, ...]
    citations: tuple[Cited, ...]
    findings: tuple[Finding, ...]
