"""One HTTP exchange, bounded as a whole: in time, in size, and in whom it reaches.

``http.client`` bounds each read of a socket, not the sum of them, so a server that sends a byte a second is
never late.  Here a timer closes the connection when the time is over, whatever it does then.  No redirect is
followed, and no proxy of the environment is used.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from ..errors import KgError
from .errors import RemoteError, RemoteGone, RemoteNonsense, RemoteSlow, RemoteTooLarge

_PIECE = 64 << 10
_IDLE = 4  # connections that are kept open to one server


@dataclass(frozen=True, slots=True)
class Call:
    """A request: *path* with its query string."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """*headers* by names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def split_url(url: str) -> SplitResult:
    """The parts of an http(s) address; ``KgError`` where it is none, or has a user name in it."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as fault:
        raise KgError(f"«{url}» is no address ({fault})") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise KgError(f"«{url}» is no address of an endpoint; give http://… or https://…")
    if "@" in parts.netloc:
        raise KgError(
            "the address has a user name in it; give it by --remote-user and --remote-password-file"
        )
    return parts


class Server:
    """The server behind *url*; may be asked from any thread.

    *address*: connect there, whatever the name says by now (it was looked up and judged before).
    """

    def __init__(self, url: str, *, address: str | None = None) -> None:
        parts = split_url(url)
        self.name = f"{parts.scheme}://{parts.netloc}"
        self._host = str(parts.hostname)
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._address = address or self._host
        self._idle: list[http.client.HTTPConnection] = []
        self._lock = threading.Lock()
        self.close = weakref.finalize(self, _close, self._idle)

    def send(self, call: Call, until: float, most: int, *, is_repeatable: bool = True) -> Reply:
        """The reply, whole, at *until* (monotonic seconds) at the latest and with *most* bytes; ``RemoteError``.

        *is_repeatable*: asking twice does no harm, so a connection that was kept open may be used.
        """
        kept = self._kept() if is_repeatable else None
        if kept is not None:
            with contextlib.suppress(RemoteGone):
                return self._exchange(kept, call, until, most)
        return self._exchange(None, call, until, most)

    def _kept(self) -> http.client.HTTPConnection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _exchange(
        self, kept: http.client.HTTPConnection | None, call: Call, until: float, most: int
    ) -> Reply:
        watch = _Watch(until, self.name)
        try:
            return self._exchanged(watch, kept, call, most)
        except RemoteError as fault:
            fault.was_sent = watch.is_connected
            raise

    def _exchanged(
        self, watch: _Watch, kept: http.client.HTTPConnection | None, call: Call, most: int
    ) -> Reply:
        connection = kept
        response: http.client.HTTPResponse | None = None
        is_whole = False
        try:
            if connection is None:
                connection = self._connect(watch)
            watch.guard(connection.sock)
            watch.is_connected = True
            connection.request(call.method, call.path, call.body, dict(call.headers))
            response = connection.getresponse()
            body = self._body(response, most)
            if watch.fault is not None:  # it was ended, which looks like the end of the answer
                raise watch.fault
            is_whole = True
        except RemoteError:
            raise
        except ssl.SSLError as fault:
            raise watch.fault or RemoteGone(
                f"{self.name}: no secure connection ({fault.reason or fault})"
            ) from None
        except (http.client.RemoteDisconnected, ConnectionError) as fault:
            raise watch.fault or RemoteGone(
                f"{self.name}: the connection broke ({fault.strerror or fault})"
            ) from None
        except TimeoutError:
            raise watch.late() from None
        except (http.client.HTTPException, ValueError) as fault:
            raise watch.fault or RemoteNonsense(
                f"{self.name}: what came is not HTTP, or cut ({type(fault).__name__}); is this a SPARQL endpoint?"
            ) from None
        except OSError as fault:
            raise watch.fault or RemoteGone(
                f"{self.name}: not to be reached ({fault.strerror or fault}); is it running?"
            ) from None
        finally:
            watch.end()
            if response is not None:
                response.close()
            if connection is not None and not (is_whole and self._keep(connection)):
                connection.close()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, headers, body)

    def _keep(self, connection: http.client.HTTPConnection) -> bool:
        """Put it aside for the next request; False where it is at its end."""
        if connection.sock is None:
            return False
        with self._lock:
            if len(self._idle) >= _IDLE:
                return False
            self._idle.append(connection)
            return True

    def _connect(self, watch: _Watch) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(self._host, self._port)
        try:
            sock = socket.create_connection((self._address, self._port), watch.left())
        except TimeoutError:
            raise watch.late() from None
        try:
            watch.guard(sock)
            if self._tls is not None:
                sock.settimeout(watch.left())
                sock = self._tls.wrap_socket(sock, server_hostname=self._host)
        except BaseException:
            sock.close()
            raise
        sock.settimeout(None)  # the watch ends it
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sock = sock
        return connection

    def _body(self, response: http.client.HTTPResponse, most: int) -> bytes:
        found = bytearray()
        while piece := response.read1(_PIECE):
            found += piece
            if len(found) > most:
                raise RemoteTooLarge(
                    f"{self.name}: the answer has more than {most:,} bytes; narrow the query or add a LIMIT"
                )
        if response.length:  # fewer bytes than it announced
            raise RemoteNonsense(
                f"{self.name}: the answer is cut; {response.length} bytes are missing"
            )
        return bytes(found)


def _close(connections: list[http.client.HTTPConnection]) -> None:
    for connection in connections:
        connection.close()
    connections.clear()


class _Watch:
    """Ends a connection when the time is over."""

    def __init__(self, until: float, name: str) -> None:
        self._until = until
        self._name = name
        self._sock: socket.socket | None = None
        self.fault: RemoteSlow | None = None
        self.is_connected = False
        self._timer = threading.Timer(max(0.0, until - time.monotonic()), self._end)
        self._timer.daemon = True
        self._began = time.monotonic()
        self._timer.start()

    def left(self) -> float:
        return max(0.001, self._until - time.monotonic())

    def guard(self, sock: socket.socket) -> None:
        self._sock = sock
        if self.fault is not None:
            raise self.fault

    def late(self) -> RemoteSlow:
        return self.fault or RemoteSlow(
            f"{self._name}: no whole answer within {self._until - self._began:.1f} seconds"
        )

    def end(self) -> None:
        self._timer.cancel()
        self._sock = None

    def _end(self) -> None:
        self.fault = self.late()
        if (sock := self._sock) is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
