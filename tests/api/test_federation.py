"""SERVICE: the endpoints of the allow-list are asked, all others are not, in whatever way they are written."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from kg.api import create_app
from kg.api import federation as federation_module
from kg.api.federation import Federation, allowed, is_public

from kg.errors import ForbiddenQuery, KgError
from kg.remote.errors import RemoteGone
from kg.remote.services import find_services

from ..badserver import Bad, bad_server
from ..engines import oxigraph

NATIONAL = "https://data.example.vn/plan/1"
ROWS = [
    {
        "s": {"type": "uri", "value": NATIONAL},
        "l": {"type": "literal", "xml:lang": "vi", "value": 'Kế hoạch "} SERVICE'},
    },
    {"s": {"type": "bnode", "value": "b0"}},
]
JSON = "application/sparql-results+json"


def answer_of(*rows: dict[str, Any]) -> bytes:
    return json.dumps({"head": {"vars": ["s", "l"]}, "results": {"bindings": rows}}).encode()


@pytest.fixture(scope="module")
def listed() -> Iterator[Bad]:
    with bad_server() as server:
        yield server


@pytest.fixture(scope="module")
def other() -> Iterator[Bad]:
    with bad_server() as server:
        yield server


@pytest.fixture(scope="module")
def service(store_folder: Path, listed: Bad) -> FlaskClient:
    app = create_app({"STORE": store_folder, "ALLOW_SERVICE": (listed.url,)})
    client: FlaskClient = app.test_client()
    return client


@pytest.fixture(autouse=True)
def _fresh(listed: Bad, other: Bad) -> None:
    for server in (listed, other):
        server.behaviour, server.seen, server.answer = "good", 0, answer_of(*ROWS)


def ask(client: FlaskClient, query: str) -> tuple[int, Any]:
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": JSON})
    return answer.status_code, answer.get_json(force=True)


def values(body: Any, name: str) -> list[str]:
    return sorted(row[name]["value"] for row in body["results"]["bindings"] if name in row)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE {{ SERVICE <{0}> {{ ?s ?p ?l }} }}",
        "select * where {{ service <{0}> {{ ?s ?p ?l }} }}",
        "SELECT*{{SERVICE<{0}>{{?s ?p ?l}}}}",
        "PREFIX x: <{1}> SELECT * WHERE {{ SERVICE x:sparql {{ ?s ?p ?l }} }}",
        "SELECT * WHERE {{ # SERVICE <http://127.0.0.1:1/> {{\n SERVICE # here\n <{0}> {{ ?s ?p ?l }} }}",
        "SELECT * WHERE {{ SERVICE SILENT <{0}> {{ ?s ?p ?l }} }}",
        "SELECT * WHERE {{ {{ SELECT ?s ?l WHERE {{ SERVICE <{0}> {{ ?s ?p ?l }} }} }} }}",
        "SELECT * WHERE {{ SERVICE <{0}> {{ {{ ?s ?p ?l }} UNION {{ ?s a ?l FILTER(?l = '}}') }} }} }}",
    ],
)
def test_the_listed_endpoint_is_asked_once(service: FlaskClient, listed: Bad, query: str) -> None:
    status, body = ask(service, query.format(listed.url, listed.url.removesuffix("sparql")))
    assert status == 200
    assert listed.seen == 1
    assert values(body, "l") == ['Kế hoạch "} SERVICE']
    assert NATIONAL in values(body, "s")
    assert any(s.endswith("/.well-known/genid/b0") for s in values(body, "s"))


def test_solutions_are_joined_to_the_data_here(service: FlaskClient, listed: Bad) -> None:
    plan = "https://w3id.org/kehoach/doc/vn-73/ubnd/kh/2021/06"
    row = {"s": {"type": "uri", "value": plan}, "l": {"type": "literal", "value": "there"}}
    listed.answer = answer_of(row, *ROWS)
    status, body = ask(
        service,
        f"SELECT ?n ?l WHERE {{ ?s eli:id_local ?n . SERVICE <{listed.url}> {{ ?s rdfs:label ?l }} }}",
    )
    assert status == 200
    assert (values(body, "n"), values(body, "l")) == (["06/KH-UBND"], ["there"])
    status, body = ask(
        service,
        f"SELECT ?n WHERE {{ ?s eli:id_local ?n FILTER EXISTS {{ SERVICE <{listed.url}> {{ ?s ?p ?l }} }} }}",
    )
    assert (status, values(body, "n")) == (200, ["06/KH-UBND"])


DISGUISES = [
    "SELECT * WHERE {{ SERVICE <{0}> {{ ?s ?p ?l }} }}",
    "SELECT * WHERE {{ SERVICE SILENT <{0}> {{ ?s ?p ?l }} }}",
    "select * where {{ sErViCe <{0}> {{ ?s ?p ?l }} }}",
    "SELECT*{{SERVICE<{0}>{{?s ?p ?l}}}}",
    "PREFIX x: <{1}> SELECT * WHERE {{ SERVICE x:sparql {{ ?s ?p ?l }} }}",
    "BASE <{1}> SELECT * WHERE {{ SERVICE <sparql> {{ ?s ?p ?l }} }}",
    "PREFIX SERVICE: <{1}> SELECT * WHERE {{ SERVICE SERVICE:sparql {{ ?s ?p ?l }} }}",
    "SELECT * WHERE {{ SERVICE <{2}> {{ ?s ?p ?l }} }}",
    "SELECT * WHERE {{ \\u0053ERVICE <{0}> {{ ?s ?p ?l }} }}",
    "SELECT * WHERE {{ BIND(<{0}> AS ?e) SERVICE ?e {{ ?s ?p ?l }} }}",
    "SELECT * WHERE {{ VALUES ?e {{ <{0}> }} SERVICE SILENT ?e {{ ?s ?p ?l }} }}",
    "SELECT * WHERE {{ SERVICE <{3}> {{ ?s ?p ?l SERVICE <{0}> {{ ?a ?b ?c }} }} }}",
    "SELECT * WHERE {{ SERVICE <{3}> {{ ?s ?p ?l }} SERVICE <{0}> {{ ?a ?b ?c }} }}",
    "SELECT * WHERE {{ ?s ?p ?o FILTER EXISTS {{ SERVICE <{0}> {{ ?s ?p ?l }} }} }}",
    "SELECT * WHERE {{ {{ SELECT * WHERE {{ SERVICE <{0}> {{ ?s ?p ?l }} }} }} }}",
    "SELECT * WHERE {{ OPTIONAL {{ SERVICE <{0}> {{ ?s ?p ?l }} }} }}",
    "CONSTRUCT {{ ?s ?p ?l }} WHERE {{ SERVICE <{0}> {{ ?s ?p ?l }} }}",
    "ASK {{ SERVICE <{0}> {{ ?s ?p ?l }} }}",
    "DESCRIBE ?s WHERE {{ SERVICE <{0}> {{ ?s ?p ?l }} }}",
    "SELECT * WHERE {{ FILTER(1<2&&?c!='>') SERVICE <{0}> {{ ?s ?p ?l }} }}",
    "SELECT * WHERE {{ BIND('''a' AS ?x) SERVICE <{0}> {{ ?s ?p ?l }} # ''' }}",
    "SELECT * WHERE {{ FILTER(trueSERVICE<{0}>{{ ?s ?p ?l }}) }}",
    "SELECT * WHERE {{ SERVICE <{4}> {{ ?s ?p ?l }} }}",
    "SELECT * WHERE {{ SERVICE <{5}> {{ ?s ?p ?l }} }}",
    "SELECT * WHERE {{ SERVICE <{3}/../x> {{ ?s ?p ?l }} }}",
    "SELECT * WHERE {{ SERVICE <{3}?x=1> {{ ?s ?p ?l }} }}",
    "SELECT * WHERE {{ SERVICE <{6}> {{ ?s ?p ?l }} }}",
]


@pytest.mark.parametrize("query", DISGUISES)
def test_no_other_is_asked(service: FlaskClient, listed: Bad, other: Bad, query: str) -> None:
    port, own = other.server_address[1], listed.server_address[1]
    text = query.format(
        other.url,
        other.url.removesuffix("sparql"),
        other.url.replace("/sparql", "\\u002Fsparql"),
        listed.url,
        f"http://127.0.0.1:{own}@127.0.0.1:{port}/sparql",
        f"http://localhost:{own}/sparql",
        listed.url.replace("http:", "HTTP:"),
    )
    status, body = ask(service, text)
    assert status in (400, 403), body
    assert other.seen == 0
    assert listed.seen == 0


@pytest.mark.parametrize(
    "rest",
    ["VALUES ?x { SERVICE }", "SERVICE", "FILTER(?s = SERVICE)", "SERVICE ?e { ?a ?b ?c }", "BIND(SERVICE AS ?y)"],
)  # fmt: skip
def test_nobody_is_asked_for_a_query_that_is_refused(
    service: FlaskClient, listed: Bad, rest: str
) -> None:
    text = f"SELECT * WHERE {{ SERVICE <{listed.url}> {{ ?s ?p ?l }} {rest} }}"
    assert ask(service, text)[0] == 403
    assert listed.seen == 0


DEEP = b"[" * 200_000
NONSENSE = [
    DEEP,
    b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":' + DEEP,
    b'{"head":{"vars":["s"],"link":' + DEEP,
    b"{}",
    b"",
    b"\xff",
    b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"a b"}}]}}',
    b'{"head":{},"boolean":true}',
]


@pytest.mark.parametrize("answer", NONSENSE, ids=[str(n) for n in range(len(NONSENSE))])
def test_an_answer_that_is_none_is_passed_over_where_silent(
    service: FlaskClient, listed: Bad, answer: bytes
) -> None:
    listed.answer = answer
    pattern = f"<{listed.url}> {{ ?s ?p ?l }} BIND('here' AS ?h)"
    status, body = ask(service, f"SELECT * WHERE {{ SERVICE {pattern} }}")
    assert (status, body["error"]["code"]) == (502, "remote"), body
    status, body = ask(service, f"SELECT * WHERE {{ SERVICE SILENT {pattern} }}")
    assert status == 200, body
    assert values(body, "h") == ["here"]
    assert values(body, "s") == []


def triple_term(depth: int) -> dict[str, Any]:
    """A triple term, with others in it, whose subjects are blank nodes."""
    inner: dict[str, Any] = {"type": "literal", "value": "x"}
    for _ in range(depth):
        inner = {
            "type": "triple",
            "value": {
                "subject": {"type": "bnode", "value": "b0"},
                "predicate": {"type": "uri", "value": "http://a.example/p"},
                "object": inner,
            },
        }
    return inner


@pytest.mark.parametrize("depth", [1, 2, 20])
def test_blank_nodes_in_triple_terms_get_names(
    service: FlaskClient, listed: Bad, depth: int
) -> None:
    row = {"s": {"type": "bnode", "value": "b0"}, "l": triple_term(depth)}
    listed.answer = answer_of(row)
    status, body = ask(service, f"SELECT * WHERE {{ SERVICE <{listed.url}> {{ ?s ?p ?l }} }}")
    assert status == 200, body
    (found,) = body["results"]["bindings"]
    term = found["l"]
    for _ in range(depth):
        assert term["value"]["subject"] == found["s"]  # the same one has the same name
        term = term["value"]["object"]
    assert term == {"type": "literal", "value": "x"}


@pytest.mark.parametrize("depth", [21, 90])
def test_triple_terms_nested_too_deeply_are_the_fault_of_the_other(
    service: FlaskClient, listed: Bad, depth: int
) -> None:
    listed.answer = answer_of({"l": triple_term(depth)})
    assert ask(service, f"SELECT * {{ SERVICE <{listed.url}> {{ ?s ?p ?l }} }}")[0] == 502
    assert ask(service, f"SELECT * {{ SERVICE SILENT <{listed.url}> {{ ?s ?p ?l }} }}")[0] == 200


def test_an_update_asks_nobody(store_folder: Path, listed: Bad) -> None:
    text = f"INSERT {{ ?s ?p ?l }} WHERE {{ SERVICE <{listed.url}> {{ ?s ?p ?l }} }}"
    app = create_app({"STORE": store_folder, "ALLOW_SERVICE": (listed.url,)})
    answer = app.test_client().post("/update", data={"update": text})
    assert answer.status_code == 403
    assert ask(app.test_client(), text)[0] == 403
    assert listed.seen == 0


def test_without_a_list_nobody_is_asked(client: FlaskClient, listed: Bad) -> None:
    assert ask(client, f"SELECT * WHERE {{ SERVICE <{listed.url}> {{ ?s ?p ?l }} }}")[0] == 403
    assert listed.seen == 0


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_is_not_followed(
    service: FlaskClient, listed: Bad, other: Bad, code: int
) -> None:
    listed.behaviour, listed.elsewhere = f"redirect {code}", other.url
    status, body = ask(service, f"SELECT * WHERE {{ SERVICE <{listed.url}> {{ ?s ?p ?l }} }}")
    assert (status, body["error"]["code"]) == (502, "remote")
    assert (listed.seen, other.seen) == (1, 0)


@pytest.mark.parametrize(
    "behaviour",
    ["html", "cut", "status 500", pytest.param("closes", marks=pytest.mark.slow), "garbage"],
)
def test_a_fault_of_the_endpoint_is_told_or_passed_over(
    service: FlaskClient, listed: Bad, behaviour: str
) -> None:
    listed.behaviour = behaviour
    assert ask(service, f"SELECT * WHERE {{ SERVICE <{listed.url}> {{ ?s ?p ?l }} }}")[0] in (
        502,
        503,
    )
    if behaviour != "cut":  # a cut answer is seen when it is read, and is a fault in any case
        status, body = ask(
            service, f"SELECT * WHERE {{ SERVICE SILENT <{listed.url}> {{ ?s ?p ?l }} }}"
        )
        assert (status, body["results"]["bindings"]) == (200, [{}])


def test_what_others_answer_is_not_kept(service: FlaskClient, listed: Bad) -> None:
    query = f"SELECT * WHERE {{ SERVICE <{listed.url}> {{ ?s ?p ?l }} }}"
    ask(service, query)
    listed.answer = answer_of()
    assert ask(service, query)[1]["results"]["bindings"] == []
    assert listed.seen == 2


def test_a_name_that_leads_into_a_private_network_is_refused(
    monkeypatch: pytest.MonkeyPatch, listed: Bad
) -> None:
    """Also one that did so only the second time it was looked up: the connection goes to what was judged."""
    port = listed.server_address[1]
    url = f"http://public.example:{port}/sparql"
    looked_up: list[str] = []

    def lookup(host: str, *_args: object, **_more: object) -> list[Any]:
        looked_up.append(host)
        address = addresses[min(len(looked_up), len(addresses)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]

    monkeypatch.setattr(federation_module.socket, "getaddrinfo", lookup)
    federation = Federation(allowed((url,)))
    services = federation.services(f"SELECT * WHERE {{ SERVICE <{url}> {{ ?s ?p ?l }} }}")
    for address in (
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "0.0.0.0",
        "224.0.0.1",
    ):
        addresses = [address]
        looked_up.clear()
        with pytest.raises(ForbiddenQuery, match="private"):
            federation.ask(services, federation_module.time.monotonic() + 2)
    connected: list[Any] = []

    def connect(address: Any, *_args: object, **_more: object) -> Any:
        connected.append(address)
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr("kg.remote.http.socket.create_connection", connect)
    addresses = [
        "93.184.215.14",
        "127.0.0.1",
    ]  # the second look-up, were there one, would lead here
    looked_up.clear()
    with pytest.raises(RemoteGone):
        federation.ask(services, federation_module.time.monotonic() + 1.5)
    assert looked_up == ["public.example"]
    assert set(connected) == {("93.184.215.14", port)}
    assert listed.seen == 0


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True), ("127.0.0.1", False), ("::1", False),
        ("10.1.2.3", False), ("100.64.0.1", False), ("fe80::1%eth0", False), ("::ffff:127.0.0.1", False), ("fd00::1", False),
        ("2002:7f00:1::", False), ("0.0.0.0", False), ("255.255.255.255", False),
    ],
)  # fmt: skip
def test_what_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "a.example", "http://u@a.example/", "http://a.example/ b"]
)
def test_what_cannot_be_listed(url: str) -> None:
    with pytest.raises(KgError):
        allowed((url,))


def test_what_is_sent_stands_alone() -> None:
    (found,) = find_services(
        "BASE <http://b/> PREFIX x: <http://x/> SELECT * { SERVICE <http://e/> { ?s x:p kh:Task ; a <c> } }"
    )
    assert found.query == (
        "BASE <http://b/>\nPREFIX kh: <https://w3id.org/kehoach/ont#>\nPREFIX x: <http://x/>\n"
        "SELECT * WHERE { ?s x:p kh:Task ; a <c> }"
    )
    with pytest.raises(ForbiddenQuery, match="10 are allowed"):
        find_services("SELECT * {" + "SERVICE <http://e/> { ?s ?p ?o }" * 11 + "}")


@pytest.mark.slow
def test_with_a_national_graph_in_another_engine(
    store_folder: Path, tmp_path: Path, documented: str
) -> None:
    """The query of docs/federation.md, with ``oxigraph serve`` for the other endpoint."""
    with oxigraph(tmp_path) as endpoint:
        endpoint.update(
            "INSERT DATA { <https://data.example.vn/doc/1> <http://data.europa.eu/eli/ontology#id_local> '124/NQ-CP' ; "
            "<http://purl.org/dc/terms/title> 'Nghị quyết về phát triển công nghiệp'@vi }",
            federation_module.time.monotonic() + 20,
        )
        app = create_app({"STORE": store_folder, "ALLOW_SERVICE": (endpoint.url,)})
        query = documented.replace("https://data.example.vn/sparql", endpoint.url)
        answer = app.test_client().post(
            "/sparql", data={"query": query}, headers={"Accept": "text/csv"}
        )
        assert answer.get_data(as_text=True).splitlines() == [
            "plan,number,title",
            "06/KH-UBND,124/NQ-CP,Nghị quyết về phát triển công nghiệp",
        ]


@pytest.fixture
def documented() -> str:
    page = (Path(__file__).parent.parent.parent / "docs" / "federation.md").read_text("utf-8")
    text = page.split("```sparql\n")[1].split("```")[0]
    ox.Store().query(text.replace("SERVICE <https://data.example.vn/sparql>", ""))
    return text
