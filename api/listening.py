"""The socket that the service listens on."""

from __future__ import annotations

import socket

from kg.errors import KgError


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
