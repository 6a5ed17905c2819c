"""The page of a document whose text we hold."""

from __future__ import annotations

from flask import Response

from ..engine import Engine


def render(engine: Engine, path: str, lang: str) -> Response | None:
    """The page; None for a document of which we hold no text."""
    del engine, path, lang
    return None
