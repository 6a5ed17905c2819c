"""What a request says of itself: the host, the formats, the packing; and what an answer says to caches."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from kg.api import create_app, negotiate
from kg.api.address import is_host, public_url
from kg.api.negotiate import ANY, MalformedAccept, ranked, wants_html
from rdflib import DCAT, RDF, VOID, Graph, URIRef

from kg.errors import KgError

ASK = {"query": "ASK { ?s ?p ?o }"}
PACKED = {"Content-Type": "application/sparql-query"}


# -- the address --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("localhost", True),
        ("data.example.vn:8080", True),
        ("my_service:80", True),
        ("127.0.0.1:65535", True),
        ("[::1]:8000", True),
        ("[fe80::1]", True),
        ("", False),
        ("a b", False),
        ("evil.example/path", False),
        ("user@evil.example", False),
        ("a, b", False),
        ("x:70000", False),
        ("x:", False),
        ("::1", False),
        ("[x]", False),
        ('x"><script>', False),
        ("kế-hoạch", False),
        ("x\n", False),
    ],
)
def test_hosts(text: str, expected: bool) -> None:
    assert is_host(text) is expected


@pytest.mark.parametrize("host", ["", "a b", "evil.example/x?", "a, b", "x:70000", "<x>"])
@pytest.mark.parametrize("path", ["/", "/sparql", "/.well-known/void", "/store/x"])
def test_a_host_that_is_none_is_refused(client: FlaskClient, path: str, host: str) -> None:
    answer = client.get(path, headers={"Host": host}, query_string=ASK)
    assert (answer.status_code, (answer.json or {})["error"]["code"]) == (400, "malformed-request")


def test_the_public_address_is_told_whatever_the_client_says(store_folder: Path) -> None:
    url = "https://data.example.vn/kehoach"
    app = create_app({"STORE": store_folder, "PUBLIC_URL": url + "/"})
    client = app.test_client()
    for host in ("evil.example", "localhost:8000"):
        headers = {"Host": host, "Accept": "text/turtle"}
        void = Graph().parse(data=client.get("/.well-known/void", headers=headers).data)
        dataset = void.value(None, RDF.type, DCAT.Dataset)
        assert dataset == URIRef(f"{url}/.well-known/void#dataset")
        assert void.value(dataset, VOID.sparqlEndpoint) == URIRef(f"{url}/sparql")
        service = client.get("/sparql", headers=headers)
        assert f"<{url}/sparql>".encode() in service.data
        assert host.encode() not in service.data
        relative = {"query": "SELECT (<x> AS ?y) {}"}
        answer = client.get("/sparql", query_string=relative, headers={"Host": host})
        assert f"{url}/x".encode() in answer.data
        assert b'href="/kehoach/static/' in client.get("/", headers={"Host": host}).data
    app.extensions["engine"].close()


@pytest.mark.parametrize(
    "given",
    ["", "data.example.vn", "ftp://x", "https://", "https://a b", "https://x/?q", "https://u@x", "https://x/#a", "http://[x"],
)  # fmt: skip
def test_an_address_that_is_none(given: str) -> None:
    with pytest.raises(KgError, match="--public-url"):
        public_url(given)


# -- the formats --------------------------------------------------------------------------------------


@pytest.mark.parametrize("weight", ["nan", "inf", "-1", "2", "1.5", "x", "0.5x", '"1"', "1e0"])
def test_a_weight_that_is_none_is_refused(client: FlaskClient, weight: str) -> None:
    headers = {"Accept": f"text/csv;q={weight}, */*;q=0.1"}
    for path in ("/sparql", "/sparql?query=ASK{}", "/.well-known/void", "/store?default"):
        answer = client.get(path, headers=headers)
        assert (answer.status_code, (answer.json or {})["error"]["code"]) == (
            400,
            "malformed-request",
        )
    assert client.get("/", headers=headers).status_code == 200  # there is nothing to choose


@pytest.mark.parametrize(
    ("accept", "first"),
    [
        ("text/csv;q=0.5, application/json", "application/json"),
        ("text/csv;q=1.000, application/json;q=0.999", "text/csv"),
        ('text/csv;x=";q=nan"', "text/csv"),
        ("text/csv ; q=1.0, application/json;Q=0", "text/csv"),
    ],
)
def test_weights(accept: str, first: str) -> None:
    assert ranked(accept, ANY)[0] == first


def test_long_headers_are_not_kept() -> None:
    before = negotiate._kept_ranked.cache_info(), negotiate._kept_wants_html.cache_info()
    for number in range(50):
        accept = f"text/csv, text/html;q=0.1;x{number}=" + "x" * 5000
        assert ranked(accept, ANY) == ["text/csv"]
        assert not wants_html(accept)
    after = negotiate._kept_ranked.cache_info(), negotiate._kept_wants_html.cache_info()
    assert after == before


def test_a_header_with_too_many_types_is_refused_at_once() -> None:
    accept = "*/*," * 2000
    began = time.process_time()
    with pytest.raises(MalformedAccept):
        ranked(accept, ANY)
    assert not wants_html(accept)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "accept",
    [
        "text/csv" + " " * 8000 + "x",
        "text/csv;a=" + '\\"' * 4000,
        'text/csv;a="' + '\\"' * 4000,
        "text/csv" + "\t;" * 4000,
    ],
)
def test_a_long_header_is_read_in_no_time(accept: str) -> None:
    """The server's loop reads it, and all wait meanwhile."""
    began = time.process_time()
    ranked(accept, ANY)
    wants_html(accept)
    assert time.process_time() - began < 0.05


