"""How the processes of the service talk: frames over a pair of sockets.

A frame is two lengths (8 bytes each), a message, and the bytes beside it.  Both ends are ours, so the message
is pickled.
"""

from __future__ import annotations

import pickle
import socket
import struct
import time
from typing import Any

_LENGTHS = struct.Struct("!QQ")
_SMALL = (
    128 << 10
)  # bytes that are copied, so that all goes in one call and wakes the other end once
_CHUNK = 64 << 10


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


class Reader:
    """Reads from *end* in as few calls as it can; the other end sends nothing until it is answered.

    ``take`` and ``frame`` by turns; ``Gone`` also for a frame that is not as it should be.
    """

    __slots__ = ("_end", "_parts", "_size", "got")

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._parts: list[bytes] = []
        self.got = self._size = 0

    def take(self, deadline: float | None = None, *, wait: bool = True) -> bool:
        """Read what comes next; whether the frame is whole.

        Without *wait*, only what is there: False where that is nothing.  ``TimeoutError`` as of ``receive``.
        """
        try:
            if not wait:
                data = self._end.recv(_CHUNK, socket.MSG_DONTWAIT)
            else:
                _wait(self._end, deadline)
                data = self._end.recv(_CHUNK)
        except BlockingIOError:
            return False
        except TimeoutError:
            raise
        except OSError as fault:
            raise Gone from fault
        if not data:
            raise Gone
        self._parts.append(data)
        self.got += len(data)
        if not self._size and self.got >= _LENGTHS.size:
            head = data if len(self._parts) == 1 else b"".join(self._parts)
            self._size = _LENGTHS.size + sum(_LENGTHS.unpack_from(head))
        if self._size and self.got > self._size:
            raise Gone
        return self.got == self._size

    def frame(self) -> tuple[Any, bytes]:
        """The message that is whole now, and its body."""
        whole = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts = []
        self.got = self._size = 0
        packed, _ = _LENGTHS.unpack_from(whole)
        start = _LENGTHS.size
        view = memoryview(whole)
        return pickle.loads(view[start : start + packed]), whole[start + packed :]

    def next(self, deadline: float | None = None) -> tuple[Any, bytes]:
        """The next frame, when it has come."""
        while not self.take(deadline):
            pass
        return self.frame()


def receive(end: socket.socket, deadline: float | None = None) -> tuple[Any, bytes]:
    """The next message and its body; ``TimeoutError`` when *deadline* (monotonic seconds) has passed."""
    packed, size = _LENGTHS.unpack(_exactly(end, _LENGTHS.size, deadline))
    whole = memoryview(_exactly(end, packed + size, deadline))
    return pickle.loads(whole[:packed]), bytes(whole[packed:])


def _wait(end: socket.socket, deadline: float | None) -> None:
    """Let the next call wait until *deadline*."""
    if deadline is None:
        end.settimeout(None)
        return
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    end.settimeout(left)


def _exactly(end: socket.socket, size: int, deadline: float | None) -> bytearray:
    buffer = bytearray(size)
    view = memoryview(buffer)
    got = 0
    while got < size:
        _wait(end, deadline)
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
