"""The queries of a reconciliation batch: read, answered by the index, scored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg.names import KH
from kg.search.asking import Index
from kg.search.closeness import EQUAL
from kg.search.query import LONGEST
from kg.search.results import Hit
from kg.search.tokens import both

from . import certainty
from .reading import malformed

MOST_QUERIES = 100
MOST_IDS = 500
MOST_PROPERTIES = 20
_MOST_HITS = 50
_SCORES = {
    0: 100.0,
    1: 95.0,
    2: 80.0,
    3: 75.0,
    4: 60.0,
    5: 55.0,
}  # by closeness; its words only: 40
_BY_PROPERTIES = 0.25  # of a score, where properties are given
_PLACE = f"{KH}agencyJurisdiction"
SHORT = {"jurisdiction": _PLACE}  # identifiers of properties besides IRIs
_CONCEPTS = ("type", "term", "theme", "indicator", "question")
_TAILS = (2, 3, 4)  # words of a province at the end of a name: «Hậu Giang», «tỉnh Hậu Giang»
_STRICT = ("any", "all", "should")
Names = Mapping[tuple[str, str], list[str]]
Agreeing = tuple[str, tuple[str, ...], bool]  # a property, the values sent, whether one is right


@dataclass(frozen=True, slots=True)
class Wanted:
    """One query: *types* are IRIs, *properties* (IRI or short identifier, values), both as they were sent."""

    text: str
    types: tuple[str, ...]
    strict: str
    limit: int
    properties: tuple[tuple[str, tuple[str, ...]], ...]


def read_json(text: str, what: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise malformed(f"«{what}» is no JSON; see the Reconciliation Service API 0.2") from None


def read_batch(text: str) -> dict[str, Wanted]:
    """The queries by their keys."""
    given = read_json(text, "queries")
    if not isinstance(given, dict) or not given:
        raise malformed("«queries» is an object with a query under each key")
    if len(given) > MOST_QUERIES:
        raise malformed(f"{len(given)} queries at once; send at most {MOST_QUERIES}")
    return {key: _wanted(key, one) for key, one in given.items()}


def _wanted(key: str, given: Any) -> Wanted:
    def fault(what: str) -> Exception:
        return malformed(f"query «{key[:40]}»: {what}")

    if not isinstance(given, dict):
        raise fault("it is an object with «query»")
    text = given.get("query", "")
    if not isinstance(text, str) or not (text or given.get("properties")):
        raise fault("«query» is a text")
    types = given.get("type") or ()
    types = (types,) if isinstance(types, str) else types
    if not isinstance(types, (list, tuple)) or not all(isinstance(t, str) for t in types):
        raise fault("«type» is the IRI of a type, or a list of them")
    strict = given.get("type_strict", "any")
    if strict not in _STRICT:
        raise fault(f"«type_strict» is one of {', '.join(_STRICT)}")
    limit = given.get("limit", 10)
    if not isinstance(limit, (int, float)) or isinstance(limit, bool) or not limit >= 1:
        raise fault("«limit» is a number from 1")
    properties = given.get("properties") or []
    if not isinstance(properties, list) or len(properties) > MOST_PROPERTIES:
        raise fault(f"«properties» is a list of at most {MOST_PROPERTIES}")
    read = []
    for one in properties:
        if not isinstance(one, dict) or not isinstance(one.get("pid"), str) or "v" not in one:
            raise fault("each of «properties» has «pid» and «v»")
        values = one["v"] if isinstance(one["v"], list) else [one["v"]]
        read.append((one["pid"], tuple(_value(v) for v in values)))
    return Wanted(text, tuple(types), strict, int(min(limit, _MOST_HITS)), tuple(read))


def property_iri(pid: str) -> str:
    return SHORT.get(pid, pid)


def _value(given: Any) -> str:
    return str(given.get("id", "")) if isinstance(given, dict) else str(given)


@dataclass(frozen=True, slots=True)
class Found:
    """What one query may mean: *hits*, the likeliest first; their *names* in Vietnamese, their *provinces*, by IRI;
    *kinds*: how many kinds of agency are called so, where the province is told apart."""

    hits: list[Hit]
    names: Mapping[str, str]
    provinces: Mapping[str, certainty.Province]
    kinds: int


def candidates(index: Index, wanted: Wanted, lang: str) -> Found:
    """The things that may be meant; more than are asked for, since properties decide too."""
    text = wanted.text[:LONGEST]
    found = _ranked(index, wanted, text, lang)
    if found.hits:
        return found
    for tail in (
        _TAILS
    ):  # bodies of districts are not called by their province: «UBND huyện Châu Thành, Hậu Giang»
        if head := " ".join(text.split()[:-tail]):
            within = _ranked(index, wanted, head, lang)
            if hits := certainty.within(text, within.hits, within.names, within.provinces):
                return Found(hits, within.names, within.provinces, within.kinds)
    return found


def _ranked(index: Index, wanted: Wanted, text: str, lang: str) -> Found:
    types = () if wanted.strict == "should" else wanted.types
    found = index.suggest(text, lang=lang, limit=_MOST_HITS, types=types)
    if wanted.strict == "all":
        found = [hit for hit in found if set(wanted.types) <= set(hit.types)]
    described = index.describe([hit.iri for hit in found], "vi")
    names = {iri: hit.label for iri, hit in described.items()}
    provinces = certainty.provinces(index, found)
    found = certainty.closer(text, found, names, provinces)
    if not wanted.types:  # a cell holds a thing rather than the word for its kind
        found.sort(key=lambda hit: (hit.closeness // 2, hit.kind in _CONCEPTS))
    if wanted.strict == "should":
        found.sort(key=lambda hit: not set(wanted.types) & set(hit.types))
    kinds = 0
    if any(property_iri(pid) == _PLACE for pid, _ in wanted.properties):
        named = index.suggest(text, lang=lang, limit=_MOST_HITS, kinds=("type",))
        kinds = sum(one.closeness <= EQUAL + 1 for one in named)
    return Found(found, names, provinces, kinds)


def results(
    wanted: Wanted, found: Found, names: Names, types: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The candidates as the protocol has them; *names*: what the values of their properties are called (a property
    that does not exist has none, and decides nothing), *types*: the names of types, without which one is left out."""
    scored = []
    for place, hit in enumerate(found.hits):
        called = [
            (pid, values, names.get((hit.iri, property_iri(pid))))
            for pid, values in wanted.properties
        ]
        agreeing = [(pid, v, _agrees(v, known)) for pid, v, known in called if known is not None]
        agrees = [agreed for _, _, agreed in agreeing]
        by_name = _SCORES.get(hit.closeness, 40.0) - min(place, 30) * 0.1
        share = sum(agrees) / len(agrees) if agrees else 1.0
        score = by_name * (1 - _BY_PROPERTIES) + 100 * share * _BY_PROPERTIES if agrees else by_name
        scored.append((round(score, 2), place, hit, by_name, agreeing))
    scored.sort(key=lambda one: (-one[0], one[1]))
    sure = _sure(wanted, found, [(hit, agreeing) for _, _, hit, _, agreeing in scored])
    return [
        {
            "id": hit.iri,
            "name": hit.label,
            "description": hit.about,
            "type": [{"id": t, "name": types[t]} for t in hit.types if t in types],
            "score": score,
            "features": [
                {"id": "name", "value": round(by_name, 2)},
                *({"id": pid, "value": agreed} for pid, _, agreed in agreeing),
            ],
            "match": hit is sure,
        }
        for score, _, hit, by_name, agreeing in scored[: wanted.limit]
    ]


