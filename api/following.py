"""Keeps the mirror of a remote dataset up to date, and knows how the remote engine is.

A look at the version that is written down there takes one small query; only where it is another one, a process of its
own makes the mirror anew, and readers go over to it as to any version that was published.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
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
        self._folder = folder
        self._stopped = threading.Event()
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
        if (process := self._process) is not None:
            process.kill()

    def fetch(self, question: Question, until: float, most: int) -> tuple[str, bytes]:
        """What the endpoint answers to a query of a worker."""
        return self.endpoint.ask(question, until, most)

    def _run(self) -> None:
        pause = _OFTEN
        while not self._stopped.wait(pause):
            try:
                version, is_told = content.version(self._ask, self.endpoint.url)
                pause = _OFTEN if is_told else _SELDOM
                if version != known_version(self._folder):
                    self._refresh()
            except KgError as fault:
                self._tell(str(fault))
                pause = _OFTEN
            except Exception:  # the thread must outlive a fault of ours
                _LOG.exception("the look at the remote engine failed")
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
