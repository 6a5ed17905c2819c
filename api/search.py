"""Search by name and by words: ``/search`` as a page or as JSON, and, while somebody types, ``/search/suggest``."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request

from kg.search.entries import KIND_NAMES, KINDS
from kg.search.results import Found, Hit
from kg.search.snippets import Snippet

from .cors import allow
from .language import chosen_language
from .negotiate import wants_html
from .reading import malformed, one, unknown_value, url_values
from .searcher import Searcher
from .tables import local_path

bp = Blueprint("search", __name__)
_MOST_PAGES = 50
_MOST_SUGGESTED = 25


def find() -> tuple[Found, str]:
    """What the request asks for by ``q``, ``kind``, ``plan``, ``page`` and ``lang``, and the version it is found in.

    For the page and for programs alike: groups by kind, the best first (see ``kg.search.results``).
    """
    values = url_values()
    text = one(values, "q")
    if text is None or not text.strip():
        raise malformed("give what to search for, as q=…", "hãy cho từ cần tìm, q=…")
    kind = one(values, "kind") or None
    if kind is not None and kind not in KINDS:
        raise unknown_value("kind", kind, KINDS)
    page = _number(one(values, "page"), "page", _MOST_PAGES)
    if page > 1 and kind is None:
        raise malformed(
            "pages are counted within one kind: add kind=…",
            "số trang đếm trong một loại: hãy thêm kind=…",
        )
    search, version = _searcher().current()
    plan = one(values, "plan") or None
    return search.find(text, lang=chosen_language(), kind=kind, plan=plan, page=page), version


@bp.get("/search")
def search() -> Response:
    """A page for a browser, JSON for anybody else."""
    if not wants_html(request.headers.get("Accept")):
        response = as_json()
    elif not request.args.get("q", "").strip():
        response = make_response(render_template("search.html", found=None, asked=""))
    else:
        found, _ = find()
        response = make_response(_page(found))
    response.vary.add("Accept")
    return response


@bp.get("/search.json")
def as_json() -> Response:
    found, version = find()
    lang = chosen_language()
    response = jsonify(
        query=found.query,
        lang=lang,
        version=version,
        best=None if found.best is None else shown(found.best),
        groups=[
            {
                "kind": group.kind,
                "label": kind_name(group.kind, lang),
                "count": group.count,
                "more": group.is_more,
                "hits": [shown(hit) for hit in group.hits],
            }
            for group in found.groups
        ],
        instead=found.instead,
    )
    return allow(response)


def _page(found: Found) -> str:
    kind = request.args.get("kind") or None
    page = int(request.args.get("page") or 1)
    return render_template(
        "search.html",
        found=found,
        asked=found.query,
        kind=kind,
        page=page,
        plan=request.args.get("plan") or None,
        kind_name=kind_name,
        local_path=local_path,
    )


@bp.get("/search/suggest")
def suggest() -> Response:
    """Names that go on as ``q`` begins; an empty list where nothing is typed yet."""
    values = url_values()
    limit = _number(one(values, "limit"), "limit", _MOST_SUGGESTED, 10)
    text = one(values, "q") or ""
    searcher, version = _searcher().current()
    lang = chosen_language()
    hits = searcher.suggest(text, lang=lang, limit=limit)
    response = jsonify(query=text, lang=lang, version=version, suggestions=[shown(h) for h in hits])
    return allow(response)


def kind_name(kind: str, lang: str) -> str:
    return KIND_NAMES[kind][0 if lang == "vi" else 1]


def shown(hit: Hit) -> dict[str, Any]:
    """A hit for programs; what it does not have is left out."""
    found: dict[str, Any] = {
        "iri": hit.iri,
        "href": local_path(hit.iri),
        "kind": hit.kind,
        "label": hit.label,
        "marks": hit.marks,
        "closeness": hit.closeness,
        "weight": hit.weight,
    }
    if hit.about:
        found["about"] = hit.about
    if hit.called:
        found["called"] = hit.called
    if hit.number:
        found["number"] = hit.number
    if hit.plan:
        found["plan"] = {"iri": hit.plan, "href": local_path(hit.plan), "number": hit.number}
    if hit.clause:
        clause = {"iri": hit.clause, "href": local_path(hit.clause), "citation": hit.cited}
        found["clause"] = clause
    if hit.snippet is not None:
        found["snippet"] = _snippet(hit.snippet)
    return found


def _snippet(one: Snippet) -> dict[str, Any]:
    return {
        "text": one.text,
        "marks": one.marks,
        "cut_before": one.cut_before,
        "cut_after": one.cut_after,
    }


def _number(text: str | None, name: str, most: int, default: int = 1) -> int:
    if text is None or not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 4 or not 1 <= int(text) <= most:
        raise malformed(f"{name} is a number from 1 to {most}", f"{name} là một số từ 1 đến {most}")
    return int(text)


def _searcher() -> Searcher:
    found: Searcher = current_app.extensions["searcher"]
    return found
