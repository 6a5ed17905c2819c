"""The responsibility network as files: ``/network.json .graphml .gexf .csv .zip .svg .png``."""

from __future__ import annotations

import re
import threading

from flask import Blueprint, Response, current_app, make_response, request

from kg.raster import WIDTHS, Slow, to_png_apart

from . import networkjobs
from .cache import Cache, entity_tag
from .engine import Answer, Engine
from .language import chosen_language
from .limits import Overloaded, TimeLimit
from .networkjobs import MEDIA_TYPES, TABLES, Asked
from .reading import malformed, unknown_value
from .worker import Body

bp = Blueprint("networks", __name__)
_FORMS = (*MEDIA_TYPES, "png")
_SHAPES = ("node-link", "drawing")
_KNOWN = (
    "plan",
    "theme",
    "period",
    "as",
    "projection",
    "lang",
    "shape",
    "table",
    "bom",
    "width",
    "view",
)
_VALUES = {  # as in kg.network.model, which only the workers load
    "view": ("graph", "table"),
    "as": ("written", "expanded"),
    "projection": ("two-mode", "leads", "co-work"),
    "shape": _SHAPES,
    "table": TABLES,
    "bom": ("0", "1"),
}
_kept: Cache[Answer] = Cache(128 << 20)
_drawing = threading.BoundedSemaphore(2)  # pictures at a time


def asked_network() -> Asked:
    """The part of the network that the address of this request asks for.

    A name that means nothing is refused: the network would not be the one that was meant.
    """
    for name in request.args:
        if name not in _KNOWN:
            raise malformed(
                f"«{name}» means nothing here; there are {', '.join(_KNOWN)}",
                f"«{name}» không có nghĩa ở đây; chỉ có {', '.join(_KNOWN)}",
            )
    for name, values in _VALUES.items():
        if (value := request.args.get(name)) and value not in values:
            raise unknown_value(name, value, values)
    given = {name: request.args.get(name, "") for name in ("plan", "theme", "period", "projection")}
    return Asked(**given, as_=request.args.get("as", ""), lang=chosen_language())


@bp.get(f"/network.<any({', '.join(_FORMS)}):form>")
def network(form: str) -> Response:
    """The network as a file.  JSON: ``shape=drawing`` gives what the page draws; CSV: ``table=nodes``, edges,
    matrix or measures; PNG: ``width`` in pixels."""
    asked = asked_network()
    if form == "json":
        shape = request.args.get("shape", "node-link")
        answer = _answer(asked, form, shape)
    elif form == "png":
        answer = _png(asked)
    else:
        answer = _answer(asked, form, request.args.get("table", ""))
    return _file(answer, form)


def _png(asked: Asked) -> Answer:
    width = request.args.get("width", "2400")
    low, high = WIDTHS
    if not re.fullmatch(r"[0-9]{1,5}", width) or not low <= int(width) <= high:
        raise malformed(f"width: pixels, from {low} to {high}, not «{width}»")
    svg = _answer(asked, "svg", "")
    key = (svg.tag, "png", width)
    if svg.tag is not None and (kept := _kept.get(key)) is not None:
        return kept
    engine: Engine = current_app.extensions["engine"]
    seconds = engine.limits.seconds
    if not _drawing.acquire(timeout=seconds):
        raise Overloaded("other pictures are being drawn; try again in a moment")
    try:
        data = to_png_apart(svg.body, int(width), seconds)
    except Slow as fault:
        raise TimeLimit(str(fault)) from None
    finally:
        _drawing.release()
    answer = Answer(data, "image/png", None, svg.tag and entity_tag(svg.tag, width), svg.version)
    if svg.tag is not None:
        _kept.put(key, answer, len(data))
    return answer


def _answer(asked: Asked, form: str, detail: str) -> Answer:
    engine: Engine = current_app.extensions["engine"]
    bom = request.args.get("bom") == "1"
    version = engine.version
    key = (version, asked, form, detail, bom)
    if (kept := _kept.get(key)) is not None:
        return kept
    if detail == "drawing":
        found = engine.call(networkjobs.drawing, asked)
    else:
        found = engine.call(networkjobs.file, asked, form, detail, bom)
    assert isinstance(found, Body)
    is_current = version == engine.version
    tag = entity_tag(*key) if is_current else None
    answer = Answer(found.data, MEDIA_TYPES[form], None, tag, version)
    if is_current:
        _kept.put(key, answer, len(found.data))
    return answer


def _file(answer: Answer, form: str) -> Response:
    response = make_response(answer.body)
    response.headers["Content-Type"] = answer.media_type
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Content-Disposition"] = f'inline; filename="network.{form}"'
    response.headers["Vary"] = "Accept, Accept-Language"
    response.headers["Cache-Control"] = "no-cache"
    if answer.tag is not None:
        response.headers["ETag"] = answer.tag
    response.make_conditional(request)
    return response
