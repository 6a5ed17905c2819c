"""How fast the service answers, beside ``oxigraph serve`` and rdflib-endpoint on the same data, in one run.

.venv/bin/python -m benchmarks.service --plans 1 100 --output docs
.venv/bin/python -m benchmarks.service --store my-store

The plans are copies of the bundled one under other numbers; a store made in another way can be given.  The native
server sees the same default graph (``--union-default-graph``).  Needs the packages ``oxigraph`` and, for
rdflib-endpoint, ``rdflib-endpoint`` (in the dev extra).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from kg.names import PREFIXES
from kg.pipeline import build
from kg.store import current_version, open_dataset, publish, read_manifest

from .client import Load, load
from .drawing import bars

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


@dataclass(slots=True)
class Figures:
    """Of one server: a ``Load`` by query and number of clients, and what else was measured."""

    name: str
    loads: dict[tuple[str, int], Load] = field(default_factory=dict)
    megabytes: float | None = None


def copies(plans: int, folder: Path) -> None:
    """A store in *folder* with *plans* plans: the bundled one and copies of it under other numbers."""
    one = folder / "one"
    build(sorted(BUNDLED.glob("*.txt")), one)
    dataset = open_dataset(one)
    (entry,) = dataset.manifest["plans"]
    text = (dataset.store.dump(format=ox.RdfFormat.N_QUADS) or b"").decode()
    mine = "".join(line for line in text.splitlines(True) if f"{entry['iri']}" in line)

    def chunks() -> Iterator[bytes]:
        yield text.encode()
        for number in range(1, plans):
            yield mine.replace(entry["iri"], f"{entry['iri']}-{number}").encode()

    publish(chunks(), folder, {"plans": [entry] * plans})
    shutil.rmtree(one)


@contextmanager
def running(command: list[str], ready: str) -> Iterator[int]:
    """A server, until it answers at *ready*; its process number."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(1200):
                if process.poll() is not None:
                    raise RuntimeError(f"{command[0]} ended with {process.returncode}")
                host, port = ready.split("/")[2].split(":")
                with socket.socket() as probe:
                    if probe.connect_ex((host, int(port))) == 0:
                        break
                time.sleep(0.1)
            load(ready, 1, 1)
            yield process.pid
        finally:
            process.terminate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def memory(pid: int) -> float:
    """Megabytes of a process and all below it, shared pages counted once."""
    found, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        children = Path(f"/proc/{one}/task/{one}/children")
        try:
            waiting += [int(child) for child in children.read_text().split()]
            for task in Path(f"/proc/{one}/task").iterdir():
                if task.name != str(one):
                    waiting += [int(c) for c in (task / "children").read_text().split()]
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        found += next(
            int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")
        )
    return found / 1024


def measure(name: str, endpoint: str, pid: int, *, cached: bool, requests: int) -> Figures:
    figures = Figures(name)
    for query, text in QUERIES.items():
        base = f"{endpoint}?query={quote(HEAD + text)}"
        for clients in (1, 8, 32):
            # A comment makes each query another text, which no cache has.
            vary = (
                ""
                if cached
                else quote("\n#0NUMBER0-" + f"{clients}-{os.getpid()}-{time.monotonic_ns()}")
            )
            count = min(requests, 3 * clients) if query in ("aggregate", "text") else requests
            count = max(count, 2 * clients)
            figures.loads[query, clients] = load(base + vary, clients, count, budget=6)
    figures.megabytes = memory(pid)
    return figures


def under_bombs(endpoint: str) -> tuple[float, float]:
    """p95 in ms of a query for 60 rows, quiet and while two bombs run."""
    vary = quote("\n#0NUMBER0")
    base = f"{endpoint}?query={quote(HEAD + QUERIES['60 rows'])}"
    quiet = load(base + vary + "q", 1, 200, budget=10).p95
    bombs = [
        threading.Thread(target=load, args=(f"{endpoint}?query={quote(BOMB)}{vary}b{n}", 1, 1))
        for n in range(2)
    ]
    for bomb in bombs:
        bomb.start()
    time.sleep(0.7)
    busy = load(base + vary + "z", 1, 200, budget=6).p95
    for bomb in bombs:
        bomb.join()
    return quiet, busy


