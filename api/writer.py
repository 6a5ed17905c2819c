"""The one process that writes: to a working copy, then to a new version that readers switch to.

It can be killed at any moment: the working copy is thrown away, and
what was not acknowledged did not happen.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import sys
import traceback
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import ForbiddenQuery, KgError
from kg.merging import HIDDEN
from kg.names import PREFIXES
from kg.store import current_version, describe_graphs, only_builder, read_manifest, settle, switch
from kg.updates import require_writable, touched_graphs, with_dataset

from . import confine
from .acceptance import require_conforming
from .holder import Change, name_graphs
from .journal import append, forget, recorded
from .limits import Limits, MemoryLimit, check_text
from .operations import Clear, Conflict, Operation, Outcome, Update, does_not_parse
from .reserved import require_free
from .wire import Gone, receive, send

_NQUADS = ox.RdfFormat.N_QUADS
Quads = set[ox.Quad]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of each operation, and the change to hand to the readers (None: nothing was changed)."""

    outcomes: tuple[Outcome | KgError, ...]
    change: Change | None


class Writer:
    """The working copy of a store's current version, and the journal of what was written since."""

    def __init__(self, folder: Path, *, validate: bool, is_offline: bool = False) -> None:
        self._folder = folder
        self._working = folder / "working"
        self._validate = validate
        self._is_offline = is_offline
        self._base: str | None = None
        self._manifest: dict[str, Any] = {}
        self._store: ox.Store
        self._merged: ox.Store

    def write(self, operations: Iterable[Operation], *, publish: bool) -> Written:
        """Carry *operations* out in order, each wholly or not at all.

        What they have made is on disk when this returns: as a new version if *publish*, else in the journal.
        """
        with only_builder(self._folder):
            place = current_version(self._folder)
            if place.name != self._base:
                self._open(place)
            added: Quads = set()
            removed: Quads = set()
            outcomes: list[Outcome | KgError] = []
            for operation in operations:
                try:
                    outcome, new, gone = self._apply(operation)
                except KgError as fault:
                    outcomes.append(fault)
                    continue
                outcomes.append(outcome)
                added, removed = (added - gone) | (new - removed), (removed - new) | (gone - added)
            if all(isinstance(outcome, KgError) for outcome in outcomes):
                return Written(tuple(outcomes), None)
            change = self._change(place, added, removed)
            if publish:
                self._publish()
                change = replace(change, place=current_version(self._folder))
            else:
                append(self._folder, place.name, change)
            return Written(tuple(outcomes), change)

    def publish(self) -> None:
        """Make a version of what stands in the journal only; nothing to do where there is none."""
        with only_builder(self._folder):
            place = current_version(self._folder)
            if place.name != self._base:
                self._open(place)
            if self._manifest["version"] != self._base:
                self._publish()

    def _open(self, place: Path) -> None:
        """Begin with *place*, and do again what the journal says was done to it."""
        self._base = None
        if hasattr(self, "_store"):
            del self._store, self._merged
        shutil.rmtree(self._working, ignore_errors=True)
        for name in ("db", "merged"):
            (self._working / name).mkdir(parents=True)
            for file in (place / name).iterdir():
                target = self._working / name / file.name
                if file.suffix == ".sst":
                    os.link(file, target)  # never altered once written
                elif file.name != "LOCK":
                    shutil.copyfile(file, target)
        self._store = ox.Store(str(self._working / "db"))
        self._merged = ox.Store(str(self._working / "merged"))
        self._manifest = read_manifest(place)
        for change in recorded(self._folder, place):
            for store, gone, new in (
                (self._store, change.removed, change.added),
                (self._merged, change.unmerged, change.merged),
            ):
                for quad in ox.parse(gone, format=_NQUADS):
                    store.remove(quad)
                store.extend(ox.parse(new, format=_NQUADS))
            name_graphs(self._store, self._manifest["graphs"], change.manifest["graphs"])
            self._manifest = change.manifest
        self._base = place.name

    def _apply(self, operation: Operation) -> tuple[Outcome, Quads, Quads]:
        """The outcome, and the statements that are new and gone."""
        touched = _touched(operation)
        before = self._content(touched)
        try:
            outcome = _carry_out(self._store, operation, is_offline=self._is_offline)
        except SyntaxError as fault:
            raise does_not_parse(operation, fault) from None
        except RuntimeError as fault:  # a graph that is not there, or is there already
            raise Conflict(f"{fault}; nothing was written") from None
        after = self._content(touched)
        new, gone = after - before, before - after
        require_free(self._store, new, gone)
        if self._validate and (new or gone):
            try:
                require_conforming(self._store, new | gone)
            except KgError:
                for quad in new:
                    self._store.remove(quad)
                self._store.extend(gone)
                raise
        return outcome, new, gone

    def _content(self, graphs: frozenset[str] | None) -> Quads:
        if graphs is None:
            return set(self._store)
        found = set(self._store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
        for name in graphs:
            found.update(self._store.quads_for_pattern(None, None, None, ox.NamedNode(name)))
        return found

    def _change(self, place: Path, added: Quads, removed: Quads) -> Change:
        """Bring the merge and the manifest after the graphs; how the readers are to do the same."""
        merged = {q for quad in added if (q := _merged(quad)) not in self._merged}
        unmerged = {q for quad in removed if not self._stays(q := _merged(quad))}
        for quad in unmerged:
            self._merged.remove(quad)
        self._merged.extend(merged)
        count = int(self._manifest["quads"]) + len(added) - len(removed)
        facts = describe_graphs(self._store, count)
        self._manifest = {**self._manifest, **facts, "version": uuid.uuid4().hex[:16]}
        lines = [
            ox.serialize(quads, format=_NQUADS) or b""
            for quads in (added, removed, merged, unmerged)
        ]
        return Change(self._manifest["version"], place, self._manifest, *lines)

    def _publish(self) -> None:
        aside = self._folder / "versions" / f".{os.getpid()}"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        self._store.backup(aside / "db")
        self._merged.backup(aside / "merged")
        version = self._manifest["version"]
        settle(aside, self._folder, version, self._manifest, synced=frozenset({".sst"}))
        switch(self._folder, version)
        forget(self._folder)
        self._base = version

    def _stays(self, quad: ox.Quad) -> bool:
        """Whether a graph still makes a statement of the merge."""
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            return quad in self._store
        found = self._store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        # On disk the engine also gives what follows a number that ends in the byte 255 (0.5.13).
        return any(
            q.object == quad.object and getattr(q.graph_name, "value", "") not in HIDDEN
            for q in found
        )


def _merged(quad: ox.Quad) -> ox.Quad:
    """How the merge has a statement."""
    if getattr(quad.graph_name, "value", "") in HIDDEN:
        return quad
    return ox.Quad(quad.subject, quad.predicate, quad.object)


def _touched(operation: Operation) -> frozenset[str] | None:
    if isinstance(operation, Update):
        return touched_graphs(operation.text)
    return frozenset(() if operation.graph is None else (operation.graph,))


def _carry_out(store: ox.Store, operation: Operation, *, is_offline: bool) -> Outcome:
    if isinstance(operation, Update):
        check_text(operation.text, operation.limit)
        try:
            require_writable(operation.text)
        except ForbiddenQuery:
            if is_offline:  # what it asks for cannot happen here
                with contextlib.suppress(OSError):
                    ox.Store().update(operation.text, prefixes=PREFIXES, base_iri=operation.base)
            raise
        text = with_dataset(operation.text, operation.using, operation.using_named)
        store.update(text, prefixes=PREFIXES, base_iri=operation.base)
        return Outcome.DONE
    name = ox.DefaultGraph() if operation.graph is None else ox.NamedNode(operation.graph)
    was_there = isinstance(name, ox.DefaultGraph) or store.contains_named_graph(name)
    if isinstance(operation, Clear):
        if not was_there:
            return Outcome.MISSING
        if isinstance(name, ox.DefaultGraph):
            store.clear_graph(name)
        else:
            store.remove_graph(name)
        return Outcome.DONE
    base = operation.base if operation.graph is None else operation.graph
    quads = [quad for part in operation.parts for quad in _parsed(part, name, base)]
    if operation.replaces:
        store.clear_graph(name)
    if not isinstance(name, ox.DefaultGraph):
        store.add_graph(name)
    store.extend(quads)
    return Outcome.DONE if was_there else Outcome.CREATED


def _parsed(
    part: tuple[str, bytes], name: ox.NamedNode | ox.DefaultGraph, base: str | None
) -> Iterator[ox.Quad]:
    media_type, data = part
    form = ox.RdfFormat.from_media_type(media_type)
    assert form is not None
    for quad in ox.parse(
        data, format=form, base_iri=base, without_named_graphs=True, rename_blank_nodes=True
    ):
        yield ox.Quad(quad.subject, quad.predicate, quad.object, name)


def main() -> None:
    confine.small_threads()
    end = socket.socket(fileno=int(sys.argv[1]))
    is_offline = confine.leave_network()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    (folder, limits, validate), _ = receive(end)
    assert isinstance(limits, Limits)
    writer = Writer(folder, validate=validate, is_offline=is_offline)
    confine.limit_memory(4 * limits.memory)
    while True:
        try:
            (operations, publish), _ = receive(end)
        except Gone:
            break
        result: Written | KgError | str
        try:
            if operations:
                result = writer.write(operations, publish=publish)
            else:
                writer.publish()
                result = Written((), None)
        except KgError as fault:
            result = fault
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
