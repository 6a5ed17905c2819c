"""The question catalogue: ``queries/<topic>/<question>.rq``, one question a file.

A file begins with lines ``#+ key: value``: question-vi, question-en, tags, and one ``param`` for each
parameter: ``#+ param: agency agency | https://… | Cơ quan | Agency`` (name, type, default, label vi, label
en).  Types: ``TYPES``.  In the query a parameter is the variable ``?name``, bound by VALUES
before the rest (unbound where no value is given); ``?lang`` stands for "vi" or "en".
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

import pyoxigraph as ox

from .errors import KgError, UnknownQuestion
from .export import Cell, Table
from .resources import resource_files
from .sparql import tokens
from .store import Dataset
from .text import unaccented

TYPES = ("agency", "plan", "year", "text", "theme", "document", "indicator", "unit")
LANGUAGES = ("vi", "en")
_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = {
    _XSD + "integer": int,
    _XSD + "decimal": float,
    _XSD + "double": float,
    _XSD + "float": float,
}


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: str
    default: str
    label_vi: str
    label_en: str

    def label(self, lang: str) -> str:
        return self.label_vi if lang == "vi" else self.label_en


@dataclass(frozen=True, slots=True)
class Question:
    """*id* is "topic/name"."""

    id: str
    vi: str
    en: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    query: str

    @property
    def topic(self) -> str:
        return self.id.split("/")[0]

    def text(self, lang: str) -> str:
        return self.vi if lang == "vi" else self.en


@cache
def questions() -> Mapping[str, Question]:
    """Every question by its id, in order."""
    found: dict[str, Question] = {}
    for file in resource_files("queries", ".rq"):
        path = PurePosixPath(str(file).replace("\\", "/"))
        name = f"{path.parent.name}/{path.stem}"
        found[name] = parse_question(name, file.read_text("utf-8"))
    return found


def parse_question(name: str, text: str) -> Question:
    """The question in the text of a ``.rq`` file; ``KgError`` says what its header lacks."""
    header: dict[str, list[str]] = {}
    for line in text.splitlines():
        if match := re.match(r"#\+\s*([\w-]+)\s*:\s*(.*)$", line):
            header.setdefault(match.group(1), []).append(match.group(2).strip())
    lacks = [key for key in ("question-vi", "question-en", "tags") if not header.get(key)]
    if lacks:
        raise KgError(
            f"{name}.rq: the header lacks {', '.join(lacks)}. "
            f"Add a line such as «#+ {lacks[0]}: …» above the first PREFIX."
        )
    return Question(
        id=name,
        vi=header["question-vi"][0],
        en=header["question-en"][0],
        tags=tuple(tag.strip() for tag in header["tags"][0].split(",")),
        parameters=tuple(_parameter(name, line) for line in header.get("param", [])),
        query=text,
    )


def _parameter(name: str, line: str) -> Parameter:
    parts = [part.strip() for part in line.split("|")]
    head = parts[0].split()
    if len(parts) != 4 or len(head) != 2 or head[1] not in TYPES:
        raise KgError(
            f"{name}.rq: «#+ param: {line}» is not of the form «name type | default | nhãn | label» "
            f"with a type of {', '.join(TYPES)}"
        )
    return Parameter(head[0], head[1], parts[1], parts[2], parts[3])


def find_question(name: str) -> Question:
    """The question with this id; ``UnknownQuestion`` names those that are near."""
    known = questions()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, 3, 0.4)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    raise UnknownQuestion(f"there is no question «{name}»{hint} («kg ask» lists them)")


def answer(
    question: Question,
    dataset: Dataset,
    *,
    lang: str = "vi",
    parameters: Mapping[str, str] | None = None,
) -> Table:
    """The answer with the parameters given (by name) or their defaults.

    Raises ``UnknownQuestion`` for a parameter that the question does not have or a value it cannot take.
    """
    given = dict(parameters or {})
    known = {p.name for p in question.parameters}
    for name in given:
        if name not in known:
            has = ", ".join(sorted(known)) or "none"
            raise UnknownQuestion(f"{question.id} has no parameter «{name}» (it has: {has})")
    values: dict[str, ox.NamedNode | ox.Literal] = {}
    for parameter in question.parameters:
        text = given.get(parameter.name) or parameter.default
        if text:
            values[parameter.name] = _term(question, parameter, text, dataset)
    result = dataset.query(fill(question.query, lang, values))
    assert isinstance(result, ox.QuerySolutions)
    columns = tuple(variable.value for variable in result.variables)
    rows = tuple(tuple(_cell(row[c]) for c in columns) for row in result)
    return Table(columns, rows)


def fill(query: str, lang: str, values: Mapping[str, ox.NamedNode | ox.Literal]) -> str:
    """*query* with its parameters: ``?lang`` replaced, the others bound by VALUES in its WHERE.

    Works on tokens, and terms are written by the engine's own serialiser, so no value can end a string
    or an IRI.
    """
    bound = "".join(f" VALUES ?{name} {{ {term} }}" for name, term in sorted(values.items()))
    parts: list[str] = []
    seen_where = False
    for kind, token in tokens(query):
        if kind == "variable" and token[1:] == "lang":
            token = str(ox.Literal(lang))
        parts.append(token)
        if kind == "word" and token.upper() == "WHERE":
            seen_where = True
        elif seen_where and token == "{":
            parts.append(bound)
            bound = ""
    return "".join(parts)


def _term(
    question: Question, parameter: Parameter, text: str, dataset: Dataset
) -> ox.NamedNode | ox.Literal:
    if parameter.type == "year":
        if not re.fullmatch(r"\d{4}", text):
            raise UnknownQuestion(
                f"{question.id}: {parameter.name} is a year such as 2025, not «{text}»"
            )
        return ox.Literal(text, datatype=ox.NamedNode(_XSD + "gYear"))
    if parameter.type == "text":
        return ox.Literal(text)
    if re.match(r"https?://", text):
        try:
            return ox.NamedNode(text)
        except ValueError as fault:
            raise UnknownQuestion(
                f"{question.id}: {parameter.name}: «{text}» is no IRI ({fault})"
            ) from None
    found = find_named(dataset, parameter.type, text)
    if not found:
        raise UnknownQuestion(
            f"{question.id}: no {parameter.type} is called «{text}»; give an IRI or a name from the data"
        )
    if len(found) > 1:
        names = "; ".join(f"{label} <{iri}>" for iri, label in found[:4])
        raise UnknownQuestion(f"{question.id}: «{text}» can be {names}; give the IRI")
    return ox.NamedNode(found[0][0])


_CLASSES = {
    "agency": "{ ?s a kh:Agency } UNION { ?s a kh:AgentGroup } UNION { ?s a kh:SocialOrganization }",
    "plan": "?s a kh:AdministrativePlan",
    "theme": "?s a kh:PolicyTheme",
    "document": "?s a kh:PolicyDocument",
    "indicator": "?s a kh:Indicator",
    "unit": "?s a kh:AdministrativeUnit",
}


def find_named(dataset: Dataset, kind: str, name: str) -> list[tuple[str, str]]:
    """(IRI, label) of those called *name*, with or without diacritics; exact ones alone if there are."""
    rows = dataset.query(
        f"""SELECT DISTINCT ?s ?label WHERE {{ {{ {_CLASSES[kind]} }}
            ?s rdfs:label|skos:altLabel|skos:notation|eli:id_local ?label }}"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    exact: dict[str, str] = {}
    plain: dict[str, str] = {}
    for row in rows:
        iri, label = row["s"].value, row["label"].value
        if label.casefold() == name.casefold() or iri.endswith("/" + name):
            exact[iri] = label
        if unaccented(label) == unaccented(name):
            plain[iri] = label
    return sorted((exact or plain).items())


def _cell(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> Cell:
    if term is None:
        return None
    if isinstance(term, ox.Literal):
        kind = term.datatype.value
        if kind in _NUMBERS:
            try:
                value = _NUMBERS[kind](term.value)
            except ValueError:  # "abc"^^xsd:integer can stand in a file that was loaded
                return term.value
            if not math.isfinite(value):
                return term.value
            return (
                int(value)
                if isinstance(value, float) and value.is_integer() and "." not in term.value
                else value
            )
        if kind == _XSD + "boolean":
            return term.value in ("true", "1")
        return term.value
    return term.value if isinstance(term, ox.NamedNode | ox.BlankNode) else str(term)
