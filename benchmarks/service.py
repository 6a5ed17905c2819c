"""How fast the service answers, beside ``oxigraph serve`` and rdflib-endpoint on the same data, in one run.

.venv/bin/python -m benchmarks.service --plans 1 100 --output docs      1: the bundled plan; N: N invented texts
.venv/bin/python -m benchmarks.service --store my-store

The stores are built from texts once, into ``--cache``.  All servers run at once and are asked in turn, several
rounds; a figure is the median of its rounds.  The native server sees the same default graph
(``--union-default-graph``).  rdflib-endpoint holds the data as Python objects: on more than one plan it gets
the short queries alone, with more than 100 it is left out.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin
from urllib.request import urlopen

import pyoxigraph as ox

from kg.errors import StoreError
from kg.names import PREFIXES
from kg.pipeline import build
from kg.store import current_version, open_dataset, read_manifest

from .client import NUMBER, Load, Refused, load
from .corpus import write_corpus
from .drawing import bars, stacked
from .memory import pss

BUNDLED = Path(__file__).parent.parent / "kg" / "plans"
HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
QUERIES = {
    "4 rows": "SELECT ?s ?l { ?s a kh:AdministrativePlan ; rdfs:label|eli:id_local ?l } LIMIT 4",
    "60 rows": "SELECT ?t ?a ?l { ?t a kh:Task ; kh:leadAgency ?a . ?a rdfs:label ?l } LIMIT 60",
    "aggregate": "SELECT ?a (COUNT(DISTINCT ?t) AS ?n) { ?t kh:coordinatingAgency ?a } GROUP BY ?a ORDER BY DESC(?n)",
    "text": 'SELECT ?s ?l { ?s rdfs:label ?l FILTER CONTAINS(LCASE(?l), "doanh nghiệp") } LIMIT 60',
    "path": "SELECT DISTINCT ?c { ?c skos:broader+|kh:partOf* ?d . ?c a kh:Task } LIMIT 60",
    "construct": "CONSTRUCT { ?t kh:leadAgency ?a } { ?t a kh:Task ; kh:leadAgency ?a } LIMIT 60",
}
BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


OWN, AGAIN, NATIVE, PEER = "kehoach", "kehoach, repeated", "oxigraph serve", "rdflib-endpoint"
SHORT = ("4 rows", "60 rows", "construct")
Loads = dict[str, dict[str, Load]]  # by server, and by query and number of clients
Result = dict[str, Any]
NOTE = """# Speed of the service

Made by `make bench`, or `.venv/bin/python -m benchmarks.service --output docs` alone (`--large`: 1,000 plans too).
All servers have the same statements and the same default graph and are asked in turn; medians of the rounds.
Ratios are over `oxigraph serve`. "Repeated": the same text again, answered from the cache; else each text is new.
rdflib-endpoint holds the data as Python objects: on more than one plan it gets the short queries alone (the
others take it many seconds each), with more than 100 plans it is left out. Memory is the PSS of the whole tree.

![p50 by query and server](service.svg)

"""


def store_of(plans: int, cache: Path) -> Path:
    """A store of the bundled plan, or of *plans* invented ones; made where *cache* has none."""
    store = cache / f"store-{plans}"
    with contextlib.suppress(StoreError):
        if len(read_manifest(current_version(store))["plans"]) == plans:
            return store
    if plans == 1:
        build(sorted(BUNDLED.glob("*.txt")), store)
        return store
    write_corpus(cache / f"plans-{plans}", plans)
    done = build([cache / f"plans-{plans}"], store, jobs=os.cpu_count() or 1)
    if len(done.built) + len(done.unchanged) != plans:
        raise RuntimeError(f"plans left out: {done.left_out}")
    return store


@contextmanager
def running(command: list[str], ready: str) -> Iterator[int]:
    """A server, until it answers at *ready*; its process number."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(60_000):
                if process.poll() is not None:
                    raise RuntimeError(f"{command[0]} ended with {process.returncode}")
                host, port = ready.split("/")[2].split(":")
                with socket.socket() as probe:
                    if probe.connect_ex((host, int(port))) == 0:
                        break
                time.sleep(0.01)
            load(ready, 1, 1)
            yield process.pid
        finally:
            process.terminate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_loaded(endpoint: str) -> None:
    """Wait until a service reads from memory: one of many plans reads from disk while it loads."""
    url = urljoin(endpoint, "/metrics")
    while b"kehoach_in_memory 1.0" not in urlopen(url).read():
        time.sleep(0.1)


