"""What the reference data knows by name: agencies, groups, units, documents.

``Registry.knows`` tells its IRIs from those that are made from a name alone, so that unknown names can be
listed for review.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

import pyoxigraph as ox

from .names import BASE
from .resources import resource_files
from .text import fold, phrases
from .words import word_list, words

_LABELS = (
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/2004/02/skos/core#altLabel",
)
_KH = BASE + "ont#"


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit of the first level: *path* is its place in IRIs ("vn-73", "vn-ct/2025")."""

    path: str
    names: tuple[str, ...]
    valid_from: str | None
    valid_to: str | None


@dataclass(frozen=True, slots=True)
class Registry:
    """Labels of the reference data.  Keys of *actors* are folded, completed names; *known* are all its agencies
    and groups, *documents* its documents (IRIs)."""

    actors: dict[str, tuple[str, ...]]
    units: tuple[Unit, ...]
    documents: frozenset[str]
    known: frozenset[str]

    def unit(self, name: str, on: date | None) -> Unit | None:
        """The province or city called *name* on the day *on*; None where none or two are."""
        wanted = fold(name)
        day = on.isoformat() if on else None
        found = [
            u
            for u in self.units
            if wanted in u.names
            and (day is None or ((u.valid_from or "") <= day and day < (u.valid_to or "9999")))
        ]
        return found[0] if len(found) == 1 else None

    def knows(self, iri: str) -> bool:
        return iri in self.known


@cache
def load_registry() -> Registry:
    """The registry of the reference data that comes with the program."""
    labels: dict[str, set[str]] = {}
    facts: dict[str, dict[str, str]] = {}
    for file in resource_files("ontology", ".ttl"):
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            if not isinstance(quad.subject, ox.NamedNode):
                continue
            iri, predicate = quad.subject.value, quad.predicate.value
            if isinstance(quad.object, ox.Literal):
                if predicate in _LABELS and quad.object.language in (None, "vi"):
                    labels.setdefault(iri, set()).add(quad.object.value)
                elif predicate.startswith(_KH + "valid"):
                    facts.setdefault(iri, {})[predicate[len(_KH) :]] = quad.object.value
    actors: dict[str, set[str]] = {}
    for iri, names in labels.items():
        if iri.startswith((BASE + "agency/", BASE + "group/")):
            for name in names:
                actors.setdefault(complete(name), set()).add(iri)
    units = [
        Unit(
            iri[len(BASE) + 5 :],
            tuple(sorted({fold(_bare(n)) for n in names})),
            facts.get(iri, {}).get("validFrom"),
            facts.get(iri, {}).get("validTo"),
        )
        for iri, names in sorted(labels.items())
        if re.match(re.escape(BASE) + r"unit/vn-[a-z0-9]+(/\d{4})?$", iri)
    ]
    documents = frozenset(iri for iri in labels if iri.startswith(BASE + "doc/"))
    known = frozenset(iri for iris in actors.values() for iri in iris)
    named = {name: tuple(sorted(iris)) for name, iris in actors.items()}
    return Registry(named, tuple(units), documents, known)


def _bare(name: str) -> str:
    return re.sub(r"^(?:tỉnh|thành phố|thủ đô)\s+", "", name, flags=re.IGNORECASE)


@cache
def complete(name: str) -> str:
    """A name in one form: folded, abbreviations in full, without «các» before it.

    >>> complete("Sở KH&CN") == complete("Sở Khoa học và Công nghệ")
    True
    """
    text = fold(name)
    table = words()["abbreviations"]
    pattern = re.compile(
        r"(?<!\w)(?:"
        + "|".join(re.escape(k) for k in sorted(table, key=len, reverse=True))
        + r")(?!\w)"
    )
    text = pattern.sub(lambda m: str(table[m.group()]), text)
    text = re.sub(rf"^{phrases(word_list('agents', 'determiners'))}\s+", "", text)
    return re.sub(r"\s+", " ", text).strip()
