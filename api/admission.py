"""What is taken of a request while it arrives: told by its headers, before its body is received.

A body of up to 64 MB is taken from whoever has the token only, for a write; from anybody else no more than a query
has.  So nobody fills the disk with what would be refused afterwards.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser

from .authority import holds
from .reading import MAX_DATA_BODY, MAX_QUERY_BODY
from .refusal import Refusal

MAX_HEADERS = 64 << 10  # of the request line and all headers; a query in a URL may be long
MAX_HEADER = 8 << 10  # of one header
# Of those that the framework takes apart in a time that grows with the square of their length.
MAX_SHORT = 1 << 10
_SHORT = frozenset(
    (
        "ACCEPT_LANGUAGE",
        "CONTENT_TYPE",
        "IF_MODIFIED_SINCE",
        "IF_RANGE",
        "IF_UNMODIFIED_SINCE",
        "RANGE",
    )
)
_CHANGING = ("POST", "PUT", "DELETE", "PATCH")


@dataclass(frozen=True, slots=True)
class Admission:
    """*token*: of those who may write; None: nobody may."""

    token: str | None = None

    def is_write(self, method: str, path: str) -> bool:
        is_place = path in ("/update", "/store") or path.startswith("/store/")
        return is_place and method in _CHANGING

    def refuses(
        self, method: str, path: str, headers: dict[str, str], length: int | None
    ) -> Refusal | None:
        """Why the body of a request is not received; *length* in bytes, None where it is not told before."""
        if self.is_write(method, path):
            if self.token is None:
                return Refusal(
                    "403 Forbidden",
                    "forbidden",
                    "this service only reads (it was started without --update-token-file)",
                )
            if not holds(self.token, headers.get("AUTHORIZATION", "")):
                return Refusal(
                    "401 Unauthorized",
                    "unauthorized",
                    "a write needs the header «Authorization: Bearer TOKEN»",
                    ("WWW-Authenticate", 'Bearer realm="kehoach"'),
                )
        most = self.most(method, path)
        return too_large(most) if length is not None and length > most else None

    def most(self, method: str, path: str) -> int:
        """Bytes that the body of a request may have."""
        return MAX_DATA_BODY if self.is_write(method, path) else MAX_QUERY_BODY


def too_large(most: int) -> Refusal:
    return Refusal(
        "413 Request Entity Too Large",
        "request-too-large",
        f"the body is over {most:,} bytes, which is what this address takes",
    )


class Parser(HTTPRequestParser):
    """One request as it arrives."""

    def __init__(self, adj: Adjustments, admission: Admission) -> None:
        super().__init__(adj)
        self.began = time.time()
        self.is_trusted = False  # whoever sends it has the token
        self._admission = admission
        self._most = MAX_QUERY_BODY

    @property
    def held(self) -> int:
        """Bytes that are kept of it."""
        return len(self.header_plus) + self.body_bytes_received

    def received(self, data: bytes) -> int:
        consumed = super().received(data)
        if self.error is None and self.body_bytes_received > self._most:
            self.error = too_large(self._most)
        if self.headers_finished and self.body_rcv is None:
            self.expect_continue = False
        if self.error is None:
            return consumed
        # Nothing more is read: neither its body nor what may stand behind it.
        self.completed = True
        self.expect_continue = False
        return len(data)

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        self.header_plus = b""
        told: Any = self  # method and path are texts, whatever the stubs say
        headers: dict[str, str] = told.headers
        for name, value in headers.items():
            most = MAX_SHORT if name in _SHORT else MAX_HEADER
            if len(value) > most:
                self.error = Refusal(
                    "431 Request Header Fields Too Large",
                    "headers-too-large",
                    f"the header {name.replace('_', '-').title()} is over {most:,} bytes",
                )
                return
        if self.body_rcv is None:
            return
        if self.chunked and "CONTENT_LENGTH" in headers:
            self.error = Refusal(
                "400 Bad Request",
                "malformed-request",
                "the length of the body is told twice, by Content-Length and by Transfer-Encoding",
            )
            return
        method: str = told.command
        path = "/" + str(told.path).lstrip("/")
        length = None if self.chunked else self.content_length
        self._most = self._admission.most(method, path)
        self.error = self._admission.refuses(method, path, headers, length)
        self.is_trusted = self.error is None and self._admission.is_write(method, path)