def memory(pid: int) -> float:
    """Megabytes of a process and all below it, shared pages counted once."""
    found, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        children = Path(f"/proc/{one}/task/{one}/children")
        try:
            waiting += [int(child) for child in children.read_text().split()]
            for task in Path(f"/proc/{one}/task").iterdir():
                if task.name != str(one):
                    waiting += [int(c) for c in (task / "children").read_text().split()]
            found += pss(one)
        except OSError:
            continue
    return found


def of_two_workers(store: Path) -> tuple[float, float]:
    """Megabytes of the service with two workers that have both answered, and of one in-memory store of the same
    statements."""
    port = free_port()
    here = f"http://127.0.0.1:{port}/sparql"
    serve = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", str(port)]
    with running([*serve, "--workers", "2"], f"{here}?query=ASK%7B%7D") as pid:
        until_loaded(here)
        for query in QUERIES:
            load(address(here, query, fresh=True), 8, 40)
        ours = memory(pid)
    command = [sys.executable, "-m", "benchmarks.memory", str(store)]
    return ours, float(subprocess.run(command, capture_output=True, check=True).stdout)


def first_answers() -> tuple[float, float]:
    """Seconds from ``kg serve`` of the bundled plan to its first answer: with nothing in the cache, and again."""
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(2):
            port = free_port()
            serve = [sys.executable, "-m", "kg", "serve", "--port", str(port)]
            began = time.perf_counter()
            ready = f"http://127.0.0.1:{port}/sparql?query=ASK%7B%7D"
            with running(["env", f"XDG_CACHE_HOME={folder}", *serve], ready):
                taken.append(time.perf_counter() - began)
    return taken[0], taken[1]


def address(endpoint: str, query: str, *, fresh: bool) -> str:
    """The URL of one of ``QUERIES``; *fresh*: as another text each time, which no cache has."""
    vary = quote(f"\n#{NUMBER}") if fresh else ""
    return f"{endpoint}?query={quote(HEAD + QUERIES[query])}{vary}"


def measure(ends: dict[str, tuple[str, bool]], rounds: int, queries: Iterable[str]) -> Loads:
    """Ask each of *ends* (URL, whether each text is new) in turn."""
    found: Loads = {name: {} for name in ends}
    for query in queries:
        for clients in (1, 8, 32):
            got: dict[str, list[Load]] = {name: [] for name in ends}
            for _ in range(rounds):
                for name, (endpoint, fresh) in ends.items():
                    url = address(endpoint, query, fresh=fresh)
                    got[name].append(load(url, clients, 200 + 25 * clients, budget=1.0))
            for name, loads in got.items():
                found[name][f"{query}, {clients} clients"] = median(loads)
    return found


def median(loads: list[Load]) -> Load:
    return Load(*(statistics.median(getattr(one, f.name) for one in loads) for f in fields(Load)))


def under_bombs(endpoint: str, rounds: int) -> tuple[float, float]:
    """p95 in ms of a query for 60 rows, quiet and while two bombs run."""
    url = address(endpoint, "60 rows", fresh=True)
    quiet, busy = [], []
    for _ in range(rounds):
        quiet.append(load(url, 1, 1000, budget=4).p95)
        bombs = [threading.Thread(target=_explode, args=(endpoint,)) for _ in range(2)]
        for bomb in bombs:
            bomb.start()
        time.sleep(0.7)
        busy.append(load(url, 1, 1000, budget=4).p95)
        for bomb in bombs:
            bomb.join()
    return statistics.median(quiet), statistics.median(busy)


def _explode(endpoint: str) -> None:
    with contextlib.suppress(Refused):  # at the time limit
        load(f"{endpoint}?query={quote(BOMB)}{quote(f'#{NUMBER}')}", 1, 1)


