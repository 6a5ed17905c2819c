"""The question catalogue: ``queries/<topic>/<question>.rq``, one question a file.

A file begins with lines ``#+ key: value``: question-vi, question-en, tags, and one ``param`` for each
parameter: ``#+ param: agency agency | https://… | Cơ quan | Agency`` (name, type, default, label vi, label
en).  Types: ``TYPES``.  In the query a parameter is the variable ``?name``, bound by VALUES
before the rest (unbound where no value is given); ``?lang`` stands for "vi" or "en".

``#+ empty-vi``, ``#+ empty-en`` say why there may be no answer.
``#+ column: leadLabel | Chủ trì | Lead`` gives the heading of a column, one line for each; ``#+ option: status |
extracted | Mới trích | Only extracted`` a value of a text parameter that takes no others.
``#+ unit: value baseline | unit`` says which column has the unit of the numbers in others.
``#+ code: state`` names columns of codes for programs, which a page leaves out because another column says it in words.
``#+ behind: ?as kh:assignedTo ?agency ; kh:statedIn ?clause`` is a pattern that gives the clauses (``?clause``) behind a row
which names none itself; columns and parameters of the question are bound in it.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import PurePosixPath

import pyoxigraph as ox

from .choices import iri_of, require_known
from .errors import KgError, UnknownQuestion, UnknownValue
from .export import Cell, Table
from .names import PREFIXES
from .resources import resource_files
from .sparql import tokens
from .store import Dataset

TYPES = ("agency", "plan", "year", "date", "text", "theme", "document", "indicator", "unit")
LANGUAGES = ("vi", "en")
_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = {
    _XSD + "integer": int,
    _XSD + "decimal": float,
    _XSD + "double": float,
    _XSD + "float": float,
}


@dataclass(frozen=True, slots=True)
class Option:
    """One of the few values that a parameter takes."""

    value: str
    vi: str
    en: str

    def label(self, lang: str) -> str:
        return self.vi if lang == "vi" else self.en


@dataclass(frozen=True, slots=True)
class Parameter:
    """*options*: all values it takes, where there are few; empty where the dataset has them."""

    name: str
    type: str
    default: str
    label_vi: str
    label_en: str
    options: tuple[Option, ...] = ()

    def label(self, lang: str) -> str:
        return self.label_vi if lang == "vi" else self.label_en


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answer: the variable *name* of the query, and its heading; *unit*: the column with its units."""

    name: str
    vi: str
    en: str
    unit: str = ""

    def heading(self, lang: str) -> str:
        return self.vi if lang == "vi" else self.en


@dataclass(frozen=True, slots=True)
class Question:
    """*id* is "topic/name"; *behind* a pattern that gives the clauses behind a row that names none; *codes* columns for programs."""

    id: str
    vi: str
    en: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    query: str
    empty_vi: str = ""
    empty_en: str = ""
    behind: str = ""
    codes: frozenset[str] = frozenset()

    @property
    def topic(self) -> str:
        return self.id.split("/")[0]

    def text(self, lang: str) -> str:
        return self.vi if lang == "vi" else self.en

    def empty(self, lang: str) -> str:
        """Why there may be no answer; "" where nothing special is to be said."""
        return self.empty_vi if lang == "vi" else self.empty_en

    def headings(self, names: Iterable[str], lang: str) -> tuple[str, ...]:
        """The heading of each column of an answer; the name itself where none is given."""
        known = {column.name: column.heading(lang) for column in self.columns}
        return tuple(known.get(name, name) for name in names)


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
        parameters=tuple(
            _parameter(name, line, header.get("option", [])) for line in header.get("param", [])
        ),
        columns=_columns(name, header),
        query=text,
        empty_vi=" ".join(header.get("empty-vi", [])),
        empty_en=" ".join(header.get("empty-en", [])),
        behind=" ".join(header.get("behind", [])),
        codes=frozenset(" ".join(header.get("code", [])).split()),
    )


def _columns(name: str, header: Mapping[str, list[str]]) -> tuple[Column, ...]:
    units: dict[str, str] = {}
    for line in header.get("unit", []):
        of, bar, unit = (part.strip() for part in line.partition("|"))
        if not (of and bar and unit):
            raise KgError(f"{name}.rq: «#+ unit: {line}» is not of the form «columns | column»")
        units |= dict.fromkeys(of.split(), unit)
    found = (_column(name, line) for line in header.get("column", []))
    return tuple(replace(column, unit=units.get(column.name, "")) for column in found)


