"""A client that asks as fast as it is answered, in processes of its own."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

_NUMBER = "0NUMBER0"


@dataclass(frozen=True, slots=True)
class Load:
    """Milliseconds from request to whole answer; *rate*: answers a second, of all clients together."""

    p50: float
    p95: float
    p99: float
    rate: float


def load(url: str, clients: int, requests: int, *, budget: float = 30.0) -> Load:
    """Ask *url* *requests* times from *clients* connections, for *budget* seconds at most.

    «0NUMBER0» in the URL becomes another number each time.
    """
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}"
    taken: list[float] = []
    until = time.perf_counter() + budget

    def ask(first: int, count: int) -> None:
        link = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        for number in range(first, first + count):
            began = time.perf_counter()
            if began > until:
                break
            link.request("GET", path.replace(_NUMBER, str(number)))
            link.getresponse().read()
            taken.append(time.perf_counter() - began)
        link.close()

    each = max(1, requests // clients)
    threads = [threading.Thread(target=ask, args=(n * each, each)) for n in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = time.perf_counter() - began
    times = sorted(1000 * t for t in taken) or [float("nan")]
    return Load(
        round(statistics.median(times), 3),
        round(times[int(len(times) * 0.95) - (len(times) > 1)], 3),
        round(times[int(len(times) * 0.99) - (len(times) > 1)], 3),
        round(len(taken) / whole, 1),
    )
