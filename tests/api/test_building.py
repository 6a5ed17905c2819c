"""A store that is built while a service writes it: nothing that was acknowledged is lost, nor done twice."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pyoxigraph as ox
import pytest
from kg.api import create_app
from kg.api.changes import Change
from kg.api.engine import Asking, Engine
from kg.api.jobs import Asked
from kg.api.limits import Limits
from kg.api.operations import Update
from kg.api.writerprocess import recorded

from kg.journal import WRITTEN, entries
from kg.store import current_version, make_empty, only_builder, open_dataset, publish, read_manifest

from ..conftest import DATA
from .test_kills import end
from .test_writing import AUTH, TOKEN, update, values

INVENTED = DATA / "invented"
PLANS = sorted(INVENTED.glob("*.txt"))


def build(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", "build", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def numbers(folder: Path) -> set[int]:
    """What was written, as whoever opens the store sees it."""
    found = open_dataset(folder).store.quads_for_pattern(None, ox.NamedNode("a:is"), None, None)
    return {int(quad.object.value) for quad in found if isinstance(quad.object, ox.Literal)}


def insert(number: int) -> str:
    return f"INSERT DATA {{ GRAPH <a:g> {{ <a:n> <a:is> {number} }} }}"


@pytest.mark.slow
def test_a_build_takes_in_what_stands_in_the_journal_only(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    make_empty(folder)
    app = create_app({"STORE": folder, "UPDATE_TOKEN": TOKEN, "LIMITS": Limits(workers=1)})
    client = app.test_client()
    writes = app.extensions["writes"]
    writes._publish = lambda: None  # no version is made of it
    for number in range(3):
        assert update(client, insert(number)) == 204
    update(client, "CREATE GRAPH <a:empty>")
    base = current_version(folder).name
    last = list(entries(folder, base))[-1]
    assert build(PLANS[0], "--store", folder).returncode == 0
    place = current_version(folder)
    assert numbers(folder) == {0, 1, 2}
    assert not list(folder.glob("journal-*"))
    manifest = read_manifest(place)
    assert "a:empty" in manifest["graphs"]
    # A service whose writer died before it could answer finds that the write was done.
    found = recorded(folder, last["version"])
    assert found is not None
    assert [outcome and outcome.value for outcome in found[0]] == ["done"]
    assert values(client, "<a:n> <a:is> ?v") == ["0", "1", "2"]
    assert update(client, insert(3)) == 204
    assert values(client, "<a:n> <a:is> ?v") == ["0", "1", "2", "3"]
    # What another build makes of it has another name than the plan alone, and keeps what was noted.
    assert build(PLANS[1], "--store", folder).returncode == 0
    assert numbers(folder) == {0, 1, 2, 3}
    after = read_manifest(current_version(folder))
    assert all(name in after for name in WRITTEN)
    end(app)


@pytest.mark.slow
def test_a_change_that_a_build_has_taken_in_is_not_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    make_empty(folder)
    app = create_app({"STORE": folder, "UPDATE_TOKEN": TOKEN, "LIMITS": Limits(workers=1)})
    client = app.test_client()
    engine = app.extensions["engine"]
    held: list[Change] = []
    change = engine.change
    engine.change = held.append  # the readers are not told yet
    assert update(client, insert(1)) == 204
    engine.change = change
    assert build(PLANS[0], "--store", folder).returncode == 0
    assert app.extensions["writes"].write(Update(insert(2).replace("INSERT", "DELETE"))).value
    engine.change(held[0])
    assert engine.version != held[0].version
    assert values(client, "<a:n> <a:is> ?v") == ["1"]
    end(app)


@pytest.mark.slow
def test_a_query_is_answered_whole_from_the_version_that_it_began_with(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    publish([b"".join(b"<a:s> <a:p> <a:%d> .\n" % n for n in range(50_000))], folder, {})
    engine = Engine(folder, limits=Limits(workers=1))
    before = engine.run(Asked("ASK {}", ("application/sparql-results+json",))).version
    asking = engine.begin(Asked("SELECT ?o { ?s ?p ?o }", ("text/csv",)), time.monotonic() + 60)
    assert isinstance(asking, Asking)
    assert build(PLANS[0], "--store", folder, "--only").returncode == 0
    publish([b"<a:s> <a:p> <a:o> .\n"], folder, {})
    assert engine.version != before
    while not asking.begun.take():
        select.select([asking.begun], [], [], 60)
    answer = engine.end(asking)
    assert (answer.version, answer.rows, answer.tag) == (before, 50_000, None)
    engine.close()


@contextmanager
def serving(folder: Path, token: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """``kg serve``, which is killed at the end."""
    command = [sys.executable, "-m", "kg", "serve", "--store", str(folder), "--port", "0"]
    command += ["--update-token-file", str(token), "--workers", "1"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield int(process.stdout.readline().strip().rstrip("/").rpartition(":")[2]), process
        finally:
            process.kill()


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_beside_builds_and_kills(tmp_path: Path) -> None:
    """Services are killed right after they have acknowledged a write, while builds go on beside them."""
    folder, token = tmp_path / "store", tmp_path / "token"
    token.write_text(TOKEN)
    make_empty(folder)
    done: set[int] = set()
    tried = 0
    is_over = threading.Event()
    codes: list[int] = []

    def build_on() -> None:
        while not is_over.is_set():
            codes.extend(build(plan, "--store", folder, "--only").returncode for plan in PLANS)

    thread = threading.Thread(target=build_on)
    thread.start()
    try:
        for least in (10, 20, 30, 40):
            with serving(folder, token) as (port, process):
                until, latest = time.monotonic() + 6, time.monotonic() + 600
                while time.monotonic() < until or len(done) < least:
                    assert time.monotonic() < latest, f"{len(done)} of {tried} were acknowledged"
                    link = HTTPConnection("127.0.0.1", port, timeout=60)
                    tried += 1
                    try:
                        link.request(
                            "POST",
                            "/update",
                            insert(tried),
                            {**AUTH, "Content-Type": "application/sparql-update"},
                        )
                        if link.getresponse().status == 204:
                            done.add(tried)
                    except (OSError, HTTPException):
                        pass
                    link.close()
                os.kill(process.pid, signal.SIGKILL)
    finally:
        is_over.set()
        thread.join()
    assert build(PLANS[0], "--store", folder, "--only").returncode == 0
    assert len(done) >= 40
    assert codes.count(0) > 2
    assert set(codes) <= {0, 2}
    assert done <= numbers(folder)


def test_a_build_that_waits_in_vain_names_who_writes(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    make_empty(folder)
    with only_builder(folder, "kg serve", process=4711):
        command = "from kg import locking; locking.PATIENCE = 0.2; from kg.cli import main; main()"
        words = ["build", str(PLANS[0]), "--store", str(folder)]
        told = subprocess.run(
            [sys.executable, "-c", command, *words], capture_output=True, text=True, check=False
        )
    assert told.returncode == 2
    assert told.stderr.splitlines() == [
        f"{folder}: kg serve (process 4711) is writing this store; waiting for up to 0.2 s",
        f"kg: {folder}: kg serve (process 4711) is writing this store; wait until it has finished",
    ]
    assert json.loads((current_version(folder) / "manifest.json").read_text())["quads"] == 0
