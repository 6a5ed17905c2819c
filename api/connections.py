"""All connections together: what they may hold, and which are closed when it is too much.

Whoever reads or sends nothing, or next to nothing, is closed; when there is no room for another connection, or for
what the clients leave unread, those who are the slowest, or hold the most, go first.
"""

from __future__ import annotations

import contextlib
import resource
import socket
from collections import Counter
from collections.abc import Callable
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from .admission import MAX_HEADERS, Admission
from .channel import Channel
from .reading import MAX_DATA_BODY, MAX_QUERY_BODY

MOST = 2000  # connections at a time
_FILES = 256  # descriptors that are not connections
IDLE = 60  # seconds without a byte after which a connection without a request is closed
PATIENCE = 30  # seconds in which a client has to read something, and then ...
SLOWEST = 1024  # ... this many bytes a second on average
ARRIVAL = 60  # seconds in which a request has to arrive, ...
TRUSTED_ARRIVAL = 900  # ... and a write with the token
UNREAD = 256 << 20  # bytes of answers that wait for their clients
HELD = 64 << 20  # bytes of requests that arrive
TRUSTED_HELD = 512 << 20  # and of writes with the token
REASONS = ("idle", "arrival", "unread", "held", "room")  # for which a connection is closed
_LOOK = 8 << 20  # bytes after whose coming or going it is looked at at once
_AT_ONCE = 64  # connections accepted before the others are looked at
_UNSENT = 256 << 10  # bytes of an answer that the system takes over at a time


class Connections(TcpWSGIServer):
    """The server on *listener*; *tell* is called with what is known of a request that the application never sees,
    and with the status of its refusal."""

    channel_class = Channel

    def __init__(
        self,
        application: WSGIApplication,
        listener: socket.socket,
        *,
        threads: int,
        admission: Admission,
        tell: Callable[[WSGIEnvironment, str], None],
        most: int = MOST,
    ) -> None:
        self.admission = admission
        self.tell = tell
        self.dropped: Counter[str] = Counter()
        self.is_stopping = False
        self._most = _allowed(most)
        self._moved = 0
        adjustments = Adjustments(
            sockets=[listener],
            threads=threads,
            ident=None,
            connection_limit=self._most + 64,  # never met: room is made before
            channel_timeout=IDLE,
            cleanup_interval=1,
            max_request_header_size=MAX_HEADERS,
            max_request_body_size=MAX_DATA_BODY + 1,
            inbuf_overflow=MAX_QUERY_BODY + 1,  # only a write goes through a file
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=False,
        )
        place = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(
            application, _sock=listener, adj=adjustments, sockinfo=place, bind_socket=False
        )

    @property
    def channels(self) -> list[Channel]:
        active: Any = self.active_channels
        return list(active.values())

    def add_task(self, task: Any) -> None:
        if not task.postpones():
            super().add_task(task)

    def count(self, size: int) -> None:
        """*size* bytes more have come, or wait to go; called from any thread."""
        self._moved += size
        if self._moved > _LOOK:
            self._moved = 0
            self.next_channel_cleanup = 0
            self.pull_trigger()

    def set_socket_options(self, conn: socket.socket) -> None:
        super().set_socket_options(conn)
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT)

    def handle_accept(self) -> None:
        active: Any = self.active_channels
        for _ in range(_AT_ONCE):  # looking at all the others takes longer than accepting many
            before = len(active)
            super().handle_accept()
            if len(active) == before:
                break
            if len(active) > self._most:
                self._make_room()

    def maintenance(self, now: float) -> None:
        for channel in self.channels:
            if channel.lingers_until:
                if channel.lingers_until < now:
                    channel.handle_close()
            elif (reason := _fault(channel, now)) is not None:
                self._drop(channel, reason)
        self._bound_unread(now)
        self._bound_held()

    def _make_room(self) -> None:
        """Close a sixteenth of what may be: first of the addresses that have most, the idlest first."""
        free = [c for c in self.channels if c.is_free]
        number = Counter(_address(c) for c in free)
        free.sort(key=lambda c: (-number[_address(c)], c.last_activity))
        for channel in free[: self._most // 16 + 1]:
            self._drop(channel, "room")

    def _bound_unread(self, now: float) -> None:
        held: dict[int, int] = {}
        owing = [(c, c.unread()) for c in self.channels if c.total_outbufs_len]
        for _, parts in owing:
            held |= parts
        if sum(held.values()) <= UNREAD:
            return
        owing.sort(key=lambda pair: pair[0].rate(now))
        while owing and sum(held.values()) > UNREAD:
            channel, _ = owing.pop(0)
            if channel.is_free:
                self._drop(channel, "unread")
                held = {key: size for _, parts in owing for key, size in parts.items()}

    def _bound_held(self) -> None:
        for is_trusted, most in ((False, HELD), (True, TRUSTED_HELD)):
            holding = [
                (min(one.began for one in requests), size, channel)
                for channel in self.channels
                if (requests := [r for r in channel.arriving if r.is_trusted is is_trusted])
                and (size := sum(one.held for one in requests))
            ]
            holding.sort(key=lambda entry: entry[0])
            total = sum(size for _, size, _ in holding)
            for _, size, channel in holding:
                if total <= most:
                    break
                if not channel.is_running:
                    self._drop(channel, "held")
                    total -= size

    def _drop(self, channel: Channel, reason: str) -> None:
        self.dropped[reason] += 1
        channel.drop()


def _fault(channel: Channel, now: float) -> str | None:
    """Why *channel* is not to be waited for any longer."""
    if not channel.is_free:
        return None
    if channel.total_outbufs_len:
        owes = now - channel.since > PATIENCE
        is_slow = channel.rate(now) < SLOWEST or now - channel.last_activity > PATIENCE
        return "unread" if owes and is_slow else None
    if (request := next(iter(channel.arriving), None)) is not None:
        allowed = TRUSTED_ARRIVAL if request.is_trusted else ARRIVAL
        if now - request.began > allowed or now - channel.last_activity > IDLE:
            return "arrival"
        return None
    return "idle" if now - channel.last_activity > IDLE else None


def _address(channel: Channel) -> str:
    address: Any = channel.addr
    return str(address[0])


def _allowed(most: int) -> int:
    """Connections that the system lets us have, up to *most*."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most + _FILES
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(16, min(most, soft - _FILES))
