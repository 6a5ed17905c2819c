"""The plain case of ``GET /sparql``, a query by a program, answered without the framework, which takes longer
than most queries.

Whatever else it is goes on to the application behind.  So does a fault, which is told there as all are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.sansio.utils import get_current_url, get_host

from kg.errors import KgError

from . import sparql
from .access import note_in
from .engine import Engine
from .headers import GUARD
from .negotiate import wants_html
from .pool import Broken
from .reading import values_of

_HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::[0-9]{1,5})?")


class Direct:
    """Stands before the application."""

    def __init__(self, app: WSGIApplication, engine: Engine) -> None:
        self._app = app
        self._engine = engine

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "")
        if (
            environ["REQUEST_METHOD"] != "GET"
            or environ["PATH_INFO"] != "/sparql"
            or "HTTP_IF_NONE_MATCH" in environ
            or wants_html(environ.get("HTTP_ACCEPT"))
            or not _HOST.fullmatch(host)
        ):
            return self._app(environ, start_response)
        try:
            values = values_of(environ["QUERY_STRING"].encode("latin-1"))
            text = sparql.only_query(values)
            if text is None:
                return self._app(environ, start_response)
            base = _address(environ["wsgi.url_scheme"], host, environ.get("SCRIPT_NAME", ""))
            asked = sparql.asked(self._engine, text, values, environ.get("HTTP_ACCEPT"), base)
        except KgError:
            return self._app(environ, start_response)  # which reads it again, and tells the same
        note_in(environ, query=text)
        try:
            answer = self._engine.run(asked)
            version = self._engine.version
        except (KgError, Broken) as fault:
            environ[sparql.FAULT] = fault
            return self._app(environ, start_response)
        note_in(environ, rows=answer.rows)
        if answer.tag is not None:
            environ["kg.version"] = version
        headers = [*sparql.headers(answer), *GUARD, ("Content-Length", str(len(answer.body)))]
        start_response("200 OK", headers)
        return [answer.body]


@lru_cache(256)
def _address(scheme: str, host: str, prefix: str) -> str:
    """The address that was asked, as the framework would tell it."""
    return get_current_url(scheme, get_host(scheme, host), prefix, "/sparql")
