"""Clients that ask as fast as they are answered, in one thread: so little of the processor goes to the asking
that what is measured is the server.
"""

from __future__ import annotations

import selectors
import socket
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlsplit

NUMBER = "0NUMBER0"
_ONCE = count(time.time_ns())


@dataclass(frozen=True, slots=True)
class Load:
    """Milliseconds from request to whole answer; *rate*: answers a second, of all clients together."""

    p50: float
    p95: float
    p99: float
    rate: float


class Refused(Exception):
    """An answer other than 200: what it took would tell nothing."""


class _Client:
    """One connection, kept open: asks, and takes in the answer as it comes."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=120)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._parts: list[bytes] = []
        self._missing: int | None = None
        self.began = 0.0

    def ask(self, request: bytes) -> None:
        self._parts, self._missing = [], None
        self.began = time.perf_counter()
        self.socket.sendall(request)

    def take(self) -> bool:
        """Read what has come; whether the answer is whole."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise Refused("the server closed the connection")
        if self._parts and self._missing is not None:
            self._missing -= len(data)
            return self._missing <= 0
        self._parts.append(data)
        if self._missing is None:
            whole = b"".join(self._parts)
            head, gap, body = whole.partition(b"\r\n\r\n")
            if not gap:
                return False
            if not head.startswith(b"HTTP/1.1 200"):
                raise Refused(f"{head[:40]!r} {body[:200]!r}")
            length = next((n for n in head.lower().split(b"\r\n") if n.startswith(_LENGTH)), None)
            if length is None:  # in chunks
                self._parts = [whole]
                return whole.endswith(b"\r\n0\r\n\r\n")
            self._missing = int(length[len(_LENGTH) :]) - len(body)
        return self._missing <= 0


_LENGTH = b"content-length:"


def load(url: str, clients: int, requests: int, *, budget: float = 30.0) -> Load:
    """Ask *url* *requests* times from *clients* connections, for *budget* seconds at most.

    «0NUMBER0» in the URL becomes another number each time.  Raises ``Refused`` for an answer that is not 200.
    """
    parts = urlsplit(url)
    address = (parts.hostname or "", parts.port or 80)
    texts = _requests(parts.hostname or "", f"{parts.path}?{parts.query}")
    taken: list[float] = []
    with selectors.DefaultSelector() as ready:
        began = time.perf_counter()
        asked = 0
        for _ in range(min(clients, requests)):
            client = _Client(address)
            ready.register(client.socket, selectors.EVENT_READ, client)
            client.ask(next(texts))
            asked += 1
        while ready.get_map():
            for key, _ in ready.select():
                client = key.data
                if not client.take():
                    continue
                now = time.perf_counter()
                taken.append(now - client.began)
                if asked < requests and now - began < budget:
                    client.ask(next(texts))
                    asked += 1
                else:
                    ready.unregister(client.socket)
                    client.socket.close()
        whole = time.perf_counter() - began
    times = sorted(1000 * t for t in taken)
    return Load(
        round(statistics.median(times), 3),
        round(times[int(len(times) * 0.95) - (len(times) > 1)], 3),
        round(times[int(len(times) * 0.99) - (len(times) > 1)], 3),
        round(len(taken) / whole, 1),
    )


def _requests(host: str, path: str) -> Iterator[bytes]:
    for number in _ONCE:
        line = path.replace(NUMBER, str(number))
        yield (
            f"GET {line} HTTP/1.1\r\nHost: {host}\r\n"
            "Accept: application/sparql-results+json, text/turtle\r\n\r\n"
        ).encode()
