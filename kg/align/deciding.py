"""A person confirms or rejects alignments: looked up in a store, written beside the plans they are of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from ..dataset import Dataset
from ..names import KH
from .decisions import Decision, DecisionsError, append_decisions, seal
from .describing import GRAPH
from .model import Status
from .reading import Reading

_WORDS = 200  # characters of an element that the file shows to whoever reads it


def decide(
    dataset: Dataset, names: Sequence[str], status: Status, who: str, when: date, why: str | None
) -> list[Path]:
    """Write down what *who* found of the alignments called *names* (ids or IRIs); returns the files.

    Raises ``DecisionsError`` where one is not known, or its plan's file is not there any more; then nothing is
    written.
    """
    reading = Reading(dataset.store)
    by_file: dict[Path, list[Decision]] = {}
    for name in dict.fromkeys(names):
        node = _find(dataset, name)
        comparison = _one(dataset, node, KH.partOfComparison)
        plan = _one(dataset, comparison, KH.comparedPlan) if comparison else None
        if comparison is None or plan is None:
            raise DecisionsError(f"{name}: the alignment belongs to no plan; build the store again")
        document = _one(dataset, comparison, KH.comparedDocument)
        parts = [part.value for part in (plan, document) if part is not None]
        words = {one.iri: one.words for part in parts for one in reading.targets(part)}
        words |= {one.iri: one.words for part in parts for one in reading.tasks(part)}
        own = next(iter(_subjects(dataset, node, KH.hasAlignment)), None)
        other = _one(dataset, node, KH.alignedWith)
        mine, theirs = (words.get(e.value) if e else None for e in (own, other))
        decision = Decision(
            alignment=node.value.rsplit("/", 1)[-1],
            own=(mine or "")[:_WORDS],
            other=(theirs or "")[:_WORDS],
            sha256=seal(mine, theirs),
            status=status,
            who=who,
            when=when,
            why=why,
        )
        by_file.setdefault(_file(dataset.manifest, plan.value), []).append(decision)
    return [append_decisions(file, tuple(decisions)) for file, decisions in by_file.items()]


def _find(dataset: Dataset, name: str) -> ox.NamedNode:
    part_of = ox.NamedNode(KH.partOfComparison)
    if re.match(r"https?://", name):
        try:
            node = ox.NamedNode(name)
        except ValueError as fault:
            raise DecisionsError(f"«{name}» is no IRI ({fault})") from None
        if next(dataset.store.quads_for_pattern(node, part_of, None, GRAPH), None):
            return node
    found = {
        quad.subject
        for quad in dataset.store.quads_for_pattern(None, part_of, None, GRAPH)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.endswith(f"/{name}")
    }
    if len(found) != 1:
        raise DecisionsError(
            f"no alignment is called «{name}» in this store; «kg align» lists them with their ids"
        )
    return found.pop()


def _file(manifest: Mapping[str, object], plan: str) -> Path:
    entries = manifest.get("plans")
    assert isinstance(entries, Sequence)
    path = next((e.get("path") for e in entries if e.get("iri") == plan), None)
    if not path or not Path(path).is_file():
        raise DecisionsError(
            f"{plan}: the file it was built from is not there ({path or 'unknown'}); a decision is kept "
            "beside it, so build the store from the file first"
        )
    return Path(path)


def _one(dataset: Dataset, node: ox.NamedNode, predicate: str) -> ox.NamedNode | None:
    found = dataset.store.quads_for_pattern(node, ox.NamedNode(predicate), None, GRAPH)
    return next((q.object for q in found if isinstance(q.object, ox.NamedNode)), None)


def _subjects(dataset: Dataset, node: ox.NamedNode, predicate: str) -> list[ox.NamedNode]:
    found = dataset.store.quads_for_pattern(None, ox.NamedNode(predicate), node, GRAPH)
    return [q.subject for q in found if isinstance(q.subject, ox.NamedNode)]
