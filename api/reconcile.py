"""Reconciliation Service API 0.2, as OpenRefine speaks it: manifest, queries, suggestions, preview, data extension.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import json
import re
import time
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
)
from werkzeug.wrappers import Response as BaseResponse

from kg.names import BASE, KH, PREFIXES
from kg.search.asking import Index, SearchTimeout
from kg.search.entries import NAMED
from kg.search.results import Hit

from . import extending
from .cors import allow, preflight
from .engine import Engine
from .errors import problem
from .language import chosen_language
from .reading import MAX_QUERY_BODY, Values, form_values, malformed, one, url_values
from .reconciling import (
    MOST_IDS,
    MOST_PROPERTIES,
    SHORT,
    Found,
    candidates,
    property_iri,
    read_batch,
    read_json,
    results,
)
from .search import kind_name
from .searcher import Searcher
from .tables import local_path

bp = Blueprint("reconcile", __name__)
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*){0,5}", re.ASCII)
_SECONDS = 10.0  # for one batch
_SUGGESTED = 20
_FACTS = 6  # in a preview
_DEFAULT_TYPES = (
    f"{KH}Agency", f"{KH}AgentGroup", f"{KH}AdministrativeUnit", f"{KH}AdministrativePlan",
    f"{KH}PolicyDocument", f"{KH}PolicyTheme", f"{KH}Indicator",
)  # fmt: skip
_AGENCY_TYPE = f"{BASE}voc/agency-type/"
_PROPERTIES = {PREFIXES["owl"] + "ObjectProperty", PREFIXES["owl"] + "DatatypeProperty"}
_PREVIEW_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors *"


@bp.route("/reconcile", methods=["GET", "POST"], provide_automatic_options=False)
@bp.route("/reconcile/", methods=["GET", "POST"], provide_automatic_options=False)
def reconcile() -> Response:
    values = form_values(MAX_QUERY_BODY) if request.method == "POST" else url_values()
    queries, wanted = one(values, "queries"), one(values, "extend")
    if queries is not None and wanted is not None:
        raise malformed("give «queries» or «extend», not both")
    if queries is not None:
        return _sent(_queries(queries), values)
    if wanted is not None:
        return _sent(_extend(wanted), values)
    if request.method == "POST":
        raise malformed("give «queries» or «extend» in a form (application/x-www-form-urlencoded)")
    return _sent(_manifest(), values)


@bp.route("/reconcile", methods=["OPTIONS"], provide_automatic_options=False)
@bp.route("/reconcile/<path:rest>", methods=["OPTIONS"], provide_automatic_options=False)
def options(**_: str) -> Response:
    return preflight()


def _manifest() -> dict[str, Any]:
    root = request.url_root.rstrip("/")
    lang = chosen_language()
    types = _index().describe(_DEFAULT_TYPES, lang)
    suggest = {"service_url": root, "service_path": "/reconcile/suggest/"}
    return {
        "versions": ["0.2"],
        "name": "kehoach: " + ("kế hoạch hành chính" if lang == "vi" else "administrative plans"),
        "identifierSpace": BASE,
        "schemaSpace": str(KH),
        "documentation": "https://reconciliation-api.github.io/specs/0.2/",
        "defaultTypes": [{"id": i, "name": types[i].label} for i in _DEFAULT_TYPES if i in types],
        "view": {"url": f"{root}/reconcile/view?id={{{{id}}}}"},
        "preview": {
            "url": f"{root}/reconcile/preview?id={{{{id}}}}&lang={lang}",
            "width": 400,
            "height": 240,
        },
        "suggest": {
            name: {**suggest, "service_path": suggest["service_path"] + name}
            for name in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": root, "service_path": "/reconcile/properties"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Số giá trị nhiều nhất" if lang == "vi" else "Most values",
                    "type": "number",
                    "default": 0,
                    "help_text": "0: tất cả" if lang == "vi" else "0: all of them",
                }
            ],
        },
    }


def _queries(text: str) -> dict[str, Any]:
    batch = read_batch(text)
    index, lang = _index(), chosen_language()
    until = time.monotonic() + _SECONDS
    found: dict[str, Found] = {}
    for key, wanted in batch.items():
        if time.monotonic() > until:
            raise SearchTimeout(
                f"the batch took longer than {_SECONDS:g} seconds; send less at once"
            )
        found[key] = candidates(index, wanted, lang)
    asked = {
        (hit.iri, property_iri(pid))
        for key, wanted in batch.items()
        for pid, _ in wanted.properties
        for hit in found[key].hits
    }
    names: dict[tuple[str, str], list[str]] = {}
    if asked:
        ids, pids = sorted({i for i, _ in asked}), sorted({p for _, p in asked})
        names = _engine().call(extending.names_of_values, ids, pids)
    types = _type_names(index, [hit for one_ in found.values() for hit in one_.hits], lang)
    return {key: {"result": results(one_, found[key], names, types)} for key, one_ in batch.items()}


def _type_names(index: Index, hits: list[Hit], lang: str) -> dict[str, str]:
    known = index.describe(sorted({t for hit in hits for t in hit.types}), lang)
    return {iri: hit.label for iri, hit in known.items()}


def _extend(text: str) -> dict[str, Any]:
    given = read_json(text, "extend")
    ids = given.get("ids") if isinstance(given, dict) else None
    properties = given.get("properties") if isinstance(given, dict) else None
    if not isinstance(ids, list) or not all(isinstance(i, str) for i in ids):
        raise malformed("«extend» has «ids», a list of identifiers")
    if not isinstance(properties, list) or not all(
        isinstance(p, dict) and isinstance(p.get("id"), str) for p in properties
    ):
        raise malformed("«extend» has «properties», a list of objects with «id»")
    if len(ids) > MOST_IDS or len(properties) > MOST_PROPERTIES:
        raise malformed(f"send at most {MOST_IDS} ids and {MOST_PROPERTIES} properties at once")
    wanted = [(property_iri(p["id"]), _limit(p.get("settings"))) for p in properties]
    meta, rows = _engine().call(extending.extend, ids, wanted, chosen_language())
    return {
        "meta": [
            {"id": p["id"], "name": name} for p, (_, name) in zip(properties, meta, strict=True)
        ],
        "rows": {
            iri: {p["id"]: row[property_iri(p["id"])] for p in properties}
            for iri, row in rows.items()
        },
    }


def _limit(settings: object) -> int:
    given = settings.get("limit", 0) if isinstance(settings, dict) else 0
    text = str(given)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


@bp.get("/reconcile/suggest/<any(entity, type, property):what>", provide_automatic_options=False)
def suggest(what: str) -> Response:
    values = url_values()
    prefix = one(values, "prefix") or ""
    cursor = one(values, "cursor") or "0"
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 4:
        raise malformed("cursor is a number")
    index, lang = _index(), chosen_language()
    most = min(int(cursor) + _SUGGESTED, 1000)
    if what == "entity":
        types = [t for t in values.get("type", []) if t]
        hits = index.suggest(prefix, lang=lang, limit=most, types=types)
    elif what == "type" and not prefix.strip():
        hits = list(index.describe(_DEFAULT_TYPES, lang).values())
    else:
        kinds = [k for k in NAMED if k in ("term", "type")]
        fits = _is_property if what == "property" else _is_type
        hits = [h for h in index.suggest(prefix, lang=lang, limit=1000, kinds=kinds) if fits(h)]
    shown = hits[int(cursor) : most]
    names = _type_names(index, shown, lang) if what == "entity" else {}
    short = {iri: pid for pid, iri in SHORT.items()} if what == "property" else {}
    answer = [
        {
            "id": short.get(hit.iri, hit.iri),
            "name": hit.label,
            "description": hit.about or kind_name(hit.kind, lang),
            **(
                {"notable": [{"id": t, "name": names[t]} for t in hit.types if t in names]}
                if names
                else {}
            ),
        }
        for hit in shown
    ]
    return _sent({"result": answer}, values)


def _is_property(hit: Hit) -> bool:
    return bool(_PROPERTIES & set(hit.types))


def _is_type(hit: Hit) -> bool:
    return hit.iri.startswith(_AGENCY_TYPE) or PREFIXES["owl"] + "Class" in hit.types


@bp.get("/reconcile/properties", provide_automatic_options=False)
def properties() -> Response:
    """The properties that things of a type mostly have."""
    values = url_values()
    type_ = one(values, "type") or _DEFAULT_TYPES[0]
    limit = one(values, "limit") or "20"
    if not limit.isascii() or not limit.isdigit() or not 1 <= len(limit) <= 3:
        raise malformed("limit is a number up to 999")
    found = _engine().call(extending.propose, type_, int(limit), chosen_language())
    answer = [{"id": iri, "name": name} for iri, name in found]
    return _sent({"type": type_, "limit": int(limit), "properties": answer}, values)


@bp.get("/reconcile/view", provide_automatic_options=False)
def view() -> BaseResponse:
    """To the page of a thing; nowhere but in this service."""
    path = local_path(one(url_values(), "id") or "")
    if path is None:
        return problem(404, "unknown", "this is no identifier of this service")
    return redirect(path, 303)


@bp.get("/reconcile/preview", provide_automatic_options=False)
def preview() -> BaseResponse:
    """A few facts of a thing, to be shown in a frame of another page."""
    iri = one(url_values(), "id") or ""
    lang = chosen_language()
    hit = _index().describe([iri], lang).get(iri)
    if hit is None:
        return problem(404, "unknown", "this is no identifier of this service")
    response = make_response(
        render_template(
            "preview.html",
            lang=lang,
            title=hit.label,
            kind=kind_name(hit.kind, lang),
            about=hit.about,
            rows=_engine().call(extending.facts, iri, _FACTS, lang),
        )
    )
    response.headers["Content-Security-Policy"] = _PREVIEW_POLICY
    return response


def _sent(answer: dict[str, Any], values: Values) -> Response:
    """As JSON, which any page may read; as a call of a function, where an old client asks for one."""
    text = json.dumps(answer, ensure_ascii=False)
    callback = one(values, "callback")
    if callback is None:
        response = make_response(text)
        response.headers["Content-Type"] = "application/json; charset=utf-8"
        return allow(response)
    if not _CALLBACK.fullmatch(callback) or len(callback) > 100:
        raise malformed("callback is the name of a function")
    escaped = json.dumps(answer)  # ASCII only: a script may not hold every character
    response = make_response(
        f"/**/{callback}({escaped});"
    )  # the comment: no other type can be guessed
    response.headers["Content-Type"] = "application/javascript; charset=utf-8"
    return allow(response)


def _index() -> Index:
    searcher: Searcher = current_app.extensions["searcher"]
    return searcher.current()[0].index


def _engine() -> Engine:
    found: Engine = current_app.extensions["engine"]
    return found
