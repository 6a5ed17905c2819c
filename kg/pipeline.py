"""The story: a plan's file goes in, a store that answers questions comes out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rdflib import Graph

from .corrections import SUFFIX, apply_corrections, load_corrections
from .errors import KgError, NotAPlan
from .extract import extract
from .graph import build_graph, canonical, infer
from .model import Plan, Remark
from .names import GRAPH_FINDINGS, GRAPH_INFERRED, GRAPH_ONTOLOGY, GRAPH_REFERENCE
from .read import SUFFIXES, read_document
from .registry import Registry, load_registry
from .reporting import report_graph
from .resolution import resolve
from .resources import FOLDERS, folder, resource_files
from .store import open_dataset, publish
from .structure import find_clauses
from .validation import check

Progress = Callable[[str], None]


def extract_plan(path: Path) -> Plan:
    """What the rules alone find in the plan in *path*: neither corrected nor resolved."""
    return extract(find_clauses(read_document(path)))


def read_plan(path: Path, *, number: str | None = None, day: date | None = None) -> Plan:
    """Everything found in the plan in *path*, put right by the corrections beside it, mentions tied to
    what is known.

    Raises ``UnreadableDocument``, ``CorrectionsError``, and ``NotAPlan`` for a text that has neither number nor type nor any
    numbered part.
    """
    plan = apply_corrections(extract_plan(path), load_corrections(path))
    header = plan.header
    numbered = any(clause.number for clause in plan.outline.clauses)
    if header.number is None and header.type is None and not numbered:
        raise NotAPlan(
            f"{path}: nothing of an administrative document was found in it (no number, no type such as "
            "KẾ HOẠCH on a line of its own, no numbered part); is this the right file?"
        )
    return resolve(plan, load_registry(), number=number, day=day)


@dataclass(slots=True)
class Summary:
    """What ``build`` did: plans in the store, those left out with the reason, files passed over."""

    built: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    to_review: dict[str, int] = field(default_factory=dict)
    remarks: list[tuple[str, Remark]] = field(default_factory=list)


def find_plans(paths: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """The files to read below *paths*, and the names of those passed over (README*, other types)."""
    files: list[Path] = []
    skipped: list[str] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        for file in sorted(p for p in path.rglob("*") if p.is_file()):
            if file.name.endswith(SUFFIX) and file.with_name(file.name[: -len(SUFFIX)]).exists():
                continue  # read with its plan
            if file.name.upper().startswith("README") or file.suffix.lower() not in SUFFIXES:
                skipped.append(str(file))
            else:
                files.append(file)
    return files, skipped


def build(
    paths: Sequence[Path],
    store: Path,
    *,
    number: str | None = None,
    day: date | None = None,
    fingerprint: str | None = None,
    report: Progress = lambda _line: None,
) -> Summary:
    """Read, extract, resolve, describe, check, publish.

    A plan that cannot be read, has no identity or has data errors is left out with its reason; the
    others are published together, atomically.  Nothing is published if none is left.
    """
    files, skipped = find_plans(paths)
    summary = Summary(skipped=skipped)
    reference = reference_graph()
    registry = load_registry()
    graphs: dict[str, Graph] = {}
    inferred, findings = Graph(), Graph()
    for count, path in enumerate(files, 1):
        report(f"[{count}/{len(files)}] {path.name}")
        try:
            plan = read_plan(path, number=number, day=day)
            summary.remarks += [(str(path), remark) for remark in plan.remarks]
            graph = _describe(plan, path, graphs)
            _check(graph, reference, path)
        except KgError as fault:
            summary.left_out.append((str(path), str(fault)))
            continue
        graphs[str(plan.iri)] = graph
        inferred += infer(graph, reference)
        open_points = check(graph, "findings", reference)
        findings += report_graph(open_points)
        summary.built.append(_entry(plan, path, graph, len(open_points.findings)))
        _collect_unknown(plan, registry, summary.to_review)
    if not graphs:
        return summary
    report("publishing")
    named = {
        **graphs,
        GRAPH_ONTOLOGY: ontology_graph(),
        GRAPH_REFERENCE: reference,
        GRAPH_INFERRED: inferred,
        GRAPH_FINDINGS: findings,
    }
    manifest = {"fingerprint": fingerprint, "plans": summary.built, "program": program_version()}
    publish((canonical(graph, iri) for iri, graph in sorted(named.items())), store, manifest)
    return summary


def _describe(plan: Plan, path: Path, others: Mapping[str, Graph]) -> Graph:
    if plan.iri is None:
        lacks = [
            name
            for name, value in (("number", plan.header.number), ("date", plan.header.date))
            if value is None
        ]
        raise KgError(
            f"{path}: no {' and no '.join(lacks) or 'type or issuer'} found, so the plan has no identity; "
            "if it is a draft, give them: --number 06/KH-UBND --date 2021-01-14, or in its corrections file "
            "(kg correct FILE --field document.number --value 06/KH-UBND)"
        )
    if plan.iri in others:
        raise KgError(f"{path}: the same plan ({plan.iri}) was built from another file already")
    return build_graph(plan)


def _check(graph: Graph, reference: Graph, path: Path) -> None:
    report = check(graph, "data", reference)
    if not report.conforms:
        first = report.findings[0]
        raise KgError(
            f"{path}: {len(report.findings)} data error(s), the first: {first.message_en} "
            f"({first.focus}); this is a fault of the program: please report it with the file"
        )


def _entry(plan: Plan, path: Path, graph: Graph, open_points: int) -> dict[str, Any]:
    header = plan.header
    return {
        "iri": plan.iri,
        "file": path.name,
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
    }


def _collect_unknown(plan: Plan, registry: Registry, names: dict[str, int]) -> None:
    for task in plan.tasks:
        for role in task.roles:
            if role.mention.iri and not registry.knows(role.mention.iri):
                names[role.mention.name] = names.get(role.mention.name, 0) + 1


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
        if open_dataset(store).manifest.get("fingerprint") == current:
            return store
    except KgError:
        pass
    report("building the bundled plan")
    plans = [Path(str(f)) for suffix in SUFFIXES for f in resource_files("plans", suffix)]
    summary = build(plans, store, fingerprint=current, report=report)
    if summary.left_out:
        raise KgError("; ".join(reason for _, reason in summary.left_out))
    return store


def bundle_fingerprint() -> str:
    """SHA-256 over everything that decides what the bundled store holds."""
    digest = hashlib.sha256(program_version().encode())
    sources = sorted(Path(__file__).parent.rglob("*.py")) + sorted(
        Path(__file__).parent.glob("*.toml")
    )
    for path in sources:
        digest.update(path.read_bytes())
    for name in FOLDERS:
        for suffix in (".ttl", ".txt", ".md"):
            if name != "queries" and folder(name) is not None:
                for file in resource_files(name, suffix):
                    digest.update(file.read_bytes())
    return digest.hexdigest()
