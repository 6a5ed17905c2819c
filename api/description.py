"""What the service says of itself in RDF: service description, VoID and DCAT, with true counts."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, make_response, request
from rdflib import DCAT, DCTERMS, RDF, VOID, BNode, Graph, Literal, Namespace, URIRef

from kg.names import PREFIXES
from kg.store import Dataset

from .cors import allow
from .engine import Engine
from .negotiate import GRAPH_TYPES, ranked
from .reading import RequestError

bp = Blueprint("description", __name__)
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_FORMATS = Namespace("http://www.w3.org/ns/formats/")
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")
_RDFLIB = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
}
_COUNTS = """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects)
    (COUNT(DISTINCT ?p) AS ?properties) (COUNT(DISTINCT ?o) AS ?objects) WHERE { ?s ?p ?o }"""
_CLASSES = "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?c } GROUP BY ?c ORDER BY DESC(?n) ?c"


_LINKS = """SELECT ?p ?place (COUNT(*) AS ?n) WHERE { ?link kh:linkFrom ?s ; kh:linkTo ?o . ?s ?p ?o
    BIND(REPLACE(STR(?o), "^(https?://[^/]+/).*$", "$1") AS ?place) } GROUP BY ?p ?place ORDER BY ?place ?p"""


def counted(dataset: Dataset, plain: bool) -> dict[str, Any]:
    """How much there is: of the default graph, by class, in each named graph, of links to each other dataset."""
    (row,) = _rows(dataset, _COUNTS, plain)
    classes = [(r["c"].value, int(r["n"].value)) for r in _rows(dataset, _CLASSES, plain)]
    graphs = [
        (r["g"].value, int(r["n"].value))
        for r in _rows(
            dataset,
            "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
            plain,
        )
    ]
    links = [
        (r["place"].value, r["p"].value, int(r["n"].value)) for r in _rows(dataset, _LINKS, plain)
    ]
    names = ("triples", "subjects", "properties", "objects")
    return {
        **{n: int(row[n].value) for n in names},
        "classes": classes,
        "graphs": graphs,
        "links": links,
    }


def _rows(dataset: Dataset, text: str, plain: bool) -> list[ox.QuerySolution]:
    result = dataset.query(text, plain=plain)
    assert isinstance(result, ox.QuerySolutions)
    return list(result)


def _counts() -> dict[str, Any]:
    """Counted once for each version."""
    engine: Engine = current_app.extensions["engine"]
    version, known = current_app.extensions.get("counts", ("", {}))
    if version != engine.version:
        known = engine.call(counted, engine.plain)
        current_app.extensions["counts"] = (engine.version, known)
    return dict(known)


def service_description() -> Response:
    """The answer to a GET of the endpoint without a query."""
    graph = Graph()
    service = URIRef(_safe(request.base_url))
    graph.add((service, RDF.type, SD.Service))
    graph.add((service, SD.endpoint, service))
    graph.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    if current_app.extensions.get("writes") is not None:
        graph.add((service, SD.supportedLanguage, SD.SPARQL11Update))
    engine: Engine = current_app.extensions["engine"]
    if not engine.plain:
        graph.add((service, SD.feature, SD.UnionDefaultGraph))
    for name in (*_RESULTS, *_GRAPHS):
        graph.add((service, SD.resultFormat, _FORMATS[name]))
    for name in _GRAPHS:
        graph.add((service, SD.inputFormat, _FORMATS[name]))
    dataset, default = URIRef(f"{service}#dataset"), URIRef(f"{service}#default")
    graph.add((service, SD.defaultDataset, dataset))
    graph.add((dataset, RDF.type, SD.Dataset))
    graph.add((dataset, SD.defaultGraph, default))
    graph.add((default, RDF.type, SD.Graph))
    counts = _counts()
    graph.add((default, VOID.triples, Literal(counts["triples"])))
    for name, triples in counts["graphs"]:
        entry, described = BNode(), BNode()
        graph.add((dataset, SD.namedGraph, entry))
        graph.add((entry, RDF.type, SD.NamedGraph))
        graph.add((entry, SD.name, URIRef(name)))
        graph.add((entry, SD.graph, described))
        graph.add((described, RDF.type, SD.Graph))
        graph.add((described, VOID.triples, Literal(triples)))
    return _sent(graph)


@bp.get("/.well-known/void")
def void() -> Response:
    """The dataset: VoID for linked data tools, DCAT for portals."""
    counts = _counts()
    root = _safe(request.url_root)
    graph = Graph()
    dataset, endpoint = URIRef(f"{root}.well-known/void#dataset"), URIRef(f"{root}sparql")
    engine: Engine = current_app.extensions["engine"]
    for kind in (VOID.Dataset, DCAT.Dataset):
        graph.add((dataset, RDF.type, kind))
    graph.add(
        (dataset, DCTERMS.title, Literal("Kế hoạch hành chính dưới dạng đồ thị tri thức", "vi"))
    )
    graph.add((dataset, DCTERMS.title, Literal("Administrative plans as a knowledge graph", "en")))
    graph.add((dataset, DCTERMS.identifier, Literal(engine.version)))
    graph.add((dataset, VOID.sparqlEndpoint, endpoint))
    graph.add((dataset, VOID.triples, Literal(counts["triples"])))
    graph.add((dataset, VOID.distinctSubjects, Literal(counts["subjects"])))
    graph.add((dataset, VOID.distinctObjects, Literal(counts["objects"])))
    graph.add((dataset, VOID.properties, Literal(counts["properties"])))
    graph.add((dataset, VOID.classes, Literal(len(counts["classes"]))))
    graph.add((dataset, VOID.uriSpace, Literal("https://w3id.org/kehoach/")))
    for name in PREFIXES:
        if name in ("kh", "skos", "eli", "prov", "org"):
            graph.add((dataset, VOID.vocabulary, URIRef(PREFIXES[name])))
    for place, (name, count) in enumerate(counts["classes"]):
        part = URIRef(f"{dataset}-class-{place}")
        graph.add((dataset, VOID.classPartition, part))
        graph.add((part, VOID["class"], URIRef(name)))
        graph.add((part, VOID.entities, Literal(count)))
    for place, (target, predicate, count) in enumerate(counts["links"]):
        links = URIRef(f"{root}.well-known/void#links-{place}")
        other = URIRef(_safe(target))
        graph.add((dataset, VOID.subset, links))
        graph.add((links, RDF.type, VOID.Linkset))
        graph.add((links, VOID.linkPredicate, URIRef(predicate)))
        graph.add((links, VOID.subjectsTarget, dataset))
        graph.add((links, VOID.objectsTarget, other))
        graph.add((links, VOID.triples, Literal(count)))
        graph.add((other, RDF.type, VOID.Dataset))
    service = URIRef(f"{root}.well-known/void#service")
    graph.add((service, RDF.type, DCAT.DataService))
    graph.add((service, DCAT.endpointURL, endpoint))
    graph.add((service, DCAT.endpointDescription, endpoint))
    graph.add((service, DCAT.servesDataset, dataset))
    distribution = URIRef(f"{root}.well-known/void#distribution")
    graph.add((dataset, DCAT.distribution, distribution))
    graph.add((distribution, RDF.type, DCAT.Distribution))
    graph.add((distribution, DCAT.accessService, service))
    graph.add((distribution, DCAT.accessURL, endpoint))
    return _sent(graph)


def _sent(graph: Graph) -> Response:
    chosen = ranked(request.headers.get("Accept"), GRAPH_TYPES)
    if not chosen:
        raise RequestError(
            406, "not-acceptable", f"the description is to be had as {', '.join(GRAPH_TYPES)}"
        )
    response = make_response(graph.serialize(format=_RDFLIB[chosen[0]], encoding="utf-8"))
    response.headers["Content-Type"] = f"{chosen[0]}; charset=utf-8"
    response.headers["Vary"] = "Accept"
    return allow(response)


def _safe(url: str) -> str:
    """*url* as an IRI: the host name is what the client says it is."""
    return "".join(c for c in url if c not in '<>"{}|\\^` ')
