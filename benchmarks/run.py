"""How fast plans are read, described, checked and asked: medians, in one run.

make bench                         the bundled plan
.venv/bin/python -m benchmarks.run FILE...
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from kg.catalogue import answer, questions
from kg.graph import build_graph, canonical
from kg.pipeline import build, read_plan, reference_graph
from kg.store import open_dataset
from kg.validation import check

BUNDLED = Path(__file__).parent.parent / "kg" / "plans"


def median(work: Callable[[], object], times: int) -> float:
    """Seconds a run, the first (which fills caches) left out."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    files = [Path(name) for name in sys.argv[1:]] or sorted(BUNDLED.glob("*.txt"))
    reference = reference_graph()
    print(
        f"{'plan':<28}{'kB':>6}{'extract ms':>12}{'a second':>10}{'graph ms':>10}{'check ms':>10}"
    )
    for file in files:
        plan = read_plan(file)
        graph = build_graph(plan)
        read = median(lambda f=file: read_plan(f), 11)  # type: ignore[misc]
        described = median(lambda p=plan: canonical(build_graph(p)), 5)  # type: ignore[misc]
        checked = median(lambda g=graph: check(g, "data", reference), 3)  # type: ignore[misc]
        size = file.stat().st_size / 1000
        print(
            f"{file.name:<28}{size:>6.0f}{read * 1000:>12.1f}{1 / read:>10.1f}"
            f"{described * 1000:>10.0f}{checked * 1000:>10.0f}"
        )
    with tempfile.TemporaryDirectory() as folder:
        built = build(files, Path(folder))
        dataset = open_dataset(Path(folder))
        print(f"\n{len(built.built)} plan(s), {len(dataset.store):,} statements")
        for question in questions().values():
            taken = median(lambda q=question: answer(q, dataset), 5)  # type: ignore[misc]
            print(f"{question.id:<36}{taken * 1000:>8.1f} ms")


if __name__ == "__main__":
    main()
