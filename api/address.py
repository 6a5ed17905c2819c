"""The address of the service as its answers tell it: fixed by ``--public-url``, else what a client says it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from kg.errors import KgError

from .headers import GUARD, OPEN

_HOST = re.compile(r"(?:[A-Za-z0-9._~\-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?")
_PATH = re.compile(r"(?:/[A-Za-z0-9._~\-]+)*")


class Public(NamedTuple):
    """*prefix*: the path below which the service stands, without a slash at its end."""

    scheme: str
    host: str
    prefix: str


def is_host(text: str) -> bool:
    """Whether *text* is the name or number of a host, with or without a port."""
    match = _HOST.fullmatch(text)
    return match is not None and int(match["port"] or 0) < 1 << 16


def public_url(given: str) -> Public:
    """The address in a text such as «https://data.example.vn» or «https://example.vn/kehoach»."""
    fault = KgError(
        f"--public-url {given}: write it as https://data.example.vn, with a path if there is one"
    )
    try:
        parts = urlsplit(given)
    except ValueError:
        raise fault from None
    prefix = parts.path.rstrip("/")
    is_plain = not (parts.query or parts.fragment) and _PATH.fullmatch(prefix)
    if parts.scheme not in ("http", "https") or not is_host(parts.netloc) or not is_plain:
        raise fault
    return Public(parts.scheme, parts.netloc, prefix)


class Address:
    """Refuses (400) a Host that is none; with *public*, no Host is asked."""

    def __init__(self, app: WSGIApplication, public: Public | None) -> None:
        self._app = app
        self._public = public

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given = environ.get("HTTP_HOST")
        is_missing = given is None and environ.get("SERVER_PROTOCOL") == "HTTP/1.1"
        if is_missing or (given is not None and not is_host(given)):
            return _refuse(environ, start_response)
        if self._public is not None:
            environ["wsgi.url_scheme"], environ["HTTP_HOST"], environ["SCRIPT_NAME"] = self._public
        return self._app(environ, start_response)


def _refuse(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    environ.setdefault("kg.note", {})["outcome"] = "malformed-request"
    message = "the request names no host: send one header «Host: name» or «Host: name:port»"
    error = {"code": "malformed-request", "message": message, "detail": None}
    body = json.dumps({"error": error}, ensure_ascii=False).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response("400 Bad Request", [*headers, *GUARD, *OPEN])
    return [body]
