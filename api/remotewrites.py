"""Writing with a remote engine: each operation is passed on in one request, with what keeps our books there true.

One at a time: what an update writes is told before it is sent, from what is there then.  A mark that no other request has
goes with each, so that the books tell what became of one whose answer was lost.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Mapping

import pyoxigraph as ox

from kg.errors import KgError, QueryError
from kg.names import GRAPH_MERGED
from kg.remote import content
from kg.remote.books import around
from kg.remote.errors import RemoteError, RemoteUnknown
from kg.remote.question import Question
from kg.remote.touching import UNNAMED
from kg.remote.translating import Choice, Chosen, Translated

from .engine import Engine
from .following import Follower
from .limits import LimitError, Overloaded, TimeLimit
from .operations import Clear, Operation, Outcome, Put
from .passing import prepared
from .writer import late

_LEAST = 1.0  # seconds that an operation gets, however late it is begun
_GRACE = 2.5  # seconds for which it is looked whether a write was done
_PAUSE = 0.25
Marks = Mapping[str, tuple[str, int]]


class RemoteWrites:
    """Takes operations from any thread; ``write`` returns when the engine has done one and readers see it."""

    def __init__(self, engine: Engine, follower: Follower) -> None:
        self._engine = engine
        self._follower = follower
        self._room = threading.Semaphore(engine.limits.waiting)
        self._turn = threading.Lock()

    def close(self) -> None:
        """Let what was begun come to its end; nothing is begun after it."""
        self._turn.acquire(timeout=2 * self._engine.limits.seconds)

    def write(self, operation: Operation) -> Outcome:
        """Carry out *operation*; raises what it raises of ``KgError``.

        After ``RemoteUnknown`` it may be done; after any other it is not, unless the words say that it is.
        """
        if not self._room.acquire(blocking=False):
            raise Overloaded("too many writes are waiting already; try again in a moment")
        try:
            until = time.monotonic() + self._engine.limits.seconds
            if not self._turn.acquire(timeout=self._engine.limits.seconds):
                raise late()
            try:
                return self._pass_on(operation, max(until, time.monotonic() + _LEAST))
            except RemoteUnknown:
                raise
            except RemoteError as fault:
                raise type(fault)(f"{fault}; nothing was written", fault.retry_after) from None
            finally:
                self._turn.release()
        finally:
            self._room.release()

    def _pass_on(self, operation: Operation, until: float) -> Outcome:
        def ask(question: Question) -> tuple[str, bytes]:
            return self._follower.endpoint.ask(question, until)

        marks = content.register(ask)
        there = content.graphs(marks or content.counted(ask))
        is_there = isinstance(operation, Put | Clear) and (operation.graph or UNNAMED) in there
        if isinstance(operation, Clear) and operation.graph is not None and not is_there:
            return Outcome.MISSING
        plan = self._prepared(operation, there)
        if plan.choice is not None:
            chosen = _chosen(ask(_question(plan.choice))[1])
            plan = self._prepared(operation, there, chosen)
        if plan.datasets > 1 and "virtuoso" in self._follower.endpoint.software.lower():
            raise QueryError(
                "the updates of this request read different graphs (USING, WITH), which Virtuoso cannot keep apart; send "
                "each in a request of its own"
            )
        if plan.steps:
            self._send(plan, there, marks, until)
        if isinstance(operation, Put) and operation.graph is not None and not is_there:
            return Outcome.CREATED
        return Outcome.DONE

    def _prepared(
        self, operation: Operation, there: tuple[str, ...], chosen: Chosen | None = None
    ) -> Translated:
        try:
            return self._engine.call(prepared, operation, there, chosen)
        except LimitError as fault:
            raise type(fault)(f"{fault}; nothing was written; send less at a time") from None

    def _send(self, plan: Translated, there: tuple[str, ...], marks: Marks, until: float) -> None:
        mark = f"written-{uuid.uuid4().hex}"
        written = plan.written | plan.emptied
        before, after = around(written, there, marks, mark, adds=plan.adds)
        text = " ;\n".join([*before, *plan.steps, *after])
        try:
            self._follower.endpoint.update_once(f"{plan.prologue}\n{text}", until)
        except RemoteUnknown as fault:
            if not self._is_done(mark):
                raise RemoteUnknown(
                    f"{fault}; what became of the write is not known; see whether it was done before you repeat it"
                ) from None
        try:
            self._follower.show()
        except KgError as fault:
            raise TimeLimit(
                f"the write was done, but readers do not have it yet ({fault})"
            ) from None

    def _is_done(self, mark: str) -> bool:
        """Whether the engine has what came with *mark*, now or in a moment."""
        until = time.monotonic() + _GRACE

        def ask(question: Question) -> tuple[str, bytes]:
            return self._follower.endpoint.ask(question, until)

        while time.monotonic() < until:
            try:
                if content.register(ask).get(GRAPH_MERGED, ("", 0))[0] == mark:
                    return True
            except KgError:
                return False
            time.sleep(_PAUSE)
        return False


def _question(choice: Choice) -> Question:
    return Question(choice.query, default=choice.default, named=choice.named)


def _chosen(body: bytes) -> Chosen:
    """The graphs that each variable stands for in an answer."""
    rows = content.solutions(body)
    names = [variable.value for variable in rows.variables]
    found: dict[str, set[str]] = {name: set() for name in names}
    for row in rows:
        for name in names:
            if isinstance(term := row[name], ox.NamedNode):
                found[name].add(term.value)
    return found
