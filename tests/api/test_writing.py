"""Writes: who may, what is refused, that they last, and that readers see all of them or none."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from kg.api import create_app
from kg.api.authority import read_token
from kg.api.changes import Change
from kg.api.journal import append, recorded
from kg.api.limits import Limits
from kg.api.reserved import RESERVED
from kg.api.writerprocess import WriterProcess

from kg.errors import ForbiddenQuery, KgError, QueryError
from kg.names import GRAPH_FINDINGS
from kg.store import make_empty, open_dataset, publish
from kg.updates import require_writable, touched_graphs, with_dataset

from .serving import Served
from .test_turns import children

TOKEN = "correct-horse-battery-staple"
AUTH = {"Authorization": f"Bearer {TOKEN}"}
G = "http://example.org/g"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written") / "store"
    make_empty(folder)
    return folder


@pytest.fixture(scope="module")
def writer(folder: Path) -> Iterator[FlaskClient]:
    app = create_app({"STORE": folder, "UPDATE_TOKEN": TOKEN, "LIMITS": Limits(workers=2)})
    client: FlaskClient = app.test_client()
    yield client
    app.extensions["writes"].close()
    app.extensions["engine"].close()


def update(client: FlaskClient, text: str, **parameters: str) -> int:
    answer = client.post(
        "/update",
        query_string=parameters,
        data=text,
        content_type="application/sparql-update",
        headers=AUTH,
    )
    return answer.status_code


def values(client: FlaskClient, pattern: str, **parameters: str) -> list[str]:
    query = f"SELECT ?v {{ {pattern} }} ORDER BY ?v"
    answer = client.get("/sparql", query_string={"query": query, **parameters})
    assert answer.status_code == 200, answer.data
    return [b["v"]["value"] for b in json.loads(answer.data)["results"]["bindings"]]


def test_an_update_is_seen_by_the_next_query(writer: FlaskClient) -> None:
    assert update(writer, "INSERT DATA { <a:c> <a:v> 1 }") == 204
    assert values(writer, "<a:c> <a:v> ?v") == ["1"]
    change = "DELETE { <a:c> <a:v> ?n } INSERT { <a:c> <a:v> ?m } WHERE { <a:c> <a:v> ?n BIND(?n + 1 AS ?m) }"
    assert update(writer, change) == 204
    assert values(writer, "<a:c> <a:v> ?v") == ["2"]
    form = writer.post("/update", data={"update": "CLEAR ALL"}, headers=AUTH)
    assert form.status_code == 204
    assert values(writer, "<a:c> <a:v> ?v") == []


def test_no_increment_is_lost(writer: FlaskClient) -> None:
    update(writer, "CLEAR ALL ; INSERT DATA { <a:c> <a:v> 250 }")
    change = "DELETE { <a:c> <a:v> ?n } INSERT { <a:c> <a:v> ?m } WHERE { <a:c> <a:v> ?n BIND(?n + 1 AS ?m) }"
    statuses: list[int] = []

    def many() -> None:
        client = writer.application.test_client()
        statuses.extend(update(client, change) for _ in range(25))

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [204] * 100
    assert values(writer, "<a:c> <a:v> ?v") == ["350"]


def test_a_statement_of_two_graphs_is_one(writer: FlaskClient) -> None:
    both = f"INSERT DATA {{ GRAPH <{G}> {{ <a:s> <a:p> 1 }} GRAPH <{G}2> {{ <a:s> <a:p> 1 }} }}"
    assert update(writer, f"CLEAR ALL ; {both}") == 204
    assert values(writer, "<a:s> <a:p> ?v") == ["1"]
    assert values(writer, "GRAPH ?g { <a:s> <a:p> ?v }") == ["1", "1"]
    assert update(writer, f"DELETE DATA {{ GRAPH <{G}> {{ <a:s> <a:p> 1 }} }}") == 204
    assert values(writer, "<a:s> <a:p> ?v") == ["1"]
    assert update(writer, f"DROP GRAPH <{G}2>") == 204
    assert values(writer, "<a:s> <a:p> ?v") == []


@pytest.mark.parametrize(
    "name",
    [
        GRAPH_FINDINGS,
        *(pytest.param(n, marks=pytest.mark.slow) for n in sorted(RESERVED - {GRAPH_FINDINGS})),
    ],
)
def test_the_graphs_of_a_build_are_not_written(tmp_path: Path, name: str) -> None:
    publish(
        [f'<a:s> <a:p> "0" .\n<a:s> <a:p> "1" <{name}> .\n<a:s> <a:p> "1" <{G}> .\n'.encode()],
        tmp_path,
        {},
    )
    app = create_app({"STORE": tmp_path, "UPDATE_TOKEN": TOKEN, "LIMITS": Limits(workers=1)})
    client = app.test_client()
    where = {"graph": name}
    for text in (
        f"INSERT DATA {{ GRAPH <{name}> {{ <a:s> <a:p> 2 }} }}",
        f"INSERT DATA {{ GRAPH <{G}> {{ <a:s> <a:p> 2 }} GRAPH <{name}> {{ <a:s> <a:p> 2 }} }}",
        f"DELETE WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}",
        f"WITH <{name}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        f"DROP GRAPH <{name}>",
        f"MOVE <{name}> TO <{G}>",
        "INSERT { GRAPH ?g { <a:s> <a:p> 3 } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        f"CLEAR ALL ; INSERT DATA {{ GRAPH <{name}> {{ <a:s> <a:p> 2 }} }}",
        "DROP NAMED",
    ):
        assert update(client, text) == 403, text
    for method in ("PUT", "POST"):
        data = {"data": "<a:s> <a:p> 9 .", "content_type": "text/turtle"}
        answer = client.open("/store", method=method, query_string=where, headers=AUTH, **data)
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "forbidden")
        assert name in answer.json["error"]["message"]
    assert client.delete("/store", query_string=where, headers=AUTH).status_code == 403
    other = {"graph": min(RESERVED - {name})}
    put = client.put("/store", query_string=other, headers=AUTH, data="<a:s> <a:p> 9 .")
    assert put.status_code == 403
    assert values(client, "GRAPH ?g { <a:s> <a:p> ?v }") == ["1", "1"]
    assert update(client, f"ADD <{name}> TO <{G}3>") == 204
    assert update(client, f"DROP GRAPH <{G}>") == 204
    assert values(client, "GRAPH ?g { <a:s> <a:p> ?v }") == ["1", "1"]
    assert client.get("/store", query_string=other).status_code == 404
    assert update(client, f"DROP ALL ; INSERT DATA {{ GRAPH <{G}> {{ <a:s> <a:p> 5 }} }}") == 204
    assert values(client, "GRAPH ?g { <a:s> <a:p> ?v }") == ["5"]
    app.extensions["writes"].close()
    app.extensions["engine"].close()


@pytest.mark.parametrize(
    ("kind", "data", "at"),
    [
        ("text/turtle", b"<a:a> <a:b>\n 'x", (2, 2)),
        ("application/n-triples", b"<a:a> <b> 1 .", (1, 7)),
        ("application/rdf+xml", b"<a>", (None, None)),
        ("application/ld+json", b'{"@id": 1}', (None, None)),
    ],
)
def test_data_that_cannot_be_read_is_told_as_data(
    writer: FlaskClient, kind: str, data: bytes, at: tuple[int | None, int | None]
) -> None:
    answer = writer.put("/store?default", data=data, content_type=kind, headers=AUTH)
    error = (answer.json or {})["error"]
    assert (answer.status_code, error["code"]) == (400, "malformed-data")
    assert error["detail"] == {"line": at[0], "column": at[1]}
    assert "query" not in error["message"]


def test_an_update_that_cannot_be_read_is_told_as_a_query(writer: FlaskClient) -> None:
    kind = "application/sparql-update"
    answer = writer.post("/update", data="INSERT\nDATA", content_type=kind, headers=AUTH)
    error = (answer.json or {})["error"]
    assert (error["code"], error["detail"]["line"]) == ("malformed-query", 2)


def test_the_graphs_that_an_update_reads_can_be_chosen(writer: FlaskClient) -> None:
    update(writer, f"CLEAR ALL ; INSERT DATA {{ GRAPH <{G}> {{ <a:s> <a:p> 1 }} <a:s> <a:p> 2 }}")
    text = "INSERT { <a:t> <a:p> ?v } WHERE { <a:s> <a:p> ?v }"
    assert update(writer, text, **{"using-graph-uri": G}) == 204
    assert values(writer, "<a:t> <a:p> ?v") == ["1"]
    assert update(writer, f"WITH <{G}> {text}", **{"using-graph-uri": G}) == 400
    assert update(writer, "DELETE WHERE { <a:s> ?p ?o }", **{"using-graph-uri": G}) == 204


def test_graphs_go_in_and_out(writer: FlaskClient) -> None:
    at = {"graph": G}
    update(writer, "CLEAR ALL")
    turtle = "<a:s> <a:p> 1 ."
    put = writer.put(
        "/store", query_string=at, data=turtle, content_type="text/turtle", headers=AUTH
    )
    assert put.status_code == 201
    again = writer.post(
        "/store", query_string=at, data=gzip.compress(b'{"@id": "a:s", "a:p": 2}'),
        content_type="application/ld+json", headers={**AUTH, "Content-Encoding": "gzip"},
    )  # fmt: skip
    assert again.status_code == 204
    got = writer.get("/store", query_string=at, headers={"Accept": "application/n-triples"})
    assert len(got.data.splitlines()) == 2
    same = writer.get(
        "/store", query_string=at, headers={"Accept": "application/n-triples", "If-None-Match": got.headers["ETag"]},
    )  # fmt: skip
    assert same.status_code == 304
    assert writer.head("/store", query_string=at).status_code == 200
    assert writer.delete("/store", query_string=at, headers=AUTH).status_code == 204
    assert writer.delete("/store", query_string=at, headers=AUTH).status_code == 404
    assert writer.get("/store", query_string=at).status_code == 404
    new = writer.post("/store", data=turtle, content_type="text/turtle", headers=AUTH)
    assert new.status_code == 201
    path = new.headers["Location"].partition("/store")[2]
    assert b"a:s" in writer.get(f"/store{path}").data


@pytest.mark.parametrize(
    ("method", "path", "body", "kind", "status"),
    [
        ("POST", "/update", "INSERT DATA {", "application/sparql-update", 400),
        ("POST", "/update", "SELECT * {}", "application/sparql-update", 400),
        ("POST", "/update", "", "application/sparql-update", 400),
        ("POST", "/update", "DROP GRAPH <a:none>", "application/sparql-update", 409),
        ("POST", "/update", "LOAD <http://127.0.0.1:1/>", "application/sparql-update", 403),
        ("POST", "/update", "CLEAR ALL", "text/plain", 415),
        ("GET", "/update?update=CLEAR+ALL", "", "text/plain", 405),
        ("PUT", "/store", "<a:a> <a:b> 1 .", "text/turtle", 400),
        ("PUT", "/store?graph=no", "<a:a> <a:b> 1 .", "text/turtle", 400),
        ("PUT", "/store?default&graph=a:g", "<a:a> <a:b> 1 .", "text/turtle", 400),
        ("PUT", "/store?default", "<a:a> <a:b>", "text/turtle", 400),
        ("PUT", "/store?default", "a,b", "text/csv", 415),
        ("PATCH", "/store?default", "", "text/turtle", 405),
    ],
)
def test_wrong_writes_are_told_what_is_wrong(
    writer: FlaskClient, method: str, path: str, body: str, kind: str, status: int
) -> None:
    answer = writer.open(path, method=method, data=body, content_type=kind, headers=AUTH)
    assert answer.status_code == status, answer.data
    assert answer.json is not None
    assert answer.json["error"]["message"]


def test_only_the_token_lets_write(writer: FlaskClient, client: FlaskClient) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
        answer = writer.post("/update", data={"update": "CLEAR ALL"}, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert client.post("/update", data={"update": "CLEAR ALL"}, headers=AUTH).status_code == 403
    assert client.delete("/store?default", headers=AUTH).status_code == 403


def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    folder, token = tmp_path / "store", tmp_path / "token"
    token.write_text(TOKEN, "utf-8")
    serve = [sys.executable, "-m", "kg", "serve", "--store", str(folder), "--port", "0"]
    command = [*serve, "--update-token-file", str(token), "--workers", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        address = process.stdout.readline().strip()
        import urllib.request

        for number in range(3):
            text = f"INSERT DATA {{ <a:s> <a:p> {number} }}".encode()
            kind = {"Content-Type": "application/sparql-update", **AUTH}
            request = urllib.request.Request(f"{address}update", text, kind)
            with urllib.request.urlopen(request, timeout=30) as answer:
                assert answer.status == 204
        process.kill()
    app = create_app({"STORE": folder})
    assert values(app.test_client(), "<a:s> <a:p> ?v") == ["0", "1", "2"]
    app.extensions["engine"].close()
    assert len(open_dataset(folder).store) == 3


def test_a_writer_that_is_killed_changes_nothing(tmp_path: Path) -> None:
    make_empty(tmp_path / "s")
    process = WriterProcess(tmp_path / "s", Limits(), validate=False)
    process.publish(30)
    process.stop()
    assert len(open_dataset(tmp_path / "s").store) == 0


def test_a_line_cut_short_takes_no_later_one_with_it(tmp_path: Path) -> None:
    def change(version: str) -> Change:
        manifest = {"version": version, "graphs": []}
        return Change(version, "base", tmp_path / "base", manifest, b"", b"", b"", b"")

    append(tmp_path, change("1"))
    with (tmp_path / "journal-base.jsonl").open("ab") as file:
        file.write(b'{"version": "2", "mani')  # the writer was killed here
    append(tmp_path, change("3"))
    append(tmp_path, change("4"))
    assert [c.version for c in recorded(tmp_path, tmp_path / "base")] == ["1", "3", "4"]


def test_data_errors_refuse_a_write(store_folder: Path, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "store"
    shutil.copytree(store_folder, folder)
    app = create_app({"STORE": folder, "UPDATE_TOKEN": TOKEN, "VALIDATE_UPDATES": True})
    client = app.test_client()
    plan = "https://w3id.org/kehoach/doc/vn-73/ubnd/kh/2021/06"
    bad = f"DELETE {{ GRAPH <{plan}> {{ <{plan}> eli:id_local ?n }} }} WHERE {{ GRAPH <{plan}> {{ <{plan}> eli:id_local ?n }} }}"
    answer = client.post("/update", data={"update": bad}, headers=AUTH)
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "data-errors")
    assert values(client, f"<{plan}> eli:id_local ?v") == ["06/KH-UBND"]
    app.extensions["writes"].close()
    app.extensions["engine"].close()


@pytest.mark.parametrize("default_graph", ["union", pytest.param("plain", marks=pytest.mark.slow)])
def test_an_emptied_dataset_has_no_graphs(
    store_folder: Path, tmp_path: Path, default_graph: str
) -> None:
    """The graphs that a query does not see by default go with the others."""
    import shutil

    folder = tmp_path / "store"
    shutil.copytree(store_folder, folder)
    config = {"STORE": folder, "UPDATE_TOKEN": TOKEN, "DEFAULT_GRAPH": default_graph}
    app = create_app(config)
    client = app.test_client()
    names = {"query": "SELECT ?g { GRAPH ?g {} }", "format": "csv"}
    assert "graph/inferred" in client.get("/sparql", query_string=names).text
    assert update(client, "DROP ALL") == 204
    assert client.get("/sparql", query_string=names).text.split() == ["g"]
    app.extensions["writes"].close()
    app.extensions["engine"].close()


@pytest.mark.parametrize(
    ("text", "graphs"),
    [
        ("INSERT DATA { <a:a> <a:b> 1 }", set()),
        ("INSERT DATA { GRAPH <a:g> { <a:a> <a:b> 1 } }", {"a:g"}),
        ("DELETE { GRAPH <a:g> { ?s ?p 1 } } WHERE { GRAPH <a:h> { ?s ?p 1 } }", {"a:g", "a:h"}),
        ("INSERT DATA { GRAPH <g> { <a:a> <a:b> 1 } }", None),
        ("INSERT { GRAPH ?g { ?s ?p 2 } } WHERE { GRAPH ?g { ?s ?p 1 } }", None),
        ("INSERT DATA { GRAPH a:g { <a:a> <a:b> 1 } }", None),
        ("WITH <a:g> DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", None),
        ("CLEAR ALL", None),
        ("INSERT DATA { \\u0047RAPH <a:g> { <a:a> <a:b> 1 } }", None),
    ],
)
def test_the_graphs_an_update_can_change(text: str, graphs: set[str] | None) -> None:
    assert touched_graphs(text) == graphs


@pytest.mark.parametrize(
    "text",
    ["LOAD <a:b>", "load<a:b>", "LOAD SILENT <a:b> INTO GRAPH <a:c>", "CLEAR ALL;LOAD<a:b>", "LOADx:y",
     "INSERT DATA {<a:a> <a:b> 1}LOAD<a:b>", "L\\u004fAD <a:b>", "PREFIX x: <a:> LOAD x:y", "LOAD#\n<a:b>",
     "INSERT {} WHERE { SERVICE <a:b> {} }", "INSERT DATA { <a:a> <a:b> '''a' } ; LOAD <a:b> #\\a '''"],
)  # fmt: skip
def test_what_would_ask_others_is_refused(text: str) -> None:
    with pytest.raises(ForbiddenQuery):
        require_writable(text)


@pytest.mark.parametrize(
    "text",
    ["INSERT DATA { <a:load> <a:b> 'LOAD <a:b>' }", "INSERT { ?load ?p 1 } WHERE { ?load ?p 2 }",
     "PREFIX load: <a:> INSERT DATA { GRAPH load:x { <a:a> <a:b> 1 } }", "# LOAD <a:b>\nCLEAR ALL"],
)  # fmt: skip
def test_the_mere_word_is_no_load(text: str) -> None:
    require_writable(text)


def test_graphs_beside_the_update_stand_before_where() -> None:
    text = with_dataset("DELETE WHERE { ?s ?p { 1 } } ; INSERT {} WHERE {}", ["a:g"], ["a:h"])
    assert text.split() == [
        "DELETE",
        "{",
        "?s",
        "?p",
        "{",
        "1",
        "}",
        "}",
        "USING",
        "<a:g>",
        "USING",
        "NAMED",
        "<a:h>",
        "WHERE",
        "{",
        "?s",
        "?p",
        "{",
        "1",
        "}",
        "}",
        ";",
        "INSERT",
        "{}",
        "USING",
        "<a:g>",
        "USING",
        "NAMED",
        "<a:h>",
        "WHERE",
        "{}",
    ]
    with pytest.raises(QueryError):
        with_dataset("INSERT {} USING <a:g> WHERE {}", ["a:g"], [])


@pytest.mark.parametrize("content", [b"short", b"", b"\xff" * 30, b"has spaces in it somewhere"])
def test_a_token_that_is_no_token_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t").write_bytes(content)
    with pytest.raises(KgError):
        read_token(tmp_path / "t")


@pytest.mark.slow
def test_one_service_takes_writes_for_a_store(tmp_path: Path) -> None:
    """Another one would not know what this one has in its journal."""
    folder = tmp_path / "store"
    make_empty(folder)
    first = Served(folder)
    assert first.update("INSERT DATA { <a:n> <a:is> 1 }") == 204
    with pytest.raises(AssertionError, match="takes writes for this store already"):
        Served(folder)
    reader = Served(folder, may_write=False)
    assert reader.values("<a:n> <a:is> ?v") == ["1"]
    assert first.update("INSERT DATA { <a:n> <a:is> 2 }") == 204
    # What writes for one that was killed may still be at it.
    (writer,) = children(first.process.pid, "kg.api.writer")
    os.kill(writer, signal.SIGSTOP)
    first.kill()
    with pytest.raises(AssertionError, match="takes writes for this store already"):
        Served(folder)
    os.kill(writer, signal.SIGKILL)
    second = Served(folder)
    assert second.update("INSERT DATA { <a:n> <a:is> 3 }") == 204
    assert sorted(second.values("<a:n> <a:is> ?v")) == ["1", "2", "3"]
    assert second.stop() == 0
    assert reader.stop() == 0
