"""The vocabulary and the reference data, asked by SPARQL for what a user of them relies on."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg.names import BASE, DCTERMS, KH, VOC, slug
from kg.resources import resource_files

ROOT = Path(__file__).parent.parent
ONTOLOGY = URIRef(BASE + "ont")
PREFIXES = {"kh": KH, "owl": OWL, "rdfs": RDFS, "skos": SKOS, "dcterms": DCTERMS}

# The contract that queries, shapes and outside users build on: a name is renamed or dropped only with
# an entry in the changelog, and stays as owl:deprecated.
CLASSES = [
    "PolicyDocument",
    "AdministrativePlan",
    "PartyDocument",
    "Clause",
    "Signing",
    "SourceMention",
    "PlanElement",
    "Purpose",
    "Requirement",
    "Goal",
    "Target",
    "Indicator",
    "IndicatorValue",
    "TaskGroup",
    "Task",
    "ReportingDuty",
    "MonitoringDuty",
    "ExpectedOutput",
    "Assignment",
    "Citation",
    "ThemeAssignment",
    "AssignmentRole",
    "Timeframe",
    "RecurringSchedule",
    "Deadline",
    "Agency",
    "PeoplesCommittee",
    "ProvincialDepartment",
    "CentralAgency",
    "CentralAgencyBranch",
    "PublicServiceUnit",
    "SocialOrganization",
    "AgentGroup",
    "AdministrativeUnit",
    "PolicyTheme",
    "Alignment",
]
PROPERTIES = [
    "issuedBy",
    "issuePlace",
    "appliesInUnit",
    "implementsDocument",
    "hasClause",
    "clausePath",
    "heading",
    "clauseText",
    "clauseOrder",
    "hasSigning",
    "signatory",
    "signingCapacity",
    "signedOnBehalfOf",
    "hasRecipient",
    "hasPlanElement",
    "statedIn",
    "hasEvidence",
    "elementText",
    "horizonYear",
    "hasTarget",
    "subTargetOf",
    "forIndicator",
    "hasValue",
    "hasBaseline",
    "comparator",
    "valueType",
    "referenceYear",
    "valuePeriod",
    "denominator",
    "sectorScope",
    "hasTask",
    "hasAssignment",
    "assignedTo",
    "assignmentRole",
    "leadAgency",
    "coordinatingAgency",
    "focalAgency",
    "reportRecipient",
    "modality",
    "hasTimeframe",
    "timeText",
    "interval",
    "hasSchedule",
    "frequency",
    "isConditional",
    "hasDeadline",
    "dueBefore",
    "expectedOutput",
    "beneficiary",
    "fundingSource",
    "hasTheme",
    "hasAlignment",
    "alignedWith",
    "alignmentType",
    "agencyJurisdiction",
    "groupMember",
    "confidence",
    "reviewStatus",
    "citedDocument",
    "citationRelation",
    "assignedTheme",
    "factStatus",
    "foundByRule",
    "labelStatus",
]
INVERSES = {
    "implementsDocument": "implementedThrough",
    "hasClause": "clauseOf",
    "hasPlanElement": "elementOf",
    "statedIn": "states",
    "hasTarget": "targetOf",
    "hasTask": "inTaskGroup",
    "hasAssignment": "assignmentOf",
    "leadAgency": "leads",
    "coordinatingAgency": "coordinates",
}
# Said of things of several classes that have no common one: no domain, so that nothing is inferred.
WITHOUT_DOMAIN = {
    "confidence": "of elements, alignments, sources",
    "reviewStatus": "of elements, alignments, reference data",
    "labelStatus": "of everything that has a label",
    "validFrom": "of units and of agencies",
    "validTo": "of units and of agencies",
    "changeKind": "of legal events, changes of bodies, of units and of types",
    "byAct": "of legal events, changes of bodies, of units and of types",
    "actAsReported": "of changes of bodies, whose class is of ORG",
    "announcedOn": "of legal events, changes of bodies, of units and of types",
    "isDraftOnly": "of changes of bodies, whose class is of ORG",
    "effectiveFrom": "of legal events, changes of bodies, of units and of types",
    "hasWords": "of clauses and of timeframes",
    "findingPath": "of results of checks, whose class is of SHACL",
    "findingQuote": "of results of checks, whose class is of SHACL",
    "findingClause": "of results of checks, whose class is of SHACL",
}
SCHEMES = {
    "agency-type": ["provincial-department", "so-cong-thuong", "bo-cong-thuong", "ubnd-tinh"],
    "alignment-type": ["same", "localised", "stricter", "weaker", "partial"],
    "capacity": ["tm", "kt", "tl", "tuq", "q"],
    "change-kind": [
        "entry-into-force",
        "amendment",
        "replacement",
        "repeal",
        "end",
        "merger",
        "renaming",
        "abolition",
        "transfer",
        "unchanged",
    ],
    "citation-relation": ["implements", "based-on", "cites"],
    "clause-type": [
        "phan",
        "chuong",
        "muc",
        "dieu",
        "khoan",
        "diem",
        "gach",
        "cong",
        "doan",
        "bang",
        "hang",
    ],
    "comparator": ["eq", "gt", "ge", "lt", "le", "approx"],
    "denominator": ["gdp", "grdp", "lao-dong"],
    "doc-type": [
        "kh",
        "nq",
        "qd",
        "ct",
        "qc",
        "qyd",
        "tb",
        "hd",
        "ctr",
        "pa",
        "bc",
        "bb",
        "ttr",
        "nd",
        "tt",
        "luat",
        "pl",
        "kl",
        "cv",
    ],
    "fact-status": ["extracted", "corrected", "confirmed"],
    "funding": ["state-budget", "local-budget", "other-legal"],
    "issuer-type": ["party", "government", "local-government"],
    "label-status": ["official", "ours"],
    "link-kind": ["exact", "close", "broad", "narrow", "related"],
    "modality": ["assign", "request", "general"],
    "review-status": ["unverified", "verified", "disputed"],
    "role": ["lead", "coordinating", "focal", "recipient", "monitor"],
    "sector": ["industry", "manufacturing"],
    "theme": [
        "communication",
        "industrial-strategy",
        "investment",
        "innovation",
        "digital",
        "key-products",
        "technical-support",
        "credit",
        "state-management",
        "environment",
        "human-resources",
        "reporting",
    ],
    "unit": ["ty-dong", "trieu-dong", "trieu-dong-lao-dong-nam", "nguoi", "ha", "km"],
    "value-type": ["level", "share", "mean-annual-growth", "change"],
    "time-kind": ["year", "period", "deadline", "yearly", "continuous", "relative", "unknown"],
}
# Schemes whose concepts cannot be understood from their names alone.
DEFINED = ["theme", "time-kind", "role", "comparator", "modality", "fact-status", "review-status", "value-type",
           "alignment-type", "change-kind", "link-kind", "citation-relation", "clause-type", "capacity", "doc-type"]  # fmt: skip


@cache
def load(part: str = "") -> Graph:
    """The Turtle files below ``ontology/`` whose path contains *part*."""
    graph = Graph(bind_namespaces="none")
    for file in resource_files("ontology", ".ttl"):
        if part in str(file):
            graph.parse(data=file.read_bytes(), format="turtle")
    return graph


def ask(graph: Graph, query: str) -> list[tuple[str, ...]]:
    """The rows of a SELECT as strings; shortened IRIs of ours, so that a failure can be read."""
    rows = graph.query(query, initNs=PREFIXES)
    assert rows.type == "SELECT"
    return sorted(tuple("" if term is None else short(term) for term in row) for row in rows)  # type: ignore[union-attr]


def short(term: Node) -> str:
    return str(term).replace(str(KH), "kh:").replace(BASE, "")


def local(graph: Graph) -> Iterator[URIRef]:
    """What we publish in *graph*: every subject below our base."""
    found = {s for s in graph.subjects() if isinstance(s, URIRef) and s.startswith(BASE)}
    yield from sorted(found)


def properties(graph: Graph) -> list[URIRef]:
    """The properties in our namespace."""
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty)
    found = {s for kind in kinds for s in graph.subjects(RDF.type, kind)}
    return sorted(s for s in found if isinstance(s, URIRef) and s.startswith(str(KH)))


OWLRL = """
import sys
from owlrl import DeductiveClosure, OWLRL_Semantics
from rdflib import Graph, URIRef
graph = Graph(bind_namespaces="none").parse(data=sys.stdin.buffer.read(), format="nt")
DeductiveClosure(OWLRL_Semantics).expand(graph)
error = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
print("\\n".join(sorted(" ".join(str(m).split()) for m in graph.objects(None, error))))
"""


def contradictions(graph: Graph) -> list[str]:
    """What OWL RL finds to contradict itself in *graph*.

    In a process of its own: owlrl replaces rdflib's datatypes for all that runs beside it.
    """
    text = graph.serialize(format="nt", encoding="utf-8")
    run = subprocess.run([sys.executable, "-c", OWLRL], input=text, capture_output=True, check=True)
    return run.stdout.decode("utf-8").split("\n")[:-1] if run.stdout.strip() else []


# The vocabulary


def test_the_classes_of_the_contract_are_there() -> None:
    declared = {short(s) for s in load("kh.ttl").subjects(RDF.type, OWL.Class)}
    assert len(CLASSES) == 36
    assert {f"kh:{name}" for name in CLASSES} <= declared


def test_the_properties_of_the_contract_are_there() -> None:
    declared = {short(p) for p in properties(load("kh.ttl"))}
    assert len(PROPERTIES) == 64
    assert {f"kh:{name}" for name in PROPERTIES} <= declared


@pytest.mark.parametrize("predicate", ["rdfs:label", "skos:definition"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_terms_have_one_label_and_one_definition_in_each_language(
    predicate: str, language: str
) -> None:
    wrong = ask(
        load("kh.ttl"),
        f"""SELECT ?term (COUNT(?text) AS ?n) WHERE {{
          ?term rdfs:isDefinedBy <{ONTOLOGY}>
          OPTIONAL {{ ?term {predicate} ?text FILTER(LANG(?text) = "{language}") }}
        }} GROUP BY ?term HAVING (COUNT(?text) != 1)""",
    )
    assert wrong == []


def test_terms_say_who_defines_them() -> None:
    """Ours this ontology, those of others their owner."""
    wrong = ask(
        load("kh.ttl"),
        f"""SELECT ?term ?owner WHERE {{
          VALUES ?kind {{ owl:Class owl:ObjectProperty owl:DatatypeProperty }}
          ?term a ?kind
          OPTIONAL {{ ?term rdfs:isDefinedBy ?owner }}
          FILTER(!BOUND(?owner) || STRSTARTS(STR(?term), "{KH}") != (?owner = <{ONTOLOGY}>))
        }}""",
    )
    assert wrong == []


@pytest.mark.parametrize("kind", ["class", "property"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_two_terms_have_one_label(kind: str, language: str) -> None:
    graph = load("kh.ttl")
    ours = properties(graph) if kind == "property" else [KH[name] for name in CLASSES]
    labels = Counter(
        str(label).casefold()
        for term in ours
        for label in graph.objects(term, RDFS.label)
        if isinstance(label, Literal) and label.language == language
    )
    assert [label for label, times in labels.items() if times > 1] == []


def test_labels_and_definitions_are_clean() -> None:
    """No white space at the ends, no label that ends like a sentence, definitions that do."""
    graph = load()
    ragged = [
        (short(s), str(o))
        for p in (RDFS.label, SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, SKOS.definition)
        for s, o in graph.subject_objects(p)
        if str(o) != " ".join(str(o).split()) or str(o).endswith(".") != (p == SKOS.definition)
    ]
    assert ragged == []


@pytest.mark.parametrize("relation", ["rdfs:subClassOf", "rdfs:subPropertyOf", "skos:broader"])
def test_no_term_is_above_itself(relation: str) -> None:
    assert ask(load(), f"SELECT ?term WHERE {{ ?term {relation}+ ?term }}") == []


def test_properties_have_one_named_domain_and_range() -> None:
    """Two would mean their intersection; a union cannot be expressed in OWL 2 RL."""
    graph = load("kh.ttl")
    for term in properties(graph):
        name = short(term).removeprefix("kh:")
        domains, ranges = (list(graph.objects(term, p)) for p in (RDFS.domain, RDFS.range))
        assert len(domains) == (name not in WITHOUT_DOMAIN), f"domain of {name}: {domains}"
        assert len(ranges) == 1, f"range of {name}: {ranges}"
        assert all(isinstance(node, URIRef) for node in [*domains, *ranges])
        literal = ranges[0] in (RDFS.Literal, RDF.langString) or str(ranges[0]).startswith(str(XSD))
        assert literal == ((term, RDF.type, OWL.DatatypeProperty) in graph), name


def test_dates_are_left_to_the_shapes() -> None:
    """xsd:date, gYear and gMonthDay are no datatypes of OWL 2: their range is rdfs:Literal."""
    allowed = {XSD.string, XSD.integer, XSD.decimal, XSD.boolean, RDF.langString, RDFS.Literal}
    graph = load("kh.ttl")
    used = {r for p in properties(graph) for r in graph.objects(p, RDFS.range)}
    assert {r for r in used if str(r).startswith(str(XSD))} <= allowed


def test_inverses_are_declared_both_ways() -> None:
    graph = load("kh.ttl")
    declared = set(graph.subject_objects(OWL.inverseOf))
    assert {(b, a) for a, b in declared} == declared
    for one, other in INVERSES.items():
        assert (KH[one], KH[other]) in declared
        assert graph.value(KH[one], RDFS.domain) == graph.value(KH[other], RDFS.range)
        assert graph.value(KH[one], RDFS.range) == graph.value(KH[other], RDFS.domain)


def test_what_cannot_be_one_thing_is_disjoint() -> None:
    graph = load("kh.ttl")
    for family in (
        ["PolicyDocument", "PlanElement", "Agency", "AdministrativeUnit"],
        ["Goal", "Target", "TaskGroup", "Task", "Assignment"],
    ):
        for i, one in enumerate(family):
            for other in family[i + 1 :]:
                pair = (KH[one], OWL.disjointWith, KH[other])
                assert pair in graph or pair[::-1] in graph, f"{one}, {other}"


def test_the_header_is_complete() -> None:
    graph = load("kh.ttl")
    for predicate in (DCTERMS.title, DCTERMS.description, RDFS.label):
        texts = [o for o in graph.objects(ONTOLOGY, predicate) if isinstance(o, Literal)]
        assert sorted(o.language or "" for o in texts) == ["en", "vi"], predicate
    vann = "http://purl.org/vocab/vann/"
    one = {
        DCTERMS.license: "https://creativecommons.org/licenses/by/4.0/",
        OWL.versionIRI: f"{BASE}ont/1.0.0",
        OWL.versionInfo: "1.0.0",
        URIRef(vann + "preferredNamespacePrefix"): "kh",
        URIRef(vann + "preferredNamespaceUri"): str(KH),
        DCTERMS.issued: "2026-11-23",
    }
    for predicate, value in one.items():
        assert [str(o) for o in graph.objects(ONTOLOGY, predicate)] == [value], predicate
    assert isinstance(graph.value(ONTOLOGY, DCTERMS.license), URIRef)
    for predicate in (DCTERMS.created, DCTERMS.modified, DCTERMS.bibliographicCitation):
        assert len(list(graph.objects(ONTOLOGY, predicate))) == 1, predicate
    assert graph.value(ONTOLOGY, URIRef("http://purl.org/ontology/bibo/status"))
    agent = URIRef("http://xmlns.com/foaf/0.1/Agent")
    for predicate in (DCTERMS.creator, DCTERMS.publisher):
        people = list(graph.objects(ONTOLOGY, predicate))
        assert people
        assert all((who, RDF.type, agent) in graph for who in people), predicate
    assert list(graph.objects(ONTOLOGY, OWL.imports)) == []


def test_definitions_say_more_than_labels() -> None:
    """Of concepts too: a definition that repeats the label helps nobody."""
    graph = load()
    empty = [
        (short(s), str(text))
        for s, text in graph.subject_objects(SKOS.definition)
        for label in graph.objects(s, RDFS.label)
        if str(text).rstrip(".").casefold() == str(label).casefold()
    ]
    assert empty == []


# The whole folder


def test_there_are_no_blank_nodes() -> None:
    assert [t for t in load() if any(isinstance(node, BNode) for node in t)] == []


def test_nothing_goes_beyond_owl_rl() -> None:
    """No class expression at all: minimums and choices stand in the shapes."""
    used = {p for p in load().predicates() if str(p).startswith(str(OWL))}
    assert used <= {OWL.inverseOf, OWL.disjointWith, OWL.versionIRI, OWL.versionInfo}


def test_nothing_is_said_of_the_terms_of_others() -> None:
    """A stub has its kind, its owner and, where the data uses it as a value, a label."""
    allowed = {RDF.type, RDFS.isDefinedBy, RDFS.label}
    said = {
        (short(s), short(p))
        for s, p in load().subject_predicates()
        if not str(s).startswith(BASE) and p not in allowed
    }
    assert said == set()


def test_everything_published_has_one_label_in_each_language() -> None:
    graph = load()
    wrong = {
        short(s): languages
        for s in local(graph)
        if (languages := sorted(getattr(o, "language", "") for o in graph.objects(s, RDFS.label)))
        != ["en", "vi"]
    }
    assert wrong == {}


def test_no_term_is_used_that_is_not_declared() -> None:
    declared = {short(s).removeprefix("kh:") for s in load("kh.ttl").subjects(RDFS.isDefinedBy)}
    files = [p for d in ("ontology", "shapes", "queries") for p in (ROOT / d).rglob("*.*")]
    files = [p for p in files if p.suffix in {".ttl", ".rq", ".ru"}]
    assert files
    unknown = {
        (str(path.relative_to(ROOT)), name)
        for path in files
        for name in re.findall(r"(?<![\w/])kh:(\w+)|ont#(\w+)", path.read_text("utf-8"))
        for name in name
        if name and name not in declared
    }
    assert unknown == set()


def test_what_the_data_points_to_within_our_base_exists() -> None:
    """A concept, agency, unit, source or document that is named is described."""
    graph = load()
    known = set(graph.subjects())
    dangling = {
        short(o)
        for o in graph.objects()
        if isinstance(o, URIRef) and o.startswith(BASE) and o not in known
    }
    assert dangling <= {"ont#", "ont/1.0.0"}


# Concept schemes


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_schemes_hold_the_concepts_of_the_contract(scheme: str) -> None:
    graph = load(f"schemes/{scheme}.ttl")
    concepts = set(graph.subjects(SKOS.inScheme, VOC[scheme]))
    assert (VOC[scheme], RDF.type, SKOS.ConceptScheme) in graph
    assert {VOC[f"{scheme}/{name}"] for name in SCHEMES[scheme]} <= concepts
    for concept in concepts:
        assert (concept, RDF.type, SKOS.Concept) in graph
        assert re.fullmatch(re.escape(f"{VOC[scheme]}/") + "[a-z0-9]+(-[a-z0-9]+)*", str(concept))
        top = (concept, SKOS.topConceptOf, VOC[scheme]) in graph
        assert top != (graph.value(concept, SKOS.broader) is not None), short(concept)
        labels = set(graph.objects(concept, RDFS.label))
        assert labels == set(graph.objects(concept, SKOS.prefLabel)), short(concept)


@pytest.mark.parametrize("scheme", DEFINED)
def test_concepts_that_need_it_are_defined_in_both_languages(scheme: str) -> None:
    graph = load(f"schemes/{scheme}.ttl")
    for concept in graph.subjects(SKOS.inScheme, VOC[scheme]):
        found = [getattr(o, "language", "") for o in graph.objects(concept, SKOS.definition)]
        assert sorted(found) == ["en", "vi"], short(concept)


def test_no_two_concepts_of_a_scheme_have_one_label_or_notation() -> None:
    graph = load("schemes/")
    seen = Counter(
        (short(scheme), str(text).casefold(), getattr(text, "language", None))
        for concept, scheme in graph.subject_objects(SKOS.inScheme)
        for predicate in (SKOS.prefLabel, SKOS.notation)
        for text in graph.objects(concept, predicate)
    )
    assert [key for key, times in seen.items() if times > 1] == []


def test_themes_and_roles_are_of_their_class() -> None:
    graph = load("schemes/")
    for scheme, kind in (("theme", KH.PolicyTheme), ("role", KH.AssignmentRole)):
        for concept in graph.subjects(SKOS.inScheme, VOC[scheme]):
            assert (concept, RDF.type, kind) in graph


def test_every_theme_has_words_that_betray_it() -> None:
    """Phrases in lower case and NFC; none betrays two themes."""
    graph = load("schemes/theme.ttl")
    owners: dict[str, set[str]] = {}
    for theme in graph.subjects(SKOS.inScheme, VOC["theme"]):
        words = [str(o) for o in graph.objects(theme, SKOS.hiddenLabel)]
        assert words, short(theme)
        for word in words:
            assert word == word.lower()
            owners.setdefault(word, set()).add(short(theme))
    assert {word: themes for word, themes in owners.items() if len(themes) > 1} == {}


def test_text_is_nfc() -> None:
    import unicodedata

    for file in resource_files("ontology", ".ttl"):
        text = file.read_text("utf-8")
        assert text == unicodedata.normalize("NFC", text), str(file)


def test_agency_types_lead_to_a_class() -> None:
    """From a type upwards one finds the class of the agencies of that type."""
    lost = ask(
        load("schemes/agency-type.ttl"),
        f"""SELECT ?type WHERE {{ ?type skos:inScheme <{VOC["agency-type"]}>
          FILTER NOT EXISTS {{ ?type skos:broader*/rdfs:seeAlso ?class }} }}""",
    )
    assert lost == []


@pytest.mark.parametrize(
    ("written", "type_"),
    [
        ("Sở KH&CN", "so-khoa-hoc-va-cong-nghe"),
        ("Sở KHCN", "so-khoa-hoc-va-cong-nghe"),
        ("Sở Nông nghiệp và PTNT", "so-nong-nghiep-va-phat-trien-nong-thon"),
        ("UBND tỉnh", "ubnd-tinh"),
        ("Bộ KH&CN", "bo-khoa-hoc-va-cong-nghe"),
        ("Ủy ban MTTQ Việt Nam tỉnh", "uy-ban-mttq-tinh"),
    ],
)
def test_usual_abbreviations_are_known(written: str, type_: str) -> None:
    graph = load("schemes/agency-type.ttl")
    assert (VOC[f"agency-type/{type_}"], SKOS.altLabel, Literal(written, lang="vi")) in graph


# Reference data


def test_every_fact_has_a_source() -> None:
    graph = load("reference/")
    without = [
        short(s)
        for s in local(graph)
        if not short(s).startswith("source/") and (s, DCTERMS.source, None) not in graph
    ]
    assert without == []


def test_sources_say_what_they_are_and_how_sure_we_are() -> None:
    graph = load("reference/")
    sources = {s for s in local(graph) if short(s).startswith("source/")}
    assert sources
    for source in sources:
        assert (source, RDF.type, DCTERMS.BibliographicResource) in graph
        assert graph.value(source, DCTERMS.identifier)
        degree = graph.value(source, KH.confidence)
        assert isinstance(degree, Literal)
        assert degree.datatype == XSD.decimal
        assert 0 < float(degree) <= 1


def test_the_country_has_its_63_provinces_and_then_its_34() -> None:
    units = load("reference/units.ttl")
    first = {s for s, o in units.subject_objects(SKOS.notation) if is_code(o, "gso-2021", 2)}
    then = {s for s, o in units.subject_objects(SKOS.notation) if is_code(o, "gso-2025", 2)}
    assert (len(first), len(then), len(first & then)) == (63, 34, 11)
    day = Literal("2025-07-01", datatype=XSD.date)
    for unit in first | then:
        assert (
            unit,
            URIRef("https://schema.org/containedInPlace"),
            URIRef(BASE + "unit/vn"),
        ) in units
        assert ((unit, KH.validTo, day) in units) == (unit not in then), short(unit)
        assert ((unit, KH.validFrom, day) in units) == (unit not in first), short(unit)
        after = units.value(unit, DCTERMS.isReplacedBy)
        assert (after in then - first) == (unit not in then), short(unit)


def test_codes_are_dated_and_unambiguous() -> None:
    units = load("reference/units.ttl")
    codes = Counter(o for o in units.objects(None, SKOS.notation))
    assert [code for code, times in codes.items() if times > 1] == []
    changed = {
        str(o)
        for s, o in units.subject_objects(SKOS.notation)
        if is_code(o, "gso-2021", 2)
        for t, p in units.subject_objects(SKOS.notation)
        if str(p) == str(o) and is_code(p, "gso-2025", 2)
        and bare(units, s) != bare(units, t)
    }  # fmt: skip
    assert changed == {"15", "24", "44", "52", "80", "82", "91"}


def is_code(term: Node, scheme: str, length: int) -> bool:
    return (
        isinstance(term, Literal)
        and term.datatype == URIRef(f"{BASE}voc/code/{scheme}")
        and len(term) == length
    )


def bare(units: Graph, unit: Node) -> str:
    return min((str(o) for o in units.objects(unit, SKOS.altLabel)), key=len)


def test_hau_giang_has_its_8_districts() -> None:
    units = load("reference/units.ttl")
    within = URIRef("https://schema.org/containedInPlace")
    districts = set(units.subjects(within, URIRef(BASE + "unit/vn-73")))
    assert len(districts) == 8
    names = {str(units.value(d, SKOS.notation)): short(d) for d in districts}
    assert names["936"] == "unit/vn-73/huyen-long-my"
    assert names["937"] == "unit/vn-73/thi-xa-long-my"


def test_labels_tell_units_agencies_and_documents_apart() -> None:
    graph = load("reference/")
    labels = Counter(
        (short(s).split("/")[0], label)
        for s in local(graph)
        for label in graph.objects(s, RDFS.label)
    )
    assert [key for key, times in labels.items() if times > 1] == []


def test_agencies_are_typed_classified_and_placed() -> None:
    graph = load()
    org = "http://www.w3.org/ns/org#"
    agencies = [s for s in local(graph) if short(s).startswith("agency/")]
    above = {name: set(graph.transitive_objects(KH[name], RDFS.subClassOf)) for name in CLASSES}
    for agency in agencies:
        types = set(graph.objects(agency, RDF.type))
        for kind in types:
            if str(kind).startswith(str(KH)):
                assert above[short(kind).removeprefix("kh:")] <= types, short(agency)
        assert types & {URIRef(org + "FormalOrganization"), KH.SocialOrganization}, short(agency)
        concept = graph.value(agency, URIRef(org + "classification"))
        assert concept is not None
        classes = {
            c
            for broader in graph.transitive_objects(concept, SKOS.broader)
            for c in graph.objects(broader, RDFS.seeAlso)
        }
        assert classes <= types, f"{short(agency)} is of type {short(concept)}"
    party = set(graph.subjects(URIRef(org + "classification"), VOC["agency-type/party-body"]))
    assert not any((body, RDF.type, KH.Agency) in graph for body in party)


def test_the_groups_of_the_first_plan_have_their_members() -> None:
    graph = load("reference/")
    group = BASE + "group/vn-73/"

    def members(name: str) -> set[Node]:
        return set(graph.objects(URIRef(group + name), KH.groupMember))

    assert len(members("so-ban-nganh-tinh")) == 17
    assert len(members("ubnd-huyen-thi-xa-thanh-pho")) == 8
    assert members("doanh-nghiep-tren-dia-ban-tinh") == set()
    for member in graph.objects(None, KH.groupMember):
        assert (member, RDFS.label, None) in graph


def test_departments_are_called_by_the_slug_of_their_name() -> None:
    graph = load("reference/agencies.ttl")
    for agency in graph.subjects(RDF.type, KH.ProvincialDepartment):
        name = next(
            o for o in graph.objects(agency, RDFS.label) if getattr(o, "language", "") == "vi"
        )
        made = slug(re.sub(r" tỉnh .*", "", str(name)).replace("Ủy ban nhân dân", "UBND"))
        assert str(agency) == f"{BASE}agency/vn-73/{made}"


@pytest.mark.parametrize(
    ("path", "number", "day"),
    [
        ("vn/bct-tw/nq/2018/23", "23-NQ/TW", "2018-03-22"),
        ("vn/cp/nq/2020/124", "124/NQ-CP", "2020-09-03"),
        ("vn/cp/nd/2020/30", "30/2020/NĐ-CP", "2020-03-05"),
        ("vn/qh/nq/2025/202", "202/2025/QH15", "2025-06-12"),
        ("vn/ttg/qd/2025/19", "19/2025/QĐ-TTg", "2025-06-30"),
    ],
)
def test_national_documents_are_identified(path: str, number: str, day: str) -> None:
    graph = load("reference/documents.ttl")
    document = URIRef(f"{BASE}doc/{path}")
    eli = "http://data.europa.eu/eli/ontology#"
    assert str(graph.value(document, URIRef(eli + "id_local"))) == number
    assert str(graph.value(document, URIRef(eli + "date_document"))) == day
    assert graph.value(document, KH.issuedBy)


def test_the_government_implements_the_politburo() -> None:
    graph = load("reference/documents.ttl")
    politburo, government = (
        URIRef(f"{BASE}doc/{path}") for path in ("vn/bct-tw/nq/2018/23", "vn/cp/nq/2020/124")
    )
    assert (government, KH.implementsDocument, politburo) in graph
    assert (politburo, RDF.type, KH.PartyDocument) in graph
    title = URIRef("http://data.europa.eu/eli/ontology#title")
    expression = URIRef("http://data.europa.eu/eli/ontology#LegalExpression")
    for subject in graph.subjects(title, None):
        assert (subject, RDF.type, expression) in graph


# What follows


@cache
def consistent_part() -> Graph:
    """Vocabulary and the reference data that has relations; a few units stand for all of them."""
    whole = Graph(bind_namespaces="none")
    for part in ("kh.ttl", "schemes/role", "schemes/agency-type", "reference/agencies",
                 "reference/groups", "reference/documents"):  # fmt: skip
        for triple in load(part):
            if triple[1] not in {SKOS.definition, SKOS.hiddenLabel, SKOS.altLabel, DCTERMS.source}:
                whole.add(triple)
    for unit in ("unit/vn", "unit/vn-73", "unit/vn-ct", "unit/vn-ct/2025"):
        for triple in load("reference/units.ttl").triples((URIRef(BASE + unit), None, None)):
            whole.add(triple)
    return whole


def test_the_closure_is_consistent() -> None:
    assert contradictions(consistent_part()) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("Task", "Target"), ("AdministrativePlan", "Agency"), ("Goal", "AdministrativeUnit")],
)
def test_a_contradiction_is_found(one: str, other: str) -> None:
    graph = Graph(bind_namespaces="none")
    for triple in load("kh.ttl"):
        graph.add(triple)
    thing = URIRef(BASE + "test/both")
    for name in (one, other):
        graph.add((thing, RDF.type, KH[name]))
    assert contradictions(graph) != []


def test_a_property_on_the_wrong_thing_is_found() -> None:
    """Domains and ranges do the work: a target can have no lead agency."""
    graph = Graph(bind_namespaces="none")
    for triple in load("kh.ttl"):
        graph.add(triple)
    target = URIRef(BASE + "test/target")
    graph.add((target, RDF.type, KH.Target))
    graph.add((target, KH.leadAgency, URIRef(BASE + "agency/vn-73/so-cong-thuong")))
    assert contradictions(graph) != []
