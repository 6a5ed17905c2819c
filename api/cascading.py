"""The jobs behind plans and the documents above them, side by side: the catalogue's answers, put in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pyoxigraph as ox

from kg.catalogue import answer, find_question
from kg.export import Cell
from kg.names import BASE, KH
from kg.store import Dataset

from .entities.reader import Slice, cut

Row = Mapping[str, Cell]
TASKS = 40  # of the document above, on one page
_PLAN = ox.NamedNode(KH.comparedPlan)


class TakenUp(NamedTuple):
    """A task of the document above: *by* the tasks worded like it, *missing* the plans where none was found."""

    task: Row
    by: tuple[Row, ...]
    missing: tuple[Row, ...]


class Beside(NamedTuple):
    """*compared*: what was laid beside what, and what lacked; *targets* those of the plans, *dropped* those that the
    plans have not; *tasks* a page of those of the documents above."""

    compared: tuple[Row, ...]
    targets: tuple[Row, ...]
    dropped: tuple[Row, ...]
    tasks: tuple[TakenUp, ...]
    slice: Slice


def beside(dataset: Dataset, lang: str, kind: str, iri: str, page: int) -> Beside | None:
    """What was laid beside *iri*, a "plan" or a "document" above (*kind*); None where nothing was."""
    chosen = {kind: iri}
    compared = _rows(dataset, "documents", lang, chosen)
    if not compared:
        return None
    taken = _taken_up(
        _rows(dataset, "tasks", lang, chosen), _rows(dataset, "left-out", lang, chosen)
    )
    place = cut(len(taken), page, TASKS)
    return Beside(
        compared,
        _rows(dataset, "targets", lang, chosen),
        _rows(dataset, "dropped", lang, chosen),
        taken[place.first : place.last],
        place,
    )


def targets_beside(
    dataset: Dataset, path: str, lang: str
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """The targets of the plan at *path* beside those above, and those that it has not; quickly nothing where there are none."""
    plan = BASE + path
    if next(dataset.hidden(None, _PLAN, ox.NamedNode(plan)), None) is None:
        return (), ()
    chosen = {"plan": plan}
    return _rows(dataset, "targets", lang, chosen), _rows(dataset, "dropped", lang, chosen)


def chains(dataset: Dataset, lang: str) -> tuple[tuple[Row, int], ...]:
    """The documents above with something to compare, and how many plans were laid beside each."""
    found: dict[Cell, list[Row]] = {}
    for row in _rows(dataset, "documents", lang, {}):
        if row["targets"] or row["tasks"]:
            found.setdefault(row["document"], []).append(row)
    ranked = sorted(found.values(), key=lambda rows: (-len(rows), str(rows[0]["documentNumber"])))
    return tuple((rows[0], len(rows)) for rows in ranked)


def _rows(dataset: Dataset, name: str, lang: str, chosen: Mapping[str, str]) -> tuple[Row, ...]:
    table = answer(find_question(f"alignment/{name}"), dataset, lang=lang, parameters=chosen)
    return tuple(dict(zip(table.columns, row, strict=True)) for row in table.rows)


def _taken_up(tasks: tuple[Row, ...], left: tuple[Row, ...]) -> tuple[TakenUp, ...]:
    """By task of the document above, in its order."""
    by: dict[Cell, list[Row]] = {}
    missing: dict[Cell, list[Row]] = {}
    first: dict[Cell, Row] = {}
    for row in (*tasks, *left):
        first.setdefault(row["national"], row)
    for row in tasks:
        by.setdefault(row["national"], []).append(row)
    for row in left:
        missing.setdefault(row["national"], []).append(row)
    ordered = sorted(first, key=lambda n: (str(first[n]["documentNumber"]), _place(first[n])))
    return tuple(
        TakenUp(first[n], tuple(by.get(n, ())), tuple(missing.get(n, ()))) for n in ordered
    )


def _place(row: Row) -> float:
    order = row["nationalOrder"]
    return float(order) if isinstance(order, int | float) else 0.0
