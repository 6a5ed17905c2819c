"""Other SPARQL engines, started for a test: each in a folder and on ports of its own."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.remote.endpoint import Access, Endpoint

VIRTUOSO = shutil.which("virtuoso-t")
_ISQL = shutil.which("isql-vt")
_INI = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
MaxCheckpointRemap = 2000
Striping = 0
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
MaxCheckpointRemap = 2000
Striping = 0

[Parameters]
ServerPort = 127.0.0.1:{sql}
LiteMode = 0
DisableUnixSocket = 1
ServerThreads = 10
CheckpointInterval = 60
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
DirsAllowed = .
SchedulerInterval = 10
FDsPerFile = 1
ThreadsPerQuery = 2

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 8

[SPARQL]
ResultSetMaxRows = 1000000
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: list[str], folder: Path, port: int, seconds: float) -> Iterator[None]:
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            until = time.monotonic() + seconds
            while True:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"{command[0]} did not start")
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()


@contextmanager
def oxigraph(folder: Path, port: int | None = None) -> Iterator[Endpoint]:
    """``oxigraph serve`` with an empty store, or what *folder* has from before."""
    port = port or free_port()
    program = str(Path(sys.executable).with_name("oxigraph"))
    folder.mkdir(parents=True, exist_ok=True)
    with _running([program, "serve", "-l", "db", "-b", f"127.0.0.1:{port}"], folder, port, 60):
        base = f"http://127.0.0.1:{port}"
        yield Endpoint(f"{base}/query", update=f"{base}/update")


@contextmanager
def virtuoso(folder: Path) -> Iterator[Endpoint]:
    """Virtuoso with an empty database, in which whoever asks may write."""
    assert VIRTUOSO is not None
    assert _ISQL is not None
    sql, http = free_port(), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "x.ini").write_text(_INI.format(sql=sql, http=http), "utf-8")
    with _running([VIRTUOSO, "-f", "-c", "x.ini"], folder, http, 120):
        told = "grant SPARQL_UPDATE to \"SPARQL\"; DB.DBA.RDF_DEFAULT_USER_PERMS_SET ('nobody', 7);"
        for _ in range(100):
            done = subprocess.run(
                [_ISQL, f"127.0.0.1:{sql}", "dba", "dba", f"exec={told}"],
                capture_output=True,
                text=True,
            )
            if done.returncode == 0:
                break
            time.sleep(0.2)
        else:
            raise RuntimeError(done.stderr)
        url = f"http://127.0.0.1:{http}/sparql"
        yield Endpoint(url, update=url, access=Access())
