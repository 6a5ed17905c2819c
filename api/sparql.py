"""SPARQL 1.1 Protocol, queries: by GET, form and direct POST."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template, request

from kg.catalogue import questions
from kg.names import PREFIXES

from . import reading
from .access import note
from .cors import preflight
from .description import service_description
from .engine import Answer, Engine
from .headers import OPEN
from .jobs import Asked
from .language import chosen_language
from .negotiate import ANY, SHORT, ranked, wants_html
from .reading import FORM, MAX_QUERY_BODY, RequestError, Values, malformed, one, unsupported
from .unfinished import FAULT

bp = Blueprint("sparql", __name__)
DIRECT = "application/sparql-query"
_UPDATE = "application/sparql-update"


@bp.route("/sparql", methods=["GET", "POST", "OPTIONS"])
def endpoint() -> Response:
    if (fault := request.environ.pop(FAULT, None)) is not None:
        raise fault
    if request.method == "OPTIONS":
        return preflight()
    values = _values()
    if "update" in values:
        raise _no_update()
    text = one(values, "query")
    if text is None:
        return _without_query()
    if values.get("page") and wants_html(request.headers.get("Accept")):
        return _page(text)
    return _answer(text, values)


def _values() -> Values:
    """The parameters of the protocol, wherever this form of request has them."""
    if request.method != "POST":
        return reading.url_values()
    if request.mimetype == _UPDATE:
        raise _no_update()
    if request.mimetype == DIRECT:
        values = reading.url_values()
        if "query" in values:
            raise malformed("the query stands in the body and in the URL; give it once")
        values["query"] = [reading.read_text(MAX_QUERY_BODY)]
    elif request.mimetype == FORM:
        values = reading.form_values(MAX_QUERY_BODY)
    else:
        raise unsupported(f"send the query as {FORM} or as {DIRECT}, not as «{request.mimetype}»")
    if not values.get("query") and "update" not in values:
        raise malformed("there is no «query» in the request")
    return values


def _no_update() -> RequestError:
    return RequestError(403, "forbidden", "this address only reads; updates go to /update")


def only_query(values: Values) -> str | None:
    """The query, where nothing else is asked for."""
    if "update" in values or "page" in values:
        return None
    return one(values, "query")


def asked(engine: Engine, text: str, values: Values, accept: str | None, base: str) -> Asked:
    """The query *text* with what the parameters and the Accept header say of it; ``RequestError``."""
    return Asked(
        text,
        _accepted(values, accept),
        default=_graphs(values, "default-graph-uri"),
        named=_graphs(values, "named-graph-uri"),
        plain=engine.plain,
        base=base,
    )


def headers(answer: Answer) -> list[tuple[str, str]]:
    """What is said of an answer beside it."""
    kind = ("Content-Type", f"{answer.media_type}; charset=utf-8")
    if answer.tag is None:
        return [kind, ("Vary", "Accept"), ("Cache-Control", "no-store"), *OPEN]
    # no-cache: keep it, and ask whether it still holds
    lasting = (("ETag", answer.tag), ("Cache-Control", "no-cache"))
    return [kind, ("Vary", "Accept"), *lasting, *OPEN]


def _answer(text: str, values: Values) -> Response:
    engine: Engine = current_app.extensions["engine"]
    wanted = asked(engine, text, values, request.headers.get("Accept"), request.base_url)
    note(query=text)
    answer = engine.run(wanted)
    note(rows=answer.rows)
    response = make_response(answer.body)
    for name, value in headers(answer):
        response.headers[name] = value
    if answer.tag is not None:
        request.environ["kg.version"] = answer.version
        response.make_conditional(request)
    return response


def _graphs(values: Values, name: str) -> tuple[str, ...] | None:
    other = {"default-graph-uri": "named-graph-uri", "named-graph-uri": "default-graph-uri"}[name]
    if name not in values and other not in values:
        return None
    return tuple(values.get(name, ()))


def _accepted(values: Values, accept: str | None) -> tuple[str, ...]:
    if form := one(values, "format"):
        if form not in SHORT:
            raise malformed(f"«format» is one of {', '.join(SHORT)}")
        return SHORT[form]
    accepted = ranked(None if wants_html(accept) else accept, ANY)
    if not accepted:
        raise RequestError(
            406, "not-acceptable", f"ask for one of {', '.join(ANY)} in the Accept header"
        )
    return tuple(accepted)


def _without_query() -> Response:
    """The editor page for a browser; the description of the service for a program."""
    if wants_html(request.headers.get("Accept")):
        return _page(request.args.get("text", ""))
    return service_description()


def _page(text: str) -> Response:
    """The query page; with a query, its answer as a table below."""
    engine: Engine = current_app.extensions["engine"]
    if text.strip():
        note(query=text)
    table = engine.table(text) if text.strip() else None
    prefixes = "\n".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items())
    page = render_template(
        "sparql.html",
        lang=chosen_language(),
        text=text,
        table=table,
        prefixes=prefixes,
        examples=list(questions().values()),
    )
    return make_response(page)
