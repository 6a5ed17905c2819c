"""The jobs behind a page of one thing: what is stated of it, what leads to it, what is inferred."""

from __future__ import annotations

import re

import pyoxigraph as ox

from kg.merging import HIDDEN
from kg.names import BASE, PREFIXES
from kg.store import Dataset

from .tables import local_path
from .worker import Body

_RDF = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_LIMIT = 2000
_LINKS = 200
Row = tuple[str, str, str | None]


def is_known(dataset: Dataset, path: str) -> bool:
    """Whether anything is stated of the thing at *path*."""
    return _node(dataset, path) is not None


def statements(dataset: Dataset, path: str, form: str) -> Body | None:
    """What is stated of the thing at *path*, as RDF; None where it is not known."""
    node = _node(dataset, path)
    if node is None:
        return None
    stated, inferred = _quads(dataset, node, incoming=False)
    triples = sorted({q.triple for q in stated or inferred}, key=str)
    return Body(form, ox.serialize(triples, format=_RDF[form], prefixes=PREFIXES) or b"")


def page(dataset: Dataset, path: str, lang: str) -> dict[str, object] | None:
    """What a page says of the thing at *path*; None where it is not known."""
    node = _node(dataset, path)
    if node is None:
        return None
    stated, inferred = _quads(dataset, node, incoming=False)
    if not stated:  # a thing that is known by inference only
        stated, inferred = inferred, []
    labels = _Labels(dataset, lang)
    links, inferred_links = _quads(dataset, node, incoming=True)
    return {
        "title": labels.of(node),
        "iri": node.value,
        "rows": _rows(labels, _in_language(stated, lang), incoming=False),
        "links": _rows(labels, links[:_LINKS], incoming=True),
        "inferred": _rows(labels, _in_language(inferred, lang), incoming=False)
        + _rows(labels, inferred_links[:_LINKS], incoming=True),
    }


def _node(dataset: Dataset, path: str) -> ox.NamedNode | None:
    """The node of a path: as it stands, or a term of the ontology («ont/Task» is ont#Task)."""
    for iri in (BASE + path, BASE + re.sub(r"^ont/", "ont#", path)):
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            continue
        for pattern in ((node, None, None), (None, None, node)):
            if next(dataset.match(*pattern), None) is not None:
                return node
    return None


def _quads(dataset: Dataset, node: ox.NamedNode, *, incoming: bool) -> tuple[list[ox.Quad], ...]:
    """What is stated of *node*, and apart from it what is inferred (graph/inferred, graph/findings)."""
    pattern = (None, None, node) if incoming else (node, None, None)
    stated: list[ox.Quad] = []
    inferred: list[ox.Quad] = []
    for quad in dataset.match(*pattern):
        kind = inferred if getattr(quad.graph_name, "value", "") in HIDDEN else stated
        if len(kind) < _LIMIT:
            kind.append(quad)
    return stated, inferred


def _in_language(quads: list[ox.Quad], lang: str) -> list[ox.Quad]:
    """Each property in the language asked for, or as it is where there is no such value."""
    has = {q.predicate for q in quads if _language(q) == lang}
    return [q for q in quads if _language(q) in (None, lang) or q.predicate not in has]


def _language(quad: ox.Quad) -> str | None:
    return quad.object.language if isinstance(quad.object, ox.Literal) else None


def _rows(labels: _Labels, quads: list[ox.Quad], *, incoming: bool) -> list[Row]:
    ends = [(q.predicate, q.subject if incoming else q.object) for q in quads]
    rows = {(labels.of(predicate), labels.of(end), _href(end)) for predicate, end in ends}
    return sorted(rows, key=lambda row: (row[0], row[1], row[2] or ""))


def _href(term: object) -> str | None:
    """A link to our own pages, or to the open web by http(s) only; anything else is mere text."""
    if not isinstance(term, ox.NamedNode):
        return None
    return local_path(term.value) or (
        term.value if re.match(r"https?://[^\s]+$", term.value) else None
    )


class _Labels:
    """Labels in the language asked for; a raw IRI only where there is none."""

    def __init__(self, dataset: Dataset, lang: str) -> None:
        self._dataset = dataset
        self._lang = lang
        self._label = ox.NamedNode(PREFIXES["rdfs"] + "label")

    def of(self, term: object) -> str:
        if isinstance(term, ox.Literal):
            return term.value
        if not isinstance(term, ox.NamedNode):
            return str(term)
        found = ""
        for quad in self._dataset.match(term, self._label, None):
            if isinstance(quad.object, ox.Literal):
                if quad.object.language == self._lang:
                    return quad.object.value
                found = found or quad.object.value
        return found or _shorten(term.value)


def _shorten(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
