"""The network over HTTP."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import networkx as nx
import pytest
from flask.testing import FlaskClient
from kg.api import create_app, networkjobs
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from kg.names import BASE, KH
from kg.pipeline import build
from kg.store import publish

from ..conftest import PLAN
from ..networks import made_up_corpus


@pytest.mark.parametrize(
    ("path", "media_type", "begins"),
    [
        ("/network.json", "application/json", b'{"directed": true'),
        ("/network.json?shape=drawing&as=expanded", "application/json", b'{"nodes":{"id":['),
        ("/network.graphml?plan=06/KH-UBND", "application/graphml+xml", b"<"),
        ("/network.gexf?projection=leads", "application/gexf+xml", b"<"),
        ("/network.csv?theme=innovation", "text/csv", b"source,target,"),
        ("/network.csv?table=nodes&bom=1", "text/csv", b"\xef\xbb\xbfid,label,"),
        ("/network.csv?table=measures&lang=en", "text/csv", b"label,kind,tasks_led"),
        ("/network.csv?table=matrix&lang=en", "text/csv", b"Agency,II.1.a.[1],"),
        ("/network.svg?period=2021-2025", "image/svg+xml", b"<?xml"),
        ("/network.png?width=300", "image/png", b"\x89PNG"),
    ],
)
def test_the_network_is_to_be_had(
    client: FlaskClient, path: str, media_type: str, begins: bytes
) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == media_type
    assert answer.data.startswith(begins)
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(path).data == answer.data


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("plan=99/KH", 404),
        ("theme=nothing", 404),
        ("plan=http://x.test/%3E", 400),
        ("period=soon", 400),
        ("as=both", 400),
        ("projection=three-mode", 400),
        ("shape=round", 400),
        ("colour=red", 400),
    ],
)
def test_a_wrong_address_is_told(client: FlaskClient, query: str, status: int) -> None:
    answer = client.get("/network.json?" + query)
    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["error"]["message"]


def test_a_plan_may_be_given_by_the_path_of_its_page(client: FlaskClient) -> None:
    path = "/doc/vn-73/ubnd/kh/2021/06"
    whole = client.get(f"/network.json?plan=https://w3id.org/kehoach{path}")
    short = client.get(f"/network.json?plan={path}")
    assert (short.status_code, short.data) == (200, whole.data)
    page = client.get(f"/network?plan={path}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert client.get("/network.json?plan=/doc/none").status_code == 404


@pytest.mark.parametrize("width", ["0", "7000", "x", "-5", "99999999999"])
def test_a_picture_has_bounds(client: FlaskClient, width: str) -> None:
    assert client.get(f"/network.png?width={width}").status_code == 400


def test_the_archive_has_all_tables(client: FlaskClient) -> None:
    archive = zipfile.ZipFile(io.BytesIO(client.get("/network.zip").data))
    assert sorted(archive.namelist()) == ["edges.csv", "matrix.csv", "measures.csv", "nodes.csv"]
    assert len(archive.read("edges.csv").splitlines()) == 132


def test_what_a_page_says(client: FlaskClient) -> None:
    engine = client.application.extensions["engine"]
    page = engine.call(networkjobs.page, networkjobs.Asked(plan="06/KH-UBND", lang="en"))
    assert page["counts"] == {
        "nodes": 56, "edges": 131, "agencies": 20, "tasks": 36, "assignments": 131,
    }  # fmt: skip
    assert page["coverage"]["without_coordinator"] == 10
    rows = page["matrix"]["rows"]
    assert (len(rows), len(rows[0])) == (20, 36)
    assert all(row["href"].startswith(("/agency/", "/group/")) for row in page["measures"])
    assert {m["name"] for m in page["explained"]} >= {"degree", "betweenness", "coverage"}
    json.dumps(page)


@pytest.mark.slow
def test_several_plans_are_told_in_a_table_first_and_counted_apart(tmp_path: Path) -> None:
    local = (
        f"<{BASE}doc/p0/ubnd/kh/2021/0> <{KH}appliesInUnit> <{BASE}unit/vn-73> <{BASE}doc/p0> .\n"
        f'<{BASE}unit/vn-73> <http://www.w3.org/2000/01/rdf-schema#label> "Tỉnh X"@vi <{BASE}doc/p0> .\n'
    )
    publish([*made_up_corpus(12, 46), local.encode()], tmp_path / "store", {"plans": []})
    client = create_app({"STORE": tmp_path / "store"}).test_client()
    page = HTMLParser(client.get("/network.html?lang=vi").text)
    graph, table = page.css_first("#graph"), page.css_first("#tables table")
    assert graph is not None
    assert table is not None
    assert graph.attributes["data-first"] == "table"
    assert len(table.css("tbody tr")) == 40
    assert len(table.css("thead th")) == 13
    assert "chỉ vẽ những cơ quan có nhiều nhiệm vụ nhất" in graph.text()
    home = HTMLParser(client.get("/?lang=en").text)
    counts = [item.text() for item in home.css(".counts li")][:2]
    assert counts == ["1 plan", "11 documents of no one province"]
    heads = [head.text() for head in home.css("table.plans thead th")]
    assert "Province or issuer" in heads
    assert "Province" not in heads


def test_one_plan_is_headed_by_its_province(client: FlaskClient) -> None:
    home = client.get("/?lang=en").text
    assert "of no one province" not in home
    assert "Province or issuer" not in home


def test_a_change_is_seen_in_the_network(tmp_path: Path) -> None:
    build([PLAN], tmp_path / "store")
    app = create_app({"STORE": tmp_path / "store", "UPDATE_TOKEN": "t" * 20})
    client = app.test_client()
    before = client.get("/network.json")
    update = """
        PREFIX kh: <https://w3id.org/kehoach/ont#>
        INSERT { GRAPH <http://x.test/g> { ?task kh:hasAssignment <http://x.test/as> .
            <http://x.test/as> kh:assignedTo <http://x.test/agent> ;
                kh:assignmentRole <https://w3id.org/kehoach/voc/role/monitor> } }
        WHERE { GRAPH ?g { ?task kh:taskPath "II.7.b" } }"""
    done = client.post(
        "/update", data={"update": update}, headers={"Authorization": "Bearer " + "t" * 20}
    )
    assert done.status_code in (200, 204)
    after = client.get("/network.json")
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.json is not None
    graph = nx.node_link_graph(after.json, edges="edges")
    assert graph.number_of_edges() == 132
    assert graph.nodes["http://x.test/agent"]["label"] == "http://x.test/agent"
    app.extensions["engine"].close()
