"""What the doctor sees: each trouble is a line that says what to do, and the exit code tells."""

from __future__ import annotations

import json
import locale
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.doctor import machine, stored
from kg.errors import StoreError
from kg.journal import journal
from kg.probing import count_statements
from kg.store import publish

from .test_damage import cut, scribble, tables, version
from .test_upgrading import make_older

Told = dict[str, tuple[str, str, str]]


def look(*words: str | Path, code: int | None = None) -> Told:
    result = CliRunner().invoke(main, ["doctor", "--format", "json", *(str(w) for w in words)])
    told = {f["about"]: (f["state"], f["says"], f["remedy"]) for f in json.loads(result.stdout)}
    states = {state for state, _, _ in told.values()}
    assert result.exit_code == (1 if "fail" in states else 0)
    if code is not None:
        assert result.exit_code == code, told
    for about, (state, _, remedy) in told.items():
        assert bool(remedy) == (state != "ok"), about
    return told


@pytest.fixture
def copy(small_folder: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "s"
    shutil.copytree(small_folder, folder)
    return folder


def test_all_is_well_here(store_folder: Path) -> None:
    told = look("--store", store_folder, code=0)
    for about in ("python", "libraries", "clock", "letters for PNG", "store", "database db", "room",
                  "database merged", "search index", "locks", "journal", "left over"):  # fmt: skip
        assert told[about][0] in ("ok", "warn"), told[about]
    assert told["libraries"][0] == told["store"][0] == told["letters for PNG"][0] == "ok"


def test_the_same_in_words(small_folder: Path) -> None:
    text = CliRunner().invoke(main, ["doctor", "--store", str(small_folder)]).stdout
    assert "ok    store: version " in text


def test_a_damaged_store(copy: Path) -> None:
    cut(tables(copy)[-1:])
    (version(copy) / "search.db").write_bytes(b"SQLite format 3\0" + bytes(5000))
    told = look("--store", copy, code=1)
    assert told["database db"][0] == "fail"
    assert "kg restore BACKUP" in told["database db"][2]
    assert told["database merged"][0] == "ok"
    assert told["search index"][0] == "fail"


@pytest.mark.parametrize("name", ["db", "merged"])
def test_each_order_of_the_statements_is_read(tmp_path: Path, name: str) -> None:
    """Whichever table is overwritten, the database is not whole."""
    lines = (
        f'<https://x.example/{n}> <https://x.example/p> "a text that is long {n}" '
        for n in range(50)
    )
    publish(
        ["".join(f"{x}<https://x.example/g> .\n{x}.\n" for x in lines).encode()], tmp_path / "s", {}
    )
    whole = version(tmp_path / "s") / name
    for table in sorted(whole.glob("*.sst")):
        copied = tmp_path / table.stem
        shutil.copytree(whole, copied)
        scribble([copied / table.name])
        with pytest.raises(StoreError, match="the database is damaged"):
            count_statements([copied])
    assert count_statements([whole]) == [100 if name == "db" else 50]


def test_counts_that_do_not_agree(copy: Path) -> None:
    file = version(copy) / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "quads": 5}), "utf-8")
    assert "not 5" in look("--store", copy, code=1)["database db"][1]
    file.write_text("{", "utf-8")
    assert look("--store", copy, code=1)["store"][0] == "fail"


def test_no_store_and_one_of_an_earlier_form(small_folder: Path, tmp_path: Path) -> None:
    told = look("--store", tmp_path, code=1)
    assert told["store"][2].startswith("make one with: kg build")
    make_older(small_folder, tmp_path / "old", 1)
    assert "kg upgrade" in look("--store", tmp_path / "old", code=1)["store"][2]


def test_journal_room_and_remains(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal(copy, version(copy).name).write_bytes(b"{}\n{}\n")
    (copy / "versions" / ".99999").mkdir()
    os.utime(copy / "versions" / ".99999", (0, 0))
    told = look("--store", copy)
    assert told["journal"][1].startswith("2 write(s), 6 bytes")
    assert told["left over"][0] == "warn"
    monkeypatch.setattr(stored, "free_bytes", lambda _: 100 << 20)
    monkeypatch.setattr(stored, "_LONG", 5)
    told = look("--store", copy)
    assert (told["journal"][0], told["room"][0]) == ("warn", "ok")
    monkeypatch.setattr(stored, "free_bytes", lambda _: 1 << 20)
    assert look("--store", copy, code=1)["room"][0] == "fail"


def test_limits_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    low = {resource.RLIMIT_NOFILE: (256, 512), resource.RLIMIT_AS: (1 << 30, -1),
           resource.RLIMIT_STACK: (1 << 20, 8 << 20)}  # fmt: skip
    monkeypatch.setattr(resource, "getrlimit", low.__getitem__)
    monkeypatch.setattr(time, "time", lambda: 1e9)
    monkeypatch.setattr(locale, "getencoding", lambda: "ANSI_X3.4-1968")
    told = look(code=1)
    states = [told[name][0] for name in ("limit -n", "limit -v", "limit -s", "clock", "locale")]
    assert states == ["warn", "fail", "warn", "fail", "warn"]


def test_libraries_that_are_not_those_of_the_lock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "version", lambda name: "0.1" if name == "lxml" else "1")
    assert "lxml 0.1 (locked: " in look()["libraries"][1]


def test_a_service(store_folder: Path) -> None:
    command = [sys.executable, "-m", "kg", "serve", "--store", str(store_folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        url = process.stdout.readline().strip()
        told = look("--url", url, code=0)
        assert [told[n][0] for n in ("service", "queries", "address", "clocks")] == ["ok"] * 4
        other = url.replace("127.0.0.1", "localhost")
        assert look("--url", other + "kehoach", code=1)["service"][0] == "fail"
        process.terminate()
        assert process.wait(30) == 0
    assert "Connection refused" in look("--url", url, code=1)["service"][1]
    assert look("--url", "ftp://x", code=1)["service"][0] == "fail"
