"""The one process that writes: to a working copy and the journal, from which readers and new versions are made.

It can be killed at any moment: what is in the journal was done, and nothing else.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import sys
import threading
import time
import traceback
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import KgError
from kg.merging import HIDDEN
from kg.room import cannot_write, is_full
from kg.store import current_version, describe_graphs, only_builder

from . import confine
from .acceptance import require_conforming
from .carrying import carry_out, touched
from .changes import Change
from .journal import append
from .limits import Limits, MemoryLimit, Overloaded
from .operations import Conflict, Operation, Outcome, does_not_parse
from .reserved import require_free
from .wire import Gone, receive, send
from .working import WorkingCopy

_NQUADS = ox.RdfFormat.N_QUADS
_LEAVING = 0.5  # seconds to end by itself when the service has ended
_PATIENCE = 5.0  # seconds to wait for another process that writes the store
Quads = set[ox.Quad]


@dataclass(frozen=True, slots=True)
class Batch:
    """*operations*, each with the time (monotonic seconds) after which it is not begun.

    *version*: the name of what they make; what is in the journal under it was done.  *has_view*: the readers
    need a folder to read it from.
    """

    version: str
    operations: tuple[tuple[Operation, float], ...]
    has_view: bool


@dataclass(frozen=True, slots=True)
class Written:
    """What became of each operation, and the change to hand to the readers (None: nothing was changed)."""

    outcomes: tuple[Outcome | KgError, ...]
    change: Change | None


class Writer:
    """The working copy of a store's current version, and the journal of what was written since."""

    def __init__(self, folder: Path, *, validate: bool, is_offline: bool = False) -> None:
        self._folder = folder
        self._validate = validate
        self._is_offline = is_offline
        self._copy: WorkingCopy | None = None

    def write(self, batch: Batch) -> Written:
        """Carry the operations out in order, each wholly or not at all; what they have made is in the journal
        when this returns."""
        with _only_builder(self._folder):
            copy = self._at_current()
            added: Quads = set()
            removed: Quads = set()
            outcomes: list[Outcome | KgError] = []
            for operation, until in batch.operations:
                if time.monotonic() > until:
                    outcomes.append(late())
                    continue
                try:
                    outcome, new, gone = self._apply(copy.store, operation)
                except KgError as fault:
                    outcomes.append(fault)
                    continue
                outcomes.append(outcome)
                added, removed = (added - gone) | (new - removed), (removed - new) | (gone - added)
            if all(isinstance(outcome, KgError) for outcome in outcomes):
                return Written(tuple(outcomes), None)
            noted = {
                "version": batch.version,
                "written": batch.version,
                "outcomes": [o.value if isinstance(o, Outcome) else None for o in outcomes],
            }
            change = _change(copy, added, removed, noted)
            append(self._folder, change)
            if batch.has_view:
                change = replace(change, place=copy.view())
            return Written(tuple(outcomes), change)

    def publish(self) -> None:
        """Make a version of what stands in the journal only; nothing to do where there is none."""
        with _only_builder(self._folder):
            copy = self._at_current()
            if copy.manifest["version"] != copy.base:
                copy.publish()

    def _at_current(self) -> WorkingCopy:
        place = current_version(self._folder)
        if self._copy is None or self._copy.base != place.name:
            if self._copy is not None:
                self._copy.close()
                self._copy = None
            self._copy = WorkingCopy(self._folder, place)
        return self._copy

    def _apply(self, store: ox.Store, operation: Operation) -> tuple[Outcome, Quads, Quads]:
        """The outcome, and the statements that are new and gone."""
        graphs = touched(operation)
        before = _content(store, graphs)
        try:
            outcome = carry_out(store, operation, is_offline=self._is_offline)
        except SyntaxError as fault:
            raise does_not_parse(operation, fault) from None
        except RuntimeError as fault:  # a graph that is not there, or is there already
            raise Conflict(f"{fault}; nothing was written") from None
        after = _content(store, graphs)
        new, gone = after - before, before - after
        require_free(store, new, gone)
        if self._validate and (new or gone):
            try:
                require_conforming(store, new | gone)
            except KgError:
                for quad in new:
                    store.remove(quad)
                store.extend(gone)
                raise
        return outcome, new, gone


