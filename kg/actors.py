"""Who is meant by a name in one plan: the IRI of the agency or group, and what is in doubt about it.

What the reference data knows by one of its labels gets the IRI that stands there; an agency of a type that
exists everywhere gets the IRI that its type and place make; everything else the stable IRI of its name under
the plan's jurisdiction, with a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from .agency_names import Place, complete
from .agency_types import Match, find_type, named_kind, type_of
from .collectives import group_key, group_segment, is_group, is_usual
from .names import BASE, slug
from .registry import Registry, Unit, place_key
from .text import fold, phrases
from .words import word_list

UNKNOWN_TYPE, UNKNOWN_PLACE, ENDED = "unknown-type", "unknown-place", "ended"


@dataclass(frozen=True, slots=True)
class Actor:
    """*doubt* is None where type and place are known, else one of the constants above."""

    iri: str
    doubt: str | None = None


class Actors:
    """How names are meant in one plan: its place and day."""

    def __init__(
        self, registry: Registry, unit: Unit | None, day: date | None, place: str | None
    ) -> None:
        self.registry = registry
        self.unit = unit
        self.jurisdiction = unit.path if unit else slug(place) if place else "vn"
        self.place = place
        self.day = day
        self._found: dict[str, Actor] = {}
        self._days: dict[date, Actors] = {}

    def on(self, day: date | None) -> Actors:
        """How the same names were meant on another day: the place as it was then."""
        if day is None or day == self.day:
            return self
        if day not in self._days:
            unit = self.registry.unit(self.place, day) if self.place else None
            self._days[day] = Actors(self.registry, unit or self.unit, day, self.place)
        return self._days[day]

    def identify(self, name: str) -> Actor:
        """Who is called *name* here."""
        if name not in self._found:
            self._found[name] = self._identify(name)
        return self._found[name]

    def _identify(self, name: str) -> Actor:
        if is_group(name):
            return self._group(name)
        actor = self._agency(name)
        usual = actor.doubt and not find_type(name) and is_usual(name, self._place_words())
        return self._group(name) if usual else actor

    def _agency(self, name: str) -> Actor:
        match = find_type(name)
        if not (match and match.place and match.place.within):
            for key in self._spellings(complete(name)):
                if labelled := self._labelled(key, "agency"):
                    return labelled
        if match and (actor := self._typed(match)):
            return actor
        key = complete(name)
        where = "vn" if _is_central(key) else self.jurisdiction
        local = f"{BASE}agency/{where}/{slug(_short(self._without_place(key))) or 'x'}"
        if named_kind(name):
            return Actor(local)
        return Actor(local, UNKNOWN_PLACE if match else UNKNOWN_TYPE)

    def _typed(self, match: Match) -> Actor | None:
        """The agency of a known type; None where its place is not known."""
        if match.place and match.place.level == "region":  # many bodies of one type
            return self._dated(f"{BASE}agency/vn/{match.segment}")
        if match.type.level == "country":
            known = self.registry.typed_at("vn", match.type.slug)
            return self._dated(known or f"{BASE}agency/vn/{match.segment}")
        where = self._where(match.place)
        if where is None:
            return None
        iri = (
            self.registry.typed_at(where, match.type.slug)
            or f"{BASE}agency/{where}/{match.segment}"
        )
        below = match.type.level in ("district", "commune")
        if where == "vn" or (below and not (match.place and match.place.name)):
            return Actor(iri, UNKNOWN_PLACE)  # no province, or no commune, is meant that we know of
        renamed = match.type.slug in word_list("agency_types", "until_2025")
        if renamed and match.place is None and self.day and self.day.year >= 2025:
            return Actor(iri, UNKNOWN_PLACE)
        return self._dated(iri) if type_of(iri) else Actor(iri, UNKNOWN_TYPE)

    def _where(self, place: Place | None) -> str | None:
        """The path of the unit that *place* says; None where it is none we know."""
        if place is None or (place.level == "province" and place.name is None):
            return self.jurisdiction
        if place.within and (unit := self._province(place.within)):
            above: str | None = unit
        else:
            above = None if place.within else self.jurisdiction
        if place.level in (None, "province"):
            if province := self._province(place.name or ""):
                return province
            if place.level is None or not place.words.startswith("thành phố"):
                return None
        if place.name is None or above is None or above == "vn":
            return None
        return f"{above}/{slug(place.words)}"

    def _province(self, name: str) -> str | None:
        if self.place and place_key(name) == place_key(self.place):
            return self.jurisdiction
        unit = self.registry.unit(name, self.day)
        return unit.path if unit else None

    def _dated(self, iri: str) -> Actor:
        end = self.registry.ended.get(iri)
        over = end is not None and self.day is not None and end <= self.day.isoformat()
        if over and iri in self.registry.heirs:
            return Actor(self.registry.heirs[iri])
        return Actor(iri, ENDED if over else None)

    def _group(self, name: str) -> Actor:
        for key in self._group_spellings(name):
            if labelled := self._labelled(key, "group"):
                return labelled
        iri = f"{BASE}group/{self.jurisdiction}/{group_segment(name) or 'x'}"
        if person := _person().match(name):  # «Bộ trưởng Bộ Công an» is known as the ministry is
            return Actor(iri, self.identify(name[person.end() :]).doubt)
        return Actor(iri, None if is_usual(name, self._place_words()) else UNKNOWN_TYPE)

    def _labelled(self, key: str, kind: str) -> Actor | None:
        """What the reference data calls so, here or in the whole country."""
        found = [
            iri
            for iri in self.registry.actors.get(key, ())
            if iri.startswith((f"{BASE}{kind}/{self.jurisdiction}/", f"{BASE}{kind}/vn/"))
        ]
        return self._dated(found[0]) if len(found) == 1 else None

    def _spellings(self, key: str) -> Iterable[str]:
        """The name with and without its place: «sở y tế», «sở y tế tỉnh», «sở y tế tỉnh hậu giang»."""
        yield key
        bare = self._without_place(key)
        yield bare
        for level in word_list("places", "province"):
            yield f"{bare} {level}"
            if self.place:
                yield f"{bare} {level} {fold(self.place)}"
        if self.place:
            yield f"{bare} {fold(self.place)}"

    def _group_spellings(self, name: str) -> Iterable[str]:
        yield from self._spellings(complete(name))
        yield from self._spellings(group_key(name))

    def _without_place(self, key: str) -> str:
        place = f"(?:\\s+{re.escape(fold(self.place))})?" if self.place else ""
        bare = re.sub(rf"\s+(?:tỉnh|thành phố){place}$", "", key)
        return bare or key

    def _place_words(self) -> tuple[str, ...]:
        return (fold(self.place),) if self.place else ()


@cache
def _person() -> re.Pattern[str]:
    return re.compile(phrases(word_list("agents", "persons")) + r"\s+(?=\w)", re.IGNORECASE)


def _is_central(key: str) -> bool:
    if key.startswith(word_list("central", "names")):
        return not re.search(r"\bkhu vực\b|\bchi nhánh\b", key)
    return key.startswith("bộ ") and not key.startswith(word_list("central", "not_ministries"))


def _short(key: str) -> str:
    """Committees by their usual abbreviation in IRIs: agency/vn-73/ubnd."""
    for long, short in (("ủy ban nhân dân", "ubnd"), ("hội đồng nhân dân", "hdnd")):
        if key == long or key.startswith(long + " "):
            return short + key[len(long) :]
    return key
