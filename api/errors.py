"""One shape for every error: JSON for programs, a page for browsers."""

from __future__ import annotations

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from kg.errors import ForbiddenQuery, KgError, QueryError, StoreError, UnknownQuestion

from .engine import AnswerTooLarge, NotAcceptable
from .language import chosen_language
from .negotiate import wants_html

_STATUS: tuple[tuple[type[KgError], int, str], ...] = (
    (QueryError, 400, "malformed-query"),
    (ForbiddenQuery, 403, "forbidden"),
    (UnknownQuestion, 404, "unknown"),
    (NotAcceptable, 406, "not-acceptable"),
    (AnswerTooLarge, 413, "answer-too-large"),
    (StoreError, 503, "no-store"),
)


def register(app: Flask) -> None:
    app.register_error_handler(KgError, _known)
    app.register_error_handler(HTTPException, _http)


def problem(status: int, code: str, message: str, detail: object = None) -> Response:
    """``{"error": {"code", "message", "detail"}}``, or the same as a page."""
    if wants_html(request.headers.get("Accept")):
        response = make_response(
            render_template(
                "error.html",
                lang=chosen_language(),
                status=status,
                code=code,
                message=message,
                detail=detail,
            )
        )
    else:
        response = jsonify({"error": {"code": code, "message": message, "detail": detail}})
    response.status_code = status
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "no-store"
    return response


def _known(fault: KgError) -> Response:
    detail: object = None
    if isinstance(fault, QueryError):
        detail = {"line": fault.line, "column": fault.column}
    for kind, status, code in _STATUS:
        if isinstance(fault, kind):
            return problem(status, code, str(fault), detail)
    return problem(500, "fault", str(fault))


def _http(fault: HTTPException) -> Response:
    status = fault.code or 500
    code = (fault.name or "error").lower().replace(" ", "-")
    response = problem(status, code, fault.description or fault.name or "error")
    for name, value in fault.get_headers():
        if name.lower() == "allow":
            response.headers[name] = value
    return response
