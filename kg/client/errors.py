"""What a service says when it does not answer → the errors that the embedded store raises too."""

from __future__ import annotations

import json
from typing import Any

from ..errors import (
    ForbiddenQuery,
    KgError,
    QueryError,
    ScopeError,
    UnknownName,
    UnknownQuestion,
    UnknownValue,
)

_LONGEST = 500  # characters that are told of a body that is no message of ours


class ServiceError(KgError):
    """A service that cannot be reached, or that did not answer.

    *status*: of HTTP, None where nothing came back; *code*: the service's own («time-limit»); *retry_after*: seconds after
    which it asks to be asked again, None where it does not say.
    """

    def __init__(
        self,
        message: str,
        status: int | None = None,
        code: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, status, code, retry_after)
        self.message = message
        self.status = status
        self.code = code
        self.retry_after = retry_after

    def __str__(self) -> str:
        return self.message


def error_of(status: int, body: bytes, retry_after: float | None) -> KgError:
    """The error in an answer of the service, with its own words."""
    code, message, detail = _told(body)
    if not message:
        message = f"the service answered {status}"
        if said := " ".join(body.decode("utf-8", "replace").split())[:_LONGEST]:
            message += f": {said}"
    if code == "malformed-query":
        return QueryError(message, detail.get("line"), detail.get("column"))
    if code == "unknown-value":
        meant = [(str(s.get("value")), str(s.get("label"))) for s in detail.get("suggestions", [])]
        return UnknownValue(message, str(detail.get("parameter", "")), tuple(meant))
    if code == "forbidden":
        return ForbiddenQuery(message)
    if code == "malformed-request":
        return ScopeError(message)
    if code == "unknown":
        return (UnknownQuestion if "question" in message else UnknownName)(message)
    return ServiceError(message, status, code, retry_after)


def _told(body: bytes) -> tuple[str, str, dict[str, Any]]:
    """(code, message, detail) of ``{"error": {…}}``; empty for another body."""
    try:
        error = json.loads(body)["error"]
        detail = error.get("detail")
        return str(error["code"]), str(error["message"]), detail if isinstance(detail, dict) else {}
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", "", {}
