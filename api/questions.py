"""The question catalogue: a list, a form a question, answers as a page and as files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request

from kg.catalogue import Question, find_question, questions, standalone
from kg.choices import KINDS, Choice, matching
from kg.errors import UnknownQuestion, UnknownValue
from kg.export import Table, to_csv, to_json, to_xlsx

from . import asking, fields, jobs
from .engine import Engine
from .executable import executable
from .headers import OPEN
from .kept import kept
from .language import chosen_language, link
from .negotiate import wants_html
from .reading import one, page_number, require_page, unknown_value, url_values
from .searcher import Searcher
from .tables import ShownTable, linked, without
from .topics import TOPICS, topic_name

bp = Blueprint("questions", __name__)
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMS = (*TYPES, "rq", "ttl", "html")
# What may stand in the address beside the parameters of a question.
RESERVED = ("lang", "bom", "headings", "page", "sort")
ROWS = 100  # on one page
_SEARCHED = {
    "agency": ("agency", "group"),
    "theme": ("theme",),
    "document": ("document", "plan"),
    "unit": ("unit",),
}
_SUGGESTED = 20


@bp.get("/q", strict_slashes=False)
def index() -> str:
    return _list(None)


@bp.get("/q/<topic>", strict_slashes=False)
def topic(topic: str) -> str:
    """The questions of one topic."""
    if topic not in {question.topic for question in questions().values()}:
        raise UnknownQuestion(
            f"there is no topic «{topic}»; the topics are {', '.join(sorted(_by_topic()))}"
        )
    return _list(topic)


@bp.get("/q/values/<kind>.json")
def values(kind: str) -> Response:
    """What a parameter of this kind can be given: those that match ``q``, or those used most."""
    if kind not in KINDS:
        raise UnknownQuestion(f"there is no kind «{kind}»; the kinds are {', '.join(KINDS)}")
    offered = kept(asking.values, kind, chosen_language())
    typed = one(url_values(), "q") or ""
    found = matching(offered, typed, _SUGGESTED) or _by_other_names(offered, kind, typed)
    response = jsonify([{"value": c.value, "label": c.label, "count": c.uses} for c in found])
    response.headers["Cache-Control"] = "no-cache"
    return response


def _by_other_names(offered: Iterable[Choice], kind: str, typed: str) -> list[Choice]:
    """Those that the search finds by an abbreviation or another name («sở khcn»)."""
    if kind not in _SEARCHED or not typed.strip():
        return []
    searcher: Searcher = current_app.extensions["searcher"]
    search, _ = searcher.current()
    by_iri = {choice.value: choice for choice in offered}
    hits = search.suggest(typed[:100], lang=chosen_language(), limit=50, kinds=_SEARCHED[kind])
    return [by_iri[hit.iri] for hit in hits if hit.iri in by_iri][:_SUGGESTED]


@bp.get("/q/<topic>/<name>")
def ask(topic: str, name: str) -> Response:
    """A question by its address; ``.csv .json .xlsx .rq .ttl .html`` choose the form of the answer."""
    stem, dot, suffix = name.rpartition(".")
    if not dot or suffix not in _FORMS:
        stem, suffix = name, ""
    question = find_question(f"{topic}/{stem}")
    lang = chosen_language()
    asked = {name: one(url_values(), name) or "" for name in url_values()}
    given = {k: v for k, v in asked.items() if k not in RESERVED and v != ""}
    if suffix in ("", "html"):
        return _answer_page(question, given, lang, asked, strict=suffix == "")
    if suffix == "rq":
        engine: Engine = current_app.extensions["engine"]
        text = engine.call(asking.text, question.id, lang, tuple(given.items()))
        return _sent(standalone(text).encode("utf-8"), "application/sparql-query; charset=utf-8")
    if suffix == "ttl":
        endpoint = request.url_root + "sparql"
        return _sent(executable(question, endpoint), "text/turtle; charset=utf-8")
    return _file(question, given, lang, suffix)


def _by_topic() -> dict[str, list[Question]]:
    found: dict[str, list[Question]] = {}
    for question in questions().values():
        found.setdefault(question.topic, []).append(question)
    order = list(TOPICS)
    names = sorted(found, key=lambda name: order.index(name) if name in order else len(order))
    return {name: found[name] for name in names}


def _list(chosen: str | None) -> str:
    lang = chosen_language()
    topics = [
        (name, topic_name(name, lang), those)
        for name, those in _by_topic().items()
        if chosen in (None, name)
    ]
    return render_template("questions.html", topics=topics, chosen=chosen)


def _answer_page(
    question: Question, given: dict[str, str], lang: str, asked: dict[str, str], *, strict: bool
) -> Response:
    """The form and a page of the answer; a value that cannot be is told at its field."""
    number = page_number(asked.get("page"))
    sort = asked.get("sort", "")
    start = (number - 1) * ROWS
    part: asking.Part | None = None
    fault: UnknownValue | None = None
    try:
        part = kept(asking.part, question.id, lang, tuple(given.items()), sort, start, ROWS)
    except UnknownValue as told:
        known = {parameter.name for parameter in question.parameters}
        if told.parameter not in known or (
            strict and not wants_html(request.headers.get("Accept"))
        ):
            raise
        fault = told
    if part is not None:
        require_page(number, -(-part.total // ROWS))
        if sort and part.table.columns and sort.removeprefix("-") not in part.table.columns:
            raise unknown_value("sort", sort, part.table.columns)
    shown = _shown(question, part, lang) if part is not None else None
    page = render_template(
        "question.html",
        question=question,
        topic_name=topic_name(question.topic, lang),
        fields=[fields.field(p, given, lang, fault) for p in question.parameters],
        fault=fault,
        given=given,
        table=shown,
        total=part.total if part else 0,
        query=standalone(part.query) if part else "",
        number=number,
        pages=-(-part.total // ROWS) if part else 0,
        first=start + 1,
        sort=sort,
        looked_for=fields.looked_for(question, given, lang),
        plans=kept(asking.plan_count) if part and not part.total else None,
        files=_files(question, given),
    )
    response = make_response(page)
    response.status_code = 400 if fault else 200
    return response


def _shown(question: Question, part: asking.Part, lang: str) -> ShownTable:
    table = without(part.table, question.codes)
    return linked(table, question.headings(table.columns, lang), lang, part.ours)


def _files(question: Question, given: dict[str, str]) -> list[tuple[str, str]]:
    """(name, address) of every form of the answer that can be saved."""
    path = f"/q/{question.id}"
    lang = chosen_language()  # in a file's address always: whoever opens it later gets the same
    words = {**given, "lang": lang}
    return [
        ("CSV", link(f"{path}.csv", **words)),
        ("CSV (Excel)", link(f"{path}.csv", **words, bom=1, headings="words")),
        ("XLSX", link(f"{path}.xlsx", **words, headings="words")),
        ("JSON", link(f"{path}.json", **words)),
        ("SPARQL", link(f"{path}.rq", **words)),
        ("RDF", link(f"{path}.ttl")),
    ]


def _file(question: Question, given: dict[str, str], lang: str, suffix: str) -> Response:
    engine: Engine = current_app.extensions["engine"]
    table = engine.call(jobs.question, question.id, lang, tuple(given.items()))
    if suffix == "json":
        body = to_json(table)
    else:
        table = _headed(question, table, lang)
        bom = one(url_values(), "bom") == "1"
        body = to_csv(table, bom=bom) if suffix == "csv" else to_xlsx(table)
    response = _sent(body, TYPES[suffix])
    name = question.id.replace("/", "-")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.{suffix}"'
    return response


def _headed(question: Question, table: Table, lang: str) -> Table:
    """The names of the columns, which programs rely on, or their headings where these are asked for."""
    asked = one(url_values(), "headings") or "names"
    if asked not in ("names", "words"):
        raise unknown_value("headings", asked, ("names", "words"))
    if asked == "names":
        return table
    return replace(table, columns=question.headings(table.columns, lang))


def _sent(body: bytes, kind: str) -> Response:
    response = make_response(body)
    response.headers["Content-Type"] = kind
    for name, value in OPEN:
        response.headers[name] = value
    return response
