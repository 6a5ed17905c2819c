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
import gc, json, sys
import pyoxigraph as ox

gc.disable()

def read_all(store):
    # By way of each of the orders that the engine keeps statements in.
    def number(*pattern):
        return sum(1 for _ in store.quads_for_pattern(*pattern))
    subjects, predicates, objects = set(), set(), set()
    count = 0
    for graph in (ox.DefaultGraph(), *store.named_graphs()):
        whole, within = 0, (set(), set())
        for quad in store.quads_for_pattern(None, None, None, graph):
            whole += 1
            subjects.add(quad.subject)
            within[0].add(quad.predicate)
            within[1].add(quad.object)
        require(whole, sum(number(None, p, None, graph) for p in within[0]))
        require(whole, sum(number(None, None, o, graph) for o in within[1]))
        predicates |= within[0]
        objects |= within[1]
        count += whole
    require(count, len(store))
    require(count, sum(number(s, None, None) for s in subjects))
    require(count, sum(number(None, p, None) for p in predicates))
    require(count, sum(number(None, None, o) for o in objects))
    return count

def require(count, other):
    if other < count:
        raise ValueError(f"{other} statements in one of its orders, {count} in another")

found = []
try:
    for path in sys.argv[1:]:
        found.append(read_all(ox.Store.read_only(path)))
    told = {"found": found}
except Exception as fault:
    told = {"fault": " ".join(str(fault).split())[:300]}
print(json.dumps(told))
"""
SECONDS = 3600.0


def count_statements(databases: Sequence[Path], seconds: float = SECONDS) -> list[int]:
    """How many statements each of *databases* has; ``StoreError`` where one is damaged.

    The engine keeps each statement in several orders, as queries need them; all are read, and every term."""
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
