"""How things stand on a day: whether a document is in force, who holds an agency's duties.

Both are questions of the catalogue, asked here for one thing, so that a page and a table never differ.
"""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from kg.catalogue import answer, find_question
from kg.errors import QueryError
from kg.remote.errors import RemoteNonsense
from kg.store import Dataset

from .reader import Ref, href


class Force(NamedTuple):
    """*state*: "in-force", "amended", "amended-only", "operating", "ended", "not-yet" or
    "not-known", in words: *answer*.

    *on* is the day meant; *asked* the day asked for, "" for today; *operating* the day from which it is carried out,
    *followed_by* later documents on the same matter, which are not said to replace it.
    """

    state: str
    answer: str
    on: str
    asked: str
    since: str | None
    until: str | None
    ended_by: str
    amended_by: str
    open: str
    sources: str
    operating: str | None
    followed_by: str


class Holder(NamedTuple):
    """Who holds the duties of a body: *state* as in agency/as-of, in words: *answer*; *since* is a day of effect."""

    ref: Ref
    state: str
    answer: str
    on: str
    asked: str
    since: str | None
    announced: str | None
    act: str
    scope: str
    unit: str
    sources: str


def force(dataset: Dataset, node: ox.NamedNode, lang: str, day: str = "") -> Force | None:
    """Whether the document *node* is in force on *day* ("2025-08-01"; "": today); None where it is no
    document with a number."""
    for row in _rows(dataset, "document/in-force", lang, document=node.value, day=day):
        return Force(
            row["state"] or "",
            row["answer"] or "",
            (row["on"] or "")[:10],  # an engine without days tells a time
            day,
            row["from"],
            row["until"],
            row["endedBy"] or "",
            row["amendments"] or "",
            row["open"] or "",
            "; ".join(sorted((row["sources"] or "").split("; "))),
            row["operating"],
            row["followedBy"] or "",
        )
    return None


def holders(dataset: Dataset, node: ox.NamedNode, lang: str, day: str = "") -> list[Holder]:
    """Who holds the duties of the body *node* on *day*; nobody for a group, which is no one body."""
    return [
        Holder(
            Ref(row["holderLabel"] or "", href(ox.NamedNode(row["holder"] or node.value))),
            row["state"] or "",
            row["answer"] or "",
            (row["on"] or "")[:10],  # an engine without days tells a time
            day,
            row["since"],
            row["announced"],
            row["act"] or "",
            row["scope"] or "",
            row["unitLabel"] or "",
            "; ".join(sorted((row["sources"] or "").split("; "))),
        )
        for row in _rows(dataset, "agency/as-of", lang, agency=node.value, day=day)
    ]


def _rows(dataset: Dataset, name: str, lang: str, **given: str) -> list[dict[str, str | None]]:
    try:
        table = answer(find_question(name), dataset, lang=lang, parameters=given)
    except (QueryError, RemoteNonsense):
        if "remote" not in dataset.manifest:
            raise
        return []  # another engine that does not understand the question: the rest of the page still holds
    return [
        {
            column: None if cell is None else str(cell)
            for column, cell in zip(table.columns, row, strict=True)
        }
        for row in table.rows
    ]
