"""``/openapi.json``: every address of the service that a program may ask, described (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from flask import Blueprint, Response, jsonify, request

from kg.catalogue import Parameter, Question, questions
from kg.choices import KINDS

from .negotiate import GRAPH_TYPES, RESULT_FORMATS, SHORT
from .topics import topic_name

bp = Blueprint("openapi", __name__)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ERRORS = ("400", "404", "429", "503")
Json = dict[str, Any]


@bp.get("/openapi.json")
def openapi() -> Response:
    response = jsonify(document(request.url_root.rstrip("/")))
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def document(root: str) -> Json:
    """The description of the service at *root*, an address without a slash at the end."""
    paths: Json = {}
    for question in questions().values():
        paths.update(_question(question))
    paths.update(_others())
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "kehoach",
            "summary": "Vietnamese administrative plans as a knowledge graph",
            "description": "Questions, SPARQL 1.1, and every thing of the dataset as RDF.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "version": _version(),
        },
        "servers": [{"url": root}],
        "tags": [{"name": name} for name in _tags()],
        "paths": paths,
        "components": {
            "schemas": {"Error": _ERROR},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {
                code: {
                    "description": told,
                    "content": _json({"$ref": "#/components/schemas/Error"}),
                }
                for code, told in _TOLD.items()
            },
        },
    }


_TOLD = {
    "400": "The request is not right; the message says what.",
    "404": "There is nothing of this name.",
    "429": "Too many requests; see Retry-After.",
    "503": "A limit of time or memory was reached, or the service is busy; see Retry-After.",
}
_ERROR: Json = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "detail": {},
            },
        }
    },
}


def _version() -> str:
    try:
        return version("kehoach")
    except PackageNotFoundError:
        return "0"


def _tags() -> list[str]:
    topics = dict.fromkeys(topic_name(q.topic, "en") for q in questions().values())
    return [*topics, "SPARQL", "Resources", "Search", "Network", "Comparison", "Service"]


def _question(question: Question) -> Json:
    """The path of each form of its answer."""
    shared = [_parameter(p) for p in question.parameters] + [_LANG]
    headings = {
        "name": "headings",
        "in": "query",
        "description": "Names of the query's variables, or words.",
        "schema": {"enum": ["names", "words"], "default": "names"},
    }
    bom = {
        "name": "bom",
        "in": "query",
        "description": "1: a byte order mark first, for spreadsheets.",
        "schema": {"enum": ["0", "1"], "default": "0"},
    }
    row: Json = {
        "type": "object",
        "properties": {
            c.name: {"title": c.en, "type": ["string", "number", "boolean", "null"]}
            | {"x-title-vi": c.vi}
            | ({"x-unit": c.unit} if c.unit else {})
            for c in question.columns
        },
    }
    forms: dict[str, tuple[Json, list[Json]]] = {
        "json": (_json({"type": "array", "items": row}), shared),
        "csv": ({"text/csv": _TEXT}, [*shared, bom, headings]),
        "xlsx": ({_XLSX: {}}, [*shared, headings]),
        "rq": ({"application/sparql-query": _TEXT}, shared),
        "ttl": ({"text/turtle": _TEXT}, []),
        "html": ({"text/html": _TEXT}, [*shared, _page(), _sort()]),
    }
    return {
        f"/q/{question.id}.{form}": {
            "get": {
                "operationId": f"{question.id.replace('/', '-')}-{form}",
                "summary": question.en,
                "description": question.vi,
                "tags": [topic_name(question.topic, "en")],
                "parameters": parameters,
                "responses": _responses(content),
            }
        }
        for form, (content, parameters) in forms.items()
    }


_TEXT: Json = {"schema": {"type": "string"}}
_LANG: Json = {
    "name": "lang",
    "in": "query",
    "description": "Language of labels; else by Accept-Language.",
    "schema": {"enum": ["vi", "en"]},
}


def _page() -> Json:
    return _in_query("page", "A page of the answer, from 1.", {"type": "integer", "minimum": 1})


def _sort() -> Json:
    return _in_query("sort", "A column by which the rows are sorted; «-name»: downwards.")


def _in_query(name: str, description: str, schema: Json | None = None, **more: Any) -> Json:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": schema or {"type": "string"},
        **more,
    }


def _parameter(parameter: Parameter) -> Json:
    schema: Json = {"type": "string"}
    if parameter.options:
        schema["enum"] = [option.value for option in parameter.options]
    if parameter.type == "year":
        schema["pattern"] = "^[0-9]{4}$"
    if parameter.type == "date":
        schema["format"] = "date"
    if parameter.default:
        schema["default"] = parameter.default
    how = parameter.label_en
    if parameter.type in KINDS and parameter.type != "year":
        how += f"; an IRI, a path of this service, or a name; see /q/values/{parameter.type}.json"
    labels = {"vi": parameter.label_vi, "en": parameter.label_en}
    return _in_query(parameter.name, how, schema, **{"x-type": parameter.type, "x-label": labels})


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _responses(content: Json, *more: str) -> Json:
    found: Json = {"200": {"description": "The answer.", "content": content}}
    for code in (*_ERRORS, *more):
        found[code] = {"$ref": f"#/components/responses/{code}"}
    return found


def _get(summary: str, tag: str, content: Json, *parameters: Json) -> Json:
    return {
        "get": {
            "summary": summary,
            "tags": [tag],
            "parameters": list(parameters),
            "responses": _responses(content),
        }
    }


def _others() -> Json:
    """The other addresses of the contract."""
    kinds = dict.fromkeys(dict.fromkeys((*RESULT_FORMATS, *GRAPH_TYPES)), _TEXT)
    rdf = dict.fromkeys((*GRAPH_TYPES[:3], "text/html"), _TEXT)
    query = _in_query("query", "A SPARQL 1.1 query.")
    form = _in_query("format", "A short name of the form of the answer.", {"enum": list(SHORT)})
    many: Json = {"type": "array", "items": {"type": "string"}}
    graphs = [
        _in_query(name, "IRI of a graph of the dataset.", many)
        for name in ("default-graph-uri", "named-graph-uri")
    ]
    plan = _in_query("plan", "IRI or path of a plan.")
    path = {"name": "path", "in": "path", "required": True, "schema": {"type": "string"}}
    as_ = _in_query("as", "Groups as written or expanded.", {"enum": ["written", "expanded"]})
    theme = _in_query("theme", "IRI of a theme.")
    plans = _in_query("plan", "IRIs or paths of two plans or more.", many, required=True)
    indicator = _in_query("indicator", "IRI of the indicator whose targets are compared.")
    found: Json = {
        "/sparql": {
            **_get("A SPARQL query", "SPARQL", kinds, query, form, *graphs),
            "post": {
                "summary": "A SPARQL query",
                "tags": ["SPARQL"],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/sparql-query": _TEXT,
                        "application/x-www-form-urlencoded": {
                            "schema": {
                                "type": "object",
                                "required": ["query"],
                                "properties": {"query": {"type": "string"}},
                            }
                        },
                    },
                },
                "responses": _responses(kinds),
            },
        },
        "/q/values/{kind}.json": _get(
            "Values that a parameter of a question can take",
            "Service",
            _json({"type": "array", "items": {"type": "object"}}),
            {"name": "kind", "in": "path", "required": True, "schema": {"enum": list(KINDS)}},
            _in_query("q", "Words of the name, diacritics optional."),
            _LANG,
        ),
        "/compare.csv": _get(
            "Plans side by side", "Comparison", {"text/csv": _TEXT}, plans, indicator, _LANG
        ),
        "/compare.xlsx": _get(
            "Plans side by side", "Comparison", {_XLSX: {}}, plans, indicator, _LANG
        ),
        "/search": _get(
            "Search",
            "Search",
            {"text/html": _TEXT},
            _in_query("q", "Words, diacritics optional."),
            _LANG,
        ),
        "/.well-known/void": _get(
            "The dataset described (VoID, DCAT)", "Service", dict.fromkeys(GRAPH_TYPES, _TEXT)
        ),
        "/health": _get(
            "Whether the service lives, and its dataset", "Service", _json({"type": "object"})
        ),
        "/metrics": _get("Measurements for Prometheus", "Service", {"text/plain": _TEXT}),
    }
    found["/reconcile"] = _get(
        "Reconciliation Service API 0.2 (OpenRefine)",
        "Search",
        _json({"type": "object"}),
        _in_query("queries", "A batch of queries, as JSON."),
    )
    found["/update"] = {"post": _write("A SPARQL update", ("application/sparql-update",))}
    found["/store"] = {
        "get": _get("A graph (Graph Store Protocol)", "SPARQL", rdf, _GRAPH)["get"],
        "put": _write("Put a graph", GRAPH_TYPES, _GRAPH),
        "post": _write("Add to a graph", GRAPH_TYPES, _GRAPH),
        "delete": _write("Remove a graph", (), _GRAPH),
    }
    for suffix, kind in _NETWORK.items():
        found[f"/network.{suffix}"] = _get(
            "The responsibility network", "Network", {kind: _TEXT}, plan, as_, theme
        )
    for kind in ("doc", "agency", "group", "unit", "voc", "ont"):
        found[f"/{kind}/{{path}}"] = _get(
            f"What is stated of a thing under /{kind}/ (303 to the form asked for)",
            "Resources",
            rdf,
            path,
        )
    return found


_GRAPH: Json = {"name": "graph", "in": "query", "schema": {"type": "string"}}


def _write(summary: str, kinds: Sequence[str], *parameters: Json) -> Json:
    """An operation that needs the token of the service, where it takes writes at all."""
    found: Json = {
        "summary": summary,
        "tags": ["SPARQL"],
        "security": [{"token": []}],
        "parameters": list(parameters),
        "responses": {
            "204": {"description": "Done."},
            **{code: {"$ref": f"#/components/responses/{code}"} for code in _ERRORS},
            "401": {"description": "The token is missing or wrong."},
            "403": {"description": "Writes are not allowed here."},
        },
    }
    if kinds:
        found["requestBody"] = {"required": True, "content": dict.fromkeys(kinds, _TEXT)}
    return found


_NETWORK = {
    "json": "application/json",
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
    "csv": "text/csv",
    "svg": "image/svg+xml",
}
