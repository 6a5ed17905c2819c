"""What belongs to one plan in a store, and how it is taken out and put in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from .across import check_across
from .graph import canonical
from .manifest import Entry
from .names import GRAPH_FINDINGS, GRAPH_INFERRED, KH, SH
from .reporting import report_graph, report_iri

_TASKS = ox.NamedNode(KH.hasAssignment)
_RESULT = ox.NamedNode(SH.result)
_INFERRED, _FINDINGS = ox.NamedNode(GRAPH_INFERRED), ox.NamedNode(GRAPH_FINDINGS)


@dataclass(frozen=True, slots=True)
class Change:
    """From one version of a store to the next: the plans (IRIs) to *forget*, files of N-Quads to read in, and
    the manifest's *entries* afterwards."""

    parts: tuple[Path, ...]
    forget: tuple[str, ...]
    entries: tuple[Entry, ...]

    def apply(self, store: ox.Store, shared: Mapping[str, bytes]) -> None:
        """Make the change; *shared* are whole graphs (N-Quads by name) that take the place of what was."""
        for plan in self.forget:
            forget_plan(store, plan)
        for name, quads in shared.items():
            store.remove_graph(ox.NamedNode(name))
            store.bulk_load(input=quads, format=ox.RdfFormat.N_QUADS)
        load_parts(store, self.parts)


def renew_across(store: ox.Store, entries: Iterable[Entry]) -> int:
    """Find anew what shows across plans; returns the number of findings."""
    for entry in entries:
        forget_report(store, ox.NamedNode(report_iri("corpus", str(entry["iri"]))))
    report = check_across(store)
    quads = canonical(report_graph(report), GRAPH_FINDINGS)
    store.load(quads, format=ox.RdfFormat.N_QUADS)
    return len(report.findings)


def forget_plan(store: ox.Store, plan: str) -> None:
    """Take a plan's graph out, with what was inferred from it and found about it."""
    graph = ox.NamedNode(plan)
    tasks = {q.subject for q in store.quads_for_pattern(None, _TASKS, None, graph)}
    for task in tasks:
        for quad in list(store.quads_for_pattern(task, _TASKS, None, _INFERRED)):
            _forget_subject(store, quad.object, _INFERRED)
        _forget_subject(store, task, _INFERRED)
    for report in (report_iri("findings", plan), report_iri("corpus", plan)):
        forget_report(store, ox.NamedNode(report))
    store.remove_graph(graph)


def forget_report(store: ox.Store, report: ox.NamedNode) -> None:
    for quad in list(store.quads_for_pattern(report, _RESULT, None, _FINDINGS)):
        _forget_subject(store, quad.object, _FINDINGS)
    _forget_subject(store, report, _FINDINGS)


def _forget_subject(store: ox.Store, subject: object, graph: ox.NamedNode) -> None:
    assert isinstance(subject, ox.NamedNode)  # everything we make has an IRI
    for quad in list(store.quads_for_pattern(subject, None, None, graph)):
        store.remove(quad)


def load_parts(store: ox.Store, parts: Sequence[Path]) -> None:
    """Read files of N-Quads in as one: a bulk load sorts all it is given, so one is faster than many."""
    if parts:
        store.bulk_load(input=io.BufferedReader(_Joined(parts)), format=ox.RdfFormat.N_QUADS)


class _Joined(io.RawIOBase):
    """Files one after the other, as one."""

    def __init__(self, parts: Iterable[Path]) -> None:
        self._chunks = self._read(parts)
        self._rest = b""

    @staticmethod
    def _read(parts: Iterable[Path]) -> Iterator[bytes]:
        for part in parts:
            with part.open("rb") as file:
                while chunk := file.read(1 << 20):
                    yield chunk

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = next(self._chunks, b"")
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
