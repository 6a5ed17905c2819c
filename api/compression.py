"""Pages, sheets, scripts and the data they draw are sent packed where the client takes it.

Answers of the SPARQL protocols are not: packing would take longer than what it saves on a near network.
"""

from __future__ import annotations

from flask import Flask
from flask_compress import Compress

_TYPES = [
    "text/html",
    "text/css",
    "text/javascript",
    "image/svg+xml",
    "application/json",
    "application/graphml+xml",
    "application/gexf+xml",
]


def register(app: Flask) -> None:
    app.config.update(
        COMPRESS_MIMETYPES=_TYPES,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        COMPRESS_MIN_SIZE=1000,
    )
    Compress(app)