def _sure(wanted: Wanted, found: Found, ranked: list[tuple[Hit, list[Agreeing]]]) -> Hit | None:
    """The one that is meant for certain: called just so, alone among agencies, units, documents ..., contradicted by
    no property, and determined by what was given (``certainty``)."""
    equal = [
        (hit, agreeing)
        for hit, agreeing in ranked
        if all(agreed for _, _, agreed in agreeing) and hit.closeness in (EQUAL, EQUAL + 1)
    ]
    closest = min((hit.closeness for hit, _ in equal), default=None)
    equal = [one for one in equal if one[0].closeness == closest]
    things = [one for one in equal if one[0].kind not in ("type", "term")] or equal
    if len(things) != 1:
        return None
    ((hit, agreeing),) = things
    name, province = found.names.get(hit.iri, hit.label), found.provinces.get(hit.iri)
    is_placed = any(
        property_iri(pid) == _PLACE and agreed and certainty.names_place(values, province)
        for pid, values, agreed in agreeing
    )
    is_short = is_placed and found.kinds == 1  # «SNN&PTNT» with its province
    if not is_short and not certainty.determined(wanted.text, hit, name, province, is_placed):
        return None
    return None if certainty.namesakes(hit, name, found.names, province) else hit


def _agrees(values: tuple[str, ...], names: list[str]) -> bool:
    """Whether one of *values* is, or is called as, one of *names*."""
    plain = {both(name)[1] for name in names}
    return any(value in names or (both(value)[1] or None) in plain for value in values)
