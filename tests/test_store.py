"""The store: atomic, read-only for readers, clear about what is wrong."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import ForbiddenQuery, KgError, QueryError, StoreError
from kg.graph import canonical
from kg.names import GRAPH_FINDINGS, GRAPH_INFERRED
from kg.pipeline import build
from kg.store import Dataset, current_version, dump, load, open_dataset, publish

from .conftest import PLAN

ONE = b'<https://x.example/a> <https://x.example/p> "1" <https://x.example/g> .\n'
TWO = b'<https://x.example/a> <https://x.example/p> "2" <https://x.example/g> .\n'


def values(dataset: Dataset) -> list[str]:
    rows = dataset.query("SELECT ?o { ?s ?p ?o } ORDER BY ?o")
    assert isinstance(rows, ox.QuerySolutions)
    return [row["o"].value for row in rows]


def test_readers_keep_what_they_opened(tmp_path: Path) -> None:
    publish([ONE], tmp_path, {})
    before = open_dataset(tmp_path)
    publish([TWO], tmp_path, {})
    assert values(before) == ["1"]
    assert values(open_dataset(tmp_path)) == ["2"]


def test_no_version_goes_while_it_is_read(tmp_path: Path) -> None:
    many = b"".join(f'<a:{i}> <a:p> "1" <a:g> .\n'.encode() for i in range(2000))
    publish([many], tmp_path, {})
    reader = open_dataset(tmp_path)
    for chunk in (ONE, TWO, ONE, many, many):
        publish([chunk], tmp_path, {})
    assert len(values(reader)) == 2000
    del reader
    publish([ONE], tmp_path, {})
    assert len(list((tmp_path / "versions").iterdir())) == 1


def test_readers_and_builders_at_the_same_time(tmp_path: Path) -> None:
    publish([ONE], tmp_path, {})
    code = (
        "import sys; from pathlib import Path; from kg.store import publish\n"
        f"for i in range(15): publish([({TWO!r} if i % 2 else {ONE!r})], Path(sys.argv[1]), {{}})"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) as builder:
        while builder.poll() is None:
            assert values(open_dataset(tmp_path)) in (["1"], ["2"])
    assert builder.returncode == 0


def test_a_damaged_store_is_told_and_mended_by_building_again(tmp_path: Path) -> None:
    version = publish([ONE], tmp_path, {})
    (tmp_path / "versions" / version / "db" / "CURRENT").unlink()
    with pytest.raises(StoreError, match="damaged"):
        open_dataset(tmp_path)
    publish([ONE], tmp_path, {})
    assert values(open_dataset(tmp_path)) == ["1"]


def test_statements_in_no_named_graph_are_seen(tmp_path: Path) -> None:
    file = tmp_path / "one.ttl"
    file.write_text('<https://x.example/a> <https://x.example/p> "1" .', "utf-8")
    load(file, tmp_path / "s")
    assert values(open_dataset(tmp_path / "s")) == ["1"]


@pytest.mark.parametrize("graph", ["no iri", "", "http://[", "x\n"])
def test_what_is_no_graph_is_told(dataset: Dataset, graph: str) -> None:
    with pytest.raises(QueryError, match="is not the IRI of a graph"):
        dataset.query("ASK {}", default=[graph])


def test_a_query_that_is_no_unicode_is_told(dataset: Dataset) -> None:
    with pytest.raises(QueryError, match="no Unicode"):
        dataset.query('ASK { ?s ?p "\ud800" }')


def test_a_build_that_fails_leaves_the_store(tmp_path: Path) -> None:
    publish([ONE], tmp_path, {})
    with pytest.raises(SyntaxError):
        publish([b"this is no quad"], tmp_path, {})
    assert values(open_dataset(tmp_path)) == ["1"]
    assert len(list((tmp_path / "versions").iterdir())) == 1


def test_a_build_that_is_killed_leaves_the_store(tmp_path: Path) -> None:
    publish([ONE], tmp_path, {})
    code = (
        "import os, sys; from pathlib import Path; import kg.store as s\n"
        "s.switch = lambda *a: os.kill(os.getpid(), 9)\n"
        f"s.publish([{TWO!r}], Path(sys.argv[1]), {{}})"
    )
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert run.returncode == -9
    assert values(open_dataset(tmp_path)) == ["1"]
    publish([TWO], tmp_path, {})
    assert values(open_dataset(tmp_path)) == ["2"]


def test_one_builder_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.locking.PATIENCE", 0.5)
    code = (
        "import fcntl, sys, time; f = open(sys.argv[1] + '/lock', 'w'); fcntl.flock(f, fcntl.LOCK_EX)\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(StoreError, match="another process is writing"):
            publish([ONE], tmp_path, {})
        holder.kill()


def test_what_is_wrong_with_a_store_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store here"):
        open_dataset(tmp_path / "none")
    publish([ONE], tmp_path / "a", {})
    version = (tmp_path / "a" / "current").read_text("utf-8").strip()
    manifest = tmp_path / "a" / "versions" / version / "manifest.json"
    for text, says in (
        ("{", "damaged"),
        ("[]", "damaged"),
        ('{"layout": 1}', "an earlier version"),
    ):
        manifest.write_text(text, "utf-8")
        with pytest.raises(StoreError, match=says):
            open_dataset(tmp_path / "a")


def test_the_default_graph_is_the_union_without_what_is_inferred(dataset: Dataset) -> None:
    names = {g.value for g in dataset.default_graphs}
    assert GRAPH_INFERRED not in names
    assert GRAPH_FINDINGS not in names
    count = "SELECT (COUNT(*) AS ?n) { ?t kh:coordinatingAgency <https://w3id.org/kehoach/agency/vn-73/so-tai-chinh> }"
    rows = dataset.query(count)
    assert isinstance(rows, ox.QuerySolutions)
    assert next(rows)["n"].value == "0"
    inside = count.replace("{ ?t", f"{{ GRAPH <{GRAPH_INFERRED}> {{ ?t").replace("> }", "> } }")
    rows = dataset.query(inside)
    assert isinstance(rows, ox.QuerySolutions)
    assert int(next(rows)["n"].value) > 10
    rows = dataset.query(count.replace("{ ?t", f"FROM <{GRAPH_INFERRED}> {{ ?t"))
    assert isinstance(rows, ox.QuerySolutions)
    assert int(next(rows)["n"].value) > 10


def test_from_a_graph_that_is_not_there_is_empty_and_fetches_nothing(dataset: Dataset) -> None:
    rows = dataset.query("SELECT * FROM <http://127.0.0.1:9/none> { ?s ?p ?o }")
    assert isinstance(rows, ox.QuerySolutions)
    assert list(rows) == []


def test_a_query_that_does_not_parse_tells_where(dataset: Dataset) -> None:
    with pytest.raises(QueryError) as fault:
        dataset.query("SELECT ?s {\n  ?s ?p ??\n}")
    assert (fault.value.line, fault.value.column) == (2, 11)


@pytest.mark.parametrize(
    "text", ["INSERT DATA { <a:a> <a:a> <a:a> }", "LOAD <http://x.example/>", "CLEAR ALL",
             "SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }"],
)  # fmt: skip
def test_writing_and_asking_others_is_refused(dataset: Dataset, text: str) -> None:
    with pytest.raises(ForbiddenQuery):
        dataset.query(text)


@pytest.mark.parametrize(
    ("form", "suffix"),
    [
        ("nquads", "nq"),
        pytest.param("trig", "trig", marks=pytest.mark.slow),
        pytest.param("jsonld", "jsonld", marks=pytest.mark.slow),
    ],
)
def test_out_and_in_again_is_the_same(
    dataset: Dataset, tmp_path: Path, form: str, suffix: str
) -> None:
    file = tmp_path / f"all.{suffix}"
    with file.open("wb") as out:
        dump(dataset, form, out)
    load(file, tmp_path / "again")
    again = open_dataset(tmp_path / "again")
    assert {str(q) for q in again.store} == {str(q) for q in dataset.store}
    (entry,) = again.manifest["plans"]
    assert (entry["number"], entry["tasks"], entry["targets"]) == ("06/KH-UBND", 36, 15)


def test_turtle_holds_the_default_graph(dataset: Dataset) -> None:
    out = io.BytesIO()
    dump(dataset, "turtle", out)
    text = out.getvalue()
    assert b"kh:AdministrativePlan" in text
    assert b"graph/findings" not in text


def test_a_file_that_does_not_load_leaves_the_store(tmp_path: Path) -> None:
    publish([ONE], tmp_path / "s", {})
    bad = tmp_path / "bad.nq"
    bad.write_text("nonsense", "utf-8")
    for file in (bad, tmp_path / "missing.nq", tmp_path / "x.docx"):
        with pytest.raises(KgError):
            load(file, tmp_path / "s")
    assert values(open_dataset(tmp_path / "s")) == ["1"]


def test_building_twice_gives_the_same_version(store_folder: Path, tmp_path: Path) -> None:
    build([PLAN], tmp_path / "again")
    assert open_dataset(tmp_path / "again").version == open_dataset(store_folder).version


def test_a_plan_without_identity_is_left_out_unless_it_is_told(tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    text = PLAN.read_text("utf-8").replace("06/KH-UBND", "    /KH-UBND")
    draft.write_text(text, "utf-8")
    publish([ONE], tmp_path / "s", {})
    summary = build([draft], tmp_path / "s")
    assert summary.built == []
    ((name, reason),) = summary.left_out
    assert name == str(draft)
    assert "no number found" in reason
    assert values(open_dataset(tmp_path / "s")) == ["1"]
    told = build([draft], tmp_path / "s", number="07/KH-UBND")
    assert [entry["iri"] for entry in told.built] == [
        "https://w3id.org/kehoach/doc/vn-73/ubnd/kh/2021/07"
    ]


@pytest.mark.slow
def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    (folder / "below").mkdir(parents=True)
    (folder / "below" / "good.txt").write_bytes(PLAN.read_bytes())
    (folder / "empty.txt").write_bytes(b"")
    (folder / "README.md").write_text("nothing", "utf-8")
    (folder / "picture.png").write_bytes(b"x")
    summary = build([folder], tmp_path / "s")
    assert [entry["file"] for entry in summary.built] == ["good.txt"]
    assert [os.path.basename(name) for name, _ in summary.left_out] == ["empty.txt"]  # noqa: PTH119
    assert {Path(name).name for name in summary.skipped} == {"README.md", "picture.png"}


def test_the_stored_graph_is_the_plans(dataset: Dataset, plan_graph: object) -> None:
    graph = ox.NamedNode("https://w3id.org/kehoach/doc/vn-73/ubnd/kh/2021/06")
    stored = {str(q.triple) for q in dataset.store.quads_for_pattern(None, None, None, graph)}
    text = canonical(plan_graph, graph.value)  # type: ignore[arg-type]
    assert len(stored) == text.count(b"\n")


def test_what_was_built_on_is_removed(tmp_path: Path) -> None:
    """Or a store would have twice its size until the next build."""
    plan = tmp_path / "plan.txt"
    for year in ("2025", "2026"):
        plan.write_text(PLAN.read_text("utf-8").replace("năm 2025", f"năm {year}"), "utf-8")
        build([plan], tmp_path / "s")
        assert [p.name for p in (tmp_path / "s" / "versions").iterdir()] == [
            current_version(tmp_path / "s").name
        ]
