"""The types of agencies that exist everywhere (voc/agency-type): which one a name is of, what its agency
in a place is called and where its identifier stands.

So that "Sở Khoa học và Công nghệ" is known in every province without a list of all departments of the
country.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from .agency_names import MAX_LENGTH, Place, arabic, find_place, name_key, without_level
from .names import BASE, VOC, slug
from .resources import resource_files
from .text import fold
from .words import word_list, words

_PREFIX = f"{VOC}agency-type/"
_LEVELS = ("country", "district", "commune")
_REGIONAL_SEGMENT = re.compile(r"([a-z0-9-]+-khu-vuc)-(\d+)$")
_REGION = re.compile(r"(.+ khu vực) ([ivxl]+|\d{1,2})")


@dataclass(frozen=True, slots=True)
class AgencyType:
    """A type: *vi* and *en* are its names, *kinds* the IRIs of the classes of its agencies (the most
    particular ones), *level* is "country", "province", "district", "commune" or "kind" (many bodies,
    each with a name of its own); *segment* the last part of its agencies' IRIs."""

    slug: str
    vi: str
    en: str
    kinds: tuple[str, ...]
    level: str
    segment: str

    @property
    def iri(self) -> str:
        return _PREFIX + self.slug


@dataclass(frozen=True, slots=True)
class Match:
    """A type and the place that the name says (None: none); *segment* is that of the form that matched."""

    type: AgencyType
    place: Place | None
    segment: str


def find_type(name: str) -> Match | None:
    """The type of the agency called *name*, whatever place it names; None where no type is meant for
    certain.

    The longest form decides, and what is left of the name must be a place.
    """
    if len(name) > MAX_LENGTH:
        return None
    key = name_key(name)
    if region := _REGION.fullmatch(key):
        one = _regional().get(region.group(1))
        if one is None:
            return None
        ordinal = str(arabic(region.group(2)))
        own = without_level(name_key(one.vi))
        form = own if own in _regional() else region.group(1)
        where = Place("region", f"khu vực {ordinal}", ordinal)
        return Match(one, where, slug(f"{form} {ordinal}"))
    parts = key.split(" ")
    for end in range(len(parts), 0, -1):
        head, rest = " ".join(parts[:end]), " ".join(parts[end:])
        if candidates := _forms().get(head):
            place = find_place(rest) if rest else None
            if rest and place is None:
                return None
            fitting = [one for level in _levels(place) for one in candidates if one.level == level]
            return Match(fitting[0], place, _segment(fitting[0], head)) if fitting else None
    return None


def _levels(place: Place | None) -> tuple[str, ...]:
    """The levels of types that may be meant, the likeliest first."""
    if place is None:
        return ("country", "province", "district", "commune")
    if place.level is None:
        return (
            ("country", "province")
            if place.words in word_list("places", "country")
            else ("province",)
        )
    if place.level == "province" and place.name:  # «thành phố Vị Thanh» lies within a province
        return ("province", "district")
    return (place.level,)


def named_kind(name: str) -> AgencyType | None:
    """The type of a body with a name of its own («Trường Đại học Vinh»); None where the head stands alone
    or goes on in small letters («Tổng công ty tiên phong»)."""
    key = name_key(name)
    for head in sorted(words()["agency_heads"], key=len, reverse=True):
        if key.startswith(head + " "):
            rest = name.split()[len(head.split()) :]
            proper = any(word[:1].isupper() or word[:1].isdigit() for word in rest)
            return types()[words()["agency_heads"][head]] if proper else None
    return None


def type_of(iri: str) -> AgencyType | None:
    """The type that the last part of an agency's IRI tells («agency/vn-22/so-y-te»)."""
    *above, last = iri.removeprefix(f"{BASE}agency/").split("/")
    below = above[-1] if above else ""
    level = next(
        (
            level
            for level in ("district", "commune")
            for noun in word_list("places", level)
            if below.startswith(slug(noun) + "-")
        ),
        "district" if below.startswith("thanh-pho-") else "",
    )
    found = _segments().get(last, ())
    for one in found:
        if one.level == level or (not level and one.level in ("country", "province")):
            return one
    if region := _REGIONAL_SEGMENT.fullmatch(last):
        return {slug(form): one for form, one in _regional().items()}.get(region.group(1))
    heads = sorted(words()["agency_heads"], key=len, reverse=True)
    head = next((h for h in heads if last.startswith(slug(h) + "-")), None)
    return types()[words()["agency_heads"][head]] if head and not found else None


