"""Where words stand: links into the text of the plan."""

from __future__ import annotations

import pyoxigraph as ox

from .reader import href


def words_at(mention: ox.NamedNode) -> str | None:
    """The address of the words of a source mention (``<document>/ev/<name>``) in the text of the plan."""
    document, mark, name = mention.value.partition("/ev/")
    page = href(ox.NamedNode(document)) if mark else None
    return f"{page}#ev-{name}" if page else None


def clause_at(clause: ox.NamedNode) -> str | None:
    """The address of a clause (``<document>/c/<path>``) in the text of the plan."""
    document, mark, path = clause.value.partition("/c/")
    page = href(ox.NamedNode(document)) if mark else None
    return f"{page}#{path}" if page else None
