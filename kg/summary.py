"""What a build did, for people and for programs."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from .export import Table, to_text
from .manifest import Entry
from .model import Remark
from .review import Unknown

COUNTS = ("tasks", "targets", "agencies", "findings", "triples")


class Clock:
    """Seconds of computing by stage; what other processes do meanwhile does not count."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.process_time()
        try:
            yield
        finally:
            self.add({stage: time.process_time() - start})

    def add(self, seconds: Mapping[str, float]) -> None:
        for stage, taken in seconds.items():
            self.seconds[stage] = self.seconds.get(stage, 0.0) + taken


@dataclass(slots=True)
class Summary:
    """What a build did.

    *built* are the plans that were read (entries of the manifest), *unchanged* those that were as they
    are in the store; *left_out* names files with the reason, *skipped* those that are no plans;
    *dropped* are the plans that left the store, *stale* those in it that were not given and that other
    rules made (their files).  *unknown* is what to review, once a plan; *remarks* are those on corrections,
    with the plan's file; *cuts* tell of files in which another document begins; *decisions* on alignments that could not be applied.  *clock* adds up the computing of all processes; *elapsed* is the time by the
    wall.
    """

    built: list[dict[str, Any]] = field(default_factory=list)
    unchanged: list[Entry] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    remarks: list[tuple[str, Remark]] = field(default_factory=list)
    cuts: list[tuple[str, str]] = field(default_factory=list)
    across: int = 0
    decisions: list[str] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)
    elapsed: float = 0.0

    @property
    def exit_code(self) -> int:
        """0 all built or unchanged; 1 some left out; 2 nothing."""
        if not self.built and not self.unchanged:
            return 2
        return 1 if self.left_out else 0

    @property
    def to_review(self) -> dict[str, int]:
        """Names and documents that could not be told for certain, with how often they stand."""
        counts: dict[str, int] = {}
        for one in self.unknown:
            counts[one.name] = counts.get(one.name, 0) + one.count
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def summary_text(summary: Summary, store: str) -> str:
    """A table of the plans that were read, their totals, and the rest in a line each."""
    lines: list[str] = []
    if summary.built:
        rows = [(e["number"], e["date"], *(e[c] for c in COUNTS), e["file"]) for e in summary.built]
        if len(rows) > 1:
            totals = (sum(e[c] for e in summary.built) for c in COUNTS)
            rows.append((f"{len(rows)} plans", "", *totals, ""))
        table = Table(("plan", "date", *COUNTS, "file"), tuple(rows))
        lines.append(to_text(table, width=48).rstrip())
    kept = len(summary.unchanged)
    lines.append(
        f"{len(summary.built)} built, {kept} unchanged, {len(summary.left_out)} left out, "
        f"{len(summary.skipped)} skipped, in {summary.elapsed:.1f} s; the store is {store}"
    )
    if summary.across:
        lines.append(f"{summary.across} findings across plans (kg findings --store {store})")
    return "\n".join(lines) + "\n"


def summary_json(summary: Summary, store: str) -> str:
    """The same for programs: ``kg build --report FILE.json``."""
    return (
        json.dumps(
            {
                "store": store,
                "exit_code": summary.exit_code,
                "built": summary.built,
                "unchanged": list(summary.unchanged),
                "left_out": [{"file": f, "reason": r} for f, r in summary.left_out],
                "skipped": summary.skipped,
                "dropped": summary.dropped,
                "stale": summary.stale,
                "to_review": [
                    {
                        "name": name,
                        "count": count,
                        "plans": [asdict(one) for one in summary.unknown if one.name == name],
                    }
                    for name, count in summary.to_review.items()
                ],
                "remarks": [{"file": f, **asdict(r)} for f, r in summary.remarks],
                "cuts": [{"file": f, "remark": r} for f, r in summary.cuts],
                "findings_across": summary.across,
                "decisions_not_applied": summary.decisions,
                "seconds": {
                    "elapsed": round(summary.elapsed, 3),
                    "computing": {k: round(v, 3) for k, v in summary.clock.seconds.items()},
                },
            },
            ensure_ascii=False,
            indent=1,
        )
        + "\n"
    )
