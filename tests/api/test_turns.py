"""Turns between those who wait: no client, and no crowd behind one address, keeps the others waiting."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from kg.api import turns as turns_of
from kg.api.clients import client_at
from kg.api.engine import Engine
from kg.api.jobs import Asked
from kg.api.limits import Limits
from kg.api.turns import Turns

from .test_loop import BOMB, HOST, asking, connect, read, serving

TOKEN = "correct-horse-battery-staple"
LARGE = "SELECT * { { ?s ?p ?o } UNION { ?s ?p ?o } }"


def line(**waiting: str) -> Turns[str]:
    found: Turns[str] = Turns()
    for client, ones in waiting.items():
        for one in ones:
            found.add(client, one)
    return found


def order(turns: Turns[str]) -> str:
    return "".join(found[1] for _ in range(len(turns)) if (found := turns.next()))


def test_clients_go_by_turns() -> None:
    assert order(line(a="123", b="x", c="yz")) == "1xy2z3"


def test_the_last_go_too_when_the_first_have_waited_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns_of, "LONG", -1)
    assert order(line(a="12345")) == "51423"


def test_those_go_first_who_have_had_least(monkeypatch: pytest.MonkeyPatch) -> None:
    """But whoever came first has every second turn, and small things count as none."""
    monkeypatch.setattr(turns_of, "LONG", -1)
    turns: Turns[str] = Turns()
    for one, had in (("1", 2.0), ("2", 0.04), ("3", 0.0), ("4", 3.0), ("5", 1.0)):
        turns.add("a", one, had)
    assert order(turns) == "31245"


def test_whoever_may_not_is_passed_over() -> None:
    turns = line(a="1", b="x")
    assert turns.next(lambda client: client == "b") == ("b", "x")
    assert turns.next(lambda client: client == "b") is None
    assert turns.has_others("b")
    assert not turns.has_others("a")


def test_room_is_made_at_the_cost_of_who_has_most() -> None:
    turns = line(a="123", b="x")
    assert turns.push_out("a") is None
    assert turns.push_out("c") == "3"
    assert turns.push_out("b") is None  # it would have as many as the other
    assert turns.take_out(lambda one: one == "1") == ["1"]
    turns.put_back("b", "w")
    assert order(turns) == "w2x"


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("unix", "unix"),
    ],
)
def test_who_asks(address: str, client: str) -> None:
    assert client_at(address) == client


def get(port: int, path: str, source: str = HOST, **headers: str) -> tuple[int, bytes]:
    link = HTTPConnection(HOST, port, timeout=60, source_address=(source, 0))
    link.request("GET", path, headers={name.replace("_", "-"): v for name, v in headers.items()})
    answer = link.getresponse()
    found = answer.status, answer.read()
    link.close()
    return found


def workers(port: int) -> dict[str, int]:
    found: dict[str, int] = json.loads(get(port, "/health", "127.0.0.9")[1])["workers"]
    return found


def until_busy(port: int, count: int) -> None:
    while workers(port)["busy"] < count:
        pass


@pytest.mark.slow
def test_what_is_asked_after_a_hundred_large_answers_does_not_wait_for_them(
    store_folder: Path,
) -> None:
    with serving(store_folder, "--workers", "2", "--timeout", "60") as (port, _):
        held = [connect(port) for _ in range(60)]
        for number, end in enumerate(held):
            end.sendall(asking(f"{LARGE} #{number}"))
        until_busy(port, 2)
        assert get(port, f"/sparql?query={quote('ASK { ?t a kh:Task }')}")[0] == 200
        assert workers(port)["waiting"] > 10
        for end in held:
            end.close()


@pytest.fixture(scope="module")
def bombed(store_folder: Path) -> Iterator[int]:
    """A service with two workers, both of which 127.0.0.1 has, and more that waits."""
    options = ("--workers", "2", "--timeout", "600", "--trusted-proxy", "127.0.0.8")
    with serving(store_folder, *options, ended_by=signal.SIGKILL) as (port, _):
        bombs = [connect(port) for _ in range(20)]
        for number, end in enumerate(bombs[:10]):
            end.sendall(asking(f"{BOMB} #{number}"))
        for number, end in enumerate(bombs[10:]):  # a page's query, which a thread waits with
            path = f"/sparql?query={quote(f'{BOMB} #page {number}')}"
            end.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n".encode())
        until_busy(port, 2)
        yield port
        assert workers(port)["busy"] >= 2, "the bombs ended before the test"
        assert not select.select(bombs, [], [], 0)[0]
        for end in bombs:
            end.close()


@pytest.mark.parametrize(
    ("source", "headers"),
    [("127.0.0.2", {}), ("127.0.0.8", {"X_Forwarded_For": "192.0.2.1"})],
)
@pytest.mark.parametrize(
    "path", [f"/sparql?format=csv&query={quote('SELECT (1 AS ?n) {}')}", "/q/plan/tasks.json", "/"]
)
def test_others_get_a_place_though_one_client_has_all(
    bombed: int, source: str, headers: dict[str, str], path: str
) -> None:
    status, body = get(bombed, path, source, **headers)
    assert status in (200, 404), body


@pytest.mark.slow
def test_a_crowd_is_turned_away_not_who_comes_after_it(store_folder: Path) -> None:
    with serving(store_folder, "--workers", "1", "--timeout", "600") as (port, _):
        assert get(port, f"/sparql?query={quote('ASK {}')}")[0] == 200  # starts the worker
        crowd = [connect(port) for _ in range(135)]
        for number, end in enumerate(crowd):
            end.sendall(asking(f"{BOMB} #{number}"))
        others = [
            socket.create_connection((HOST, port), 60, source_address=(f"127.0.0.{n}", 0))
            for n in range(2, 9)  # one has the place that is for others
        ]
        for number, end in enumerate(others):
            end.sendall(asking(f"{BOMB} #other {number}"))
            until_busy(port, 2)
        refused: list[socket.socket] = []
        while len(refused) < 135 - 1 - 128 + 3:
            rest = [end for end in crowd if end not in refused]
            refused += select.select(rest, [], [], 30)[0] or pytest.fail("nobody is turned away")
        for end in refused:
            status, _, body, _ = read(end)
            assert (status, b"waiting already" in body) == (503, True)
        assert not select.select(others, [], [], 0)[0]
        for end in (*crowd, *others):
            end.close()


def children(pid: int, program: str) -> list[int]:
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and program in (place / "cmdline").read_text():
                found.append(int(place.name))
        except (OSError, ValueError):
            continue
    return found


def test_reads_go_on_while_as_many_writes_wait_as_may(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN)
    options = ("--workers", "2", "--timeout", "30", "--update-token-file", str(token))
    with serving(tmp_path / "store", *options) as (port, process):
        write = (
            f"POST /update?update={quote('INSERT DATA { <a:s> <a:p> 1 }')} HTTP/1.1\r\nHost: a\r\n"
            f"Authorization: Bearer {TOKEN}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            "Content-Length: 0\r\n\r\n"
        ).encode()
        with connect(port) as first:
            first.sendall(write)
            assert first.recv(4096).startswith(b"HTTP/1.1 204")
        (writer,) = children(process.pid, "kg.api.writer")
        os.kill(writer, signal.SIGSTOP)
        try:
            ends = [connect(port) for _ in range(300)]
            for end in ends:
                end.sendall(write)
            refused = 0
            while refused < 300 - 128:
                refused = len(select.select(ends, [], [], 10)[0])
            for path in ("/", "/q", "/health"):
                assert get(port, path)[0] == 200
            waiting = [end for end in ends if not select.select([end], [], [], 0)[0]]
            assert len(waiting) == 128
        finally:
            os.kill(writer, signal.SIGCONT)
        for end in waiting:
            assert end.recv(4096).startswith(b"HTTP/1.1 204")
        for end in ends:
            end.close()


def test_those_whom_the_system_holds_are_answered_when_the_service_stops(
    store_folder: Path,
) -> None:
    with serving(store_folder) as (port, process), ExitStack() as stack:
        os.kill(process.pid, signal.SIGSTOP)
        ends = [stack.enter_context(connect(port)) for _ in range(20)]
        for end in ends:
            end.sendall(asking("SELECT (1 AS ?n) {} #stop"))
        process.send_signal(signal.SIGTERM)
        os.kill(process.pid, signal.SIGCONT)
        for end in ends:
            status, _, body, _ = read(end)
            assert (status, body) == (200, b"n\r\n1\r\n")
            assert end.recv(1) == b""  # closed, whether the signal came before the answer or after
        assert process.wait(30) == 0


def test_the_loop_does_not_wait_for_a_change(store_folder: Path) -> None:
    engine = Engine(store_folder, limits=Limits(workers=1))
    query = Asked("ASK {}", ("application/sparql-results+json",))
    assert engine.run(query)
    found: list[Any] = []
    with engine._lock:
        engine._looked = 0.0
        thread = threading.Thread(
            target=lambda: found.extend((engine.begin(query, 1e12), engine.version_now())),
            daemon=True,
        )
        thread.start()
        thread.join(10)
        assert found == [None, None]
    assert engine.version_now() == engine.version
    engine.close()


@pytest.mark.slow
def test_who_has_waited_is_told_so(store_folder: Path) -> None:
    """And whose query was run all the time, that it was."""
    with (
        serving(store_folder, "--workers", "1", "--timeout", "3") as (port, _),
        connect(port) as first,
        connect(port) as second,
    ):
        first.sendall(asking(f"{BOMB} #first"))
        until_busy(port, 1)
        second.sendall(asking(f"{BOMB} #second"))
        told = [json.loads(read(end)[2])["error"] for end in (first, second)]
    assert told[0]["message"] == "the query took longer than 3 seconds; narrow it"
    waited = r"the query waited [23]\.\d s for a worker, and was not ready in the 0\.\d s that were left of its 3;"
    assert re.match(
        f"{waited}|no worker became free in time; the query was not begun", told[1]["message"]
    )
    assert told[1]["code"] == "overloaded"
