"""Another server, asked: what it may do wrong is told, in time, and reaches nobody else."""

from __future__ import annotations

import json
import pickle
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.errors import KgError
from kg.remote import content
from kg.remote.dataset import RemoteDataset
from kg.remote.endpoint import Access, Endpoint, read_secret
from kg.remote.errors import (
    RemoteBusy,
    RemoteError,
    RemoteGone,
    RemoteNonsense,
    RemoteSlow,
    RemoteTooLarge,
)
from kg.remote.question import Question

from .badserver import GOOD, Bad, bad_server
from .engines import free_port

ASK = Question("SELECT * {}")


@pytest.fixture
def bad() -> Iterator[Bad]:
    with bad_server() as server:
        yield server


def ask(url: str, seconds: float = 1.0, most: int = 1 << 20) -> bytes:
    return Endpoint(url).ask(ASK, time.monotonic() + seconds, most)[1]


def test_a_good_answer_comes_as_it_is_and_the_connection_is_used_again(bad: Bad) -> None:
    endpoint = Endpoint(bad.url)
    for _ in range(3):
        kind, body = endpoint.ask(ASK, time.monotonic() + 5)
        assert (kind, body) == ("application/sparql-results+json", GOOD)
    assert bad.seen == 3


@pytest.mark.parametrize(
    ("behaviour", "kind", "says"),
    [
        ("hangs", RemoteSlow, "within"),
        ("drips", RemoteSlow, "within"),
        ("dripsheaders", RemoteSlow, "within"),
        ("html", RemoteNonsense, "an HTML page"),
        ("short", RemoteNonsense, "cut"),
        ("status 500", RemoteNonsense, "500: no, not now"),
        ("status 404", RemoteNonsense, "404"),
        ("status 401", RemoteNonsense, "--remote-user"),
        ("status 400", KgError, "does not run this: no, not now"),
        ("status 503 7", RemoteBusy, "again in 7 seconds"),
        ("status 429 86400", RemoteBusy, "again in 86400 seconds"),
        ("endless", RemoteTooLarge, "more than 1,048,576 bytes"),
        ("garbage", RemoteNonsense, "not HTTP"),
        ("closes", RemoteGone, "broke"),
    ],
)
def test_what_is_wrong_is_told_in_time(
    bad: Bad, behaviour: str, kind: type[KgError], says: str
) -> None:
    bad.behaviour = behaviour
    began = time.monotonic()
    with pytest.raises(kind, match=says) as told:
        ask(bad.url)
    assert time.monotonic() - began < 1 + 3
    assert "\n" not in str(told.value)
    assert str(pickle.loads(pickle.dumps(told.value))) == str(told.value)  # workers are told too


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(bad: Bad, status: int) -> None:
    with bad_server() as other:
        bad.elsewhere = other.url
        bad.behaviour = f"redirect {status}"
        with pytest.raises(RemoteNonsense, match="not followed"):
            ask(bad.url)
        assert (bad.seen, other.seen) == (1, 0)


def test_who_is_busy_is_asked_again_when_it_says(bad: Bad) -> None:
    bad.behaviour = "status 429 1"
    began = time.monotonic()
    with pytest.raises(RemoteBusy) as told:
        ask(bad.url, 2.5)
    assert bad.seen >= 2
    assert time.monotonic() - began >= 1
    assert told.value.retry_after == 1


def test_nobody_there() -> None:
    with pytest.raises(RemoteGone, match=r"not to be reached|broke"):
        ask(f"http://127.0.0.1:{free_port()}/sparql")


def test_who_takes_the_connection_and_says_nothing() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        began = time.monotonic()
        with pytest.raises(RemoteSlow):
            ask(f"http://127.0.0.1:{silent.getsockname()[1]}/", 0.5)
        assert time.monotonic() - began < 3.5


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "file:///etc/passwd",
        "a.example",
        "http://",
        "http://u:p@a.example/",
        "http://a:b/",
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(KgError) as told:
        Endpoint(url)
    assert not isinstance(told.value, RemoteError)


def test_secrets_come_from_files(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("s3cret\n", "utf-8")
    assert read_secret(file) == "s3cret"
    assert Access("u", "p").headers() == {"Authorization": "Basic dTpw"}
    assert Access(token="t").headers() == {"Authorization": "Bearer t"}
    for wrong in ("", "two\nlines"):
        file.write_text(wrong, "utf-8")
        with pytest.raises(KgError, match="one line"):
            read_secret(file)
    with pytest.raises(KgError, match="cannot be read"):
        read_secret(tmp_path / "none")


@pytest.mark.parametrize(
    ("names", "row"),
    [
        ("g n", {"g": ("uri", "urn:g"), "n": ("literal", "-1")}),
        ("g n", {"g": ("uri", "urn:g"), "n": ("literal", "9" * 5000)}),
        ("g n", {"g": ("uri", "urn:g"), "n": ("uri", "urn:1")}),
        ("g n", {"g": ("uri", "urn:g")}),
        ("zz", {}),
        ("", {}),
    ],
)
def test_counts_of_statements_are_counts(
    bad: Bad, names: str, row: dict[str, tuple[str, str]]
) -> None:
    cells = {name: {"type": kind, "value": value} for name, (kind, value) in row.items()}
    told = {"head": {"vars": names.split()}, "results": {"bindings": [cells]}}
    bad.answer = json.dumps(told).encode()
    with pytest.raises(RemoteNonsense):
        content.counted(lambda asked: Endpoint(bad.url).ask(asked, time.monotonic() + 5))


def test_the_columns_are_those_that_a_query_names(bad: Bad) -> None:
    manifest = {
        "version": "1",
        "graphs": ["urn:g"],
        "remote": {"hidden": [], "merged": None},
    }
    dataset = RemoteDataset(manifest, lambda q: Endpoint(bad.url).ask(q, time.monotonic() + 5))
    for good in ("SELECT ?n ?hash ?g {}", "PREFIX select: <urn:x> SELECT DISTINCT * { ?a ?b ?c }"):
        assert list(dataset.query(good)) == []  # type: ignore[arg-type]
    with pytest.raises(RemoteNonsense, match="with columns g, hash, n, not with a"):
        dataset.query("SELECT ?a {}")
    with pytest.raises(RemoteNonsense, match="with columns"):
        list(dataset.stated(None, None, None))
