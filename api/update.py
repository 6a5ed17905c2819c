"""SPARQL 1.1 Protocol, updates: by form and direct POST, with a token."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, request

from . import reading
from .access import note
from .authority import require_writer
from .cors import allow, preflight
from .operations import Update
from .reading import FORM, MAX_DATA_BODY, Values, malformed, one, unsupported

bp = Blueprint("update", __name__)
_DIRECT = "application/sparql-update"


@bp.route("/update", methods=["POST", "OPTIONS"])
def endpoint() -> Response:
    if request.method == "OPTIONS":
        return preflight()
    writes = require_writer()
    values = _values()
    text = one(values, "update")
    if text is None or not text.strip():
        raise malformed("there is no «update» in the request")
    if "query" in values:
        raise malformed("a query is in the request too; send it to /sparql")
    note(query=text)
    using = tuple(values.get("using-graph-uri", ()))
    named = tuple(values.get("using-named-graph-uri", ()))
    writes.write(Update(text, using, named, MAX_DATA_BODY, request.base_url))
    return allow(make_response("", 204))


def _values() -> Values:
    if request.mimetype == FORM:
        return reading.form_values(MAX_DATA_BODY)
    if request.mimetype != _DIRECT:
        raise unsupported(f"send the update as {FORM} or as {_DIRECT}, not as «{request.mimetype}»")
    values = reading.url_values()
    if "update" in values:
        raise malformed("the update stands in the body and in the URL; give it once")
    values["update"] = [reading.read_text(MAX_DATA_BODY)]
    return values
