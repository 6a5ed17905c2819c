"""``kg serve --remote``: the same service before another engine, which may be slow, gone, or talk nonsense."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from kg.remote.publishing import publish_to
from kg.store import Dataset

from ..badserver import Bad, bad_server
from ..engines import free_port, oxigraph

LIMIT = 3.0
RESULTS = "application/sparql-results+json"


def get(url: str, accept: str = "application/json") -> tuple[int, bytes, dict[str, str]]:
    request = Request(url, headers={"Accept": accept})
    try:
        with urlopen(request, timeout=60) as answer:
            return answer.status, answer.read(), dict(answer.headers)
    except HTTPError as fault:
        return fault.code, fault.read(), dict(fault.headers)


class Served:
    """``kg serve`` run as a user runs it."""

    def __init__(self, cache: Path, *options: str) -> None:
        command = [
            sys.executable,
            "-m",
            "kg",
            "serve",
            "--port",
            "0",
            "--timeout",
            str(LIMIT),
            *options,
        ]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        )
        assert self.process.stdout is not None
        self.counts = self.process.stdout.readline()
        self.url = self.process.stdout.readline().strip().rstrip("/")

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)

    def sparql(self, query: str) -> tuple[int, bytes, dict[str, str]]:
        return get(f"{self.url}/sparql?query={quote(query)}", RESULTS)


@pytest.mark.slow
def test_before_an_engine_that_goes_and_comes_back(
    dataset: Dataset, server: str, tmp_path: Path
) -> None:
    """All the same as embedded; without the engine an error in time, what was asked before, and then all again."""
    port = free_port()
    with oxigraph(tmp_path / "engine", port) as endpoint:
        publish_to(dataset, endpoint)
        served = Served(tmp_path / "cache", "--remote", endpoint.url)
        try:
            assert served.counts.startswith("1 plan(s), 36 tasks, 15 targets, ")
            for path in (
                "/q/clause/contents.csv",
                "/q/target/list.json",
                "/q/agency/workload.json?lang=en",
                "/network.json",
                "/network.graphml",
                "/doc/vn-73/ubnd/kh/2021/06.nt",
                "/doc/vn-73/ubnd/kh/2021/06.ics",
                "/doc/vn-73/ubnd/kh/2021/06.html",
                "/agency/vn-73/so-cong-thuong.html",
            ):
                here, there = get(served.url + path), get(server + path)
                assert here[0] == there[0] == 200, path
                assert here[1].replace(served.url.encode(), b"") == there[1].replace(
                    server.encode(), b""
                ), path
            assert json.loads(get(f"{served.url}/health")[1])["remote"]["reachable"] is True
            status, body, _ = served.sparql("SELECT * { ?s ?p }")
            assert status == 400
            assert json.loads(body)["error"]["detail"]["line"] == 1
            assert (
                served.sparql("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")[0] == 403
            )
            count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
            for query in (count, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"):
                here = get(f"{server}/sparql?query={quote(query)}", RESULTS)
                assert served.sparql(query)[:2] == here[:2]
        except BaseException:
            served.close()
            raise
    try:
        began = time.monotonic()
        status, body, headers = served.sparql("SELECT (1 AS ?new) { ?s ?p ?o } LIMIT 1")
        assert time.monotonic() - began < LIMIT + 3
        assert status == 503
        assert json.loads(body)["error"]["code"] == "remote"
        assert "127.0.0.1" in json.loads(body)["error"]["message"]
        assert int(headers["Retry-After"]) > 0
        assert served.sparql(count)[0] == 200  # it was answered before
        assert get(f"{served.url}/health")[0] == 200
        with oxigraph(tmp_path / "engine", port):
            assert served.sparql("SELECT (1 AS ?new) { ?s ?p ?o } LIMIT 1")[0] == 200
    finally:
        served.close()


@pytest.fixture(scope="module")
def misled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Bad]]:
    """The service before a server that turns bad once it has begun."""
    with bad_server() as bad:
        bad.answer = None
        served = Served(tmp_path_factory.mktemp("cache"), "--remote", bad.url)
        yield served, bad
        bad.behaviour = "good"
        served.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("behaviour", "status", "says"),
    [
        ("hangs", 503, "within"),
        ("drips", 503, "within"),
        ("dripsheaders", 503, "within"),
        ("html", 502, "HTML"),
        ("disguised", 502, "no result"),
        ("cut", 502, "cut"),
        ("short", 502, "cut"),
        ("status 500", 502, "500"),
        ("status 429 20", 503, "20 seconds"),
        ("redirect 302", 502, "not followed"),
        ("endless", 502, "more than"),
        ("garbage", 502, "not HTTP"),
        ("closes", 503, "broke"),
    ],
)
def test_a_bad_engine_is_told_in_time_and_the_service_lives(
    misled: tuple[Served, Bad], behaviour: str, status: int, says: str
) -> None:
    served, bad = misled
    bad.elsewhere = "http://169.254.169.254/latest"
    bad.behaviour = behaviour
    began = time.monotonic()
    got, body, headers = served.sparql(f"SELECT ?{behaviour.replace(' ', '')} {{ ?s ?p ?o }}")
    assert time.monotonic() - began < LIMIT + 3
    assert got == status
    assert says in json.loads(body)["error"]["message"]
    if behaviour == "status 429 20":
        assert headers["Retry-After"] == "20"
    bad.behaviour = "good"
    assert get(f"{served.url}/health")[0] == 200
    assert served.sparql(f"SELECT ?good{behaviour.replace(' ', '')} {{ ?s ?p ?o }}")[0] == 200


@pytest.mark.slow
def test_an_engine_that_never_answered_is_told_at_the_start(tmp_path: Path) -> None:
    served = Served(tmp_path, "--remote", f"http://127.0.0.1:{free_port()}/sparql")
    _, errors = served.process.communicate(timeout=60)
    assert served.process.returncode == 2
    assert len(errors.strip().splitlines()) == 1
    assert "not to be reached" in errors or "broke" in errors
