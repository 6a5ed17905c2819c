"""A dataset that takes long to load is read from disk until it is in memory; nobody waits for it, nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from kg.api import create_app
from kg.api.engine import Engine
from kg.api.holder import FULL
from kg.api.jobs import Asked
from kg.api.limits import Limits
from kg.api.pool import Pool
from kg.api.writer import Batch, Written
from kg.api.writerprocess import WriterProcess

from kg.store import current_version, open_dataset, publish

from .serving import Served
from .test_orphans import is_running, until
from .test_turns import children

JSON = ("application/sparql-results+json",)
TOKEN = "a" * 20
FEW = 1_000  # is as many here as SOON elsewhere


def lines(count: int) -> list[bytes]:
    return [b"".join(b"<a:s%d> <a:p> <a:o%d> <a:big> .\n" % (n, n) for n in range(count))]


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.api.ordering.SOON", FEW)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that is loaded later."""
    folder = tmp_path_factory.mktemp("large") / "store"
    publish(lines(FEW + 200), folder, {})
    return folder


@pytest.fixture
def folder(large: Path, tmp_path: Path) -> Path:
    shutil.copytree(large, tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """What is loaded is there only when this is called: as if it took that long."""
    may_go_on = threading.Event()
    load = Pool.load

    def slow(pool: Pool) -> None:
        load(pool)
        if threading.current_thread().name == "loading":
            assert may_go_on.wait(60)

    monkeypatch.setattr(Pool, "load", slow)
    yield may_go_on.set
    may_go_on.set()


def count(engine: Engine, pattern: str = "?s <a:p> ?o") -> int:
    text = f"SELECT (COUNT(*) AS ?n) {{ {pattern} }} #{time.monotonic_ns()}"
    body = engine.run(Asked(text, JSON)).body
    return int(json.loads(body)["results"]["bindings"][0]["n"]["value"])


def test_it_is_read_from_disk_until_it_is_loaded(large: Path, held: Callable[[], None]) -> None:
    engine = Engine(large, limits=Limits(workers=2))
    version = engine.version
    assert count(engine) == FEW + 200
    assert not engine.is_in_memory
    held()
    assert until(lambda: engine.is_in_memory)
    assert count(engine) == FEW + 200
    assert engine.version == version
    assert engine.deaths["holder"] == 0
    assert not engine._loading
    engine.close()


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["memory", "disk"])
def test_whoever_wants_it_otherwise_gets_it_so(large: Path, mode: str) -> None:
    engine = Engine(large, limits=Limits(workers=1), mode=mode)
    assert count(engine) == FEW + 200
    assert engine.is_in_memory == (mode == "memory")
    assert not engine._loading
    engine.close()


def service(folder: Path) -> Flask:
    app: Flask = create_app(
        {"STORE": folder, "UPDATE_TOKEN": TOKEN, "LIMITS": Limits(workers=2, seconds=20)}
    )
    return app


def update(app: Flask, text: str) -> int:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/sparql-update"}
    return app.test_client().post("/update", data=text, headers=headers).status_code


