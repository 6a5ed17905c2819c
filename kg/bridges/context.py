"""The JSON-LD context of our data, made from the ontology; published as ``/context.jsonld``."""

from __future__ import annotations

from functools import cache
from typing import Any

import pyoxigraph as ox

from ..names import BASE, PREFIXES
from ..resources import folder

CONTEXT_IRI = BASE + "context.jsonld"
_TYPE, _RANGE = PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "range"
_LANGUAGE = {"@container": "@language"}
# What our data has of other vocabularies, by the names it gets here.
_OTHERS: dict[str, str | dict[str, Any]] = {
    "label": {"@id": "rdfs:label", **_LANGUAGE},
    "prefLabel": {"@id": "skos:prefLabel", **_LANGUAGE},
    "inScheme": {"@id": "skos:inScheme", "@type": "@id"},
    "title": {"@id": "eli:title", **_LANGUAGE},
    "number": "eli:number",
    "localId": "eli:id_local",
    "date": {"@id": "eli:date_document", "@type": "xsd:date"},
    "documentType": {"@id": "eli:type_document", "@type": "@id"},
    "subdivisionType": {"@id": "eli:type_subdivision", "@type": "@id"},
    "isPartOf": {"@id": "eli:is_part_of", "@type": "@id"},
    "hasPart": {"@id": "eli:has_part", "@type": "@id"},
    "cites": {"@id": "eli:cites", "@type": "@id"},
    "basedOn": {"@id": "eli:based_on", "@type": "@id"},
    "isRealizedBy": {"@id": "eli:is_realized_by", "@type": "@id"},
    "realizes": {"@id": "eli:realizes", "@type": "@id"},
    "isEmbodiedBy": {"@id": "eli:is_embodied_by", "@type": "@id"},
    "embodies": {"@id": "eli:embodies", "@type": "@id"},
    "numericValue": {"@id": "qudt:numericValue", "@type": "xsd:decimal"},
    "hasUnit": {"@id": "qudt:hasUnit", "@type": "@id"},
    "hasSource": {"@id": "oa:hasSource", "@type": "@id"},
    "hasSelector": {"@id": "oa:hasSelector", "@type": "@id"},
    "exact": "oa:exact",
    "prefix": "oa:prefix",
    "suffix": "oa:suffix",
    "start": {"@id": "oa:start", "@type": "xsd:integer"},
    "end": {"@id": "oa:end", "@type": "xsd:integer"},
    "hasBeginning": {"@id": "time:hasBeginning", "@type": "@id"},
    "hasEnd": {"@id": "time:hasEnd", "@type": "@id"},
    "year": {"@id": "time:inXSDgYear", "@type": "xsd:gYear"},
    "name": "foaf:name",
    "repeatFrequency": "schema:repeatFrequency",
    # The other way round, for frames: what belongs to a plan.
    "elements": {"@reverse": "kh:elementOf"},
}


@cache
def terms() -> dict[str, Any]:
    """The value of ``@context``: prefixes, then every class and property of the ontology by its local name."""
    store = ox.Store()
    store.load(folder("ontology").joinpath("kh.ttl").read_bytes(), format=ox.RdfFormat.TURTLE)
    kh = PREFIXES["kh"]

    def local(kind: str) -> list[str]:
        found = store.quads_for_pattern(None, ox.NamedNode(_TYPE), ox.NamedNode(PREFIXES["owl"] + kind))  # fmt: skip
        iris = [q.subject.value for q in found if isinstance(q.subject, ox.NamedNode)]
        return sorted(iri.removeprefix(kh) for iri in iris if iri.startswith(kh))

    made: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type"}
    made |= PREFIXES
    for name in local("Class"):
        made[name] = f"kh:{name}"
    for name in local("ObjectProperty"):
        made[name] = {"@id": f"kh:{name}", "@type": "@id"}
    for name in local("DatatypeProperty"):
        made[name] = _datatype(name, store)
    for name, definition in _OTHERS.items():
        made.setdefault(name, definition)
    return made


def _datatype(name: str, store: ox.Store) -> str | dict[str, Any]:
    about = ox.NamedNode(PREFIXES["kh"] + name)
    found = store.quads_for_pattern(about, ox.NamedNode(_RANGE), None)
    ranges = [q.object.value for q in found if isinstance(q.object, ox.NamedNode)]
    kind = ranges[0] if len(ranges) == 1 else ""
    if kind == PREFIXES["rdf"] + "langString":
        return {"@id": f"kh:{name}", **_LANGUAGE}
    if kind.startswith(PREFIXES["xsd"]) and not kind.endswith("#string"):
        return {"@id": f"kh:{name}", "@type": "xsd:" + kind.removeprefix(PREFIXES["xsd"])}
    return f"kh:{name}"
