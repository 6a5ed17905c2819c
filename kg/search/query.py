"""What somebody types, as words: never as syntax of the engine that is asked."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from ..errors import KgError
from .abbreviations import expanded, other_spellings
from .tokens import Token, has_marks, tokens

LONGEST = 200  # characters
_MOST_WORDS = 32


class SearchError(KgError):
    """A search that cannot be made."""


@dataclass(frozen=True, slots=True)
class Query:
    """The words typed: *exact* with their diacritics, *plain* without; *others* are other spellings of all of it
    (abbreviations in full, or shortened), each as (with diacritics or None, without)."""

    text: str
    exact: tuple[str, ...]
    plain: tuple[str, ...]
    others: tuple[tuple[str | None, str], ...]

    @property
    def has_marks(self) -> bool:
        return has_marks(self.exact, self.plain)

    @property
    def spellings(self) -> tuple[tuple[str | None, str], ...]:
        """The words as typed, and the others."""
        typed = " ".join(self.exact) if self.has_marks else None
        return ((typed, " ".join(self.plain)), *self.others)


def parse_query(text: str) -> Query:
    """The words of *text*; ``SearchError`` where it is too long or no text.

    A text without a letter or digit has no words, and finds nothing.
    """
    if len(text) > LONGEST:
        raise SearchError(
            f"the search has {len(text):,} characters; give at most {LONGEST}, such as a name or a few words"
        )
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n\r" for c in text):
        raise SearchError(
            "the search holds a control character or half of a character; take it out"
        )
    found: list[Token] = list(tokens(text))
    if len(found) > _MOST_WORDS:
        raise SearchError(f"the search has {len(found)} words; give at most {_MOST_WORDS}")
    exact, plain = tuple(t.exact for t in found), tuple(t.plain for t in found)
    others: list[tuple[str | None, str]] = []
    if found:
        whole, bare = expanded(" ".join(exact), " ".join(plain))
        if bare != " ".join(plain):
            others.append((whole if whole != " ".join(exact) else None, bare))
        known = {bare}
        others += [(None, one) for one in other_spellings(" ".join(plain)) if one not in known]
    return Query(text, exact, plain, tuple(others))