def test_a_quoted_text_without_end_hides_what_is_behind_it() -> None:
    assert ranked('text/csv;x="a;q=nan, application/json', ANY) == ["text/csv"]


# -- the packing --------------------------------------------------------------------------------------


def post(client: FlaskClient, body: bytes, encoding: str = "gzip") -> tuple[int, bytes]:
    headers = {**PACKED, "Content-Encoding": encoding}
    answer = client.post("/sparql", data=body, headers=headers)
    return answer.status_code, answer.data


TEXT = b"ASK { ?s ?p ?o }"


@pytest.mark.parametrize(
    ("body", "encoding", "expected"),
    [
        (gzip.compress(TEXT), "gzip", 200),
        (gzip.compress(TEXT[:5]) + gzip.compress(TEXT[5:]), "gzip", 200),
        (b"".join(gzip.compress(TEXT[i : i + 1]) for i in range(len(TEXT))), "gzip", 200),
        (gzip.compress(TEXT) + gzip.compress(b"") * 1000, "gzip", 200),
        (zlib.compress(TEXT), "deflate", 200),
        (gzip.compress(TEXT) + b"rest", "gzip", 400),
        (gzip.compress(TEXT) + gzip.compress(TEXT)[:-3], "gzip", 400),
        (gzip.compress(TEXT) + gzip.compress(TEXT), "gzip", 400),  # one query after the other
        (zlib.compress(TEXT) + zlib.compress(b""), "deflate", 400),
        (gzip.compress(TEXT)[:-9], "gzip", 400),
        (b"", "gzip", 400),
        (TEXT, "gzip", 400),
        (TEXT, "br", 415),
        (gzip.compress(b"#" * (2 << 20)), "gzip", 413),
        (gzip.compress(b"#" * (1 << 20)) + gzip.compress(TEXT), "gzip", 413),
    ],
    ids=range(15),
)
def test_packed_bodies(client: FlaskClient, body: bytes, encoding: str, expected: int) -> None:
    status, data = post(client, body, encoding)
    assert status == expected
    if status == 200:
        assert json.loads(data)["boolean"] is True


def test_many_small_parts_are_read_in_linear_time(client: FlaskClient) -> None:
    part = gzip.compress(b"")
    body = part * ((1 << 20) // len(part) - 1)
    began = time.process_time()
    assert post(client, body)[0] == 400
    assert time.process_time() - began < 5


# -- caches -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/q", "/sparql", "/q/task/innovation-coordinators", "/ont.html"]
)
def test_pages_tell_caches_what_they_depend_on(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert answer.headers["Vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert answer.headers["Cache-Control"] == "no-cache"


def test_errors_and_files_tell_caches_too(client: FlaskClient) -> None:
    error = client.get("/nowhere", headers={"Accept": "text/html"})
    assert error.headers["Vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert error.headers["Cache-Control"] == "no-store"
    file = client.get("/q/task/innovation-coordinators.csv")
    assert "Accept-Language" in file.headers["Vary"]
    with client.get("/static/css/base.css") as sheet:
        assert sheet.status_code == 200
        assert sheet.headers.get("Vary") == "Accept-Encoding"


def test_pages_and_scripts_are_packed_for_who_takes_it(client: FlaskClient) -> None:
    plain = client.get("/network", headers={"Accept": "text/html"})
    packed = client.get("/network", headers={"Accept": "text/html", "Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 3
    query = {"query": "SELECT * { ?s ?p ?o } LIMIT 50", "format": "json"}
    answer = client.get("/sparql", query_string=query, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in answer.headers
