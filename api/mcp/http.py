"""The streamable HTTP transport: on this machine only, and only for those who know that they speak to it."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import h11
import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from uvicorn.protocols.http.h11_impl import H11Protocol

PATH = "/mcp"
_BODY = 1 << 20  # bytes of one request
_AT_ONCE = 64  # connections; whoever is too much gets 503
_IDLE = 15  # seconds that a connection is kept without a request
_PATIENCE = 10  # seconds in which a request, once begun, has to come whole


class _Impatient(H11Protocol):
    """Ends connections whose request does not come: they count among those that may be at once."""

    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._end = self.loop.call_later(_PATIENCE, transport.abort)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._spare()
        elif self._end is None:
            self._end = self.loop.call_later(_PATIENCE, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._spare()
        super().connection_lost(exc)

    def _spare(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None


def serve_http(server: MCPServer[Any], listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT, on a socket that is bound to the loopback interface.

    ``Host`` and ``Origin`` have to name this address: a page from elsewhere that a browser has open reaches nothing,
    also where its name was made to lead here (DNS rebinding).
    """
    port = listener.getsockname()[1]
    names = [f"{host}:{port}" for host in ("127.0.0.1", "localhost")]
    app = server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=_BODY,
        transport_security=TransportSecuritySettings(
            allowed_hosts=names, allowed_origins=[f"http://{name}" for name in names]
        ),
    )
    config = uvicorn.Config(
        app,
        http=_Impatient,
        log_level="warning",
        access_log=False,
        limit_concurrency=_AT_ONCE,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run(sockets=[listener])
