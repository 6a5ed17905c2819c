"""The targets of a plan beside those of the documents above it.

Two targets are of one thing where they are for one indicator, or where one indicator becomes the other with
GRDP, the product of a province, in the place of GDP.  What is said of a pair follows from year, unit,
comparator and value alone; a target of other words or another year is never made to fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import regex as re

from ..text import fold
from .model import Match, Method, Target, Type

_SYLLABLE = re.compile(r"\w+")
_GRDP = re.compile(r"(?<![a-z])grdp(?![a-z])")
_LESS_IS_BETTER = re.compile(
    r"(?<!\w)(?:hộ nghèo|nghèo đa chiều|thất nghiệp|suy dinh dưỡng|tử vong|tai nạn|phát thải|thất thoát|tiêu hao|"
    r"thứ hạng|xếp hạng|nợ xấu)(?!\w)"
)
_FALL = re.compile(r"(?<!\w)giảm(?!\w)")  # the more a bad thing falls, the better
_STRICT = {"gt": 1, "ge": 0, "eq": 0, "lt": 1, "le": 0, "approx": -1}
_SIGNS = {"eq": "=", "gt": ">", "ge": "≥", "lt": "<", "le": "≤", "approx": "≈"}
SAME, COUNTERPART, NEAR = 1.0, 0.9, 0.5  # how sure it is that two indicators are one
ABSENT = 0.8  # that what was not found is not there: the reading of a plan may have missed it
NEAR_ENOUGH = 0.75  # share of words that two names must have in common
LIKE = 0.6  # likeness of two names from which a person is asked whether they are one thing
ALIKE = 0.4  # how sure it is then that they are
UNREAD = (
    0.5  # that what was not found in those read stands nowhere above, where others were not read
)
_COMMON = frozenset(  # what names of indicators are made of, whatever they measure
    [
        "tỷ",
        "ti",
        "tỉ",
        "lệ",
        "trọng",
        "tốc",
        "độ",
        "tăng",
        "số",
        "lượng",
        "quy",
        "mô",
        "mức",
        "trong",
        "của",
        "và",
        "hoặc",
        "các",
        "có",
        "được",
        "đạt",
        "gdp",
        "grdp",
        "trên",
        "cho",
        "từ",
    ]
)

Why = tuple[str, str]


@dataclass(slots=True)
class _Pairs:
    """What was matched so far, over all documents."""

    matches: list[Match] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    other: set[str] = field(default_factory=set)
    told: set[tuple[str, int | None]] = field(
        default_factory=set
    )  # indicators (and years) done with

    def add(self, match: Match, other: Target | None = None) -> None:
        self.matches.append(match)
        if match.own:
            self.own.add(match.own)
        if other:
            self.other.add(other.iri)
            self.told.add((counterpart(other.indicator), other.year))


def compare_targets(
    own: Sequence[Target],
    above: Sequence[tuple[str, Sequence[Target]]],
    unread: Sequence[str] = (),
) -> tuple[Match, ...]:
    """Each target of a plan beside that of the nearest document that has one for the same thing.

    *above*: documents with their targets, nearest first; *unread*: what others above are called, whose text
    is not at hand.  Each target of *own* is in one match at most, and what the plan states twice counts once;
    «similar» where only the words are like, «added» where the targets of all above are known and none is its
    like, else «not-found»; a target of a document that the plan has not is «dropped» once, where it stands nearest.
    """
    own = _once(own)
    pairs = _Pairs()
    for document, targets in above:
        for match, other in _of_document(own, document, targets, pairs):
            pairs.add(match, other)
    for match, other in _alike(own, above, pairs):
        pairs.add(match, other)
    nearest = next((document for document, targets in above if targets), None)
    if nearest is None:
        return ()
    for one in own:
        if one.iri not in pairs.own:
            pairs.add(_absent(one, nearest, unread))
    for document, targets in above:
        for other in targets:
            key = (counterpart(other.indicator), other.year)
            if other.iri not in pairs.other and key not in pairs.told:
                sure = round(ABSENT * other.confidence, 3)
                pairs.add(
                    Match("dropped", None, other.iri, document, sure, "values", _DROPPED), other
                )
    return tuple(pairs.matches)


def _once(own: Sequence[Target]) -> list[Target]:
    """Without those that the plan states again, with the same value, for the same year and indicator."""
    found: dict[tuple[object, ...], Target] = {}
    for one in own:
        key = (one.indicator, one.year, one.value, one.comparator, one.unit, one.value_type)
        found.setdefault(key if one.value is not None else (one.iri,), one)
    return list(found.values())


def _alike(
    own: Sequence[Target], above: Sequence[tuple[str, Sequence[Target]]], pairs: _Pairs
) -> Iterator[tuple[Match, Target]]:
    """Of what is left, pairs with like words, the same unit and year, the most alike first."""
    ranked = sorted(
        (-score, place, one.iri, other.iri, one, other)
        for one in own
        if one.iri not in pairs.own
        for place, (_, targets) in enumerate(above)
        for other in targets
        if other.iri not in pairs.other and one.year == other.year and one.unit == other.unit
        if (score := likeness(one.name, other.name)) >= LIKE
    )
    for negative, _, _, _, one, other in ranked:
        if one.iri in pairs.own or other.iri in pairs.other:
            continue
        shown = f"«{one.name}» / «{other.name}»; {_shown(one)} / {_shown(other)}"
        why = (
            f"lời văn gần giống, cùng đơn vị và năm; có cùng một chỉ tiêu hay không thì người đọc phải xem: {shown}",
            f"like words, same unit and year; whether it is one target a reader has to see: {shown}",
        )
        sure = round(ALIKE * other.confidence, 3)
        score = round(-negative, 3)
        yield (
            Match("similar", one.iri, other.iri, other.document, sure, "wording", why, score),
            other,
        )


def likeness(one: str, other: str) -> float:
    """How alike two names are (0 to 1): syllables in common (Dice), those that any indicator may have left out.

    A name of three syllables or more that stands almost whole in a longer one is like it too.
    """
    first, second = (set(_SYLLABLE.findall(fold(name))) - _COMMON for name in (one, other))
    common = len(first & second)
    if not common:
        return 0.0
    dice = 2 * common / (len(first) + len(second))
    smaller = min(len(first), len(second))
    return max(dice, 0.75 * common / smaller if smaller >= 3 else 0.0)


def _absent(one: Target, nearest: str, unread: Sequence[str]) -> Match:
    if not unread:
        return Match("added", one.iri, None, nearest, ABSENT, "values", _ADDED)
    names = ", ".join(unread)
    why = (
        f"không thấy trong các văn bản cấp trên đã đọc; {len(unread)} văn bản cấp trên chưa đọc được: {names}",
        f"not found in those read; {len(unread)} above not read: {names}",
    )
    return Match("not-found", one.iri, None, nearest, UNREAD, "values", why)


_ADDED = (
    "chỉ tiêu của mọi văn bản cấp trên được biết đều có trong dữ liệu, không có chỉ tiêu nào như thế cho năm này; việc đọc có thể còn sót",
    "the targets of all documents known above the plan are in the data, and nothing like it is among them for this year; reading may have missed it",
)
_DROPPED = (
    "không thấy chỉ tiêu này trong kế hoạch",
    "this target was not found in the plan",
)


def counterpart(indicator: str) -> str:
    """What an indicator is called where the country's product stands for the province's."""
    return _GRDP.sub("gdp", indicator)


def _of_document(
    own: Sequence[Target], document: str, targets: Sequence[Target], pairs: _Pairs
) -> Iterator[tuple[Match, Target]]:
    free = [one for one in own if one.iri not in pairs.own]
    taken: set[str] = set()
    by_indicator: dict[str, list[Target]] = {}
    for other in targets:
        by_indicator.setdefault(counterpart(other.indicator), []).append(other)
    years = {(counterpart(one.indicator), one.year) for one in own}
    for one in free:
        same = by_indicator.get(counterpart(one.indicator), ())
        if pair := _of_year(one, same, years):
            taken.add(one.iri)
            sure = SAME if one.indicator == pair.indicator else COUNTERPART
            yield _match(one, pair, document, sure, "values"), pair
    matched = {m.other for m in pairs.matches}
    for one in free:
        if one.iri in taken:
            continue
        rest = [t for t in targets if t.iri not in matched and _comparable(one, t)]
        best = max(rest, key=lambda t: (_nearness(one, t), t.iri), default=None)
        if (
            best
            and _nearness(one, best) >= NEAR_ENOUGH
            and (counterpart(best.indicator), best.year) not in years
        ):
            matched.add(best.iri)
            yield _match(one, best, document, NEAR, "names"), best


def _of_year(
    one: Target, same: Iterable[Target], years: set[tuple[str, int | None]]
) -> Target | None:
    """The target for the same year; else one for another year that the plan reaches sooner, or only later."""
    for other in same:
        if one.year == other.year:
            return other
    for other in same:
        if (counterpart(other.indicator), other.year) in years:
            continue  # the plan has a target for that year as well
        if one.year and other.year and _comparable_values(one, other):
            sooner, more = one.year < other.year, _demand(one) - _demand(other)
            if (sooner and more >= 0) or (not sooner and more <= 0):
                return other
    return None


def _match(one: Target, other: Target, document: str, sure: float, method: Method) -> Match:
    kind, why = judge(one, other)
    if kind == "same" and one.indicator != other.indicator:
        localised = counterpart(one.indicator) == counterpart(other.indicator)
        kind = "localised" if localised else "partial"
    if one.indicator != other.indicator:
        why = (
            f"«{one.name}» so với «{other.name}»; {why[0]}",
            f"“{one.name}” against “{other.name}”; {why[1]}",
        )
    return Match(kind, one.iri, other.iri, document, round(sure * other.confidence, 3), method, why)


def judge(one: Target, other: Target) -> tuple[Type, Why]:
    """How the target *one* stands to *other*, which is for the same thing: same, stricter, weaker or partial."""
    if not _comparable_values(one, other):
        return "partial", ("đơn vị hoặc cách tính khác nhau", "other unit or kind of value")
    shown = f"{_shown(one)} / {_shown(other)}"
    if one.year != other.year:
        sooner = bool(one.year and other.year and one.year < other.year)
        vi, en = ("sớm hơn", "sooner") if sooner else ("muộn hơn", "later")
        return ("stricter" if sooner else "weaker"), (f"{vi}: {shown}", f"{en}: {shown}")
    difference = _demand(one) - _demand(other)
    strict = _STRICT.get(one.comparator, 0) - _STRICT.get(other.comparator, 0)
    if difference == 0 and strict == 0:
        return "same", (f"cùng năm, cùng giá trị: {shown}", f"same year and value: {shown}")
    kind: Type = "stricter" if (difference or strict) > 0 else "weaker"
    return kind, (f"{shown}", f"{shown}")


def _comparable(one: Target, other: Target) -> bool:
    return one.year == other.year and _comparable_values(one, other)


def _comparable_values(one: Target, other: Target) -> bool:
    known = one.value is not None and other.value is not None
    return known and one.unit == other.unit and one.value_type == other.value_type


def _demand(target: Target) -> Decimal:
    """Its value as a number that is the larger the more it asks for."""
    value = target.value or Decimal(0)
    name = fold(target.name)
    less = target.comparator in ("lt", "le") or (
        target.comparator in ("eq", "approx")
        and _LESS_IS_BETTER.search(name) is not None
        and _FALL.search(name) is None
    )
    return -value if less else value


def _shown(target: Target) -> str:
    sign = _SIGNS.get(target.comparator, target.comparator)
    return f"{sign} {target.number} ({target.year or '?'})"


def _nearness(one: Target, other: Target) -> float:
    """The share of words that two names have in common (Jaccard), GRDP counting as GDP."""
    first, second = (set(counterpart(t.indicator).split("-")) for t in (one, other))
    return len(first & second) / len(first | second)
