"""No room on the disk: reads go on, writes are refused as a whole, and work again when there is room."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from flask import Flask
from kg.api import create_app
from kg.api.limits import Limits

from kg.cli import main
from kg.store import make_empty, open_dataset

from ..conftest import PLAN
from .serving import Served
from .test_writing import AUTH, TOKEN, update, values

MODES = pytest.mark.parametrize("mode", ["memory", "disk"])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 96 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.getuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small file system")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path, leaving: int = 0) -> Path:
    """Take all the room, but *leaving* bytes."""
    file = disk / "filler"
    with file.open("wb", buffering=0) as out, contextlib.suppress(OSError):
        while True:
            out.write(bytes(1 << 16))
    with file.open("ab", buffering=0) as out, contextlib.suppress(OSError):
        while True:
            out.write(bytes(4096))
    if leaving:
        os.truncate(file, file.stat().st_size - leaving)
    return file


def literal(quad: ox.Quad) -> str:
    assert isinstance(quad.object, ox.Literal)
    return quad.object.value


def insert(number: int, size: int = 1000) -> str:
    return f'INSERT DATA {{ <a:n> <a:is> {number} . <a:{number}> <a:text> "{"x" * size}" }}'


@pytest.mark.slow
@MODES
@pytest.mark.parametrize("leaving", [0, 20_000, 150_000])
def test_a_full_disk_refuses_writes_and_loses_nothing(
    small_disk: Path, mode: str, leaving: int
) -> None:
    folder = small_disk / "store"
    make_empty(folder)

    def service() -> Flask:
        app: Flask = create_app(
            {"STORE": folder, "UPDATE_TOKEN": TOKEN, "ENGINE": mode, "LIMITS": Limits(workers=2)}
        )
        return app

    app = service()
    client = app.test_client()
    done = set()
    for number in range(5):
        assert update(client, insert(number)) == 204
        done.add(number)
    filler = fill(small_disk, leaving)
    statuses = []
    for number in range(100, 106):
        status = update(client, insert(number, 40_000))
        statuses.append(status)
        if status == 204:
            done.add(number)
        there = {int(v) for v in values(client, "<a:n> <a:is> ?v")}
        assert there == done, (status, there ^ done)
    assert set(statuses) <= {204, 507}, statuses
    assert statuses[-1] == 507
    told = client.post("/update", data={"update": insert(999, 400_000)}, headers=AUTH)
    error = json.loads(told.data)["error"]
    assert error["code"] == "disk-full"
    assert "no room is left on the disk" in error["message"]
    filler.unlink()
    for number in range(200, 205):
        assert update(client, insert(number)) == 204
        done.add(number)
    assert {int(v) for v in values(client, "<a:n> <a:is> ?v")} == done
    app.extensions["writes"].close()
    app.extensions["engine"].close()
    dataset = open_dataset(folder)
    there = {int(literal(q)) for q in dataset.store if q.predicate.value == "a:is"}
    assert there == done
    again = service()
    client = again.test_client()
    assert {int(v) for v in values(client, "<a:n> <a:is> ?v")} == done
    again.extensions["writes"].close()
    again.extensions["engine"].close()
    half_made = [p.name for p in (folder / "versions").iterdir() if p.name.startswith(".")]
    assert [name for name in half_made if not name.startswith(".view-")] == []


@pytest.mark.slow
@pytest.mark.parametrize("leaving", [0, 100_000, 2_000_000])
def test_a_build_on_a_full_disk_says_so(small_disk: Path, store_folder: Path, leaving: int) -> None:
    folder = small_disk / "store"
    shutil.copytree(store_folder, folder)
    other = small_disk / "other.txt"
    other.write_text(PLAN.read_text("utf-8").replace("06/KH-UBND", "07/KH-UBND"), "utf-8")
    before = {str(q) for q in open_dataset(folder).store}
    files = sorted(p.relative_to(folder) for p in folder.rglob("*") if p.name != "LOCK")
    filler = fill(small_disk, leaving)
    result = CliRunner().invoke(main, ["build", str(other), "--store", str(folder)])
    assert result.exit_code == 2, result.output
    said = [line for line in result.stderr.splitlines() if line.startswith("kg: ")]
    assert len(said) == 1
    assert "no room is left on the disk: nothing was written, the store is as it was" in said[0]
    assert {str(q) for q in open_dataset(folder).store} == before
    assert sorted(p.relative_to(folder) for p in folder.rglob("*") if p.name != "LOCK") == [
        *sorted({*files, Path("lock")})
    ]
    filler.unlink()
    result = CliRunner().invoke(main, ["build", str(other), "--store", str(folder)])
    assert result.exit_code == 0, result.output
    assert len(open_dataset(folder).manifest["plans"]) == 2


@pytest.mark.slow
def test_a_backup_on_a_full_disk_leaves_nothing(small_disk: Path, store_folder: Path) -> None:
    filler = fill(small_disk, 100_000)
    words = ["backup", "--store", str(store_folder), "-o", str(small_disk / "b.tar")]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert "could not be written (No space left on device)" in result.stderr
    assert [p.name for p in small_disk.iterdir()] == ["filler"]
    filler.unlink()
    assert CliRunner().invoke(main, words).exit_code == 0


@pytest.mark.slow
@MODES
@pytest.mark.parametrize("leaving", [0, 60_000, 400_000])
def test_a_service_that_dies_on_a_full_disk_starts_again(
    small_disk: Path, mode: str, leaving: int
) -> None:
    """What was acknowledged can be read, though no version can be made of it; writes work when there is room."""
    folder = small_disk / "store"
    make_empty(folder)
    service = Served(folder, "--engine", mode)
    assert service.update("CREATE GRAPH <a:empty>") == 204
    done = set()
    filler = fill(small_disk, 100_000)
    for number in range(3):
        if service.update(insert(number)) == 204:
            done.add(str(number))
    assert done
    service.kill(service.family())
    assert list(folder.glob("journal-*"))
    filler.unlink()
    filler = fill(small_disk, leaving)
    for _ in range(2):  # killed again, it starts again
        service = Served(folder, "--engine", mode)
        assert set(service.values("<a:n> <a:is> ?v")) == done
        assert service.ask("ASK { GRAPH <a:empty> {} }")[1].find(b"true") > 0
        assert service.update(insert(100, 500_000)) == 507
        assert set(service.values("<a:n> <a:is> ?v")) == done
        service.kill()
    service = Served(folder, "--engine", mode)
    filler.unlink()
    for number in range(200, 203):
        assert service.update(insert(number)) == 204
        done.add(str(number))
        assert set(service.values("<a:n> <a:is> ?v")) == done
    assert service.update("DELETE DATA { <a:n> <a:is> 200 }") == 204
    done.remove("200")
    assert set(service.values("<a:n> <a:is> ?v")) == done
    assert service.stop() == 0
    assert not list(folder.glob("journal-*"))
    there = open_dataset(folder).store
    assert {literal(q) for q in there if q.predicate.value == "a:is"} == done
