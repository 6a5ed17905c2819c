"""``/metrics``: what the service counts of itself, as Prometheus text."""

from __future__ import annotations

from collections.abc import Iterator
from wsgiref.types import WSGIEnvironment

from flask import Blueprint, Response, current_app, make_response
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from .connections import REASONS, Connections
from .engine import Engine

bp = Blueprint("metrics", __name__)
_KINDS = ("sparql", "update", "store", "q", "search", "reconcile", "network", "health", "metrics")
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")


class Metrics:
    """The counters of one application."""

    def __init__(self, engine: Engine) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "kehoach_requests",
            "Requests answered.",
            ["path", "method", "status"],
            registry=self.registry,
        )
        self._outcomes = Counter(
            "kehoach_outcomes",
            "How they ended: ok, error, time-limit …",
            ["outcome"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "kehoach_request_seconds",
            "From a request to its answer.",
            ["path"],
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
            registry=self.registry,
        )
        # The counters by what they count, which the library takes longer to find than to raise.
        self._found: dict[tuple[str, ...], tuple[Counter, Counter, Histogram]] = {}
        self._collector = _EngineCollector(engine)
        self.registry.register(self._collector)

    def watch(self, connections: Connections) -> None:
        """Tell of *connections* too."""
        self._collector.connections = connections

    def request(self, environ: WSGIEnvironment, status: str, outcome: str, seconds: float) -> None:
        first = str(environ.get("PATH_INFO", "")).split("/")[1:2]
        path = first[0] if first and first[0] in _KINDS else "page"
        method = str(environ.get("REQUEST_METHOD"))
        key = (path, method if method in _METHODS else "other", status, outcome)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = (
                self._requests.labels(*key[:3]),
                self._outcomes.labels(outcome),
                self._seconds.labels(path),
            )
        requests, outcomes, histogram = found
        requests.inc()
        outcomes.inc()
        histogram.observe(seconds)


class _EngineCollector(Collector):
    """What the engine knows of itself, read when it is asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.connections: Connections | None = None

    def collect(self) -> Iterator[Metric]:
        engine = self._engine
        idle, busy, waiting = engine.counts()
        workers = GaugeMetricFamily("kehoach_workers", "Worker processes.", labels=["state"])
        workers.add_metric(["idle"], idle)
        workers.add_metric(["busy"], busy)
        yield workers
        yield GaugeMetricFamily(
            "kehoach_queries_waiting", "Queries without a worker.", value=waiting
        )
        deaths = CounterMetricFamily(
            "kehoach_workers_replaced", "Workers killed or dead, by reason.", labels=["reason"]
        )
        for reason in ("time", "memory", "crash", "killed", "interrupted", "holder"):
            deaths.add_metric([reason], engine.deaths[reason])
        yield deaths
        cache = CounterMetricFamily("kehoach_cache", "Answers looked up.", labels=["result"])
        cache.add_metric(["hit"], engine.cache.hits)
        cache.add_metric(["miss"], engine.cache.misses)
        yield cache
        yield from self._of_connections()
        yield GaugeMetricFamily("kehoach_ready", "Whether queries are run.", value=engine.is_ready)
        yield GaugeMetricFamily(
            "kehoach_in_memory", "Whether the dataset is in memory.", value=engine.is_in_memory
        )

    def _of_connections(self) -> Iterator[Metric]:
        if self.connections is None:
            return
        yield GaugeMetricFamily(
            "kehoach_connections", "Open connections.", value=len(self.connections.channels)
        )
        closed = CounterMetricFamily(
            "kehoach_connections_closed", "Closed by the service, by reason.", labels=["reason"]
        )
        for reason in REASONS:
            closed.add_metric([reason], self.connections.dropped[reason])
        yield closed


@bp.get("/metrics")
def metrics() -> Response:
    known: Metrics = current_app.extensions["metrics"]
    response = make_response(generate_latest(known.registry))
    response.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
    return response
