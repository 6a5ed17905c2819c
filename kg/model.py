"""What passes between the stages: frozen values, no behaviour beyond reading themselves.

Offsets count code points of the text as decoded, end exclusive.  What it does not say is None (or an empty tuple).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from .cut import Cut

Status = Literal["extracted", "corrected", "confirmed"]

Day = date  # a field called «date» hides the class


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the document's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A file's text: of .txt and .md exactly as decoded (a BOM, CR and decomposed letters included), of
    other formats as ``kg.read`` writes it.  *sha256* is the file's own; *remarks* tell what was done to read it (an old encoding converted ...).
    """

    name: str
    format: str
    text: str
    sha256: str
    remarks: tuple[str, ...] = ()

    def quote(self, span: Span) -> str:
        return self.text[span.start : span.end]


@dataclass(frozen=True, slots=True)
class Passage:
    """Clean words with the way back: NFC, single spaces, no layout marks.

    ``offsets[i]`` and ``ends[i]`` are where the source characters of ``text[i]`` begin and end.
    """

    text: str
    offsets: tuple[int, ...] = field(repr=False)
    ends: tuple[int, ...] = field(repr=False)

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """The source span of ``text[start:end]``."""
        stop = len(self.text) if end is None else end
        if not self.text or stop <= start:
            at = self.offsets[start] if start < len(self.offsets) else 0
            return Span(at, at)
        return Span(self.offsets[start], self.ends[stop - 1])

    def cut(self, start: int, end: int | None = None) -> Passage:
        """The passage ``text[start:end]`` without white space at its edges."""
        stop = len(self.text) if end is None else end
        while start < stop and self.text[start] == " ":
            start += 1
        while stop > start and self.text[stop - 1] == " ":
            stop -= 1
        return Passage(self.text[start:stop], self.offsets[start:stop], self.ends[start:stop])