@pytest.mark.parametrize("makes_version", [pytest.param(True, marks=pytest.mark.slow), False])
def test_what_is_written_meanwhile_is_there(
    folder: Path, held: Callable[[], None], makes_version: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.api.writes._PAUSE", 0.1 if makes_version else 600.0)
    app = service(folder)
    engine: Engine = app.extensions["engine"]
    first = engine.version
    for number in range(3):
        assert (
            update(app, f"INSERT DATA {{ GRAPH <a:g{number}> {{ <a:n> <a:is> {number} }} }}") == 204
        )
        assert count(engine, "<a:n> <a:is> ?v") == number + 1
    assert update(app, "DROP GRAPH <a:g0>") == 204
    if makes_version:
        assert until(lambda: current_version(folder).name == engine.version)
    else:
        assert current_version(folder).name == first
    assert not engine.is_in_memory
    held()
    assert until(lambda: engine.is_in_memory)
    assert count(engine, "<a:n> <a:is> ?v") == count(engine, "GRAPH ?g { <a:n> <a:is> ?v }") == 2
    assert count(engine, "GRAPH <a:g0> {}") == 0
    assert update(app, "INSERT DATA { <a:n> <a:is> 7 }") == 204
    assert count(engine, "<a:n> <a:is> ?v") == 3
    assert engine.deaths["holder"] == 0
    app.extensions["writes"].close()
    engine.close()
    assert len(list(open_dataset(folder).store)) == FEW + 203


@pytest.mark.slow
def test_another_version_takes_the_place_of_both(folder: Path, held: Callable[[], None]) -> None:
    engine = Engine(folder, limits=Limits(workers=1))
    assert count(engine) == FEW + 200
    (given_up,) = engine._loading
    publish(lines(FEW + 1), folder, {})
    assert until(lambda: count(engine) == FEW + 1)
    assert not engine.is_in_memory
    assert until(lambda: not is_running(given_up.holder_pid))
    held()
    assert until(lambda: engine.is_in_memory)
    assert count(engine) == FEW + 1
    engine.close()


@pytest.mark.slow
def test_readers_that_die_meanwhile_are_replaced(folder: Path, held: Callable[[], None]) -> None:
    engine = Engine(folder, limits=Limits(workers=1))
    assert count(engine) == FEW + 200
    os.kill(engine._pool().holder_pid, signal.SIGKILL)
    assert until(lambda: not engine._pools[0].is_alive)
    assert until(lambda: engine._pool().is_alive)
    assert count(engine) == FEW + 200
    held()
    assert until(lambda: engine.is_in_memory)
    engine.close()


def test_one_that_dies_as_it_loads_is_done_without(
    large: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = Pool.load

    def dying(pool: Pool) -> None:
        if threading.current_thread().name == "loading":
            os.kill(pool.holder_pid, signal.SIGKILL)
        load(pool)

    monkeypatch.setattr(Pool, "load", dying)
    engine = Engine(large, limits=Limits(workers=1))
    assert count(engine) == FEW + 200
    assert until(lambda: "it is read from disk until" in caplog.text)
    assert until(lambda: not engine._loading)
    assert count(engine) == FEW + 200
    assert not engine.is_in_memory
    engine.close()


@pytest.mark.usefixtures("held")
def test_what_is_closed_loads_no_more(large: Path) -> None:
    engine = Engine(large, limits=Limits(workers=1))
    assert engine.version
    (loading,) = engine._loading
    engine.close()
    assert until(lambda: not is_running(loading.holder_pid))
    assert not engine._pools


def test_a_write_is_seen_though_readers_from_disk_have_begun_meanwhile(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = service(folder)
    engine: Engine = app.extensions["engine"]
    assert engine.version
    assert until(lambda: engine.is_in_memory)
    run = WriterProcess.run

    def after_a_death(process: WriterProcess, batch: Batch | None, ends: float) -> Written:
        if batch is not None:
            assert not batch.has_view
            os.kill(engine._pools[0].holder_pid, signal.SIGKILL)
            assert until(lambda: not engine._pools[0].is_alive)
            engine._looked = 0.0
            assert engine.version
            assert not engine.is_in_memory
        return run(process, batch, ends)

    with monkeypatch.context() as patch:
        patch.setattr(WriterProcess, "run", after_a_death)
        assert update(app, "INSERT DATA { GRAPH <a:g> { <a:n> <a:is> 1, 2 } }") == 204
    query = Asked("SELECT ?v { <a:n> <a:is> ?v }", JSON)
    for _ in range(2):
        assert len(json.loads(engine.run(query).body)["results"]["bindings"]) == 2
        assert until(lambda: engine.is_in_memory)
    app.extensions["writes"].close()
    engine.close()


def loading(service: Served) -> list[int]:
    """What reads the databases for the one that loads; the other holder has idle workers."""
    _, *later = sorted(children(service.process.pid, "kg.api.holder"))
    return [child for pid in later for child in children(pid, "kg.api.holder")]


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """So many statements that only their merge is held in memory."""
    folder = tmp_path_factory.mktemp("huge") / "store"
    publish(lines(FULL + 10_000), folder, {})
    return folder


@pytest.mark.slow
def test_a_service_that_is_killed_loads_no_more(huge: Path) -> None:
    service = Served(huge)
    assert until(lambda: bool(loading(service)))
    pids = [*children(service.process.pid, "kg.api.holder"), *loading(service)]
    assert len(pids) == 3
    service.kill()
    assert until(lambda: not any(map(is_running, pids)))


@pytest.mark.slow
def test_what_dies_as_it_loads_is_told_in_a_line(huge: Path) -> None:
    service = Served(huge)
    assert until(lambda: bool(loading(service)))
    os.kill(loading(service)[0], signal.SIGKILL)
    assert until(lambda: len(children(service.process.pid, "kg.api.holder")) == 1)
    assert service.values("<a:s1> <a:p> ?v") == ["a:o1"]
    stderr = service.process.stderr
    assert stderr is not None
    service.process.terminate()
    told = stderr.read()
    assert "it is read from disk until" in told
    assert told.count("\n") == 1
    assert service.stop() == 0


@pytest.mark.slow
def test_graphs_that_are_read_from_disk_beside_what_is_in_memory(
    huge: Path, tmp_path: Path
) -> None:
    shutil.copytree(huge, tmp_path / "store")
    service = Served(tmp_path / "store", "--engine", "memory")
    for number in range(3):
        assert service.update(f"INSERT DATA {{ GRAPH <a:g> {{ <a:n> <a:is> {number} }} }}") == 204
        assert len(service.values("GRAPH ?g { <a:n> <a:is> ?v }")) == number + 1
        assert service.values("GRAPH ?g { <a:s1> <a:p> ?v }") == ["a:o1"]
    assert service.stop() == 0
