"""What the comparison of a plan with the documents above it is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Type = Literal[
    "same", "localised", "stricter", "weaker", "partial", "added", "not-found", "dropped", "similar"
]
Method = Literal["values", "names", "wording"]
Status = Literal["unverified", "verified", "disputed"]


@dataclass(frozen=True, slots=True)
class Target:
    """A target of a document.  *indicator* is the IRI's last part, *name* what it is called; *comparator* and
    *value_type* are slugs of the schemes, *unit* an IRI; *confidence* (0 to 1) that of the statement itself."""

    iri: str
    document: str
    indicator: str
    name: str
    value: Decimal | None
    comparator: str
    unit: str
    value_type: str
    year: int | None
    confidence: float = 1.0

    @property
    def words(self) -> str:
        """What a decision on it rests on: with other words it has to be made again."""
        year = f" ({self.year})" if self.year else ""
        unit = self.unit.rsplit("/", 1)[-1]
        return f"{self.name}: {self.comparator} {self.number} {unit}{year}"

    @property
    def number(self) -> str:
        """The value as digits."""
        return "?" if self.value is None else format(self.value, "f")


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a document: *text* as written, white space collapsed."""

    iri: str
    document: str
    text: str

    @property
    def words(self) -> str:
        return self.text


Element = Target | Task


@dataclass(frozen=True, slots=True)
class Match:
    """*own* is an element of the plan, *other* one of the document above it; None where there is none.

    *confidence* and *similarity* (of the words; None where they were not compared) lie between 0 and 1;
    *why* says in Vietnamese and in English what decided.
    """

    type: Type
    own: str | None
    other: str | None
    document: str
    confidence: float
    method: Method
    why: tuple[str, str]
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A document above a plan, and how it was reached.

    *through*: the documents on the way, nearest the plan first.  *is_held*: its own text is in the data.
    *unseen*: documents that amend it and whose text is not in the data.
    """

    document: str
    through: tuple[str, ...]
    is_held: bool
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A plan beside the documents above it, the nearest first."""

    plan: str
    routes: tuple[Route, ...]
    matches: tuple[Match, ...] = field(default=())
