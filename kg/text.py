"""Vietnamese text: one normal form, word patterns, folding for search."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

# Old-style tone placement → new ("hoà" → "hòa", "uỷ" → "ủy"): one word, two spellings.
_TONES = {
    old: new
    for pairs in (
        "oà òa,oá óa,oả ỏa,oã õa,oạ ọa",
        "oè òe,oé óe,oẻ ỏe,oẽ õe,oẹ ọe",
        "uỳ ùy,uý úy,uỷ ủy,uỹ ũy,uỵ ụy",
    )
    for old, new in (pair.split() for pair in pairs.split(","))
}
_TONE_END = re.compile(r"(?<![qQ])(" + "|".join(_TONES) + r")(?!\w)", re.IGNORECASE)


def _new_style(match: re.Match[str]) -> str:
    old = match.group(1)
    new = _TONES[old.lower()]
    return "".join(n.upper() if o.isupper() else n for o, n in zip(old, new, strict=True))


def tone_marks(text: str) -> str:
    """NFC with tone marks in the new place, length unchanged: "Uỷ ban" → "Ủy ban"."""
    return _TONE_END.sub(_new_style, text)


def clean(text: str) -> str:
    """NFC, layout marks gone, white space collapsed, no punctuation at the edges."""
    text = unicodedata.normalize("NFC", text).replace("*", " ").replace("|", " ")
    return re.sub(r"\s+", " ", text).strip(" .;,:–-")


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """For comparing names: lower case, one spelling of tone marks, single spaces."""
    text = tone_marks(unicodedata.normalize("NFC", text).casefold())
    return re.sub(r"\s+", " ", text).strip(" .;,:–-")


def unaccented(text: str) -> str:
    """For search without diacritics; đ is folded by hand, since NFD does not take it apart."""
    text = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", text).strip()


def phrase(words: str) -> str:
    """A pattern for *words* that meets any white space between them (never use re.VERBOSE for these)."""
    return r"\s+".join(re.escape(word) for word in words.split())


@cache
def phrases(options: tuple[str, ...]) -> str:
    """A pattern for any of *options*, the longest first."""
    ordered = sorted(options, key=len, reverse=True)
    return "(?:" + "|".join(phrase(option) for option in ordered) + ")"


@lru_cache(maxsize=256)
def level(text: str) -> str:
    """Lower case and one spelling of tone marks, every character kept in its place.

    Patterns are matched on this, and their positions hold for *text*.
    """
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter whose lower case is longer («İ»): leave it as it is
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return tone_marks(lowered)


def is_upper(text: str) -> bool:
    """Written in capitals: at least two letters and (nearly) none of them small."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 2 and sum(c.islower() for c in letters) <= len(letters) // 20
