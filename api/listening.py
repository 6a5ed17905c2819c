"""The socket that the service listens on."""

from __future__ import annotations

import re
import socket

from kg.errors import KgError

_HOST = re.compile(r"(?!.*\.\.)(?![.])[A-Za-z0-9._:%-]{1,253}")


def require_host(host: str) -> None:
    """``KgError`` for what is neither an address nor the name of a machine."""
    if not _HOST.fullmatch(host):
        raise KgError(f"--host {host!r}: no address to listen on; write 127.0.0.1, ::1 or a name")


def listen(host: str, port: int) -> socket.socket:
    """A bound socket, before any work is done, so that a taken port is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except (OSError, UnicodeError) as fault:
        listener.close()
        reason = getattr(fault, "strerror", None) or fault
        raise KgError(
            f"cannot listen on {host}:{port} ({reason}); choose another with --port, or 0 for any"
        ) from None
    return listener
