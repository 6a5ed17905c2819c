"""Slow, greedy and broken clients: none of them holds a thread, and none fills memory or disk."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from kg.api import connections
from kg.api.admission import MAX_HEADER, Admission
from kg.api.connections import Connections
from kg.api.listening import listen
from kg.api.reading import MAX_QUERY_BODY

TOKEN = "correct-horse-battery-staple"
BIG = bytes(range(256)) * (16 << 10)  # 4 MB
Start = Callable[..., Connections]


def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Gives 4 MB at /big; elsewhere tells how long the body is."""
    body = BIG
    if environ["PATH_INFO"] != "/big":
        body = str(len(environ["wsgi.input"].read())).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture
def seen() -> list[tuple[WSGIEnvironment, str]]:
    """What is told of requests that were refused."""
    return []


@pytest.fixture
def start(seen: list[tuple[WSGIEnvironment, str]]) -> Iterator[Start]:
    running: list[tuple[Connections, threading.Thread]] = []

    def begin(token: str | None = TOKEN, most: int = 500) -> Connections:
        server = Connections(
            app,
            listen("127.0.0.1", 0),
            threads=2,
            admission=Admission(token),
            tell=lambda environ, status: seen.append((environ, status)),
            most=most,
        )
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        running.append((server, thread))
        return server

    def serve(server: Connections) -> None:
        while server.accepting:
            server.asyncore.loop(timeout=1, use_poll=True, map=server._map, count=1)
        server.task_dispatcher.shutdown()
        server.asyncore.close_all(server._map)

    yield begin
    for server, thread in running:
        server.accepting = False
        with contextlib.suppress(OSError):  # it may have ended of that already
            server.pull_trigger()
        thread.join()


def connect(server: Connections, sent: bytes = b"", room: int = 4096) -> socket.socket:
    link = socket.socket()
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    link.settimeout(20)
    link.connect(("127.0.0.1", int(server.effective_port)))
    link.sendall(sent)
    return link


def answer(link: socket.socket) -> tuple[int, http.client.HTTPResponse, bytes]:
    response = http.client.HTTPResponse(link)
    response.begin()
    return response.status, response, response.read()


def request(
    path: str, method: str = "GET", body: bytes = b"", length: int | None = None, **headers: str
) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: x"]
    if body or length is not None:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def told(link: socket.socket) -> tuple[int, str]:
    """Status and code of a refusal; that it has the shape of our errors, and ends the connection."""
    status, response, data = answer(link)
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Connection"] == "close"
    error = json.loads(data)["error"]
    assert error["message"]
    return status, error["code"]


# -- clients that do not read -------------------------------------------------------------------------


def test_clients_that_read_nothing_hold_no_thread_and_lose_nothing(start: Start) -> None:
    server = start()
    slow = [connect(server, request("/big") * 5) for _ in range(20)]
    until(lambda: sum(c.is_waiting for c in server.channels) == 20)
    link = connect(server)
    for _ in range(3):
        link.sendall(request("/"))
        assert answer(link)[2] == b"0"
    for one in slow[:2]:  # whoever does read gets every answer, whole and in order
        with one.makefile("rb") as file:
            for _ in range(5):
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    head += file.readline()
                assert head.startswith(b"HTTP/1.1 200")
                assert file.read(len(BIG)) == BIG
    for one in (*slow, link):
        one.close()


def test_what_the_same_answer_takes_is_counted_once(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "UNREAD", 8 << 20)
    server = start()
    slow = [connect(server, request("/big")) for _ in range(10)]
    until(lambda: sum(c.total_outbufs_len > 0 for c in server.channels) == 10)
    server.maintenance(time.time())
    assert not server.dropped
    for one in slow:
        one.close()


def test_the_slowest_go_when_too_much_is_unread(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "UNREAD", 1 << 20)
    server = start()
    link = connect(server, request("/big"))
    until(lambda: server.dropped["unread"])
    with contextlib.suppress(ConnectionResetError):
        assert len(link.recv(len(BIG), socket.MSG_WAITALL)) < len(BIG)
    other = connect(server, request("/"))
    assert answer(other)[0] == 200
    link.close()
    other.close()


def test_who_reads_nothing_is_not_waited_for(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 0.2)
    monkeypatch.setattr(connections, "SLOWEST", 1 << 30)
    server = start()
    link = connect(server, request("/big") * 3)
    until(lambda: server.dropped["unread"])
    until(lambda: not server.channels)
    link.close()


# -- clients that do not finish -----------------------------------------------------------------------


