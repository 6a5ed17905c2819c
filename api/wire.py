"""How the processes of the service talk: frames over a pair of sockets.

A frame is its length (8 bytes) and that many bytes.  Both ends are ours, so what is in it is pickled.
"""

from __future__ import annotations

import pickle
import socket
import struct
import time
from typing import Any

_LENGTH = struct.Struct("!Q")


class Gone(Exception):
    """The other end has closed, or died."""


def send(end: socket.socket, message: Any, body: bytes = b"") -> None:
    """Send *message*; *body*, which may be large, goes as it is in a frame behind it."""
    packed = pickle.dumps((message, len(body)), protocol=5)
    try:
        end.sendall(_LENGTH.pack(len(packed)) + packed)
        if body:
            end.sendall(body)
    except OSError as fault:
        raise Gone from fault


def receive(end: socket.socket, deadline: float | None = None) -> tuple[Any, bytes]:
    """The next message and its body; ``TimeoutError`` when *deadline* (monotonic seconds) has passed."""
    (length,) = _LENGTH.unpack(_exactly(end, _LENGTH.size, deadline))
    message, size = pickle.loads(_exactly(end, length, deadline))
    return message, bytes(_exactly(end, size, deadline)) if size else b""


def _exactly(end: socket.socket, size: int, deadline: float | None) -> bytearray:
    buffer = bytearray(size)
    view = memoryview(buffer)
    got = 0
    while got < size:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            end.settimeout(left)
        else:
            end.settimeout(None)
        try:
            count = end.recv_into(view[got:])
        except TimeoutError:
            raise
        except OSError as fault:
            raise Gone from fault
        if not count:
            raise Gone
        got += count
    return buffer
