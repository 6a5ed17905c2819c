"""SPARQL 1.1 Protocol, queries: by GET, form and direct POST."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template, request

from kg.catalogue import find_question, questions, standalone
from kg.errors import QueryError
from kg.export import Table
from kg.names import PREFIXES

from . import asking, reading
from .access import note
from .cors import preflight
from .description import service_description
from .engine import Answer, Engine
from .headers import EDITOR_POLICY, OPEN
from .jobs import Asked
from .language import chosen_language
from .negotiate import ANY, SHORT, ranked, wants_html
from .reading import FORM, MAX_QUERY_BODY, RequestError, Values, malformed, one, unsupported
from .topics import topic_name
from .unfinished import FAULT

bp = Blueprint("sparql", __name__)
DIRECT = "application/sparql-query"
_UPDATE = "application/sparql-update"
_SHOWN = 500  # rows of an answer on the page
_FIRST = """PREFIX kh: <https://w3id.org/kehoach/ont#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?agency ?agencyLabel (COUNT(DISTINCT ?task) AS ?tasks) WHERE {{
  ?task kh:leadAgency ?agency .
  ?agency rdfs:label ?agencyLabel FILTER(LANG(?agencyLabel) = "{lang}")
}} GROUP BY ?agency ?agencyLabel ORDER BY DESC(?tasks) LIMIT 100
"""


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
    is_opened = (
        request.method == "GET" and "format" not in values
    )  # by an address, not by a program
    if (is_opened or values.get("page")) and wants_html(request.headers.get("Accept")):
        return _page(text, run=True)
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
    tag = engine.tag(wanted)
    if tag is not None and request.if_none_match.contains_weak(tag.strip('"')):
        return _unchanged(tag)
    answer = engine.run(wanted)
    note(rows=answer.rows)
    response = make_response(answer.body)
    for name, value in headers(answer):
        response.headers[name] = value
    if answer.tag is not None:
        request.environ["kg.version"] = answer.version
        response.make_conditional(request)
    return response


def _unchanged(tag: str) -> Response:
    """Whoever has an answer with this *tag* has it still: for that no query need be run."""
    response = make_response("", 304)
    response.headers["ETag"] = tag
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-cache"
    for name, value in OPEN:
        response.headers[name] = value
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
        example = request.args.get("example", "")
        text = _example(example) if example else request.args.get("text", "")
        return _page(text, run=False)
    return service_description()


def _example(name: str) -> str:
    """The query of a question of the catalogue."""
    engine: Engine = current_app.extensions["engine"]
    question = find_question(name)
    return standalone(engine.call(asking.text, question.id, chosen_language(), ()))


def _page(text: str, *, run: bool) -> Response:
    """The query page; with a query that is to *run*, its answer as a table below."""
    engine: Engine = current_app.extensions["engine"]
    if run:
        note(query=text)
    table: Table | None = None
    fault: QueryError | None = None
    if run and text.strip():
        try:
            table = engine.table(text, _SHOWN + 1)
        except QueryError as told:
            fault = told
    prefixes = "\n".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items())
    lang = chosen_language()
    page = render_template(
        "sparql.html",
        text=text,
        first=_FIRST.format(lang=lang),
        table=table,
        shown=_SHOWN,
        fault=fault,
        prefixes=prefixes,
        topics=[
            (topic_name(topic, lang), [q for q in questions().values() if q.topic == topic])
            for topic in dict.fromkeys(q.topic for q in questions().values())
        ],
        example=request.args.get("example", ""),
        limits=engine.limits,
    )
    response = make_response(page)
    response.status_code = 400 if fault else 200
    response.headers["Content-Security-Policy"] = EDITOR_POLICY
    return response