def _column(name: str, line: str) -> Column:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) != 3 or not all(parts):
        raise KgError(
            f"{name}.rq: «#+ column: {line}» is not of the form «name | tiêu đề | heading»"
        )
    return Column(*parts)


def _options(name: str, parameter: str, lines: Iterable[str]) -> tuple[Option, ...]:
    found: list[Option] = []
    for line in lines:
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != 4 or not all(parts):
            raise KgError(
                f"{name}.rq: «#+ option: {line}» is not of the form «parameter | value | nhãn | label»"
            )
        if parts[0] == parameter:
            found.append(Option(*parts[1:]))
    return tuple(found)


def _parameter(name: str, line: str, options: Iterable[str]) -> Parameter:
    parts = [part.strip() for part in line.split("|")]
    head = parts[0].split()
    if len(parts) != 4 or len(head) != 2 or head[1] not in TYPES:
        raise KgError(
            f"{name}.rq: «#+ param: {line}» is not of the form «name type | default | nhãn | label» "
            f"with a type of {', '.join(TYPES)}"
        )
    return Parameter(
        head[0], head[1], parts[1], parts[2], parts[3], _options(name, head[0], options)
    )


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
    result = dataset.query(filled(question, dataset, lang=lang, parameters=parameters))
    assert isinstance(result, ox.QuerySolutions)
    columns = tuple(variable.value for variable in result.variables)
    rows = tuple(tuple(_cell(row[c]) for c in columns) for row in result)
    return Table(columns, rows)


def filled(
    question: Question,
    dataset: Dataset,
    *,
    lang: str = "vi",
    parameters: Mapping[str, str] | None = None,
) -> str:
    """The query that ``answer`` runs, with the parameters in it; raises what it does."""
    given = dict(parameters or {})
    known = {p.name for p in question.parameters}
    for name in given:
        if name not in known:
            has = ", ".join(sorted(known)) or "none"
            raise UnknownValue(
                f"{question.id} has no parameter «{name}» (it has: {has})",
                name,
                tuple((near, near) for near in difflib.get_close_matches(name, known, 2)),
            )
    values: dict[str, ox.NamedNode | ox.Literal] = {}
    for parameter in question.parameters:
        text = given.get(parameter.name) or parameter.default
        if text:
            values[parameter.name] = _term(question, parameter, text, dataset, lang)
    return fill(question.query, lang, values)


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


def standalone(query: str) -> str:
    """*query* with the prefixes it uses declared, so that it runs anywhere; of its header, the question."""
    used = {token.partition(":")[0] for kind, token in tokens(query) if kind == "name"}
    declared = "".join(
        f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items() if name in used
    )
    lines = [
        line
        for line in query.strip().splitlines(keepends=True)
        if not line.startswith("#+") or line.startswith("#+ question-")
    ]
    head = next((i for i, line in enumerate(lines) if not line.startswith("#")), 0)
    return "".join(lines[:head]) + declared + "".join(lines[head:]) + "\n"


def _term(
    question: Question, parameter: Parameter, text: str, dataset: Dataset, lang: str
) -> ox.NamedNode | ox.Literal:
    if parameter.options:
        if text not in {option.value for option in parameter.options}:
            raise UnknownValue(
                f"{question.id}: {parameter.name} is one of "
                f"{', '.join(option.value for option in parameter.options)}, not «{text}»",
                parameter.name,
                tuple((option.value, option.label(lang)) for option in parameter.options),
            )
        return ox.Literal(text)
    if parameter.type == "year":
        if not re.fullmatch(r"[0-9]{4}", text):
            raise UnknownValue(
                f"{question.id}: {parameter.name} is a year such as 2025, not «{text}»",
                parameter.name,
            )
        return ox.Literal(text, datatype=ox.NamedNode(_XSD + "gYear"))
    if parameter.type == "date":
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise UnknownValue(
                f"{question.id}: {parameter.name} is a day such as 2025-08-01, not «{text}»",
                parameter.name,
            ) from None
        return ox.Literal(day.isoformat(), datatype=ox.NamedNode(_XSD + "date"))
    if parameter.type == "text":
        return ox.Literal(text)
    try:
        return iri_of(text) or require_known(dataset, parameter.type, parameter.name, text, lang)
    except UnknownValue as fault:
        raise UnknownValue(f"{question.id}: {fault}", parameter.name, fault.suggestions) from None


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
