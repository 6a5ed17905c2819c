"""Limits hold, what was killed is replaced, what was asked before is known; and the service knows itself."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from kg.api import create_app, planlist, readers
from kg.api.cache import Cache, is_lasting
from kg.api.engine import Engine
from kg.api.front import Front
from kg.api.holder import Order
from kg.api.jobs import Asked, NotAcceptable
from kg.api.kept import kept
from kg.api.limits import Limits, MemoryLimit, Overloaded, TimeLimit, check_text
from kg.api.pool import Broken, Pool
from rdflib import DCAT, RDF, VOID, Graph, URIRef

from kg.errors import KgError, QueryError
from kg.store import Dataset, publish

BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
JSON = ("application/sparql-results+json",)
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture(scope="module", params=["memory", "disk"])
def engine(store_folder: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    limits = Limits(seconds=1, memory=200 << 20, answer=1 << 20, waiting=1, workers=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(
            "PYTHONPATH", str(Path(__file__).parents[2])
        )  # where jobs of this file are found
        engine = Engine(store_folder, limits=limits, mode=request.param)
        yield engine
        engine.close()


def count(engine: Engine) -> int:
    answer = engine.run(Asked(f"{COUNT} #{time.monotonic_ns()}", JSON))
    return int(json.loads(answer.body)["results"]["bindings"][0]["n"]["value"])


def test_a_query_that_takes_too_long_is_ended_and_the_next_is_answered(engine: Engine) -> None:
    assert engine.version  # loaded by now
    before = engine.deaths["time"]
    began = time.monotonic()
    with pytest.raises(TimeLimit):
        engine.run(Asked(BOMB, JSON))
    assert time.monotonic() - began < 4
    assert engine.deaths["time"] == before + 1
    assert count(engine) > 1000


def test_a_query_that_takes_too_much_memory_is_ended(engine: Engine) -> None:
    doubling = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(40))
    with pytest.raises((MemoryLimit, TimeLimit)):
        engine.run(
            Asked(f"SELECT (STRLEN(?x40) AS ?n) {{ BIND('{'x' * 1000}' AS ?x0) {doubling} }}", JSON)
        )
    assert count(engine) > 1000


@pytest.mark.slow
def test_both_places_give_the_same(store_folder: Path, dataset: Dataset) -> None:
    expected = {str(q.triple) for g in dataset.union for q in dataset.store.quads_for_pattern(None, None, None, g)}  # fmt: skip
    for mode in ("memory", "disk"):
        engine = Engine(store_folder, mode=mode)
        assert count(engine) == len(expected)
        hidden = "SELECT (COUNT(*) AS ?n) { GRAPH <https://w3id.org/kehoach/graph/inferred> { ?s ?p ?o } ?s a kh:Task }"
        answer = engine.run(Asked(hidden, JSON))
        assert int(json.loads(answer.body)["results"]["bindings"][0]["n"]["value"]) > 10
        every = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
        answer = engine.run(Asked(every, JSON))
        assert int(json.loads(answer.body)["results"]["bindings"][0]["n"]["value"]) == 6
        engine.close()


def test_a_dead_holder_is_replaced(store_folder: Path) -> None:
    engine = Engine(store_folder, limits=Limits(workers=1))
    assert count(engine) > 1000
    os.kill(engine._pools[0].holder_pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            assert count(engine) > 1000
        except Overloaded:
            continue
        if engine.deaths["holder"]:
            break
    assert engine.deaths["holder"] == 1
    engine.close()


def fail(_dataset: Dataset) -> None:
    raise ZeroDivisionError


def reach(_dataset: Dataset) -> str:
    try:
        socket.create_connection(("127.0.0.1", 9), 1).close()
    except OSError as fault:
        return str(fault)
    return "connected"


def test_a_fault_of_ours_is_told_as_ours(engine: Engine) -> None:
    with pytest.raises(Broken, match="ZeroDivisionError"):
        engine.call(fail)
    assert count(engine) > 1000


def test_a_worker_reaches_nobody(engine: Engine) -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    assert engine.call(reach) != "connected"
    listener.close()


def test_a_new_version_is_picked_up(tmp_path: Path) -> None:
    publish([b"<a:s> <a:p> <a:o> .\n"], tmp_path, {})
    engine = Engine(tmp_path, limits=Limits(workers=1))
    assert count(engine) == 1
    publish([b"<a:s> <a:p> <a:o> .\n<a:s> <a:p> <a:o2> .\n"], tmp_path, {})
    time.sleep(0.1)
    assert count(engine) == 2
    engine.close()


def test_a_version_that_goes_before_it_is_opened_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a build ends while a service starts."""
    publish([b"<a:s> <a:p> <a:o> .\n"], tmp_path, {})
    asked: list[str] = []

    def late(order: Order, *others: Any) -> Pool:
        asked.append(order.place.name)
        if len(asked) == 1:
            publish([b"<a:s> <a:p> <a:o> .\n<a:s> <a:p> <a:o2> .\n"], tmp_path, {})
            assert not order.place.exists()
        return Pool(order, *others)

    monkeypatch.setattr(readers, "Pool", late)
    engine = Engine(tmp_path, limits=Limits(workers=1))
    assert count(engine) == 2
    assert len(set(asked)) == 2
    engine.close()


