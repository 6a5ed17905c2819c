"""Numbers with their units: «trên 40%», «từ 20 - 25%», «77.626 tỷ đồng», «ít nhất hai mô hình»."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex as re

from ..text import level, phrase, phrases
from ..words import word_list, words

_FIGURE = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+\.\d{1,2}(?=\s*%)|\d+(?:,\d+)?"
_DASH = r"\s*(?:-|–|—)\s*"
_NUMBER = re.compile(rf"(?<![\w,./-])(?:{_FIGURE})(?![\w/]|[.,]\d|-\d)")
_RANGE = re.compile(
    rf"(?<![\w,./-])(?P<low>{_FIGURE})(?P<unit>\s*%)?(?:{_DASH}|(?P<to>\s+đến\s+))(?P<high>{_FIGURE})(?![\w/]|[.,]\d|-\d)"
)
_MAY_COUNT = re.compile(r"\d|(?<!\w)(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)\s")
_CHANGES = re.compile(r"\b(?:tăng|giảm|nâng|hạ|đưa)\b[^;.]*$")
_MULTIPLE = r"(?:(?:trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ)\s+)*"
_PER = (
    r"(?:\s*/\s*(?:\d[\d.]*\s+|một\s+|(?:nghìn|vạn|triệu)\s+)?(?:lao\s+động|đầu\s+người|hợp\s+đồng|người\s+dân|[^\W\d]+\d?)"
    r"|\s+trên\s+(?:một\s+|1\s+)?(?:vạn|nghìn|\d{1,3}(?:\.\d{3})+)\s+(?:người\s+)?dân)*"
)
_SPELT = {
    name: float(value)
    for value, name in enumerate(
        ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"], 1
    )
}
_LINK = r"(?:(?:đạt|là|có|được|bằng|mức|ở\s+mức|thêm)\s+)?"
_SIGNS = {"≥": ">=", "≤": "<=", ">": ">", "<": "<", "~": "~"}
_SIGN = re.compile(r"([≥≤><~])\s*$")
_BOUND = 48  # how far before a number its comparator can begin


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text: ``text[start:number_end]`` is the number, ``text[start:end]`` with its unit.

    Of a range («20 - 25%») there are two, with ">=" and "<=", that share their place.
    """

    start: int
    number_end: int
    end: int
    value: float
    unit: str
    comparator: str


@cache
def _unit() -> re.Pattern[str]:
    known = "|".join(
        phrase(level(u)) for u in sorted(words()["units"]["known"], key=len, reverse=True)
    )
    return re.compile(rf"\s*{_MULTIPLE}(?:{known})(?!\w){_PER}")


def another_noun(low: str, quantity: Quantity) -> int | None:
    """Where, behind «3 tổ chức», another noun that is counted ends that the number holds for too
    («, doanh nghiệp công nghệ …», «, chương trình trong lĩnh vực …»); None where none follows."""
    if not quantity.unit[:1].isalpha() or not (
        comma := re.compile(r",\s+").match(low, quantity.end)
    ):
        return None
    noun = _unit().match(low, comma.end())
    return noun.end() if noun and re.match(r"\s+\p{Ll}", low[noun.end() :]) else None


@cache
def _loose_unit() -> re.Pattern[str]:
    """An unknown noun: its first two words, as most Vietnamese nouns are of two."""
    never = "|".join(phrase(w) for w in word_list("units", "never"))
    return re.compile(
        rf"\s+{_MULTIPLE}(?!(?:{never})(?!\w))[^\W\d]+(?:\s+(?!(?:{never})(?!\w))[^\W\d]+)?(?!\w)"
    )


@cache
def _comparators() -> re.Pattern[str]:
    groups = "|".join(
        f"(?P<c{index}>{phrases(tuple(level(w) for w in names))})"
        for index, names in enumerate(words()["comparators"].values())
    )
    return re.compile(rf"(?<!\w)(?:{groups})\s+{_LINK}(?:từ\s+)?$")


