"""What is taken away from a document: its deadlines for a calendar, and how it or a clause is cited."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, current_app, make_response
from werkzeug.wrappers import Response as BaseResponse

from .engine import Engine
from .errors import problem
from .language import chosen_language
from .plan import calendar, citing, page

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


def _engine() -> Engine:
    engine: Engine = current_app.extensions["engine"]
    return engine


def _file(data: bytes, media_type: str, path: str, suffix: str) -> Response:
    """A file to be saved under a name made of the path."""
    stem = "".join(c if c.isascii() and (c.isalnum() or c in "-._") else "-" for c in path[4:])
    response = make_response(data)
    response.headers["Content-Type"] = f"{media_type}; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{stem}.{suffix}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
