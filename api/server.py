"""The HTTP server around the application: waitress, in this process.

It reads requests to their end before a thread sees them, and a thread hands an answer over without waiting for
it to be read (``channel``), so that slow clients take no thread.
"""

from __future__ import annotations

import logging
import signal
import socket
from pathlib import Path
from types import FrameType

from kg.locking import only_service
from kg.store import tidy

from . import create_app
from .access import record
from .admission import Admission
from .allocation import give_back
from .engine import Engine
from .loop import Loop
from .metrics import Metrics

_ENDING = 2.0  # seconds that processes which end may take to be gone


class Server:
    """The service, loaded and listening; ``run`` serves until ``heed_signals`` is told to stop."""

    def __init__(self, config: dict[str, object], listener: socket.socket) -> None:
        give_back()
        takes_writes = config["UPDATE_TOKEN"] is not None and config["REMOTE"] is None
        self._only = only_service(Path(str(config["STORE"])), _ENDING) if takes_writes else None
        # What writes holds it too: killed, this process may leave one that is just ending.
        held = () if self._only is None else (self._only.fileno(),)
        app = create_app({**config, "HELD": held})
        self.engine: Engine = app.extensions["engine"]
        self._writes = app.extensions.get("writes")
        self._follower = app.extensions.get("follower")
        metrics: Metrics = app.extensions["metrics"]
        limits = self.engine.limits
        self._server = Loop(
            app,
            listener,
            self.engine,
            # Queries and writes that wait have a thread each, and whoever is too much is told at once.
            threads=limits.workers + 2 * limits.waiting + 8,
            admission=Admission(app.config["UPDATE_TOKEN"]),
            tell=lambda environ, status: record(metrics, environ, status, None, 0.0),
        )
        metrics.watch(self._server)
        _ = (
            self.engine.version
        )  # loads the dataset: whoever is told the address is answered at once

    def heed_signals(self) -> None:
        """From now on SIGTERM and SIGINT end the service in order; called before anybody is told its address."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)

    def run(self) -> None:
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a full queue is no news here
        try:
            self._server.run()
        finally:
            self._server.close()
            if self._writes is not None:
                self._writes.close()
            if self._follower is not None:
                self._follower.stop()
            self.engine.close()
            if self._only is not None:
                tidy(self.engine.folder, _ENDING)
                self._only.close()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._server.stop()
