"""Every IRI we mint dereferences: a page, Turtle, N-Triples, JSON-LD (303 to the suffixed address)."""

from __future__ import annotations

import re

import pyoxigraph as ox
from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
)
from werkzeug.wrappers import Response as BaseResponse

from kg.names import BASE, PREFIXES
from kg.store import HIDDEN

from .engine import Engine
from .errors import problem
from .language import chosen_language
from .negotiate import ranked
from .tables import local_path

bp = Blueprint("resources", __name__)
FORMS = {
    "html": "text/html",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
}
_RDF = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_LIMIT = 2000
_LINKS = 200


_KINDS = "doc, agency, group, unit, voc, ont, indicator, source, finding, team"


@bp.get(f"/<any({_KINDS}):kind>")
@bp.get(f"/<any({_KINDS}):kind>/<path:rest>")
@bp.get("/<any(ont, team):kind>.<any(html, ttl, nt, jsonld):form>")
def resource(kind: str, rest: str = "", form: str = "") -> BaseResponse:
    path = f"{kind}/{rest}" if rest else f"{kind}.{form}" if form else kind
    stem, dot, suffix = path.rpartition(".")
    engine: Engine = current_app.extensions["engine"]
    if dot and suffix in FORMS and (node := _known(engine, stem)):
        return _show(engine, node, suffix, stem)
    if _known(engine, path) is None:
        return problem(404, "unknown", f"nothing is known of <{BASE}{path}>")
    chosen = ranked(request.headers.get("Accept"), list(FORMS.values()))
    if not chosen:
        return problem(406, "not-acceptable", f"this is to be had as {', '.join(FORMS.values())}")
    suffix = next(name for name, kind_ in FORMS.items() if kind_ == chosen[0])
    query = f"?lang={request.args['lang']}" if request.args.get("lang") in ("vi", "en") else ""
    response = redirect(f"/{path}.{suffix}{query}", 303)
    response.headers["Vary"] = "Accept"
    return response


def _known(engine: Engine, path: str) -> ox.NamedNode | None:
    """The node of a path: as it stands, or a term of the ontology («ont/Task» is ont#Task)."""
    for iri in (BASE + path, BASE + re.sub(r"^ont/", "ont#", path)):
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            continue
        store = engine.dataset.store
        for pattern in ((node, None, None, None), (None, None, node, None)):
            if next(iter(store.quads_for_pattern(*pattern)), None) is not None:
                return node
    return None


def _quads(engine: Engine, node: ox.NamedNode, *, incoming: bool) -> tuple[list[ox.Quad], ...]:
    """What is stated of *node*, and apart from it what is inferred (graph/inferred, graph/findings)."""
    pattern = (None, None, node, None) if incoming else (node, None, None, None)
    stated: list[ox.Quad] = []
    inferred: list[ox.Quad] = []
    for quad in engine.dataset.store.quads_for_pattern(*pattern):
        kind = inferred if getattr(quad.graph_name, "value", "") in HIDDEN else stated
        if len(kind) < _LIMIT:
            kind.append(quad)
    return stated, inferred


def _show(engine: Engine, node: ox.NamedNode, form: str, path: str) -> Response:
    stated, inferred = _quads(engine, node, incoming=False)
    if not stated:  # a thing that is known by inference only
        stated, inferred = inferred, []
    if form == "html":
        return make_response(_page(engine, node, stated, inferred, path))
    triples = sorted({q.triple for q in stated}, key=str)
    body = ox.serialize(triples, format=_RDF[form], prefixes=PREFIXES) or b""
    response = make_response(body)
    response.headers["Content-Type"] = f"{FORMS[form]}; charset=utf-8"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


Row = tuple[str, str, str | None]


def _page(
    engine: Engine, node: ox.NamedNode, stated: list[ox.Quad], inferred: list[ox.Quad], path: str
) -> str:
    lang = chosen_language()
    labels = _Labels(engine.dataset.store, lang)
    links, inferred_links = _quads(engine, node, incoming=True)
    return render_template(
        "resource.html",
        lang=lang,
        title=labels.of(node),
        iri=node.value,
        rows=_rows(labels, _in_language(stated, lang), incoming=False),
        links=_rows(labels, links[:_LINKS], incoming=True),
        inferred=_rows(labels, _in_language(inferred, lang), incoming=False)
        + _rows(labels, inferred_links[:_LINKS], incoming=True),
        path=path,
        forms=[f for f in FORMS if f != "html"],
    )


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

    def __init__(self, store: ox.Store, lang: str) -> None:
        self._store = store
        self._lang = lang
        self._label = ox.NamedNode(PREFIXES["rdfs"] + "label")

    def of(self, term: object) -> str:
        if isinstance(term, ox.Literal):
            return term.value
        if not isinstance(term, ox.NamedNode):
            return str(term)
        found = ""
        for quad in self._store.quads_for_pattern(term, self._label, None, None):
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
