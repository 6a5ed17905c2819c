"""Keeps the mirror of a remote dataset up to date, and knows how the remote engine is.

A look at the version that is written down there takes one small query.  Where it is another one, the readers are told
which graphs there are now, so that queries see it at once; and a process of its own makes the mirror anew, whose index
and pictures they go over to as to any version that was published.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.remote import content
from kg.remote.endpoint import Endpoint
from kg.remote.mirror import known_version
from kg.remote.question import Question

_LOG = logging.getLogger("kehoach")
_OFTEN = 5.0  # seconds between two looks at what is written down
_SELDOM = 120.0  # where every graph has to be counted
_PATIENCE = 10.0  # seconds that a look may take
_LONGEST = 3600.0  # seconds that the mirror may take


class Follower:
    """Looks at *endpoint* for as long as it is not stopped."""

    def __init__(self, endpoint: Endpoint, folder: Path) -> None:
        self.endpoint = endpoint
        # Who is told of what there is by now.
        self.readers: Callable[[dict[str, Any]], None] = lambda _manifest: None
        self._folder = folder
        self._stopped = threading.Event()
        self._woken = threading.Event()
        self._telling = threading.Lock()
        self._told = known_version(folder)
        self._state: dict[str, Any] = {"url": endpoint.url, "reachable": True, "message": None}
        self._since = time.time()
        self._process: subprocess.Popen[str] | None = None
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self._thread.start()

    def state(self) -> dict[str, Any]:
        """*reachable*, *message* (what is wrong), *since*: seconds for which it is so."""
        return {**self._state, "since": round(time.time() - self._since)}

    def stop(self) -> None:
        self._stopped.set()
        self._woken.set()
        if (process := self._process) is not None:
            process.kill()

    def fetch(self, question: Question, until: float, most: int) -> tuple[str, bytes]:
        """What the endpoint answers to a query of a worker."""
        return self.endpoint.ask(question, until, most)

    def show(self) -> None:
        """Let readers see at once what there is now; raises ``KgError`` where the engine does not tell."""
        with self._telling:
            manifest = content.manifest(self._ask, self.endpoint.url)
            self.readers(manifest)
            self._told = manifest["version"]
        self._woken.set()  # the mirror is to follow

    def _run(self) -> None:
        pause = _OFTEN
        rested = 0.0  # when the mirror may be made again: no oftener than it takes
        while not self._stopped.is_set():
            self._woken.wait(pause)
            self._woken.clear()
            if self._stopped.wait(0):
                return
            try:
                version, is_told = content.version(self._ask, self.endpoint.url)
                pause = _OFTEN if is_told else _SELDOM
                if version != self._told:
                    self.show()
                    self._woken.clear()
                began = time.monotonic()
                if version != known_version(self._folder) and began > rested:
                    self._refresh()
                    rested = 2 * time.monotonic() - began
            except KgError as fault:
                self._tell(str(fault))
                pause = _OFTEN
            except Exception as fault:  # the thread must outlive a fault of ours
                _LOG.exception("the look at the remote engine failed")
                self._tell(f"its answer could not be used ({type(fault).__name__})")
                pause = _OFTEN
            else:
                self._tell(None)

    def _ask(self, question: Question) -> tuple[str, bytes]:
        return self.endpoint.ask(question, time.monotonic() + _PATIENCE)

    def _tell(self, message: str | None) -> None:
        reachable = message is None
        if reachable != self._state["reachable"]:
            self._since = time.time()
            _LOG.warning("the remote engine: %s", message or "it answers again")
        self._state = {**self._state, "reachable": reachable, "message": message}

    def _refresh(self) -> None:
        command = [sys.executable, "-P", "-c", "from kg.remote.mirror import main; main()"]
        told = {
            "url": self.endpoint.url,
            "folder": str(self._folder),
            "access": asdict(self.endpoint.access),
        }
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            self._process = process
            try:
                _, errors = process.communicate(json.dumps(told), timeout=_LONGEST)
            except subprocess.TimeoutExpired:
                process.kill()
                errors = "it took too long"
            finally:
                self._process = None
        if process.returncode and not self._stopped.is_set():
            raise KgError(f"the mirror could not be made anew: {errors.strip()[-300:]}")
