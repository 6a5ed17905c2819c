"""Rows of an answer → the clauses that each of them rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from kg.catalogue import LANGUAGES
from kg.citation import Citation, citations, cited_plans, iris, mentions
from kg.client.client import Client
from kg.client.table import Table
from kg.names import BASE
from kg.network.reading import key, rows, shorten

EACH = 5  # clauses that are named for one row; how many more there are is told
PLANS = 20
_BEHIND = 5000  # pairs of a row and a clause that are looked at
_AT_ONCE = 200
# Columns with the names of acts and sources.
_TOLD = ("act", "endedBy", "amendments", "followedBy", "source", "sources")
_NAMED = """SELECT DISTINCT ?name ?at ?label ?kind WHERE {{ VALUES ?name {{ {names} }} ?at rdfs:label ?name .
  VALUES (?is ?kind) {{ (kh:PolicyDocument 1) (dcterms:BibliographicResource 2) }} ?at a ?is .
  OPTIONAL {{ ?at rdfs:label ?label FILTER(LANG(?label) = "vi") }} }} ORDER BY ?kind ?at"""
_CLAUSES = """SELECT DISTINCT ?name ?at WHERE {{ VALUES ?name {{ {names} }} ?at rdfs:label ?name ; kh:clausePath ?path }}"""
_EVENTS = """SELECT DISTINCT ?name ?at ?label ?kind WHERE {{ VALUES ?name {{ {names} }}
  {{ ?name kh:byAct ?at BIND(1 AS ?kind) }} UNION {{ ?name dcterms:source ?at BIND(2 AS ?kind) }}
  OPTIONAL {{ ?at rdfs:label ?label FILTER(LANG(?label) = "vi") }} }} ORDER BY ?kind ?at"""


class Cited:
    """The citations of one answer, numbered from 1 as they come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.all: list[dict[str, Any]] = []

    def number(self, one: Citation) -> int:
        if one.iri not in self._numbers:
            self._numbers[one.iri] = len(self.all) + 1
            told = {"n": len(self.all) + 1, "text": one.text, "iri": one.iri}
            self.all.append(
                told
                if one.has_words or not one.is_clause
                else {**told, "wording": "not established"}
            )
        return self._numbers[one.iri]

    def numbers(self, those: Iterable[Citation]) -> list[int]:
        return [self.number(one) for one in those]


def cite_rows(
    client: Client, table: Table, start: int, stop: int, behind: str = ""
) -> list[tuple[Citation, ...]]:
    """For each of the rows from *start* to *stop*, where it stands, best first: the clause that it names, else those of
    the things in it, and the acts and sources that it tells; else those *behind* it (see ``kg.catalogue``), else those
    that speak of the things in it; else the documents in it."""
    shown = table.rows[start:stop]
    things = [list(iris(row)) for row in shown]
    named = _places(client, table, start, stop)
    own = citations(client.select, [*(i for row in things for i in row), *filter(None, named)])
    sources = _sources(client, table, start, stop)
    found = [
        _first((*_clauses(own, place, there), *told))
        for place, there, told in zip(named, things, sources, strict=True)
    ]
    if tells_sources(table):
        return [there or _of(own, row) for there, row in zip(found, things, strict=True)]
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


def tells_sources(table: Table) -> bool:
    """Whether its rows tell themselves by which act or source they are known."""
    return any(name in table.columns for name in _TOLD)


def cite_events(client: Client, events: Iterable[str]) -> dict[str, list[Citation]]:
    """The acts and then the sources of *events*, by IRI."""
    return _named(client, _EVENTS, [f"<{iri}>" for iri in dict.fromkeys(events)])


