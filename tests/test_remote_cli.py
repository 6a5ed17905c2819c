"""``kg build``, ``kg ask`` and ``kg query`` with ``--remote``, typed as people type them."""

from __future__ import annotations

from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.store import open_dataset

from .badserver import bad_server
from .engines import free_port, oxigraph


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, list(words))
    return done.exit_code, done.stdout, done.stderr


def test_a_store_is_published_and_asked_there(store_folder: Path, tmp_path: Path) -> None:
    with oxigraph(tmp_path) as endpoint:
        there = ("--remote", endpoint.url)
        publish = (
            "build",
            "--store",
            str(store_folder),
            *there,
            "--remote-update",
            str(endpoint.update_url),
        )
        code, told, progress = run(*publish)
        assert (code, "6 graph(s) sent, 0 as they were, 0 taken out" in told) == (0, True)
        assert "[6/6]" in progress
        assert "0 graph(s) sent, 6 as they were" in run(*publish)[1]
        here = run("ask", "target/list", "--store", str(store_folder), "--format", "csv")
        assert run("ask", "target/list", *there, "--format", "csv") == here
        query = "SELECT (COUNT(*) AS ?n) { ?s a kh:Task }"
        assert run("query", query, *there, "--format", "csv")[1].split() == ["n", "36"]
        code, _, errors = run("query", "SELECT {", *there)
        assert (code, "line 1" in errors) == (2, True)
        code, _, errors = run("query", "INSERT DATA { <urn:a> <urn:b> 1 }", *there)
        assert (code, "only reads" in errors) == (2, True)


@pytest.mark.slow
def test_back_from_an_engine(store_folder: Path, tmp_path: Path) -> None:
    """Its own dump, loaded here, is the dataset that was published: no merge, no marks."""
    with oxigraph(tmp_path / "engine") as endpoint:
        there = ("--remote", endpoint.url, "--remote-update", str(endpoint.update_url))
        assert run("build", "--store", str(store_folder), *there)[0] == 0
        address = endpoint.url.replace("/query", "/store")
        with urlopen(Request(address, headers={"Accept": "application/n-quads"})) as reply:
            (tmp_path / "all.nq").write_bytes(reply.read())
    code, told, remarks = run("load", str(tmp_path / "all.nq"), "--store", str(tmp_path / "s"))
    here, back = open_dataset(store_folder), open_dataset(tmp_path / "s")
    assert (code, told.split()[0]) == (0, f"{here.quads:,}")
    assert [f"graph/{name}> is left out" in remarks for name in ("merged", "published")] == [
        True
    ] * 2
    assert back.manifest["graphs"] == here.manifest["graphs"]
    assert len(back.merged) == len(here.merged)
    asked = [run("ask", "target/list", "--store", str(s)) for s in (store_folder, tmp_path / "s")]
    assert asked[0] == asked[1]


@pytest.mark.parametrize("behaviour", ["html", "hangs", "disguised"])
def test_a_bad_endpoint_is_told_in_one_line(behaviour: str) -> None:
    with bad_server() as bad:
        bad.behaviour = behaviour
        code, _, errors = run("query", "SELECT * {}", "--remote", bad.url, "--timeout", "1")
        assert (code, len(errors.splitlines())) == (2, 1)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ("query", "ASK {}", "--remote", "http://127.0.0.1:{port}/", "--timeout", "1"),
            "127.0.0.1",
        ),
        (("query", "ASK {}", "--remote", "a.example"), "no address of an endpoint"),
        (("query", "ASK {}", "--remote", "http://u:p@a.example/"), "--remote-password-file"),
        (("query", "ASK {}", "--remote-user", "u"), "Give --remote URL"),
        (
            ("query", "ASK {}", "--store", "s", "--remote", "http://a.example/"),
            "--store or --remote",
        ),
        (("build", "--store", "s"), "PATHS"),
        (("build", "plan.txt"), "--store"),
        (("serve", "--remote", "http://127.0.0.1:{port}/", "--store", "s"), "--store or --remote"),
        (("serve", "--allow-service", "a.example"), "no address"),
    ],
)
def test_what_does_not_go_together_is_told(words: tuple[str, ...], says: str) -> None:
    code, _, errors = run(
        *(word.format(port=free_port()) if "port" in word else word for word in words)
    )
    assert code == 2
    assert says in errors
