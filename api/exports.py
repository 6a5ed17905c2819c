"""What is taken away from a document: its deadlines for a calendar, how it or a clause is cited, and all that is known of it
in the formats of other fields."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, current_app, make_response, redirect
from werkzeug.wrappers import Response as BaseResponse

from kg.bridges import FORMATS
from kg.bridges.cube import CUBE
from kg.bridges.jsonld import context_document, frame_document
from kg.names import BASE
from kg.store import Dataset

from .engine import Engine
from .errors import problem
from .language import chosen_language
from .plan import calendar, citing, page
from .worker import Body

bp = Blueprint("exports", __name__)
_CITED: dict[str, tuple[str, Callable[[citing.Reference], str]]] = {
    "bib": ("application/x-bibtex", citing.bibtex),
    "csl.json": ("application/vnd.citationstyles.csl+json", citing.csl),
}


@bp.get("/doc/<path:rest>.<any('bib', 'csl.json'):form>")
def citation(rest: str, form: str) -> BaseResponse:
    """A document or a clause as BibTeX or CSL-JSON."""
    path = f"doc/{rest}"
    cited = _engine().call(citing.reference_at, path)
    if cited is None:
        return problem(
            404, "unknown", f"no document or clause of «{path}» is known, so it cannot be cited"
        )
    media_type, write = _CITED[form]
    return _file(write(cited).encode("utf-8", "replace"), media_type, path, form)


@bp.get("/doc/<path:rest>.ics")
def deadlines(rest: str) -> BaseResponse:
    """The deadlines of a document whose text we hold."""
    path = f"doc/{rest}"
    document = page.document_at(_engine(), path, chosen_language())
    if document is None:
        return problem(
            404, "unknown", f"no text of «{path}» is held, so nothing is known of its deadlines"
        )
    return _file(calendar.icalendar(document, chosen_language()), "text/calendar", path, "ics")


_BRIDGES = {one.suffix: one for one in FORMATS}


@bp.get(f"/doc/<path:rest>.<any({', '.join(repr(s) for s in _BRIDGES)}):form>")
def bridged(rest: str, form: str) -> BaseResponse:
    """A plan in the format of another field (see ``kg.bridges``)."""
    path = f"doc/{rest}"
    made = _engine().call(bridge, _BRIDGES[form].name, BASE + path)
    return _file(made.data, _BRIDGES[form].media_type, path, form)


@bp.get("/cube/targets")
def cube() -> BaseResponse:
    """The data set of the cube, and all that is in it (its terms are parts of this address)."""
    return redirect("/cube/targets.ttl", 303)


@bp.get("/cube/targets.ttl")
def cube_file() -> BaseResponse:
    made = _engine().call(bridge, "cube", None)
    return _file(made.data, "text/turtle", CUBE.removeprefix(BASE), "ttl")


@bp.get("/datapackage.zip")
def package() -> BaseResponse:
    """All plans as a Frictionless data package."""
    made = _engine().call(bridge, "datapackage", None)
    return _file(made.data, "application/zip", "doc/kehoach", "zip")


@bp.get("/context.jsonld")
def context() -> BaseResponse:
    """The context that JSON-LD of ours names."""
    return _shown(context_document())


@bp.get("/frames/plan.jsonld")
def frame() -> BaseResponse:
    return _shown(frame_document())


def bridge(dataset: Dataset, name: str, plan: str | None) -> Body:
    """The job behind a format: its bytes."""
    chosen = next(one for one in FORMATS if one.name == name)
    return Body("", chosen.write(dataset, plan))


def _shown(data: bytes) -> BaseResponse:
    response = make_response(data)
    response.headers["Content-Type"] = "application/ld+json"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _engine() -> Engine:
    engine: Engine = current_app.extensions["engine"]
    return engine


def _file(data: bytes, media_type: str, path: str, suffix: str) -> Response:
    """A file to be saved under a name made of the path."""
    stem = "".join(c if c.isascii() and (c.isalnum() or c in "-._") else "-" for c in path[4:])
    response = make_response(data)
    is_text = media_type != "application/zip"
    response.headers["Content-Type"] = f"{media_type}; charset=utf-8" if is_text else media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{stem}.{suffix}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
