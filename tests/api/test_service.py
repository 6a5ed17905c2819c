"""The service over HTTP: protocol, formats, errors, questions, pages, hostile input."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from kg.api.negotiate import ranked, wants_html
from SPARQLWrapper import CSV, JSON, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

COUNT = "SELECT (COUNT(?t) AS ?n) { ?t a kh:Task }"
GRAPH = "CONSTRUCT { ?t a kh:Task } WHERE { ?t a kh:Task }"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


# -- a real server ------------------------------------------------------------------------------------


def fetch(url: str, **headers: str) -> tuple[int, str, bytes]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as fault:
        return fault.code, fault.headers["Content-Type"], fault.read()


def test_the_question_of_the_readme(server: str) -> None:
    status, kind, body = fetch(f"{server}/q/task/innovation-coordinators.csv")
    assert (status, kind) == (200, "text/csv; charset=utf-8")
    text = body.decode("utf-8")
    for name in (
        "Các sở, ban, ngành tỉnh",
        "Hiệp hội Doanh nghiệp tỉnh",
        "Các doanh nghiệp trên địa bàn tỉnh",
    ):
        assert name in text


def test_sparqlwrapper_gets_the_same(server: str) -> None:
    endpoint = SPARQLWrapper(f"{server}/sparql")
    endpoint.setQuery(
        """PREFIX kh: <https://w3id.org/kehoach/ont#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT DISTINCT ?agency { ?task kh:hasTheme <https://w3id.org/kehoach/voc/theme/innovation> ;
        kh:coordinatingAgency/rdfs:label ?agency FILTER(LANG(?agency) = "vi") }"""
    )
    endpoint.setReturnFormat(JSON)
    answer = endpoint.queryAndConvert()
    assert isinstance(answer, dict)
    assert len(answer["results"]["bindings"]) == 4
    endpoint.setMethod("POST")
    endpoint.setReturnFormat(CSV)
    assert b"Hi\xe1\xbb\x87p h\xe1\xbb\x99i" in endpoint.queryAndConvert()  # type: ignore[operator]
    endpoint.setQuery("SELECT {")
    with pytest.raises(QueryBadFormed):
        endpoint.query()


def test_a_taken_port_is_told(server: str) -> None:
    import subprocess
    import sys

    port = server.rsplit(":", 1)[1]
    run = subprocess.run(
        [sys.executable, "-m", "kg", "serve", "--port", port],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 2
    assert "choose another with --port" in run.stderr
    assert "Traceback" not in run.stderr


# -- the protocol -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "kind", "holds"),
    [
        (None, "application/sparql-results+json", b'"36"'),
        ("application/sparql-results+json", "application/sparql-results+json", b'"36"'),
        ("application/json", "application/json", b'"36"'),
        ("application/sparql-results+xml", "application/sparql-results+xml", b">36<"),
        ("text/csv", "text/csv", b"36"),
        ("text/tab-separated-values", "text/tab-separated-values", b"36"),
        (
            "text/csv;q=0.2, application/sparql-results+xml;q=0.9",
            "application/sparql-results+xml",
            b">36<",
        ),
        ("text/turtle, text/csv;q=0.1", "text/csv", b"36"),
        ("*/*", "application/sparql-results+json", b'"36"'),
    ],
)
def test_results_in_every_format(
    client: FlaskClient, accept: str | None, kind: str, holds: bytes
) -> None:
    headers = {"Accept": accept} if accept else {}
    answer = client.get("/sparql", query_string={"query": COUNT}, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
    assert holds in answer.data
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("accept", "holds"),
    [
        ("text/turtle", b"kh:Task"),
        ("application/n-triples", b"<https://w3id.org/kehoach/ont#Task> ."),
        ("application/ld+json", b"@"),
        ("application/rdf+xml", b"<rdf:RDF"),
    ],
)
def test_graphs_in_every_format(client: FlaskClient, accept: str, holds: bytes) -> None:
    answer = client.post("/sparql", data={"query": GRAPH}, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.mimetype == accept
    assert holds in answer.data


def test_every_way_to_send_a_query(client: FlaskClient) -> None:
    answers = [
        client.get("/sparql", query_string={"query": COUNT}),
        client.post("/sparql", data={"query": COUNT}),
        client.post("/sparql", data=COUNT, content_type="application/sparql-query"),
        client.post(
            "/sparql", data=COUNT.encode(), content_type="application/sparql-query; charset=utf-8"
        ),
    ]
    assert {a.data for a in answers} == {answers[0].data}
    assert client.head("/sparql", query_string={"query": COUNT}).status_code == 200
    options = client.options("/sparql")
    assert (options.status_code, options.headers["Access-Control-Allow-Origin"]) == (204, "*")


def test_graphs_of_the_dataset_can_be_chosen(client: FlaskClient) -> None:
    reference = "https://w3id.org/kehoach/graph/reference"
    units = "SELECT (COUNT(DISTINCT ?u) AS ?n) { ?u a kh:AdministrativeUnit }"
    for values in (
        {"default-graph-uri": reference},
        {"query": units.replace("{ ?u", f"FROM <{reference}> {{ ?u")},
    ):
        answer = client.get("/sparql", query_string={"query": units, **values})
        assert int(answer.json["results"]["bindings"][0]["n"]["value"]) > 90  # type: ignore[index]
    for graph in ("http://127.0.0.1:1/x", "https://w3id.org/kehoach/graph/none"):
        answer = client.get("/sparql", query_string={"query": units, "default-graph-uri": graph})
        assert answer.json["results"]["bindings"][0]["n"]["value"] == "0"  # type: ignore[index]
    named = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    answer = client.get("/sparql", query_string={"query": named, "named-graph-uri": reference})
    assert [b["g"]["value"] for b in answer.json["results"]["bindings"]] == [reference]  # type: ignore[index]


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        ({"query_string": {"query": "SELECT ?x {\n ?x ?y\n}"}}, 400, "malformed-query"),
        ({"query_string": {"query": "nonsense"}}, 400, "malformed-query"),
        ({"query_string": {"query": "SELECT\x00 * {}"}}, 400, "malformed-query"),
        ({"query_string": {"query": "INSERT DATA { <a:a> <a:a> 1 }"}}, 403, "forbidden"),
        ({"query_string": {"query": "LOAD <http://127.0.0.1:1/x>"}}, 403, "forbidden"),
        (
            {"query_string": {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}},
            403,
            "forbidden",
        ),
        ({"query_string": {"update": "CLEAR ALL"}}, 403, "forbidden"),
        ({"method": "POST", "data": {"update": "CLEAR ALL"}}, 403, "forbidden"),
        (
            {"method": "POST", "data": "CLEAR ALL", "content_type": "application/sparql-update"},
            403,
            "forbidden",
        ),
        ({"method": "POST", "data": {"x": "1"}}, 400, "malformed-request"),
        (
            {"method": "POST", "data": b"\xff\xfe", "content_type": "application/sparql-query"},
            400,
            "malformed-request",
        ),
        (
            {"method": "POST", "data": COUNT, "content_type": "text/plain"},
            415,
            "unsupported-media-type",
        ),
        ({"path": "/sparql?query=ASK%7B%3Fs+%3Fp+%22%FF%22%7D"}, 400, "malformed-request"),
        ({"path": "/sparql?query=ASK%7B%3Fs+%3Fp+%22%ED%A0%80%22%7D"}, 400, "malformed-request"),
        (
            {
                "method": "POST",
                "data": b"query=ASK%7B%3Fs+%3Fp+%22%FF%22%7D",
                "content_type": "application/x-www-form-urlencoded",
            },
            400,
            "malformed-request",
        ),
        ({"query_string": {"query": COUNT, "default-graph-uri": "no iri"}}, 400, "malformed-query"),
        (
            {
                "method": "POST",
                "data": COUNT,
                "content_type": "application/sparql-query; charset=latin-1",
            },
            415,
            "unsupported-media-type",
        ),
        (
            {
                "method": "POST",
                "data": b"\x1f\x8b",
                "content_type": "application/sparql-query",
                "headers": {"Content-Encoding": "br"},
            },
            415,
            "unsupported-media-type",
        ),
        ({"method": "PUT"}, 405, "method-not-allowed"),
        (
            {"query_string": {"query": COUNT}, "headers": {"Accept": "image/png"}},
            406,
            "not-acceptable",
        ),
        (
            {"query_string": {"query": COUNT}, "headers": {"Accept": "text/turtle"}},
            406,
            "not-acceptable",
        ),
        (
            {"query_string": {"query": GRAPH}, "headers": {"Accept": "text/csv"}},
            406,
            "not-acceptable",
        ),
        ({"query_string": {"query": COUNT, "format": "exe"}}, 400, "malformed-request"),
        ({"method": "POST", "data": {"query": "x" * (1 << 20)}}, 413, "request-entity-too-large"),
    ],
)
def test_errors_are_precise(
    client: FlaskClient, request_: dict[str, object], status: int, code: str
) -> None:
    answer = client.open(**{"path": "/sparql", "method": "GET", **request_})  # type: ignore[arg-type]
    assert answer.status_code == status, answer.data
    assert answer.is_json
    error = answer.json["error"]  # type: ignore[index]
    assert error["code"] == code
    assert error["message"]


def test_a_query_that_does_not_parse_tells_line_and_column(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": "SELECT ?s {\n  ?s ?p ??\n}"})
    assert answer.json["error"]["detail"] == {"line": 2, "column": 11}  # type: ignore[index]


def test_an_answer_over_the_limit_is_refused_whole(store_folder: object) -> None:
    from kg.api import create_app
    from kg.api.limits import Limits

    small = create_app({"STORE": store_folder, "LIMITS": Limits(answer=1000)}).test_client()
    answer = small.get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o } LIMIT 100"})
    assert answer.status_code == 413
    assert answer.json["error"]["code"] == "answer-too-large"


def test_the_plain_default_graph_is_the_standards(store_folder: object) -> None:
    from kg.api import create_app

    plain = create_app({"STORE": store_folder, "DEFAULT_GRAPH": "plain"}).test_client()
    answer = plain.get("/sparql", query_string={"query": COUNT})
    assert answer.json["results"]["bindings"][0]["n"]["value"] == "0"


def test_without_a_query_a_page_or_the_description(client: FlaskClient) -> None:
    assert b"<textarea" in client.get("/sparql", headers=BROWSER).data
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})
    assert b"SPARQL11Query" in answer.data


# -- questions and pages ------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["", ".html", ".csv", ".json", ".xlsx", ".rq"])
def test_a_question_in_every_form(client: FlaskClient, suffix: str) -> None:
    answer = client.get(f"/q/task/innovation-coordinators{suffix}")
    assert answer.status_code == 200
    if suffix == ".json":
        rows = json.loads(answer.data)
        assert {r["agencyLabel"] for r in rows} >= {"Hiệp hội Doanh nghiệp tỉnh Hậu Giang"}
    if suffix in ("", ".html"):
        assert "Hiệp hội Doanh nghiệp tỉnh Hậu Giang".encode() in answer.data


def test_parameters_and_languages(client: FlaskClient) -> None:
    answer = client.get("/q/agency/duties?lang=en&agency=so+cong+thuong")
    assert b"Department of Industry and Trade" in answer.data
    assert b'<html lang="en">' in answer.data
    by_header = client.get("/q", headers={"Accept-Language": "en-GB"})
    assert b"Which agencies coordinate on innovation tasks?" in by_header.data
    assert client.get("/q/agency/duties?agency=nobody").status_code == 400
    assert client.get("/q/agency/nothing").status_code == 404
    assert client.get("/q/agency/duties?what=x").status_code == 400
    assert client.get("/q/agency/duties.csv?bom=1").data.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "path",
    ["/q/../../etc/passwd", "/q/task/..%2f..%2fREADME.md", "/q/task/%00.csv", "/static/../cli.py"],
)
def test_no_way_out_of_the_catalogue(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in (400, 404, 308)


def test_the_home_page(client: FlaskClient) -> None:
    for lang, words in (("vi", "Những câu hỏi để bắt đầu"), ("en", "Questions to start with")):
        page = client.get(f"/?lang={lang}", headers=BROWSER).get_data(as_text=True)
        assert words in page
        assert "06/KH-UBND" in page
        assert page.count("/q/") >= 3
    assert client.get("/").headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert "Set-Cookie" not in client.get("/").headers


@pytest.mark.parametrize(
    "path",
    ["doc/vn-73/ubnd/kh/2021/06", "doc/vn-73/ubnd/kh/2021/06/task/II.4.a.p1", "agency/vn-73/so-cong-thuong",
     "group/vn-73/so-ban-nganh-tinh", "unit/vn-73", "voc/theme/innovation", "ont/Task", "ont",
     "doc/vn-73/ubnd/kh/2021/06/c/sec_II__para_2__point_dd", "doc/vn/cp/nq/2020/124"],
)  # fmt: skip
def test_every_kind_of_thing_dereferences(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/{path}", headers=BROWSER)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/{path}.html")
    for suffix, kind in (
        ("html", "text/html"),
        ("ttl", "text/turtle"),
        ("nt", "application/n-triples"),
        ("jsonld", "application/ld+json"),
    ):
        page = client.get(f"/{path}.{suffix}")
        assert (page.status_code, page.mimetype) == (200, kind), (path, suffix)
    turtle = client.get(f"/{path}", headers={"Accept": "text/turtle"})
    assert turtle.headers["Location"].endswith(".ttl")


def test_what_is_inferred_stands_apart_from_what_the_plan_says(client: FlaskClient) -> None:
    task = "/doc/vn-73/ubnd/kh/2021/06/task/II.2.a.p1"
    said = client.get(f"{task}.nt").get_data(as_text=True)
    coordinators = [line for line in said.splitlines() if "ont#coordinatingAgency" in line]
    assert len(coordinators) == 2
    assert all("/group/" in line for line in coordinators)
    page = client.get(f"{task}.html?lang=en").get_data(as_text=True)
    before, mark, after = page.partition("Inferred from groups of agencies")
    assert mark
    assert "huyen-chau-thanh/ubnd" in after
    assert "huyen-chau-thanh/ubnd" not in before


def test_what_there_is_in_one_language_only_is_shown_in_both(client: FlaskClient) -> None:
    page = client.get("/doc/vn-73/ubnd/kh/2021/06/c/sec_II.html?lang=en").get_data(as_text=True)
    assert "NHIỆM VỤ" in page


def test_what_is_not_there_is_404(client: FlaskClient) -> None:
    for path in (
        "/doc/none",
        "/agency/vn-73/khong-co",
        "/nothing",
        "/unit/%3Cscript%3E",
        "/doc/a b",
    ):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.is_json
        page = client.get(path, headers=BROWSER)
        assert page.mimetype == "text/html"
        assert b"<script>" not in page.data


def test_health(client: FlaskClient, tmp_path: object) -> None:
    from kg.api import create_app

    found = client.get("/health").json
    assert found is not None
    assert (found["ready"], found["plans"]) == (True, 1)
    empty = create_app({"STORE": str(tmp_path)}).test_client()
    answer = empty.get("/health")
    assert (answer.status_code, answer.json["ready"]) == (200, False)
    assert empty.get("/").status_code == 200
    assert empty.get("/sparql", query_string={"query": COUNT}).status_code == 503


HOSTILE = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "{{ 7*7 }}",
    "'; alert(1); '", "</textarea><script>x</script>", "\u202eevil", "=1+1",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_shown_and_never_run(client: FlaskClient, text: str) -> None:
    literal = text.replace("\\", "\\\\").replace('"', '\\"')
    query = f'SELECT ?x {{ BIND("{literal}" AS ?x) }}'
    page = client.get(f"/sparql?{urlencode({'query': query, 'page': '1'})}", headers=BROWSER)
    assert page.status_code == 200
    html = page.get_data(as_text=True)
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "49" not in html.split("<tbody>")[1]
    form = client.get(f"/q/clause/contents?start={quote(text)}&lang=vi", headers=BROWSER)
    assert "<script>alert" not in form.get_data(as_text=True)


# -- negotiation --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "offered", "best"),
    [
        ("text/csv;q=0.5, application/json", ["text/csv", "application/json"], "application/json"),
        ("*/*", ["text/csv", "application/json"], "text/csv"),
        ("text/*;q=0.4, application/json;q=0.3", ["text/csv", "application/json"], "text/csv"),
        ("text/csv;q=0", ["text/csv"], None),
        ("", ["text/csv"], "text/csv"),
    ],
)
def test_the_best_that_is_accepted(accept: str, offered: list[str], best: str | None) -> None:
    found = ranked(accept, offered)
    assert (found[0] if found else None) == best


def test_browsers_are_told_from_programs() -> None:
    assert wants_html(BROWSER["Accept"])
    assert not wants_html("*/*")
    assert not wants_html("application/sparql-results+json, text/html;q=0.1")
    assert not wants_html(None)
