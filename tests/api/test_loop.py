"""The server's loop: many at once, in order, within their time, to the end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pytest

BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HOST = "127.0.0.1"


@contextmanager
def serving(
    store: Path, *options: str, ended_by: signal.Signals = signal.SIGTERM
) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """The port and the process of a service; SIGKILL where it would wait for queries that are in work."""
    command = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", "0", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield int(process.stdout.readline().strip().rstrip("/").rpartition(":")[2]), process
        except BaseException:
            process.kill()
            raise
        process.send_signal(ended_by)
        assert process.wait(30) == (0 if ended_by == signal.SIGTERM else -ended_by)


@pytest.fixture(scope="module")
def port(store_folder: Path) -> Iterator[int]:
    with serving(store_folder, "--workers", "2", "--timeout", "2") as (port, _):
        yield port


def asking(query: str, *headers: str, version: str = "1.1") -> bytes:
    lines = [f"GET /sparql?format=csv&query={quote(query)} HTTP/{version}", f"Host: {HOST}"]
    return "\r\n".join((*lines, *headers, "", "")).encode()


def connect(port: int) -> socket.socket:
    return socket.create_connection((HOST, port), timeout=60)


def read(end: socket.socket, before: bytes = b"") -> tuple[int, dict[str, str], bytes, bytes]:
    """Status, headers and body of the next answer, and what came behind it."""
    data = before
    while b"\r\n\r\n" not in data:
        more = end.recv(65536)
        assert more, "closed without an answer"
        data += more
    head, _, data = data.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {n.lower(): v for n, _, v in (line.partition(": ") for line in rest)}
    size = int(headers["content-length"])
    while len(data) < size:
        more = end.recv(65536)
        assert more, "the answer is cut"
        data += more
    return int(first.split()[1]), headers, data[:size], data[size:]


def test_requests_sent_at_once_are_answered_in_order(port: int) -> None:
    """Those of the loop, those of the threads, and what is kept."""
    numbers = [0, 1, 2, 1, 0, 3]
    requests = [asking(f"SELECT ({n} AS ?n) {{}}") for n in numbers]
    requests.insert(3, f"GET /health HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
    body = b"SELECT (9 AS ?n) {}"
    requests.append(
        b"POST /sparql?format=csv HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    )
    with connect(port) as end:
        end.sendall(b"".join(requests))
        rest = b""
        bodies = []
        for _ in requests:
            status, _, body, rest = read(end, rest)
            assert status == 200
            bodies.append(body)
    assert b"version" in bodies.pop(3)
    assert bodies == [b"n\r\n%d\r\n" % n for n in (*numbers, 9)]


def test_more_at_once_than_workers(port: int) -> None:
    ends = [connect(port) for _ in range(40)]
    for number, end in enumerate(ends):
        end.sendall(asking(f"SELECT ({number} AS ?n) {{ ?t a kh:Task }} LIMIT 1"))
    for number, end in enumerate(ends):
        with end:
            status, _, body, _ = read(end)
            assert (status, body) == (200, b"n\r\n%d\r\n" % number)


def test_whoever_waits_too_long_is_told(port: int) -> None:
    """While bombs have all the workers, those who wait get an answer, or hear that there is none in time."""
    bombs = [connect(port) for _ in range(4)]
    for number, end in enumerate(bombs):
        end.sendall(asking(f"{BOMB} #{number}"))
    others = [connect(port) for _ in range(5)]
    for number, end in enumerate(others):
        end.sendall(asking(f"SELECT ({number} AS ?n) {{}} #wait"))
    codes = set()
    for end in (*bombs, *others):
        with end:
            status, headers, body, _ = read(end)
            if status != 200:
                assert status == 503
                assert "retry-after" in headers
                codes.add(json.loads(body)["error"]["code"])
    assert "time-limit" in codes
    assert codes <= {"time-limit", "overloaded"}
    with connect(port) as end:
        end.sendall(asking("ASK {} #after").replace(b"csv", b"json"))
        assert read(end)[0] == 200


@pytest.mark.slow
def test_who_has_waited_gets_no_second_time(port: int) -> None:
    """When the bombs before it are killed, a query has what is left of its time, also where a thread asks."""
    first = [connect(port) for _ in range(2)]
    for number, end in enumerate(first):
        end.sendall(asking(f"{BOMB} #first {number}"))
    time.sleep(0.8)
    began = time.monotonic()
    second = [connect(port) for _ in range(4)]
    for number, end in enumerate(second):
        end.sendall(asking(f"{BOMB} #second {number}"))
    for end in first:
        with end:
            assert read(end)[0] == 503
    for end in second:
        with end:
            assert read(end)[0] == 503
    assert time.monotonic() - began < 2.7  # of the 2 seconds that it may take


def test_a_client_that_goes_leaves_nothing_behind(port: int) -> None:
    for number in range(20):
        with connect(port) as end:
            end.sendall(asking(f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} #{number}"))
    with connect(port) as end:
        end.sendall(asking("SELECT (1 AS ?n) {} #still"))
        assert read(end)[0] == 200


def test_a_large_answer_comes_whole(port: int) -> None:
    with connect(port) as end:
        end.sendall(asking("SELECT * { ?s ?p ?o }"))
        status, _, body, rest = read(end)
    assert (status, rest) == (200, b"")
    assert len(body) > 1 << 20
    assert body.endswith(b"\r\n")


@pytest.mark.parametrize(
    ("version", "header", "told", "is_kept"),
    [
        ("1.1", "Accept: */*", None, True),
        ("1.1", "Connection: close", "close", False),
        ("1.0", "Accept: */*", "close", False),
        ("1.0", "Connection: keep-alive", "Keep-Alive", True),
    ],
)
def test_the_connection_is_kept_as_asked(
    port: int, version: str, header: str, told: str | None, is_kept: bool
) -> None:
    with connect(port) as end:
        for _ in range(2):
            end.sendall(asking("SELECT (1 AS ?n) {} #kept", header, version=version))
            status, headers, _, _ = read(end)
            assert (status, headers.get("connection")) == (200, told)
            assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", headers["date"])
            if not is_kept:
                assert end.recv(1) == b""
                return


def test_requests_of_the_loop_are_counted_once(store_folder: Path) -> None:
    with serving(store_folder, "--workers", "1", "--rate-limit", "5/hour") as (port, _):
        client = HTTPConnection(HOST, port)
        statuses = []
        for number in range(7):
            client.request("GET", f"/sparql?query={quote(f'ASK {{}} #{number}')}")
            answer = client.getresponse()
            answer.read()
            statuses.append(answer.status)
        assert statuses == [200] * 5 + [429] * 2
        client.request("GET", "/metrics")
        text = client.getresponse().read().decode()
        client.close()
    assert 'kehoach_requests_total{method="GET",path="sparql",status="200"} 5.0' in text
    assert 'kehoach_requests_total{method="GET",path="sparql",status="429"} 2.0' in text


def test_signals_are_heeded_before_the_address_is_told(store_folder: Path) -> None:
    out, into = os.pipe()
    os.set_blocking(into, False)
    os.write(into, bytes(1 << 20))  # as much as it takes: the service cannot tell its address
    os.set_blocking(into, True)
    command = [sys.executable, "-m", "kg", "serve", "--store", str(store_folder), "--port", "0"]
    with os.fdopen(out, "rb") as told, subprocess.Popen(command, stdout=into) as process:
        os.close(into)
        status = Path(f"/proc/{process.pid}/status")
        until = time.monotonic() + 60
        while not int(status.read_text().partition("SigCgt:")[2].split()[0], 16) >> 14 & 1:
            assert process.poll() is None
            assert time.monotonic() < until, "SIGTERM is not heeded though only the telling is left"
        process.send_signal(signal.SIGTERM)
        assert b"http://127.0.0.1:" in told.read()
        assert process.wait(30) == 0


@pytest.mark.slow
def test_who_has_asked_is_answered_when_the_service_stops(store_folder: Path) -> None:
    with (
        serving(store_folder, "--workers", "1", "--timeout", "1.5") as (port, process),
        connect(port) as first,
        connect(port) as second,
    ):
        second.sendall(asking("ASK {}").replace(b"csv", b"json"))  # starts the worker
        assert read(second)[0] == 200
        first.sendall(asking(BOMB))
        second.sendall(asking("SELECT (1 AS ?n) {} #waits"))
        with connect(port) as third:  # answered by a thread, after the loop has seen the others
            third.sendall(f"GET /health HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            assert read(third)[0] == 200
        process.send_signal(signal.SIGTERM)
        assert read(first)[0] == 503
        assert read(second)[0] in (200, 503)
        assert process.wait(30) == 0
