"""A release is whole, checked by its own sums, the same each time, and leads back to the dataset."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from click.testing import CliRunner
from rdflib import DCAT, DCTERMS, VOID, Graph, URIRef

from kg.cli import main
from kg.diff import compare, read_facts
from kg.errors import KgError
from kg.release import SUMS, write_release
from kg.resources import resource_files
from kg.store import Dataset, load, open_dataset


@pytest.fixture(scope="module")
def release(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("releases") / "first"
    done = CliRunner().invoke(
        main, ["dump", "--store", str(store_folder), "--release", str(folder)]
    )
    assert done.exit_code == 0, done.output
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_its_sums_are_right_and_name_every_file(release: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", SUMS],
        cwd=release,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    named = {line.partition("  ")[2] for line in (release / SUMS).read_text("utf-8").splitlines()}
    assert named == set(files(release)) - {SUMS}


def test_a_changed_file_is_seen(release: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(release, copy)
    with (copy / "void.ttl").open("a") as file:
        file.write("#")
    done = subprocess.run(["sha256sum", "-c", SUMS], cwd=copy, capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode != 0
    assert "void.ttl: FAILED" in done.stdout


def test_the_same_store_gives_the_same_bytes(
    release: Path, dataset: Dataset, tmp_path: Path
) -> None:
    write_release(dataset, tmp_path / "second")
    assert files(tmp_path / "second") == files(release)
    text = b"".join(files(release).values())
    assert str(dataset.place.parent).encode() not in text


def test_it_holds_all_that_is_needed(release: Path) -> None:
    found = files(release)
    for folder, suffix in (("ontology", ".ttl"), ("shapes", ".ttl"), ("queries", ".rq")):
        here = [name for name in found if name.startswith(folder + "/")]
        assert len(here) == len(resource_files(folder, suffix))
    assert "data/plans/vn-73-ubnd-kh-2021-06.ttl" in found
    assert b"Apache License" in found["LICENSE"]
    assert b"No earlier release was named" in found["CHANGELOG.md"]
    versions = json.loads(found["VERSIONS.json"])
    assert {"dataset", "program", "rules", "ontology"} <= set(versions)
    assert all(versions.values())


@pytest.mark.slow
def test_the_dataset_can_be_made_again_from_it(
    release: Path, dataset: Dataset, tmp_path: Path
) -> None:
    load(release / "data" / "kehoach.nq", tmp_path / "again")
    again = open_dataset(tmp_path / "again")
    assert again.quads == dataset.quads
    assert set(again.store) == set(dataset.store)


def test_its_description_is_true(release: Path, dataset: Dataset) -> None:
    graph = Graph().parse(release / "void.ttl", publicID="http://example.org/r/void.ttl")
    (triples,) = graph.objects(None, VOID.triples)
    assert int(str(triples)) == dataset.quads
    dumps = {
        str(o).removeprefix("http://example.org/r/") for o in graph.objects(None, VOID.dataDump)
    }
    assert dumps == {name for name in files(release) if name.startswith("data/")}
    sizes = {
        str(graph.value(part, DCAT.downloadURL)).removeprefix("http://example.org/r/"): int(str(size))
        for part, size in graph.subject_objects(DCAT.byteSize)
    }  # fmt: skip
    assert sizes == {name: len(data) for name, data in files(release).items() if name in dumps}


def test_each_part_has_the_licence_that_it_names_itself(release: Path) -> None:
    apache = URIRef("https://www.apache.org/licenses/LICENSE-2.0")
    ontology = Graph().parse(release / "ontology" / "kh.ttl")
    (own,) = ontology.objects(URIRef("https://w3id.org/kehoach/ont"), DCTERMS.license)
    assert own == URIRef("https://creativecommons.org/licenses/by/4.0/")
    here = "http://example.org/r/void.ttl"
    graph = Graph().parse(release / "void.ttl", publicID=here)
    assert set(graph.objects(URIRef(here + "#dataset"), DCTERMS.license)) == {apache, own}
    assert list(graph.objects(URIRef(here + "#ontology"), DCTERMS.license)) == [own]
    for part, file in graph.subject_objects(DCAT.downloadURL):
        expected = {apache, own} if str(file).endswith(".nq") else {apache}
        assert set(graph.objects(part, DCTERMS.license)) == expected
    notice = (release / "NOTICE.md").read_text("utf-8")
    assert any("kh.ttl" in line and str(own) in line for line in notice.splitlines())
    assert not any("kh.ttl" in line and "Apache" in line for line in notice.splitlines())
    cited = yaml.safe_load((release / "CITATION.cff").read_text("utf-8"))
    (part,) = (r for r in cited["references"] if r["title"].startswith("Ontology"))
    assert (part["license"], cited["license"]) == ("CC-BY-4.0", "Apache-2.0")
    assert "CC-BY-4.0" in cited["abstract"]


def test_it_says_how_to_cite_it(release: Path) -> None:
    cited = yaml.safe_load((release / "CITATION.cff").read_text("utf-8"))
    assert cited["cff-version"] == "1.2.0"
    assert cited["type"] == "dataset"
    assert {"message", "title", "authors", "version", "license"} <= set(cited)
    plan = next(r for r in cited["references"] if r["type"] == "government-document")
    assert plan["title"].startswith("06/KH-UBND: ")
    assert str(plan["date-released"]) == "2021-01-14"


def test_the_changelog_tells_what_changed_since(
    release: Path, dataset: Dataset, tmp_path: Path
) -> None:
    old = tmp_path / "old.nq"
    lines = (release / "data" / "kehoach.nq").read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "/task/II.1.a.p1/as/lead-1>" not in line]
    assert len(kept) < len(lines)
    old.write_text("".join(kept), "utf-8")
    write_release(dataset, tmp_path / "new", since=old)
    told = (tmp_path / "new" / "CHANGELOG.md").read_text("utf-8")
    assert "Since old.nq" in told
    assert compare(read_facts(old), read_facts(release / "data" / "kehoach.nq")).changes
    assert "II.1.a" in told


def test_nothing_is_overwritten_and_nothing_half_left(
    release: Path, dataset: Dataset, tmp_path: Path
) -> None:
    with pytest.raises(KgError, match="is there already"):
        write_release(dataset, release)
    with pytest.raises(KgError, match=r"no such file|cannot be read"):
        write_release(dataset, tmp_path / "new", since=tmp_path / "none.nq")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "empty").mkdir()
    write_release(dataset, tmp_path / "empty")
    assert (tmp_path / "empty" / SUMS).is_file()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "-o FILE, or --release DIR"),
        (["-o", "x.nq", "--release", "y"], "-o FILE, or --release DIR"),
        (["-o", "x.nq", "--since", "y"], "--since belongs"),
        (["--release", "y", "--plan", "06/KH-UBND"], "leave out --plan"),
    ],
)
def test_what_does_not_go_together_is_told(
    store_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["dump", "--store", str(store_folder), *arguments])
    assert done.exit_code == 2
    assert says in done.output
    assert list(tmp_path.iterdir()) == []


def test_the_turtle_of_a_plan_is_its_graph(release: Path, dataset: Dataset) -> None:
    data = (release / "data" / "plans" / "vn-73-ubnd-kh-2021-06.ttl").read_bytes()
    found = {quad.triple for quad in ox.parse(data, format=ox.RdfFormat.TURTLE)}
    plan = ox.NamedNode("https://w3id.org/kehoach/doc/vn-73/ubnd/kh/2021/06")
    assert found == {q.triple for q in dataset.store.quads_for_pattern(None, None, None, plan)}
