"""Megabytes that one in-memory store of a dataset takes, in a process that does nothing else.

.venv/bin/python -m benchmarks.memory STORE
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pyoxigraph as ox

from kg.store import current_version

N_QUADS = ox.RdfFormat.N_QUADS


def pss(pid: int | str) -> float:
    """Megabytes of a process, those it shares counted in part; ``OSError`` where it has gone."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def main() -> None:
    database = current_version(Path(sys.argv[1])) / "db"
    out, into = os.pipe()
    if os.fork() == 0:  # what reads the database is not to be counted
        os.close(out)
        with os.fdopen(into, "wb") as pipe:
            ox.Store.read_only(str(database)).dump(output=pipe, format=N_QUADS)
        os._exit(0)
    os.close(into)
    store = ox.Store()
    with os.fdopen(out, "rb") as pipe:
        store.bulk_extend(ox.parse(pipe, format=N_QUADS))
    os.wait()
    print(f"{pss('self'):.0f}")


if __name__ == "__main__":
    main()
