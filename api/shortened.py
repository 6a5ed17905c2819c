"""Addresses that were cut short: «/agency/vn-73» names nothing, but much begins with it."""

from __future__ import annotations

from kg.names import BASE

from . import listing, things
from .anchors import document_path
from .engine import Engine
from .entities import indexes
from .language import chosen_language

# What stands below a document, and the part of its page that tells of it.
_PARTS = {
    "task": "tasks",
    "group": "tasks",
    "target": "targets",
    "goal": "citations",
    "purpose": "citations",
    "requirement": "citations",
    "cites": "citations",
    "citation": "citations",
    "c": "text",
    "ev": "text",
}


def leads_to(engine: Engine, path: str) -> str | None:
    """The page for readers who took the end off an address: a list of what begins with *path*, or the part of the
    document's page; None where nothing does."""
    path = path.removesuffix(".html").strip("/")
    document = document_path(BASE + path)
    if document is not None and document != path and engine.call(things.is_known, document):
        rest = path[len(document) :].strip("/").split("/")
        if len(rest) == 1 and rest[0] in _PARTS:
            return f"/{document}.html#{_PARTS[rest[0]]}"
        return None
    kind, _, under = path.partition("/")
    if kind in indexes.KINDS and under and listing.has(engine, kind, under, chosen_language()):
        return f"/{kind}?under={under}"
    return None
