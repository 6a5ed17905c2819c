"""graph/alignments brought up to date: what rests on plans, documents, rules or decisions that changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ..manifest import Entry
from ..names import KH
from .decisions import Decision, DecisionsError, decisions_path, load_decisions, seal
from .describing import GRAPH, alignment_id, describe, forget
from .model import Comparison, Element, Match, Route
from .reading import Reading
from .routes import Relations, routes
from .targets import compare_targets
from .wording import compare_tasks

Known = Mapping[str, Mapping[str, Any]]


@dataclass(slots=True)
class Renewal:
    """*known* is for the manifest: by plan what its alignments rest on, and the decisions on them;
    *remarks* name decisions that could not be applied; *renewed* counts plans compared anew."""

    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    renewed: int = 0


def decisions_fingerprint(entries: Iterable[Entry]) -> str:
    """SHA-256 over the files of decisions beside the plans of a store."""
    digest = hashlib.sha256()
    for entry in sorted(entries, key=lambda e: str(e["iri"])):
        path = entry.get("path")
        if path and (file := decisions_path(Path(path))).is_file():
            digest.update(f"{entry['iri']}\n".encode())
            try:
                digest.update(file.read_bytes())
            except OSError:  # told of when the decisions are read
                digest.update(b"?")
    return digest.hexdigest()


def renew_alignments(
    store: ox.Store, entries: Sequence[Entry], before: Known, rules: str
) -> Renewal:
    """Compare the plans of *entries* with the documents above them, in *store*, where anything has changed.

    *before* is ``Renewal.known`` of the version that *store* was copied from.
    """
    renewal = Renewal()
    reading = Reading(store)
    relations = reading.relations()
    content = {str(e["iri"]): str(e.get("graph_sha256")) for e in entries}
    compared = ox.NamedNode(KH.comparedPlan)
    there = {
        quad.object.value
        for quad in store.quads_for_pattern(None, compared, None, GRAPH)
        if isinstance(quad.object, ox.NamedNode)
    }
    for plan in sorted(there - content.keys()):
        forget(store, plan)
    for entry in sorted(entries, key=lambda e: str(e["iri"])):
        plan = str(entry["iri"])
        above = routes(plan, relations)
        told = _decisions(entry, before.get(plan, {}), renewal.remarks)
        key = _key(rules, content, plan, above, told)
        renewal.known[plan] = {"key": key, "decisions": [_plain(d) for d in told.values()]}
        if before.get(plan, {}).get("key") == key:
            continue
        if plan in there:
            forget(store, plan)
        comparison = compare(plan, above, reading, relations)
        holding = _holding(comparison, reading, told, renewal.remarks)
        store.extend(describe(comparison, reading.number, holding))
        renewal.renewed += 1
    return renewal


def compare(
    plan: str, above: tuple[Route, ...], reading: Reading, relations: Relations
) -> Comparison:
    """*plan* beside the documents *above* it, by targets and by tasks."""
    documents = [route.document for route in above]
    matches: list[Match] = list(
        compare_targets(
            reading.targets(plan),
            [(d, t) for d in documents if (t := reading.targets(d))],
            _unread(above, reading),
        )
    )
    for document in documents:
        if document in relations.held and (tasks := reading.tasks(document)):
            matches += compare_tasks(reading.tasks(plan), tasks, document)
    return Comparison(plan, above, tuple(matches))


def _unread(above: tuple[Route, ...], reading: Reading) -> list[str]:
    """What the documents *above* are called whose targets are not in the data, or acts that amend them.

    Targets that the reference data tells, with their source, count: their wording is open, not they.
    """
    gone = [r.document for r in above if not r.is_held and not reading.targets(r.document)]
    gone += [one for route in above for one in route.unseen]
    return sorted({reading.number(one) for one in gone})


def _holding(
    comparison: Comparison, reading: Reading, told: Mapping[str, Decision], remarks: list[str]
) -> dict[str, Decision]:
    """The decisions that were made on the words that stand there now; the others are told of."""
    if not told:
        return {}
    elements = elements_of(comparison, reading)
    sealed = {
        alignment_id(comparison.plan, m): seal(
            elements[m.own].words if m.own else None, elements[m.other].words if m.other else None
        )
        for m in comparison.matches
    }
    found: dict[str, Decision] = {}
    for decision in told.values():
        if sealed.get(decision.alignment) == decision.sha256:
            found[decision.alignment] = decision
        else:
            gone = decision.alignment not in sealed
            why = "there is no such alignment any more" if gone else "it was made on other words"
            remarks.append(
                f"{comparison.plan}: the decision of {decision.who} on alignment {decision.alignment} "
                f"is not applied: {why}; look at it again (kg align)"
            )
    return found


def elements_of(comparison: Comparison, reading: Reading) -> dict[str, Element]:
    """The targets and tasks that a comparison speaks of, by IRI."""
    documents = {comparison.plan, *(route.document for route in comparison.routes)}
    found: dict[str, Element] = {}
    for document in documents:
        found |= {t.iri: t for t in reading.targets(document)}
        found |= {t.iri: t for t in reading.tasks(document)}
    return found


def _decisions(
    entry: Entry, before: Mapping[str, Any], remarks: list[str]
) -> Mapping[str, Decision]:
    """Those beside the plan's file; those known before where the plan's file is no longer there."""
    path = Path(str(entry.get("path") or ""))
    try:
        if path.is_file():
            return load_decisions(path)
    except DecisionsError as fault:
        remarks.append(f"{fault}; no decision on this plan's alignments is new")
    kept = (_decision(one) for one in before.get("decisions", ()))
    return {decision.alignment: decision for decision in kept}


def _plain(decision: Decision) -> dict[str, Any]:
    return {**asdict(decision), "when": decision.when.isoformat()}


def _decision(plain: Mapping[str, Any]) -> Decision:
    return Decision(**{**plain, "when": date.fromisoformat(plain["when"])})


def _key(
    rules: str,
    content: Mapping[str, str],
    plan: str,
    above: tuple[Route, ...],
    told: Mapping[str, Decision],
) -> str:
    """What the alignments of *plan* follow from; reference data belongs to the *rules*."""
    parts = [
        rules,
        content[plan],
        [(asdict(route), content.get(route.document)) for route in above],
        [_plain(decision) for _, decision in sorted(told.items())],
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]
