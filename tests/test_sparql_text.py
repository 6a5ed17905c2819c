"""What a query text asks for is told by its tokens, in every disguise."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from kg.errors import QueryError
from kg.sparql import read_query, tokens


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }",
        "select * { service<http://x.example/>{ ?s ?p ?o } }",
        "SELECT * { sErViCe SILENT ?e { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE ?e { ?a ?b ?c } } }",
        "SELECT * { \\u0053ERVICE <http://x.example/> { ?s ?p ?o } }",
        'SELECT * { # "\n SERVICE <http://x.example/> { ?s ?p ?o } }',
        "SELECT * { ?s ?p '\\'' . SERVICE ?e {} }",
        'SELECT * { ?s ?p """a"b""" . SERVICE ?e {} }',
        "SELECT * { ?s <http://x.example/#a> ?o . SERVICE ?e {} }",
        "SELECT * { FILTER(?a<?b) SERVICE ?e { FILTER(?c>?d) } }",
        # The engine has no lexer: a keyword needs no space around it.
        "SELECT * { SERVICE:x { ?s ?p ?o } }",
        "SELECT * { SERVICEx:y { ?s ?p ?o } }",
        "SELECT * { SERVICESILENT:y#\n{ ?s ?p ?o } }",
        "SELECT * { SERVICESILENT<http://x.example/>{ ?s ?p ?o } }",
        "SELECT * { ?s ?p trueSERVICE?e{ ?s ?p ?o } }",
        "SELECT * { ?s ?p true.SERVICE:x{ ?s ?p ?o } }",
        "SELECT * { ?s ?p 1SERVICE?e{ ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o #GRAPH\nSERVICE:x{ ?s ?p ?o } }",
        "SELECT * { ?s ?p ?GRAPH SERVICE:x{ ?s ?p ?o } }",
        # «<» is "less than", whatever follows.
        "SELECT * { FILTER(1<2&&?c!='>')SERVICE<http://x.example/>{?s ?p ?o}FILTER('x'='x') }",
        "SELECT * { FILTER(1<2)SERVICE:x#>\n{ ?s ?p ?o } }",
        'SELECT * { FILTER(1<2)#>"""\nSERVICE <http://x.example/> { ?s ?p ?o } #"""\n}',
        # A long string with a wrong escape is two short ones; an escaped quote ends nothing.
        "SELECT * { VALUES ?k {'''a'} SERVICE y:\\#a {} BIND('''\"''' AS ?z) }",
        "SELECT * { BIND('\\u0027' AS ?x) SERVICE ?e { ?s ?p ?o } BIND('\\u0027' AS ?y) }",
        "SELECT * { SERVICE <http\\u003a//x.example/> { ?s ?p ?o } }",
    ],
)
def test_service_is_seen(text: str) -> None:
    assert read_query(text).has_service


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service ?p ?o }",
        "SELECT * { ?s ex:service ?o }",
        "SELECT * { ?s :SERVICE ?o }",
        "SELECT * { ?s <http://x.example/SERVICE> ?o }",
        "SELECT * { ?s ?p 'SERVICE <http://x.example/>' }",
        "SELECT * { ?s ?p '''a ' SERVICE ?e {} ''' }",
        'SELECT * { ?s ?p "\\" SERVICE ?e {}" }',
        "SELECT * { ?s ?p ?o } # SERVICE ?e {}",
        'SELECT * { _:SERVICE ?p "x"@service }',
        "SELECT ?service ?x { ?service ?p ?x }",
        "PREFIX service: <http://x.example/service#> SELECT * { service:x service:service ?o }",
        "SELECT * FROM service:g FROM NAMED service:h { GRAPH service:h { ?s ?p ?o } }",
        "SELECT * { ?s a <http://www.w3.org/ns/sparql-service-description#Service> . { ?a ?b ?c } }",
        "BASE <http://x.example/> SELECT * { ?s <service> <a)service>, <#service> }",
        "SELECT ?di\u0323chservice ?x { ?s ?p ?x }",
    ],
)
def test_the_mere_word_is_no_service(text: str) -> None:
    assert not read_query(text).has_service


@pytest.mark.parametrize(
    ("text", "form", "is_update", "has_from"),
    [
        ("SELECT * FROM <a:b> { ?s ?p ?o }", "SELECT", False, True),
        ("SELECT * FROM NAMED <a:b> { ?s ?p ?o }", "SELECT", False, True),
        ("SELECT ?from { ?from ex:from 'FROM' }", "SELECT", False, False),
        ("SELECT(1 AS ?x)FROM:g{}", "SELECT", False, True),
        ("SELECT*FROMNAMED:g{}", "SELECT", False, True),
        ("PREFIX from: <b:c> ASK { ?s from:x ?o }", "ASK", False, False),
        ("PREFIX insert: <http://insert/> ASK { ?s insert:load ?o }", "ASK", False, False),
        ("PREFIX a: <b:c>\nINSERT DATA { a:a a:a a:a }", "INSERT", True, False),
        ("# SELECT\nLOAD <http://x.example/>", "LOAD", True, False),
        ("DELETE WHERE { ?s ?p ?o }", "DELETE", True, False),
        ("DESCRIBE <a:b>", "DESCRIBE", False, False),
        ("", None, False, False),
        ("nonsense", None, False, False),
    ],
)
def test_forms(text: str, form: str | None, is_update: bool, has_from: bool) -> None:
    asked = read_query(text)
    assert (asked.form, asked.is_update, asked.has_from) == (form, is_update, has_from)


