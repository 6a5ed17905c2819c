"""What a query text asks for is told by its tokens, in every disguise."""

from __future__ import annotations

import pytest

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
