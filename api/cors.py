"""Any page may ask: there is nothing to steal, and no cookie to borrow (writes need a token in a header)."""

from __future__ import annotations

from flask import Response, make_response

from .headers import OPEN

METHODS = "GET, HEAD, POST, PUT, DELETE, OPTIONS"


def allow(response: Response) -> Response:
    """Let any page read *response*."""
    for name, value in OPEN:
        response.headers[name] = value
    return response


def preflight() -> Response:
    """The answer to a browser that asks what it may send."""
    response = make_response("", 204)
    response.headers["Access-Control-Allow-Methods"] = METHODS
    response.headers["Access-Control-Allow-Headers"] = (
        "Accept, Authorization, Content-Type, If-None-Match"
    )
    response.headers["Access-Control-Max-Age"] = "86400"
    return allow(response)