@cache
def _spelt() -> re.Pattern[str]:
    compared = phrases(tuple(level(w) for names in words()["comparators"].values() for w in names))
    return re.compile(rf"(?<!\w){compared}\s+{_LINK}(?P<n>{'|'.join(_SPELT)})(?=\s)")


@cache
def _after(sign: str) -> re.Pattern[str]:
    return re.compile(rf"\s*{phrases(tuple(words()['comparators_after'][sign]))}(?!\w)")


@cache
def _sets() -> re.Pattern[str]:
    """Words that set a number of unknown things: «thành lập 02 sàn giao dịch»."""
    return re.compile(rf"(?<!\w){phrases(word_list('goals', 'sets'))}\s+(?:\w+\s+)?$")


def find_quantities(text: str, *, loose: bool = False) -> Iterator[Quantity]:
    """In reading order; *loose* takes unknown nouns as units where a verb or comparator sets the number."""
    low = level(text)
    if not _MAY_COUNT.search(low):
        return
    past = 0
    places: list[tuple[int, re.Match[str]]] = [(m.start(), m) for m in _NUMBER.finditer(low)]
    places += [(m.start(), m) for m in _RANGE.finditer(low)]
    places += [(m.start("n"), m) for m in _spelt().finditer(low)]
    places.sort(key=lambda p: (p[0], -p[1].end()))
    for start, found in places:
        if start < past:
            continue
        if found.re is _RANGE and (pair := _range(text, low, found)):
            yield from pair
            past = pair[0].end
            continue
        if found.re is _RANGE:
            number = _NUMBER.match(low, start)
        else:
            number = found if found.re is _NUMBER else None
        end = number.end() if number else found.end()
        if found.re is _RANGE and number is None:
            continue
        unit = _unit().match(low, end)
        if unit is None and loose and _is_set(low, start):
            unit = _loose_unit().match(low, end)
        if unit is None:
            continue
        value = _value(number.group()) if number else _SPELT[found.group("n")]
        past = unit.end()
        yield Quantity(
            start,
            end,
            unit.end(),
            value,
            _written(text, end, unit.end()),
            _comparator(low, start, unit.end()),
        )


def _is_set(low: str, start: int) -> bool:
    before = low[max(0, start - _BOUND) : start]
    return _comparators().search(before) is not None or _sets().search(before) is not None


def _range(text: str, low: str, found: re.Match[str]) -> tuple[Quantity, Quantity] | None:
    """«20 - 25%», «từ 20% đến 25%»; None for «tăng từ 20% đến 25%», which tells where from."""
    unit = _unit().match(low, found.end())
    least, most = _value(found.group("low")), _value(found.group("high"))
    if unit is None or least >= most:
        return None
    if found.group("to") and _CHANGES.search(low[max(0, found.start() - 80) : found.start()]):
        return None
    written = _written(text, found.end(), unit.end())
    if found.group("unit") and not written.startswith("%"):
        return None
    place = (found.start(), found.end(), unit.end())
    return Quantity(*place, least, written, ">="), Quantity(*place, most, written, "<=")


def _value(number: str) -> float:
    if re.fullmatch(r"\d+\.\d{1,2}", number):
        return float(number)
    return float(number.replace(".", "").replace(",", "."))


def _written(text: str, start: int, end: int) -> str:
    return re.sub(r"\s+", " ", text[start:end]).strip()


def _comparator(low: str, start: int, end: int) -> str:
    before = low[max(0, start - _BOUND) : start]
    sign = "="
    if symbol := _SIGN.search(before):
        sign = _SIGNS[symbol.group(1)]
    elif compared := _comparators().search(before):
        sign = list(words()["comparators"])[int(str(compared.lastgroup)[1:])]
    for after in words()["comparators_after"]:
        if _after(after).match(low, end) or (
            sign == ">="
            and _after(after).search(low, end, min(len(low), end + 60))
            and re.search(r"\btừ\s+$", before)
        ):
            sign = after
    return sign
