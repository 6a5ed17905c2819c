"""The streamable HTTP transport: on this machine only, and only for those who know that they speak to it."""

from __future__ import annotations

import socket
from typing import Any

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings

PATH = "/mcp"
_BODY = 1 << 20  # bytes of one request
_AT_ONCE = 64  # connections; whoever is too much gets 503
_IDLE = 15  # seconds that a connection is kept without a request


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
        log_level="warning",
        access_log=False,
        limit_concurrency=_AT_ONCE,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run(sockets=[listener])
