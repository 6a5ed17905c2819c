"""The story: a plan's file goes in, a store that answers questions comes out."""

from __future__ import annotations

import errno
import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import Graph

from .align import decisions_fingerprint, renew_alignments
from .beside import read_beside
from .corpus import Built, choose, find_plans, plan_change, what_to_read
from .corrections import apply_corrections, load_corrections
from .errors import KgError, NotAPlan, OtherLayout, StoreError
from .extract import extract
from .extract.header import impossible_date
from .graph import build_graph, canonical, infer
from .manifest import Identity, Memory, Source, content_version, rules_fingerprint
from .model import Plan
from .names import GRAPH_FINDINGS, GRAPH_INFERRED, GRAPH_ONTOLOGY, GRAPH_REFERENCE
from .read import SUFFIXES, read_document
from .registry import load_registry
from .reporting import report_graph
from .resolution import resolve
from .resources import resource_files
from .review import unknown_mentions
from .revision import Change, renew_across
from .room import cannot_write, told_when_full
from .store import Dataset, only_builder, open_version, switch_to
from .structure import find_clauses
from .summary import Clock, Summary
from .upgrading import upgrade_alone
from .validation import Report, check_both
from .workers import Outcome, run_each

Progress = Callable[[str], None]
Advance = Callable[[int, int, str], None]
LIMIT = 300.0  # seconds a file may take
_PARTS = ".parts-"


def extract_plan(path: Path, clock: Clock | None = None) -> Plan:
    """What the rules alone find in the plan in *path*: neither corrected nor resolved."""
    clock = clock or Clock()
    with clock("read"):
        document = read_document(path)
    with clock("outline"):
        outline = find_clauses(document)
    with clock("extract"):
        return extract(outline)


def read_plan(
    path: Path, *, number: str | None = None, day: date | None = None, clock: Clock | None = None
) -> Plan:
    """Everything found in the plan in *path*, put right by the corrections beside it, mentions tied to
    what is known.

    Raises ``UnreadableDocument``, ``CorrectionsError``, and ``NotAPlan`` for a text that has neither number nor type nor any
    numbered part.
    """
    clock = clock or Clock()
    extracted = extract_plan(path, clock)
    with clock("correct"):
        plan = apply_corrections(extracted, load_corrections(path))
    header = plan.header
    numbered = any(clause.number for clause in plan.outline.clauses)
    if header.number is None and header.type is None and not numbered:
        raise NotAPlan(
            f"{path}: nothing of an administrative document was found in it (no number, no type such as "
            "KẾ HOẠCH on a line of its own, no numbered part); is this the right file?"
        )
    with clock("resolve"):
        return resolve(plan, load_registry(), number=number, day=day)


def build_plan(source: Source, part: Path) -> Built:
    """Read, extract, resolve, describe and check one plan; its graphs go to *part*, as N-Quads.

    Raises ``KgError`` if it cannot be read, has no identity or has data errors.
    """
    clock = Clock()
    told = source.identity
    plan = read_plan(source.path, number=told.number, day=told.day, clock=clock)
    with clock("describe"):
        graph = _describe(plan, source.path)
        inferred = infer(graph, _reference())
    with clock("check"):
        errors, open_points = check_both(graph, _reference())
        _refuse(errors, source.path)
    with clock("write"):
        own = canonical(graph, plan.iri)
        rest = (
            canonical(inferred, GRAPH_INFERRED),
            canonical(report_graph(open_points), GRAPH_FINDINGS),
        )
        part.write_bytes(b"".join((own, *rest)))
    entry = _entry(plan, graph, len(open_points.findings))
    entry |= source.facts()
    entry |= {"rules": rules_fingerprint(), "graph_sha256": hashlib.sha256(own).hexdigest()}
    return Built(entry, clock.seconds)


