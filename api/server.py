"""The HTTP server around the application: waitress, in this process.

It reads requests to their end before anybody sees them, so that slow clients take no thread.
"""

from __future__ import annotations

import signal
import socket
from types import FrameType

from kg.errors import KgError

from . import create_app
from .engine import Engine
from .loop import Loop
from .reading import MAX_DATA_BODY

_CONNECTIONS = 2000
_IDLE = 60  # seconds without a byte after which a connection is closed


class Server:
    """The service, loaded and listening; ``run`` serves until SIGTERM or SIGINT."""

    def __init__(self, config: dict[str, object], listener: socket.socket) -> None:
        app = create_app(config)
        self.engine: Engine = app.extensions["engine"]
        self._writes = app.extensions.get("writes")
        limits = self.engine.limits
        self._server = Loop(
            app,
            self.engine,
            sockets=[listener],
            threads=limits.workers
            + limits.waiting
            + 8,  # so that whoever is too much is told at once
            ident=None,
            connection_limit=_CONNECTIONS,
            channel_timeout=_IDLE,
            max_request_body_size=MAX_DATA_BODY,
            clear_untrusted_proxy_headers=False,
        )
        _ = (
            self.engine.version
        )  # loads the dataset: whoever is told the address is answered at once

    def run(self) -> None:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        try:
            self._server.run()
        finally:
            self._server.close()
            if self._writes is not None:
                self._writes.close()
            self.engine.close()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._server.stop()


def listen(host: str, port: int) -> socket.socket:
    """A bound socket, before any work is done, so that a taken port is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as fault:
        listener.close()
        raise KgError(
            f"cannot listen on {host}:{port} ({fault.strerror}); choose another with --port, or 0 for any"
        ) from None
    return listener
