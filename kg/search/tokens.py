"""A text as words, each in two spellings: with its marks in one form, and without any.

The index and the marking of passages use the same words, so that what is marked is what was found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..text import tone_marks, unaccented

# A letter or digit with the marks that may stand behind it; «KH&CN» is one word, written with «&» or without.
_WORD = re.compile(r"(?:[^\W_][̀-ͯ]*)+(?:&(?:[^\W_][̀-ͯ]*)+)*")


@dataclass(frozen=True, slots=True)
class Token:
    """A word at [*start*, *end*) of a text: *exact* keeps its diacritics, *plain* has none."""

    exact: str
    plain: str
    start: int
    end: int


@lru_cache(maxsize=1 << 16)
def spellings(word: str) -> tuple[str, str]:
    """The two spellings of one word: «UỶ» → ("ủy", "uy")."""
    exact = tone_marks(unicodedata.normalize("NFC", word).casefold()).replace("&", "")
    return exact, unaccented(exact)


def tokens(text: str) -> Iterator[Token]:
    """The words of *text* in their order."""
    for match in _WORD.finditer(text):
        exact, plain = spellings(match.group())
        if plain:
            yield Token(exact, plain, match.start(), match.end())


def both(text: str) -> tuple[str, str]:
    """*text* as words with diacritics, and as words without, joined by single spaces.

    >>> both("Uỷ ban – Đầu tư")
    ('ủy ban đầu tư', 'uy ban dau tu')
    """
    found = [spellings(word) for word in _WORD.findall(text)]
    return " ".join(e for e, p in found if p), " ".join(p for _, p in found if p)


def has_marks(exact: Iterable[str], plain: Iterable[str]) -> bool:
    """Whether somebody who typed these words typed any diacritics."""
    return list(exact) != list(plain)
