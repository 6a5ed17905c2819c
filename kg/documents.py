"""Which document is cited: number, year, type and issuer → IRI.  Nothing is guessed: where the year or the
issuer is not told, or two bodies may be meant, there is none, and the citation gets an IRI under its plan.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from .agency_types import types
from .names import document_iri, slug
from .registry import Registry, Unit, place_key
from .text import fold, unaccented
from .words import word_list, words

UNKNOWN_YEAR, UNKNOWN_ISSUER, AMBIGUOUS_ISSUER, YEARS_DIFFER = (
    "unknown-year",
    "unknown-issuer",
    "ambiguous-issuer",
    "years-differ",
)
_NUMBER = re.compile(r"(\d+(?:\.\d+)?[a-zđ]?)(?:/(\d{4}))?([/-])(.+)$")
_ASSEMBLY = re.compile(r"(UBTVQH|QH)\d*$")
_JOINT = re.compile(r"\s*(?:,|\bvà|-)\s+(?=(?:Bộ trưởng )?Bộ )")
_SESSION = re.compile(r"hội nghị (?:lần thứ \w+,? )?(?:của )?(?:bch|ban chấp hành)? ?trung ương")
_PLACE = re.compile(r"(?:tỉnh|thành phố|tp\.?)\s+(?!ủy\b)(.+)$")
_DEPARTMENT = re.compile(r"(?:S[A-ZĐ]{1,9}|VP|BQL[A-ZĐ]*|BDT|TTr?|CAT|CATP)$")


@dataclass(frozen=True, slots=True)
class Known:
    """The IRI of a document, or None and why there is none."""

    iri: str | None
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class _Issuer:
    segment: str
    national: bool
    said: bool  # named in words, or by a symbol that only one body has


class Documents:
    """How numbers are meant in one plan: its place and day."""

    def __init__(
        self, registry: Registry, unit: Unit | None, day: date | None, place: str | None
    ) -> None:
        self.registry = registry
        self.unit = unit
        self.day = day
        self.place = place
        self.jurisdiction = unit.path if unit else slug(place) if place else None

    def identify(
        self, number: str, kind: str | None, issuer: str | None, day: date | None
    ) -> Known:
        """The document called *number*; *day* is that of the document."""
        found = _NUMBER.match(number)
        if found is None:
            return Known(None, UNKNOWN_ISSUER)
        serial, year, mark, symbol = found.groups()
        if year and day and int(year) != day.year:
            return Known(None, YEARS_DIFFER)
        if not year and day is None:
            return Known(None, UNKNOWN_YEAR)
        who = _issuer(symbol, issuer, party=mark == "-")
        if who is None:
            return Known(None, UNKNOWN_ISSUER)
        where = Known("vn") if who.national else self._jurisdiction(issuer, day, year)
        if where.iri is None:
            return where
        when = int(year) if year else day.year if day else 0
        return Known(document_iri(where.iri, who.segment, _type_slug(symbol, kind), when, serial))

    def _jurisdiction(self, issuer: str | None, day: date | None, year: str | None) -> Known:
        """Of a local issuer: the place in its name, else the plan's own, as it was on *day*."""
        place = _PLACE.search(fold(issuer or ""))
        name = place.group(1) if place else None
        if name is None and self.place and fold(issuer or "").endswith(" " + fold(self.place)):
            name = fold(self.place)
        on = day or (self.day if year is None else None)
        if name is not None:
            units = [u for u in self.registry.units if place_key(name) in map(place_key, u.names)]
            if on is None and len(units) > 1:
                return Known(None, AMBIGUOUS_ISSUER)
            unit = self.registry.unit(name, on)
            return Known(unit.path if unit else slug(name))
        if self.jurisdiction is None:
            return Known(None, UNKNOWN_ISSUER)
        if self.unit and self.unit.valid_from and (on is None or not self.unit.existed(on)):
            return Known(None, AMBIGUOUS_ISSUER)  # the province was two or three then
        return Known(self.jurisdiction)


