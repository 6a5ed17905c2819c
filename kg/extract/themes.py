"""Themes: those whose trigger words (skos:hiddenLabel of the theme scheme) stand in the words given."""

from __future__ import annotations

import re
from functools import cache

from ..model import Passage, Theme
from ..text import fold, level, phrase
from ..vocabulary import concepts


@cache
def _triggers() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found: list[tuple[str, re.Pattern[str]]] = []
    for concept in concepts("theme"):
        words = sorted({fold(w) for w in (concept.vi, *concept.hidden) if w}, key=len, reverse=True)
        if words:
            pattern = r"(?<!\w)(?:" + "|".join(phrase(w) for w in words) + r")(?!\w)"
            found.append((concept.slug, re.compile(pattern)))
    return tuple(found)


def find_themes(passage: Passage, clause: int) -> tuple[Theme, ...]:
    """Each theme once, with the first words that decided."""
    low = level(passage.text)
    found: list[Theme] = []
    for slug, pattern in _triggers():
        if match := pattern.search(low):
            words = passage.text[match.start() : match.end()]
            found.append(Theme(slug, words, passage.span(*match.span()), clause))
    return tuple(found)
