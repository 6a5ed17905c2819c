"""The lists of what there is: /agency, /group, /unit, /doc, /voc, /indicator, /finding, /source, with a filter."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template

from kg.text import unaccented

from .cache import Cache
from .engine import Engine
from .entities import findings, indexes
from .entities.reader import Slice, cut
from .language import chosen_language
from .reading import one, page_number, require_page, unknown_value, url_values

bp = Blueprint("listing", __name__)
SIZE = 100
_KEPT: Cache[list[tuple[str, indexes.Entry]]] = Cache(64 << 20)
_OVERVIEWS: Cache[list[findings.Kind]] = Cache(1 << 20)
_A_ROW = 400  # bytes, about


@bp.get(f"/<any({', '.join(indexes.KINDS)}):kind>")
def index(kind: str) -> Response:
    """Those whose words hold all of ``q``, and whose address begins as ``under`` says («vn-73»)."""
    engine: Engine = current_app.extensions["engine"]
    lang = chosen_language()
    asked = {name: one(url_values(), name) or "" for name in ("q", "under", "page")}
    under = asked["under"].strip("/")
    if under and not has(engine, kind, under, lang):
        raise unknown_value("under", under)
    sought = unaccented(asked["q"][:200]).split()
    found = [
        entry
        for words, entry in _entries(engine, kind, lang)
        if _is_under(entry, kind, under) and all(word in words for word in sought)
    ]
    place = _slice(len(found), asked["page"])
    return make_response(
        render_template(
            "entities/index.html",
            kind=kind,
            entries=found[place.first : place.last],
            slice=place,
            sought=asked["q"],
            under=under,
        )
    )


def has(engine: Engine, kind: str, under: str, lang: str) -> bool:
    """Whether there is anything of this kind whose address begins with *under*."""
    return any(_is_under(entry, kind, under) for _, entry in _entries(engine, kind, lang))


def _is_under(entry: indexes.Entry, kind: str, under: str) -> bool:
    return not under or (entry.ref.href or "").startswith(f"/{kind}/{under}/")


def _slice(total: int, page: str) -> Slice:
    number = page_number(page)
    require_page(number, -(-total // SIZE))
    return cut(total, number, SIZE)


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
    shape = one(url_values(), "of") or ""
    chosen = next((kind for kind in kinds if kind.shape == shape), None)
    if shape and chosen is None:
        raise unknown_value("of", shape, [kind.shape for kind in kinds])
    number = page_number(one(url_values(), "page"))
    found, place = (
        engine.call(findings.of_shape, shape, lang, number) if chosen else ([], cut(0, 1, SIZE))
    )
    require_page(number, place.pages)
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
