"""What a target measures, as one indicator for all plans: without places, verbs, numbers and years."""

from __future__ import annotations

from functools import cache

import regex as re

from ..model import Indicator
from ..names import slug
from ..text import fold, level, phrase, phrases
from ..words import word_list, words

_PLACE = re.compile(
    r"(?:(?<!\w)(?i:trên\s+địa\s+bàn|của|tại|ở|toàn|trong)\s+)?(?<!\w)(?i:tỉnh|thành\s+phố|tp\.?|vùng)\s+\p{Lu}\p{Ll}*(?:\s+(?:-\s+)?\p{Lu}\p{Ll}+)*"
)
_GROWTH = ("mean-annual-growth", "change")
_HEADS = r"(?:tỷ trọng|tỷ lệ|cơ cấu|tốc độ|mức|số|tổng|năng suất|giá trị|thu nhập|diện tích|sản lượng|kim ngạch|chỉ số)"
_SHARE = re.compile(r"^(?:tỷ trọng|tỷ lệ|cơ cấu|mật độ|độ|phủ sóng)(?!\w)")


# «Việt Nam có quy mô kinh tế số …»: whose it is, no part of what is measured
_HAVING = re.compile(r"^\s*(?:việt nam|cả nước|nước ta|toàn tỉnh|toàn thành phố) có (?=\w)")
_FALL = re.compile(r"(?<!\w)giảm(?!\w)")
_NUMBER_OF = re.compile(r"^(tỷ lệ |)(?:tổng )?số (?=\w)")
_GROWS = re.compile(r"tốc độ|mức (?:tăng|giảm)|tăng|giảm")
_SPACES = re.compile(r"\s+")
_ABBREVIATIONS = re.compile(
    r"(?<!\w)(?:bhxh|bhyt|fdi|gdp|grdp|hđnd|icor|ocop|oda|papi|pci|sipas|tfp|thcs|thpt|ubnd)(?!\w)"
)


@cache
def _dropped() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){phrases(word_list('indicators', 'dropped'))}(?!\w)")


@cache
def _edges() -> re.Pattern[str]:
    edge = phrases(word_list("indicators", "edges"))
    return re.compile(rf"^(?:{edge}(?!\w)[\s,:]*)+|(?:[\s,:]*(?<!\w){edge})+$")


@cache
def _same() -> tuple[tuple[re.Pattern[str], str], ...]:
    table = words()["indicators"]["same"]
    return tuple(
        (re.compile(rf"(?<!\w){phrase(fold(old))}(?!\w)"), new) for old, new in table.items()
    )


@cache
def _wholes() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    """For each denominator the words «trong (tổng số) GRDP», its slug, and its name."""
    return tuple(
        (
            re.compile(
                rf"(?:\s*/\s*|(?<!\w)(?:trong|trên|so\s+với)\s+)(?:cơ\s+cấu\s+)?(?:tổng\s+(?:số\s+)?)?(?:các\s+)?{phrase(fold(name))}(?!\w)"
            ),
            notation,
            name,
        )
        for name, notation in words()["indicators"]["wholes"].items()
    )


@cache
def _measured() -> tuple[tuple[re.Pattern[str], str], ...]:
    """For each denominator the words after a percentage or «tỷ lệ»: «100% (số) hộ», «tỷ lệ hộ»."""
    table = words()["indicators"]["wholes"] | words()["indicators"]["counted"]
    return tuple(
        (
            re.compile(
                rf"\s*(?:của\s+|trong\s+)?(?:tổng\s+)?(?:số\s+)?(?:các\s+)?{phrase(fold(name))}(?!\w)"
            ),
            notation,
        )
        for name, notation in sorted(table.items(), key=lambda entry: -len(entry[0]))
    )


def _capitals(name: str) -> str:
    """*name* with abbreviations in capitals, however a plan writes them: one indicator, one name."""
    return _ABBREVIATIONS.sub(lambda found: found[0].upper(), name)


