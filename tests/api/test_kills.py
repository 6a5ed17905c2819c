"""Whoever is killed, and when: what was acknowledged is there, and nothing is there twice."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kg.api import create_app
from kg.api.limits import Limits, Overloaded, TimeLimit
from kg.api.operations import Update
from kg.api.pool import Broken

from kg.errors import KgError, QueryError
from kg.store import make_empty, open_dataset, switch

from . import dying_writer
from .test_writing import AUTH, TOKEN, update, values

ADD = "DELETE { <a:c> <a:v> ?n } INSERT { <a:c> <a:v> ?m } WHERE { <a:c> <a:v> ?n BIND(?n + 1 AS ?m) }"
MODES = pytest.mark.parametrize("mode", ["memory", pytest.param("disk", marks=pytest.mark.slow)])


def service(folder: Path, mode: str, **limits: float) -> Flask:
    chosen = Limits(workers=2, **limits)
    app: Flask = create_app(
        {"STORE": folder, "UPDATE_TOKEN": TOKEN, "ENGINE": mode, "LIMITS": chosen}
    )
    return app


def end(app: Flask) -> None:
    app.extensions["writes"].close()
    app.extensions["engine"].close()


def value(client: FlaskClient) -> int:
    (found,) = values(client, "<a:c> <a:v> ?v")
    return int(found)


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def kill_writer(app: Flask) -> None:
    inner = app.extensions["writes"]._process._inner
    if inner is not None:
        kill(inner.pid)


def kill_holder(app: Flask) -> None:
    for pool in list(app.extensions["engine"]._pools):
        kill(pool.holder_pid)


@MODES
def test_a_writer_that_dies_anywhere_loses_nothing_and_repeats_nothing(
    tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "store"
    dying_writer.use(monkeypatch, folder)
    monkeypatch.setattr("kg.api.writes._PAUSE", 600.0)  # versions are made here, and not beside
    monkeypatch.setattr("kg.api.writes._MOST", 600.0)
    make_empty(folder)
    app = service(folder, mode)
    client = app.test_client()
    assert update(client, "INSERT DATA { <a:c> <a:v> 0 }") == 204
    for count, point in enumerate(dying_writer.POINTS, start=1):
        dying_writer.at(folder, point)
        if point == "published":
            app.extensions["writes"]._publish()
        assert update(client, ADD) == 204, point
        assert value(client) == count, point
    end(app)
    (quad,) = open_dataset(folder).store
    assert getattr(quad.object, "value", "") == str(len(dying_writer.POINTS))


@pytest.mark.slow
def test_of_a_batch_each_is_done_once_though_the_writer_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "store"
    dying_writer.use(monkeypatch, folder)
    make_empty(folder)
    app = service(folder, "memory")
    client = app.test_client()
    update(client, "INSERT DATA { <a:c> <a:v> 0 }")
    writes = app.extensions["writes"]
    told: list[str] = []

    def send(text: str) -> None:
        try:
            told.append(writes.write(Update(text)).value)
        except QueryError:
            told.append("wrong")

    for point in ("journal", "journalled"):
        dying_writer.at(folder, point)
        threads = [threading.Thread(target=send, args=(t,)) for t in [ADD, "INSERT {", ADD, ADD]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(told) == ["done"] * 6 + ["wrong"] * 2
    assert value(client) == 6
    end(app)


@pytest.mark.slow
def test_a_write_that_waits_too_long_is_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "store"
    make_empty(folder)
    app = service(folder, "memory", seconds=3.0)
    client = app.test_client()
    assert update(client, "INSERT DATA { <a:c> <a:v> 0 }") == 204
    monkeypatch.setattr("kg.api.writes._GRACE", 0.5)
    writes = app.extensions["writes"]
    commit = writes._commit
    gate = threading.Event()

    def hold(*args: object, **options: bool) -> None:
        gate.wait()
        commit(*args, **options)

    writes._commit = hold
    faults: list[type] = []

    def send() -> None:
        try:
            writes.write(Update(ADD))
        except (TimeLimit, Overloaded) as fault:
            faults.append(type(fault))

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(8)
    answer = client.post("/update", data={"update": ADD}, headers=AUTH)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    gate.set()
    # What was taken up by the thread that writes, it may still have done, as far as the client is told.
    assert set(faults) <= {TimeLimit, Overloaded}
    assert Overloaded in faults or faults == [TimeLimit] * 3
    assert len(faults) == 3
    until = time.monotonic() + 8
    while update(client, ADD) != 204 and time.monotonic() < until:
        pass
    assert value(client) == 1
    end(app)


@pytest.mark.slow
@MODES
def test_a_write_is_told_truly_though_the_readers_die(tmp_path: Path, mode: str) -> None:
    folder = tmp_path / "store"
    make_empty(folder)
    app = service(folder, mode)
    client = app.test_client()
    update(client, "INSERT DATA { <a:c> <a:v> 0 }")
    for count in (1, 2):
        kill_holder(app)
        assert update(client, ADD) == 204
        assert value(client) == count
    end(app)


@MODES
def test_a_query_is_answered_though_idle_workers_were_killed(tmp_path: Path, mode: str) -> None:
    folder = tmp_path / "store"
    make_empty(folder)
    app = service(folder, mode)
    client = app.test_client()
    pool = app.extensions["engine"]._pool()
    for number in range(3):
        assert client.get(f"/sparql?query=ASK{{}}%23{number}").status_code == 200
        for worker in pool._idle:
            kill(worker.pid)
    assert client.get("/sparql?query=ASK{}").status_code == 200
    assert pool.deaths["killed"] == 3
    assert pool.deaths["crash"] == 0
    end(app)


def test_a_journal_of_an_older_version_of_the_same_name_is_forgotten(tmp_path: Path) -> None:
    version = make_empty(tmp_path)
    (tmp_path / f"journal-{version}.jsonl").write_text("{}\n", "utf-8")
    switch(tmp_path, version)
    assert not list(tmp_path.glob("journal-*"))


def test_closing_finishes_what_was_begun(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    make_empty(folder)
    app = service(folder, "memory")
    writes = app.extensions["writes"]
    threads = [
        threading.Thread(target=writes.write, args=(Update(f"INSERT DATA {{ <a:s> <a:p> {n} }}"),))
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    while writes._requests.qsize() < 5 and any(t.is_alive() for t in threads):
        time.sleep(0.001)
    began = time.monotonic()
    end(app)
    for thread in threads:
        thread.join()
    assert time.monotonic() - began < 8
    assert len(open_dataset(folder).store) == 20


@pytest.mark.slow
@MODES
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_kills_at_random(tmp_path: Path, mode: str, seed: int) -> None:
    """Writer, readers and workers die again and again; each write that was told as done is there, each that was
    told as not begun is not, and none is there twice."""
    folder = tmp_path / "store"
    make_empty(folder)
    app = service(folder, mode)
    client = app.test_client()
    assert update(client, "INSERT DATA { <a:c> <a:v> 0 }") == 204
    writes, engine = app.extensions["writes"], app.extensions["engine"]
    chance = random.Random(seed)
    done: set[int] = set()
    unknown: set[int] = set()
    not_done: set[int] = set()
    wrong: list[Exception] = []
    took: list[float] = []
    is_over = threading.Event()

    def write(first: int) -> None:
        number = first
        while not is_over.is_set():
            began = time.monotonic()
            try:
                writes.write(Update(f"{ADD} ; INSERT DATA {{ <a:n> <a:is> {number} }}"))
                done.add(number)
            except Overloaded:
                not_done.add(number)
            except TimeLimit:
                unknown.add(number)
            except (KgError, Broken) as fault:
                wrong.append(fault)
            took.append(time.monotonic() - began)
            number += 4

    threads = [threading.Thread(target=write, args=(first,), daemon=True) for first in range(4)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 20
    statuses: set[int] = set()
    while time.monotonic() < until:
        time.sleep(chance.uniform(0.0, 1.5))
        kind = chance.choice(["writer", "writer", "holder", "worker"])
        if kind == "writer":
            kill_writer(app)
        elif kind == "holder":
            kill_holder(app)
        else:
            for pool in list(engine._pools):
                for worker in list(pool._idle):
                    kill(worker.pid)
        statuses.add(client.get("/sparql?query=ASK{<a:c>?p?o}").status_code)
    is_over.set()
    for thread in threads:
        thread.join()
    assert statuses <= {200, 503}
    time.sleep(0.2)
    there = {int(found) for found in values(client, "<a:n> <a:is> ?v")}
    assert wrong == []
    assert len(done) > 20
    assert max(took) < Limits().seconds + 3
    assert done <= there <= done | unknown
    assert not there & not_done
    assert value(client) == len(there)
    end(app)
    assert len(open_dataset(folder).store) == len(there) + 1
