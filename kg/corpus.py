"""A folder of plans against what is in a store: what to read, what to take, what has to go."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .align import SUFFIX as DECISIONS
from .corrections import SUFFIX as CORRECTIONS
from .cut import Cut
from .errors import KgError
from .manifest import Entry, Identity, Memory, Source, find_source, rules_fingerprint
from .model import Remark
from .read import SUFFIXES
from .review import Unknown
from .revision import Change
from .summary import Summary
from .workers import Outcome


@dataclass(frozen=True, slots=True)
class Built:
    """A plan that was read and described: its entry in the manifest and the seconds of each stage."""

    entry: dict[str, Any]
    seconds: dict[str, float]


def find_plans(paths: Iterable[Path], store: Path | None = None) -> tuple[list[Path], list[str]]:
    """The files to read below *paths*, and the names of those passed over (README*, other types).

    Corrections beside a plan belong to it, and what *store* consists of is nothing to read.
    """
    files: dict[Path, Path] = {}
    skipped: list[str] = []
    own = store.resolve() if store else None
    for path in paths:
        if not path.is_dir():
            files.setdefault(path.resolve(), path)
            continue
        for file in _files_below(path, skipped):
            where = file.resolve()
            if own and own in where.parents:
                continue
            if any(
                file.name.endswith(suffix) and file.with_name(file.name[: -len(suffix)]).exists()
                for suffix in (CORRECTIONS, DECISIONS)
            ):
                continue  # read with its plan
            if file.name.upper().startswith("README") or file.suffix.lower() not in SUFFIXES:
                skipped.append(str(file))
            else:
                files.setdefault(where, file)
    return list(files.values()), skipped


def _files_below(folder: Path, skipped: list[str]) -> list[Path]:
    """The files below *folder*; what cannot be looked at is named in *skipped* with the reason."""

    def cannot(fault: OSError) -> None:
        skipped.append(f"{fault.filename} ({fault.strerror})")

    found: list[Path] = []
    for place, _folders, names in os.walk(folder, onerror=cannot):
        for file in (Path(place, name) for name in names):
            try:
                mode = file.stat().st_mode
            except OSError as fault:
                skipped.append(f"{file} ({fault.strerror})")
                continue
            if stat.S_ISREG(mode):
                found.append(file)
            else:
                skipped.append(f"{file} (no file to read)")
    return sorted(found)


def what_to_read(
    files: Iterable[Path], told: Identity, memory: Memory, summary: Summary
) -> list[Source]:
    """The files that are new or not what they were; the others go to ``summary.unchanged``."""
    sources: list[Source] = []
    claimed: set[str] = set()
    for path in files:
        try:
            source = find_source(path, told or memory.identity(path))
        except KgError as fault:
            summary.left_out.append((str(path), _with_what_stays(str(fault), memory.of_file(path))))
            continue
        entry = memory.unchanged(source, rules_fingerprint())
        if entry is None or entry["iri"] in claimed:
            sources.append(source)
            continue
        claimed.add(entry["iri"])
        summary.unchanged.append(entry)
    return sources


def choose(
    outcomes: Iterable[Outcome[Built]], sources: Sequence[Source], memory: Memory, summary: Summary
) -> list[int]:
    """The outcomes that go into the store; the others go to ``summary.left_out``."""
    claimed = {str(entry["iri"]): str(entry["file"]) for entry in summary.unchanged}
    chosen: list[int] = []
    for outcome in outcomes:
        path = sources[outcome.index].path
        if outcome.found is None:
            fault = outcome.fault or ""
            reason = fault if fault.startswith(str(path)) else f"{path}: {fault}"
            summary.left_out.append((str(path), _with_what_stays(reason, memory.of_file(path))))
            continue
        entry = outcome.found.entry
        summary.clock.add(outcome.found.seconds)
        if entry["iri"] in claimed:
            first = claimed[entry["iri"]]
            reason = f"{path}: the same plan ({entry['iri']}) was built from another file already ({first})"
            summary.left_out.append((str(path), reason))
            continue
        claimed[entry["iri"]] = entry["file"]
        summary.built.append(entry)
        chosen.append(outcome.index)
    return chosen


def _with_what_stays(reason: str, entry: Entry | None) -> str:
    if entry is None:
        return reason
    return f"{reason}; what was built from it before stays in the store ({entry['iri']})"


def plan_change(memory: Memory, summary: Summary, replace: bool, parts: list[Path]) -> Change:
    """What the store is to hold afterwards, and what has to go from it."""
    given = {str(e["iri"]): e for e in (*summary.unchanged, *summary.built)}
    read = {e["path"] for e in summary.built}
    kept: list[Entry] = []
    for entry in memory.entries:
        if entry["iri"] in given:
            continue
        if replace or entry.get("path") in read:  # its file is another plan now
            summary.dropped.append(str(entry["iri"]))
        else:
            kept.append(entry)
            if entry.get("rules") != rules_fingerprint():
                summary.stale.append(str(entry.get("file") or entry["iri"]))
    for entry in given.values():
        summary.unknown += [Unknown(**one) for one in entry.get("to_review") or ()]
        if cut := entry.get("cut"):
            summary.cuts.append((str(entry["path"]), str(Cut(**cut))))
        summary.remarks += [(str(entry["path"]), Remark(**r)) for r in entry.get("remarks") or ()]
    before = {str(e["iri"]) for e in memory.entries}
    renewed = [str(e["iri"]) for e in summary.built if e["iri"] in before]
    return Change(
        parts=tuple(parts),
        forget=(*renewed, *summary.dropped),
        entries=tuple(sorted((*given.values(), *kept), key=lambda e: str(e["iri"]))),
    )
