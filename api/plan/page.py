"""The page of a document whose text we hold."""

from __future__ import annotations

from datetime import date

from flask import Response, current_app, make_response, render_template, request

from .. import cascading
from ..cache import Cache
from ..engine import Answer, Engine
from ..entities import standing
from ..entities.reader import node_at
from . import citing, facts
from .chart import WIDTH
from .filters import NAMES
from .model import Document
from .view import view

_CACHE = "documents"
_PER_MARK = 1000  # bytes that a fact or a mark takes in memory, about
PARAMETERS = ("at", "part", "page", "open", "cite", *NAMES)


def render(engine: Engine, path: str, lang: str) -> Response | None:
    """The page; None for a document of which we hold no text.

    A page that was made is kept for the next who asks for it, as long as the dataset is the same.
    """
    asked = {name: value for name in PARAMETERS if (value := request.args.get(name, ""))}
    spoken = request.args.get("lang") if request.args.get("lang") in ("vi", "en") else None
    key = (engine.version, date.today(), "plan", path, lang, spoken, tuple(sorted(asked.items())))
    kept = engine.cache.get(key)
    if kept is None:
        document = document_at(engine, path, lang)
        if document is None:
            return None
        cited = engine.call(citing.reference, path, asked.get("cite"))
        force = engine.call(standing.force, node_at(path), lang)
        html = render_template(
            "plan.html",
            path=path,
            doc=document.identity,
            v=view(document, asked),
            cited=cited,
            beside=engine.call(cascading.targets_beside, path, lang),
            force=force,
            width=WIDTH,
        )
        body = html.encode("utf-8", "xmlcharrefreplace")
        kept = Answer(body, "text/html", None, None, engine.version)
        engine.cache.put(key, kept, len(body) + 2 * sum(map(len, asked.values())))
    response = make_response(kept.body)
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    return response


def document_at(engine: Engine, path: str, lang: str) -> Document | None:
    """The document with its facts, kept as long as the dataset is the same: parts and filters ask for it again."""
    cache: Cache[Document] = current_app.extensions.setdefault(_CACHE, Cache(128 << 20))
    key = (engine.version, path, lang)
    document = cache.get(key)
    if document is None and (document := engine.call(facts.document, path, lang)) is not None:
        held = (
            document.marks,
            document.clauses,
            document.tasks,
            document.targets,
            document.findings,
        )
        cache.put(key, document, 4 * len(document.text) + _PER_MARK * sum(map(len, held)))
    return document
