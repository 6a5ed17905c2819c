"""Below a path prefix: what is written as from the root of the service leads there.

Pages, their links and the addresses in JSON are made without a thought of where the service stands; a prefix is put
before them here, in one place, when they go out.  Quotation marks inside of a text are escaped in both, so that
nothing else can be taken for an address.
"""

from __future__ import annotations

import re

from flask import Flask, Response, request

_PAGE = re.compile(
    r'(?<=[\s"\'])((?:href|src|action|formaction|poster|data-[a-z-]+)=")(/(?!/)[^"]*)'
)
_JSON = re.compile(r'("href": ?")(/(?!/)[^"]*)')


def register(app: Flask) -> None:
    app.after_request(_move)


def below(root: str, path: str) -> str:
    """*path*, which begins with a slash, below *root*; once, however often it is asked for."""
    return path if path == root or path.startswith((f"{root}/", f"{root}?")) else root + path


def _move(response: Response) -> Response:
    root = request.script_root.rstrip("/")
    if not root:
        return response
    location = response.headers.get("Location", "")
    if location.startswith("/") and not location.startswith("//"):
        response.headers["Location"] = below(root, location)
    pattern = {"text/html": _PAGE, "application/json": _JSON}.get(response.mimetype or "")
    if pattern is None or response.is_streamed or response.direct_passthrough:
        return response
    text = response.get_data(as_text=True)
    moved = pattern.sub(lambda found: found[1] + below(root, found[2]), text)
    if moved != text:
        response.set_data(moved)
    return response
