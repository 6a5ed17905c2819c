"""What the kernel keeps from the processes that run queries, also where it lets nobody leave the network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from kg.api import confine, seccomp

from kg.raster import to_png_apart

WITHOUT_UNSHARE = """
import os, resource, socket, subprocess
from kg.api import confine
confine._unshare = lambda: False
before, _ = socket.socketpair()
print(confine.leave_network())
for step in (socket.socket, lambda: before.connect("/nowhere"), lambda: subprocess.run(["true"]),
             lambda: socket.create_connection(("127.0.0.1", 9))):
    try:
        step()
    except OSError as fault:
        print(type(fault).__name__)
    else:
        print("done")
print(open("/proc/self/stat").read() != "")  # files can still be read
pid = os.fork()
if pid == 0:
    try:
        socket.socket()
    except PermissionError:
        os._exit(7)
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
confine.limit_files()
try:
    os.pwrite(os.memfd_create("x"), b"x", 1 << 20)
except OSError as fault:
    print(fault.strerror)
"""


@pytest.mark.skipif(
    seccomp.platform.machine() not in seccomp._KNOWN,
    reason="the calls of this machine are not known",
)
def test_no_privilege_is_needed_to_be_kept_from_the_network() -> None:
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_UNSHARE], capture_output=True, text=True, check=False
    )
    assert run.stdout.split("\n")[:8] == [
        "True",
        *["PermissionError"] * 4,
        "True",
        "7",
        "File too large",
    ], run.stderr


def test_a_machine_whose_calls_are_not_known_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seccomp.platform, "machine", lambda: "abacus")
    assert not seccomp.give_up()


def test_nothing_of_the_working_folder_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Processes of ours take no module from the folder that a person happens to stand in."""
    for name in ("kg", "socket", "json"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')", "utf-8")
    monkeypatch.chdir(tmp_path)
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'
    assert to_png_apart(picture, 8, 20).startswith(b"\x89PNG")
    process, end = confine.started("kg.api.holder")
    with end, pytest.raises(subprocess.TimeoutExpired):  # it waits to be told what to hold
        process.wait(1)
    process.wait(20)
    assert not (tmp_path / "ran").exists()