def make_indicator(
    words_: str, after: str, value_type: str, whole: Indicator | None = None
) -> Indicator:
    """*words_* as the plan writes them; *after* what follows the number («45% GRDP tỉnh»); *whole* the
    indicator of which this is a part («trong đó ...»)."""
    text = fold(_PLACE.sub(" ", words_).replace("/", " / "))
    for old, new in _same():
        text = old.sub(new, text)
    text, told = _without_whole(text)
    counted = _of_what(text, level(after), value_type)
    denominator = told or counted
    fall = _FALL.search(text)
    text = _tidy(text)
    if value_type == "share":
        text = _NUMBER_OF.sub(r"\1", text)
    if whole is not None and (joint := _in_place_of_sector(text, whole)):
        return Indicator(
            slug(joint)[:120].strip("-"),
            joint,
            denominator or whole.denominator,
            _sectors(joint.lower()),
        )
    if whole is not None:
        text, denominator = _part_of(text, denominator, whole)
    elif value_type == "share" and not _SHARE.match(text):
        text = f"{'tỷ trọng' if denominator in ('grdp', 'gdp') else 'tỷ lệ'} {text}"
    elif value_type in _GROWTH and not _GROWS.match(text):
        text = f"{'mức giảm' if fall else 'tốc độ tăng'} {text}"
    name = next((n for _, slug_, n in _wholes() if slug_ == denominator), None)
    if (name and denominator != counted) or (
        denominator in ("grdp", "gdp") and value_type == "share"
    ):
        text = f"{text} trong {name}"
    text = _SPACES.sub(" ", text).strip(" ,.;:-–/()") or "?"
    return Indicator(
        key=slug(text)[:120].strip("-") or "x",
        name=_capitals(text[:1].upper() + text[1:]),
        denominator=denominator,
        sectors=_sectors(text),
    )


def _without_whole(text: str) -> tuple[str, str | None]:
    for pattern, notation, _ in _wholes():
        if found := pattern.search(text):
            return f"{text[: found.start()]} {text[found.end() :]}", notation
    return text, None


def _of_what(text: str, after: str, value_type: str) -> str | None:
    """What a percentage is taken of, where the words after it or after «tỷ lệ» say it."""
    if value_type != "share":
        return None
    rate = re.match(r"(?:tỷ lệ|tỷ trọng)\s+", text)
    places = [(after, 0)] + ([(text, rate.end())] if rate else [])
    for where, at in places:
        for pattern, notation in _measured():
            if found := pattern.match(where, at):
                limited = re.match(
                    r"\s+(?:trong\s+độ\s+tuổi|trưởng\s+thành|từ\s+\d|trên\s+\d)",
                    where[found.end() :],
                )
                return None if limited else notation
    return None


def _in_place_of_sector(text: str, whole: Indicator) -> str | None:
    """«Tỷ trọng công nghiệp trong GRDP, trong đó công nghiệp chế tạo»: the same of the narrower sector."""
    sectors = [fold(name) for name in words()["indicators"]["sectors"]]
    broad = next((name for name in sectors if name in whole.name.lower()), None)
    if broad is None or not text.startswith(tuple(sectors)):
        return None
    at = whole.name.lower().index(broad)
    joint = whole.name[:at] + text + whole.name[at + len(broad) :]
    return joint[:1].upper() + joint[1:]


def _part_of(text: str, own: str | None, whole: Indicator) -> tuple[str, str | None]:
    if re.match(_HEADS, text):
        return text, own or whole.denominator
    head = re.match(r"tỷ trọng|tỷ lệ|cơ cấu|tốc độ tăng trưởng|tốc độ tăng", whole.name.lower())
    if head:
        return f"{head.group()} {text}", own or whole.denominator
    return f"{whole.name.lower()}, {text}", own or whole.denominator


def _tidy(text: str) -> str:
    text = _HAVING.sub("", text)
    text = re.sub(r"[“”\"()]|(?<!\w)20\d\d(?!\w)", " ", text)
    text = _dropped().sub(" ", text)
    text = re.sub(r"\s+", " ", text).strip(" ,.;:-–/()")
    text = _edges().sub("", text)
    return re.sub(r"\s+", " ", text).strip(" ,.;:-–/()")


@cache
def _economic() -> re.Pattern[str]:
    return re.compile(phrases(word_list("indicators", "economic")))


@cache
def _sector_names() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(rf"(?<!\w){phrase(fold(name))}(?!\w)"), notation)
        for name, notation in words()["indicators"]["sectors"].items()
    )


def _sectors(text: str) -> tuple[str, ...]:
    """The sectors that an economic quantity is measured for, the narrower name first."""
    if not _economic().search(text):
        return ()
    found: list[str] = []
    for pattern, notation in _sector_names():
        if pattern.search(text) and notation not in found:
            found.append(notation)
            text = pattern.sub(" ", text)
    return tuple(found)
