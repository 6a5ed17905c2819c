"""What is written of every request: one line of JSON, and the counters of ``/metrics``."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import request

from .metrics import Metrics
from .unfinished import Unfinished

LOG = logging.getLogger("kehoach.access")
_NOTE = "kg.note"
_BEGAN = "kg.began"
_TEXT = "query_text"
_LONGEST = 10_000  # characters of a query's text in the log


def note(*, query: str | None = None, rows: int | None = None, outcome: str | None = None) -> None:
    """Add to what is written of this request; of a query, only its hash."""
    note_in(request.environ, query=query, rows=rows, outcome=outcome)


def note_in(
    environ: WSGIEnvironment,
    *,
    query: str | None = None,
    rows: int | None = None,
    outcome: str | None = None,
) -> None:
    """``note``, of the request in *environ*."""
    known = environ.setdefault(_NOTE, {})
    if query is not None:
        digest = hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()
        known["query"] = digest[:16]
        known[_TEXT] = query[:_LONGEST]
    if rows is not None:
        known["rows"] = rows
    if outcome is not None:
        known["outcome"] = outcome


class AccessLog:
    """Measures the application it is put around; *has_text*: the log is to have the text of queries too."""

    def __init__(self, app: WSGIApplication, metrics: Metrics, *, has_text: bool = False) -> None:
        self._app = app
        self._metrics = metrics
        self._has_text = has_text

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = environ.setdefault(_BEGAN, time.perf_counter())
        status = "500"
        size: int | None = None

        def start(line: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[..., Any]:
            nonlocal status, size
            status = line[:3]
            size = next((int(v) for k, v in headers if k.lower() == "content-length"), None)
            return start_response(line, headers, *rest)

        is_over = True
        try:
            return self._app(environ, start)
        except Unfinished:
            is_over = False
            raise
        finally:
            if is_over:
                if not self._has_text:
                    environ.get(_NOTE, {}).pop(_TEXT, None)
                record(self._metrics, environ, status, size, time.perf_counter() - began)


def record(
    metrics: Metrics, environ: WSGIEnvironment, status: str, size: int | None, seconds: float
) -> None:
    """Count a request and write its line; *status* is its number as text."""
    known: dict[str, Any] = environ.get(_NOTE, {})
    outcome = known.get("outcome") or ("ok" if status < "400" else "error")
    metrics.request(environ, status, outcome, seconds)
    if LOG.isEnabledFor(logging.INFO):
        LOG.info(_line(environ, status, size, seconds, {**known, "outcome": outcome}))


def _line(
    environ: WSGIEnvironment, status: str, size: int | None, seconds: float, known: dict[str, Any]
) -> str:
    found = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "client": environ.get("REMOTE_ADDR"),
        "method": environ.get("REQUEST_METHOD"),
        "path": environ.get("PATH_INFO"),
        "status": int(status),
        "bytes": size,
        "ms": round(seconds * 1000, 2),
        **known,
    }
    return json.dumps(found, ensure_ascii=True)  # one line, whatever a path holds
