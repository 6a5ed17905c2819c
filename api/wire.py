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
_FIRST = 64 << 10  # which most frames are within


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

    __slots__ = ("_body", "_end", "_head", "_need", "_size")

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._clear()

    def _clear(self) -> None:
        self._head = b""  # lengths and message
        self._need = 0  # bytes of these, once they are known
        self._size = 0
        self._body = io.BytesIO()  # which gives its bytes without a copy

    @property
    def got(self) -> int:
        """Bytes of the body that have come."""
        return self._body.tell()

    def take(self, deadline: float | None = None, *, wait: bool = True) -> bool:
        """Read what comes next; whether the frame is whole.

        Without *wait*, only what is there: False where that is nothing.  ``TimeoutError`` as of ``receive``.
        """
        size = _PIECE if self.got else _FIRST
        try:
            if not wait:
                data = self._end.recv(size, socket.MSG_DONTWAIT)
            else:
                _wait(self._end, deadline)
                data = self._end.recv(size)
        except BlockingIOError:
            return False
        except TimeoutError:
            raise
        except OSError as fault:
            raise Gone from fault
        if not data:
            raise Gone
        if self._need and len(self._head) == self._need:
            self._body.write(data)
        else:
            self._begin(self._head + data)
        if self.got > self._size:
            raise Gone
        return bool(self._need) and len(self._head) == self._need and self.got == self._size

    def _begin(self, head: bytes) -> None:
        if not self._need and len(head) >= _LENGTHS.size:
            packed, self._size = _LENGTHS.unpack_from(head)
            self._need = _LENGTHS.size + packed
        if self._need and len(head) > self._need:
            self._body.write(memoryview(head)[self._need :])
            head = head[: self._need]
        self._head = head

    def frame(self) -> tuple[Any, bytes]:
        """The message that is whole now, and its body."""
        message = pickle.loads(memoryview(self._head)[_LENGTHS.size :])
        body = self._body.getvalue()
        self._clear()
        return message, body

    def next(self, deadline: float | None = None) -> tuple[Any, bytes]:
        """The next frame, when it has come."""
        while not self.take(deadline):
            pass
        return self.frame()


def receive(end: socket.socket, deadline: float | None = None) -> tuple[Any, bytes]:
    """The next message and its body; ``TimeoutError`` when *deadline* (monotonic seconds) has passed."""
    packed, size = _LENGTHS.unpack(_exactly(end, _LENGTHS.size, deadline))
    if size >= _SMALL:
        message = pickle.loads(_exactly(end, packed, deadline))
        return message, _large(end, size, deadline)
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
