"""waitress, whose loop itself answers the plain queries: it hands them to the workers and sends on what they
answer, with no thread between.

The threads have all that may wait; the loop never does.  The application tells which is which (see
``unfinished``).
"""

from __future__ import annotations

import logging
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable
from email.utils import formatdate
from functools import lru_cache
from threading import get_ident
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

from waitress.task import WSGITask
from waitress.wasyncore import poll2

from .admission import Admission
from .channel import Channel as Connection
from .clients import client_in
from .connections import MOST, Connections
from .engine import Asking, Engine
from .limits import Overloaded
from .places import NO_WORKER
from .turns import Turns
from .unfinished import ASKING, FAULT, IN_LOOP, UNTIL, Blocking, Busy, Later

_PATH = "/sparql"
_LARGE = 1 << 20  # bytes of an answer that a thread is to send, as they may go by way of a file
_SMALL = 32 << 10  # bytes that are copied, so that head and body go in one packet
_LOOK = 0.05  # seconds after which it is looked again for those whose time is over
_LAST = 0.2  # seconds in which what the last have sent arrives
_TURNS = 4  # in which it is read, at the least
_STOPPING = 12.0  # seconds at most that those have who are being answered when the service stops
_LOG = logging.getLogger("kehoach")


class Response:
    """What the application has answered in the loop."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: list[tuple[str, str]] = []
        self.parts: Iterable[bytes] = ()

    def start(self, status: str, headers: list[tuple[str, str]], *_rest: Any) -> Callable[..., Any]:
        self.status = status
        self.headers = headers
        return self._write

    def _write(self, _data: bytes) -> None:
        raise AssertionError("the application returns its answer")


class Task(WSGITask):
    """Sends what the loop has, or else asks the application; with the environment that the loop had."""

    def __init__(self, channel: Channel, request: Any) -> None:
        if channel.connections.is_stopping:
            request.headers["CONNECTION"] = "close"
        super().__init__(channel, request)
        self.environ = channel.environ
        self._response = channel.response
        channel.environ = channel.response = None

    def execute(self) -> None:
        if self._response is None:
            super().execute()
            return
        self.status = self._response.status
        self.response_headers = list(self._response.headers)
        parts = list(self._response.parts)
        self.content_length = sum(map(len, parts))
        self.complete = True
        for part in parts:
            self.write(part)

    def build_response_header(self) -> bytes:
        """The same as the library makes, of headers that need no putting right."""
        if self._response is None:
            return super().build_response_header()
        headers = self._response.headers
        request: Any = self.request
        connection = request.headers.get("CONNECTION", "").lower()
        is_kept = connection == "keep-alive" if self.version == "1.0" else connection != "close"
        if not is_kept:
            self.close_on_finish = True
            headers = [*headers, ("Connection", "close")]
        elif self.version == "1.0":
            headers = [*headers, ("Connection", "Keep-Alive")]
        lines = [f"{name}: {value}" for name, value in headers]
        text = "\r\n".join((f"HTTP/{self.version} {self.status}", *lines, _date(), "", ""))
        if not len(lines) + 3 == text.count("\r") == text.count("\n"):
            raise ValueError("a line break in a header")
        return text.encode("latin-1")

    def write(self, data: bytes) -> None:
        """Head and body together, where they are small."""
        if self.wrote_header or not (self.complete and self.has_body and 0 < len(data) < _SMALL):
            super().write(data)
            return
        head = self.build_response_header()
        self.wrote_header = True
        if self.chunked_response or self.content_length is None:
            self.channel.write_soon(head)
            super().write(data)
            return
        body = data[: self.content_length - self.content_bytes_written]
        self.content_bytes_written += len(body)
        self.channel.write_soon(head + body)


def _date() -> str:
    return _date_at(int(time.time()))


@lru_cache(2)
def _date_at(second: int) -> str:
    return f"Date: {formatdate(second, usegmt=True)}"


class Channel(Connection):
    """One connection; *environ* and *response* of the request that is answered now."""

    task_class = Task
    environ: WSGIEnvironment | None = None
    response: Response | None = None
    had = 0.0  # seconds that a worker had its last query


def _until(channel: Channel) -> float:
    """When the query that waits is to be answered, in monotonic seconds."""
    assert channel.environ is not None
    until: float = channel.environ[IN_LOOP]
    return until


class _Wait:
    """A query with a worker, as the loop sees it: something that can be read from."""

    accepting = False

    def __init__(self, loop: Loop, channel: Channel, asking: Asking) -> None:
        self._loop = loop
        self._channel = channel
        self._asking = asking
        self._file = asking.begun.fileno()
        loop.files[self._file] = self

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def handle_read_event(self) -> None:
        if self._file in self._loop.files and self._asking.begun.take():
            del self._loop.files[self._file]
            self._loop.ended(self._channel, self._asking)

    handle_expt_event = handle_close = handle_read_event

    def handle_error(self) -> None:
        """A fault of ours: whoever asked is left without an answer, and all others are served."""
        _LOG.exception("an answer could not be sent on")
        self._loop.files.pop(self._file, None)
        self._channel.handle_close()


class Loop(Connections):
    """The server, to be run by the thread that made it."""

    channel_class = Channel
    _map: dict[int, Any]  # which waitress has, and its stubs have not

    def __init__(
        self,
        app: WSGIApplication,
        listener: socket.socket,
        engine: Engine,
        *,
        threads: int,
        admission: Admission,
        tell: Callable[[WSGIEnvironment, str], None],
        most: int = MOST,
    ) -> None:
        self._engine = engine
        self._thread = get_ident()
        self._new: deque[Channel] = deque()
        self._busy: Turns[Channel] = engine.turns
        self._looked = 0.0
        self._waits = 0
        super().__init__(app, listener, threads=threads, admission=admission, tell=tell, most=most)
        engine.when_free.append(self._worker_is_free)

    @property
    def files(self) -> dict[int, Any]:
        """All that is waited for, by descriptor."""
        return self._map

    # -- waitress -------------------------------------------------------------------------------------

    def run(self) -> None:
        """Serve until ``stop``."""
        self._thread = get_ident()
        while not self.is_stopping:
            self._turn()
        self._finish()
        self.task_dispatcher.shutdown()

    def stop(self) -> None:
        """End ``run`` soon, when those who have asked are answered; may be called in a signal's handler."""
        if not self.is_stopping:
            self.is_stopping = True
            super().pull_trigger()

    def add_task(self, task: Any) -> None:
        """*task* is a channel, with a request to be answered."""
        if task.postpones():
            return
        if get_ident() == self._thread:
            self._new.append(task)
        else:
            self._to_thread(task)

    def pull_trigger(self) -> None:
        if get_ident() != self._thread:
            super().pull_trigger()

    # -- the loop -------------------------------------------------------------------------------------

    def _turn(self) -> None:
        wait = 0.0 if self._new else 0.1 if self._busy or self.is_stopping else 1.0
        poll2(wait, self.files)
        for _ in range(len(self._new)):
            channel = self._new.popleft()
            if self._is_plain(channel):
                self._ask(channel)
            else:
                self._to_thread(channel)
        self._give_up()
        while self._busy and self._retry():
            pass

    def _is_plain(self, channel: Channel) -> bool:
        request: Any = channel.requests[0]
        return (
            request.error is None
            and request.path == _PATH
            and request.command in ("GET", "POST")
            and self._engine.is_current()
        )

    def _ask(self, channel: Channel) -> None:
        environ = Task(channel, channel.requests[0]).get_environment()
        environ[IN_LOOP] = environ[UNTIL] = time.monotonic() + self._engine.limits.seconds
        channel.environ = environ
        channel.is_running = True
        self._go_on(channel, environ)

    def _to_thread(self, channel: Any) -> None:
        if channel.environ is not None:
            channel.environ.pop(IN_LOOP)
        self.task_dispatcher.add_task(channel)

    def _go_on(self, channel: Channel, environ: WSGIEnvironment) -> None:
        """Ask the application, for the first time or again."""
        response = Response()
        try:
            response.parts = self.application(environ, response.start)
        except Later as later:
            self._waits += 1
            _Wait(self, channel, later.asking)
            return
        except Busy:
            self._wait(channel, client_in(environ))
            return
        except Blocking:
            pass
        except Exception:  # a fault of ours: told as such by the thread that tries again
            _LOG.exception("a query could not be answered in the loop")
        else:
            channel.response = response
            channel.service()
            return
        self._to_thread(channel)

    def _wait(self, channel: Channel, client: str) -> None:
        """Let a query wait for a worker; where too many do, one of who has most is turned away."""
        refused: Channel | None = None
        if len(self._busy) >= self._engine.limits.waiting:
            refused = self._busy.push_out(client) or channel
        if refused is not channel:
            self._busy.add(client, channel, channel.had)
        if refused is not None:
            self._refuse(
                refused, f"{len(self._busy)} queries are waiting already; try again in a moment"
            )

    def _refuse(self, channel: Channel, words: str) -> None:
        assert channel.environ is not None
        channel.environ[FAULT] = Overloaded(words)
        self._to_thread(channel)

    def _give_up(self) -> None:
        """Tell those whose time is over that no worker became free."""
        now = time.monotonic()
        if not self._busy or now < self._looked + _LOOK:
            return
        self._looked = now
        for channel in self._busy.take_out(lambda one: _until(one) < now):
            self._refuse(channel, NO_WORKER)

    def ended(self, channel: Channel, asking: Asking) -> None:
        """A worker has answered *asking*, or died of it."""
        self._waits -= 1
        channel.had = asking.begun.seconds
        environ = channel.environ
        assert environ is not None
        environ[ASKING] = asking
        if asking.begun.size > _LARGE:
            self._to_thread(channel)
        else:
            self._go_on(channel, environ)

    def _retry(self) -> bool:
        """Ask again for whose turn it is; False where that did not help."""
        if not self._engine.is_current():
            return False
        found = self._busy.next(self._engine.may)
        if found is None:
            return False
        client, channel = found
        assert channel.environ is not None
        before = len(self._busy)
        self._go_on(channel, channel.environ)
        if len(self._busy) == before:
            return True
        self._busy.remove(channel)
        self._busy.put_back(client, channel)  # it was first
        return False

    def _worker_is_free(self) -> None:
        if self._busy:
            self.pull_trigger()

    def _finish(self) -> None:
        """Answer those who have asked already, those too whom the system holds for us; whoever comes then is
        refused by it."""
        until = time.monotonic() + min(self._engine.limits.seconds + 1.0, _STOPPING)
        while self._accept_all() and time.monotonic() < until:
            pass
        self.del_channel()
        self.accepting = False
        assert self.socket is not None
        self.socket.close()
        soon = time.monotonic() + _LAST
        turns = (
            0  # of a busy machine one turn may take all of that, and the next sees what has arrived
        )
        while (
            (now := time.monotonic()) < soon or turns < _TURNS or (self._is_owing and now < until)
        ):
            self._turn()
            turns += 1

    def _accept_all(self) -> bool:
        """Take the connections that wait to be accepted; whether there were any."""
        before = set(self.files)
        self.handle_accept()
        return not before.issuperset(self.files)

    @property
    def _is_owing(self) -> bool:
        """Whether somebody who has asked has not got all of the answer."""
        return any(one.requests or one.total_outbufs_len for one in self.channels)
