"""What the reference data knows by name: agencies, groups, units, documents.

``Registry.knows`` tells its IRIs from those that are made from a name alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

import pyoxigraph as ox

from .agency_names import complete
from .names import BASE
from .resources import resource_files
from .text import fold

_RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_LABELS = (_RDFS_LABEL, "http://www.w3.org/2004/02/skos/core#altLabel")
_CLASSIFICATION = "http://www.w3.org/ns/org#classification"
_DATE = "http://data.europa.eu/eli/ontology#date_document"
_KH = BASE + "ont#"
_TYPES = BASE + "voc/agency-type/"


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit of the first level: *path* is its place in IRIs ("vn-73", "vn-ct/2025"),
    *vi* and *en* are its labels, *names* its folded names without «tỉnh»."""

    path: str
    names: tuple[str, ...]
    valid_from: str | None
    valid_to: str | None
    vi: str = ""
    en: str = ""

    def existed(self, on: date | None) -> bool:
        day = on.isoformat() if on else None
        return day is None or ((self.valid_from or "") <= day and day < (self.valid_to or "9999"))


@dataclass(frozen=True, slots=True)
class Registry:
    """Labels of the reference data.  Keys of *actors* are folded, completed names; *known* are all its agencies
    and groups, *documents* its documents (IRI → date), *ended* the last day but one of agencies, *places* all
    its units, *typed* the agencies by (path of the unit, type), *heirs* the agency of the same name that took
    the place of one (…/vn/bo-tai-chinh → …/vn/2025/bo-tai-chinh), *indicators* those of its targets."""

    actors: dict[str, tuple[str, ...]]
    units: tuple[Unit, ...]
    documents: dict[str, str]
    known: frozenset[str]
    ended: dict[str, str]
    places: frozenset[str]
    typed: dict[tuple[str, str], tuple[str, ...]]
    heirs: dict[str, str]
    indicators: frozenset[str]

    def unit(self, name: str, on: date | None) -> Unit | None:
        """The province or city called *name* on the day *on*; None where none or two are."""
        wanted = place_key(name)
        found = [u for u in self.units if wanted in map(place_key, u.names) and u.existed(on)]
        return found[0] if len(found) == 1 else None

    def unit_at(self, path: str) -> Unit | None:
        """The province or city whose place in IRIs is *path*."""
        return next((u for u in self.units if u.path == path), None)

    def knows(self, iri: str) -> bool:
        return iri in self.known

    def typed_at(self, path: str, kind: str) -> str | None:
        """The agency of the type *kind* that the reference data has for the unit at *path*."""
        found = self.typed.get((path, kind), ())
        return found[0] if len(found) == 1 else None


@cache
def load_registry() -> Registry:
    """The registry of the reference data that comes with the program."""
    labels: dict[str, set[str]] = {}
    main: dict[str, dict[str, str]] = {}
    facts: dict[str, dict[str, str]] = {}
    for file in resource_files("ontology", ".ttl"):
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            if not isinstance(quad.subject, ox.NamedNode):
                continue
            iri, predicate, term = quad.subject.value, quad.predicate.value, quad.object
            if isinstance(term, ox.Literal):
                if predicate in _LABELS and term.language in (None, "vi"):
                    labels.setdefault(iri, set()).add(term.value)
                if predicate == _RDFS_LABEL:
                    main.setdefault(iri, {})[term.language or ""] = term.value
                if predicate.startswith(_KH + "valid"):
                    facts.setdefault(iri, {})[predicate[len(_KH) :]] = term.value
                if predicate == _DATE:
                    facts.setdefault(iri, {})["date"] = term.value
            elif isinstance(term, ox.NamedNode) and predicate == _CLASSIFICATION:
                facts.setdefault(iri, {})["type"] = term.value.removeprefix(_TYPES)
    actors: dict[str, set[str]] = {}
    typed: dict[tuple[str, str], list[str]] = {}
    heirs = _heirs(labels)
    agents = {i: n for i, n in labels.items() if i.startswith((BASE + "agency/", BASE + "group/"))}
    for iri, names in sorted(agents.items()):
        if iri not in heirs.values():  # a name means the older one; its day tells whether the newer
            for name in names:
                actors.setdefault(complete(name), set()).add(iri)
        if "type" in facts.get(iri, {}) and iri not in heirs.values():
            path = iri.removeprefix(BASE + "agency/").rpartition("/")[0]
            typed.setdefault((path, facts[iri]["type"]), []).append(iri)
    units = [
        Unit(
            iri[len(BASE) + 5 :],
            tuple(sorted({fold(_bare(n)) for n in names})),
            facts.get(iri, {}).get("validFrom"),
            facts.get(iri, {}).get("validTo"),
            main[iri].get("vi", ""),
            main[iri].get("en", ""),
        )
        for iri, names in sorted(labels.items())
        if re.match(re.escape(BASE) + r"unit/vn-[a-z0-9]+(/\d{4})?$", iri)
    ]
    return Registry(
        actors={name: tuple(sorted(iris)) for name, iris in actors.items()},
        units=tuple(units),
        documents={
            iri: facts.get(iri, {}).get("date", "")
            for iri in labels
            if iri.startswith(BASE + "doc/")
        },
        known=frozenset(agents),
        ended={iri: said["validTo"] for iri, said in facts.items() if "validTo" in said},
        places=frozenset(i[len(BASE) + 5 :] for i in labels if i.startswith(BASE + "unit/")),
        typed={key: tuple(iris) for key, iris in typed.items()},
        heirs=heirs,
        indicators=frozenset(i for i in labels if i.startswith(BASE + "indicator/")),
    )


def _heirs(known: Iterable[str]) -> dict[str, str]:
    """Agencies with a year in their IRI that are of the same unit as one without; where the unit itself is
    new (vn-ct/2025), so are its agencies, and none is an heir."""
    all_ = set(known)
    found: dict[str, str] = {}
    for iri in all_:
        parts = re.fullmatch(rf"({re.escape(BASE)}agency/)([^/]+)/(\d{{4}})/(.+)", iri)
        if parts and f"{BASE}unit/{parts[2]}/{parts[3]}" not in all_:
            found[f"{parts[1]}{parts[2]}/{parts[4]}"] = iri
    return found


@lru_cache(maxsize=4096)
def place_key(name: str) -> str:
    """A place's name for comparing: «Bà Rịa - Vũng Tàu» and «Bà Rịa–Vũng Tàu» are one."""
    return " ".join(re.sub(r"[-–]", " ", fold(name)).split())


def _bare(name: str) -> str:
    return re.sub(r"^(?:tỉnh|thành phố|thủ đô)\s+", "", name, flags=re.IGNORECASE)
