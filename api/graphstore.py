"""SPARQL 1.1 Graph Store HTTP Protocol: whole graphs out and, with a token, in.

A graph is told by ``?graph=IRI`` or ``?default``, or is the address itself below ``/store/``.  The default graph
that is read is the one that queries see; what is put there goes into the unnamed graph.
"""

from __future__ import annotations

import uuid

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, make_response, request

from kg.store import Dataset

from . import reading
from .access import note
from .authority import require_writer
from .cors import allow, preflight
from .engine import Engine
from .jobs import Asked
from .negotiate import GRAPH_TYPES, ranked
from .operations import Clear, Outcome, Put
from .reading import MAX_DATA_BODY, RequestError, malformed, unsupported

bp = Blueprint("graphstore", __name__)
_ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@bp.route("/store", methods=["GET", "PUT", "POST", "DELETE", "OPTIONS"])
@bp.route("/store/<path:below>", methods=["GET", "PUT", "POST", "DELETE", "OPTIONS"])
def graph(below: str = "") -> Response:
    if request.method == "OPTIONS":
        return preflight()
    if request.method in ("GET", "HEAD"):
        return _get(_chosen(below))
    writes = require_writer()
    if request.method == "DELETE":
        name = _chosen(below)
        note(query=f"DELETE {name}")
        if writes.write(Clear(name)) is Outcome.MISSING:
            raise _missing(name)
        return allow(make_response("", 204))
    created = None
    if request.method == "POST" and not below and not request.query_string:
        created = f"{request.base_url.rstrip('/')}/{uuid.uuid4()}"
    name = created or _chosen(below)
    note(query=f"{request.method} {name}")
    put = Put(name, _parts(), request.method == "PUT", request.base_url)
    outcome = writes.write(put)
    response = make_response("", 201 if outcome is Outcome.CREATED else 204)
    if created:
        response.headers["Location"] = created
    return allow(response)


def _chosen(below: str) -> str | None:
    """The IRI of the graph that the request is about; None for the default graph."""
    values = reading.url_values()
    if set(values) - {"graph", "default"}:
        raise malformed("a graph is told by «graph=IRI» or by «default»")
    if below:
        return request.base_url
    if len(values) != 1 or any(len(given) > 1 for given in values.values()):
        raise malformed("tell one graph, by «graph=IRI» or by «default»")
    if "default" in values:
        return None
    try:
        return ox.NamedNode(values["graph"][0]).value
    except ValueError as fault:
        raise malformed(f"«{values['graph'][0]}» is not the IRI of a graph ({fault})") from None


def _get(name: str | None) -> Response:
    engine: Engine = current_app.extensions["engine"]
    accepted = tuple(ranked(request.headers.get("Accept"), GRAPH_TYPES))
    if not accepted:
        raise RequestError(
            406, "not-acceptable", f"a graph is to be had as {', '.join(GRAPH_TYPES)}"
        )
    if name is not None and not engine.call(has_graph, name):
        raise _missing(name)
    default = None if name is None else (name,)
    answer = engine.run(Asked(_ALL, accepted, default=default, plain=engine.plain))
    note(query=f"GET {name}", rows=answer.rows)
    response = make_response(answer.body)
    response.headers["Content-Type"] = f"{answer.media_type}; charset=utf-8"
    response.headers["Vary"] = "Accept"
    if answer.tag:
        response.headers["ETag"] = answer.tag
        response.make_conditional(request)
    return allow(response)


def has_graph(dataset: Dataset, name: str) -> bool:
    """Whether the dataset has a graph of this name, be it empty."""
    return dataset.has_graph(name)


def _missing(name: str | None) -> RequestError:
    return RequestError(404, "unknown", f"there is no graph <{name}>")


def _parts() -> tuple[tuple[str, bytes], ...]:
    """The body, or each file of a form (SPARQL 1.1 Graph Store HTTP Protocol, 5.5)."""
    if request.mimetype != "multipart/form-data":
        return ((_format(request.mimetype or "text/turtle"), reading.read_body(MAX_DATA_BODY)),)
    request.max_content_length = MAX_DATA_BODY
    files = [file for given in request.files.listvalues() for file in given]
    if not files:
        raise malformed("there is no file in the form")
    return tuple((_format(file.mimetype or "text/turtle"), file.read()) for file in files)


def _format(given: str) -> str:
    """*given*, if it is a format for one graph."""
    form = ox.RdfFormat.from_media_type(given)
    if form is None or (form.supports_datasets and form != ox.RdfFormat.JSON_LD):
        raise unsupported(f"send the graph as one of {', '.join(GRAPH_TYPES)}, not as «{given}»")
    return given
