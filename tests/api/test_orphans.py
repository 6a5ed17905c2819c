"""A service that is killed: what it had at work ends with it, so that the next one has the machine and the store."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from .test_loop import BOMB, asking, connect, serving
from .test_turns import TOKEN, children, until_busy

COUNTED = "INSERT DATA { <a:s> <a:p> 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20 }"
SLOW = (
    "INSERT { <a:x> <a:y> ?a } WHERE { <a:s> <a:p> ?a, ?b, ?c, ?d, ?e, ?f, ?g, ?h "
    "FILTER(?a + ?b + ?c + ?d + ?e + ?f + ?g + ?h = 0.5) }"
)


def until(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while not is_so() and time.monotonic() < end:
        time.sleep(0.02)
    return is_so()


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def has_computed(pid: int) -> float:
    """Clock ticks in user mode."""
    return float(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])


def update(text: str) -> bytes:
    return (
        f"POST /update?update={quote(text)} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n\r\n"
    ).encode()


def test_queries_end_with_it(store_folder: Path) -> None:
    options = ("--workers", "2", "--timeout", "600")
    with serving(store_folder, *options, ended_by=signal.SIGKILL) as (port, process):
        (holder,) = children(process.pid, "kg.api.holder")
        with connect(port) as first, connect(port) as second:
            first.sendall(asking(BOMB))
            second.sendall(asking(f"{BOMB} #2"))
            until_busy(port, 2)
            at_work = [holder, *children(holder, "kg.api.holder")]
            assert len(at_work) >= 3
            process.kill()
            process.wait()
            assert until(lambda: not any(map(is_running, at_work)))


@pytest.mark.slow
def test_an_update_ends_with_it_and_leaves_the_store_to_the_next(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN)
    options = ("--timeout", "600", "--update-token-file", str(token))
    with serving(tmp_path / "store", *options, ended_by=signal.SIGKILL) as (port, process):
        with connect(port) as link:
            link.sendall(update(COUNTED))
            assert link.recv(4096).startswith(b"HTTP/1.1 204")
        (writer,) = children(process.pid, "kg.api.writer")
        before = has_computed(writer)
        with connect(port) as link:
            link.sendall(update(SLOW))
            assert until(lambda: has_computed(writer) > before + 50)  # half a second
            process.kill()
            process.wait()
            assert until(lambda: not is_running(writer))
    with serving(tmp_path / "store", *options) as (port, _), connect(port) as link:
        link.sendall(update("INSERT DATA { <a:s> <a:p> 21 }"))
        assert link.recv(4096).startswith(b"HTTP/1.1 204")