def issuer_names(number: str, issuer: str | None) -> tuple[str, ...]:
    """The bodies that issued a document: as written (a minister signs for the ministry, a session is of the
    Central Committee), else what only its symbol says (124/NQ-CP is the Government's: Decree 30/2020, App. III)."""
    if issuer and _SESSION.match(fold(issuer)):
        return ("Ban Chấp hành Trung ương",)
    if issuer:
        return tuple(re.sub(r"^Bộ trưởng (?=Bộ )", "", name) for name in _JOINT.split(issuer))
    for symbol, name in words()["document"]["symbols"].items():
        if re.search(rf"[-/]{symbol}\d*$", number):
            return (str(name),)
    found = _NUMBER.match(number)
    parts = re.split(r"[-/]", found.group(4)) if found else []
    return tuple(_ministries()[part] for part in parts if part in _ministries())


@cache
def _ministries() -> dict[str, str]:
    """Abbreviations of ministries in symbols ("BTC") → names; a symbol that two share is none."""
    marks = words()["document"]["ministries"]
    return {str(mark): types()[kind].vi for mark, kind in marks.items()}


def _issuer(symbol: str, issuer: str | None, *, party: bool) -> _Issuer | None:
    """The issuer's segment of the IRI; None where neither symbol nor words tell it."""
    named = fold(issuer) if issuer else None
    if segment := _named(named):
        return _Issuer(segment, True, True)
    parts = re.split(r"[-/]", symbol)
    if match := _ASSEMBLY.match(symbol):
        return _Issuer(match.group(1).lower(), True, True)
    table = _segments()
    for mark, name in words()["document"]["symbols"].items():
        if parts[-1] == mark:
            return _Issuer(table[fold(name)], True, True)
    who = _who(symbol, parts, party=party)
    if who in ("TW", ""):
        return None
    segment = unaccented(who).replace(" ", "")
    marks = {*_ministries(), *words()["document"]["symbols"]}
    ministry = all(mark in marks for mark in who.split("-"))
    central = who.endswith("TW") or ministry or _is_national(named)
    local = named is not None or who in ("UBND", "HĐND", "TU") or _DEPARTMENT.match(who)
    return _Issuer(segment, central, True) if central or local else None


def _named(named: str | None) -> str | None:
    """The segment of an issuer of the whole country by its words."""
    if named is None:
        return None
    table = _segments()
    if named in table:
        return table[named]
    if _SESSION.match(named):
        return table["ban chấp hành trung ương"]
    begin = max(
        (n for n in table if re.match(re.escape(n) + r"(?: khóa|, khóa)", named)), default=""
    )
    return table.get(begin)


@cache
def _segments() -> dict[str, str]:
    return {fold(name): str(segment) for name, segment in words()["document"]["issuers"].items()}


def _is_national(named: str | None) -> bool:
    if named is None:
        return False
    ministry = re.match(r"(?:bộ trưởng|bộ)\s", named) is not None
    return "trung ương" in named or (
        ministry and not named.startswith(word_list("central", "not_ministries"))
    )


def _who(symbol: str, parts: list[str], *, party: bool) -> str:
    """The part of the symbol that names the issuer: 328-KH/TU, 15/QĐ-UBND, 574/UBND-NC, 04/TTr-BKHCN-BTTTT."""
    if party and "/" in symbol:
        return symbol.split("/")[-1]
    known = {str(a) for a in words()["document"]["types"].values() if a}
    if parts[0] not in known:
        return parts[0]
    rest = symbol[len(parts[0]) + 1 :]
    return rest if "/" not in rest else rest.split("/")[-1]


def _type_slug(symbol: str, kind: str | None) -> str:
    """The type's segment: by the symbol, else by the words before the number."""
    known = words()["document"]["types"]
    slugs = words()["document"]["slugs"]
    head = re.split(r"[-/]", symbol)[0]
    if _ASSEMBLY.match(symbol):  # 50/2017/QH14: the words alone tell a law from a resolution
        abbreviation = known.get(kind or "", "")
        return slug(abbreviation or kind or "Luật")
    abbreviation = head if head in set(known.values()) else known.get(kind or "", "")
    return str(slugs.get(abbreviation, slug(abbreviation) or "cv"))
