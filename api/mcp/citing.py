"""Rows of an answer → the clauses that each of them rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from kg.citation import Citation, citations, cited_plans, iris, mentions
from kg.client.client import Client
from kg.client.table import Table
from kg.network.reading import key, rows

EACH = 5  # clauses that are named for one row; how many more there are is told
PLANS = 20
_BEHIND = 5000  # pairs of a row and a clause that are looked at


class Cited:
    """The citations of one answer, numbered from 1 as they come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.all: list[dict[str, Any]] = []

    def number(self, one: Citation) -> int:
        if one.iri not in self._numbers:
            self._numbers[one.iri] = len(self.all) + 1
            self.all.append({"n": len(self.all) + 1, "text": one.text, "iri": one.iri})
        return self._numbers[one.iri]

    def numbers(self, those: Iterable[Citation]) -> list[int]:
        return [self.number(one) for one in those]


def cite_rows(
    client: Client, table: Table, start: int, stop: int, behind: str = ""
) -> list[tuple[Citation, ...]]:
    """For each of the rows from *start* to *stop*, where it stands, best first: the clauses of the things in it; else those
    *behind* it (see ``kg.catalogue``), else those that speak of the things in it; else the documents in it."""
    shown = table.rows[start:stop]
    things = [list(iris(row)) for row in shown]
    own = citations(client.select, (iri for row in things for iri in row))
    found = [_of(own, row, clauses=True) for row in things]
    if behind and any(not there for there in found):
        added = _behind(client, table, start, stop, behind)
        found = [there or more for there, more in zip(found, added, strict=True)]
    if left := [iri for there, row in zip(found, things, strict=True) if not there for iri in row]:
        spoken = mentions(client.select, left)
        places = citations(client.select, (c for those in spoken.values() for c in those))
        for number, (there, row) in enumerate(zip(found, things, strict=True)):
            if not there:
                clauses = [c for iri in row for c in spoken.get(iri, ())]
                found[number] = _of(places, clauses) or _of(own, row)
    return found


def cite_plans(client: Client, table: Table | None = None) -> tuple[list[Citation], int]:
    """The plans that an answer as a whole rests on: the one that was chosen in the query of *table*, else all; the first
    of them, and how many there are."""
    chosen = _chosen(table.query, "plan") if table is not None else None
    plans = (chosen,) if chosen else cited_plans(client.select)
    known = citations(client.select, plans[:PLANS])
    return [one for iri in plans[:PLANS] for one in known.get(iri, ())], len(plans)


def _of(
    known: Mapping[str, Sequence[Citation]], things: Iterable[str], *, clauses: bool = False
) -> tuple[Citation, ...]:
    there = (one for iri in things for one in known.get(iri, ()))
    return tuple(dict.fromkeys(one for one in there if one.is_clause or not clauses))


def _behind(
    client: Client, table: Table, start: int, stop: int, pattern: str
) -> list[tuple[Citation, ...]]:
    """The clauses that the *pattern* gives for each row, its columns bound."""
    shown = table.rows[start:stop]
    used = dict.fromkeys(re.findall(r"\?(\w+)", pattern))
    names = [name for name in table.columns if name in used]
    places = [table.columns.index(name) for name in names]
    keys = [tuple("" if row[p] is None else str(row[p]) for p in places) for row in shown]
    bound = " ".join(f"({' '.join(map(_term, key_))})" for key_ in dict.fromkeys(keys))
    given = "".join(
        f"VALUES ?{name} {{ <{iri}> }} "
        for name in used
        if name not in names and (iri := _chosen(table.query, name))
    )
    variables = " ".join(f"?{name}" for name in names)
    text = (
        f"SELECT DISTINCT {variables} ?clause WHERE {{ VALUES ({variables}) {{ {bound} }} {given}{pattern} }} "
        f"ORDER BY {variables} ?clause LIMIT {_BEHIND}"
    )
    by_row: dict[tuple[str, ...], list[str]] = {}
    for row in rows(client.select, text):
        by_row.setdefault(tuple(key(row[name]) for name in names), []).append(key(row["clause"]))
    known = citations(client.select, (c for those in by_row.values() for c in those))
    return [_of(known, by_row.get(key_, ())) for key_ in keys]


def _chosen(query: str, name: str) -> str | None:
    """The IRI that a question's parameter *name* has in its *query* (see ``catalogue.fill``)."""
    found = re.search(rf"VALUES \?{re.escape(name)} \{{ <([^<>\s]+)> \}}", query)
    return found.group(1) if found else None


def _term(text: str) -> str:
    if not text:
        return "UNDEF"
    return f"<{text}>" if next(iris([text]), None) == text else str(ox.Literal(text))
