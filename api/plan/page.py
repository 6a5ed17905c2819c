"""The page of a document whose text we hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, current_app, make_response, render_template, request

from .. import cascading
from ..anchors import plan_page
from ..cache import Cache
from ..engine import Answer, Engine
from ..entities import standing
from ..entities.reader import node_at
from ..reading import page_number, require_page, unknown_value
from . import citing, facts
from .chart import WIDTH
from .filters import NAMES, values
from .model import Document
from .view import View, view

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
        html = (
            _to_cite(engine, path, document, asked["cite"])
            if "cite" in asked
            else _whole(engine, path, document, asked, lang)
        )
        body = html.encode("utf-8", "xmlcharrefreplace")
        kept = Answer(body, "text/html", None, None, engine.version)
        engine.cache.put(key, kept, len(body) + 2 * sum(map(len, asked.values())))
    response = make_response(kept.body)
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    return response


def _whole(
    engine: Engine, path: str, document: Document, asked: Mapping[str, str], lang: str
) -> str:
    shown = view(document, asked)
    _require_known(asked, document, shown)
    return render_template(
        "plan.html",
        path=path,
        doc=document.identity,
        v=shown,
        cited=engine.call(citing.reference, path),
        beside=engine.call(cascading.targets_beside, path, lang),
        force=engine.call(standing.force, node_at(path), lang),
        cut=_cut(engine, document.identity.iri),
        width=WIDTH,
    )


def _cut(engine: Engine, iri: str) -> Any:
    """Where another document begins in the file ({line, number}); None where none does."""
    plans = engine.manifest.get("plans") or ()
    return next((entry.get("cut") for entry in plans if entry.get("iri") == iri), None)


def _to_cite(engine: Engine, path: str, document: Document, clause: str) -> str:
    """How one clause is cited, on a small page: the script of the plan's page does without."""
    cited = engine.call(citing.reference, path, clause)
    if cited is None:
        raise unknown_value("cite", clause)
    where = plan_page(cited.iri) or f"/{path}.html"
    return render_template("cite.html", path=path, doc=document.identity, cited=cited, where=where)


def _require_known(asked: Mapping[str, str], document: Document, shown: View) -> None:
    """Refuses what none of the tasks of the document has, and pages, parts and kinds that are not there."""
    for name in NAMES:
        if asked.get(name) and asked[name] not in values(document.tasks, name):
            raise unknown_value(name, asked[name])
    require_page(page_number(asked.get("page")), shown.pages)
    if page_number(asked.get("part"), "part") > shown.parts:
        raise unknown_value("part", asked["part"])
    shapes = {finding.shape for finding in document.findings}
    if asked.get("open") and asked["open"] not in shapes:
        raise unknown_value("open", asked["open"])


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
