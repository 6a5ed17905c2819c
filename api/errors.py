"""One shape for every error: JSON for programs, a page for browsers."""

from __future__ import annotations

import logging

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from kg.errors import (
    DiskFull,
    ForbiddenQuery,
    KgError,
    QueryError,
    ScopeError,
    StoreError,
    UnknownName,
    UnknownQuestion,
    UnknownValue,
)
from kg.remote.errors import RemoteError
from kg.search.asking import SearchTimeout
from kg.search.query import SearchError

from .acceptance import NotConforming
from .access import note
from .jobs import NotAcceptable
from .language import chosen_language
from .limits import AnswerTooLarge, MemoryLimit, Overloaded, TextTooLarge, TimeLimit
from .negotiate import MalformedAccept, wants_html
from .operations import Conflict, MalformedData
from .pool import Broken
from .reading import RequestError

_STATUS: tuple[tuple[type[KgError], int, str], ...] = (
    (MalformedData, 400, "malformed-data"),
    (QueryError, 400, "malformed-query"),
    (SearchTimeout, 503, "time-limit"),
    (SearchError, 400, "malformed-search"),
    (ScopeError, 400, "malformed-request"),
    (MalformedAccept, 400, "malformed-request"),
    (ForbiddenQuery, 403, "forbidden"),
    (UnknownValue, 400, "unknown-value"),
    (UnknownQuestion, 404, "unknown"),
    (UnknownName, 404, "unknown"),
    (NotAcceptable, 406, "not-acceptable"),
    (NotConforming, 409, "data-errors"),
    (Conflict, 409, "conflict"),
    (AnswerTooLarge, 413, "answer-too-large"),
    (TextTooLarge, 413, "query-too-large"),
    (TimeLimit, 503, "time-limit"),
    (MemoryLimit, 503, "memory-limit"),
    (Overloaded, 503, "overloaded"),
    (DiskFull, 507, "disk-full"),
    (StoreError, 503, "no-store"),
)
# Seconds after which it is worth while to ask again; for what was too much, when the service is idler.
_RETRY = {"overloaded": 1, "no-store": 10, "time-limit": 30, "memory-limit": 30}
_TOLD = 200  # characters of an address that are told
_LOG = logging.getLogger("kehoach")


def register(app: Flask) -> None:
    app.register_error_handler(KgError, _known)
    app.register_error_handler(Broken, _broken)
    app.register_error_handler(HTTPException, _http)


def problem(status: int, code: str, message: str, detail: object = None, vi: str = "") -> Response:
    """``{"error": {"code", "message", "detail"}}``, or the same as a page; *vi*: the message of a Vietnamese one."""
    if wants_html(request.headers.get("Accept")):
        response = make_response(
            render_template(
                "error.html",
                lang=chosen_language(),
                status=status,
                code=code,
                message=message,
                vi_message=vi,
                detail=detail,
            )
        )
    else:
        response = jsonify({"error": {"code": code, "message": message, "detail": detail}})
    response.status_code = status
    note(outcome=code)
    if status == 503:
        response.headers["Retry-After"] = str(_RETRY.get(code, 5))
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "no-store"
    return response


def _known(fault: KgError) -> Response:
    detail: object = None
    if isinstance(fault, RequestError):
        response = problem(fault.status, fault.code, str(fault), vi=fault.vi)
        if fault.status == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="kehoach"'
        return response
    if isinstance(fault, RemoteError):
        response = problem(fault.status, "remote", str(fault))
        if fault.retry_after is not None and fault.status == 503:
            response.headers["Retry-After"] = str(fault.retry_after)
        return response
    if isinstance(fault, QueryError):
        detail = {"line": fault.line, "column": fault.column}
    if isinstance(fault, UnknownValue):
        meant = [{"value": value, "label": label} for value, label in fault.suggestions]
        detail = {"parameter": fault.parameter, "suggestions": meant}
    vi = ""
    if isinstance(fault, ScopeError | UnknownName):
        name = str(fault).partition(":")[0]
        vi = f"giá trị đã cho của «{name}» không có, hoặc không viết đúng dạng"
    for kind, status, code in _STATUS:
        if isinstance(fault, kind):
            return problem(status, code, str(fault), detail, vi=vi)
    return problem(500, "fault", str(fault))


def _broken(fault: Broken) -> Response:
    _LOG.error("a job failed:\n%s", fault)
    return _fault_in_the_log()


def _fault_in_the_log() -> Response:
    """Before a remote engine it may be an answer of the right form that makes no sense; elsewhere it is ours."""
    if current_app.config.get("REMOTE") is not None:
        said = "what the remote engine answered could not be used, or this is a fault of the service; it is in its log"
        return problem(502, "remote", said)
    return problem(500, "fault", "this is a fault of the service; it is in its log")


def _http(fault: HTTPException) -> Response:
    status = fault.code or 500
    code = (fault.name or "error").lower().replace(" ", "-")
    said, vi = fault.description or fault.name or "error", ""
    if status == 500 and current_app.config.get("REMOTE") is not None:
        return _fault_in_the_log()
    if status == 404:
        path = request.path[:_TOLD]
        said, vi = f"nothing is at the address «{path}»", f"không có gì ở địa chỉ «{path}»"
    response = problem(status, code, said, vi=vi)
    for name, value in fault.get_headers():
        if name.lower() == "allow":
            response.headers[name] = value
    return response
