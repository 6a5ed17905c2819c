"""Collectives: names of groups in one form, and whether one is of the usual kind («các sở, ban, ngành tỉnh»).

A group has no members but those that the reference data states.
"""

from __future__ import annotations

import re
from functools import cache

from .agency_names import MAX_LENGTH, complete
from .names import slug
from .text import fold, phrases
from .words import word_list


def is_group(name: str) -> bool:
    """A collective («Các sở, ban, ngành tỉnh», «UBND huyện, thị xã») and not one body."""
    text = fold(name)
    if ":" in text or re.match(r"cơ quan\s+\S+\s*,", text):
        return True
    if re.match(phrases(word_list("agents", "determiners")) + r"\s", text):
        return True
    if re.match(phrases(word_list("agents", "persons")) + r"(?:\s*,|\s|$)", text):
        return True
    levels = phrases(word_list("agents", "levels"))
    committee = phrases(word_list("agents", "committees"))
    if re.match(
        rf"{committee}\s+(?:(?:các|từng)\s|{levels}\s*[,/]|{levels}\s+và\s|cấp\s(?!tỉnh)|(?:xã|phường|huyện|quận|thị xã|thị trấn|đặc khu)$|(?:xã|phường|huyện|đặc khu)\s*,)",
        text,
    ):
        return True
    nouns = (*word_list("agents", "collective"), *word_list("agents", "several"))
    if re.match(phrases(nouns) + r"(?:\s*,|\s+và\s|/)", text):
        return True
    several = re.match(phrases(word_list("agents", "several")) + r"(?!\w)", text)
    return several is not None and (name[:1].islower() or "địa bàn" in text)


def is_usual(name: str, places: tuple[str, ...]) -> bool:
    """Whether *name* holds nothing but nouns of collectives, levels, joints and *places* (folded): then
    it is known who is meant, if not by name."""
    if not name.strip() or len(name) > MAX_LENGTH:
        return False
    if _described().fullmatch(fold(name)) or _internal(name):
        return True
    text = re.sub(r"[,/&;:.()-]", " ", complete(name))
    at = 0
    pattern = _words()
    while at < len(text):
        if text[at] == " ":
            at += 1
            continue
        found = pattern.match(text, at)
        place = next((p for p in places if re.match(re.escape(p) + r"(?!\w)", text[at:])), None)
        if found is None and place is None:
            return False
        at = found.end() if found else at + len(place or "")
    return True


@cache
def _described() -> re.Pattern[str]:
    """«các doanh nghiệp cung cấp dịch vụ viễn thông»: bodies of a kind, told by what they do, not by this
    plan's own numbers and words."""
    noun = phrases(word_list("agents", "several"))
    own = phrases(word_list("collectives", "own"))
    return re.compile(rf"các {noun}(?!\w)(?:(?! {own}(?!\w))[\w ,-](?<!\d))*(?<=\w)")


def _internal(name: str) -> bool:
    """The issuer's own offices in a list of recipients («VPUB: CVP, các PCVP», «Các phòng NCTH»)."""
    head, colon, rest = name.partition(":")
    inside = word_list("collectives", "internal")
    if colon:
        return fold(head) in inside
    words_ = name.split()
    return fold(" ".join(words_[:-1])) in inside and words_[-1].isupper() and not rest


@cache
def _words() -> re.Pattern[str]:
    every = [
        word
        for topic, names in (
            ("agents", ("collective", "several", "levels", "committees", "qualifiers", "determiners", "persons")),
            ("collectives", ("nouns", "joints", "offices")),
        )
        for name in names
        for word in word_list(topic, name)
    ]  # fmt: skip
    plain = {re.sub(r"\s+", " ", re.sub(r"[,/&;:.()-]", " ", complete(w) or w)) for w in every}
    return re.compile(
        phrases(tuple(sorted({fold(w) for w in plain | set(every)} - {""}))) + r"(?!\w)"
    )


def group_key(name: str) -> str:
    """One form for one collective: determiners gone, «có liên quan» and «liên quan» alike, levels of a
    list in their usual order, and a province's departments without saying whose they are.

    >>> group_key("UBND các phường, xã") == group_key("Ủy ban nhân dân xã, phường")
    True
    >>> group_key("Các sở, ban, ngành cấp tỉnh") == group_key("sở, ban, ngành")
    True
    """
    text = re.sub(r"(?<!\w)(?:các|từng|mỗi|những) ", "", complete(name))
    text = re.sub(r"(?<!\w)có liên quan", "liên quan", text)
    text = re.sub(r"(?<!\w)(?:cấp|của|thuộc) (?=(?:tỉnh|thành phố)(?!\w))", "", text)
    if re.match(r"sở(?!\w)", text):
        text = re.sub(r"(?<=\w) (?:tỉnh|thành phố)(?= liên quan$|$)", "", text)
    return _levels().sub(lambda m: ", ".join(sorted(_split(m.group()), key=_order)), text)


def group_segment(name: str) -> str:
    """The last part of a group's IRI; committees by their usual abbreviation (group/vn-73/ubnd-…)."""
    text = group_key(name)
    for long, short in (("ủy ban nhân dân", "ubnd"), ("hội đồng nhân dân", "hdnd")):
        if text.startswith(long):
            text = short + text[len(long) :]
    return slug(text)


def group_name(name: str) -> str:
    """The label of a group, one for all its spellings: «Các sở, ban, ngành», «Ủy ban nhân dân xã, phường»."""
    key = group_key(name)
    nouns = (*word_list("agents", "collective"), *word_list("agents", "several"))
    plural = re.match(phrases(nouns) + r"(?!\w)", key) is not None
    return f"Các {key}" if plural else key[:1].upper() + key[1:]


def _split(listed: str) -> list[str]:
    return re.split(r"\s*[,/]\s*(?:và )?|\s+và\s+|\s+-\s+", listed)


def _order(noun: str) -> int:
    return word_list("places", "order").index(noun)


@cache
def _levels() -> re.Pattern[str]:
    noun = phrases(word_list("places", "order"))
    joint = r"(?:\s*[,/]\s*(?:và )?|\s+và\s+|\s+-\s+)"
    return re.compile(rf"(?<!\w){noun}(?!\w)(?:{joint}{noun}(?!\w))+")
