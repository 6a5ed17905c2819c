"""How the web service is put together: ``create_app(config)`` and one blueprint a topic."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from . import (
    cascade,
    compare,
    compression,
    description,
    errors,
    exports,
    formats,
    graphstore,
    health,
    language,
    listing,
    marking,
    metrics,
    networkpage,
    networks,
    openapi,
    pages,
    prefix,
    questions,
    reconcile,
    resources,
    search,
    sparql,
    spoken,
    terms,
    update,
)
from .access import AccessLog
from .address import Address, public_url
from .clients import Clients
from .direct import Direct
from .engine import Engine
from .federation import Federation, allowed
from .following import Follower
from .front import Front
from .headers import GUARD, PAGE_POLICY
from .limits import Limits
from .metrics import Metrics
from .outward import Fetch
from .proxies import TrustedProxies
from .proxies import networks as trusted_networks
from .reading import MAX_QUERY_BODY, malformed
from .remotewrites import RemoteWrites
from .searcher import Searcher
from .writes import Writes

_MANY_VALUES = ("sparql", "update", "graphstore", "compare", "reconcile", "description")
_BLUEPRINTS = (
    pages.bp,
    sparql.bp,
    terms.bp,
    update.bp,
    graphstore.bp,
    description.bp,
    questions.bp,
    networks.bp,
    networkpage.bp,
    compare.bp,
    cascade.bp,
    openapi.bp,
    health.bp,
    metrics.bp,
    listing.bp,
    exports.bp,
    resources.bp,
    search.bp,
    reconcile.bp,
)


def create_app(config: dict[str, object] | None = None) -> Flask:
    """The service over one store.

    *config*: ``STORE`` (folder of the store, required), ``DEFAULT_GRAPH`` ("union" or "plain"), ``ENGINE`` ("auto",
    "memory", "disk"), ``LIMITS`` (a ``Limits``), ``UPDATE_TOKEN`` (writes are allowed with it; None: to nobody),
    ``VALIDATE_UPDATES``, ``TRUSTED_PROXIES`` (addresses or networks), ``RATE_LIMIT`` ("60/minute"), ``PUBLIC_URL``
    ("https://data.example.vn"; None: the address is what each client says it is), ``LOG_QUERIES`` (the access log
    gets the text of queries, not their hash alone), ``REMOTE`` (an ``Endpoint`` that
    answers, and takes the writes where they are allowed; ``STORE`` is then its mirror), ``ALLOW_SERVICE`` (addresses of
    endpoints that SERVICE may name), ``HELD`` (descriptors that the process that writes holds too, as of a lock).
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
        PUBLIC_URL=None,
        LOG_QUERIES=False,
        REMOTE=None,
        ALLOW_SERVICE=(),
        HELD=(),
        MAX_CONTENT_LENGTH=MAX_QUERY_BODY,
    )
    app.config.update(config or {})
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    folder = Path(str(app.config["STORE"]))
    fetch: Fetch | None = None
    if (remote := app.config["REMOTE"]) is not None:
        follower = app.extensions["follower"] = Follower(remote, folder)
        fetch = partial(follower.fetch, most=app.config["LIMITS"].answer)
    engine = Engine(
        folder,
        plain=app.config["DEFAULT_GRAPH"] == "plain",
        limits=app.config["LIMITS"],
        mode=app.config["ENGINE"],
        fetch=fetch,
    )
    if remote is not None:
        follower.readers = engine.follow
    if services := allowed(app.config["ALLOW_SERVICE"]):
        engine.federation = Federation(services)
    app.extensions["engine"] = engine
    app.extensions["metrics"] = Metrics(engine)
    app.extensions["searcher"] = Searcher(engine)
    if app.config["UPDATE_TOKEN"] is not None and remote is not None:
        app.extensions["writes"] = RemoteWrites(engine, follower)
    elif app.config["UPDATE_TOKEN"] is not None:
        app.extensions["writes"] = Writes(
            engine, validate=bool(app.config["VALIDATE_UPDATES"]), held=app.config["HELD"]
        )
    errors.register(app)
    compression.register(app)
    language.register(app)
    formats.register(app)
    marking.register(app)
    spoken.register(app)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.before_request(_without_slash)
    app.before_request(_once)
    app.after_request(_guard)
    prefix.register(app)  # the last one registered has the answer first
    _wrap(app, engine)
    return app


def _wrap(app: Flask, engine: Engine) -> None:
    """What stands before the application, the innermost first."""
    public = app.config["PUBLIC_URL"]
    inner: Any = Front(Direct(app.wsgi_app, engine), engine)
    inner = Address(inner, None if public is None else public_url(str(public)))
    if app.config["RATE_LIMIT"]:
        from .ratelimit import RateLimit, rate_limits  # loading it takes a tenth of a start

        inner = RateLimit(inner, rate_limits(str(app.config["RATE_LIMIT"])))
    has_text = bool(app.config["LOG_QUERIES"])
    inner = Clients(AccessLog(inner, app.extensions["metrics"], has_text=has_text))
    if trusted := trusted_networks(app.config["TRUSTED_PROXIES"]):
        inner = TrustedProxies(inner, trusted)
    app.wsgi_app = inner  # type: ignore[method-assign]


def _without_slash() -> BaseResponse | None:
    """An address that ends with a slash too many leads to the one without."""
    path = request.path
    if request.method not in ("GET", "HEAD") or path == "/" or not path.endswith("/"):
        return None
    query = request.query_string.decode("latin-1")
    place = request.script_root + "/" + quote(path.strip("/"))
    return redirect(place + ("?" + query if query else ""), 308)


def _once() -> None:
    """Of a parameter that is given twice nobody can tell which is meant."""
    if request.blueprint in _MANY_VALUES or request.blueprint is None:
        return
    for name, values in request.args.lists():
        if len(values) > 1:
            raise malformed(f"give exactly one «{name[:80]}»", f"chỉ cho một «{name[:80]}»")


def _guard(response: Response) -> Response:
    """Nothing from elsewhere, no guessing of types, no framing."""
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        response.headers.setdefault("Cache-Control", "no-cache")  # it holds as long as the dataset
    if request.endpoint != "static" and "Vary" not in response.headers:
        response.headers["Vary"] = "Accept, Accept-Language"
    for name, value in GUARD:
        response.headers.setdefault(name, value)
    return response
