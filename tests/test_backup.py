"""Backup and restore: whole or not at all, checked, and never over what is in use."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import tarfile
import tracemalloc
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg import restoring
from kg.backup import back_up, in_use
from kg.cli import main
from kg.errors import StoreBusy, StoreError
from kg.journal import journal
from kg.restoring import restore
from kg.store import open_dataset, open_version, publish

ONE = b'<https://x.example/a> <https://x.example/p> "1" <https://x.example/g> .\n'
TWO = b'<https://x.example/a> <https://x.example/p> "2" <https://x.example/g> .\n'
OTHER = b'{"layout": 3, "version": "x", "quads": 7, "graphs": [], "unnamed": false}'
LINE = (
    json.dumps(
        {
            "version": "later",
            "manifest": {"layout": 3, "version": "later", "quads": 2, "unnamed": False,
                         "graphs": ["https://x.example/g"]},
            "added": TWO.decode(),
            "merged": TWO.decode().replace(" <https://x.example/g>", ""),
            "removed": "",
            "unmerged": "",
        }
    ).encode()
    + b"\n"
)  # fmt: skip


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(w) for w in words])


def content(folder: Path) -> set[str]:
    return {str(quad) for quad in open_version(folder).store}


@pytest.mark.parametrize(
    ("name", "store"),
    [
        ("b.tar", "store_folder"),
        ("b.tar.gz", "small_folder"),
        ("b.tgz", "small_folder"),
        ("b", "small_folder"),
    ],
)
def test_what_was_backed_up_is_restored(
    tmp_path: Path, name: str, store: str, request: pytest.FixtureRequest
) -> None:
    store_folder: Path = request.getfixturevalue(store)
    target = tmp_path / "below" / name
    made = run("backup", "--store", store_folder, "-o", target)
    assert made.exit_code == 0, made.output
    assert "statements" in made.stdout
    again = run("restore", target, "--store", tmp_path / "again")
    assert again.exit_code == 0, again.output
    assert content(tmp_path / "again") == content(store_folder)
    there, here = open_dataset(tmp_path / "again"), open_dataset(store_folder)
    assert there.manifest == here.manifest
    assert there.beside("network.json") == here.beside("network.json") != b""
    assert (there.place / "search.db").read_bytes() == (here.place / "search.db").read_bytes()
    assert [p.name for p in target.parent.iterdir()] == [name]  # nothing half-made beside it


def test_the_journal_goes_along_up_to_its_last_whole_line(tmp_path: Path) -> None:
    version = publish([ONE], tmp_path / "s", {})
    journal(tmp_path / "s", version).write_bytes(LINE + b'{"version": "cut')
    back_up(tmp_path / "s", tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "new")
    assert journal(tmp_path / "new", version).read_bytes() == LINE
    publish([TWO], tmp_path / "new", {})
    restore(tmp_path / "b.tar", tmp_path / "new", replace=True)
    assert [p.name for p in (tmp_path / "new").glob("journal-*")] == [f"journal-{version}.jsonl"]
    assert journal(tmp_path / "new", version).read_bytes() == LINE
    assert content(tmp_path / "new") == {ONE.decode().strip().removesuffix(" .")}
    # A journal of what was replaced is gone, also where the version has the same name.
    back_up(tmp_path / "new", tmp_path / "c.tar")
    journal(tmp_path / "new", version).unlink()
    back_up(tmp_path / "new", tmp_path / "d.tar")
    restore(tmp_path / "c.tar", tmp_path / "new", replace=True)
    restore(tmp_path / "d.tar", tmp_path / "new", replace=True)
    assert list((tmp_path / "new").glob("journal-*")) == []


def test_a_store_is_not_replaced_by_accident(tmp_path: Path) -> None:
    publish([ONE], tmp_path / "s", {})
    back_up(tmp_path / "s", tmp_path / "b.tar")
    publish([TWO], tmp_path / "t", {})
    with pytest.raises(StoreError, match="give --replace"):
        restore(tmp_path / "b.tar", tmp_path / "t")
    reader = open_dataset(tmp_path / "t")
    assert in_use(tmp_path / "t")
    with pytest.raises(StoreBusy, match="stop the service"):
        restore(tmp_path / "b.tar", tmp_path / "t", replace=True)
    del reader
    assert not in_use(tmp_path / "t")
    restore(tmp_path / "b.tar", tmp_path / "t", replace=True)
    assert content(tmp_path / "t") == content(tmp_path / "s")
    assert len(list((tmp_path / "t" / "versions").iterdir())) == 1


def test_a_backup_is_not_written_over(tmp_path: Path) -> None:
    publish([ONE], tmp_path / "s", {})
    (tmp_path / "b.tar").write_bytes(b"precious")
    with pytest.raises(StoreError, match="is there already"):
        back_up(tmp_path / "s", tmp_path / "b.tar")
    assert (tmp_path / "b.tar").read_bytes() == b"precious"
    with pytest.raises(StoreError, match=r"\.tar\.gz, or a folder"):
        back_up(tmp_path / "s", tmp_path / "b.zip")
    with pytest.raises(StoreError, match="no store here"):
        back_up(tmp_path / "none", tmp_path / "c.tar")


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:20_000])


def _flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[data.index(b"leveldb.BytewiseComparator")] ^= 1
    file.write_bytes(data)


def _nothing(file: Path) -> None:
    file.write_bytes(b"")


def _text(file: Path) -> None:
    file.write_text("this is no archive", "utf-8")


def _without_listing(file: Path) -> None:
    _rewrite(file, lambda members: [m for m in members if m[0] != "backup.json"])


def _strange(file: Path) -> None:
    _rewrite(file, lambda members: [("version/../../escaped", b"x"), *members])


def _absolute(file: Path) -> None:
    _rewrite(file, lambda members: [("/tmp/escaped", b"x"), *members])


def _one_missing(file: Path) -> None:
    _rewrite(file, lambda members: members[1:])


def _later(file: Path) -> None:
    def alter(members: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        told = json.loads(members[-1][1])
        return [*members[:-1], (members[-1][0], json.dumps({**told, "layout": 99}).encode())]

    _rewrite(file, alter)


def _told(**other: object) -> object:
    """A backup that tells something else of itself."""

    def damage(file: Path) -> None:
        def alter(members: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
            told = json.loads(members[-1][1])
            return [*members[:-1], (members[-1][0], json.dumps({**told, **other}).encode())]

        _rewrite(file, alter)

    return damage


def _named(name: str) -> object:
    return lambda file: _rewrite(file, lambda members: [(name, b"x"), *members])


def _manifest(text: bytes) -> object:
    """A backup of another manifest, which its list tells the sum of."""

    def damage(file: Path) -> None:
        def alter(members: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
            told = json.loads(members[-1][1])
            name = "version/manifest.json"
            told["files"][name] = [len(text), hashlib.sha256(text).hexdigest()]
            kept = [(n, text if n == name else data) for n, data in members[:-1]]
            return [*kept, (members[-1][0], json.dumps(told).encode())]

        _rewrite(file, alter)

    return damage


def _sound(**other: object) -> object:
    """A backup whose manifest tells something else, which its list tells the sum of."""

    def damage(file: Path) -> None:
        with tarfile.open(file) as tar:
            told = json.loads(tar.extractfile("version/manifest.json").read())  # type: ignore[union-attr]
        _manifest(json.dumps({**told, **other}).encode())(file)  # type: ignore[operator]

    return damage


def _listed(change: object) -> object:
    """A backup of other members, which its list tells the sums of."""

    def damage(file: Path) -> None:
        def alter(members: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
            kept = change(members[:-1])  # type: ignore[operator]
            files = {n: [len(data), hashlib.sha256(data).hexdigest()] for n, data in kept}
            told = {**json.loads(members[-1][1]), "files": files}
            return [*kept, ("backup.json", json.dumps(told).encode())]

        _rewrite(file, alter)

    return damage


def _journal(text: bytes) -> object:
    return _listed(lambda members: [*members, ("journal.jsonl", text)])


def _order_destroyed(members: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """One of the tables of the merge overwritten: not that of the terms, and not that which a dump reads."""
    tables = [n for n, _ in members if n.startswith("version/merged/") and n.endswith(".sst")]
    return [(n, b"Z" * 500 + data[500:] if n == tables[-2] else data) for n, data in members]


def _altered(**other: object) -> bytes:
    return json.dumps({**json.loads(LINE), **other}).encode() + b"\n"


def _deep(file: Path) -> None:
    _rewrite(file, lambda members: [*members[:-1], (members[-1][0], b"[" * 200_000)])


def _packed_and_cut(file: Path) -> None:
    data = gzip.compress(file.read_bytes())
    file.write_bytes(data[: len(data) // 2])


def _rewrite(file: Path, change: object) -> None:
    with tarfile.open(file) as tar:
        members = [(m.name, tar.extractfile(m).read()) for m in tar]  # type: ignore[union-attr]
    with tarfile.open(file, "w") as tar:
        for name, data in change(members):  # type: ignore[operator]
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (_cut, "damaged|cut short"),
        (_flip, "is not what was backed up"),
        (_nothing, "damaged or none|cut short"),
        (_text, "damaged or none"),
        (_without_listing, "cut short"),
        (_strange, "belongs to no backup"),
        (_absolute, "belongs to no backup"),
        (_one_missing, "is missing"),
        (_later, "a later version of the program"),
        (_told(version="../../pwn"), "is damaged"),
        (_told(version=""), "is damaged"),
        (_told(version="."), "is damaged"),
        (_told(form="a"), "is damaged"),
        (_told(layout=None), "is damaged"),
        (_named("."), "belongs to no backup"),
        (_named(""), "belongs to no backup|no file"),
        (_told(files={"version/x": [float("inf"), ""]}), "is damaged"),
        (_told(program="x\n\x1b[31m", layout=99), "is damaged"),
        (_manifest(b"{"), "manifest.json is damaged"),
        (_manifest(b"[]"), "manifest.json is damaged"),
        (_manifest(b"[" * 200_000), "manifest.json is damaged"),
        (_manifest(b'{"layout": 3}'), "manifest.json is damaged"),
        (_manifest(b'{"layout": 99}'), "manifest.json is damaged"),
        (_manifest(OTHER), "manifest.json is damaged"),
        (_sound(plans="zz"), "manifest.json is damaged"),
        (_sound(plans=["zz"]), "manifest.json is damaged"),
        (_sound(plans=[{"iri": "https://x.example/", "tasks": "zz"}]), "manifest.json is damaged"),
        (_sound(graphs=["x> } DROP"]), "manifest.json is damaged"),
        (_sound(graphs=[1]), "manifest.json is damaged"),
        (_listed(lambda members: [m for m in members if "/merged/" not in m[0]]), "is damaged"),
        (_listed(_order_destroyed), "the database is damaged"),
        (_journal(b"garbage\n"), "line 1 of its journal is none of a service"),
        (_journal(LINE + b"[" * 100_000 + b"\n"), "line 2 of its journal"),
        (_journal(b"\n"), "line 1 of its journal"),
        (_journal(_altered(added=1)), "line 1 of its journal"),
        (_journal(_altered(added="garbage")), "cannot be opened"),
        (_journal(_altered(manifest={"graphs": []})), "cannot be opened"),
        (_journal(_altered(manifest={**json.loads(LINE)["manifest"], "quads": 7})), "not 7"),
        (_deep, "is damaged"),
        (_packed_and_cut, "damaged or none|cut short"),
        (Path.unlink, "no such backup"),
    ],
)
def test_a_damaged_backup_restores_nothing(tmp_path: Path, damage: object, says: str) -> None:
    publish([ONE], tmp_path / "s", {})
    back_up(tmp_path / "s", tmp_path / "b.tar")
    publish([TWO], tmp_path / "t", {})
    damage(tmp_path / "b.tar")  # type: ignore[operator]
    before = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*"))
    with pytest.raises(StoreError, match=says) as fault:
        restore(tmp_path / "b.tar", tmp_path / "t", replace=True)
    assert "\n" not in str(fault.value)
    assert sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*")) == before
    assert content(tmp_path / "t") == {TWO.decode().strip().removesuffix(" .")}


def test_a_folder_that_a_restore_failed_in_takes_the_next_one(tmp_path: Path) -> None:
    publish([ONE], tmp_path / "s", {})
    back_up(tmp_path / "s", tmp_path / "good.tar")
    back_up(tmp_path / "s", tmp_path / "bad.tar")
    _flip(tmp_path / "bad.tar")
    with pytest.raises(StoreError, match="is not what was backed up"):
        restore(tmp_path / "bad.tar", tmp_path / "new")
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["lock"]
    restore(tmp_path / "good.tar", tmp_path / "new")
    assert content(tmp_path / "new") == content(tmp_path / "s")


def test_a_list_without_end_is_not_read_whole(tmp_path: Path) -> None:
    size = 200 << 20
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz", compresslevel=1) as tar:
        info = tarfile.TarInfo("backup.json")
        info.size = size
        with (tmp_path / "zeros").open("wb+") as zeros:
            zeros.truncate(size)
            tar.addfile(info, zeros)
    tracemalloc.start()
    try:
        with pytest.raises(StoreError, match=r"backup\.json is damaged"):
            restore(tmp_path / "b.tar.gz", tmp_path / "new")
        assert tracemalloc.get_traced_memory()[1] < size // 2
    finally:
        tracemalloc.stop()


def _bomb(file: Path, size: int) -> None:
    """An archive of one file of *size* bytes, all zero, which stand nowhere on the disk."""
    with tarfile.open(file, "w:gz", compresslevel=1) as tar:
        info = tarfile.TarInfo("version/db/000001.sst")
        info.size = size
        with file.with_suffix(".zeros").open("wb+") as zeros:
            zeros.truncate(size)
            tar.addfile(info, zeros)


def test_an_archive_out_of_proportion_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "_MUCH", 8 << 20)
    _bomb(tmp_path / "b.tar.gz", 32 << 20)
    written: list[object] = []
    monkeypatch.setattr(shutil, "copyfileobj", lambda *given: written.append(given))
    with pytest.raises(StoreError, match="over 100 times its own size") as fault:
        restore(tmp_path / "b.tar.gz", tmp_path / "new")
    assert "\n" not in str(fault.value)
    monkeypatch.setattr(restoring, "free_bytes", lambda _: 1 << 20)
    with pytest.raises(StoreError, match="more than is free on the disk"):
        restore(tmp_path / "b.tar.gz", tmp_path / "new")
    assert written == []
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["lock"]


@pytest.mark.slow
def test_a_backup_while_versions_change(tmp_path: Path) -> None:
    """A store that is built again and again all the while: each backup is one of its states."""
    import subprocess
    import sys

    publish([ONE], tmp_path / "s", {})
    code = (
        "import sys; from pathlib import Path; from kg.store import publish\n"
        f"for i in range(5): publish([({TWO!r} if i % 2 else {ONE!r})], Path(sys.argv[1]), {{}})"
    )
    states: list[set[str]] = []
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "s")]) as builder:
        number = 0
        while builder.poll() is None:
            number += 1
            back_up(tmp_path / "s", tmp_path / f"{number}.tar")
    assert builder.returncode == 0
    for index in range(1, number + 1, max(1, number // 5)):
        restore(tmp_path / f"{index}.tar", tmp_path / f"r{index}")
        states.append(content(tmp_path / f"r{index}"))
    both = [{text.decode().strip().removesuffix(" .")} for text in (ONE, TWO)]
    assert states
    assert all(state in both for state in states)


def test_what_was_written_is_read_and_taken_out_too(tmp_path: Path, store_folder: Path) -> None:
    """Acknowledged writes that stand in the journal only, as after a restored live backup or a kill."""
    back_up(store_folder, tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "s")
    found = open_dataset(tmp_path / "s")
    manifest = {
        **found.manifest,
        "quads": found.manifest["quads"] + 1,
        "written": "w1",
        "outcomes": {},
    }
    manifest["graphs"] = [*manifest["graphs"], "https://x.example/g"]
    entry = {"removed": "", "added": ONE.decode(), "manifest": manifest}
    journal(tmp_path / "s", found.version).write_text(json.dumps(entry) + "\n", "utf-8")
    del found
    asked = run("query", "SELECT ?o { <https://x.example/a> ?p ?o }", "--store", tmp_path / "s")
    assert asked.exit_code == 0, asked.output
    assert "1" in asked.stdout.splitlines()[-1]
    assert run("dump", "--store", tmp_path / "s", "-o", tmp_path / "d.nq").exit_code == 0
    assert ONE in (tmp_path / "d.nq").read_bytes()
