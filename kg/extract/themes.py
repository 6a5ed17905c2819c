"""Themes: those whose trigger words (skos:hiddenLabel of the theme scheme) stand in the words given."""

from __future__ import annotations

import re
from functools import cache

from ..model import Passage, Theme
from ..text import fold, level, phrases
from ..vocabulary import concepts
from ..words import word_list, words

_TOKEN = re.compile(r"\w+|[^\w\s]")
_Phrase = tuple[str, ...]
_Index = dict[str, list[tuple[_Phrase, str]]]  # by first word, the longest phrase first


def _index(table: dict[str, tuple[str, ...]]) -> _Index:
    found: _Index = {}
    for slug, said in table.items():
        for words_ in {fold(w) for w in said if w}:
            phrase = tuple(_TOKEN.findall(words_))
            found.setdefault(phrase[0], []).append((phrase, slug))
    for entries in found.values():
        entries.sort(key=lambda entry: (-len(entry[0]), entry))
    return found


@cache
def _triggers() -> _Index:
    return _index({c.slug: (c.vi, *c.hidden) for c in concepts("theme")})


@cache
def _others() -> _Index:
    """Longer phrases in which a theme's words speak of something else («môi trường số»)."""
    return _index(words()["themes"]["others"])


@cache
def _agencies() -> re.Pattern[str]:
    """Names of departments: «Sở Y tế» does something and says nothing of its subject."""
    field = rf"{phrases(word_list('agents', 'fields'))}(?!\w)"
    return re.compile(
        rf"(?<!\w)(?:sở|bộ|phòng|các\s+sở:)\s+{field}(?:\s*(?:,|;|và)\s*(?:sở\s+)?{field})*"
    )


def find_themes(passage: Passage, clause: int) -> tuple[Theme, ...]:
    """Each theme once, with the first words that decided, in the order of the slugs."""
    low = _agencies().sub(lambda name: " " * len(name.group()), level(passage.text))
    tokens = list(_TOKEN.finditer(low))
    said = [token.group() for token in tokens]
    found: dict[str, Theme] = {}
    blocked: dict[str, int] = {}  # theme → up to which token its words speak of something else
    for at, word in enumerate(said):
        for phrase, slug in _others().get(word, ()):
            if tuple(said[at : at + len(phrase)]) == phrase:
                blocked[slug] = max(blocked.get(slug, 0), at + len(phrase))
        for phrase, slug in _triggers().get(word, ()):
            if slug in found or blocked.get(slug, 0) > at:
                continue
            if tuple(said[at : at + len(phrase)]) == phrase:
                start, end = tokens[at].start(), tokens[at + len(phrase) - 1].end()
                found[slug] = Theme(slug, passage.text[start:end], passage.span(start, end), clause)
    return tuple(found[slug] for slug in sorted(found))