def build(
    paths: Sequence[Path],
    store: Path,
    *,
    number: str | None = None,
    day: date | None = None,
    fingerprint: str | None = None,
    replace: bool = False,
    jobs: int | None = None,
    limit: float = LIMIT,
    report: Progress = lambda _line: None,
    advance: Advance = lambda _done, _total, _name: None,
) -> Summary:
    """Bring the plans in *paths* into the store: read, extract, resolve, describe, check, publish.

    Plans that are in the store and not given stay (they go with *replace*); one whose file, corrections
    and rules are what they were is not read again.  A plan that cannot be read, has no identity or has
    data errors is left out with its reason, and does not stop the others; what an earlier build made of
    its file stays.  *jobs* processes work at once, *limit* seconds a file; None works in this process.
    All is published together, atomically; nothing is if nothing changed.
    """
    start = time.perf_counter()
    files, skipped = find_plans(paths, store)
    summary = Summary(skipped=skipped)
    with only_builder(store, "kg build", report=report), told_when_full(store):
        for left in store.glob(f"{_PARTS}*"):  # by a build that was killed
            shutil.rmtree(left, ignore_errors=True)
        base = _existing(store, report)
        memory = Memory(base.manifest.get("plans", ()) if base else ())
        sources = what_to_read(files, Identity(number, day), memory, summary)
        with tempfile.TemporaryDirectory(prefix=_PARTS, dir=store) as folder:
            parts = [Path(folder, f"{index}.nq") for index in range(len(sources))]
            outcomes: list[Outcome[Built]] = []
            work = list(zip(sources, parts, strict=True))
            workers = jobs if len(work) > 1 else None
            for outcome in run_each(_build_plan, work, jobs=workers, limit=limit):
                if outcome.is_full:
                    raise cannot_write(store, OSError(errno.ENOSPC, outcome.fault))
                outcomes.append(outcome)
                advance(len(outcomes), len(sources), sources[outcome.index].path.name)
            outcomes.sort(key=lambda outcome: outcome.index)
            chosen = choose(outcomes, sources, memory, summary)
            change = plan_change(memory, summary, replace, [parts[index] for index in chosen])
            told = {"fingerprint": fingerprint} if fingerprint else {}
            if summary.built or summary.unchanged:
                _publish(store, base, change, told, summary, report)
    summary.elapsed = time.perf_counter() - start
    return summary


def _build_plan(work: tuple[Source, Path]) -> Built:
    return build_plan(*work)


def _existing(store: Path, report: Progress) -> Dataset | None:
    """What is in the store; None where there is nothing that can be built on."""
    if not (store / "current").exists():
        return None
    try:
        return open_version(store)
    except OtherLayout as fault:
        if not fault.is_earlier:
            raise
        upgrade_alone(store, report)
        return open_version(store)
    except StoreError as fault:
        report(f"{fault}: building anew")
        return None


def _publish(
    store: Path,
    base: Dataset | None,
    change: Change,
    told: Mapping[str, Any],
    summary: Summary,
    report: Progress,
) -> None:
    """Switch the store to what *change* makes of *base*, unless that is what it is."""
    rules = rules_fingerprint()
    beside = read_beside(store)
    content = content_version(change.entries, rules)
    aligned: dict[str, Any] = {}  # is filled with the store
    manifest = {
        **(
            {"fingerprint": None}
            if base is None
            else {"fingerprint": base.manifest.get("fingerprint")}
        ),
        **told,
        "rules": rules,
        "program": program_version(),
        "plans": change.entries,
        "content": content,
        "beside": beside.digest,
        "decisions": decisions_fingerprint(change.entries),
        "alignments": aligned,
    }
    told_by = ("fingerprint", "rules", "beside", "decisions")
    same = base is not None and all(base.manifest.get(k) == manifest[k] for k in told_by)
    if same and not change.parts and not change.forget:
        return
    report("publishing")
    shared: Mapping[str, bytes] = {}
    if base is None or base.manifest.get("rules") != rules:
        shared = _shared()

    def fill(db: ox.Store) -> str:
        with summary.clock("publish"):
            change.apply(db, shared)
        with summary.clock("across"):
            summary.across = renew_across(db, change.entries)
        with summary.clock("align"):
            renewal = renew_alignments(db, change.entries, _aligned(base), rules)
        aligned.update(renewal.known)
        summary.decisions = renewal.remarks
        beside.apply(db)
        return beside.named(content)

    switch_to(fill, store, manifest, base)


def remove(plan: str, store: Path, report: Progress = lambda _line: None) -> None:
    """Take one plan out of the store.  Raises ``StoreError`` if it is not in it."""
    with only_builder(store, "kg remove", report=report):
        base = open_version(store)
        entries = tuple(e for e in base.manifest.get("plans", ()) if e["iri"] != plan)
        if not any(graph.value == plan for graph in base.default_graphs):
            raise StoreError(
                f"{store}: there is no plan <{plan}> here («kg ask document/plans» lists them)"
            )
        change = Change(parts=(), forget=(plan,), entries=entries)
        _refill(store, base, change)


def realign(store: Path) -> list[str]:
    """Apply what people have decided on alignments since; returns which decisions could not be applied."""
    with only_builder(store, "kg align"):
        base = open_version(store)
        return _refill(store, base, Change((), (), tuple(base.manifest.get("plans", ()))))


def _refill(store: Path, base: Dataset, change: Change) -> list[str]:
    """Publish *base* after a change that brings no plan in."""
    rules = str(base.manifest.get("rules"))
    remarks: list[str] = []
    aligned: dict[str, Any] = {}
    beside = read_beside(store)
    content = content_version(change.entries, rules)
    told = {
        "plans": change.entries,
        "content": content,
        "beside": beside.digest,
        "decisions": decisions_fingerprint(change.entries),
        "alignments": aligned,
    }

    def fill(db: ox.Store) -> str:
        change.apply(db, {})
        if change.forget:
            renew_across(db, change.entries)
        renewal = renew_alignments(db, change.entries, _aligned(base), rules)
        aligned.update(renewal.known)
        remarks.extend(renewal.remarks)
        beside.apply(db)
        return beside.named(content)

    switch_to(fill, store, {**base.manifest, **told}, base)
    return remarks


