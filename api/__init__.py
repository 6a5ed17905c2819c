"""The web service: ``create_app(config)`` and one blueprint a topic."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response

from . import errors, health, pages, questions, resources, sparql
from .engine import Engine

MAX_BODY = 1 << 20


def create_app(config: dict[str, object] | None = None) -> Flask:
    """The service over one store.

    *config*: ``STORE`` (folder of the store, required), ``DEFAULT_GRAPH`` ("union" or "plain"),
    ``MAX_ANSWER`` (bytes).
    """
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.update(
        STORE=None, DEFAULT_GRAPH="union", MAX_ANSWER=64 << 20, MAX_CONTENT_LENGTH=MAX_BODY
    )
    app.config.update(config or {})
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["engine"] = Engine(
        Path(str(app.config["STORE"])),
        plain=app.config["DEFAULT_GRAPH"] == "plain",
        max_answer=int(app.config["MAX_ANSWER"]),
    )
    errors.register(app)
    for blueprint in (pages.bp, sparql.bp, questions.bp, health.bp, resources.bp):
        app.register_blueprint(blueprint)
    app.after_request(_guard)
    return app


def _guard(response: Response) -> Response:
    """Nothing from elsewhere, no guessing of types, no framing."""
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    return response
