"""Abbreviations: what the words of administration stand for, and what names are shortened to.

By rule: the initials of a name with and without its head («Sở KH&CN», «SKHCN»), of what stands before its place
(«UBND tỉnh Hậu Giang»), and the table that names in plans are completed by (words.toml, [abbreviations]).
"""

from __future__ import annotations

import re
from functools import cache

from ..agency_names import complete, name_key
from ..agency_types import find_type
from ..text import unaccented
from ..words import words
from .tokens import both

_MOST = 4  # ways to write a query that are asked for besides the one typed
_HEADS = 3  # words that stay in full before initials: «Sở KHCN», «Chi cục QLTT»


@cache
def _table() -> tuple[dict[str, str], dict[str, str]]:
    """Abbreviation → full words, with diacritics and without."""
    exact: dict[str, str] = {}
    plain: dict[str, str] = {}
    for short, full in words()["abbreviations"].items():
        (short_exact, short_plain), (full_exact, full_plain) = both(short), both(str(full))
        if short_exact and short_exact != full_exact:
            exact.setdefault(short_exact, full_exact)
            plain.setdefault(short_plain, full_plain)
    return exact, plain


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    found = []
    for table in _table():
        known = sorted(table, key=len, reverse=True)
        found.append(re.compile(r"(?<!\S)(?:" + "|".join(map(re.escape, known)) + r")(?!\S)"))
    return found[0], found[1]


@cache
def _shortened() -> dict[str, tuple[str, ...]]:
    """Full words without diacritics → the abbreviations of them."""
    found: dict[str, list[str]] = {}
    for short, full in _table()[1].items():
        if len(full.split()) > 1:
            found.setdefault(full, []).append(short)
    return {full: tuple(dict.fromkeys(shorts)) for full, shorts in found.items()}


def expanded(exact: str, plain: str) -> tuple[str, str]:
    """A query's words with abbreviations in full: «sở khcn» → «sở khoa học và công nghệ»."""
    whole, bare = (
        pattern.sub(lambda m, t=table: t[m.group()], text)  # type: ignore[misc]
        for pattern, table, text in zip(_patterns(), _table(), (exact, plain), strict=True)
    )
    return _in_place(whole), _in_place(bare)


# Letters that stand for these words only between others: «CN» after a bank is a branch, else it is «công nghệ» or
# «công nghiệp»; «TP» at the end of a name is no city.
_OF_PLACES = (
    (re.compile(r"(?<!\S)(ng[âa]n h[àa]ng(?: \S+){0,6}?|kho b[ạa]c nh[àa] n[ưu][ớo]c) cn(?!\S)"), r"\1 chi nhánh"),
    (re.compile(r"(?<!\S)tx(?= \S)"), "thị xã"),
    (re.compile(r"(?<!\S)tp(?= \S)"), "thành phố"),
    (re.compile(r"((?:^|[ủu]y ban nh[âa]n d[âa]n|h[ộo]i [đd][ồo]ng nh[âa]n d[âa]n) ?)(?<!\S)h(?= \S)"), r"\1huyện"),
)  # fmt: skip


def _in_place(text: str) -> str:
    """The words of places in full, in *text* with or without diacritics: «ủy ban nhân dân tx long mỹ»."""
    is_plain = text == unaccented(text)
    for pattern, full in _OF_PLACES:
        text = pattern.sub(unaccented(full) if is_plain else full, text)
    return text


def other_spellings(plain: str) -> list[str]:
    """Other ways to write *plain* (a query without diacritics): in full, and shortened."""
    _, full = expanded("", plain)
    found = [full] if full != plain else []
    for words_, shorts in _shortened().items():
        if re.search(rf"(?<!\S){re.escape(words_)}(?!\S)", full):
            found += [re.sub(rf"(?<!\S){re.escape(words_)}(?!\S)", s, full) for s in shorts]
    return [one for one in dict.fromkeys(found) if one != plain][:_MOST]


def short_names(name: str) -> list[str]:
    """How an agency's *name* may be shortened, its bare name («Sở Công Thương») among them.

    >>> short_names("Sở Khoa học và Công nghệ")[:2]
    ['skhcn', 'sở khcn']
    """
    exact, _ = both(complete(name))
    match = find_type(name)
    found_place = match.place if match is not None else None
    place = found_place.words if found_place is not None else ""
    key = both(name_key(name))[0]
    head, where = exact, ""
    if place and key.endswith(" " + place) and exact.endswith(" " + place):
        head, where = exact[: -len(place) - 1], place
    parts = [part for part in head.split() if part not in ("và", "các")]
    found: list[str] = [head] if where else []
    if where and found_place is not None and found_place.name:  # «Ủy ban nhân dân tỉnh»
        noun = where.removesuffix(found_place.name).strip()
        found += [f"{head} {noun}"] if noun and found_place.within is None else []
    if exact != both(name)[0]:
        found.append(exact)
    if 3 <= len(parts) <= 16:
        initials = ["đ" if part[0] == "đ" else unaccented(part[0]) for part in parts]
        shorts = ["".join(initials)]
        shorts += [
            " ".join(parts[:n]) + " " + "".join(initials[n:])
            for n in range(1, min(_HEADS, len(parts) - 2) + 1)
        ]
        found += shorts
        if where:
            found += [f"{short} {where}" for short in shorts[:2]]
    return list(dict.fromkeys(found))
