"""A backup beside a service that is written to: what was acknowledged before it began is in it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.backup import back_up
from kg.cli import main
from kg.restoring import restore
from kg.store import make_empty, open_dataset

from .serving import Served


def lines(folder: Path, file: Path) -> set[str]:
    """The content of the store in *folder*, as canonical N-Quads."""
    result = CliRunner().invoke(main, ["dump", "--store", str(folder), "-o", str(file)])
    assert result.exit_code == 0, result.output
    return set(file.read_text("utf-8").splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["memory", "disk"])
def test_backups_during_writes_restore_to_what_was_acknowledged(tmp_path: Path, mode: str) -> None:
    folder = tmp_path / "store"
    make_empty(folder)
    done: list[int] = []
    is_over = threading.Event()
    service = Served(folder, "--engine", mode)

    def write() -> None:
        number = 0
        while not is_over.is_set():
            text = (
                f"INSERT DATA {{ GRAPH <a:g> {{ <a:n> <a:is> {number} . <a:m> <a:is> {number} }} }}"
            )
            assert service.update(text) == 204
            done.append(number)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    before: list[tuple[int, int]] = []
    try:
        for count in range(3):
            target = len(done) + 5
            while len(done) < target:
                assert writer.is_alive()
                is_over.wait(0.02)
            known = len(done)
            back_up(folder, tmp_path / f"{count}.tar")
            before.append((known, len(done) + 1))
    finally:
        is_over.set()
        writer.join()
    assert service.stop() == 0
    assert len(lines(folder, tmp_path / "all.nq")) == 2 * len(done)
    for count, (least, most) in enumerate(before):
        again = tmp_path / f"again-{count}"
        restore(tmp_path / f"{count}.tar", again)
        served = Served(again, "--engine", mode)  # makes a version of what stands in the journal
        values = {int(v) for v in served.values("<a:n> <a:is> ?v")}
        assert served.stop() == 0
        assert values == set(range(len(values)))
        assert least <= len(values) <= most
        expected = {
            f'<a:{s}> <a:is> "{n}"^^<http://www.w3.org/2001/XMLSchema#integer> <a:g> .'
            for n in values
            for s in "nm"
        }
        assert lines(again, tmp_path / f"{count}.nq") == expected


@pytest.mark.slow
def test_a_store_that_is_served_is_not_restored_over(tmp_path: Path, store_folder: Path) -> None:
    back_up(store_folder, tmp_path / "b.tar")
    make_empty(tmp_path / "s")
    service = Served(tmp_path / "s")
    assert service.update("INSERT DATA { <a:a> <a:b> <a:c> }") == 204
    words = ["restore", str(tmp_path / "b.tar"), "--store", str(tmp_path / "s"), "--replace"]
    refused = CliRunner().invoke(main, words)
    assert refused.exit_code == 2
    assert "the store is in use; stop the service" in refused.stderr
    assert service.values("<a:a> <a:b> ?v") == ["a:c"]
    assert service.stop() == 0
    assert CliRunner().invoke(main, words).exit_code == 0
    assert len(open_dataset(tmp_path / "s").store) == len(open_dataset(store_folder).store)
