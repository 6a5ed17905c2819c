"""Pages, sheets, scripts and the data they draw are sent packed where the client takes it.

Answers of the SPARQL protocols are not: packing would take longer than what it saves on a near network.
"""

from __future__ import annotations

from flask import Flask, Response, request
from flask_compress import Compress

_TYPES = (
    "text/html",
    "text/css",
    "text/javascript",
    "image/svg+xml",
    "application/json",
    "application/graphml+xml",
    "application/gexf+xml",
)
_PROTOCOLS = ("/sparql", "/update", "/store")


def register(app: Flask) -> None:
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_MIMETYPES=list(_TYPES),
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        COMPRESS_MIN_SIZE=1000,
    )
    compress = Compress(app)

    @app.after_request
    def pack(response: Response) -> Response:
        is_page = response.mimetype == "text/html"
        if response.mimetype in _TYPES and (is_page or request.path not in _PROTOCOLS):
            packed: Response = compress.after_request(response)
            return packed
        return response
