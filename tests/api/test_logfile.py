"""The access log as a file: rotated, kept, opened anew, and never with the words of a query unless told."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kg.api.logfile import LogFile, Rotation, rotation

from kg.errors import KgError
from kg.store import make_empty

from .serving import Served

DAY = 86400
DEPLOYMENT = Path(__file__).parents[2] / "docs" / "deployment"
LOGROTATE = shutil.which("logrotate", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
Open = Callable[[Path, Rotation], LogFile]


@pytest.fixture
def opened() -> Iterator[Open]:
    logs: list[LogFile] = []

    def open_one(path: Path, when: Rotation) -> LogFile:
        logs.append(LogFile(path, when))
        return logs[-1]

    yield open_one
    for log in logs:
        log.close()


def write(log: LogFile, text: str) -> None:
    log.emit(logging.LogRecord("access", logging.INFO, "", 0, text, None, None))


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def age(file: Path, days: float) -> None:
    then = time.time() - days * DAY
    os.utime(file, (then, then))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("day", Rotation(True, None, 3)),
        ("never", Rotation(False, None, 3)),
        ("100MB", Rotation(False, 100 << 20, 3)),
        ("2 gb", Rotation(False, 2 << 30, 3)),
    ],
)
def test_when_a_new_file_is_begun(text: str, expected: Rotation) -> None:
    assert rotation(text, 3) == expected


@pytest.mark.parametrize("text", ["weekly", "0MB", "100", "-1MB", ""])
def test_what_is_no_rotation_is_told(text: str) -> None:
    with pytest.raises(KgError, match="write day, never, or a size"):
        rotation(text, 3)


def test_by_size_so_many_files_are_kept(opened: Open, tmp_path: Path) -> None:
    log = opened(tmp_path / "log", Rotation(False, 100, 2))
    for number in range(10):
        write(log, f"{number}" * 60)
    assert names(tmp_path) == ["log", "log.1", "log.2"]
    assert [(tmp_path / n).read_text()[0] for n in names(tmp_path)] == ["9", "8", "7"]
    assert (tmp_path / "log").stat().st_mode & 0o007 == 0


def test_by_day_what_is_too_old_goes(opened: Open, tmp_path: Path) -> None:
    for number in (1, 2, 9):
        (tmp_path / f"log.{number}").write_text("old\n")
    age(tmp_path / "log.2", 40)
    (tmp_path / "log.notes").write_text("not ours")
    (tmp_path / "log").write_text("of yesterday\n")
    age(tmp_path / "log", 1.01)
    log = opened(tmp_path / "log", Rotation(True, None, 5))
    assert names(tmp_path) == ["log", "log.1", "log.notes"]
    write(log, "of today")
    write(log, "of today")
    assert names(tmp_path) == ["log", "log.1", "log.2", "log.notes"]
    assert (tmp_path / "log.1").read_text() == "of yesterday\n"
    assert (tmp_path / "log").read_text() == "of today\nof today\n"


def test_never_means_never(opened: Open, tmp_path: Path) -> None:
    log = opened(tmp_path / "log", Rotation(False, None, 0))
    write(log, "one")
    age(tmp_path / "log", 400)
    write(log, "two")
    assert names(tmp_path) == ["log"]


def test_a_file_that_was_moved_away_is_left_alone(opened: Open, tmp_path: Path) -> None:
    log = opened(tmp_path / "log", Rotation(False, None, 0))
    write(log, "one")
    (tmp_path / "log").rename(tmp_path / "log.old")
    write(log, "two")
    assert (tmp_path / "log.old").read_text() == "one\n"
    assert (tmp_path / "log").read_text() == "two\n"


def test_a_log_that_cannot_be_written_stops_nobody(
    opened: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    log = opened(Path("/dev/full"), Rotation(False, None, 0))
    write(log, "one")
    write(log, "two")
    said = capsys.readouterr().err
    assert said.count("the access log cannot be written") == 1
    with pytest.raises(KgError, match="cannot be written"):
        LogFile(Path("/proc/none/log"), Rotation(True, None, 0))


@pytest.mark.parametrize("has_text", [pytest.param(False, marks=pytest.mark.slow), True])
def test_of_a_running_service(tmp_path: Path, has_text: bool) -> None:
    make_empty(tmp_path / "s")
    file = tmp_path / "access.log"
    options = ["--access-log", str(file), "--access-log-rotate", "never"]
    service = Served(tmp_path / "s", *options, *(["--log-queries"] if has_text else []))
    for _ in range(2):  # the second answer comes from the cache
        assert service.ask('SELECT * { ?s ?p "Nguyễn Văn A" }')[0] == 200
    assert service.request("GET", "/search?q=Nguyen+Van+B")[0] == 200
    file.rename(tmp_path / "access.log.1")
    service.process.send_signal(signal.SIGHUP)
    assert service.ask("ASK { <a:a> <a:b> <a:c> }")[0] == 200
    assert service.stop() == 0
    first = (tmp_path / "access.log.1").read_text("utf-8")
    told = [json.loads(line) for line in first.splitlines()]
    queries = [one for one in told if one["path"] == "/sparql"][-2:]
    assert {one["query"] for one in queries} == {queries[0]["query"]}
    assert len(queries[0]["query"]) == 16
    if has_text:
        assert all(one["query_text"] == 'SELECT * { ?s ?p "Nguyễn Văn A" }' for one in queries)
    else:
        assert "Nguy" not in first
        assert "query_text" not in first
    assert "Van+B" not in first
    assert len(file.read_text("utf-8").splitlines()) == 1


@pytest.mark.slow
@pytest.mark.skipif(LOGROTATE is None, reason="logrotate is not here")
def test_logrotate_with_the_file_of_the_manual(tmp_path: Path) -> None:
    make_empty(tmp_path / "s")
    folder = tmp_path / "log"
    folder.mkdir(mode=0o750)
    file = folder / "access.log"
    service = Served(tmp_path / "s", "--access-log", str(file), "--access-log-rotate", "never")
    given = (DEPLOYMENT / "kehoach.logrotate").read_text("utf-8")
    text = given.replace("/var/log/kehoach/access.log", str(file))
    text = text.replace("create 0640 kehoach kehoach", "create 0640")
    text = re.sub(r"systemctl kill .* kehoach\.service", f"kill -HUP {service.process.pid}", text)
    assert str(service.process.pid) in text
    (tmp_path / "rules").write_text(text, "utf-8")
    (tmp_path / "rules").chmod(0o640)
    for _ in range(3):
        assert service.ask("ASK {}")[0] == 200
        assert LOGROTATE is not None
        command = [
            LOGROTATE,
            "--force",
            "--state",
            str(tmp_path / "state"),
            str(tmp_path / "rules"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
    assert service.ask("ASK {}")[0] == 200
    assert service.stop() == 0
    kept = names(folder)
    assert kept == ["access.log", "access.log.1", "access.log.2.gz", "access.log.3.gz"]
    assert len(file.read_text("utf-8").splitlines()) == 1  # what came after the last turn
    assert file.stat().st_mode & 0o777 == 0o640
