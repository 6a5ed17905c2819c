"""National documents, their targets and what happened to them: what is established, and that it says by whom."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import RDF, Graph, URIRef

from kg.model import Plan
from kg.names import BASE, DCTERMS, ELI, KH, PREFIXES
from kg.pipeline import ontology_graph

ROOT = Path(__file__).parent.parent
ELI_TERMS = {
    line.split()[0]: "deprecated" in line
    for line in (ROOT / "tests/data/eli/terms.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
}


def rows(graph: Graph, query: str) -> list[tuple[str, ...]]:
    found = graph.query(query, initNs=PREFIXES)
    return sorted(
        tuple("" if term is None else str(term).removeprefix(BASE) for term in row)  # type: ignore[union-attr]
        for row in found
    )


def test_everything_in_the_reference_data_has_a_source(reference: Graph) -> None:
    without = """SELECT DISTINCT ?thing WHERE { ?thing ?any ?value
        FILTER NOT EXISTS { ?thing a dcterms:BibliographicResource }
        FILTER NOT EXISTS { ?thing dcterms:source ?source . ?source a dcterms:BibliographicResource } }"""
    assert rows(reference, without) == []
    untold = """SELECT ?source WHERE { ?source a dcterms:BibliographicResource
        FILTER NOT EXISTS { ?source dcterms:identifier ?where ; kh:confidence ?sure } }"""
    assert rows(reference, untold) == []


def test_what_one_source_alone_tells_is_marked_unverified(reference: Graph) -> None:
    for kind in ("kh:LegalEvent", "org:ChangeEvent", "kh:UnitChange", "kh:TypeChange"):
        wrong = f"""SELECT ?event WHERE {{ ?event a {kind} ; kh:confidence ?sure
            BIND(EXISTS {{ ?event kh:reviewStatus <{BASE}voc/review-status/unverified> }} AS ?marked)
            FILTER(?marked != (?sure < 1)) }}"""
        assert rows(reference, wrong) == []
        assert rows(reference, f"SELECT ?event WHERE {{ ?event a {kind} }}")


def test_no_event_is_surer_than_its_surest_source(reference: Graph) -> None:
    """A news report alone leaves an event unverified, the act itself or several sources do not."""
    surer = """SELECT ?event WHERE { ?event kh:confidence ?sure ; dcterms:source ?any
        FILTER NOT EXISTS { ?event dcterms:source/kh:confidence ?trust FILTER(?trust >= ?sure) } }"""
    # (202/2025/QH15 itself was told by a secondary source; letter 915 and the list of 60-NQ/TW bear it out.)
    assert rows(reference, surer) == []
    for report in ("hau-giang-2025", "state-bank-regions", "press-function-2025"):
        told = f"""SELECT ?event WHERE {{ ?event a org:ChangeEvent ; dcterms:source <{BASE}source/{report}>
            FILTER NOT EXISTS {{ ?event kh:reviewStatus <{BASE}voc/review-status/unverified> }} }}"""
        assert rows(reference, told) == []


def test_the_eli_terms_used_are_terms_of_eli() -> None:
    used: dict[str, str] = {}
    for folder, suffixes in (
        ("ontology", ".ttl"),
        ("shapes", ".ttl"),
        ("queries", ".rq"),
        ("kg", ".py"),
        ("api", ".py"),
    ):
        for file in (ROOT / folder).rglob(f"*{suffixes}"):
            for name in re.findall(
                r"(?<![\w.])(?:eli:|ELI\.)([A-Za-z_]+)", file.read_text("utf-8")
            ):
                used[name] = str(file.relative_to(ROOT))
    assert "first_date_entry_in_force" in used
    assert {name: where for name, where in used.items() if name not in ELI_TERMS} == {}
    assert {name: where for name, where in used.items() if ELI_TERMS[name]} == {}


def test_titles_stand_on_expressions_and_dates_on_works(reference: Graph) -> None:
    """The domains that the ELI ontology gives them."""
    for subject in reference.subjects(ELI.title):
        assert (subject, RDF.type, ELI.LegalExpression) in reference
    for property_ in (
        ELI.date_document,
        ELI.first_date_entry_in_force,
        ELI.amends,
        ELI.type_document,
    ):
        for subject in reference.subjects(property_):
            assert (subject, RDF.type, ELI.LegalResource) in reference


@pytest.mark.parametrize(
    ("path", "number", "day"),
    [
        ("vn/bch-tw/nq/2022/29", "29-NQ/TW", "2022-11-17"),
        ("vn/cp/nq/2024/111", "111/NQ-CP", "2024-07-22"),
        ("vn/bct-tw/nq/2024/57", "57-NQ/TW", "2024-12-22"),
        ("vn/cp/nq/2025/03", "03/NQ-CP", "2025-01-09"),
        ("vn/cp/nq/2025/71", "71/NQ-CP", "2025-04-01"),
        ("vn/cp/nd/2014/24", "24/2014/NĐ-CP", "2014-04-04"),
        ("vn/cp/nd/2020/107", "107/2020/NĐ-CP", "2020-09-14"),
        ("vn/cp/nd/2025/45", "45/2025/NĐ-CP", "2025-02-28"),
        ("vn/cp/nd/2025/40", "40/2025/NĐ-CP", "2025-02-26"),
        ("vn/cp/nd/2025/55", "55/2025/NĐ-CP", "2025-03-02"),
        ("vn/cp/nd/2025/150", "150/2025/NĐ-CP", ""),
        ("vn/qh/nq/2025/176", "176/2025/QH15", "2025-02-18"),
        ("vn/bch-tw/nq/2025/60", "60-NQ/TW", ""),
        ("vn/ttg/qd/2020/20", "20/2020/QĐ-TTg", "2020-07-22"),
    ],
)
def test_documents_are_known_by_number_and_date(
    reference: Graph, path: str, number: str, day: str
) -> None:
    node = URIRef(f"{BASE}doc/{path}")
    assert str(reference.value(node, ELI.id_local)) == number
    assert str(reference.value(node, ELI.date_document) or "") == day
    assert reference.value(node, KH.issuedBy)


def test_the_chains_of_implementation(reference: Graph) -> None:
    found = rows(reference, "SELECT ?a ?b WHERE { ?a kh:implementsDocument ?b }")
    assert found == [
        ("doc/vn/cp/nq/2020/124", "doc/vn/bct-tw/nq/2018/23"),
        ("doc/vn/cp/nq/2024/111", "doc/vn/bch-tw/nq/2022/29"),
        ("doc/vn/cp/nq/2025/03", "doc/vn/bct-tw/nq/2024/57"),
        ("doc/vn/cp/nq/2025/71", "doc/vn/bct-tw/nq/2024/57"),
    ]


@pytest.mark.parametrize("path", ["vn/bct-tw/nq/2018/23", "vn/cp/nq/2020/124"])
def test_the_national_targets_of_2030_have_values_and_no_quotes(
    reference: Graph, path: str
) -> None:
    found = rows(
        reference,
        f"""SELECT ?sign ?value WHERE {{ ?t a kh:NationalTarget ; kh:elementOf <{BASE}doc/{path}> ; kh:hasValue ?v .
            ?v qudt:numericValue ?value ; kh:comparator ?sign ; qudt:hasUnit ?unit ; kh:valueType ?type ; kh:referenceYear ?year
            FILTER(STR(?year) = "2030") }}""",
    )
    assert [(sign.rsplit("/", 1)[1], value) for sign, value in found] == [
        ("approx", "30.0"),
        ("eq", "7.5"),
        ("ge", "45.0"),
        ("gt", "10.0"),
        ("gt", "20.0"),
        ("gt", "40.0"),
        ("gt", "70.0"),
        ("gt", "8.5"),
        ("le", "3.0"),
    ]
    quoted = "SELECT ?t WHERE { ?t a kh:NationalTarget ; kh:hasEvidence|kh:elementText|kh:hasValue/kh:printedValue ?words }"
    assert rows(reference, quoted) == []


def test_the_indicators_are_those_that_plans_get(reference: Graph, plan: Plan) -> None:
    """By their labels too, or a store with both would have two labels of one indicator."""
    names = {f"indicator/{t.measure.key}": t.measure.name for t in plan.targets}
    told = rows(
        reference,
        'SELECT ?i ?name WHERE { ?i a kh:Indicator ; rdfs:label ?name FILTER(LANG(?name) = "vi") }',
    )
    national = {row[0]: row[1] for row in told}
    shared = names.keys() & national.keys()
    assert {name: names[name] for name in shared} == {name: national[name] for name in shared}
    assert len(shared) == 5
    assert {name.replace("-gdp", "-grdp") for name in national} >= {
        name for name in names if name.endswith("-grdp")
    } - {"indicator/toc-do-tang-grdp-cong-nghiep"}


def test_what_is_open_is_listed_with_what_was_read(reference: Graph) -> None:
    found = rows(
        reference,
        """SELECT DISTINCT ?open WHERE { ?open a kh:OpenPoint ; kh:openAbout ?thing ; dcterms:source ?read }""",
    )
    assert len(found) == len(set(reference.subjects(RDF.type, KH.OpenPoint))) >= 20
    everything = ontology_graph() + reference
    about = set(reference.objects(None, KH.openAbout))
    assert {thing for thing in about if (thing, None, None) not in everything} == set()


def test_what_a_plan_says_is_checked_even_if_it_names_a_source(
    plan_graph: Graph, tmp_path: Path
) -> None:
    """Only what is known of documents without text from a source needs no words."""
    from kg.checking import validate_file

    target = next(plan_graph.subjects(RDF.type, KH.Target))
    changed = Graph()
    for triple in plan_graph:
        if triple[:2] != (target, KH.hasEvidence):
            changed.add(triple)
    changed.add((target, DCTERMS.source, URIRef(f"{BASE}source/decree-24-2014")))
    changed.serialize(tmp_path / "plan.ttl", format="turtle")
    report = validate_file(tmp_path / "plan.ttl")
    assert str(target) in {finding.focus for finding in report.findings}
