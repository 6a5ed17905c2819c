"""What is answered before the framework is what the framework would have answered."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import threading
import time
from pathlib import Path
from urllib.parse import parse_qsl, quote
from wsgiref.types import WSGIApplication

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kg.api import create_app
from kg.api.cache import _CHANGING, is_lasting
from kg.api.holder import Order, load
from kg.api.limits import Limits
from kg.api.reading import RequestError, values_of
from kg.api.wire import Gone, receive, send
from kg.api.worker import work
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

from kg.sparql import _LETTERS, _NOTABLE
from kg.store import Dataset, current_version

TASKS = "SELECT ?t { ?t a kh:Task } ORDER BY ?t LIMIT 3"
REQUESTS = [
    (f"query={quote(TASKS)}", "*/*", "localhost"),
    (f"query={quote(TASKS)}&format=csv", None, "localhost:8000"),
    (f"query={quote('SELECT (<x> AS ?y) {}')}", None, "plans.example:8080"),
    (f"query={quote('SELECT (<x> AS ?y) {}')}", None, "[::1]:8000"),
    (f"query={quote('SELECT (<x> AS ?y) {}')}", None, "localhost:80"),
    (f"query={quote('CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 1')}", "text/turtle", "a"),
    (f"query={quote('ASK {}')}&default-graph-uri=http://nowhere/", "application/json", "a"),
    (f"query={quote('SELECT (DATATYPE(NOW()) AS ?now) {}')}&format=tsv&x=1", None, "a"),
    ("query=ASK%7B%7D&query=ASK%7B%7D", None, "a"),
    ("query=%ff", None, "a"),
    ("query=ASK%7B", None, "a"),
    ("query=ASK%7B%7D&update=x", None, "a"),
    ("query=ASK%7B%7D&page=1", "text/html", "a"),
    ("query=ASK%7B%7D&format=no", None, "a"),
    ("query=ASK%7B%7D", "image/png", "a"),
    (f"query={quote('INSERT DATA { <a> <b> <c> }')}", None, "a"),
    (f"query={quote('SELECT * { SERVICE <http://a/> {} }')}", None, "a"),
    ("query=", None, "a"),
]


@pytest.mark.parametrize(("query_string", "accept", "host"), REQUESTS)
def test_the_same_answer(
    client: FlaskClient, query_string: str, accept: str | None, host: str
) -> None:
    """Status, headers and body, byte by byte, but for the Date."""
    app = client.application

    def ask(way: Client) -> tuple[str, list[tuple[str, str]], bytes]:
        builder = EnvironBuilder("/sparql", headers=[("Accept", accept)] if accept else None)
        environ = builder.get_environ()
        environ |= {"QUERY_STRING": query_string, "HTTP_HOST": host}
        response = way.open(environ)
        told = sorted((k, v) for k, v in response.headers if k != "Date")
        return response.status, told, response.data

    direct = Client(app.wsgi_app, Response)
    framework = Client(lambda environ, start: Flask.wsgi_app(app, environ, start), Response)
    expected = ask(framework)
    assert ask(direct) == expected
    assert ask(direct) == expected  # kept by now, where it may be


FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
POSTS = [
    (FORM, f"query={quote(TASKS)}&format=csv", ""),
    (FORM, f"query={quote(TASKS)}", "format=csv"),
    (FORM, "query=ASK%7B%7D", "query=ASK%7B%7D"),
    (FORM, "query=ASK%7B%7D&update=x", ""),
    (FORM, "", ""),
    (f"{FORM}; charset=utf-8", "query=ASK%7B%7D", ""),
    (DIRECT, TASKS, "format=csv"),
    (DIRECT, "ASK {}", "default-graph-uri=http://nowhere/"),
    (DIRECT, "ASK {}", "query=ASK%7B%7D"),
    (DIRECT, "ASK {}", "update=x"),
    (DIRECT, "", ""),
    (DIRECT, "ASK {", ""),
    (DIRECT, "SELECT (<x> AS ?y) {}", ""),
    ("application/sparql-update", "CLEAR ALL", ""),
    ("text/plain", "ASK {}", ""),
]


@pytest.mark.parametrize(("kind", "body", "query_string"), POSTS)
def test_the_same_answer_to_a_post(
    client: FlaskClient, kind: str, body: str, query_string: str
) -> None:
    app = client.application

    def ask(way: WSGIApplication) -> tuple[str, list[tuple[str, str]], bytes]:
        builder = EnvironBuilder(
            "/sparql",
            method="POST",
            data=body.encode(),
            content_type=kind,
            query_string=query_string,
        )
        parts, status, headers = run_wsgi_app(way, builder.get_environ(), buffered=True)
        told = sorted((k, v) for k, v in headers if k != "Date")
        return status, told, b"".join(parts)

    expected = ask(lambda environ, start: Flask.wsgi_app(app, environ, start))
    assert ask(app.wsgi_app) == expected
    assert ask(app.wsgi_app) == expected  # kept by now, where it may be


def test_parameters_are_read_as_the_standard_library_does() -> None:
    """Whatever is in them: half escapes, signs that have a meaning elsewhere, bytes that are no text."""
    chance = random.Random(7)
    pieces = [
        *"ab%=&+; \r\n\0\x7f\u00e9_4",
        "%41",
        "%C3%A9",
        "%ff",
        "%%",
        "%3D",
        "%26",
        "==",
        "%0A",
    ]
    for _ in range(20_000):
        raw = "".join(chance.choices(pieces, k=chance.randint(0, 9))).encode()
        expected: dict[str, list[str]] | None = {}
        try:
            for name, value in parse_qsl(raw.decode(), keep_blank_values=True, errors="strict"):
                assert expected is not None
                expected.setdefault(name, []).append(value)
        except UnicodeDecodeError:
            expected = None
        try:
            found: dict[str, list[str]] | None = values_of(raw)
        except RequestError:
            found = None
        assert found == expected, raw


def test_a_kept_answer_is_for_the_address_that_was_asked(store_folder: Path) -> None:
    client = create_app({"STORE": store_folder}).test_client()
    path = "/sparql?format=csv&query=" + quote("SELECT (<x> AS ?y) {}")
    for host in ("one.example", "two.example", "one.example"):
        answer = client.get(path, headers={"Host": host})
        assert f"http://{host}/x" in answer.text


@pytest.mark.parametrize("word", [*_LETTERS, "now(", "RAND (", "uuid()", "bnode(", "\\U0041"])
def test_the_quick_look_passes_over_nothing(word: str) -> None:
    """Whatever the expression finds, the letters alone find too."""
    for text in (word, word.upper(), word.title(), f"\u0130{word}", f"SELECT * {{ }}#{word} "):
        assert not _NOTABLE.search(text) or any(w in text.lower() for w in _LETTERS)
        assert is_lasting(text) == (_CHANGING.search(text) is None)


def test_a_worker_that_cannot_leave_the_network_opens_nothing(store_folder: Path) -> None:
    """Where the system has no namespace without a network, a worker still answers, and has no way out."""
    near, far = socket.socketpair()
    dataset = load(Order(current_version(store_folder), False, True, Limits()))
    pid = os.fork()
    if pid == 0:
        near.close()
        work(far, dataset, Limits(), has_doors=True)
    far.close()
    try:
        for job, expected in (
            (_counted, dataset.quads),
            (_opened, False),
            (_counted, dataset.quads),
        ):
            send(near, (job, ()))
            reply, _ = receive(near)
            assert (reply.broken, reply.value) == (None, expected)
    finally:
        near.close()
        os.waitpid(pid, 0)


def _counted(dataset: Dataset) -> int:
    return dataset.quads


def _opened(_dataset: Dataset) -> bool:
    try:
        socket.socket().close()
    except OSError:
        return False
    return True


def test_messages_of_every_size_come_whole() -> None:
    near, far = socket.socketpair()
    with near, far:
        near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        for size in (0, 1, 60_000, 131_072, 150_000):
            send(near, ("about", size), b"x" * size)
            send(near, None)
            assert receive(far) == (("about", size), b"x" * size)
            assert receive(far) == (None, b"")
        near.close()
        with pytest.raises(Gone):
            receive(far)


def test_a_large_message_comes_whole_or_not_at_all() -> None:
    near, far = socket.socketpair()
    body = os.urandom(3 << 20)
    with near, far:
        sender = threading.Thread(target=send, args=(near, "about", body))
        sender.start()
        assert receive(far) == ("about", body)
        sender.join()
        near.setblocking(False)
        with contextlib.suppress(Gone):
            send(near, "about", body)  # of which only a part goes out
        with pytest.raises(TimeoutError):
            receive(far, time.monotonic() + 0.05)
