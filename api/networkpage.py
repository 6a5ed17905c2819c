"""The page of the responsibility network: choices, tables that work without scripts, and what a script draws."""

from __future__ import annotations

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

from . import networkjobs
from .cache import Cache
from .engine import Engine
from .language import chosen_language, link
from .negotiate import wants_html
from .networks import asked_network

bp = Blueprint("networkpage", __name__)
_SMALL = 1200  # cells of a table that is seen before the picture
_SHOWN = 6000  # cells of a table on a page
_MOST = 200  # agencies with their measures on a page
_LETTERS = {
    "vi": {"lead": "C", "coordinating": "P", "focal": "Đ", "recipient": "N", "monitor": "T"},
    "en": {"lead": "L", "coordinating": "C", "focal": "F", "recipient": "R", "monitor": "M"},
}
_SCOPE = ("plan", "theme", "period", "as", "projection")


@bp.get("/network")
def network() -> BaseResponse:
    """A page for a browser; for anybody else the network as JSON."""
    if not wants_html(request.headers.get("Accept")):
        response = redirect(link("/network.json", **_given()), 303)
        response.headers["Vary"] = "Accept"
        return response
    return _page()


@bp.get("/network.html")
def page() -> Response:
    return _page()


def _page() -> Response:
    asked = asked_network()
    engine: Engine = current_app.extensions["engine"]
    kept: Cache[dict[str, Any]] = current_app.extensions.setdefault("network-page", Cache(32 << 20))
    key = (engine.version, asked)
    found = kept.get(key)
    if found is None:
        found = engine.call(networkjobs.page, asked)
        kept.put(key, found, 2000 * (len(found["measures"]) + 1))
    lang = chosen_language()
    matrix = found["matrix"]
    cells = len(matrix["agents"]) * len(matrix["tasks"]) if matrix else 0
    response = make_response(
        render_template(
            "network.html",
            page=found,
            plans=engine.manifest.get("plans", []),
            file=_file,
            small=cells <= _SMALL,
            shown=cells <= _SHOWN,
            letters=_LETTERS[lang],
            names={role["slug"]: role["label"] for role in found["roles"]},
            measured=[m for m in found["explained"] if m["name"] != "coverage"],
            most=_MOST,
        )
    )
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


def _given() -> dict[str, str | None]:
    return {name: request.args.get(name) for name in _SCOPE}


def _file(form: str, **more: object) -> str:
    """The address of the same network as a file, in the language of this page."""
    return link(f"/network.{form}", **_given(), lang=chosen_language(), **more)
