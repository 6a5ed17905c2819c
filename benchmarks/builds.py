"""How the time of a build grows with the number of plans, and of extraction with the length of a text.

.venv/bin/python -m benchmarks.builds             20 and 100 invented plans
.venv/bin/python -m benchmarks.builds --large     and 1,000

Figures by stage are seconds of computing, so that other work on the machine does not count; "wall" is the
time that passed.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from kg.pipeline import build, read_plan
from kg.summary import Summary

from .corpus import write_corpus, write_plan

STAGES = (
    "read",
    "outline",
    "extract",
    "resolve",
    "describe",
    "check",
    "write",
    "publish",
    "across",
)


def builds(sizes: tuple[int, ...]) -> None:
    jobs = os.cpu_count() or 1
    print(f"build with {jobs} processes; ms of computing a plan, by stage")
    print(f"{'plans':>7}{'kB':>8}" + "".join(f"{stage:>10}" for stage in STAGES), end="")
    print(f"{'sum':>9}{'no check':>10}{'wall s':>9}{'again s':>9}{'one s':>8}")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            files = write_corpus(Path(folder, "plans"), size)
            volume = sum(file.stat().st_size for file in files) / 1000
            first = build([Path(folder, "plans")], Path(folder, "store"), jobs=jobs)
            again = build([Path(folder, "plans")], Path(folder, "store"), jobs=jobs)
            assert (len(first.built), len(again.unchanged)) == (size, size), first.left_out
            files[0].write_text(files[0].read_text("utf-8").replace("2025.", "2026."), "utf-8")
            one = build([Path(folder, "plans")], Path(folder, "store"), jobs=jobs)
            assert len(one.built) == 1
        _row(size, volume, first, again.elapsed, one.elapsed)


def _row(size: int, volume: float, first: Summary, again: float, one: float) -> None:
    spent = {stage: 1000 * first.clock.seconds.get(stage, 0.0) / size for stage in STAGES}
    total = sum(spent.values())
    print(
        f"{size:>7}{volume:>8.0f}" + "".join(f"{spent[stage]:>10.1f}" for stage in STAGES), end=""
    )
    print(
        f"{total:>9.1f}{total - spent['check']:>10.1f}{first.elapsed:>9.1f}{again:>9.1f}{one:>8.1f}"
    )


def lengths() -> None:
    """One text, twice as long each time: the tasks of plan 1 over and over."""
    head, rest = write_plan(1).split("II. NHIỆM VỤ\n\n")
    body, tail = rest.split("III. TỔ CHỨC THỰC HIỆN")
    print(f"\nextraction of one text\n{'kB':>7}{'ms':>9}{'ms a kB':>9}{'20 kB a second':>16}")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "plan.txt")
        for times in (1, 1, 2, 4, 8, 16):
            file.write_text(
                f"{head}II. NHIỆM VỤ\n\n{body * times}III. TỔ CHỨC THỰC HIỆN{tail}", "utf-8"
            )
            start = time.process_time()
            read_plan(file)
            taken = 1000 * (time.process_time() - start)
            size = file.stat().st_size / 1000
            print(
                f"{size:>7.0f}{taken:>9.0f}{taken / size:>9.2f}{1000 / (taken / size * 20):>16.1f}"
            )
    print("(the first line fills caches)")


def main() -> None:
    builds((20, 100, 1000) if "--large" in sys.argv[1:] else (20, 100))
    lengths()


if __name__ == "__main__":
    main()