@dataclass(frozen=True, slots=True)
class Clause:
    """One unit of the document's layout; *index* is its place in ``Outline.clauses`` (reading order).

    kind: "phuluc" (annex), "phan", "chuong", "muc", "dieu", "khoan", "diem", "gach" (dash), "cong" (plus), "doan"
    (unnumbered paragraph), "bang" (table), "hang" (table row).
    *number* is the enumerator as written without its mark ("II", "2", "đ", "1.1"); None without one.
    *passage* is the clause's own words without enumerator, children not included.
    *is_heading* tells that the words name what stands beneath rather than say something themselves.
    *cells* are the cells of a table row.
    *path* is the Akoma Ntoso style identifier ("sec_II__para_2__point_dd").
    """

    index: int
    path: str
    kind: str
    number: str | None
    passage: Passage
    is_heading: bool
    parent: int | None
    depth: int
    cells: tuple[Passage, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """A document's parts.  *header*: what stands before the body (issuer, number, date, type, title, preamble), a passage a
    paragraph; *signature*, *recipients*: what stands after it; *beyond*: another document's words, of which *cut* tells."""

    document: Document
    header: tuple[Passage, ...]
    clauses: tuple[Clause, ...]
    recipients: tuple[Passage, ...]
    signature: tuple[Passage, ...]
    beyond: tuple[Passage, ...] = ()
    cut: Cut | None = None

    def children(self, index: int | None) -> tuple[Clause, ...]:
        return tuple(c for c in self.clauses if c.parent == index)

    def ancestors(self, clause: Clause) -> tuple[Clause, ...]:
        """From the outermost down to the clause's parent."""
        chain: list[Clause] = []
        parent = clause.parent
        while parent is not None:
            chain.append(self.clauses[parent])
            parent = self.clauses[parent].parent
        return tuple(reversed(chain))


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name an agency or group; *name* is completed and clean ("Sở Tư pháp"), the span holds the words as
    written.  *iri*: None until resolved, or where nothing is known; *doubt* ("unknown-type" ...): what is uncertain."""

    name: str
    span: Span
    iri: str | None = None
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """role: "lead", "coordinating", "focal", "recipient", "monitor"; *source* is "label", "inline",
    "heading" or "table"; *rule* names the rule that found it."""

    role: str
    mention: Mention
    source: str
    rule: str
    clause: int
    status: Status = "extracted"


@dataclass(frozen=True, slots=True)
class Deadline:
    """*before* is "--11-10" (every year) or "2025-11-10"; exclusive ("trước ngày") unless *inclusive*."""

    before: str
    inclusive: bool = False


@dataclass(frozen=True, slots=True)
class Timeframe:
    """*text* is verbatim (white space collapsed); *kind* a slug of the scheme "time-kind".

    *frequency* is an ISO 8601 duration ("P1Y", "P2Y"), the first of *frequencies*, where the words name
    several («định kỳ 6 tháng, hằng năm»); *begin* and *end*, both included, are "2021" or "2021-06-30"."""

    text: str
    span: Span
    clause: int
    rule: str
    kind: str = "unknown"
    frequencies: tuple[str, ...] = ()
    begin: str | None = None
    end: str | None = None
    deadline: Deadline | None = None
    conditional: bool = False
    continuous: bool = False
    status: Status = "extracted"

    @property
    def frequency(self) -> str | None:
        return self.frequencies[0] if self.frequencies else None


@dataclass(frozen=True, slots=True)
class Theme:
    """*slug* of the theme scheme, with the words that decided and where they stand."""

    slug: str
    words: str
    span: Span
    clause: int
    rule: str = "theme-words"
    status: Status = "extracted"


@dataclass(frozen=True, slots=True)
class Statement:
    """A purpose or a requirement; *key* as in ``Task.key``."""

    key: str
    text: str
    span: Span
    clause: int
    rule: str
    status: Status = "extracted"


@dataclass(frozen=True, slots=True)
class Goal:
    """What holds the targets of one horizon; *year* None where the text names none."""

    key: str
    text: str
    span: Span
    clause: int
    year: int | None
    rule: str
    status: Status = "extracted"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as printed (``quote``), its value, unit words and comparator ("=", ">", ">=", "<", "<=", "~")."""

    quote: str
    span: Span
    value: float
    unit: str | None
    comparator: str
    year: int | None = None
    period: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is measured, the same for all plans: without places, verbs, numbers and years.

    *key* is the last segment of its IRI; *denominator* a slug of the scheme "denominator", None where the
    words do not say of what the share is; *sectors* are slugs of the scheme "sector"."""

    key: str
    name: str
    denominator: str | None = None
    sectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """*indicator* is what is measured, in the plan's words, *measure* what that is for all plans;
    *value_type* "share", "level", "change" or "mean-annual-growth"; *parent* the key of the target it is a
    part of ("trong đó")."""

    key: str
    text: str
    span: Span
    clause: int
    indicator: str
    amount: Amount
    baseline: Amount | None
    value_type: str
    parent: str | None
    goal: str | None
    rule: str
    measure: Indicator
    status: Status = "extracted"


@dataclass(frozen=True, slots=True)
class TaskGroup:
    key: str
    text: str
    span: Span
    clause: int
    themes: tuple[Theme, ...]
    rule: str
    status: Status = "extracted"


@dataclass(frozen=True, slots=True)
class Task:
    """A leaf item that says what is to be done.

    *key* is the identifier's path ("II.2.dd.p1"), *path* the one of the annotations ("II.2.đ.[1]").
    kind: "task", "reporting", "monitoring".  modality: "assign", "request", "general".
    *block* is the key that the items share whose labels stand together ("II.2.dd").
    """

    key: str
    path: str
    text: str
    span: Span
    clause: int
    group: str | None
    block: str
    kind: str
    modality: str
    roles: tuple[Role, ...]
    roles_from: str
    timeframe: Timeframe | None
    themes: tuple[Theme, ...]
    rule: str
    funding: tuple[Mention, ...] = ()
    outputs: tuple[Mention, ...] = ()
    status: Status = "extracted"

    def of(self, *roles: str) -> tuple[Mention, ...]:
        return tuple(r.mention for r in self.roles if r.role in roles)


@dataclass(frozen=True, slots=True)
class Reference:
    """A document cited by number.  *relation*: "self", "implements", "based-on", "cites",
    "implemented-by-cited" (124/NQ-CP carries out 23-NQ/TW: *of* is the number of the carrier).

    *issuer* is as written, *issuers* are the bodies meant, by its symbol where none is written.  *doubt* tells why
    the document could not be identified ("unknown-year", "unknown-issuer", "ambiguous-issuer", "years-differ");
    *other_dates* are those that other citations of it give in the same year."""

    number: str
    type: str | None
    issuer: str | None
    date: date | None
    title: str | None
    text: str
    span: Span
    clause: int | None
    relation: str
    rule: str
    carried_by: str | None = None
    mentions: tuple[Span, ...] = ()
    iri: str | None = None
    status: Status = "extracted"
    issuers: tuple[Mention, ...] = ()
    doubt: str | None = None
    other_dates: tuple[Day, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A value of the header with the words it was read from."""

    value: str
    span: Span
    status: Status = "extracted"


@dataclass(frozen=True, slots=True)
class Signing:
    """*capacities* as written, outermost first: ("TM", "KT"); *on_behalf* the body signed for."""

    signer: Field | None
    capacities: tuple[Field, ...]
    on_behalf: Field | None
    position: Field | None


@dataclass(frozen=True, slots=True)
class Header:
    number: Field | None
    type: Field | None
    title: Field | None
    issuer: Field | None
    province: Field | None
    place: Field | None
    date: Field | None
    signing: Signing | None
    recipients: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """What a person said of a fact: *kind* is "correction" or "confirmation".

    *id* follows from the content; *field* is "task.leads" or, for the whole fact, "task"; *key* is the
    fact's key ("II.3.a"; "document" for the plan's own facts).  *replaced* is what stood before and *value*
    what stands now, as text, None where nothing stood or stands.  *span* are the words looked at.
    """

    id: str
    kind: str
    field: str
    key: str
    replaced: str | None
    value: str | None
    who: str
    when: date | datetime
    why: str | None
    span: Span
    clause: int | None


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person should know of correction *number* (from 1) of the plan's file: that it was not
    applied, or that it was and something beside it has changed."""

    number: int
    applied: bool
    what: str
    why: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All that was found in one document."""

    outline: Outline
    header: Header
    references: tuple[Reference, ...]
    purposes: tuple[Statement, ...]
    requirements: tuple[Statement, ...]
    goals: tuple[Goal, ...]
    targets: tuple[Target, ...]
    groups: tuple[TaskGroup, ...]
    tasks: tuple[Task, ...]
    horizons: tuple[int, ...]
    iri: str | None = None
    issuer_iri: str | None = None
    unit_iri: str | None = None
    signatory_body_iri: str | None = None
    reviews: tuple[Review, ...] = ()
    remarks: tuple[Remark, ...] = ()
