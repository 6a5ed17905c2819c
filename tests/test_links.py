"""Links found by people, and reference graphs of others: they outlive builds, and nothing wrong is taken in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from kg.api import create_app
from rdflib import RDF, VOID, Graph

from kg.beside import add_link, import_reference, remove_link
from kg.cli import main
from kg.errors import LinksError, NotReference
from kg.links import Link, links_path, load_links
from kg.names import BASE
from kg.pipeline import build, reference_graph, remove
from kg.store import Dataset, open_dataset
from kg.validation import check

UNIT = BASE + "unit/vn-73"
THERE = "https://www.wikidata.org/entity/Q36027"
LINK = Link(
    UNIT,
    THERE,
    "exact",
    "Lê Thị Lan",
    "2026-11-28",
    "https://www.wikidata.org/wiki/Q36027",
    "same <b>area</b>",
)
MATCH = f"ASK {{ <{UNIT}> skos:exactMatch <{THERE}> }}"
NATION = """@prefix kh: <https://w3id.org/kehoach/ont#> . @prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix n: <https://nation.example/> .
n:bo-x a org:FormalOrganization ; rdfs:label "Bộ X"@vi ; dcterms:source n:gazette ; kh:validFrom "2025-03-01"^^xsd:date .
n:change a org:ChangeEvent ; rdfs:label "Lập Bộ X"@vi ; dcterms:source n:gazette ; kh:effectiveFrom "2025-03-01"^^xsd:date ;
  org:originalOrganization <https://w3id.org/kehoach/agency/vn/bo-y-te> ; org:resultingOrganization n:bo-x .
