"""Writes that are passed on to another engine: what is refused, what readers see, and what is told when it fails."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kg.api import create_app
from kg.api.limits import Limits

from kg.merging import HIDDEN
from kg.names import BASE, GRAPH_FINDINGS, GRAPH_MERGED, GRAPH_PUBLISHED, GRAPH_REFERENCE
from kg.remote import content
from kg.remote.endpoint import Endpoint
from kg.remote.mirror import known_version, refresh
from kg.remote.publishing import publish_to
from kg.remote.question import Question
from kg.remote.touching import UNNAMED
from kg.store import Dataset

from ..badserver import Bad, bad_server
from ..engines import VIRTUOSO, free_port, oxigraph, virtuoso
from .test_remote_service import Served
from .test_writing import AUTH, TOKEN, update, values

G = "http://example.org/g"
PLAN = BASE + "doc/vn-73/ubnd/kh/2021/06"
LIMIT = 5.0


def slow(*values: object) -> object:
    """What is tried in the long run only."""
    return pytest.param(*values, marks=pytest.mark.slow)


ENGINES = [
    "oxigraph",
    pytest.param(
        "virtuoso",
        marks=[pytest.mark.slow, pytest.mark.skipif(VIRTUOSO is None, reason="no virtuoso-t here")],
    ),
]


@contextmanager
def serving(endpoint: Endpoint, folder: Path) -> Iterator[Flask]:
    """The service before *endpoint*, with a mirror in *folder*."""
    refresh(folder, endpoint)
    limits = Limits(workers=2, seconds=LIMIT)
    app = create_app({"STORE": folder, "REMOTE": endpoint, "UPDATE_TOKEN": TOKEN, "LIMITS": limits})
    try:
        yield app
    finally:
        app.extensions["writes"].close()
        app.extensions["follower"].stop()
        app.extensions["engine"].close()


@pytest.fixture(scope="module", params=ENGINES)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, dataset: Dataset
) -> Iterator[Endpoint]:
    start = {"oxigraph": oxigraph, "virtuoso": virtuoso}[request.param]
    with start(tmp_path_factory.mktemp(request.param)) as endpoint:
        publish_to(dataset, endpoint)
        yield endpoint


@pytest.fixture(scope="module")
def app(engine: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with serving(engine, tmp_path_factory.mktemp("mirror") / "mirror") as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def tell(client: FlaskClient, text: str) -> tuple[int, dict[str, str]]:
    kind = "application/sparql-update"
    answer = client.post("/update", data=text, content_type=kind, headers=AUTH)
    return answer.status_code, (answer.json or {"error": {}})["error"]


def asked(endpoint: Endpoint, text: str) -> list[tuple[str, ...]]:
    rows = content.solutions(endpoint.ask(Question(text), time.monotonic() + 60)[1])
    return sorted(tuple(str(term) for term in row) for row in rows)


def marks(endpoint: Endpoint) -> dict[str, tuple[str, int]]:
    return content.register(lambda question: endpoint.ask(question, time.monotonic() + 60))


def require_true_books(endpoint: Endpoint) -> None:
    """The merge there holds what is in the visible graphs, and each graph has its mark with the count."""
    count = "SELECT ?g (COUNT(?s) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    counts = {g[1:-1]: int(n.split('"')[1]) for g, n in asked(endpoint, count)}
    known = marks(endpoint)
    assert {g: n for g, (_, n) in known.items() if g != GRAPH_MERGED} == {
        g: counts[g] for g in known if g != GRAPH_MERGED
    }
    visible = ", ".join(f"<{g}>" for g in known if g not in (GRAPH_MERGED, *HIDDEN))
    inside = f"GRAPH ?g {{ ?s ?p ?o }} FILTER(?g IN ({visible}))"
    merged = f"GRAPH <{GRAPH_MERGED}> {{ ?s ?p ?o }}"
    for there, missing in ((inside, merged), (merged, inside)):
        text = f"SELECT ?s ?p ?o WHERE {{ {there} FILTER NOT EXISTS {{ {missing} }} }} LIMIT 1"
        assert asked(endpoint, text) == []


def test_a_write_is_seen_by_the_next_query(client: FlaskClient, engine: Endpoint) -> None:
    assert values(client, "<urn:c> <urn:v> ?v") == []
    assert update(client, "INSERT DATA { <urn:c> <urn:v> 1 }") == 204
    assert values(client, "<urn:c> <urn:v> ?v") == ["1"]
    change = "DELETE { <urn:c> <urn:v> ?n } INSERT { <urn:c> <urn:v> ?m } WHERE { <urn:c> <urn:v> ?n BIND(?n + 1 AS ?m) }"
    assert update(client, change) == 204
    assert values(client, "<urn:c> <urn:v> ?v") == ["2"]
    both = f"INSERT DATA {{ <urn:c> <urn:v> 3 . GRAPH <{G}> {{ <urn:c> <urn:v> 2 }} }}"
    assert update(client, both) == 204
    assert values(client, "<urn:c> <urn:v> ?v") == ["2", "3"]  # in two graphs, and one statement
    assert values(client, "GRAPH ?v { <urn:c> <urn:v> 2 }") == [G, UNNAMED]
    require_true_books(engine)
    assert update(client, "DELETE WHERE { GRAPH ?g { <urn:c> <urn:v> 2 } }") == 204
    assert values(client, "<urn:c> <urn:v> ?v") == ["3"]
    form = client.post("/update", data={"update": "CLEAR DEFAULT"}, headers=AUTH)
    assert form.status_code == 204
    assert values(client, "<urn:c> <urn:v> ?v") == []
    assert values(client, "GRAPH ?v { <urn:c> ?p ?o }") == []
    require_true_books(engine)


def test_the_graphs_that_an_update_reads_can_be_chosen(client: FlaskClient) -> None:
    update(client, f"INSERT DATA {{ GRAPH <{G}> {{ <urn:s> <urn:p> 1 }} <urn:s> <urn:p> 2 }}")
    text = "INSERT { <urn:t> <urn:p> ?v } WHERE { <urn:s> <urn:p> ?v }"
    assert update(client, text, **{"using-graph-uri": G}) == 204
    assert values(client, "<urn:t> <urn:p> ?v") == ["1"]
    assert update(client, f"WITH <{G}> {text}", **{"using-graph-uri": G}) == 400
    assert update(client, text) == 204
    assert values(client, "<urn:t> <urn:p> ?v") == ["1", "2"]
    assert update(client, f"DROP DEFAULT ; DROP GRAPH <{G}>") == 204


def test_updates_of_one_request_read_graphs_of_their_own(
    client: FlaskClient, engine: Endpoint
) -> None:
    one = f"WITH <{G}/1> INSERT {{ <urn:two> <urn:p> ?v }} WHERE {{ <urn:one> <urn:p> ?v }}"
    data = f"INSERT DATA {{ GRAPH <{G}/1> {{ <urn:one> <urn:p> 1 }} GRAPH <{G}/2> {{ <urn:one> <urn:p> 2 }} }}"
    assert update(client, data) == 204
    other = one.replace("/1>", "/2>")
    if "virtuoso" in engine.software.lower():
        status, error = tell(client, f"{one} ; {other}")
        assert (status, "a request of its own" in error["message"]) == (400, True)
        assert (update(client, one), update(client, other)) == (204, 204)
    else:
        assert update(client, f"{one} ; {other}") == 204
    for number in ("1", "2"):
        assert values(client, f"GRAPH <{G}/{number}> {{ <urn:two> <urn:p> ?v }}") == [number]
    assert update(client, f"{one} ; COPY <{G}/1> TO <{G}/2>") == 204
    assert values(client, f"GRAPH <{G}/2> {{ ?s <urn:p> ?v }}") == ["1", "1"]
    require_true_books(engine)
    assert update(client, f"DROP GRAPH <{G}/1> ; DROP GRAPH <{G}/2>") == 204


def test_virtuoso_takes_no_blank_nodes_and_not_much_at_once(
    client: FlaskClient, engine: Endpoint
) -> None:
    """As docs/engines.md tells; what is refused leaves the books as they were."""
    before = marks(engine)
    many = " ".join(f"<urn:s{number}> <urn:p> {number} ." for number in range(6000))
    for data in ("[] <urn:p> 1", many):
        status, error = tell(client, f"INSERT DATA {{ GRAPH <{G}/data> {{ {data} }} }}")
        if "virtuoso" in engine.software.lower():
            assert (status, error["code"]) == (400, "malformed-query")
            assert marks(engine) == before
        else:
            assert status == 204
            require_true_books(engine)
    update(client, f"DROP SILENT GRAPH <{G}/data>")


def test_graphs_go_in_and_out(client: FlaskClient, engine: Endpoint) -> None:
    at = {"graph": f"{G}/put"}

    def store(method: str, text: str = "") -> int:
        kind = "text/turtle"
        return client.open(
            "/store", method=method, query_string=at, data=text, content_type=kind, headers=AUTH
        ).status_code

    assert store("DELETE") == 404
    assert store("PUT", "<a> <urn:p> 1, 2 .") == 201
    assert values(client, f"<{G}/a> <urn:p> ?v") == ["1", "2"]
    assert store("PUT", "<a> <urn:p> 'ở' .") == 204
    assert store("POST", "<a> <urn:p> 4 .") == 204
    assert set(values(client, f"<{G}/a> <urn:p> ?v")) == {"4", "ở"}
    assert store("PUT", "<a> <urn:p> .") == 400
    got = client.get("/store", query_string=at, headers={"Accept": "application/n-triples"})
    assert len(got.data.splitlines()) == 2
    require_true_books(engine)
    assert store("DELETE") == 204
    assert values(client, f"<{G}/a> <urn:p> ?v") == []
    assert client.get("/store", query_string=at).status_code == 404
    require_true_books(engine)


@pytest.mark.parametrize(
    ("text", "status", "code", "says"),
    [
        ("INSERT DATA {\n <urn:a> }", 400, "malformed-query", "line 2"),
        ("INSERT DATA { <urn:a> <urn:b> " + "(" * 300 + ")" * 300 + " }", 400, "malformed-query", "nested"),
        ("LOAD <http://127.0.0.1:1/>", 403, "forbidden", "LOAD"),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 403, "forbidden", "SERVICE"),
        (f"INSERT DATA {{ GRAPH <{GRAPH_REFERENCE}> {{ <urn:a> <urn:b> 1 }} }}", 403, "forbidden", "graph/reference"),
        (f"DROP GRAPH <{GRAPH_FINDINGS}>", 403, "forbidden", "graph/findings"),
        (f"DELETE WHERE {{ GRAPH <{GRAPH_PUBLISHED}> {{ ?s ?p ?o }} }}", 403, "forbidden", "graph/published"),
        (f"CLEAR GRAPH <{GRAPH_MERGED}>", 409, "conflict", "no graph"),
        (f"INSERT DATA {{ GRAPH <{GRAPH_MERGED}> {{ <urn:a> <urn:b> 1 }} }}", 403, "forbidden", "graph/merged"),
        ("DELETE WHERE { GRAPH ?g { ?s ?p ?o } }", 403, "forbidden", "name the graphs"),
        (f"INSERT {{ GRAPH ?g {{ <urn:a> <urn:b> 1 }} }} WHERE {{ BIND(<{GRAPH_MERGED}> AS ?g) }}", 403, "forbidden", "graph/merged"),
        ("DROP GRAPH <urn:nothing>", 409, "conflict", "urn:nothing"),
        (f"CREATE GRAPH <{PLAN}>", 409, "conflict", "already"),
        ("DROP NAMED ; INSERT DATA { <urn:a> <urn:b> 1 } ; DROP NAMED", 403, "forbidden", "graph/"),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_and_not_sent(
    client: FlaskClient, engine: Endpoint, text: str, status: int, code: str, says: str
) -> None:
    if text.startswith("DROP NAMED"):
        update(client, "INSERT DATA { <urn:u> <urn:u> 1 }")
    before = marks(engine)
    got, error = tell(client, text)
    assert (got, error.get("code")) == (status, code)
    assert says in error["message"]
    assert marks(engine) == before
    update(client, "CLEAR DEFAULT")


def test_only_the_token_lets_write(client: FlaskClient) -> None:
    text = {"update": "INSERT DATA { <urn:a> <urn:b> 1 }"}
    assert client.post("/update", data=text).status_code == 401


def shown(client: FlaskClient) -> str:
    return str((client.get("/health").json or {})["version"])


@pytest.mark.slow
def test_a_build_notices_and_sends_its_plan_again(
    client: FlaskClient, engine: Endpoint, dataset: Dataset
) -> None:
    assert publish_to(dataset, engine).sent == []
    assert update(client, f"INSERT DATA {{ GRAPH <{PLAN}> {{ <urn:a> <urn:b> 1 }} }}") == 204
    assert values(client, "<urn:a> <urn:b> ?v") == ["1"]
    version = shown(client)
    done = publish_to(dataset, engine)
    assert done.sent == [PLAN]
    require_true_books(engine)
    until = time.monotonic() + 30
    while shown(client) == version and time.monotonic() < until:
        time.sleep(0.1)
    assert values(client, "<urn:a> <urn:b> ?v") == []


def test_no_increment_is_lost(app: Flask, client: FlaskClient) -> None:
    update(client, "INSERT DATA { <urn:i> <urn:v> 250 }")
    change = "DELETE { <urn:i> <urn:v> ?n } INSERT { <urn:i> <urn:v> ?m } WHERE { <urn:i> <urn:v> ?n BIND(?n + 1 AS ?m) }"
    statuses: list[int] = []

    def many() -> None:
        client = app.test_client()
        statuses.extend(update(client, change) for _ in range(5))

    threads = [threading.Thread(target=many) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [204] * 15
    assert values(client, "<urn:i> <urn:v> ?v") == ["265"]
    update(client, "CLEAR DEFAULT")


@pytest.mark.slow
def test_a_mirror_that_comes_late_hides_no_write(engine: Endpoint, tmp_path: Path) -> None:
    """What is kept beside is of before the write, and is switched to after it."""
    folder = tmp_path / "mirror"
    with serving(engine, folder) as app:
        client = app.test_client()
        app.extensions["follower"].stop()  # the mirror is made here
        assert update(client, f"INSERT DATA {{ GRAPH <{G}/1> {{ <urn:m> <urn:v> 1 }} }}") == 204
        refresh(folder, engine)
        mirrored = known_version(folder)
        assert update(client, f"INSERT DATA {{ GRAPH <{G}/2> {{ <urn:m> <urn:v> 2 }} }}") == 204
        time.sleep(0.2)  # the new mirror is looked for after a moment
        assert app.extensions["engine"].version != mirrored
        assert values(client, "GRAPH ?g { <urn:m> <urn:v> ?v }") == ["1", "2"]
        refresh(folder, engine)
        time.sleep(0.2)
        assert app.extensions["engine"].version == known_version(folder)
        assert values(client, "GRAPH ?g { <urn:m> <urn:v> ?v }") == ["1", "2"]
        assert update(client, f"DROP GRAPH <{G}/1> ; DROP GRAPH <{G}/2>") == 204


@pytest.mark.slow
def test_search_finds_what_was_written(client: FlaskClient) -> None:
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    agency = "<https://w3id.org/kehoach/ont#Agency>"
    thing = f"<{BASE}agency/vn-73/so-tho-cam>"
    assert update(client, f"INSERT DATA {{ {thing} a {agency} ; {label} 'Sở Thổ Cẩm'@vi }}") == 204
    until = time.monotonic() + 60
    while (found := client.get("/search?q=tho+cam").data.decode().count("so-tho-cam")) == 0:
        assert time.monotonic() < until, "the index was not made anew"
        time.sleep(0.3)
    assert found
    update(client, "CLEAR DEFAULT")


def test_an_engine_that_was_filled_by_others_gets_its_books(tmp_path: Path) -> None:
    with oxigraph(tmp_path / "engine") as endpoint:
        endpoint.update(
            f"INSERT DATA {{ GRAPH <{G}> {{ <urn:s> <urn:p> 1 }} GRAPH <{GRAPH_FINDINGS}> {{ <urn:f> <urn:p> 1 }} }}",
            time.monotonic() + 10,
        )
        with serving(endpoint, tmp_path / "mirror") as app:
            client = app.test_client()
            assert update(client, "INSERT DATA { <urn:s> <urn:p> 2 }") == 204
            assert values(client, "<urn:s> <urn:p> ?v") == ["1", "2"]
            assert values(client, "GRAPH ?g { ?s <urn:p> ?v }") == ["1", "1", "2"]
            assert set(marks(endpoint)) == {G, GRAPH_FINDINGS, UNNAMED, GRAPH_MERGED}
            require_true_books(endpoint)
            assert update(client, "CLEAR ALL") == 204
            assert values(client, "?s <urn:p> ?v") == []
            assert set(marks(endpoint)) == {GRAPH_MERGED}


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[tuple[FlaskClient, Bad]]:
    """A service before an engine that is reached through a server which meets updates as it behaves."""
    with oxigraph(tmp_path / "engine") as real, bad_server() as bad:
        bad.engine = real
        endpoint = Endpoint(bad.url, update=bad.url)
        with serving(endpoint, tmp_path / "mirror") as app:
            yield app.test_client(), bad


@pytest.mark.parametrize(
    ("behaviour", "status", "says", "is_unknown"),
    [
        ("closes", 502, "broke", True),
        slow("status 500", 502, "500", True),
        slow("garbage", 502, "not HTTP", True),
        slow("status 504", 502, "504", True),
        ("status 503 7", 503, "7 seconds", False),
        slow("status 401", 502, "--remote-user", False),
        slow("redirect 307", 502, "not followed", False),
        ("status 400", 400, "does not run this", False),
    ],
)
def test_an_engine_that_fails_is_told_and_asked_once(
    behind: tuple[FlaskClient, Bad], behaviour: str, status: int, says: str, is_unknown: bool
) -> None:
    client, bad = behind
    bad.behaviour = behaviour
    bad.elsewhere = bad.url
    got, error = tell(client, "INSERT DATA { <urn:a> <urn:b> 1 }")
    assert (got, bad.seen) == (status, 1)
    assert error["code"] == ("malformed-query" if status == 400 else "remote")
    assert says in error["message"]
    assert ("what became of the write is not known" in error["message"]) is is_unknown
    if error["code"] == "remote":
        assert ("nothing was written" in error["message"]) is not is_unknown
    bad.behaviour = "good"
    assert tell(client, "INSERT DATA { <urn:a> <urn:b> 2 }")[0] == 204
    assert values(client, "<urn:a> <urn:b> ?v") == ["2"]


def test_a_write_whose_answer_is_lost_is_found_in_the_books(
    behind: tuple[FlaskClient, Bad],
) -> None:
    client, bad = behind
    bad.behaviour = "loses"
    assert tell(client, "INSERT DATA { <urn:a> <urn:b> 1 }")[0] == 204
    assert bad.seen == 1
    assert values(client, "<urn:a> <urn:b> ?v") == ["1"]


@pytest.mark.slow
def test_served_as_a_user_serves_it(dataset: Dataset, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN, "utf-8")
    port = free_port()
    text = b"INSERT DATA { <urn:a> <urn:b> 'x' }"
    with oxigraph(tmp_path / "engine", port) as endpoint:
        publish_to(dataset, endpoint)
        options = ("--remote-update", str(endpoint.update_url), "--update-token-file", str(token))
        served = Served(tmp_path / "cache", "--remote", endpoint.url, *options)
        try:
            query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
            before = served.sparql(query)[1]
            assert sent(served, text)[0] == 204
            assert served.sparql(query)[1] != before
        except BaseException:
            served.close()
            raise
    try:
        status, body = sent(served, text)
        assert (status, json.loads(body)["error"]["code"]) == (503, "remote")
        assert "nothing was written" in json.loads(body)["error"]["message"]
    finally:
        served.close()


def sent(served: Served, text: bytes) -> tuple[int, bytes]:
    kind = {"Content-Type": "application/sparql-update", **AUTH}
    try:
        with urlopen(Request(f"{served.url}/update", data=text, headers=kind), timeout=60) as got:
            return got.status, got.read()
    except HTTPError as fault:
        return fault.code, fault.read()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--remote-update", "http://a.example/u"), "Give --remote URL"),
        (("--remote", "http://a.example/", "--remote-update", "http://a.example/u"), "--update-token-file FILE"),
        (("--remote", "http://a.example/", "--update-token-file", "TOKEN"), "Give --remote-update URL"),
        (("--remote", "http://a.example/", "--remote-update", "http://a.example/u", "--update-token-file", "TOKEN",
          "--validate-updates"), "--validate-updates"),
        (("--remote", "http://a.example/", "--remote-update", "http://a.example/u", "--update-token-file", "TOKEN",
          "--default-graph", "plain"), "--default-graph plain"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_told(
    tmp_path: Path, options: tuple[str, ...], says: str
) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN, "utf-8")
    words = [str(token) if word == "TOKEN" else word for word in options]
    command = [sys.executable, "-m", "kg", "serve", "--port", "0", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1)
    assert says in done.stderr
