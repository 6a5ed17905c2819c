"""What the SPARQL editor offers while one types: the prefixes, classes and properties of this dataset."""

from __future__ import annotations

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, jsonify, request

from kg.names import PREFIXES
from kg.store import Dataset

from .cache import entity_tag
from .engine import Engine
from .kept import kept
from .language import chosen_language
from .limits import TimeLimit

bp = Blueprint("terms", __name__)
_USED = {
    "classes": "SELECT ?t (COUNT(*) AS ?n) WHERE { ?s a ?t } GROUP BY ?t",
    "properties": "SELECT ?t (COUNT(*) AS ?n) WHERE { ?s ?t ?o } GROUP BY ?t",
}
_DECLARED = {
    "classes": "SELECT DISTINCT ?t WHERE { ?t a owl:Class }",
    "properties": "SELECT DISTINCT ?t WHERE { VALUES ?k { owl:ObjectProperty owl:DatatypeProperty } ?t a ?k }",
}
Terms = dict[str, list[dict[str, object]]]


def terms(dataset: Dataset, lang: str, counted: bool) -> Terms:
    """Classes and properties, each with its label and how often it is used, those used most first.

    Where they are not *counted*, those that the ontology declares.
    """
    return {kind: _terms(dataset, (_USED if counted else _DECLARED)[kind], lang) for kind in _USED}


def _terms(dataset: Dataset, text: str, lang: str) -> list[dict[str, object]]:
    rows = dataset.query(text)
    assert isinstance(rows, ox.QuerySolutions)
    label = ox.NamedNode(PREFIXES["rdfs"] + "label")
    found: list[tuple[int, str, str]] = []
    for row in rows:
        term = row["t"]
        if not isinstance(term, ox.NamedNode):
            continue
        labels = [q.object for q in dataset.match(term, label, None)]
        literals = [one for one in labels if isinstance(one, ox.Literal)]
        best = min(literals, key=lambda one: (one.language != lang, one.value), default=None)
        count = int(row["n"].value) if len(row) > 1 else 0
        found.append((-count, term.value, best.value if best else ""))
    return [{"iri": iri, "label": name, "count": -count} for count, iri, name in sorted(found)]


@bp.get("/sparql/terms.json")
def offered() -> Response:
    """``{"prefixes", "classes", "properties"}``; the same as long as the dataset is the same."""
    engine: Engine = current_app.extensions["engine"]
    lang = chosen_language()
    try:
        found = kept(terms, lang, True)
    except TimeLimit:  # a large dataset: what is declared will do
        found = kept(terms, lang, False)
    response = jsonify({"prefixes": PREFIXES, **found})
    response.headers["ETag"] = entity_tag(engine.version, "terms", lang)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Language"
    response.make_conditional(request)
    return response
