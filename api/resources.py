"""Every IRI we mint dereferences: a page, Turtle, N-Triples, JSON-LD (303 to the suffixed address)."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    request,
)
from werkzeug.wrappers import Response as BaseResponse

from kg.names import BASE

from . import renderers, shortened, things
from .engine import Engine
from .entities import pages as entities
from .errors import problem
from .language import chosen_language, link
from .negotiate import ranked, wants_html
from .worker import Body

bp = Blueprint("resources", __name__)
FORMS = {
    "html": "text/html",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
}


_KINDS = (
    "doc, agency, group, unit, voc, ont, indicator, source, finding, team, shape, event, open, link"
)


@bp.get(f"/<any({_KINDS}):kind>")
@bp.get(f"/<any({_KINDS}):kind>/<path:rest>")
@bp.get("/<any(ont, team):kind>.<any(html, ttl, nt, jsonld):form>")
def resource(kind: str, rest: str = "", form: str = "") -> BaseResponse:
    path = f"{kind}/{rest}" if rest else f"{kind}.{form}" if form else kind
    stem, dot, suffix = path.rpartition(".")
    engine: Engine = current_app.extensions["engine"]
    if dot and suffix in FORMS and (shown := _show(engine, stem, suffix)) is not None:
        return shown
    if not engine.call(things.is_known, path):
        if wants_html(request.headers.get("Accept")) and (near := shortened.leads_to(engine, path)):
            return _to(near)
        return problem(
            404,
            "unknown",
            f"nothing is known of <{BASE}{path}>",
            vi=f"dữ liệu ở đây không có gì về <{BASE}{path}>",
        )
    chosen = ranked(request.headers.get("Accept"), list(FORMS.values()))
    if not chosen:
        return problem(406, "not-acceptable", f"this is to be had as {', '.join(FORMS.values())}")
    suffix = next(name for name, kind_ in FORMS.items() if kind_ == chosen[0])
    query = urlencode(list(request.args.items(multi=True)))
    response = redirect(f"/{path}.{suffix}" + (f"?{query}" if query else ""), 303)
    response.headers["Vary"] = "Accept"
    return response


def _to(place: str) -> BaseResponse:
    """There, in the language of this page; for a browser only, as programs ask for what they mean."""
    response = redirect(link(place), 303)
    response.headers["Vary"] = "Accept"
    return response


def _show(engine: Engine, path: str, form: str) -> Response | None:
    """The thing at *path* in *form*; None where nothing is known of it."""
    if form == "html":
        lang = chosen_language()
        made = None if entities.wants_statements() else renderers.rendered(engine, path, lang)
        return made if made is not None else entities.statements_page(engine, path, lang)
    found = engine.call(things.statements, path, form)
    if not isinstance(found, Body):
        return None
    response = make_response(found.data)
    response.headers["Content-Type"] = f"{FORMS[form]}; charset=utf-8"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
