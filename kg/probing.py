"""Reading a database through in a process of its own, as one that is damaged may take the process along."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .errors import StoreError

_PROGRAM = """
import json, sys
import pyoxigraph as ox

class Lines:
    count = 0
    def write(self, data):
        Lines.count += data.count(b"\\n")
        return len(data)
    def flush(self):
        pass

found = []
try:
    for path in sys.argv[1:]:
        Lines.count = 0
        ox.Store.read_only(path).dump(output=Lines(), format=ox.RdfFormat.N_QUADS)
        found.append(Lines.count)
    told = {"found": found}
except Exception as fault:
    told = {"fault": " ".join(str(fault).split())[:300]}
print(json.dumps(told))
"""
SECONDS = 3600.0


def count_statements(databases: Sequence[Path], seconds: float = SECONDS) -> list[int]:
    """How many statements each of *databases* has, all of them read; ``StoreError`` where one is damaged."""
    command = [sys.executable, "-I", "-c", _PROGRAM, *map(str, databases)]
    try:
        run = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise StoreError(f"reading the database took longer than {seconds:g} s") from None
    if run.returncode < 0:
        name = signal.Signals(-run.returncode).name
        raise StoreError(f"the engine dies of the database ({name})")
    try:
        told = json.loads(run.stdout.decode("utf-8").splitlines()[-1])
    except (ValueError, IndexError):
        last = run.stderr.decode("utf-8", "replace").partition("\n")[0]
        raise StoreError(f"the database cannot be read ({last[:300]})") from None
    if "fault" in told:
        raise StoreError(f"the database is damaged ({told['fault']})")
    return [int(number) for number in told["found"]]