def _segment(one: AgencyType, head: str) -> str:
    """A city's Party bodies are called after the Thành ủy."""
    return one.segment.replace("tinh-uy", "thanh-uy") if "thành ủy" in head else one.segment


@cache
def types() -> dict[str, AgencyType]:
    """The types of the scheme by their slugs."""
    labels: dict[str, dict[str, str]] = {}
    above: dict[str, str] = {}
    kinds: dict[str, list[str]] = {}
    for subject, predicate, term in _triples():
        if isinstance(term, ox.Literal) and predicate == "prefLabel":
            labels.setdefault(subject, {})[term.language or ""] = term.value
        elif isinstance(term, ox.NamedNode) and predicate == "broader":
            above[subject] = term.value.removeprefix(_PREFIX)
        elif isinstance(term, ox.NamedNode) and predicate == "seeAlso":
            kinds.setdefault(subject, []).append(term.value)
    level = {name: level for level in _LEVELS for name in word_list("agency_types", level)}
    level |= dict.fromkeys(word_list("agency_types", "kinds"), "kind")
    found: dict[str, AgencyType] = {}
    for name, parent in above.items():
        if name in above.values():
            continue  # a heading of the scheme
        default = "country" if parent == "central-agency" else "province"
        vi = labels[name]["vi"]
        found[name] = AgencyType(
            slug=name,
            vi=vi,
            en=labels[name]["en"],
            kinds=tuple(sorted(kinds.get(parent, ()))),
            level=level.get(name, default),
            segment=_own_segment(vi),
        )
    return found


def _own_segment(name: str) -> str:
    """The last part of an IRI: the type's name without its level, committees by their usual
    abbreviation (agency/vn-73/van-phong-ubnd)."""
    made = slug(without_level(fold(name)))
    return made.replace("uy-ban-nhan-dan", "ubnd").replace("hoi-dong-nhan-dan", "hdnd")


@cache
def _forms() -> dict[str, tuple[AgencyType, ...]]:
    """Keys of every name of a type, without its level → the types called so."""
    found: dict[str, list[AgencyType]] = {}
    for subject, predicate, term in _triples():
        one = types().get(subject)
        if one is None or one.level == "kind" or predicate not in ("prefLabel", "altLabel"):
            continue
        if isinstance(term, ox.Literal) and term.language == "vi":
            key = without_level(name_key(term.value))
            if not key.endswith(" khu vực"):
                found.setdefault(key, []).append(one)
    return {key: tuple(dict.fromkeys(ones)) for key, ones in found.items()}


@cache
def _regional() -> dict[str, AgencyType]:
    """Keys of names that go on with the number of a region."""
    return {name_key(name): one for name, one in _regional_names()}


@cache
def _regional_names() -> tuple[tuple[str, AgencyType], ...]:
    names = (
        (term.value, types()[subject])
        for subject, predicate, term in _triples()
        if predicate in ("prefLabel", "altLabel") and subject in types()
        if isinstance(term, ox.Literal) and term.language == "vi"
    )
    return tuple((name, one) for name, one in names if name_key(name).endswith(" khu vực"))


def regional_name(iri: str) -> str | None:
    """«Chi cục Hải quan khu vực 11» of …/chi-cuc-hai-quan-khu-vuc-11; None where no region is meant."""
    found = _REGIONAL_SEGMENT.search(iri)
    if found is None:
        return None
    name = next((n for n, _ in _regional_names() if slug(n) == found.group(1)), None)
    return f"{name} {found.group(2)}" if name else None


@cache
def _segments() -> dict[str, tuple[AgencyType, ...]]:
    found: dict[str, list[AgencyType]] = {}
    for one in types().values():
        if one.level != "kind":
            for text in {one.segment, one.segment.replace("tinh-uy", "thanh-uy")}:
                found.setdefault(text, []).append(one)
    return {text: tuple(ones) for text, ones in found.items()}


@cache
def _triples() -> tuple[tuple[str, str, ox.NamedNode | ox.Literal], ...]:
    """(slug of the type, local name of the predicate, object), in the order of the file."""
    found: list[tuple[str, str, ox.NamedNode | ox.Literal]] = []
    for file in resource_files("ontology", "agency-type.ttl"):
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            subject, term = quad.subject, quad.object
            if not isinstance(subject, ox.NamedNode) or not subject.value.startswith(_PREFIX):
                continue
            if isinstance(term, (ox.NamedNode, ox.Literal)):
                local = quad.predicate.value.replace("#", "/").rsplit("/", 1)[-1]
                found.append((subject.value.removeprefix(_PREFIX), local, term))
    return tuple(found)
