"""The plain case of ``/sparql``, a query by a program, answered without the framework, which takes longer
than most queries.

Whatever else it is goes on to the application behind.  So does a fault, which is told there as all are.  In
the server's loop nothing is waited for (see ``unfinished``).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from functools import lru_cache
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.sansio.utils import get_current_url, get_host

from kg.errors import KgError

from . import sparql
from .access import note_in
from .clients import asking
from .engine import Answer, Asking, Engine
from .headers import GUARD
from .jobs import Asked
from .negotiate import wants_html
from .pool import Broken, Silent
from .reading import FORM, Values, values_of
from .unfinished import ASKING, FAULT, IN_LOOP, UNTIL, Blocking, Busy, Later

_HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::[0-9]{1,5})?")
_SMALL = 64 << 10  # bytes of a body: what is larger needs no haste
_ASKED = "kg.asked"


class Direct:
    """Stands before the application."""

    def __init__(self, app: WSGIApplication, engine: Engine) -> None:
        self._app = app
        self._engine = engine

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            answer = None if FAULT in environ else self._answer(environ)
        except (KgError, Broken) as fault:
            environ[FAULT] = fault
            answer = None
        if answer is None:
            if IN_LOOP in environ:
                raise Blocking
            return self._app(environ, start_response)
        note_in(environ, rows=answer.rows)
        if answer.tag is not None:
            environ["kg.version"] = answer.version
        headers = [*sparql.headers(answer), *GUARD, ("Content-Length", str(len(answer.body)))]
        start_response("200 OK", headers)
        return [answer.body]

    def _answer(self, environ: WSGIEnvironment) -> Answer | None:
        """None: it is no plain query."""
        begun: Asking | None = environ.pop(ASKING, None)
        if begun is not None:
            try:
                return self._engine.end(begun)
            except (
                Silent
            ):  # perhaps the worker was killed for another's sake: a thread asks another one
                if IN_LOOP in environ:
                    raise Blocking from None
        asked: Asked | None = environ.get(_ASKED)
        if asked is None:
            try:
                asked = self._read(environ)
            except KgError:
                return None  # the application reads it again, and tells the same
            if asked is None:
                return None
            environ[_ASKED] = asked
            note_in(environ, query=asked.text)
        if IN_LOOP not in environ:
            return self._engine.run(asked, environ.get(UNTIL))
        if len(asked.text) > _SMALL:
            return None
        until: float = environ[IN_LOOP]
        found = self._engine.begin(asked, until)
        if isinstance(found, Asking):
            raise Later(found)
        if found is None and not self._engine.may(asking()):
            raise Busy
        return found

    def _read(self, environ: WSGIEnvironment) -> Asked | None:
        host = environ.get("HTTP_HOST", "")
        accept = environ.get("HTTP_ACCEPT")
        if (
            environ["PATH_INFO"] != "/sparql"
            or "HTTP_IF_NONE_MATCH" in environ
            or wants_html(accept)
            or not _HOST.fullmatch(host)
        ):
            return None
        values = _values(environ)
        text = None if values is None else sparql.only_query(values)
        if values is None or text is None:
            return None
        base = _address(environ["wsgi.url_scheme"], host, environ.get("SCRIPT_NAME", ""))
        return sparql.asked(self._engine, text, values, accept, base)


def _values(environ: WSGIEnvironment) -> Values | None:
    """The parameters of a GET, a form, or a query sent as it is; None where more is to be looked at."""
    in_url = environ["QUERY_STRING"].encode("latin-1")
    if environ["REQUEST_METHOD"] == "GET":
        return values_of(in_url)
    kind = environ.get("CONTENT_TYPE")
    size = environ.get("CONTENT_LENGTH", "")
    if (
        environ["REQUEST_METHOD"] != "POST"
        or kind not in (FORM, sparql.DIRECT)
        or "HTTP_CONTENT_ENCODING" in environ
        or not (size.isascii() and size.isdigit() and int(size) <= _SMALL)
    ):
        return None
    body = environ["wsgi.input"].read(int(size))
    environ["wsgi.input"] = io.BytesIO(body)  # for whoever reads it again
    if kind == FORM:
        return values_of(body, in_url)
    values = values_of(in_url)
    if "query" in values:
        return None
    try:
        values["query"] = [body.decode("utf-8")]
    except UnicodeDecodeError:
        return None
    return values


@lru_cache(256)
def _address(scheme: str, host: str, prefix: str) -> str:
    """The address that was asked, as the framework would tell it."""
    return get_current_url(scheme, get_host(scheme, host), prefix, "/sparql")
