"""A store of an earlier form is backed up and brought to today's; one of a later form is left alone."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.errors import OtherLayout, StoreError
from kg.journal import journal
from kg.pipeline import build
from kg.restoring import restore
from kg.store import LAYOUT, open_dataset, publish
from kg.upgrading import upgrade

from .conftest import PLAN

ADDED = "<https://x.example/a> <https://x.example/p> <https://x.example/b> <https://x.example/g> ."


def make_older(source: Path, folder: Path, layout: int) -> None:
    """*source* as earlier versions of the program left a store: form 1 had the graphs alone, form 2 their merge as
    well."""
    shutil.copytree(source, folder)
    place = folder / "versions" / (folder / "current").read_text("utf-8").strip()
    for path in (*place.glob("network*"), place / "search.db"):
        path.unlink()
    if layout < 2:
        shutil.rmtree(place / "merged")
    file = place / "manifest.json"
    manifest = json.loads(file.read_text("utf-8"))
    for name in ("engine", "unnamed"):
        del manifest[name]
    file.write_text(json.dumps({**manifest, "layout": layout}), "utf-8")


def content(folder: Path) -> set[str]:
    return {str(quad) for quad in open_dataset(folder).store}


def alter_manifest(folder: Path, **values: object) -> None:
    file = folder / "versions" / (folder / "current").read_text("utf-8").strip() / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **values}), "utf-8")


@pytest.mark.parametrize(
    ("layout", "store"),
    [
        (1, "small_folder"),
        (2, "small_folder"),
        pytest.param(1, "store_folder", marks=pytest.mark.slow),
        pytest.param(2, "store_folder", marks=pytest.mark.slow),
    ],
)
def test_an_older_store_is_backed_up_and_made_anew(
    tmp_path: Path, layout: int, store: str, request: pytest.FixtureRequest
) -> None:
    store_folder: Path = request.getfixturevalue(store)
    folder = tmp_path / "s"
    make_older(store_folder, folder, layout)
    with pytest.raises(OtherLayout, match="kg upgrade --store"):
        open_dataset(folder)
    result = CliRunner().invoke(main, ["upgrade", "--store", str(folder)])
    assert result.exit_code == 0, result.output
    assert content(folder) == content(store_folder)
    new, old = open_dataset(folder), open_dataset(store_folder)
    assert (new.manifest["layout"], new.manifest["plans"]) == (LAYOUT, old.manifest["plans"])
    assert new.beside("network.json") == old.beside("network.json")
    assert {str(q) for q in new.merged} == {str(q) for q in old.merged}
    (backup,) = (folder / "backups").iterdir()
    restore(backup, tmp_path / "back")
    with pytest.raises(OtherLayout):
        open_dataset(tmp_path / "back")
    assert upgrade(tmp_path / "back") is not None
    assert content(tmp_path / "back") == content(store_folder)
    assert upgrade(folder) is None
    assert len(list((folder / "backups").iterdir())) == 1


@pytest.mark.slow
def test_what_stands_in_the_journal_comes_along(store_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    make_older(store_folder, folder, 2)
    version = (folder / "current").read_text("utf-8").strip()
    gone = next(iter(open_dataset(store_folder).store))
    line = {
        "version": "0123456789abcdef",
        "manifest": {"graphs": open_dataset(store_folder).manifest["graphs"]},
        "added": ADDED + "\n",
        "removed": f"{gone} .\n",
    }
    journal(folder, version).write_text(json.dumps(line) + '\n{"version": "cut', "utf-8")
    upgrade(folder)
    assert content(folder) == content(store_folder) - {str(gone)} | {ADDED.removesuffix(" .")}
    assert list(folder.glob("journal-*")) == []


@pytest.mark.slow
def test_building_upgrades_first_and_keeps_the_plans(store_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    make_older(store_folder, folder, 1)
    other = tmp_path / "other.txt"
    other.write_text(PLAN.read_text("utf-8").replace("06/KH-UBND", "07/KH-UBND"), "utf-8")
    told: list[str] = []
    summary = build([other], folder, report=told.append)
    assert len(summary.built) == 1
    assert len(open_dataset(folder).manifest["plans"]) == 2
    assert any(line.startswith("backed up: ") for line in told)


def test_a_later_store_is_left_alone(tmp_path: Path) -> None:
    publish([(ADDED + "\n").encode()], tmp_path / "s", {})
    alter_manifest(tmp_path / "s", layout=LAYOUT + 1)
    for attempt in (
        lambda: open_dataset(tmp_path / "s"),
        lambda: upgrade(tmp_path / "s"),
        lambda: build([PLAN], tmp_path / "s"),
    ):
        with pytest.raises(OtherLayout, match="a later version of the program"):
            attempt()
    assert not (tmp_path / "s" / "backups").exists()


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("db/CURRENT", "database db: .*restore a backup"),
        ("merged/CURRENT", "database merged: .*restore a backup"),
        ("search.db", "search index: damaged .*rm .*search.db"),
        ("manifest.json", "is damaged"),
    ],
)
def test_a_damaged_store_of_todays_form_is_told(tmp_path: Path, file: str, says: str) -> None:
    folder = tmp_path / "s"
    version = publish([(ADDED + "\n").encode()], folder, {"plans": []})
    run = ["upgrade", "--store", str(folder)]
    whole = CliRunner().invoke(main, run)
    assert whole.exit_code == 0, whole.output
    assert "today’s form already" in whole.stdout
    (folder / "versions" / version / file).write_bytes(b"garbage " * 2000)
    result = CliRunner().invoke(main, run)
    assert result.exit_code == 2, result.output
    assert re.search(says, result.stderr)
    assert result.stderr.count("\n") == 1
    assert not (folder / "backups").exists()


def test_data_that_the_engine_cannot_read_are_backed_up_and_told(
    store_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "s"
    make_older(store_folder, folder, 2)
    place = folder / "versions" / (folder / "current").read_text("utf-8").strip()
    (place / "db" / "CURRENT").write_text("MANIFEST-999999\n", "utf-8")
    with pytest.raises(StoreError, match=r"the backup is .*kg dump -o all\.nq.*kg load"):
        upgrade(folder)
    assert len(list((folder / "backups").iterdir())) == 1
