"""Who may write: whoever has the token of the file given with ``--update-token-file``."""

from __future__ import annotations

import hmac
from pathlib import Path

from flask import current_app, request

from kg.errors import KgError

from .reading import RequestError
from .remotewrites import RemoteWrites
from .writes import Writes

_LEAST = 16


class Unauthorized(RequestError):
    """No token, or not the right one."""


def read_token(path: Path) -> str:
    """The token in a file: its first line; ``KgError`` for one that is missing or easily guessed."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise KgError(f"{path}: the token file cannot be read ({fault})") from None
    token = text.strip().partition("\n")[0].strip()
    if len(token) < _LEAST or not token.isascii() or not token.isprintable() or " " in token:
        raise KgError(
            f"{path}: a token has at least {_LEAST} letters and digits; "
            "make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    return token


def holds(token: str, authorization: str) -> bool:
    """Whether the header *authorization* gives *token*."""
    scheme, _, given = authorization.partition(" ")
    matches = hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode())
    return matches and scheme.lower() == "bearer"


def require_writer() -> Writes | RemoteWrites:
    """What writes, if this request may use it; 403 where nobody may, 401 without the token."""
    writes: Writes | RemoteWrites | None = current_app.extensions.get("writes")
    token: str | None = current_app.config["UPDATE_TOKEN"]
    if writes is None or token is None:
        raise RequestError(
            403, "forbidden", "this service only reads (it was started without --update-token-file)"
        )
    if not holds(token, request.headers.get("Authorization", "")):
        raise Unauthorized(
            401, "unauthorized", "a write needs the header «Authorization: Bearer TOKEN»"
        )
    return writes
