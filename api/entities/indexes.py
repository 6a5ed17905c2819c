"""What there is of each kind: agencies, groups, units, documents, vocabularies, indicators, sources."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from kg.names import BASE
from kg.store import Dataset

from .counting import counted
from .reader import Reader, Ref, node_at

KINDS = ("agency", "group", "unit", "doc", "voc", "indicator", "source")


class Entry(NamedTuple):
    """One thing of a list: its *kind* and *place* in words, the *numbers* that the list shows, a *day* to sort by.

    *about*: more of its words, by which it is found.
    """

    ref: Ref
    kind: str
    place: str
    numbers: tuple[int, ...]
    day: str
    about: str


def entries(dataset: Dataset, kind: str, lang: str) -> list[Entry]:
    """Everything of one of ``KINDS``."""
    reader = Reader(dataset, lang)
    make = {
        "agency": _agents,
        "group": _agents,
        "unit": _units,
        "doc": _documents,
        "voc": _schemes,
        "indicator": _indicators,
        "source": _sources,
    }[kind]
    return make(reader, kind)


def _of_class(reader: Reader, *kinds: str) -> list[ox.NamedNode]:
    found = {n.value: n for kind in kinds for n in reader.subjects("rdf:type", _class(kind))}
    return [found[name] for name in sorted(found)]


def _class(name: str) -> ox.NamedNode:
    return node_at(f"ont#{name}") if ":" not in name else ox.NamedNode(name)


def _counts(reader: Reader, pattern: str) -> dict[str, int]:
    """How many ?n there are for each ?x of *pattern*."""
    return dict(
        counted(
            reader.dataset,
            f"SELECT ?x (COUNT(DISTINCT ?n) AS ?total) {{ {pattern} }} GROUP BY ?x",
        )
    )


def _agents(reader: Reader, kind: str) -> list[Entry]:
    """Numbers: tasks led, tasks coordinated, plans; of a group, its known members besides."""
    start = f"{BASE}{kind}/"
    leads = _counts(reader, "?n kh:leadAgency ?x")
    helps = _counts(reader, "?n kh:coordinatingAgency ?x")
    plans = _counts(reader, "?as kh:assignedTo ?x . ?as kh:elementOf ?n")
    members = _counts(reader, "?x kh:groupMember ?n") if kind == "group" else {}
    agents = {
        q.subject.value: q.subject
        for q in reader.dataset.stated(None, _type(), ox.NamedNode(_AGENT))
        if isinstance(q.subject, ox.NamedNode) and q.subject.value.startswith(start)
    }
    found: list[Entry] = []
    for name, node in agents.items():
        types = reader.refs(reader.nodes(node, "org:classification"))
        units = reader.refs(reader.nodes(node, "kh:agencyJurisdiction"))
        numbers = [leads.get(name, 0), helps.get(name, 0), plans.get(name, 0)]
        if kind == "group":
            numbers.append(members.get(name, 0))
        found.append(
            Entry(
                reader.ref(node),
                "; ".join(r.text for r in types),
                "; ".join(r.text for r in units),
                tuple(numbers),
                "",
                " ".join(reader.texts(node, "skos:altLabel")),
            )
        )
    return sorted(found, key=lambda e: (-e.numbers[0] - e.numbers[1], e.ref.text))


_AGENT = "http://www.w3.org/ns/prov#Agent"


def _type() -> ox.NamedNode:
    return ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def _units(reader: Reader, kind: str) -> list[Entry]:
    """Numbers: plans, bodies."""
    del kind
    plans = _counts(reader, "?n kh:appliesInUnit ?x . ?n a kh:AdministrativePlan")
    bodies = _counts(reader, "?n kh:agencyJurisdiction ?x")
    found: list[Entry] = []
    for node in _of_class(reader, "AdministrativeUnit"):
        above = reader.refs(reader.nodes(node, "schema:containedInPlace"))
        until, since = reader.text(node, "kh:validTo"), reader.text(node, "kh:validFrom")
        codes = reader.texts(node, "skos:notation") + reader.texts(node, "dcterms:identifier")
        found.append(
            Entry(
                reader.ref(node),
                "past" if until else "",
                "; ".join(r.text for r in above),
                (plans.get(node.value, 0), bodies.get(node.value, 0)),
                until or since or "",
                " ".join([*reader.texts(node, "skos:altLabel"), *codes]),
            )
        )
    return sorted(found, key=lambda e: (-e.numbers[0], e.place != "", e.place, e.ref.text))


def _documents(reader: Reader, kind: str) -> list[Entry]:
    """Numbers: tasks (of a plan whose text is here), plans that cite or carry it out."""
    del kind
    tasks = _counts(reader, "?n a kh:Task . ?n kh:elementOf ?x")
    cited = _counts(reader, "?c kh:citedDocument ?x . ?c kh:elementOf ?n")
    found: list[Entry] = []
    for node in _of_class(reader, "PolicyDocument"):
        issuers = reader.refs(reader.nodes(node, "kh:issuedBy"))
        types = reader.refs(reader.nodes(node, "eli:type_document"))
        found.append(
            Entry(
                reader.ref(node),
                "; ".join(r.text for r in types),
                "; ".join(r.text for r in issuers),
                (tasks.get(node.value, 0), cited.get(node.value, 0)),
                reader.text(node, "eli:date_document") or "",
                reader.title(node) or "",
            )
        )
    found.sort(key=lambda e: (e.day, e.ref.text), reverse=True)
    return sorted(found, key=lambda e: e.numbers[0] == 0)


def _schemes(reader: Reader, kind: str) -> list[Entry]:
    """Numbers: concepts."""
    del kind
    concepts = _counts(reader, "?n skos:inScheme ?x")
    schemes = reader.subjects(
        "rdf:type", ox.NamedNode("http://www.w3.org/2004/02/skos/core#ConceptScheme")
    )
    found = [
        Entry(reader.ref(n), "", "", (concepts.get(n.value, 0),), "", n.value.rsplit("/", 1)[-1])
        for n in schemes
    ]
    return sorted(found, key=lambda e: e.ref.text)


def _indicators(reader: Reader, kind: str) -> list[Entry]:
    """Numbers: targets, plans."""
    del kind
    targets = _counts(reader, "?n kh:forIndicator ?x")
    plans = _counts(reader, "?t kh:forIndicator ?x . ?t kh:elementOf ?n")
    found = [
        Entry(reader.ref(n), "", "", (targets.get(n.value, 0), plans.get(n.value, 0)), "", "")
        for n in _of_class(reader, "Indicator")
    ]
    return sorted(found, key=lambda e: (-e.numbers[1], -e.numbers[0], e.ref.text))


def _sources(reader: Reader, kind: str) -> list[Entry]:
    """Numbers: the things that rest on it."""
    del kind
    used = _counts(reader, "?n dcterms:source ?x")
    source = ox.NamedNode("http://purl.org/dc/terms/BibliographicResource")
    found = [
        Entry(
            reader.ref(n),
            "",
            "; ".join(reader.texts(n, "dcterms:identifier")),
            (used.get(n.value, 0),),
            "",
            "",
        )
        for n in reader.subjects("rdf:type", source)
    ]
    return sorted(found, key=lambda e: (-e.numbers[0], e.ref.text))
