"""The question catalogue: a list, a form a question, answers as a page and as files."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template, request

from kg.catalogue import Question, find_question, questions
from kg.export import Table, to_csv, to_json, to_xlsx

from . import jobs
from .engine import Engine
from .errors import problem
from .language import chosen_language
from .tables import linked

bp = Blueprint("questions", __name__)
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("/q")
def index() -> str:
    lang = chosen_language()
    topics: dict[str, list[Question]] = {}
    for question in questions().values():
        topics.setdefault(question.topic, []).append(question)
    return render_template("questions.html", lang=lang, topics=topics)


@bp.get("/q/<topic>/<name>")
def ask(topic: str, name: str) -> Response:
    """A question by its address; ``.csv .json .xlsx .rq .html`` choose the form of the answer."""
    stem, dot, suffix = name.rpartition(".")
    if not dot or suffix not in (*_TYPES, "rq", "html"):
        stem, suffix = name, "html"
    question = find_question(f"{topic}/{stem}")
    lang = chosen_language()
    if suffix == "rq":
        response = make_response(question.query)
        response.headers["Content-Type"] = "application/sparql-query; charset=utf-8"
        return response
    engine: Engine = current_app.extensions["engine"]
    given = {k: v for k, v in request.args.items() if k not in ("lang", "bom") and v != ""}
    table = engine.call(jobs.question, question.id, lang, tuple(given.items()))
    if suffix == "html":
        return make_response(_page(question, table, given, lang))
    return _file(question, table, suffix)


def _page(question: Question, table: Table, given: dict[str, str], lang: str) -> str:
    return render_template(
        "question.html", lang=lang, question=question, given=given, table=linked(table)
    )


def _file(question: Question, table: Table, suffix: str) -> Response:
    if suffix == "csv":
        body = to_csv(table, bom=request.args.get("bom") == "1")
    elif suffix == "json":
        body = to_json(table)
    elif suffix == "xlsx":
        body = to_xlsx(table)
    else:
        return problem(404, "unknown", f"there is no form «{suffix}»")
    response = make_response(body)
    response.headers["Content-Type"] = _TYPES[suffix]
    response.headers["Access-Control-Allow-Origin"] = "*"
    name = question.id.replace("/", "-")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.{suffix}"'
    return response
