"""The lists of what there is: /agency, /group, /unit, /doc, /voc, /indicator, /finding, /source, with a filter."""

from __future__ import annotations

import re

from flask import Blueprint, Response, current_app, make_response, render_template, request

from kg.text import unaccented

from .cache import Cache
from .engine import Engine
from .entities import findings, indexes
from .entities.reader import cut
from .language import chosen_language

bp = Blueprint("listing", __name__)
SIZE = 100
_KEPT: Cache[list[tuple[str, indexes.Entry]]] = Cache(64 << 20)
_OVERVIEWS: Cache[list[findings.Kind]] = Cache(1 << 20)
_SHAPE = re.compile(r"[A-Za-z0-9-]{1,80}$")
_A_ROW = 400  # bytes, about


@bp.get(f"/<any({', '.join(indexes.KINDS)}):kind>")
def index(kind: str) -> Response:
    engine: Engine = current_app.extensions["engine"]
    lang = chosen_language()
    sought = unaccented(request.args.get("q", "")[:200]).split()
    found = [
        entry
        for words, entry in _entries(engine, kind, lang)
        if all(word in words for word in sought)
    ]
    place = cut(len(found), _page(), SIZE)
    return make_response(
        render_template(
            "entities/index.html",
            kind=kind,
            entries=found[place.first : place.last],
            slice=place,
            sought=request.args.get("q", ""),
        )
    )


def _entries(engine: Engine, kind: str, lang: str) -> list[tuple[str, indexes.Entry]]:
    """Every entry with the words it is found by, kept as long as the dataset is the same."""
    key = (engine.folder, engine.version, kind, lang)
    kept = _KEPT.get(key)
    if kept is None:
        kept = [
            (unaccented(" ".join((e.ref.text, e.kind, e.place, e.about))), e)
            for e in engine.call(indexes.entries, kind, lang)
        ]
        _KEPT.put(key, kept, _A_ROW * len(kept))
    return kept


@bp.get("/finding")
def open_points() -> Response:
    engine: Engine = current_app.extensions["engine"]
    lang = chosen_language()
    kinds = _overview(engine, lang)
    shape = request.args.get("of", "")
    chosen = next((kind for kind in kinds if kind.shape == shape and _SHAPE.match(shape)), None)
    found, place = (
        engine.call(findings.of_shape, shape, lang, _page()) if chosen else ([], cut(0, 1, SIZE))
    )
    return make_response(
        render_template(
            "entities/findings.html", kinds=kinds, chosen=chosen, found=found, slice=place
        )
    )


def _overview(engine: Engine, lang: str) -> list[findings.Kind]:
    key = (engine.folder, engine.version, lang)
    kept = _OVERVIEWS.get(key)
    if kept is None:
        kept = engine.call(findings.overview, lang)
        _OVERVIEWS.put(key, kept, _A_ROW * len(kept))
    return kept


def _page() -> int:
    number = request.args.get("page", "1")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1