@pytest.mark.parametrize(
    "text", ['SELECT * { ?s ?p "a\\"b" ; ex:a.b <c> . } #x', "\x00\ud7ff'unclosed", "<<<>>>"]
)
def test_the_tokens_put_together_are_the_text(text: str) -> None:
    assert "".join(token for _, token in tokens(text)) == text


def test_depth_does_not_matter() -> None:
    assert read_query("SELECT * " + "{" * 100_000 + "SERVICE").has_service


@pytest.mark.parametrize(
    "unit", ['\\"', '"', "a.", "é", "<#a>", "'''\\'", "a-", "_:a.", "<'>", "#<", "\\u0027"]
)
def test_reading_is_linear(unit: str) -> None:
    text = 'service "' + unit * (500_000 // len(unit))
    start = time.perf_counter()
    with contextlib.suppress(QueryError):
        read_query(text)
    assert time.perf_counter() - start < 10  # the square of it would take hours


@pytest.fixture
def listener() -> Iterator[tuple[int, list[int]]]:
    """A port, and how often somebody came."""
    calls: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def count() -> None:
            with contextlib.suppress(OSError):
                while True:
                    visitor, _ = server.accept()
                    calls.append(1)
                    visitor.close()

        thread = threading.Thread(target=count, daemon=True)
        thread.start()
        yield server.getsockname()[1], calls
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


BEFORE = [
    "", "?a ?b ?c ", "?a ?b ?c FILTER(1<2)", "FILTER(1<2&&'a'!='>')", "FILTER(1<2)#>'''\n", 'FILTER(1<2)#>"""\n',
    "BIND('\\u0027' AS ?k)", "BIND('''a''' AS ?k)", "BIND(''''a''' AS ?k)", "VALUES ?k{'''a'}", "VALUES ?k{true}",
    "VALUES ?k{'''\\ud800'}", "#'\n", '#"\r', "BIND(<x:y#'> AS ?m)", "BIND(x:\\'y AS ?n)", "BIND(x:\\#y AS ?n)",
    "?a ?b true", "?a ?b 1", "GRAPH x:y{}", "BIND(1<-2 AS ?u)", "OPTIONAL{}", "?a?b?c;",
]  # fmt: skip
KEYWORD = [
    "SERVICE", "service", "SERVICE SILENT", "SERVICESILENT", "SERVICE#>'\n", "trueSERVICE", "1SERVICE", "GRAPH SERVICE",
    "?xSERVICE", "@enSERVICE", "'SERVICE", "#SERVICE", "#GRAPH\nSERVICE", "x:SERVICE", "\\u0053ERVICE",
]  # fmt: skip
AFTER = [
    "",
    "FILTER(2>1)",
    "FILTER('x'='x')",
    "BIND('\\u0027' AS ?z9)",
    "#'''",
    '#"""',
    "BIND('''\"''' AS ?z7)",
]


@pytest.mark.slow
def test_what_is_not_seen_does_not_reach_the_network(listener: tuple[int, list[int]]) -> None:
    """Texts put together at random: the engine itself is the judge."""
    port, calls = listener
    here = f"http://127.0.0.1:{port}/"
    prefixes = dict.fromkeys(("", "x", "y", "SERVICE", "silent"), here)
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("a:a"), ox.NamedNode("a:b"), ox.Literal("x")))
    target = [f"<{here}>", ":", ":x", "x:y", "SERVICE:", "silent:x", "y:\\'", "y:\\#a", " ?e"]
    chance = random.Random(7)
    ran = 0
    for _ in range(20_000):
        text = "".join(
            (
                chance.choice(["SELECT*{", "ASK{", "SELECT(1<2AS?c0){"]),
                *chance.choices(BEFORE, k=chance.randint(0, 3)),
                chance.choice(KEYWORD),
                chance.choice(["", " ", "#'\n"]),
                chance.choice(target),
                chance.choice(["", "#>\n"]),
                "{?s?p?o}",
                *chance.choices(AFTER, k=2),
                "\n}",
            )
        )
        with contextlib.suppress(SyntaxError, QueryError, OSError, RuntimeError):
            if not read_query(text).has_service:
                answer = store.query(text, prefixes=prefixes)
                ran += 1
                if isinstance(answer, ox.QuerySolutions):
                    list(answer)
        assert not calls, text
    assert ran > 50
