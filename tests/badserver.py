"""A server that behaves as no endpoint should, in the way that its path asks for."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

import pyoxigraph as ox

from kg.remote.endpoint import Endpoint

_JSON = "application/sparql-results+json"
GOOD = b'{"head":{"vars":["g","hash","n"]},"results":{"bindings":[]}}'


def _of_nothing(query: str) -> bytes:
    """The answer of an engine that has no data."""
    found = ox.Store().query(query)
    assert not isinstance(found, ox.QueryTriples)
    answer = found.serialize(format=ox.QueryResultsFormat.JSON)
    assert answer is not None
    return answer


class Bad(ThreadingHTTPServer):
    """*behaviour* can be changed while it runs; *elsewhere*: where a redirect leads; *seen*: how often it was
    asked; *engine*: who answers in its place, all but updates, which it meets with its behaviour and counts alone;
    *twist*: what is made of its answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behaviour = "good"
        self.elsewhere = ""
        self.engine: Endpoint | None = None
        self.twist: Callable[[bytes], bytes] = lambda answer: answer
        self.seen = 0
        self.answer: bytes | None = GOOD  # None: that of an engine without data
        self.stopped = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked has gone, as it should."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/sparql"


class _Handler(BaseHTTPRequestHandler):
    server: Bad
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is to be said of it."""

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        is_update = self.headers["Content-Type"] == "application/sparql-update"
        self.query = parse_qs(body.decode("utf-8", "replace")).get("query", [""])[0]
        self.server.seen += is_update or self.server.engine is None
        kind = self.server.behaviour
        if self.server.engine is not None and (not is_update or kind in ("good", "loses")):
            self._relay(self.server.engine, body, is_update=is_update)
            return
        getattr(self, f"_{kind.partition(' ')[0]}", self._good)(kind.partition(" ")[2])

    def _relay(self, engine: Endpoint, body: bytes, *, is_update: bool) -> None:
        """Let the engine answer; of an update nobody is told what became of it where that is lost."""
        headers = {name: self.headers[name] for name in ("Content-Type", "Accept")}
        url = str(engine.update_url) if is_update else engine.url
        try:
            with urlopen(Request(url, data=body, headers=headers)) as reply:
                status, kind, told = reply.status, reply.headers["Content-Type"] or "", reply.read()
        except HTTPError as fault:
            status, kind, told = fault.code, fault.headers["Content-Type"], fault.read()
        if is_update and self.server.behaviour == "loses":
            self.close_connection = True
            return
        self._send(status, kind, told if is_update else self.server.twist(told))

    def _send(self, status: int, kind: str, body: bytes, *more: tuple[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in more:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _good(self, _told: str) -> None:
        answer = self.server.answer
        self._send(200, _JSON, _of_nothing(self.query) if answer is None else answer)

    def _hangs(self, _told: str) -> None:
        self.server.stopped.wait(60)
        self.close_connection = True

    def _drips(self, _told: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", _JSON)
        self.end_headers()
        while not self.server.stopped.is_set():
            self.wfile.write(b" ")
            time.sleep(0.2)

    def _dripsheaders(self, _told: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.server.stopped.is_set():
            self.wfile.write(b"X-A: b\r\n")
            time.sleep(0.2)

    def _html(self, _told: str) -> None:
        self._send(200, "text/html; charset=utf-8", b"<!DOCTYPE html><p>Welcome")

    def _disguised(self, _told: str) -> None:
        self._send(200, _JSON, b"<!DOCTYPE html><p>Welcome")

    def _cut(self, _told: str) -> None:
        self._send(200, _JSON, GOOD[:-9])

    def _short(self, _told: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", _JSON)
        self.send_header("Content-Length", "5000")
        self.end_headers()
        self.wfile.write(GOOD)
        self.close_connection = True

    def _status(self, told: str) -> None:
        code, _, wait = told.partition(" ")
        more = [("Retry-After", wait)] if wait else []
        self._send(int(code), "text/plain", b"no, not now", *more)

    def _redirect(self, told: str) -> None:
        self._send(int(told), "text/plain", b"", ("Location", self.server.elsewhere))

    def _endless(self, _told: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", _JSON)
        self.end_headers()
        with contextlib.suppress(OSError):
            while not self.server.stopped.is_set():
                self.wfile.write(b" " * 65536)

    def _garbage(self, _told: str) -> None:
        self.wfile.write(b"\x00\x01\x02 what is HTTP?\r\n\r\n")
        self.close_connection = True

    def _closes(self, _told: str) -> None:
        self.close_connection = True


@contextmanager
def bad_server() -> Iterator[Bad]:
    with Bad() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.stopped.set()
            server.shutdown()
            thread.join()
