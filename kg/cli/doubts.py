"""What «kg extract --review» prints: each doubt with the commands that settle it."""

from __future__ import annotations

import csv
import io
import json
import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ..corrections.doubts import KINDS, Doubt
from ..export import harmless
from .common import short

COLUMNS = (
    "kind",
    "key",
    "rule",
    "words",
    "start",
    "end",
    "detail",
    "what_vi",
    "what_en",
    "fix",
    "confirm",
)


def doubt_rows(file: Path, doubts: Sequence[Doubt]) -> list[dict[str, str | int]]:
    """One row a doubt; *fix* and *confirm* are command lines, «…» where only the reader knows."""
    return [
        {
            "kind": d.kind,
            "key": d.key,
            "rule": d.rule,
            "words": d.words,
            "start": d.span.start,
            "end": d.span.end,
            "detail": d.detail,
            "what_vi": KINDS[d.kind][0],
            "what_en": KINDS[d.kind][1],
            "fix": shlex.join(("kg", "correct", str(file), *d.fix)),
            "confirm": shlex.join(("kg", "correct", str(file), *d.confirm)),
        }
        for d in doubts
    ]


def doubts_json(file: Path, doubts: Sequence[Doubt]) -> str:
    return json.dumps(doubt_rows(file, doubts), ensure_ascii=False, indent=1) + "\n"


def doubts_csv(file: Path, doubts: Sequence[Doubt]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in doubt_rows(file, doubts):
        writer.writerow([harmless(str(row[name])) for name in COLUMNS])
    return out.getvalue()


def doubts_text(file: Path, doubts: Sequence[Doubt]) -> str:
    """For people: a block a kind, each doubt with its place, words and the two command lines."""
    if not doubts:
        return "nothing is in doubt / không còn điểm nào chưa chắc\n"
    rows = doubt_rows(file, doubts)
    lines = [f"{len(rows)} point(s) in doubt / điểm chưa chắc"]
    for kind, count in Counter(d.kind for d in doubts).items():
        lines.append(f"\n{kind} ({count})\n  {KINDS[kind][0]}\n  {KINDS[kind][1]}")
        for row in rows:
            if row["kind"] == kind:
                lines += [
                    f"  - {row['key']} [{row['rule']}] {row['start']}-{row['end']}: «{short(str(row['words']))}»",
                    f"      {row['detail']}",
                    f"      wrong: {row['fix']}",
                    f"      right: {row['confirm']}",
                ]
    return "\n".join(lines) + "\n"
