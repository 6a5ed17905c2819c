"""What is sent to another engine is what was looked at here, however that engine reads comments and line ends."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ForbiddenQuery
from kg.remote.prologue import one_way, standing_alone
from kg.remote.services import find_services
from kg.sparql import tokens

HIDDEN = "#\rSELECT * { ?s ?p '''\nINSERT DATA { <urn:forged> <urn:p> 1 } #''' }"
PIECES = ["#", "\r", "\n", "'", '"', "'''", '"""', "\\", "<a:b#c>", "<", ">", "?x", "a:b", " ", "{", "}", "SELECT"]  # fmt: skip


def until_line_feed(text: str) -> str:
    """*text* without what an engine skips for which only a line feed ends a comment."""
    return "\n".join(line.partition("#")[0] for line in text.split("\n"))


def test_a_comment_hides_nothing_from_an_engine_that_ends_it_elsewhere() -> None:
    assert "INSERT" in until_line_feed(HIDDEN)
    sent = standing_alone(HIDDEN, None)
    assert "#" not in sent.partition("'''")[0]
    assert "\r" not in sent
    assert until_line_feed(sent).startswith(" \nSELECT * { ?s ?p '''")


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("SELECT#a\r\n* {}", "SELECT \n* {}"),
        ("ASK {} # the end", "ASK {}  "),
        ("ASK { ?s ?p '''a\rb#c''' }", "ASK { ?s ?p '''a\\rb#c''' }"),
        ("ASK { <http://a/#b> ?p '#' }", "ASK { <http://a/#b> ?p '#' }"),
        ("ASK\r{\r\n}", "ASK\n{\n}"),
    ],
)
def test_what_is_sent(text: str, sent: str) -> None:
    assert one_way(text) == sent
    assert ox.Store().query(sent) is not None


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_no_carriage_return_and_no_comment_is_ever_sent(text: str) -> None:
    sent = one_way(text)
    assert "\r" not in sent
    significant = [t for k, t in tokens(text) if k not in ("space", "comment")]
    if not any("\r" in token for token in significant):
        assert [t for k, t in tokens(sent) if k != "space"] == significant


@pytest.mark.parametrize("where", ["PREFIX x: <{}> SELECT * {{ SERVICE <http://a.vn/> {{ ?s x:p ?o }} }}", "SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }}"])  # fmt: skip
def test_an_escape_ends_no_iri(where: str) -> None:
    with pytest.raises(ForbiddenQuery, match="is no IRI"):
        find_services(where.format(r"http://a.vn/\u003E"))


def test_comments_do_not_reach_the_endpoint_of_a_service() -> None:
    (found,) = find_services("SELECT * { SERVICE <http://a.vn/> { ?s ?p ?o #\r } #\n } }")
    assert "#" not in found.query
    assert "\r" not in found.query
