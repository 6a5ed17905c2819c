"""How store, memory, build and queries grow with the number of plans; the table of docs/growth.md.

.venv/bin/python -m benchmarks.growth --plans 1 100 1000 --output docs/growth.md    (1,000: about 25 minutes)

1: the bundled plan; N: N invented ones of about 20 kB. Stores are built once, into ``--cache``. The largest is served
from disk as well. Rows of sizes that were not measured are drawn out of the two largest that were (in memory), in
proportion to the number of plans, and say so.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from kg.pipeline import build
from kg.store import current_version, read_manifest

from .client import load
from .corpus import write_corpus
from .service import BUNDLED, address, free_port, memory, running

SHOWN = (1, 100, 1000, 4000)
ASKED = ("4 rows", "60 rows", "aggregate", "text")
COLUMNS = (
    "plans",
    "triples",
    "store MB",
    "build s",
    "first answer s",
    "loaded s",
    "memory MB",
    *(f"{q}, ms" for q in ASKED),
)
_MARKS = re.compile(r"(<!-- measured -->\n).*?(<!-- /measured -->)", re.DOTALL)
Row = dict[str, Any]


def measure(plans: int, cache: Path, *, on_disk: bool = False) -> Row:
    """One size: its store built from nothing, served, and asked by eight clients, each text a new one."""
    texts, store, kept = (cache / f"{kind}-{plans}" for kind in ("texts", "store", "row"))
    took = json.loads(kept.read_text("utf-8"))["build s"] if kept.exists() else None
    if took is None:
        files = sorted(BUNDLED.glob("*.txt")) if plans == 1 else write_corpus(texts, plans)
        began = time.monotonic()
        done = build(files, store, jobs=os.cpu_count() or 1)
        took = time.monotonic() - began
        assert len(done.built) == plans, done.left_out
    place = current_version(store)
    mode = "disk" if on_disk else "memory"
    port = free_port()
    here = f"http://127.0.0.1:{port}/sparql"
    began = time.monotonic()
    with running(_command(store, port, "disk" if on_disk else "auto"), _first(here)):
        answered = time.monotonic() - began
    began = time.monotonic()
    with running(_command(store, port, mode), _first(here)) as pid:
        loaded = time.monotonic() - began
        times = {
            f"{q}, ms": load(address(here, q, fresh=True), 8, 400, budget=10).p50 for q in ASKED
        }
        megabytes = memory(pid)
    size = sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
    row = {
        "plans": plans,
        "how": "measured, read from disk" if on_disk else "measured",
        "triples": read_manifest(place)["quads"],
        "store MB": size / 1e6,
        "build s": took,
        "first answer s": answered,
        "loaded s": loaded,
        "memory MB": megabytes,
        **times,
    }
    kept.write_text(json.dumps(row), "utf-8")
    return row


def _command(store: Path, port: int, mode: str) -> list[str]:
    words = ["serve", "--store", str(store), "--port", str(port), "--workers", "2"]
    return [sys.executable, "-m", "kg", *words, "--engine", mode]


def _first(here: str) -> str:
    return address(here, "4 rows", fresh=False)


def drawn_out(rows: list[Row], plans: int) -> Row:
    """What a size that was not measured would take, on a straight line through the two largest that were."""
    first, second = rows[-2:]
    steps = (plans - second["plans"]) / (second["plans"] - first["plans"])
    found = {  # what has not grown between them is noise, and no less is to be expected
        name: max(second[name], second[name] + steps * (second[name] - first[name]))
        for name in COLUMNS
    }
    return {**found, "plans": plans, "how": "drawn out, all in memory"}


def table(rows: list[Row]) -> str:
    lines = [f"| {' | '.join(COLUMNS)} | |", "|---" * (len(COLUMNS) + 1) + "|"]
    for row in rows:
        cells = [_shown(name, row[name]) for name in COLUMNS]
        lines.append(f"| {' | '.join(cells)} | {row['how']} |")
    return "\n".join(lines) + "\n"


def _shown(name: str, value: float) -> str:
    return (
        f"{value:,.1f}"
        if name.endswith("ms") or (value < 10 and name.endswith(" s"))
        else f"{value:,.0f}"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--plans", type=int, nargs="+", default=[1, 100])
    options.add_argument(
        "--cache", type=Path, default=Path(tempfile.gettempdir(), "kehoach-growth")
    )
    options.add_argument("--output", type=Path, help="the page whose table is made anew")
    given = options.parse_args()
    given.cache.mkdir(parents=True, exist_ok=True)
    rows = []
    for plans in sorted(given.plans):
        rows.append(measure(plans, given.cache))
        print(json.dumps(rows[-1]), flush=True)
    if len(rows) > 1:
        beyond = [drawn_out(rows, plans) for plans in SHOWN if plans > rows[-1]["plans"]]
        rows += [measure(rows[-1]["plans"], given.cache, on_disk=True), *beyond]
    made = table(rows)
    print(made)
    if given.output is not None:
        page = given.output.read_text("utf-8")
        given.output.write_text(_MARKS.sub(lambda m: m[1] + made + m[2], page), "utf-8")


if __name__ == "__main__":
    main()