def _aligned(base: Dataset | None) -> Mapping[str, Any]:
    """What the alignments of a version rest on, by plan."""
    known = base.manifest.get("alignments") if base else None
    return known if isinstance(known, dict) else {}


def _describe(plan: Plan, path: Path) -> Graph:
    if plan.iri is None:
        lacks = [
            name
            for name, value in (("number", plan.header.number), ("date", plan.header.date))
            if value is None
        ]
        wrong = None if plan.header.date else impossible_date(plan.outline)
        if wrong is not None:
            raise KgError(
                f"{path}: impossible date «{wrong.value}»: there is no such day, so the plan has no identity; "
                "look it up and give it: --date 2021-01-14, or in its corrections file "
                "(kg correct FILE --field document.date --value 2021-01-14)"
            )
        raise KgError(
            f"{path}: no {' and no '.join(lacks) or 'type or issuer'} found, so the plan has no identity; "
            "if it is a draft, give them: --number 06/KH-UBND --date 2021-01-14, or in its corrections file "
            "(kg correct FILE --field document.number --value 06/KH-UBND)"
        )
    return build_graph(plan)


def _refuse(errors: Report, path: Path) -> None:
    if not errors.conforms:
        first = errors.findings[0]
        raise KgError(
            f"{path}: {len(errors.findings)} data error(s), the first: {first.message_en} "
            f"({first.focus}); this is a fault of the program: please report it with the file"
        )


def _entry(plan: Plan, graph: Graph, open_points: int) -> dict[str, Any]:
    header = plan.header
    return {
        "iri": plan.iri,
        "sha256": plan.outline.document.sha256,
        "number": header.number.value if header.number else None,
        "title": header.title.value if header.title else None,
        "issuer": header.issuer.value if header.issuer else None,
        "date": header.date.value if header.date else None,
        "clauses": len(plan.outline.clauses),
        "tasks": len(plan.tasks),
        "targets": len(plan.targets),
        "agencies": len({m.iri for t in plan.tasks for m in t.of("lead", "coordinating")}),
        "references": len(plan.references),
        "findings": open_points,
        "triples": len(graph),
        "to_review": [asdict(one) for one in unknown_mentions(plan, load_registry())],
        "remarks": [asdict(one) for one in plan.remarks],
        "cut": asdict(plan.outline.cut) if plan.outline.cut else None,
    }


@cache
def _reference() -> Graph:
    return reference_graph()


@cache
def _shared() -> Mapping[str, bytes]:
    """The graphs that every store has, as N-Quads by name."""
    graphs = {GRAPH_ONTOLOGY: ontology_graph(), GRAPH_REFERENCE: _reference()}
    return {name: canonical(graph, name) for name, graph in graphs.items()}


def ontology_graph() -> Graph:
    """The vocabulary and its concept schemes (graph/ontology)."""
    return _parse(lambda path: "reference" not in path)


def reference_graph() -> Graph:
    """Units, agencies, groups, documents and their sources (graph/reference)."""
    return _parse(lambda path: "reference" in path)


def _parse(wanted: Callable[[str], bool]) -> Graph:
    graph = Graph()
    for file in resource_files("ontology", ".ttl"):
        if wanted(str(file)):
            graph.parse(data=file.read_bytes(), format="turtle")
    return graph


def program_version() -> str:
    return version("kehoach")


def default_store(report: Progress = lambda _line: None) -> Path:
    """The store of the bundled plans, in the user's cache folder: built if it is not there or out of
    date (the program, its rules, vocabulary, shapes or plans have changed)."""
    import platformdirs

    store = Path(platformdirs.user_cache_dir("kehoach")) / "bundled"
    current = bundle_fingerprint()
    try:
        if open_version(store).manifest.get("fingerprint") == current:
            return store
    except KgError:
        pass
    report("building the bundled plan")
    plans = [Path(str(f)) for suffix in SUFFIXES for f in resource_files("plans", suffix)]
    summary = build(plans, store, fingerprint=current, replace=True, report=report)
    if summary.left_out:
        raise KgError("; ".join(reason for _, reason in summary.left_out))
    return store


def bundle_fingerprint() -> str:
    """SHA-256 over everything that decides what the bundled store holds."""
    digest = hashlib.sha256(rules_fingerprint().encode())
    for suffix in SUFFIXES:
        for file in resource_files("plans", suffix):
            digest.update(file.read_bytes())
    return digest.hexdigest()
