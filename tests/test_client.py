"""The client: tables with types, the embedded store, and patience with a service that is busy."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import networkx as nx
import pandas
import pyoxigraph as ox
import pytest
from rdflib import Graph

from kg.client import Client, ServiceError, connect
from kg.client.embedded import Embedded
from kg.client.remote import Patience, Remote, retry_after
from kg.client.table import make_table
from kg.errors import (
    ForbiddenQuery,
    KgError,
    QueryError,
    UnknownName,
    UnknownQuestion,
    UnknownValue,
)
from kg.names import BASE, PREFIXES
from kg.store import Dataset

CLAUSE = BASE + "doc/vn-73/ubnd/kh/2021/06/c/sec_II__para_2__point_a"


@pytest.fixture(scope="module")
def client(dataset: Dataset) -> Client:
    return Client(Embedded(dataset))


def literal(text: str, kind: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + kind))


@pytest.mark.parametrize(
    ("values", "kind", "dtype", "first"),
    [
        ([literal("7", "integer"), None], "integer", "Int64", 7),
        ([literal("7", "integer"), literal("7.5", "decimal")], "number", "Float64", 7.0),
        ([literal("true", "boolean"), None], "boolean", "boolean", True),
        ([literal("2021", "gYear"), None], "year", "Int64", 2021),
        ([literal("2021-01-14", "date"), None], "date", "datetime64[s]", pandas.Timestamp(2021, 1, 14)),
        ([literal("2021-01-14T07:00:00+07:00", "dateTime")], "datetime", "datetime64[s]", pandas.Timestamp(2021, 1, 14)),
        ([ox.Literal("Sở", language="vi"), None], "text", "string", "Sở"),
        ([ox.NamedNode(CLAUSE), None], "iri", "string", CLAUSE),
        ([literal("2021", "gYear"), literal("x", "string")], "text", "string", "2021"),
        ([literal("many", "integer")], "text", "string", "many"),  # a literal that its datatype does not allow
        ([literal("9" * 30, "integer")], "text", "string", "9" * 30),
        ([literal("--11-10", "gMonthDay")], "text", "string", "--11-10"),
        ([None], "text", "string", pandas.NA),
        ([], "text", "string", None),
    ],
)  # fmt: skip
def test_a_column_has_the_type_of_its_values(
    values: list[Any], kind: str, dtype: str, first: object
) -> None:
    table = make_table(["x"], [[value] for value in values])
    frame = table.to_dataframe()
    assert table.kinds == (kind,)
    assert str(frame["x"].dtype).startswith(dtype)
    assert len(frame) == len(values)
    if values:
        assert frame["x"][0] is first or frame["x"][0] == first


def test_innovation_coordinators_in_a_dataframe(client: Client) -> None:
    frame = client.ask("task/innovation-coordinators").to_dataframe()
    assert len(frame) == 24
    assert "Hiệp hội Doanh nghiệp tỉnh" in set(frame["quote"])
    assert frame.attrs["labels"]["agencyLabel"] == "Cơ quan"
    assert "SELECT" in frame.attrs["query"]


def test_targets_have_numbers_years_units_and_headings(client: Client) -> None:
    table = client.ask("target/list", y=2025)
    frame = table.to_dataframe()
    assert dict(frame.dtypes.astype(str))["value"] == "Float64"
    assert set(frame["year"]) == {2025}
    assert frame.attrs["units"] == {"value": "unit"}
    assert set(frame["unit"]) >= {"%", "%/năm"}
    named = table.to_dataframe(headings=True)
    assert {"Năm", "Giá trị", "Đơn vị"} <= set(named.columns)
    assert len(set(named.columns)) == len(table.columns)


def test_plans_have_dates(client: Client) -> None:
    (row,) = client.ask("document/plans")
    assert row["date"] == date(2021, 1, 14)
    assert (row["tasks"], row["targets"]) == (36, 15)
    assert "2021-01-14" in str(client.ask("document/plans"))


def test_parameters_are_names_as_people_write_them(client: Client) -> None:
    table = client.ask("agency/duties", agency="so cong thuong", plan=None)
    assert 0 < len(table) < 131
    assert set(table.column("agency")) == {BASE + "agency/vn-73/so-cong-thuong"}
    with pytest.raises(KgError, match="there is no column «x»"):
        table.column("x")


def test_the_questions_are_listed_in_the_language_asked_for(dataset: Dataset) -> None:
    listed = Client(Embedded(dataset), "en").questions()
    by_id = {row["id"]: row for row in listed}
    assert by_id["task/innovation-coordinators"]["question"] == "Which agencies coordinate on innovation tasks?"  # fmt: skip
    assert by_id["target/list"]["parameters"] == "y plan"


def test_any_query_gives_a_table_a_truth_value_or_a_graph(client: Client) -> None:
    table = client.query("SELECT (COUNT(*) AS ?n) { ?t a kh:Task }")
    assert list(table) == [{"n": 36}]  # type: ignore[arg-type]
    assert client.query("ASK { ?t a kh:Task }") is True
    graph = client.query("CONSTRUCT { ?t a kh:Task } WHERE { ?t a kh:Task }")
    assert isinstance(graph, Graph)
    assert len(graph) == 36


def test_the_network_has_roles_and_clauses(client: Client) -> None:
    network = client.network(plan="06/KH-UBND", theme="innovation")
    assert isinstance(network, nx.MultiDiGraph)
    roles = {data["role"] for _, _, data in network.edges(data=True)}
    assert roles >= {"lead", "coordinating"}
    assert all(data["clause_iri"].startswith(BASE) for _, _, data in network.edges(data=True))
    assert not client.network(projection="leads").is_multigraph()


def test_a_clause_comes_with_its_citation(client: Client) -> None:
    for iri in (CLAUSE, CLAUSE.removeprefix(BASE), "/" + CLAUSE.removeprefix(BASE)):
        clause = client.clause(iri)
        assert clause.text == "Sở Công Thương:"
        assert clause.citation == "Điểm a, khoản 2, Mục II, Kế hoạch số 06/KH-UBND ngày 14/01/2021"
    assert client.clause(CLAUSE.rsplit("/", 1)[0] + "/header").citation.startswith("Phần đầu, Kế")


@pytest.mark.parametrize(
    ("ask", "error", "says"),
    [
        (lambda c: c.ask("task/inovation"), UnknownQuestion, "did you mean"),
        (lambda c: c.ask("target/list", z=1), UnknownValue, "has no parameter «z»"),
        (lambda c: c.ask("agency/duties", agency="Sở Vũ trụ"), UnknownValue, "no agency is called"),
        (lambda c: c.query("SELECT"), QueryError, "line 1"),
        (lambda c: c.query("DROP ALL"), ForbiddenQuery, "only reads"),
        (lambda c: c.clause("doc/none/c/x"), UnknownName, "no clause"),
        (lambda c: c.clause("x> y"), UnknownName, "is no IRI"),
        (lambda c: c.network(plan="99/KH-UBND"), UnknownName, "99/KH-UBND"),
    ],
)
def test_what_is_asked_wrongly_is_told(
    client: Client, ask: Any, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        ask(client)


def test_search_gives_a_table(client: Client) -> None:
    found = client.search("so cong thuong")
    assert found.column("iri")[0] == BASE + "agency/vn-73/so-cong-thuong"


def test_what_cannot_be_connected_to_is_told() -> None:
    with pytest.raises(KgError, match="is no address"):
        connect("my-store")
    with pytest.raises(KgError, match="not both"):
        connect("http://127.0.0.1:1", store="x")
    with pytest.raises(ServiceError, match="no service answers"):
        connect("http://127.0.0.1:1").questions()
    with pytest.raises(KgError, match="vi or en"):
        connect("http://127.0.0.1:1", lang="fr")


def test_without_pandas_all_but_the_dataframe_works() -> None:
    code = (
        "import sys; sys.modules['pandas'] = None\n"
        "from kg.client.table import make_table\n"
        "table = make_table(['x'], [])\n"
        "try: table.to_dataframe()\n"
        "except Exception as fault: print(fault)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install pandas" in done.stdout


# -- a service that is busy --------------------------------------------------------------------------


class _Busy(BaseHTTPRequestHandler):
    """Answers with what stands in ``answers``, one after the other; the last again and again."""

    answers: ClassVar[list[tuple[int, dict[str, str], bytes]]] = []
    asked: ClassVar[list[str]] = []

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        type(self).asked.append(self.path)
        left = type(self).answers
        status, headers, body = left.pop(0) if len(left) > 1 else left[0]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _answer

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def busy() -> Iterator[tuple[str, type[_Busy]]]:
    _Busy.answers, _Busy.asked = [], []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Busy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", _Busy
        server.shutdown()
        thread.join()


def _refusal(code: str, message: str) -> bytes:
    return json.dumps({"error": {"code": code, "message": message, "detail": None}}).encode()


TABLE = (200, {"Content-Type": "application/sparql-results+json"}, b'{"head":{"vars":["x"]},"results":{"bindings":[]}}')  # fmt: skip


def test_a_busy_service_is_asked_again_when_it_says(busy: tuple[str, type[_Busy]]) -> None:
    url, handler = busy
    handler.answers = [
        (503, {"Retry-After": "7"}, _refusal("overloaded", "too many")),
        (429, {}, _refusal("rate-limit", "too often")),
        TABLE,
    ]
    slept: list[float] = []
    client = Client(Remote(url, sleep=slept.append))
    assert len(client.query("SELECT ?x {}")) == 0  # type: ignore[arg-type]
    assert slept == [7.0, 2.0]  # what it says; else the second wait of our own
    assert len(handler.asked) == 3


@pytest.mark.parametrize(
    ("patience", "after", "waits", "tries"),
    [(Patience(2, 60.0), "3", [3.0, 3.0], 3), (Patience(3, 5.0), "30", [], 1), (Patience(0), "1", [], 1)],
)  # fmt: skip
def test_patience_has_an_end(
    busy: tuple[str, type[_Busy]], patience: Patience, after: str, waits: list[float], tries: int
) -> None:
    url, handler = busy
    handler.answers = [(503, {"Retry-After": after}, _refusal("time-limit", "more than 10 s"))]
    slept: list[float] = []
    client = Client(Remote(url, patience=patience, sleep=slept.append))
    with pytest.raises(ServiceError, match="more than 10 s") as told:
        client.query("SELECT ?x {}")
    assert (told.value.status, told.value.code, told.value.retry_after) == (503, "time-limit", float(after))  # fmt: skip
    assert (slept, len(handler.asked)) == (waits, tries)


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        ((413, {}, _refusal("answer-too-large", "more than 64 MB")), ServiceError, "more than 64 MB"),
        ((502, {}, b"<h1>Bad gateway</h1>"), ServiceError, "answered 502: <h1>Bad gateway"),
        ((400, {}, _refusal("malformed-query", "line 3, column 4")), QueryError, "line 3"),
        ((500, {}, b""), ServiceError, "answered 500"),
        ((200, {"Content-Type": "text/html"}, b"<html>"), ServiceError, "not what a service of kehoach"),
        ((200, {"Content-Type": "application/sparql-results+json"}, b"{"), ServiceError, "not what a service of kehoach"),
    ],
)  # fmt: skip
def test_what_the_service_says_is_told(
    busy: tuple[str, type[_Busy]], answer: Any, error: type[Exception], says: str
) -> None:
    url, handler = busy
    handler.answers = [answer]
    with pytest.raises(error, match=says):
        Client(Remote(url)).query("SELECT ?x {}")
    assert len(handler.asked) == 1


def test_retry_after_is_seconds_or_a_date() -> None:
    assert retry_after("12", 0) == 12.0
    assert retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 20.0) == 40.0
    assert retry_after("Thu, 01 Jan 1970 00:00:00 GMT", 20.0) == 0.0
    assert retry_after("soon", 0) is None
    assert retry_after(None, 0) is None
