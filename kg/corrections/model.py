"""A correction as it stands in the file beside a plan, and why one may not apply."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

DOCUMENT = "document"  # the clause of the facts that stand before and after the body
ACTIONS = ("set", "add", "remove", "confirm")


@dataclass(frozen=True, slots=True)
class Anchor:
    """The words a correction is tied to (as oa:TextQuoteSelector), in one normal form: NFC, single spaces.

    *clause* is the clause's key ("II.3.a") or ``DOCUMENT``.  *prefix* and *suffix* are the words that stand
    right before and after *quote*; *sha256* that of all the clause's words, where the quote holds only
    their beginning.
    """

    clause: str
    quote: str
    prefix: str = ""
    suffix: str = ""
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """*do* is one of ``ACTIONS``; *field* "task.leads", or "task" for the whole fact.

    *value* holds one text for a plain field, any number for a list, none where nothing stands.
    *replaces* is what stood there when the correction was written (None: not told).
    """

    anchor: Anchor
    do: str
    field: str
    value: tuple[str, ...]
    who: str
    when: date | datetime
    why: str | None
    replaces: tuple[str, ...] | None = None

    @property
    def kind(self) -> str:
        return self.field.partition(".")[0]

    @property
    def name(self) -> str:
        """The field within the fact; "" for the whole fact."""
        return self.field.partition(".")[2]

    def __str__(self) -> str:
        value = f" «{said(self.value)}»" if self.value else ""
        return f"{self.anchor.clause}: {self.do} {self.field}{value}"


def said(value: tuple[str, ...]) -> str:
    return "; ".join(value)


def has_controls(text: str) -> bool:
    """Line breaks and other characters that no name, value or reason holds."""
    return any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in text)


class DoesNotApply(Exception):
    """Why a correction cannot be applied to this text, and what to do."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(why)
        self.why = why
        self.remedy = remedy
