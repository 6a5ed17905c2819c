"""SPARQL 1.1 Protocol: queries by GET, form and direct POST.  It never writes."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import Blueprint, Response, current_app, make_response, render_template, request

from kg.catalogue import questions
from kg.names import PREFIXES

from .engine import Engine
from .errors import problem
from .language import chosen_language
from .negotiate import ANY, SHORT, ranked, wants_html

bp = Blueprint("sparql", __name__)
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"


@bp.route("/sparql", methods=["GET", "POST", "OPTIONS"])
def endpoint() -> Response:
    if request.method == "OPTIONS":
        return _cors(make_response("", 204))
    kind = request.mimetype
    if request.method == "POST" and kind not in (_FORM, _DIRECT):
        if kind == "application/sparql-update":
            return problem(403, "forbidden", "this endpoint only reads; updates are not accepted")
        return problem(
            415,
            "unsupported-media-type",
            f"send the query as {_FORM} or as {_DIRECT}, not as «{kind}»",
        )
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        return problem(415, "unsupported-media-type", "send the query in UTF-8")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        return problem(415, "unsupported-media-type", "send the query without a Content-Encoding")
    values = _values()
    if isinstance(values, Response):
        return values
    if "update" in values:
        return problem(403, "forbidden", "this endpoint only reads; updates are not accepted")
    texts = values.get("query", [])
    if not texts:
        return _without_query()
    if len(texts) > 1:
        return problem(400, "malformed-request", "give exactly one «query»")
    return _answer(texts[0], values)


def _values() -> dict[str, list[str]] | Response:
    """The parameters of the protocol, wherever this form of request has them."""
    found: dict[str, list[str]] = {}
    try:
        _read_form(request.query_string, found)
        if request.method == "POST":
            body = request.get_data()
            if request.mimetype == _DIRECT:
                found["query"] = [body.decode("utf-8")]
            else:
                _read_form(body, found)
    except UnicodeDecodeError as fault:
        return problem(400, "malformed-request", f"the request is not UTF-8 (byte {fault.start})")
    except ValueError as fault:
        return problem(400, "malformed-request", f"the request cannot be read: {fault}")
    if request.method == "POST" and not found.get("query") and "update" not in found:
        return problem(400, "malformed-request", "there is no «query» in the request")
    return found


def _read_form(raw: bytes, found: dict[str, list[str]]) -> None:
    """Add what a query string or a form body says; unlike the framework's own reading, no byte that is
    not UTF-8 becomes a replacement character."""
    pairs = parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict")
    for name, value in pairs:
        found.setdefault(name, []).append(value)


def _answer(text: str, values: dict[str, list[str]]) -> Response:
    engine: Engine = current_app.extensions["engine"]
    if "\x00" in text:
        return problem(400, "malformed-query", "the query holds a NUL character")
    default, named = values.get("default-graph-uri"), values.get("named-graph-uri")
    accepted = _accepted(values)
    if accepted is None:
        return problem(400, "malformed-request", f"«format» is one of {', '.join(SHORT)}")
    if not accepted:
        return problem(
            406, "not-acceptable", f"ask for one of {', '.join(ANY)} in the Accept header"
        )
    if values.get("page") and wants_html(request.headers.get("Accept")):
        return _page(text)
    answer = engine.run(text, accepted, default=default, named=named)
    response = make_response(answer.body)
    response.headers["Content-Type"] = f"{answer.media_type}; charset=utf-8"
    response.headers["Vary"] = "Accept"
    return _cors(response)


def _accepted(values: dict[str, list[str]]) -> list[str] | None:
    if form := values.get("format"):
        return list(SHORT[form[0]]) if form[0] in SHORT else None
    accept = request.headers.get("Accept")
    if wants_html(accept):
        accept = None
    return ranked(accept, ANY)


def _without_query() -> Response:
    """The editor page for a browser; the description of the service for a program."""
    if wants_html(request.headers.get("Accept")):
        return _page(request.args.get("text", ""))
    forms = ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
    chosen = ranked(request.headers.get("Accept"), forms)
    if not chosen:
        return problem(406, "not-acceptable", f"the description is to be had as {', '.join(forms)}")
    engine: Engine = current_app.extensions["engine"]
    answer = engine.run(_description(request.base_url), chosen, default=[], named=[])
    response = make_response(answer.body)
    response.headers["Content-Type"] = f"{answer.media_type}; charset=utf-8"
    response.headers["Vary"] = "Accept"
    return _cors(response)


def _description(url: str) -> str:
    safe = "".join(c for c in url if c not in '<>"{}|\\^` ')
    formats = " , ".join(
        f"<http://www.w3.org/ns/formats/{name}>"
        for name in (
            "SPARQL_Results_JSON",
            "SPARQL_Results_XML",
            "SPARQL_Results_CSV",
            "SPARQL_Results_TSV",
            "Turtle",
            "N-Triples",
            "JSON-LD",
            "RDF_XML",
        )
    )
    return f"""PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
        CONSTRUCT {{ <{safe}> a sd:Service ; sd:endpoint <{safe}> ;
            sd:supportedLanguage sd:SPARQL11Query ; sd:resultFormat {formats} ;
            sd:defaultDataset <{safe}#dataset> .
            <{safe}#dataset> a sd:Dataset ; sd:defaultGraph <{safe}#default> .
            <{safe}#default> a sd:Graph }} WHERE {{}}"""


def _page(text: str) -> Response:
    """The query page; with a query, its answer as a table below."""
    engine: Engine = current_app.extensions["engine"]
    table = engine.table(text) if text.strip() else None
    prefixes = "\n".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items())
    lang = chosen_language()
    page = render_template(
        "sparql.html",
        lang=lang,
        text=text,
        table=table,
        prefixes=prefixes,
        examples=list(questions().values()),
    )
    return make_response(page)


def _cors(response: Response) -> Response:
    """Any page may ask: there is nothing to steal and no authority to borrow."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
    return response
