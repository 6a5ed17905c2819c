"""Answers to queries that were asked in the same words before, given before anything is parsed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from kg.errors import KgError

from .cache import Cache
from .engine import Engine
from .unfinished import IN_LOOP, Blocking

_Kept = tuple[str, list[tuple[str, str]], bytes, dict[str, Any]]
# What makes up the address that relative IRIs are resolved against.
_ADDRESS = ("wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME")


class Front:
    """Keeps whole responses of ``GET /sparql`` for as long as the dataset is the same."""

    def __init__(self, app: WSGIApplication, engine: Engine) -> None:
        self._app = app
        self._engine = engine
        self._kept: Cache[_Kept] = Cache(32 << 20)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if (
            environ["REQUEST_METHOD"] != "GET"
            or environ["PATH_INFO"] != "/sparql"
            or "HTTP_IF_NONE_MATCH" in environ
            or not self._engine.is_ready
        ):
            return self._app(environ, start_response)
        version = self._engine.version_now()
        if version is None and IN_LOOP in environ:
            raise Blocking
        try:
            version = version or self._engine.version
        except KgError:
            return self._app(environ, start_response)
        key = (
            version,
            environ["QUERY_STRING"],
            environ.get("HTTP_ACCEPT"),
            *map(environ.get, _ADDRESS),
        )
        kept = self._kept.get(key)
        if kept is not None:
            status, headers, body, noted = kept
            environ["kg.note"] = {**noted, "cached": True}
            self._engine.cache.hits += 1
            start_response(status, list(headers))
            return [body]
        return self._ask(environ, start_response, key)

    def _ask(
        self, environ: WSGIEnvironment, start_response: StartResponse, key: tuple[Any, ...]
    ) -> Iterable[bytes]:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[..., Any]:
            started.append((status, headers))
            return start_response(status, headers, *rest)

        parts = self._app(environ, start)
        # The view says which version it answered from, and only of an answer that lasts.
        if (
            environ.get("kg.version") != key[0]
            or not started
            or not started[0][0].startswith("200")
        ):
            return parts
        body = b"".join(parts)
        if hasattr(parts, "close"):
            parts.close()
        status, headers = started[0]
        size = len(body) + sum(map(sys.getsizeof, key)) + 1024
        self._kept.put(key, (status, headers, body, environ.get("kg.note", {})), size)
        return [body]
