"""Answers to what is no request, or is none that is taken: told before the application sees it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from waitress.task import ErrorTask
from waitress.utilities import Error

from .headers import GUARD, OPEN

_CODES = {
    400: "malformed-request",
    413: "request-too-large",
    431: "headers-too-large",
    500: "fault",
    501: "not-implemented",
}


class Refusal(Error):
    """*status* such as "401 Unauthorized", with the *code* and the *message* of our errors."""

    def __init__(self, status: str, code: str, message: str, *headers: tuple[str, str]) -> None:
        super().__init__(message)
        number, _, self.reason = status.partition(" ")
        self.code = int(number)
        self.name = code
        self._headers = headers

    def to_response(self, ident: str | None = None) -> tuple[str, Sequence[tuple[str, str]], Any]:
        del ident
        error = {"code": self.name, "message": self.body, "detail": None}
        body = json.dumps({"error": error}, ensure_ascii=False).encode()
        headers = [
            ("Content-Type", "application/json"),
            ("Cache-Control", "no-store"),
            *GUARD,
            *OPEN,
            *self._headers,
        ]
        return f"{self.code} {self.reason}", headers, body


class RefusalTask(ErrorTask):
    """Gives every error of the server the shape of ours."""

    def execute(self) -> None:
        request: Any = self.request
        channel: Any = self.channel
        fault: Error = request.error
        if not isinstance(fault, Refusal):
            code = _CODES.get(fault.code, "error")
            fault = request.error = Refusal(f"{fault.code} {fault.reason}", code, fault.body)
        if fault.code != 500:  # of its own faults the application has told
            channel.connections.tell(
                {
                    "REMOTE_ADDR": channel.addr[0],
                    "REQUEST_METHOD": getattr(request, "command", None),
                    "PATH_INFO": getattr(request, "path", None),
                    "kg.note": {"outcome": fault.name},
                },
                str(fault.code),
            )
        super().execute()