def compare(store: Path, plans: int, rounds: int, *, with_peer: bool) -> Result:
    ours, native, peer = free_port(), free_port(), free_port()
    here, there = f"http://127.0.0.1:{ours}/sparql", f"http://127.0.0.1:{native}/query"
    serve = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", str(ours)]
    ask = "?query=ASK%7B%7D"
    megabytes: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        place = Path(folder) / "native"
        database = ox.Store(str(place))
        database.bulk_extend(open_dataset(store).store)
        database.flush()
        del database
        program = str(Path(sys.executable).with_name("oxigraph"))
        command = [program, "serve-read-only", "-l", str(place), "-b", f"127.0.0.1:{native}"]
        pid = stack.enter_context(running([*command, "--union-default-graph"], there + ask))
        began = time.perf_counter()
        own = stack.enter_context(running(serve, here + ask))
        started = time.perf_counter() - began
        until_loaded(here)
        ends = {OWN: (here, True), AGAIN: (here, False), NATIVE: (there, True)}
        loads = measure(ends, rounds, QUERIES)
        megabytes = {OWN: memory(own), AGAIN: memory(own), NATIVE: memory(pid)}
        quiet, busy = under_bombs(here, rounds)
    if with_peer:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "all.nq"
            open_dataset(store).store.dump(output=str(data), format=ox.RdfFormat.N_QUADS)
            other = f"http://127.0.0.1:{peer}/"
            program = str(Path(sys.executable).with_name("rdflib-endpoint"))
            command = [program, "serve", "--port", str(peer), "--host", "127.0.0.1", str(data)]
            with running(command, other + ask) as pid:
                queries = QUERIES if plans == 1 else SHORT
                loads |= measure({PEER: (other, True)}, 1, queries)
                megabytes[PEER] = memory(pid)
    return {
        "plans": plans,
        "quads": read_manifest(current_version(store))["quads"],
        "first answer s": round(started, 2),
        "two workers, one store MB": tuple(map(round, of_two_workers(store))),
        "first answers s": tuple(round(s, 2) for s in first_answers()) if plans == 1 else None,
        "p95 quiet, two bombs": (round(quiet, 2), round(busy, 2)),
        "servers": {
            name: {"MB": round(megabytes[name]), **{key: _as_json(one) for key, one in got.items()}}
            for name, got in loads.items()
        },
    }


def _as_json(found: Load) -> dict[str, float]:
    return {"p50": found.p50, "p95": found.p95, "p99": found.p99, "per s": found.rate}


def table(result: Result) -> str:
    """The figures as a table in Markdown: p50 and requests a second, and how often the native server's."""
    servers = result["servers"]
    native = servers[NATIVE]
    lines = [
        f"### {result['plans']} plan(s), {result['quads']:,} statements",
        "",
        "| query, clients | "
        + " | ".join(f"{n}: p50 / p95 / p99 ms, a second" for n in servers)
        + " | p50 ratio | repeated | rate ratio |",
        "|---" * (len(servers) + 4) + "|",
    ]
    for key in (k for k in native if k != "MB"):
        cells = [_cell(server.get(key)) for server in servers.values()]
        ours, again, base = servers[OWN][key], servers[AGAIN][key], native[key]
        ratios = [
            ours["p50"] / base["p50"],
            again["p50"] / base["p50"],
            ours["per s"] / base["per s"],
        ]
        lines.append(f"| {key} | " + " | ".join([*cells, *(f"{r:.2f}" for r in ratios)]) + " |")
    quiet, busy = result["p95 quiet, two bombs"]
    whole, one = result["two workers, one store MB"]
    lines += [
        "| memory, MB | " + " | ".join(str(s["MB"]) for s in servers.values()) + " | | | |",
        "",
        f"From start to first answer: {result['first answer s']} s. p95 of 60 rows: {quiet} ms quiet,",
        f"{busy} ms while two bombs run ({busy / quiet:.2f} times). With two workers the service takes {whole} MB,",
        f"one in-memory store of the same statements {one} MB ({whole / one:.2f} times).",
        "",
    ]
    if result["first answers s"]:
        built, again = result["first answers s"]
        lines += [
            f"`kg serve` of the bundled plan: {built} s to the first answer with nothing built, {again} s again.",
            "",
        ]
    return "\n".join(lines)


def _cell(found: dict[str, float] | None) -> str:
    if found is None:
        return "left out"
    return f"{found['p50']:.2f} / {found['p95']:.2f} / {found['p99']:.2f}, {found['per s']:.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, nargs="*", default=[1, 100])
    parser.add_argument("--large", action="store_true", help="1,000 plans too")
    parser.add_argument("--store", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cache", type=Path, default=Path("build/bench"), help="for the stores")
    parser.add_argument("--no-peer", action="store_true", help="leave rdflib-endpoint out")
    parser.add_argument(
        "--output", type=Path, help="folder for service.md, service.svg and service.json"
    )
    given = parser.parse_args()
    results = []
    for plans in [0] if given.store else [*given.plans, *([1000] if given.large else [])]:
        store = given.store or store_of(plans, given.cache)
        peer = not given.no_peer and plans <= 100
        results.append(compare(store, plans, given.rounds, with_peer=peer))
        print(table(results[-1]), flush=True)
    if given.output:
        write(results, given.output)


def write(results: list[Result], folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    text = "\n".join(table(result) for result in results)
    (folder / "service.md").write_text(NOTE + text, "utf-8")
    (folder / "service.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    (folder / "service.svg").write_text(stacked([bars(one) for one in results]), "utf-8")


if __name__ == "__main__":
    main()
