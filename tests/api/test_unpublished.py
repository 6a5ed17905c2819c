"""What was acknowledged and stands in no version yet, as after a kill, is what every reader of the store sees."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from kg.api.operations import Update
from kg.api.writer import Batch, Writer

from kg.backup import back_up
from kg.cli import main
from kg.errors import StoreError
from kg.journal import journal
from kg.opening import open_version
from kg.restoring import restore
from kg.searching import search_in
from kg.store import current_version, make_empty, only_builder, open_dataset

from .serving import Served

PLAN = "https://w3id.org/kehoach/doc/vn-73/ubnd/kh/2021/06"
AGENCY = "<https://w3id.org/kehoach/agency/bach-duong>"


def leave(folder: Path, *updates: str) -> Path:
    """Write *updates* as a service does that is killed before it makes a version of them; the journal."""
    writer = Writer(folder, validate=False)
    for number, text in enumerate(updates):
        until = time.monotonic() + 60
        written = writer.write(Batch(f"{number:016x}", ((Update(text), until),), has_view=False))
        assert written.change is not None, written.outcomes
    assert writer._copy is not None
    writer._copy.close()
    return journal(folder, current_version(folder).name)


def said(*words: str) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def folder(tmp_path: Path, store_folder: Path) -> Path:
    folder = tmp_path / "store"
    shutil.copytree(store_folder, folder)
    leave(
        folder,
        f"INSERT DATA {{ GRAPH <a:g> {{ <a:n> <a:is> 1 . {AGENCY} a kh:Agency ; rdfs:label 'Xưởng Bạch Dương'@vi }} }}",
        "DELETE DATA { GRAPH <a:g> { <a:n> <a:is> 1 } } ; INSERT DATA { GRAPH <a:g> { <a:n> <a:is> 2 } }",
        f"DROP GRAPH <{PLAN}> ; CREATE GRAPH <a:empty>",
    )
    return folder


@pytest.fixture
def written_to(folder: Path) -> Iterator[Path]:
    """A store that another process writes, so that whoever reads it can make no version."""
    with only_builder(folder, "kg serve"):
        yield folder


def test_readers_see_it(written_to: Path, tmp_path: Path) -> None:
    folder = written_to
    store = ["--store", str(folder)]
    before = sorted(p.relative_to(folder) for p in folder.rglob("*"))
    for graph in ("<a:n> <a:is> ?v", "GRAPH <a:g> { <a:n> <a:is> ?v }"):
        answer = said("query", f"SELECT ?v {{ {graph} }}", "--format", "csv", *store)
        assert answer.split() == ["v", "2"]
    gone = said("query", "SELECT ?v { ?p eli:id_local ?v }", "--format", "csv", *store)
    assert "03/NQ-CP" in gone
    assert "06/KH-UBND" not in gone
    file = tmp_path / "all.nq"
    said("dump", "-o", str(file), *store)
    dataset = open_dataset(folder)
    lines = file.read_text("utf-8").splitlines()
    assert len(lines) == dataset.quads == len(dataset.store) != open_version(folder).quads
    assert any(line.startswith('<a:n> <a:is> "2"') for line in lines)
    assert dataset.has_graph("a:empty")
    found = list(dataset.match(ox.NamedNode("a:n"), ox.NamedNode("a:is"), None))
    assert [getattr(quad.object, "value", None) for quad in found] == ["2"]
    assert sorted(p.relative_to(folder) for p in folder.rglob("*")) == before


def test_a_search_finds_it(folder: Path) -> None:
    found = search_in(open_dataset(folder)).find("xuong bach duong")
    assert "agency/bach-duong" in repr(found)


@pytest.mark.parametrize("may_write", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_service_starts_with_it_and_makes_the_version_later(
    folder: Path, may_write: bool
) -> None:
    first = current_version(folder).name
    # One that only reads tries to make it once.
    with only_builder(folder, "kg build") if may_write else contextlib.nullcontext():
        service = Served(folder, may_write=may_write)
        for pattern in ("<a:n> <a:is> ?v", "GRAPH <a:g> { <a:n> <a:is> ?v }"):
            assert service.values(pattern) == ["2"]
        assert b"true" in service.ask("ASK { GRAPH <a:empty> {} }")[1]
        assert not may_write or current_version(folder).name == first
    until = time.monotonic() + 20
    while list(folder.glob("journal-*")) and time.monotonic() < until:
        time.sleep(0.05)
    assert current_version(folder).name != first
    assert service.values("<a:n> <a:is> ?v") == ["2"]
    assert service.stop() == 0
    assert open_version(folder).quads == open_dataset(folder).quads


@pytest.mark.slow
def test_a_backup_of_it_can_be_read_at_once(folder: Path, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "again")
    here, there = (open_dataset(f).store for f in (folder, tmp_path / "again"))
    assert {str(q) for q in here} == {str(q) for q in there}
    assert there.contains_named_graph(ox.NamedNode("a:empty"))


def test_the_copy_goes_with_its_reader(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = tmp_path / "temporary"
    aside.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(aside))
    dataset = open_dataset(folder)
    assert len(list(aside.iterdir())) == 1
    del dataset
    assert list(aside.iterdir()) == []


@pytest.mark.slow
def test_a_change_that_was_not_acknowledged_is_not_seen(folder: Path) -> None:
    file = journal(folder, current_version(folder).name)
    lines = file.read_bytes().split(b"\n")
    file.write_bytes(b"\n".join(lines[:2]))  # the second is cut short
    answer = said(
        "query", "SELECT ?v { <a:n> <a:is> ?v }", "--format", "csv", "--store", str(folder)
    )
    assert answer.split() == ["v", "1"]


def test_a_line_that_was_damaged_hides_none_after_it(folder: Path) -> None:
    file = journal(folder, current_version(folder).name)
    lines = file.read_bytes().split(b"\n")
    file.write_bytes(b"\n".join([lines[0], lines[1][:-9], lines[2], b""]))
    with pytest.raises(StoreError, match="line 2 of 3 is damaged"):
        open_dataset(folder)
    with pytest.raises(AssertionError, match="line 2 of 3 is damaged"):
        Served(folder)
    file.write_bytes(
        b"\n".join([lines[0], lines[1][:-9], b""])
    )  # the last one: it was not acknowledged
    assert open_dataset(folder).store.contains_named_graph(ox.NamedNode("a:g"))


@pytest.mark.parametrize(
    "line",
    ["[]", "{}", '{"manifest": {}, "added": 1}', None],
)
def test_a_journal_that_is_none_is_told_of(tmp_path: Path, line: str | None) -> None:
    folder = tmp_path / "store"
    make_empty(folder)
    file = leave(folder, "INSERT DATA { <a:a> <a:b> 1 }")
    entry = json.loads(file.read_bytes())
    entry["manifest"]["quads"] = 7
    file.write_text((json.dumps(entry) if line is None else line) + "\n", "utf-8")
    with pytest.raises(StoreError, match=r"the store is damaged|no journal of a service"):
        open_dataset(folder)


@pytest.mark.parametrize("line", ["[]", '{"manifest": {"graphs": []}, "added": 1, "removed": ""}'])
def test_a_command_tells_in_a_line_of_a_journal_that_is_none(tmp_path: Path, line: str) -> None:
    folder = tmp_path / "store"
    make_empty(folder)
    journal(folder, current_version(folder).name).write_text(line + "\n", "utf-8")
    told = CliRunner().invoke(main, ["query", "ASK {}", "--store", str(folder)])
    assert (told.exit_code, told.stderr.count("\n")) == (2, 1), told.output
    assert "this is no journal of a service" in told.stderr