@pytest.mark.parametrize("text", ["ASK {" + "(" * 300, "ASK {\x00}", "[" * 1000])
def test_what_no_parser_should_see(text: str) -> None:
    with pytest.raises(QueryError):
        check_text(text)
    with pytest.raises(KgError):
        check_text("x" * 300_000)


def test_kinds_of_answer_that_do_not_fit(engine: Engine) -> None:
    with pytest.raises(NotAcceptable):
        engine.run(Asked(COUNT, ("text/turtle",)))


# -- known answers ------------------------------------------------------------------------------------


def test_an_answer_that_still_holds_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/sparql", query_string={"query": COUNT})
    tag = first.headers["ETag"]
    again = client.get("/sparql", query_string={"query": COUNT}, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(
        "/sparql",
        query_string={"query": COUNT},
        headers={"Accept": "text/csv", "If-None-Match": tag},
    )
    assert other.status_code == 200
    random = client.get("/sparql", query_string={"query": "SELECT (RAND() AS ?r) {}"})
    assert "ETag" not in random.headers
    assert (
        random.data
        != client.get("/sparql", query_string={"query": "SELECT (RAND() AS ?r) {}"}).data
    )


def test_an_answer_is_kept_for_the_address_it_was_asked_at(client: FlaskClient) -> None:
    asked = {"query": "SELECT (<x> AS ?y) {}"}
    for host in ("evil.example", "localhost"):
        answer = client.get("/sparql", query_string=asked, headers={"Host": host})
        assert f"http://{host}/x".encode() in answer.data


@pytest.mark.slow
def test_what_is_kept_includes_what_was_asked(store_folder: Path) -> None:
    app = create_app({"STORE": store_folder})
    front = app.wsgi_app._app._app._app
    assert isinstance(front, Front)
    client = app.test_client()
    for number in range(200):
        padding = f"{number:05}" * 40_000
        assert client.get("/sparql", query_string={"query": "ASK {}", "x": padding}).data
    assert sum(sys.getsizeof(key[1]) for key in front._kept._kept) <= 32 << 20
    app.extensions["engine"].close()


@pytest.mark.parametrize(
    ("text", "lasting"),
    [
        (COUNT, True),
        ("SELECT ?uuid { ?uuid ?now ?rand }", True),
        ("SELECT (NOW () AS ?x) {}", False),
        ("SELECT (STRUUID#\n() AS ?x) {}", False),
        ("SELECT (\\u0052AND() AS ?x) {}", False),
        ("SELECT (NOW # () \r () AS ?x) {}", False),
    ],
)
def test_what_is_worth_keeping(text: str, lasting: bool) -> None:
    assert is_lasting(text) is lasting


@pytest.mark.parametrize("part", ["now#", "now\n#", "now ", "now #("])
def test_telling_what_is_worth_keeping_takes_linear_time(part: str) -> None:
    began = time.process_time()
    is_lasting("ASK {} #" + part * (1 << 18))  # reading on from each word would take hours
    assert time.process_time() - began < 5


def test_the_oldest_answers_go_first() -> None:
    cache: Cache[int] = Cache(32_000)
    for key in range(100):
        cache.put(key, key, 1000)
    assert cache.get(99) == 99
    assert cache.get(0) is None
    cache.put("huge", 1, 1 << 20)
    assert cache.get("huge") is None


# -- what it says of itself ---------------------------------------------------------------------------


def test_metrics(client: FlaskClient) -> None:
    client.get("/sparql", query_string={"query": COUNT})
    text = client.get("/metrics").get_data(as_text=True)
    assert 'kehoach_requests_total{method="GET",path="sparql",status="200"}' in text
    assert 'kehoach_workers_replaced_total{reason="time"}' in text
    assert "kehoach_ready 1.0" in text


def test_the_access_log_has_no_query_in_it(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "kehoach.access"):
        client.get("/sparql", query_string={"query": "SELECT * { ?s ?p 'secret' } LIMIT 3"})
        client.get("/sparql", query_string={"query": "SELECT * {"})
    first, second = (json.loads(record.message) for record in caplog.records)
    assert "secret" not in caplog.text
    assert (first["status"], first["outcome"], len(first["query"])) == (200, "ok", 16)
    assert (second["status"], second["outcome"]) == (400, "malformed-query")


def test_the_counts_of_the_description_are_true(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": COUNT})
    triples = int(json.loads(answer.data)["results"]["bindings"][0]["n"]["value"])
    graph = Graph().parse(data=client.get("/.well-known/void").data, format="turtle")
    dataset = graph.value(None, RDF.type, DCAT.Dataset)
    assert int(str(graph.value(dataset, VOID.triples))) == triples
    assert graph.value(dataset, VOID.sparqlEndpoint) == URIRef("http://localhost/sparql")
    service = client.get("/sparql", headers={"Accept": "application/n-triples"})
    assert b"UnionDefaultGraph" in service.data
    assert f'"{triples}"'.encode() in service.data


def test_forwarded_addresses_are_believed_from_trusted_proxies_only(store_folder: Path) -> None:
    app = create_app({"STORE": store_folder, "TRUSTED_PROXIES": ("10.0.0.0/8",)})
    headers = {"X-Forwarded-Host": "data.example.vn", "X-Forwarded-Proto": "https"}
    for address, root in (
        ("10.1.2.3", "https://data.example.vn/"),
        ("192.0.2.1", "http://localhost/"),
    ):
        answer = app.test_client().get(
            "/.well-known/void", headers=headers, environ_base={"REMOTE_ADDR": address}
        )
        assert f"<{root}sparql>".encode() in answer.data
    app.extensions["engine"].close()
    with pytest.raises(KgError):
        create_app({"STORE": store_folder, "TRUSTED_PROXIES": ("nonsense",)})


def test_who_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    app = create_app({"STORE": tmp_path, "RATE_LIMIT": "3/minute"})
    client = app.test_client()
    statuses = [client.get("/q").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    answer = client.get("/q")
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert answer.json["error"]["code"] == "rate-limit"
    assert client.get("/health").status_code == 200
    other = client.get("/q", environ_base={"REMOTE_ADDR": "192.0.2.9"})
    assert other.status_code == 200
    with pytest.raises(KgError):
        create_app({"STORE": tmp_path, "RATE_LIMIT": "often"})


def test_what_a_page_was_asked_counts_as_kept(store_folder: Path) -> None:
    app = create_app({"STORE": store_folder})
    with app.test_request_context():
        kept(planlist.plans, "vi")
        before = app.extensions["kept"]._size
        kept(planlist.plans, "vi" * 2500)
    assert app.extensions["kept"]._size - before > 5000
    app.extensions["engine"].close()


def test_what_a_client_has_still_is_not_asked_again(
    store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also an answer that is too large to be kept here."""
    app = create_app({"STORE": store_folder})
    client = app.test_client()
    where = {"query": "SELECT * { ?s ?p ?o }", "format": "json"}
    answer = client.get("/sparql", query_string=where)
    assert len(answer.data) > 4 << 20
    tag = answer.headers["ETag"]

    def run(*_: object) -> None:
        raise AssertionError("the query is run")

    monkeypatch.setattr(app.extensions["engine"], "run", run)
    for told in (tag, f"W/{tag}", f'"x", {tag}'):
        again = client.get("/sparql", query_string=where, headers={"If-None-Match": told})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
        assert again.headers["Access-Control-Allow-Origin"] == "*"
    app.extensions["engine"].close()
