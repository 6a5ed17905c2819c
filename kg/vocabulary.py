"""The concept schemes of ``ontology/`` as tables: what the extraction knows, published for all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from .names import VOC
from .resources import resource_files

_SKOS = "http://www.w3.org/2004/02/skos/core#"


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of a scheme; *hidden* are the words that betray it in a text (skos:hiddenLabel)."""

    iri: str
    slug: str
    vi: str
    notation: str | None
    alternatives: tuple[str, ...]
    hidden: tuple[str, ...]


@cache
def concepts(scheme: str) -> tuple[Concept, ...]:
    """The concepts of ``voc/<scheme>`` in the order of their slugs."""
    prefix = f"{VOC}{scheme}/"
    found: dict[str, dict[str, list[str]]] = {}
    for file in resource_files("ontology", f"{scheme}.ttl"):
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            subject, predicate = quad.subject, quad.predicate.value
            if not isinstance(subject, ox.NamedNode) or not subject.value.startswith(prefix):
                continue
            entry = found.setdefault(subject.value, {})
            words = quad.object if isinstance(quad.object, ox.Literal) else None
            if words and predicate.startswith(_SKOS) and words.language in (None, "vi"):
                entry.setdefault(predicate[len(_SKOS) :], []).append(words.value)
    return tuple(
        Concept(
            iri=iri,
            slug=iri[len(prefix) :],
            vi=entry.get("prefLabel", [""])[0],
            notation=next(iter(entry.get("notation", [])), None),
            alternatives=tuple(sorted(entry.get("altLabel", []))),
            hidden=tuple(sorted(entry.get("hiddenLabel", []))),
        )
        for iri, entry in sorted(found.items())
    )
