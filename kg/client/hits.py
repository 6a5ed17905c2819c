"""What a search found, one thing a hit, the same from a store and from a service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..search.results import Found


@dataclass(frozen=True, slots=True)
class Hit:
    """*text*: words around what was found, where the label does not hold it; *clause*: the IRI of where it stands."""

    kind: str
    label: str
    iri: str
    about: str = ""
    text: str = ""
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """*counts*: by kind how many there are, and whether there may be more than that; *instead*: another spelling that
    would find something."""

    hits: tuple[Hit, ...]
    counts: Mapping[str, tuple[int, bool]]
    instead: str | None = None


def of_found(found: Found) -> Hits:
    hits = tuple(
        Hit(hit.kind, hit.label, hit.iri, hit.about, hit.snippet.text if hit.snippet else "", hit.clause)
        for group in found.groups
        for hit in group.hits
    )  # fmt: skip
    return Hits(hits, {g.kind: (g.count, g.is_more) for g in found.groups}, found.instead)


def of_json(told: Mapping[str, Any]) -> Hits:
    """The answer of ``/search`` to a program."""
    hits = tuple(
        Hit(
            hit["kind"],
            hit["label"],
            hit["iri"],
            hit.get("about", ""),
            hit.get("snippet", {}).get("text", ""),
            hit.get("clause", {}).get("iri"),
        )
        for group in told["groups"]
        for hit in group["hits"]
    )
    counts = {g["kind"]: (int(g["count"]), bool(g["more"])) for g in told["groups"]}
    return Hits(hits, counts, told.get("instead"))
