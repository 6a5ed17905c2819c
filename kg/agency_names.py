"""Names of agencies as words: abbreviations in full, variants of one name in one form, places in names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from .text import fold, phrases
from .words import word_list, words

_BRACKET = re.compile(r"\s*\([^()]*\)$")
_JOINER = re.compile(r"[.,&/–-]|(?<!\w)và(?!\w)")
MAX_LENGTH = 240  # characters; what is longer is no name
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}


@lru_cache(maxsize=16384)
def complete(name: str) -> str:
    """A name in one form: folded, abbreviations in full, without «các» before it.

    >>> complete("Sở KH&CN") == complete("Sở Khoa học và Công nghệ")
    True
    """
    text = fold(name).replace("–", "-")
    table = words()["abbreviations"]
    text = _abbreviations().sub(lambda m: str(table[m.group()]), text)
    text = re.sub(rf"^{phrases(word_list('agents', 'determiners'))}\s+", "", text)
    return re.sub(r"\s+", " ", text).strip()


@cache
def _abbreviations() -> re.Pattern[str]:
    known = sorted(words()["abbreviations"], key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, known)) + r")(?!\w)")


@lru_cache(maxsize=16384)
def name_key(name: str) -> str:
    """What all spellings of an agency's name share: no joiners, no «các», no remark in brackets.

    >>> name_key("Sở Văn hóa - Thể thao và Du lịch") == name_key("Sở Văn hoá, Thể thao & Du lịch")
    True
    """
    text = _JOINER.sub(" ", complete(_BRACKET.sub("", name.strip())))
    return " ".join(word for word in text.split() if word != "các")


@dataclass(frozen=True, slots=True)
class Place:
    """Words of place at the end of an agency's name.

    *level* is "province" («tỉnh», «thành phố Cần Thơ»), "district", "commune", "region" or None where
    only a name stands («Báo Hậu Giang»); *words* are those of the unit («xã thành công»); *name* is
    None where the unit is not named («tỉnh»); *within* is the province named after it.
    """

    level: str | None
    words: str
    name: str | None
    within: str | None = None


@cache
def _unit() -> re.Pattern[str]:
    nouns = {
        level: phrases(word_list("places", level)) for level in ("province", "district", "commune")
    }
    kinds = "|".join(f"(?P<{level}>{nouns[level]})" for level in nouns)
    return re.compile(
        rf"(?:(?:trên địa bàn|địa bàn|của|cấp|tại) )*(?:{kinds})(?: (?P<name>\w+(?: \w+){{0,4}}?))?"
        rf"(?: {nouns['province']} (?P<within>\w+(?: \w+){{0,3}}))?"
    )


def find_place(words_: str) -> Place | None:
    """*words_* (of a key) as a place and nothing else; None where they hold something else.

    >>> find_place("xã thành công tỉnh nghệ an")
    Place(level='commune', words='xã thành công', name='thành công', within='nghệ an')
    """
    found = _unit().fullmatch(words_)
    if found is None:
        return Place(None, words_, words_) if words_ and len(words_.split()) <= 5 else None
    level = next(name for name in ("province", "district", "commune") if found.group(name))
    noun, name = found.group(level), found.group("name")
    if name and re.match(rf"{phrases(_nouns())}(?!\w)", name):
        return None  # «xã, phường»: no unit of that name
    return Place(level, f"{noun} {name}" if name else noun, name, found.group("within"))


def arabic(number: str) -> int:
    """The value of a Roman or Arabic number in small letters: "xi" → 11."""
    if number.isdigit():
        return int(number)
    values = [_ROMAN[letter] for letter in number]
    following = [*values[1:], 0]
    return sum(-a if a < b else a for a, b in zip(values, following, strict=True))


@lru_cache(maxsize=4096)
def without_level(key: str) -> str:
    """A type's name without the level it is said of: «công an tỉnh» → «công an».

    >>> without_level("ủy ban nhân dân cấp xã")
    'ủy ban nhân dân'
    """
    return re.sub(rf" (?:cấp )?{phrases(_nouns())}$", "", key)


@cache
def _nouns() -> tuple[str, ...]:
    levels = ("province", "district", "commune")
    return tuple(noun for level in levels for noun in word_list("places", level))