def late() -> Overloaded:
    """What is told of a write whose turn came too late."""
    return Overloaded(
        "too many writes stood before this one; it was not begun, nothing was written; try again in a moment"
    )


def _only_builder(folder: Path) -> AbstractContextManager[None]:
    return only_builder(folder, "kg serve", process=os.getppid(), patience=_PATIENCE)


def _content(store: ox.Store, graphs: frozenset[str] | None) -> Quads:
    if graphs is None:
        return set(store)
    found = set(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    for name in graphs:
        found.update(store.quads_for_pattern(None, None, None, ox.NamedNode(name)))
    return found


def _change(copy: WorkingCopy, added: Quads, removed: Quads, noted: dict[str, Any]) -> Change:
    """Bring the merge and the manifest, with what is *noted*, after the graphs; how the readers are to do the
    same."""
    merged = {q for quad in added if (q := _merged(quad)) not in copy.merged}
    unmerged = {q for quad in removed if not _stays(copy.store, q := _merged(quad))}
    for quad in unmerged:
        copy.merged.remove(quad)
    copy.merged.extend(merged)
    count = int(copy.manifest["quads"]) + len(added) - len(removed)
    lines = [
        ox.serialize(quads, format=_NQUADS) or b"" for quads in (added, removed, merged, unmerged)
    ]
    copy.manifest = {**copy.manifest, **describe_graphs(copy.store, count), **noted}
    place = copy.folder / "versions" / copy.base
    return Change(noted["version"], copy.base, place, copy.manifest, *lines)


def _stays(store: ox.Store, quad: ox.Quad) -> bool:
    """Whether a graph still makes a statement of the merge."""
    if not isinstance(quad.graph_name, ox.DefaultGraph):
        return quad in store
    found = store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
    # On disk the engine also gives what follows a number that ends in the byte 255 (0.5.13).
    return any(
        q.object == quad.object and getattr(q.graph_name, "value", "") not in HIDDEN for q in found
    )


def _merged(quad: ox.Quad) -> ox.Quad:
    """How the merge has a statement."""
    if getattr(quad.graph_name, "value", "") in HIDDEN:
        return quad
    return ox.Quad(quad.subject, quad.predicate, quad.object)


def _end_with(end: socket.socket) -> None:
    """End this process when the service has ended, whatever it is at: killed, nobody sets it a time any more, and it
    has the lock of the store."""
    gone = select.poll()
    gone.register(end, 0)  # hanging up is told unasked
    gone.poll()
    time.sleep(_LEAVING)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    gc.enable()
    confine.small_threads()
    end = socket.socket(fileno=int(sys.argv[1]))
    is_offline = confine.leave_network()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        (folder, limits, validate), _ = receive(end)
    except Gone:  # it was started early, and not needed
        return
    assert isinstance(limits, Limits)
    threading.Thread(target=_end_with, args=(end,), daemon=True).start()
    writer = Writer(folder, validate=validate, is_offline=is_offline)
    confine.limit_memory(4 * limits.memory)
    with contextlib.suppress(Gone):
        send(end, None)  # ready
    while True:
        try:
            batch, _ = receive(end)
        except Gone:
            break
        result: Written | KgError | str
        try:
            if batch is not None:
                result = writer.write(batch)
            else:
                writer.publish()
                result = Written((), None)
        except KgError as fault:
            result = fault
        except (OSError, RuntimeError) as fault:
            result = cannot_write(folder, fault) if is_full(fault) else traceback.format_exc()
        except MemoryError:
            result = MemoryLimit("the update needs more memory than one may have")
        except Exception:  # a fault of ours, told as such by the service, which logs it
            result = traceback.format_exc()
        try:
            send(end, result)
        except Gone:
            break
        if not isinstance(result, Written):
            break  # the next one begins with a fresh working copy
