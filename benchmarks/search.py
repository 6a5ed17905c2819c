"""How long the index takes to make, how large it is, and how soon searches are answered.

.venv/bin/python -m benchmarks.search STORE [COPIES]

The entries of the store's plans are put in COPIES times (each copy a plan of its own), for a corpus larger than one has
the time to build: ten copies of a store of 100 plans are searched like 1,000 plans.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kg.names import BASE
from kg.search.asking import Index
from kg.search.entries import PASSAGES, Entry
from kg.search.gathering import gather
from kg.search.index import FILE, write_index
from kg.store import open_dataset

QUERIES = (
    "so cong thuong", "dau tu", "dai phat thanh", "uy ban", "uỷ ban", "sở khcn", "đổi mới sáng tạo",
)  # fmt: skip
TIMES = 21


def copied(entries: list[Entry], copies: int) -> Iterator[Entry]:
    """*entries*, and of those of plans *copies* in all, each under a plan of its own."""
    yield from entries
    for number in range(1, copies):

        def other(iri: str, to: str = f"{BASE}doc/copy-{number}/") -> str:
            return iri.replace(f"{BASE}doc/", to)

        for entry in entries:
            if entry.kind in PASSAGES or entry.kind == "plan":
                yield replace(
                    entry,
                    iri=other(entry.iri),
                    plan=other(entry.plan or ""),
                    clause=other(entry.clause or ""),
                    plans=tuple(map(other, entry.plans)),
                )


def main() -> None:
    dataset = open_dataset(Path(sys.argv[1]))
    copies = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    began = time.perf_counter()
    entries = list(copied(list(gather(dataset.merged)), copies))
    gathered = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        write_index(entries, file)
        written = time.perf_counter()
        plans = sum(entry.kind == "plan" for entry in entries)
        print(
            f"{plans} plan(s), {len(entries):,} entries: read in {gathered - began:.1f} s, "
            f"written in {written - gathered:.1f} s, {file.stat().st_size / 1e6:.1f} MB"
        )
        index = Index(file)
        print(f"{'':<20}{'search ms':>12}{'p95':>8}{'suggest ms':>12}{'p95':>8}  first")
        for text in QUERIES:
            search = _times(lambda q=text: index.search(q))  # type: ignore[misc]
            suggest = _times(lambda q=text: index.suggest(q))  # type: ignore[misc]
            best = index.search(text).best
            print(f"{text:<20}{search}{suggest}  {best.label if best else '-'}")


def _times(work: object) -> str:
    assert callable(work)
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return f"{statistics.median(taken):>12.1f}{sorted(taken)[int(TIMES * 0.95)]:>8.1f}"


if __name__ == "__main__":
    main()
