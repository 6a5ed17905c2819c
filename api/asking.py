"""The jobs behind the pages of questions: part of an answer, its query, the values to choose from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kg.catalogue import answer, filled, find_question
from kg.choices import Choice, choices
from kg.export import Cell, Table
from kg.names import BASE
from kg.store import Dataset
from kg.text import unaccented

from .entities.reader import Reader, node_at
from .tables import local_path

_IRI = re.compile(r"[^\s<>\"{}|\\^`\x00-\x20]+")  # a text may begin like one and be none


class Part(NamedTuple):
    """*table*: some rows of an answer that has *total*; *query*: what gives them all; *ours*: the IRIs in the rows
    whose English label is this project's own."""

    table: Table
    total: int
    query: str
    ours: frozenset[str]


def part(
    dataset: Dataset,
    name: str,
    lang: str,
    parameters: Sequence[tuple[str, str]],
    sort: str,
    start: int,
    count: int,
) -> Part:
    """*count* rows of the answer from *start* (0), sorted by the column *sort* («-name»: downwards; "": as asked)."""
    found = find_question(name)
    given = dict(parameters)
    table = answer(found, dataset, lang=lang, parameters=given)
    rows = _sorted(table, sort)
    return Part(
        Table(table.columns, rows[start : start + count]),
        len(rows),
        filled(found, dataset, lang=lang, parameters=given),
        _ours(dataset, rows[start : start + count], lang),
    )


def _ours(dataset: Dataset, rows: Sequence[tuple[Cell, ...]], lang: str) -> frozenset[str]:
    reader = Reader(dataset, lang)
    cells = {cell for row in rows for cell in row if isinstance(cell, str)}
    named = {cell for cell in cells if local_path(cell) and _IRI.fullmatch(cell)}
    return frozenset(iri for iri in named if reader.ref(node_at(iri.removeprefix(BASE))).ours)


def text(dataset: Dataset, name: str, lang: str, parameters: Sequence[tuple[str, str]]) -> str:
    """The query of a question with its parameters in it."""
    return filled(find_question(name), dataset, lang=lang, parameters=dict(parameters))


def values(dataset: Dataset, kind: str, lang: str) -> tuple[Choice, ...]:
    """What a parameter of this kind can be given."""
    return choices(dataset, kind, lang)


def plan_count(dataset: Dataset) -> int:
    """How many plans there are."""
    return len(choices(dataset, "plan", "vi"))


def _sorted(table: Table, sort: str) -> tuple[tuple[Cell, ...], ...]:
    name = sort.removeprefix("-")
    if name not in table.columns:
        return table.rows
    place = table.columns.index(name)
    there = [row for row in table.rows if row[place] is not None]
    there.sort(key=lambda row: _key(row[place]), reverse=sort.startswith("-"))
    return (*there, *(row for row in table.rows if row[place] is None))


def _key(value: Cell) -> tuple[int, float, str, str]:
    if isinstance(value, int | float):
        return (0, value, "", "")
    return (1, 0, unaccented(str(value)), str(value))