def _sources(client: Client, table: Table, start: int, stop: int) -> list[list[Citation]]:
    """The acts and sources of each row: those of its events, and those that it names."""
    shown = table.rows[start:stop]
    events = [[iri for iri in iris(row) if iri.startswith(f"{BASE}event/")] for row in shown]
    places = [table.columns.index(name) for name in _TOLD if name in table.columns]
    names = [[n for p in places for n in _names(row[p])] for row in shown]
    asked = dict.fromkeys(n for row in names for n in row)
    known = cite_events(client, (iri for row in events for iri in row))
    known |= _named(
        client, _NAMED, [str(ox.Literal(n, language=lang)) for n in asked for lang in LANGUAGES]
    )
    return [
        sorted((c for n in (*e, *told) for c in known.get(n, ())), key=_is_source)
        for e, told in zip(events, names, strict=True)
    ]


def _names(cell: object) -> list[str]:
    """The names in a cell that joins them: «A; B (ngày có hiệu lực chưa xác lập)»."""
    if not isinstance(cell, str):
        return []
    parts = [cell, *cell.split("; ")]
    return list(dict.fromkeys([*parts, *(re.sub(r" \([^()]*\)$", "", part) for part in parts)]))


def _named(client: Client, query: str, names: list[str]) -> dict[str, list[Citation]]:
    found: dict[str, list[Citation]] = {}
    for first in range(0, len(names), _AT_ONCE):
        text = query.format(names=" ".join(names[first : first + _AT_ONCE]))
        for row in rows(client.select, text):
            at = key(row["at"])
            one = Citation(key(row["label"]) or shorten(at), at, at)
            there = found.setdefault(key(row["name"]), [])
            if one not in there:
                there.append(one)
    return found


def _is_source(one: Citation) -> bool:
    return not one.iri.startswith(f"{BASE}doc/")


def _places(client: Client, table: Table, start: int, stop: int) -> list[str | None]:
    """The clause that each row names, by its IRI (column «clause») or by its label (column «clauseLabel»)."""
    shown = table.rows[start:stop]
    if "clause" in table.columns:
        at = table.columns.index("clause")
        return [next(iris([row[at]]), None) for row in shown]
    if "clauseLabel" not in table.columns:
        return [None] * len(shown)
    at = table.columns.index("clauseLabel")
    names = list(dict.fromkeys(str(row[at]) for row in shown if row[at]))
    found: dict[str, str] = {}
    for first in range(0, len(names), _AT_ONCE):
        wanted = names[first : first + _AT_ONCE]
        terms = " ".join(str(ox.Literal(n, language=lang)) for n in wanted for lang in LANGUAGES)
        for row in rows(client.select, _CLAUSES.format(names=terms)):
            found.setdefault(key(row["name"]), key(row["at"]))
    return [found.get(str(row[at])) for row in shown]


def _clauses(
    known: Mapping[str, Sequence[Citation]], place: str | None, things: Sequence[str]
) -> tuple[Citation, ...]:
    """The clause *place*, else the clauses among *things*, else those in which *things* are stated."""
    if place and (named := _of(known, [place], clauses=True)):
        return named
    there = _of(known, things, clauses=True)
    return tuple(one for one in there if one.iri in things) or there


def _first(those: Iterable[Citation]) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(those))


def cite_plans(client: Client, table: Table | None = None) -> tuple[list[Citation], int]:
    """The plans that an answer as a whole rests on: the one that was chosen in the query of *table*, else all; the first
    of them, and how many there are."""
    plan = chosen(table.query, "plan") if table is not None else None
    plans = (plan,) if plan else cited_plans(client.select)
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
        if name not in names and (iri := chosen(table.query, name))
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


def chosen(query: str, name: str) -> str | None:
    """The IRI that a question's parameter *name* has in its *query* (see ``catalogue.fill``)."""
    found = re.search(rf"VALUES \?{re.escape(name)} \{{ <([^<>\s]+)> \}}", query)
    return found.group(1) if found else None


def _term(text: str) -> str:
    if not text:
        return "UNDEF"
    return f"<{text}>" if next(iris([text]), None) == text else str(ox.Literal(text))
