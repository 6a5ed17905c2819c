"""What a request of the SPARQL protocols says, byte by byte: parameters, body, charset, encoding."""

from __future__ import annotations

import binascii
import zlib
from collections.abc import Iterable
from urllib.parse import parse_qsl

from flask import request

from kg.errors import KgError

FORM = "application/x-www-form-urlencoded"
MAX_QUERY_BODY = 1 << 20
MAX_DATA_BODY = 64 << 20
_MANY = 1000
_PIECE = 16 << 10
_MEMBERS = 10_000
_TOLD = 80  # characters of a wrong value that are told
Values = dict[str, list[str]]


class RequestError(KgError):
    """A request that is not as the protocol has it: *status* and *code* of the answer; *vi*: the message for readers
    of Vietnamese pages, where there is one."""

    def __init__(self, status: int, code: str, message: str, vi: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.vi = vi


def malformed(message: str, vi: str = "") -> RequestError:
    """*vi*: the same for Vietnamese readers of a page, where it is a page that is asked for."""
    return RequestError(400, "malformed-request", message, vi)


def unknown_value(name: str, value: str, known: Iterable[str] = ()) -> RequestError:
    """A *value* that the parameter *name* cannot have; *known*: those it can have, where they are few."""
    shown = value if len(value) <= _TOLD else value[:_TOLD] + "…"
    may = ", ".join(known)
    return RequestError(
        400,
        "unknown-value",
        f"«{name}» cannot be «{shown}»" + (f"; it may be {may}" if may else " here"),
        f"«{name}» không thể là «{shown}»" + (f"; có thể là {may}" if may else " ở đây"),
    )


def page_number(text: str | None, name: str = "page") -> int:
    """The page that is asked for by the parameter *name*, from 1; 1 where none is."""
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) > 0):
        raise malformed(
            f"«{name}» counts from 1, not «{text[:_TOLD]}»",
            f"«{name}» đếm từ 1, không phải «{text[:_TOLD]}»",
        )
    return int(text)


def require_page(number: int, pages: int) -> None:
    """Refuses a page beyond the last of *pages*."""
    if number > max(pages, 1):
        raise malformed(
            f"there is no page {number}; the last is {max(pages, 1)}",
            f"không có trang {number}; trang cuối là {max(pages, 1)}",
        )


def unsupported(message: str) -> RequestError:
    return RequestError(415, "unsupported-media-type", message)


def url_values() -> Values:
    """The parameters in the URL."""
    return values_of(request.query_string)


def values_of(*encoded: bytes) -> Values:
    """The parameters in forms and in what stands behind the «?»."""
    found: Values = {}
    for raw in encoded:
        _values(raw, found)
    return found


def form_values(limit: int) -> Values:
    """The parameters in the URL and in a form body of at most *limit* bytes."""
    return _values(read_body(limit), url_values())


def _values(raw: bytes, found: Values) -> Values:
    """Unlike the framework's own reading, no byte that is not UTF-8 becomes a replacement character."""
    try:
        pairs = _pairs(raw)
    except UnicodeDecodeError as fault:
        raise malformed(f"the request is not UTF-8 (byte {fault.start})") from None
    except ValueError as fault:
        raise malformed(f"the request cannot be read: {fault}") from None
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    """``parse_qsl``, which takes longer for the escapes of one query than the engine for its answer."""
    if raw.isascii() and raw.count(b"&") < _MANY and b"\r" not in raw and b"\n" not in raw:
        found = []
        for field in raw.split(b"&"):
            name, _, value = field.partition(b"=")
            plain = _decoded(name), _decoded(value)
            if plain[0] is None or plain[1] is None:
                break
            if field:
                found.append((plain[0], plain[1]))
        else:
            return found
    return parse_qsl(
        raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MANY
    )


def _decoded(part: bytes) -> str | None:
    """Without its escapes, which quoted-printable text has too, with another sign; None where one is not whole."""
    if b"=" in part:
        return None
    decoded = binascii.a2b_qp(part.replace(b"+", b" ").replace(b"%", b"="))
    if len(decoded) != len(part) - 2 * part.count(b"%"):
        return None
    return decoded.decode("utf-8")


def one(values: Values, name: str) -> str | None:
    """The parameter *name*, which is to be there once at most."""
    given = values.get(name, [])
    if len(given) > 1:
        raise malformed(f"give exactly one «{name}»", f"chỉ cho một «{name}»")
    return given[0] if given else None


def read_text(limit: int) -> str:
    """The body as text; UTF-8 only."""
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
        raise unsupported("send the text in UTF-8")
    try:
        return read_body(limit).decode("utf-8")
    except UnicodeDecodeError as fault:
        raise malformed(f"the request is not UTF-8 (byte {fault.start})") from None


def read_body(limit: int) -> bytes:
    """The body, unpacked; never more than *limit* bytes of it, packed or not."""
    request.max_content_length = limit
    data = request.get_data()
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return data
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise unsupported(
            f"the Content-Encoding «{encoding}» is not read; send gzip, deflate or none"
        )
    return _unpacked(data, encoding, limit)


def _unpacked(data: bytes, encoding: str, limit: int) -> bytes:
    """*data* unpacked: one stream, or of gzip as many as stand behind each other (RFC 1952, 2.2)."""
    found = bytearray()
    view = memoryview(data)
    place = 0
    for _ in range(_MEMBERS):
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip or zlib, by the first bytes
        try:
            while (
                place < len(data) and not unpacker.eof
            ):  # in pieces: what is left of one is copied
                piece = view[place : place + _PIECE]
                found += unpacker.decompress(piece, limit + 1 - len(found))
                place += len(piece) - len(unpacker.unused_data)
                if len(found) > limit:
                    raise RequestError(
                        413, "request-too-large", f"unpacked, the body is over {limit:,} bytes"
                    )
        except zlib.error as fault:
            raise malformed(f"the body is no {encoding} ({fault})") from None
        if not unpacker.eof:
            raise malformed(f"the {encoding} body ends too early")
        if place == len(data):
            return bytes(found)
        if encoding == "deflate":
            raise malformed("something stands behind the end of the deflate body")
    raise malformed(f"the gzip body has more than {_MEMBERS:,} parts")
