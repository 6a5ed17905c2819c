"""``kg serve`` as a user runs it, in a process of its own, asked over HTTP."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

TOKEN = "correct-horse-battery-staple"
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/sparql-update"}


class Served:
    """A service on a free port; *seconds*: from its start to its first answer."""

    def __init__(self, folder: Path, *options: str, may_write: bool = True) -> None:
        words = [sys.executable, "-m", "kg", "serve", "--store", str(folder), "--port", "0"]
        if may_write:
            token = folder.parent / "token.txt"
            token.write_text(TOKEN, "utf-8")
            words += ["--update-token-file", str(token)]
        began = time.monotonic()
        self.process = subprocess.Popen(
            [*words, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.counts = self.process.stdout.readline()
        self.url = self.process.stdout.readline().strip().rstrip("/")
        if not self.url:
            assert self.process.stderr is not None
            said = self.process.stderr.read()
            self._end()
            raise AssertionError(said)
        self.port = int(urlsplit(self.url).port or 0)
        assert self.ask("ASK {}")[0] == 200
        self.seconds = time.monotonic() - began

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, bytes, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read(), dict(answer.getheaders())

    def ask(self, query: str) -> tuple[int, bytes]:
        headers = {"Accept": "text/csv"}
        if query.startswith("ASK"):
            headers = {"Accept": "application/sparql-results+json"}
        return self.request("GET", "/sparql?query=" + quote(query), None, headers)[:2]

    def values(self, pattern: str) -> list[str]:
        """What «?v» is in *pattern*."""
        status, body = self.ask(f"SELECT ?v {{ {pattern} }}")
        assert status == 200, body
        return body.decode("utf-8").split("\r\n")[1:-1]

    def update(self, text: str) -> int:
        return self.request("POST", "/update", text.encode("utf-8"), HEADERS)[0]

    def kill(self, pids: Sequence[int] = ()) -> None:
        """SIGKILL to the service alone, or to *pids* as well, and wait until it is dead."""
        for pid in (self.process.pid, *pids):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._end()

    def stop(self) -> int:
        self.process.terminate()
        return self._end()

    def family(self) -> list[int]:
        """The processes that the service has started."""
        found: list[int] = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                if int(stat.read_text().rpartition(")")[2].split()[3]) == self.process.pid:
                    found.append(int(stat.parent.name))
        return [pid for pid in found if pid != self.process.pid]

    def _end(self) -> int:
        status = self.process.wait(60)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return status
