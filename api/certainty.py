"""Whether a name determines one thing: in the country, not only among what this store happens to hold.

Every province has a Sở Tài chính and a plan 06/KH-UBND.  So the name of a provincial body determines it only with its
province, a document's number only with its year; and where a body has a successor of the same name, or two provinces
have borne one name, a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kg.names import BASE
from kg.search.abbreviations import expanded
from kg.search.asking import Index
from kg.search.closeness import EQUAL
from kg.search.results import Hit
from kg.search.tokens import both

_PLACED = re.compile(rf"{re.escape(BASE)}(?:agency|unit|doc)/(vn-\w+(?:/\d{{4}}(?=/|$))?)")
_YEAR = re.compile(r"/(\d{4})/")
_REMARK = re.compile(r"\s*\([^()]*\)$")
_NOUN = r"(?:cap )?(?:tinh|thanh pho)"
_BODIES = ("agency", "group", "unit")
_DOCUMENTS = ("plan", "document")


@dataclass(frozen=True, slots=True)
class Province:
    """*name* in words without diacritics and noun («hau giang»); *is_one*: no other province has borne it."""

    name: str
    is_one: bool


def provinces(index: Index, hits: Sequence[Hit]) -> dict[str, Province]:
    """The province of each of *hits* that has one, by the hit's IRI."""
    of = {hit.iri: place for hit in hits if (place := _place(hit.iri))}
    iris = sorted({f"{BASE}unit/{place}" for place in of.values()})
    known: dict[str, Province] = {}
    for iri, unit in index.describe(iris, "vi").items():
        name = re.sub(rf"^{_NOUN} ", "", _words(unit.label))
        alike = index.suggest(name, lang="vi", limit=50, kinds=("unit",))
        same = {u.iri for u in alike if re.sub(rf"^{_NOUN} ", "", _words(u.label)) == name}
        known[iri] = Province(name, len(same | {iri}) == 1)
    return {hit: known[iri] for hit, place in of.items() if (iri := f"{BASE}unit/{place}") in known}


def closer(
    text: str, hits: Sequence[Hit], names: Mapping[str, str], known: Mapping[str, Province]
) -> list[Hit]:
    """*hits* as they are ranked, those first that are called *text* in full but for «và», «tỉnh» and the like.

    *names*: the Vietnamese names of bodies, by IRI.
    """
    found = []
    for hit in hits:
        if hit.kind in _BODIES and hit.closeness > EQUAL + 1:
            place = known.get(hit.iri)
            typed, name = _key(text, place), _key(names.get(hit.iri, hit.label), place)
            if typed == name and name[0]:
                hit = replace(hit, closeness=EQUAL + 1)
        found.append(hit)
    return sorted(found, key=lambda hit: hit.closeness // 2)


def within(
    text: str, hits: Sequence[Hit], names: Mapping[str, str], known: Mapping[str, Province]
) -> list[Hit]:
    """Those of *hits* that are called *text* but for their province, which stands after their name in it."""
    found = []
    for hit in hits:
        name, where = _key(text, known.get(hit.iri))
        if where and name and name == _key(names.get(hit.iri, hit.label), known.get(hit.iri))[0]:
            found.append(replace(hit, closeness=EQUAL + 1))
    return found


def determined(text: str, hit: Hit, name: str, province: Province | None, is_placed: bool) -> bool:
    """Whether *text* tells that *hit*, which is called just so, is meant, whatever else there may be in the country.

    *name*: its Vietnamese name; *is_placed*: its province is told apart from the name.
    """
    words = f" {_full(text)} "
    if hit.kind in _DOCUMENTS:
        year = _YEAR.search(hit.iri)
        told = is_placed or province is None or f" {province.name} " in words
        return told and year is not None and f" {year[1]} " in words
    if hit.kind not in _BODIES:
        return True
    (typed, where), (own, _) = _key(text, province), _key(name, province)
    if typed != own:  # by initials alone: «BCT» is Bộ Công Thương, and Bộ Chính trị
        return False
    if province is None:
        return _place(hit.iri) is None
    return is_placed or (bool(where) and province.is_one)


def names_place(values: Sequence[str], province: Province | None) -> bool:
    """Whether one of *values* of a jurisdiction tells which province: its IRI, or a name that no other has borne."""
    return any(
        value.startswith(f"{BASE}unit/vn-")
        or (
            province is not None
            and province.is_one
            and _key(value, province) == ("", province.name)
        )
        for value in values
    )


def namesakes(hit: Hit, name: str, others: Mapping[str, str], province: Province | None) -> bool:
    """Whether one of *others* (IRI → name) in the same place bears the *name* of *hit* too, before or after it."""
    own = _key(name, province)
    base = _place(hit.iri)
    kind = hit.iri.removeprefix(BASE).split("/", 1)[0]
    return any(
        iri != hit.iri
        and iri.removeprefix(BASE).split("/", 1)[0] == kind
        and _place(iri, is_dated=False) == (base or "").split("/")[0]
        and _key(other, province) == own
        for iri, other in others.items()
    )


def _place(iri: str, *, is_dated: bool = True) -> str | None:
    """The province in the IRI of a body, unit or document: "vn-73", "vn-ct/2025"; for a national one None, or ""
    where it is asked for without the year."""
    found = _PLACED.match(iri)
    if found is None:
        return None if is_dated else ""
    return found[1] if is_dated else found[1].split("/")[0]


def _words(text: str) -> str:
    return both(_REMARK.sub("", text))[1]


def _full(text: str) -> str:
    """As words without diacritics, abbreviations in full."""
    return expanded(*both(text))[1]


def _key(text: str, province: Province | None) -> tuple[str, str]:
    """What all spellings of a body's name share, and the province that is named after it ("" where none is)."""
    words = expanded("", _words(text))[1]
    where = ""
    if province is not None:
        found = re.fullmatch(rf"(?:(.*?) )??(?:{_NOUN} )?{re.escape(province.name)}", words)
        if found:
            words, where = found[1] or "", province.name
    return " ".join(w for w in words.split() if w not in ("va", "cac")), where
