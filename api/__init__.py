"""The web service: ``create_app(config)`` and one blueprint a topic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response

from . import (
    description,
    errors,
    exports,
    formats,
    graphstore,
    health,
    language,
    listing,
    metrics,
    pages,
    questions,
    resources,
    sparql,
    update,
)
from .access import AccessLog
from .direct import Direct
from .engine import Engine
from .front import Front
from .headers import GUARD, PAGE_POLICY
from .limits import Limits
from .metrics import Metrics
from .proxies import TrustedProxies, networks
from .ratelimit import RateLimit, rate_limits
from .reading import MAX_QUERY_BODY
from .writes import Writes

_BLUEPRINTS = (
    pages.bp,
    sparql.bp,
    update.bp,
    graphstore.bp,
    description.bp,
    questions.bp,
    health.bp,
    metrics.bp,
    listing.bp,
    exports.bp,
    resources.bp,
)


def create_app(config: dict[str, object] | None = None) -> Flask:
    """The service over one store.

    *config*: ``STORE`` (folder of the store, required), ``DEFAULT_GRAPH`` ("union" or "plain"), ``ENGINE`` ("auto",
    "memory", "disk"), ``LIMITS`` (a ``Limits``), ``UPDATE_TOKEN`` (writes are allowed with it; None: to nobody),
    ``VALIDATE_UPDATES``, ``TRUSTED_PROXIES`` (addresses or networks), ``RATE_LIMIT`` ("60/minute").
    """
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.update(
        STORE=None,
        DEFAULT_GRAPH="union",
        ENGINE="auto",
        LIMITS=Limits(),
        UPDATE_TOKEN=None,
        VALIDATE_UPDATES=False,
        TRUSTED_PROXIES=(),
        RATE_LIMIT=None,
        MAX_CONTENT_LENGTH=MAX_QUERY_BODY,
    )
    app.config.update(config or {})
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    engine = Engine(
        Path(str(app.config["STORE"])),
        plain=app.config["DEFAULT_GRAPH"] == "plain",
        limits=app.config["LIMITS"],
        mode=app.config["ENGINE"],
    )
    app.extensions["engine"] = engine
    app.extensions["metrics"] = Metrics(engine)
    if app.config["UPDATE_TOKEN"] is not None:
        app.extensions["writes"] = Writes(engine, validate=bool(app.config["VALIDATE_UPDATES"]))
    errors.register(app)
    language.register(app)
    formats.register(app)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.after_request(_guard)
    _wrap(app, engine)
    return app


def _wrap(app: Flask, engine: Engine) -> None:
    """What stands before the application, the innermost first."""
    inner: Any = Front(Direct(app.wsgi_app, engine), engine)
    if app.config["RATE_LIMIT"]:
        inner = RateLimit(inner, rate_limits(str(app.config["RATE_LIMIT"])))
    inner = AccessLog(inner, app.extensions["metrics"])
    if trusted := networks(app.config["TRUSTED_PROXIES"]):
        inner = TrustedProxies(inner, trusted)
    app.wsgi_app = inner  # type: ignore[method-assign]


def _guard(response: Response) -> Response:
    """Nothing from elsewhere, no guessing of types, no framing."""
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    for name, value in GUARD:
        response.headers.setdefault(name, value)
    return response
