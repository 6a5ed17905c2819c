"""How the processes of the service talk: frames over a pair of sockets.

A frame is two lengths (8 bytes each), a message, and the bytes beside it.  Both ends are ours, so the message
is pickled.
"""

from __future__ import annotations

import io
import pickle
import socket
import struct
import time
from typing import Any

_LENGTHS = struct.Struct("!QQ")
_SMALL = (
    128 << 10
)  # bytes that are copied, so that all goes in one call and wakes the other end once
_PIECE = 256 << 10


class Gone(Exception):
    """The other end has closed, or died."""


def send(end: socket.socket, message: Any, body: bytes = b"") -> None:
    """Send *message*; *body*, which may be large, goes as it is behind it."""
    packed = pickle.dumps(message, protocol=5)
    head = _LENGTHS.pack(len(packed), len(body)) + packed
    try:
        if len(body) < _SMALL:
            end.sendall(head + body)
        else:
            end.sendall(head)
            end.sendall(body)
    except OSError as fault:
        raise Gone from fault


def receive(end: socket.socket, deadline: float | None = None) -> tuple[Any, bytes]:
    """The next message and its body; ``TimeoutError`` when *deadline* (monotonic seconds) has passed."""
    packed, size = _LENGTHS.unpack(_exactly(end, _LENGTHS.size, deadline))
    if size >= _SMALL:
        message = pickle.loads(_exactly(end, packed, deadline))
        return message, _large(end, size, deadline)
    whole = memoryview(_exactly(end, packed + size, deadline))
    return pickle.loads(whole[:packed]), bytes(whole[packed:])


def _exactly(end: socket.socket, size: int, deadline: float | None) -> bytearray:
    buffer = bytearray(size)
    _fill(end, memoryview(buffer), deadline)
    return buffer


def _large(end: socket.socket, size: int, deadline: float | None) -> bytes:
    """Like ``_exactly``, and as bytes without a copy of them all: a file in memory gives its own."""
    file = io.BytesIO()
    piece = memoryview(bytearray(min(size, _PIECE)))
    while (left := size - file.tell()) > 0:
        part = piece[:left]
        _fill(end, part, deadline)
        file.write(part)
    return file.getvalue()


def _fill(end: socket.socket, view: memoryview, deadline: float | None) -> None:
    got, size = 0, len(view)
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
