"""Search over HTTP, and the index of a store that is written to."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from kg.api import create_app
from kg.api.limits import Limits

from kg.names import BASE
from kg.search.index import FILE
from kg.store import current_version, make_empty

TOKEN = "correct-horse-battery-staple"
AUTH = {"Authorization": f"Bearer {TOKEN}"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def ask(client: FlaskClient, path: str = "/search", **parameters: str) -> dict[str, Any]:
    answer = client.get(path, query_string=parameters)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json is not None
    return dict(answer.json)


def test_groups_with_links(client: FlaskClient) -> None:
    found = ask(client, q="so khcn")
    assert found["best"]["href"] == "/agency/vn-73/so-khoa-hoc-va-cong-nghe"
    assert found["best"] == found["groups"][0]["hits"][0]
    assert [g["kind"] for g in found["groups"]] == ["agency", "type", "clause"]
    assert found["groups"][0]["label"] == "Cơ quan, tổ chức"
    clause = found["groups"][-1]["hits"][0]
    assert clause["plan"]["number"] == "06/KH-UBND"
    assert clause["clause"]["citation"] == "điểm a, khoản 3, Mục II, 06/KH-UBND"
    (start, end), *_ = clause["snippet"]["marks"]
    assert clause["snippet"]["text"][start:end] == "Sở Khoa học và Công nghệ"
    for group in found["groups"]:
        for hit in group["hits"]:
            assert client.get(hit["href"], headers={"Accept": "text/turtle"}).status_code == 303
    english = ask(client, q="so khcn", lang="en")
    assert english["groups"][0]["label"] == "Agencies"


def test_questions_lead_to_their_forms(client: FlaskClient) -> None:
    best = ask(client, q="cơ quan nào phối hợp")["best"]
    assert best["kind"] == "question"
    assert client.get(best["href"]).status_code == 200


def test_suggestions(client: FlaskClient) -> None:
    found = ask(client, "/search/suggest", q="so c", limit="3")
    assert len(found["suggestions"]) == 3
    assert found["suggestions"][0]["label"] == "Sở Công Thương tỉnh Hậu Giang"
    assert ask(client, "/search/suggest")["suggestions"] == []


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "what to search for"),
        ("q=", "what to search for"),
        ("q=%20%09", "what to search for"),
        ("q=a&q=b", "exactly one"),
        ("q=a&kind=zz", "«kind» cannot be «zz»"),
        ("q=a&page=2", "add kind"),
        ("q=a&kind=task&page=0", "from 1 to"),
        ("q=a&kind=task&page=%C2%B2", "from 1 to"),
        ("q=a&kind=task&page=999999999999", "from 1 to"),
        ("q=" + "a" * 201, "at most 200"),
        ("q=" + "a+" * 10_000, "at most"),
        ("q=a%00", "control character"),
        ("q=%ff", "not UTF-8"),
        ("q=%ED%A0%80", "not UTF-8"),
    ],
)
def test_what_is_wrong_is_told(client: FlaskClient, query: str, says: str) -> None:
    answer = client.get(f"/search?{query}")
    assert answer.status_code == 400
    assert says in json.loads(answer.data)["error"]["message"]


def test_an_update_is_found_when_its_index_is_made(tmp_path: Path) -> None:
    make_empty(tmp_path)
    app = create_app({"STORE": tmp_path, "UPDATE_TOKEN": TOKEN, "LIMITS": Limits(workers=2)})
    client: FlaskClient = app.test_client()
    try:
        assert ask(client, q="sở lạ")["best"] is None
        text = f"""INSERT DATA {{ GRAPH <{BASE}g> {{ <{BASE}agency/x> a kh:Agency ;
            rdfs:label "Sở Lạ"@vi , "Strange"@en }} }}"""
        written = client.post(
            "/update", data=text, content_type="application/sparql-update", headers=AUTH
        )
        assert written.status_code in (200, 204)
        found = until(lambda: ask(client, q="so la"), lambda found: found["best"] is not None)
        assert found["best"]["iri"] == f"{BASE}agency/x"
        place = current_version(tmp_path)
        assert found["version"] == place.name
        assert (place / FILE).exists()
    finally:
        app.extensions["searcher"].close()
        app.extensions["writes"].close()
        app.extensions["engine"].close()


def until(
    ask_again: Callable[[], dict[str, Any]], is_so: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """What is answered when it is so; after a minute, whatever is answered."""
    end = time.monotonic() + 60
    while not is_so(found := ask_again()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def test_an_index_that_is_lost_or_spoilt_is_made_again(tmp_path: Path) -> None:
    make_empty(tmp_path)
    file = current_version(tmp_path) / FILE
    for spoil in (file.unlink, lambda: file.write_bytes(b"no database")):
        spoil()
        app = create_app({"STORE": tmp_path})
        client: FlaskClient = app.test_client()
        try:
            assert ask(client, q="xyzzyq")["groups"] == []
            assert file.stat().st_size > 1000
        finally:
            app.extensions["searcher"].close()
            app.extensions["engine"].close()


def test_without_a_store(tmp_path: Path) -> None:
    client: FlaskClient = create_app({"STORE": tmp_path / "none"}).test_client()
    assert client.get("/search?q=a").status_code == 503
