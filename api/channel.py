"""One connection.  Its answers wait for the client, and no thread does.

Waitress lets a thread wait, where a client does not read, until there is room for the next answer.  Here the
next request of such a client waits instead, in no thread; and what an unread answer takes in memory is the answer
itself, not a copy.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.channel import HTTPChannel

from .admission import Parser
from .refusal import RefusalTask

if TYPE_CHECKING:
    from .connections import Connections

LINGER = 5.0  # seconds in which a refused client may go on sending, so that it gets to read why
_COPIED = 32 << 10  # bytes up to which an answer is copied, and goes out with its headers
_BODY = 128 << 10  # bytes of a body that are received at a time
_ABORT = struct.pack("ii", 1, 0)


class _Whole(ReadOnlyFileBasedBuffer):
    """Bytes to be sent as they are, held by reference."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self.source = id(data)
        self.remain = len(data)

    def get(self, numbytes: int = -1, skip: bool = False) -> Any:
        part = self._data if numbytes < 0 else self._data[:numbytes]
        if skip:
            self.skip(len(part))
        return part

    def skip(self, numbytes: int, allow_prune: int = 0) -> None:
        del allow_prune
        self._data = self._data[numbytes:]
        self.remain = len(self._data)

    def close(self) -> None:
        self._data = memoryview(b"")
        self.remain = 0


class Channel(HTTPChannel):
    """*since*, *sent*: when the client began to owe us its reading, and how many bytes it has read."""

    error_task_class = RefusalTask
    # What waitress has and its stubs have not.
    requests_lock: threading.Lock
    _flush_some: Callable[..., bool]
    _flush_exception: Callable[..., object]

    def __init__(
        self, server: Connections, sock: socket.socket, addr: Any, adj: Any, map: Any = None
    ) -> None:
        self.parser_class: Any = partial(Parser, admission=server.admission)
        self.is_running = False
        self.is_waiting = False  # its next request waits until the answers before it are read
        self.since = 0.0
        self.sent = 0
        self.lingers_until = 0.0
        self._is_refused = False
        self.connections = server
        super().__init__(server, sock, addr, adj, map)

    # -- what it holds, for ``Connections`` -----------------------------------------------------------

    @property
    def is_free(self) -> bool:
        """Whether nothing is being done for it, so that it can be closed."""
        return not self.is_running and (self.is_waiting or not self.requests)

    @property
    def arriving(self) -> list[Parser]:
        """Requests that are held: those that wait, and the one that still arrives."""
        found = [*self.requests, *([self.request] if self.request is not None else [])]
        return [one for one in found if isinstance(one, Parser)]

    def unread(self) -> dict[int, int]:
        """What is held of its answers: bytes by the source that they are part of."""
        whole = {b.source: len(b) for b in list(self.outbufs) if isinstance(b, _Whole)}
        copied = self.total_outbufs_len - sum(whole.values())
        return {**whole, id(self): max(0, copied)}

    def rate(self, now: float) -> float:
        """Bytes a second that the client reads of what waits for it."""
        return self.sent / max(1.0, now - self.since)

    def drop(self) -> None:
        """Close at once, and let the system forget what is unsent too."""
        if self.total_outbufs_len:
            with contextlib.suppress(OSError):
                assert self.socket is not None
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        if self.is_waiting:
            self.is_waiting = False
            with self.requests_lock:
                for request in self.requests:
                    request.close()
                self.requests = []
        if self.request is not None:
            self.request.close()
        self.handle_close()

    # -- answers --------------------------------------------------------------------------------------

    def postpones(self) -> bool:
        """Whether the next request is to wait, since the client has not read the answers before it."""
        self.is_waiting = self.total_outbufs_len >= self.adj.send_bytes
        return self.is_waiting

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Here waitress waits for the client."""

    def service(self) -> None:
        self.is_running = True
        self._is_refused = self.requests[0].error is not None
        try:
            super().service()
        finally:
            self.is_running = False

    def write_soon(self, data: Any) -> int:
        if not self.total_outbufs_len:
            self.since, self.sent = time.time(), 0
        if isinstance(data, bytes) and len(data) > _COPIED:
            data = _Whole(data)
        written: int = super().write_soon(data)
        if self.total_outbufs_len > _COPIED:
            self.connections.count(self.total_outbufs_len)
        return written

    def send(self, data: bytes, do_close: bool = True) -> int:
        count: int = super().send(data, do_close)
        self.sent += count
        return count

    def writable(self) -> bool:
        # Asked of every connection whenever something happens on one: so nothing is called.
        if self.lingers_until:
            return self.will_close
        return bool(
            self.total_outbufs_len or self.will_close or self.close_when_flushed or self.is_waiting
        )

    def handle_write(self) -> None:
        if self._is_refused and self.close_when_flushed and not self.will_close:
            self._flush_exception(self._flush_some)
            if not self.total_outbufs_len and not self.will_close:
                self._linger()
            return
        super().handle_write()
        if self.is_waiting and self.connected and self.total_outbufs_len < self.adj.send_bytes:
            self.is_waiting = False
            self.connections.add_task(self)

    # -- requests -------------------------------------------------------------------------------------

    def readable(self) -> bool:
        if self.lingers_until:
            return True
        is_busy = self.requests or self.total_outbufs_len
        is_ending = self.will_close or self.close_when_flushed or not self.connected
        return not (is_busy or is_ending)

    def handle_read(self) -> None:
        if self.lingers_until:
            with contextlib.suppress(OSError):
                self.recv(_BODY)  # closes where the client has
            return
        super().handle_read()

    def recv(self, buffer_size: int) -> bytes:
        """More at a time of a body: of what may be many requests, little."""
        is_body = self.request is not None and self.request.body_rcv is not None
        return super().recv(_BODY if is_body else buffer_size)

    def received(self, data: bytes) -> bool:
        taken: bool = super().received(data)
        self.connections.count(len(data))
        return taken

    def _linger(self) -> None:
        """The answer is out: read on for a while, since closing on unread bytes would take it back."""
        self.lingers_until = time.time() + LINGER
        self.close_when_flushed = False
        try:
            assert self.socket is not None
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.handle_close()
