"""A damaged store is told in one line, by every kind of damage; no process dies of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.store import publish
from kg.workers import Outcome, run_each

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

QUADS = b"".join(
    f'<https://x.example/{n}> <https://x.example/p> "{n} {"long text " * 20}" <https://x.example/g> .\n'.encode()
    for n in range(3000)
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "s"
    publish([QUADS], folder, {"plans": []})
    return folder


def version(folder: Path) -> Path:
    return folder / "versions" / (folder / "current").read_text("utf-8").strip()


def tables(folder: Path) -> list[Path]:
    return sorted((version(folder) / "db").glob("*.sst"), key=lambda p: p.stat().st_size)


def cut(files: Iterable[Path]) -> None:
    for file in files:
        os.truncate(file, file.stat().st_size // 2)


def scribble(files: Iterable[Path]) -> None:
    for file in files:
        data = bytearray(file.read_bytes())
        for at in range(0, len(data), 97):
            data[at] ^= 0x55
        file.write_bytes(data)


def remove(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink()


def in_its_place(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("x")


def manifest(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    file = version(folder) / "manifest.json"
    told = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(change(told)), "utf-8")


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "largest table cut": (lambda s: cut(tables(s)[-1:]), "damaged"),
    "largest table empty": (lambda s: tables(s)[-1].write_bytes(b""), "damaged"),
    "a table missing": (lambda s: remove(tables(s)[:1]), "damaged"),
    "all tables missing": (lambda s: remove(tables(s)), "damaged"),
    "largest table scribbled": (lambda s: scribble(tables(s)[-1:]), "damaged"),
    "every table scribbled": (lambda s: scribble(tables(s)), "damaged"),
    "CURRENT missing": (lambda s: (version(s) / "db" / "CURRENT").unlink(), "damaged"),
    "CURRENT empty": (lambda s: (version(s) / "db" / "CURRENT").write_bytes(b""), "damaged"),
    "CURRENT of nothing": (
        lambda s: (version(s) / "db" / "CURRENT").write_text("MANIFEST-999999\n"), "damaged",
    ),
    "engine's manifest cut": (
        lambda s: cut((version(s) / "db").glob("MANIFEST-*")), "damaged",
    ),
    "engine's manifest scribbled": (
        lambda s: scribble((version(s) / "db").glob("MANIFEST-*")), "damaged",
    ),
    "no database": (lambda s: shutil.rmtree(version(s) / "db"), "damaged"),
    "database is a file": (
        lambda s: in_its_place(version(s) / "db"), "damaged",
    ),
    "manifest broken": (lambda s: (version(s) / "manifest.json").write_text('{"layout": 3'), "damaged"),
    "manifest empty": (lambda s: (version(s) / "manifest.json").write_bytes(b""), "damaged"),
    "manifest no text": (lambda s: (version(s) / "manifest.json").write_bytes(b"\xff\xfe\x00"), "damaged"),
    "manifest missing": (lambda s: (version(s) / "manifest.json").unlink(), "damaged"),
    "manifest is a list": (lambda s: (version(s) / "manifest.json").write_text("[]"), "damaged"),
    "manifest lacks graphs": (
        lambda s: manifest(s, lambda m: {k: v for k, v in m.items() if k != "graphs"}), "damaged",
    ),
    "manifest lacks version": (
        lambda s: manifest(s, lambda m: {k: v for k, v in m.items() if k != "version"}), "damaged",
    ),
    "manifest counts wrong": (lambda s: manifest(s, lambda m: {**m, "quads": 7}), "damaged"),
    "no file for readers": (lambda s: (version(s) / "readers").unlink(), "damaged"),
    "current empty": (lambda s: (s / "current").write_bytes(b""), "damaged"),
    "current of nothing": (lambda s: (s / "current").write_text("nothing"), "damaged"),
    "current no text": (lambda s: (s / "current").write_bytes(b"\xff\xfe\x00"), "damaged"),
    "current leads out": (lambda s: (s / "current").write_text("../.."), "damaged"),
    "store is a file": (in_its_place, "no store here"),
    "no store": (shutil.rmtree, "no store here"),
}  # fmt: skip


def tell(folder: Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["query", COUNT, "--store", str(folder)])
    return result.exit_code, result.stderr


@pytest.fixture(scope="module")
def told(
    whole: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Outcome[tuple[int, str]]]:
    """What is told of each damage, in processes that may die of it."""
    folders = []
    for act, _ in DAMAGE.values():
        folders.append(tmp_path_factory.mktemp("damaged") / "s")
        shutil.copytree(whole, folders[-1])
        act(folders[-1])
    outcomes = run_each(tell, folders, jobs=2, limit=60)
    return {list(DAMAGE)[outcome.index]: outcome for outcome in outcomes}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_told_in_one_line(told: dict[str, Outcome[tuple[int, str]]], damage: str) -> None:
    assert told[damage].fault is None
    code, line = told[damage].found or (0, "")
    assert code == 2, (code, line)
    assert line.count("\n") == 1, line
    assert line.startswith("kg: "), line
    assert DAMAGE[damage][1] in line
    assert "kg restore" in line or "kg build" in line, line


@pytest.mark.parametrize("place", ["store", "version", "database", "table"])
def test_what_one_may_not_read_is_told(whole: Path, tmp_path: Path, place: str) -> None:
    folder = tmp_path / "s"
    shutil.copytree(whole, folder)
    closed = {
        "store": folder, "version": version(folder), "database": version(folder) / "db",
        "table": tables(folder)[-1],
    }[place]  # fmt: skip
    closed.chmod(0o000)
    try:
        command = [
            *without_privilege(),
            sys.executable,
            "-m",
            "kg",
            "query",
            COUNT,
            "--store",
            str(folder),
        ]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    finally:
        closed.chmod(0o755)
    assert run.returncode == 2, run.stderr
    assert run.stderr.count("\n") == 1, run.stderr
    assert "may not be read" in run.stderr


def without_privilege() -> list[str]:
    """What makes root one for whom the modes of files count."""
    if os.getuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root may read everything, and setpriv is not here")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
