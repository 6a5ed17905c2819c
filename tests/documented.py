"""Runs what a page of the manual tells its reader to do, in a folder of its own that looks like a checkout.

```console     lines with «$» are run by bash; the lines beneath are looked for in what they print («…»: anything)
```python      run as a program
```sparql      asked of the service that the page has started, else of the bundled plan; there must be an answer
               (not where it asks another machine by SERVICE)
```diff        applied with patch
```text        right beneath a program: lines that the program must have printed
any ```LANGUAGE title="FILE"   written to that file first

A command that serves («make serve», «kg serve …») goes on until the page ends, on a free port that takes the place of
the one told, as another free one does of 127.0.0.1:7878.  What is left running by «&» ends with the page.  What needs the network, or another program, stands in ```sh and is not run.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode
from urllib.request import Request, urlopen

ROOT = Path(__file__).parent.parent
TOLD = "http://127.0.0.1:8000"
OTHER_PORT = "127.0.0.1:7878"
COPIED = ("kg", "ontology", "queries", "shapes")
SECONDS = 240
_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\w+)(?P<rest>[^\n`]*)\n(?P<text>.*?)^(?P=indent)```[ ]*$",
    re.DOTALL | re.MULTILINE,
)
_SERVES = re.compile(r"(make serve|(?:\.venv/bin/)?kg serve)\b")


class Block(NamedTuple):
    """A fence of a page; *title*: the file that it is, "" for none."""

    language: str
    title: str
    text: str


def blocks(page: str) -> Iterator[Block]:
    for found in _FENCE.finditer(page):
        title = re.search(r'title="([^"]+)"', found["rest"])
        cut = len(found["indent"])
        text = "".join(line[cut:] or "\n" for line in found["text"].splitlines(keepends=True))
        yield Block(found["language"], title.group(1) if title else "", text)


def steps(console: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a console block with the lines that it is said to print; a backslash goes on."""
    command, expected = "", list[str]()
    joined = re.sub(r"\\\n\s*", " ", console)
    for line in joined.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, expected
            command, expected = line[2:], []
        elif line.strip():
            expected.append(line.strip())
    if command:
        yield command, expected


def missing(expected: list[str], printed: str) -> list[str]:
    """The lines that do not come, in this order, in what was printed."""
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    place, lacking = 0, []
    for one in expected:
        wanted = re.compile(".*".join(map(re.escape, " ".join(one.split()).split("…"))))
        there = next((i for i in range(place, len(lines)) if wanted.fullmatch(lines[i])), None)
        if there is None:
            lacking.append(one)
        else:
            place = there + 1
    return lacking


class Sandbox:
    """A folder with the parts of a checkout, and nothing that a page has not told to make."""

    def __init__(self, folder: Path, cache: Path, *, own_copy: bool) -> None:
        self.folder = folder
        self.address = TOLD
        self.other = f"127.0.0.1:{_free_port()}"
        self._stack = ExitStack()
        for name in ("api", "docs", "benchmarks", ".venv"):
            folder.joinpath(name).symlink_to(ROOT / name)
        for name in COPIED:
            if own_copy:
                shutil.copytree(
                    ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
                )
            else:
                folder.joinpath(name).symlink_to(ROOT / name)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
        self.env |= {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "XDG_CACHE_HOME": str(folder / "cache" if own_copy else cache),
            "MPLBACKEND": "agg",
            "LC_ALL": "C.UTF-8",
        }
        if own_copy:
            # As in a checkout: what is installed finds its parts beside it.
            for name in ("api", "ontology", "queries", "shapes"):
                folder.joinpath("kg", name).symlink_to(folder / name)
            self.env["PYTHONPATH"] = str(folder)

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def follow(self, page: str) -> None:
        """Everything the page tells, in its order; ``AssertionError`` says what did not hold."""
        printed = None
        for block in blocks(page):
            text = block.text.replace(OTHER_PORT, self.other)
            if block.language == "text" and not block.title and printed is not None:
                lacking = missing(text.splitlines(), printed)
                assert not lacking, f"the program prints no {lacking}, but:\n{printed}"
            printed = None
            if block.language != "console":
                text = text.replace(TOLD, self.address)
            if block.title:
                file = self.folder / block.title
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, "utf-8")
            if block.language == "console":
                for command, expected in steps(text):
                    self._step(command.replace(TOLD, self.address), expected)
            elif block.language == "python":
                printed = self._run([sys.executable, "-W", "error::FutureWarning", "-c", text])
            elif block.language == "sparql" and "SERVICE <" not in block.text:
                self._ask(text)
            elif block.language == "diff":
                self._run(["patch", "-p1", "--fuzz=0"], given=text)

    def _step(self, command: str, expected: list[str]) -> None:
        if _SERVES.match(command):
            printed = self._serve(command)
        else:
            printed = self._run(["bash", "-eu", "-o", "pipefail", "-c", command])
        told = [one.replace(TOLD, self.address) for one in expected]
        lacking = missing(told, printed)
        assert not lacking, f"$ {command}\nprints no {lacking}, but:\n{printed}"

    def _run(self, command: list[str], given: str | None = None) -> str:
        process = subprocess.Popen(
            command, cwd=self.folder, env=self.env, text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._stack.callback(_end, process.pid)
        printed, _ = process.communicate(given, timeout=SECONDS)
        assert process.returncode == 0, f"{command[-1]}\nends with {process.returncode}:\n{printed}"
        return printed

    def _serve(self, command: str) -> str:
        options = _SERVES.sub("", command, count=1)
        options = re.sub(r'ARGS="([^"]*)"', r"\1", options)
        options = re.sub(r"--port\s+\d+", "", options)
        process = self._stack.enter_context(
            subprocess.Popen(
                ["bash", "-c", f"exec {shlex.quote(sys.executable)} -m kg serve --port 0 --workers 2 {options}"],
                cwd=self.folder, env=self.env, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )
        )  # fmt: skip
        self._stack.callback(process.terminate)
        assert process.stdout is not None
        counts, address = process.stdout.readline(), process.stdout.readline()
        assert address.startswith("http://"), f"$ {command}\ndoes not serve: {counts}{address}"
        self.address = address.strip().rstrip("/")
        return counts + address

    def _ask(self, query: str) -> None:
        if self.address == TOLD:
            assert len(self._run(["kg", "query", query, "--format", "csv"]).splitlines()) > 1, query
            return
        body = urlencode({"query": query}).encode()
        request = Request(f"{self.address}/sparql", body, {"Accept": "text/csv"})
        with urlopen(request, timeout=SECONDS) as response:
            assert len(response.read().splitlines()) > 1, query


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _end(group: int) -> None:
    """What a command has left running in its group."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)