"""


@pytest.fixture
def store(store_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(store_folder, tmp_path / "store"))


def asks(store: Path, query: str) -> bool:
    return bool(open_dataset(store).query(query))


def test_a_link_outlives_builds_and_removals(store: Path, plan_file: Path) -> None:
    before = open_dataset(store).version
    assert add_link(LINK, store) is False
    assert asks(store, MATCH)
    assert open_dataset(store).version != before
    assert build([plan_file], store).unchanged
    assert asks(store, MATCH)
    build([plan_file], store, fingerprint="another", replace=True)
    assert asks(store, MATCH)
    remove(BASE + "doc/vn-73/ubnd/kh/2021/06", store)
    assert asks(store, MATCH)
    remove_link(UNIT, THERE, store)
    assert not asks(store, MATCH)
    assert load_links(store) == ()


@pytest.mark.slow
def test_links_survive_a_store_that_is_made_anew(store: Path, plan_file: Path) -> None:
    add_link(LINK, store)
    shutil.rmtree(store / "versions")
    (store / "current").unlink()
    build([plan_file], store)
    assert asks(store, MATCH)


def test_a_file_mended_by_hand_is_taken_in_by_the_next_build(store: Path, plan_file: Path) -> None:
    add_link(LINK, store)
    path = links_path(store)
    path.write_text(path.read_text("utf-8").replace('"exact"', '"close"'), "utf-8")
    build([plan_file], store)
    assert not asks(store, MATCH)
    assert asks(store, MATCH.replace("exact", "close"))


def test_the_same_link_said_again_takes_the_place_of_the_old(store: Path) -> None:
    add_link(LINK, store)
    assert (
        add_link(Link(*LINK_ROW, "related", "An", "2026-11-29", "https://x.example/"), store)
        is True
    )
    (one,) = load_links(store)
    assert (one.relation, one.who) == ("related", "An")
    assert not asks(store, MATCH)


LINK_ROW = (UNIT, THERE)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"subject": BASE + "unit/nowhere"}, "nothing is known of"),
        ({"subject": "https://example.org/x"}, "none of this data"),
        ({"object": "javascript:alert(1)"}, "no address that begins with http"),
        ({"object": "https://x.example/<script>"}, "is no IRI"),
        ({"object": UNIT}, "of this data itself"),
        ({"relation": "same"}, "is none of exact"),
        ({"source": "somewhere"}, "no address"),
        ({"when": "today"}, "no day"),
        ({"who": "a\nb"}, "plain text"),
    ],
)
def test_a_wrong_link_is_refused_and_changes_nothing(
    store: Path, change: dict[str, str], says: str
) -> None:
    fields = {name: getattr(LINK, name) for name in Link.__slots__} | change
    with pytest.raises(LinksError, match=says):
        add_link(Link(**fields), store)
    assert not links_path(store).exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [("[[link", "not TOML"), ("[[link]]\nsubject = 'x'", "is missing"), ("[[link]]\nwhat = 1", "has the keys"), ("x = 1", "nothing else")],
)  # fmt: skip
def test_a_broken_file_is_named_with_the_reason(
    store: Path, plan_file: Path, text: str, says: str
) -> None:
    links_path(store).write_text(text, "utf-8")
    with pytest.raises(LinksError, match=says):
        build([plan_file], store)


def test_links_on_the_command_line(store: Path) -> None:
    def kg(*arguments: str) -> tuple[int, str]:
        run = CliRunner().invoke(main, ["link", *arguments, "--store", str(store)])
        return run.exit_code, run.output

    code, said = kg(
        "add",
        "/unit/vn-73",
        THERE,
        "--relation",
        "exact",
        "--by",
        "Lan",
        "--source",
        "https://s.example/",
    )
    assert (code, said) == (0, f"added: {links_path(store)}\n")
    code, said = kg("list")
    assert said.split("\t")[:4] == [UNIT, "exact", THERE, "Lan"]
    code, said = kg("needed")
    assert code == 1
    assert f"{BASE}unit/vn-ct\t" in said
    assert f"{UNIT}\t" not in said
    assert kg("remove", "/unit/vn-73", THERE)[0] == 0
    assert kg("list") == (0, "")
    code, said = kg("remove", "/unit/vn-73", THERE)
    assert code == 2
    assert "has no link" in said


def test_links_are_shown_with_who_and_when_and_counted_by_target(store: Path) -> None:
    add_link(LINK, store)
    client = create_app({"STORE": store}).test_client()
    html = client.get("/unit/vn-73.html?lang=en").get_data(as_text=True)
    shown = html.split('id="outside"')[1]
    assert THERE in shown
    assert "by Lê Thị Lan, 28 November 2026" in shown
    assert "same &lt;b&gt;area&lt;/b&gt;" in shown
    assert "https://sws.geonames.org/7506719/" in shown
    assert "Unverified" in shown
    answer = client.get("/.well-known/void", headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=answer.get_data(as_text=True), format="turtle")
    sets = {
        str(graph.value(one, VOID.objectsTarget)): (str(graph.value(one, VOID.linkPredicate)).rsplit("/", 1)[1], int(str(graph.value(one, VOID.triples))))
        for one in graph.subjects(RDF.type, VOID.Linkset)
    }  # fmt: skip
    assert sets == {
        "https://sws.geonames.org/": ("sameAs", 1),
        "https://www.openstreetmap.org/": ("sameAs", 1),
        "https://spelunker.whosonfirst.org/": ("sameAs", 1),
        "https://en.wikipedia.org/": ("rdf-schema#seeAlso", 1),
        "https://www.wikidata.org/": ("core#exactMatch", 1),
    }


def test_our_own_reference_data_passes_the_shapes_for_reference_data() -> None:
    findings = check(reference_graph(), "reference", Graph()).findings
    assert [(f.focus, f.message_en) for f in findings] == []


@pytest.mark.slow
def test_a_national_graph_is_a_graph_of_its_own_kept_by_builds(
    store: Path, plan_file: Path, tmp_path: Path
) -> None:
    file = tmp_path / "Bộ ngành.ttl"
    file.write_text(NATION, "utf-8")
    run = CliRunner().invoke(main, ["load", str(file), "--as", "reference", "--store", str(store)])
    assert run.exit_code == 0, run.output
    graph = f"{BASE}graph/imported/bo-nganh"
    assert f"<{graph}>" in run.output
    known = (
        f"ASK {{ GRAPH <{graph}> {{ <https://nation.example/bo-x> a org:FormalOrganization }} }}"
    )
    assert asks(store, known)
    build([plan_file], store, fingerprint="another", replace=True)
    assert asks(store, known)
    shutil.rmtree(store / "versions")
    (store / "current").unlink()
    build([plan_file], store)
    assert asks(store, known)
    from kg.catalogue import answer, find_question

    rows = answer(find_question("agency/as-of"), open_dataset(store), lang="vi",
                  parameters={"agency": "/agency/vn/bo-y-te", "day": "2025-08-01"})  # fmt: skip
    assert [row[rows.columns.index("holder")] for row in rows.rows] == [
        "https://nation.example/bo-x"
    ]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.ttl", NATION.replace("dcterms:source n:gazette ; kh:validFrom", "kh:validFrom"), "has no source"),
        ("a.ttl", NATION.replace('rdfs:label "Bộ X"@vi ;', ""), "has no name"),
        ("a.ttl", NATION.replace('kh:validFrom "2025-03-01"^^xsd:date', 'kh:validFrom "March"'), "is one day"),
        ("a.ttl", NATION.replace('kh:effectiveFrom "2025-03-01"^^xsd:date ;', ""), "needs a day of effect"),
        ("a.ttl", NATION.replace("n:bo-x a org", "[] a org"), "no blank node"),
        ("a.ttl", NATION + "kh:Task a kh:Agency .", "define terms of kehoach anew"),
        ("a.ttl", "<https://x.example/> <https://x.example/p> 1 .", "is this the right file"),
        ("a.ttl", "", "no statement"),
        ("a.ttl", "<", "does not parse"),
        ("a.csv", "x", "unknown type"),
    ],
)  # fmt: skip
def test_a_national_graph_with_errors_is_refused(
    store: Path, tmp_path: Path, name: str, text: str, says: str
) -> None:
    before = open_dataset(store).version
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(NotReference, match=says):
        import_reference(tmp_path / name, store)
    assert open_dataset(store).version == before


def test_a_store_without_links_is_named_as_ever(dataset: Dataset) -> None:
    assert dataset.version == dataset.manifest["content"]
    assert not any(
        isinstance(g, ox.NamedNode) and g.value.endswith("graph/links")
        for g in dataset.default_graphs
    )