def compare(store: Path, plans: int, requests: int, with_peer: bool) -> dict[str, object]:
    ours, native, peer = free_port(), free_port(), free_port()
    here = f"http://127.0.0.1:{ours}/sparql"
    figures = []
    serve = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", str(ours)]
    began = time.perf_counter()
    with running(serve, f"{here}?query=ASK%7B%7D") as pid:
        started = time.perf_counter() - began
        figures.append(measure("kehoach", here, pid, cached=False, requests=requests))
        figures.append(measure("kehoach, repeated", here, pid, cached=True, requests=requests))
        quiet, busy = under_bombs(here)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "native"
        database = ox.Store(str(place))
        database.bulk_extend(open_dataset(store).store)
        database.flush()
        del database
        program = str(Path(sys.executable).with_name("oxigraph"))
        there = f"http://127.0.0.1:{native}/query"
        command = [program, "serve-read-only", "-l", str(place), "-b", f"127.0.0.1:{native}"]
        with running([*command, "--union-default-graph"], f"{there}?query=ASK%7B%7D") as pid:
            figures.append(measure("oxigraph serve", there, pid, cached=False, requests=requests))
        if with_peer:
            data = Path(folder) / "all.nq"
            open_dataset(store).store.dump(output=str(data), format=ox.RdfFormat.N_QUADS)
            other = f"http://127.0.0.1:{peer}/"
            program = str(Path(sys.executable).with_name("rdflib-endpoint"))
            command = [program, "serve", "--port", str(peer), "--host", "127.0.0.1", str(data)]
            with running(command, f"{other}?query=ASK%7B%7D") as pid:
                figures.append(measure("rdflib-endpoint", other, pid, cached=False, requests=60))
    return {
        "plans": plans,
        "quads": read_manifest(current_version(store))["quads"],
        "first answer s": round(started, 2),
        "p95 quiet, two bombs": (round(quiet, 2), round(busy, 2)),
        "servers": {
            f.name: {
                "MB": round(f.megabytes or 0),
                **{f"{q}, {c} clients": _as_json(found) for (q, c), found in f.loads.items()},
            }
            for f in figures
        },
    }


def _as_json(found: Load) -> dict[str, float]:
    return {"p50": found.p50, "p95": found.p95, "p99": found.p99, "per s": found.rate}


def table(result: dict[str, object]) -> str:
    """The figures as a table in Markdown: p50 and requests a second, and how often the native server's."""
    servers = result["servers"]
    assert isinstance(servers, dict)
    native = servers["oxigraph serve"]
    lines = [
        f"### {result['plans']} plan(s), {result['quads']:,} statements",
        "",
        "| query, clients | "
        + " | ".join(f"{n}: p50 / p95 / p99 ms, a second" for n in servers)
        + " | p50 ratio | repeated | rate ratio |",
        "|---" * (len(servers) + 4) + "|",
    ]
    for key in (k for k in native if k != "MB"):
        cells = [
            f"{s[key]['p50']:.2f} / {s[key]['p95']:.2f} / {s[key]['p99']:.2f}, {s[key]['per s']:.0f}"
            for s in servers.values()
        ]
        ours, again, base = servers["kehoach"][key], servers["kehoach, repeated"][key], native[key]
        ratios = [
            ours["p50"] / base["p50"],
            again["p50"] / base["p50"],
            ours["per s"] / base["per s"],
        ]
        lines.append(f"| {key} | " + " | ".join([*cells, *(f"{r:.2f}" for r in ratios)]) + " |")
    lines += [
        "| memory, MB | " + " | ".join(str(s["MB"]) for s in servers.values()) + " | | | |",
        "",
        (
            f"From start to first answer: {result['first answer s']} s. p95 of 60 rows, quiet and with two bombs: "
            f"{result['p95 quiet, two bombs']} ms."
        ),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, nargs="*", default=[1, 100])
    parser.add_argument("--store", type=Path)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--no-peer", action="store_true", help="leave rdflib-endpoint out")
    parser.add_argument(
        "--output", type=Path, help="folder for service.md, service.svg and service.json"
    )
    given = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for plans in [0] if given.store else given.plans:
            store = given.store or Path(folder) / str(plans)
            if not given.store:
                copies(plans, store)
            peer = not given.no_peer and plans <= 100
            results.append(compare(store, plans, given.requests, peer))
            print(table(results[-1]))
    if given.output:
        given.output.mkdir(exist_ok=True)
        text = "\n".join(table(result) for result in results)
        note = "Made by `.venv/bin/python -m benchmarks.service --output docs`; ratios are over `oxigraph serve`.\n\n"
        (given.output / "service.md").write_text(
            "# Speed of the service\n\n" + note + text, "utf-8"
        )
        (given.output / "service.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
        (given.output / "service.svg").write_text(bars(results[-1]), "utf-8")


if __name__ == "__main__":
    main()
