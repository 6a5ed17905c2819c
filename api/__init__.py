"""The web service; what it is made of is loaded when it is made (see ``app``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def create_app(config: dict[str, object] | None = None) -> Flask:
    """The service over one store; *config* as ``app.create_app`` tells."""
    from .app import create_app as make

    return make(config)
