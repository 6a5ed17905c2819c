"""How a clause is cited, as Vietnamese lawyers do it: «Điểm a, khoản 2, Mục II, Kế hoạch số 06/KH-UBND ngày 14/01/2021»."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

import pyoxigraph as ox

from .network.reading import Ask, key, rows, shorten

_AT_ONCE = 200  # things that one query asks for
# The clause that a thing is, or is stated in; a document is cited as a whole.
_PLACES = """
SELECT DISTINCT ?thing ?at ?doc ?order ?label ?docLabel ?number ?unworded WHERE {{
  {{ VALUES ?thing {{ {things} }} ?thing kh:clauseOf ?doc BIND(?thing AS ?at) }}
  UNION {{ VALUES ?thing {{ {things} }} ?thing kh:statedIn ?at . ?at kh:clauseOf ?doc }}
  UNION {{ VALUES ?thing {{ {things} }} ?thing eli:id_local ?own BIND(?thing AS ?at) BIND(?thing AS ?doc) }}
  OPTIONAL {{ ?at kh:clauseOrder ?order }}
  OPTIONAL {{ ?at rdfs:label ?label FILTER(LANG(?label) = "vi") }}
  OPTIONAL {{ ?doc rdfs:label ?docLabel FILTER(LANG(?docLabel) = "vi") }}
  OPTIONAL {{ ?doc eli:id_local ?number }}
  BIND(NOT EXISTS {{ ?any kh:clauseOf ?doc ; kh:clauseText ?words }} AS ?unworded) }}"""
# Where something that stands in no clause itself is spoken of.
_MENTIONS = """
SELECT DISTINCT ?thing ?clause ?order WHERE {{
  {{ VALUES ?thing {{ {things} }} ?as kh:assignedTo ?thing ; kh:statedIn ?clause }}
  UNION {{ VALUES ?thing {{ {things} }} ?given kh:assignedTheme ?thing ; kh:statedIn ?clause }}
  UNION {{ VALUES ?thing {{ {things} }} ?target kh:forIndicator ?thing ; kh:statedIn ?clause }}
  UNION {{ VALUES ?thing {{ {things} }} ?clause kh:appliesInUnit ?thing }}
  OPTIONAL {{ ?clause kh:clauseOrder ?order }} }} ORDER BY ?order ?clause LIMIT 5000"""
_PLANS = "SELECT DISTINCT ?plan ?date WHERE { ?plan a kh:AdministrativePlan OPTIONAL { ?plan eli:date_document ?date } }"


@dataclass(frozen=True, slots=True)
class Citation:
    """*text* in the Vietnamese legal form; *iri* of the clause, or of the document where that is cited as a whole;
    *has_words*: the wording of the document is in the data."""

    text: str
    iri: str
    document: str
    has_words: bool = True

    @property
    def is_clause(self) -> bool:
        return self.iri != self.document


def locator(label: str, number: str) -> str:
    """A clause's label without the number of its document: «Điểm a, khoản 2, Mục II»."""
    found = label.removesuffix(f", {number}").removesuffix(f" của {number}")
    return found[:1].upper() + found[1:]


def citations(ask: Ask, things: Iterable[str]) -> dict[str, tuple[Citation, ...]]:
    """By IRI, where each of *things* (clauses, facts, documents) stands, in the order of the text.

    What is stated nowhere (an agency, a theme, no IRI at all) is left out.
    """
    found: dict[str, list[tuple[tuple[str, int], Citation]]] = {}
    named = iter(dict.fromkeys(iris(things)))
    while part := list(islice(named, _AT_ONCE)):
        for row in rows(ask, _PLACES.format(things=" ".join(f"<{iri}>" for iri in part))):
            at, document = key(row["at"]), key(row["doc"])
            whole = key(row["docLabel"]) or key(row["number"]) or shorten(document)
            text = whole
            if at != document:
                label = key(row["label"]) or at.rsplit("/", 1)[-1]
                text = f"{locator(label, key(row['number']))}, {whole}"
            order = int(key(row["order"])) if key(row["order"]).isdecimal() else 0
            has_words = key(row["unworded"]) not in ("true", "1")
            told = ((document, order), Citation(text, at, document, has_words))
            there = found.setdefault(key(row["thing"]), [])
            if told not in there:
                there.append(told)
    return {
        thing: tuple(told for _, told in sorted(those, key=lambda pair: (pair[0], pair[1].iri)))
        for thing, those in found.items()
    }


def mentions(ask: Ask, things: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """By IRI, the clauses that speak of each of *things*: whom they assign, what theme or indicator they have; of a unit,
    the documents for it."""
    found: dict[str, list[str]] = {}
    named = iter(dict.fromkeys(iris(things)))
    while part := list(islice(named, _AT_ONCE)):
        for row in rows(ask, _MENTIONS.format(things=" ".join(f"<{iri}>" for iri in part))):
            found.setdefault(key(row["thing"]), []).append(key(row["clause"]))
    return {thing: tuple(clauses) for thing, clauses in found.items()}


def cited_plans(ask: Ask) -> tuple[str, ...]:
    """The IRIs of all plans, by date."""
    found = {key(row["plan"]): key(row["date"]) for row in rows(ask, _PLANS)}
    return tuple(sorted(found, key=lambda iri: (found[iri], iri)))


def iris(cells: Iterable[object]) -> Iterator[str]:
    """What is an IRI among the cells of an answer."""
    for cell in cells:
        text = cell.value if isinstance(cell, ox.NamedNode) else cell
        if isinstance(text, str) and text.startswith(("http://", "https://")):
            with suppress(ValueError):
                yield ox.NamedNode(text).value