@pytest.mark.parametrize("begun", [b"GET / HT", request("/", "POST", b"x", 100)])
def test_a_request_has_to_arrive(
    start: Start, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(connections, "ARRIVAL", 0.2)
    server = start()
    link = connect(server, begun)
    until(lambda: server.dropped["arrival"])
    link.close()


def test_the_oldest_go_when_too_much_has_arrived(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HELD", 1 << 20)
    server = start()
    part = request("/", "POST", b"x" * (400 << 10), 500 << 10)
    links = [connect(server, part) for _ in range(4)]
    until(lambda: server.dropped["held"] == 2)
    trusted = request("/update", "POST", b"x" * (2 << 20), Authorization=f"Bearer {TOKEN}")
    write = connect(server, trusted)
    assert answer(write)[2] == str(2 << 20).encode()
    for link in (*links, write):
        link.close()


def test_there_is_always_room_for_another(start: Start) -> None:
    server = start(most=16)
    links = [connect(server, b"GET / HT") for _ in range(60)]
    link = connect(server, request("/"))
    assert answer(link)[0] == 200
    assert len(server.channels) <= 17
    assert server.dropped["room"] >= 40
    for one in (*links, link):
        one.close()


# -- what is refused before it is received ------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (request("/update", "POST", length=60 << 20), (401, "unauthorized")),
        (request("//store/x", "PUT", length=60 << 20), (401, "unauthorized")),
        (request("/store", "PUT", length=5, Authorization="Bearer x"), (401, "unauthorized")),
        (request("/store", "POST", Transfer_Encoding="chunked"), (401, "unauthorized")),
        (
            request("/update", "POST", length=65 << 20, Authorization=f"Bearer {TOKEN}"),
            (413, "request-too-large"),
        ),
        (request("/sparql", "POST", length=2 << 20), (413, "request-too-large")),
        (
            request("/any", "POST", length=60 << 20, Authorization=f"Bearer {TOKEN}"),
            (413, "request-too-large"),
        ),
        (
            request("/update", "POST", length=9, Expect="100-continue"),
            (401, "unauthorized"),
        ),
        (request("/", Accept="x" * (MAX_HEADER + 1)), (431, "headers-too-large")),
        (request("/" + "x" * (70 << 10)), (431, "headers-too-large")),
        (request("/", Accept_Language="vi; " * 300), (431, "headers-too-large")),
        (
            request("/", "POST", length=4, Transfer_Encoding="chunked"),
            (400, "malformed-request"),
        ),
        (b"nonsense\r\n\r\n", (400, "malformed-request")),
        (request("/", "POST", Content_Length="x"), (400, "malformed-request")),
        (request("/", "POST", Transfer_Encoding="gzip"), (501, "not-implemented")),
    ],
    ids=range(15),
)
def test_what_is_refused_by_its_headers(
    start: Start, sent: bytes, expected: tuple[int, str]
) -> None:
    link = connect(start(), sent)
    assert told(link) == expected
    link.close()


def test_what_is_refused_is_told(start: Start, seen: list[tuple[WSGIEnvironment, str]]) -> None:
    server = start()
    for sent in (request("/update", "POST", length=9), b"nonsense\r\n\r\n"):
        with connect(server, sent) as link:
            told(link)
    known = [(e["REQUEST_METHOD"], e["PATH_INFO"], e["kg.note"], status) for e, status in seen]
    assert known == [
        ("POST", "/update", {"outcome": "unauthorized"}, "401"),
        (None, None, {"outcome": "malformed-request"}, "400"),
    ]
    assert {environ["REMOTE_ADDR"] for environ, _ in seen} == {"127.0.0.1"}


def test_nobody_writes_where_there_is_no_token(start: Start) -> None:
    server = start(token=None)
    link = connect(server, request("/update", "POST", length=9, Authorization=f"Bearer {TOKEN}"))
    assert told(link) == (403, "forbidden")
    link.close()


def test_who_goes_on_sending_still_reads_why(start: Start) -> None:
    server = start()
    link = connect(server, request("/update", "POST", length=8 << 20))
    link.sendall(b"x" * (8 << 20))
    assert told(link) == (401, "unauthorized")
    assert link.recv(1) == b""
    link.close()
    until(lambda: not server.channels)


def test_what_stands_behind_a_refused_request_is_no_request(start: Start) -> None:
    link = connect(start(), request("/update", "POST", request("/"), 1000) * 2)
    assert told(link)[0] == 401
    assert link.recv(1) == b""
    link.close()


def test_a_body_in_chunks_ends_at_the_limit(start: Start) -> None:
    chunk = b"10000\r\n" + b"x" * (1 << 16) + b"\r\n"
    link = connect(start(), request("/sparql", "POST", Transfer_Encoding="chunked"))
    for _ in range(MAX_QUERY_BODY // (1 << 16) + 1):
        link.sendall(chunk)
    assert told(link) == (413, "request-too-large")
    link.close()


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (request("/sparql", "POST", b"x" * MAX_QUERY_BODY), MAX_QUERY_BODY),
        (request("/sparql", "POST", Transfer_Encoding="chunked") + b"3\r\nabc\r\n0\r\n\r\n", 3),
        (request("/store", "DELETE"), 0),
        (request("/", Expect="100-continue"), 0),
    ],
    ids=range(4),
)
def test_what_is_taken(start: Start, sent: bytes, expected: int) -> None:
    link = connect(start(), sent)
    assert answer(link)[2] == str(expected).encode()
    link.close()


def test_a_write_is_told_to_go_on(start: Start) -> None:
    headers: dict[str, Any] = {"Authorization": f"Bearer {TOKEN}", "Expect": "100-continue"}
    link = connect(start(), request("/update", "POST", length=3, **headers))
    assert link.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    link.sendall(b"abc")
    assert answer(link)[2] == b"3"
    link.close()
