"""A question of the catalogue in RDF: a SHACL executable (SHACL Advanced Features, 9), as the SIB examples write it."""

from __future__ import annotations

import pyoxigraph as ox

from kg.catalogue import Parameter, Question
from kg.names import BASE, PREFIXES

_SH = PREFIXES["sh"]
_RDFS = PREFIXES["rdfs"]
_SCHEMA = PREFIXES["schema"]
_XSD = PREFIXES["xsd"]
_CLASSES = {
    "agency": "Agency",
    "plan": "AdministrativePlan",
    "theme": "PolicyTheme",
    "document": "PolicyDocument",
    "indicator": "Indicator",
    "unit": "AdministrativeUnit",
}


def executable(question: Question, endpoint: str) -> bytes:
    """Turtle: the question, its query, its parameters, and where it can be asked."""
    node = ox.NamedNode(f"{BASE}q/{question.id}")
    about: list[ox.Triple] = []

    def say(subject: ox.NamedNode | ox.BlankNode, predicate: str, value: object) -> None:
        assert isinstance(value, ox.NamedNode | ox.BlankNode | ox.Literal)
        about.append(ox.Triple(subject, ox.NamedNode(predicate), value))

    say(node, PREFIXES["rdf"] + "type", ox.NamedNode(_SH + "SPARQLExecutable"))
    say(node, PREFIXES["rdf"] + "type", ox.NamedNode(_SH + "SPARQLSelectExecutable"))
    for lang in ("vi", "en"):
        say(node, _RDFS + "label", ox.Literal(question.text(lang), language=lang))
        say(node, _RDFS + "comment", ox.Literal(question.text(lang), language=lang))
    for tag in question.tags:
        say(node, _SCHEMA + "keywords", ox.Literal(tag))
    say(node, _SH + "select", ox.Literal(question.query))
    say(node, _SCHEMA + "target", ox.NamedNode(endpoint))
    prefixes = ox.NamedNode(BASE + "q/prefixes")
    say(node, _SH + "prefixes", prefixes)
    for name, iri in PREFIXES.items():
        declared = ox.BlankNode()
        say(prefixes, _SH + "declare", declared)
        say(declared, _SH + "prefix", ox.Literal(name))
        say(declared, _SH + "namespace", ox.Literal(iri, datatype=ox.NamedNode(_XSD + "anyURI")))
    for parameter in question.parameters:
        described = ox.BlankNode()
        say(node, _SH + "parameter", described)
        for predicate, value in _parameter(parameter):
            say(described, predicate, value)
    return ox.serialize(about, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b""


def _parameter(parameter: Parameter) -> list[tuple[str, ox.NamedNode | ox.Literal]]:
    found: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        (PREFIXES["rdf"] + "type", ox.NamedNode(_SH + "Parameter")),
        # The variable of the query is the local name of the path (SHACL, 5.2).
        (_SH + "path", ox.NamedNode(f"{BASE}q/parameter#{parameter.name}")),
        (_SH + "name", ox.Literal(parameter.label("vi"), language="vi")),
        (_SH + "name", ox.Literal(parameter.label("en"), language="en")),
        (_SH + "optional", ox.Literal(True)),
    ]
    if parameter.type in _CLASSES:
        found.append((_SH + "class", ox.NamedNode(PREFIXES["kh"] + _CLASSES[parameter.type])))
    else:
        kind = {"year": "gYear", "date": "date"}.get(parameter.type, "string")
        found.append((_SH + "datatype", ox.NamedNode(_XSD + kind)))
    if parameter.default:
        found.append((_SH + "defaultValue", ox.Literal(parameter.default)))
    return found
