"""An agency as an assistant needs it: what it is called, who comes after it, what it has to do, in which clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.client.client import Client
from kg.errors import UnknownName
from kg.network.reading import key, rows

_ABOUT = """SELECT DISTINCT ?label ?lang WHERE {{ {this} rdfs:label ?label BIND(LANG(?label) AS ?lang) }}"""
_RELATED = """SELECT DISTINCT ?how ?other ?label WHERE {{
  {{ ?other kh:groupMember {this} BIND("groups" AS ?how) }}
  UNION {{ {this} kh:groupMember ?other BIND("members" AS ?how) }}
  OPTIONAL {{ ?other rdfs:label ?label FILTER(LANG(?label) = "{lang}") }} }} ORDER BY ?how ?other LIMIT 200"""
_CHANGES = """SELECT DISTINCT ?how ?event ?other ?label ?kind ?act ?announced ?effective ?draft ?review ?source WHERE {{
  {{ ?event org:originalOrganization {this} ; org:resultingOrganization ?other BIND("successors" AS ?how) }}
  UNION {{ ?event org:resultingOrganization {this} ; org:originalOrganization ?other BIND("predecessors" AS ?how) }}
  FILTER(?other != {this})
  OPTIONAL {{ ?other rdfs:label ?label FILTER(LANG(?label) = "{lang}") }}
  OPTIONAL {{ ?event kh:changeKind/rdfs:label ?kind FILTER(LANG(?kind) = "{lang}") }}
  OPTIONAL {{ ?event kh:byAct/rdfs:label ?named FILTER(LANG(?named) = "{lang}") }}
  OPTIONAL {{ ?event kh:actAsReported ?told FILTER(LANG(?told) = "{lang}") }}
  BIND(COALESCE(?named, ?told) AS ?act)
  OPTIONAL {{ ?event kh:announcedOn ?announced }} OPTIONAL {{ ?event kh:effectiveFrom ?effective }}
  OPTIONAL {{ ?event kh:isDraftOnly ?draft }} OPTIONAL {{ ?event kh:reviewStatus ?review }}
  OPTIONAL {{ ?event dcterms:source/rdfs:label ?source FILTER(LANG(?source) = "{lang}") }}
  }} ORDER BY ?how ?effective ?announced ?event ?other ?source"""
_DUTIES = """SELECT DISTINCT ?task ?text ?role ?roleLabel ?clause ?plan ?date ?order ?time WHERE {{
  ?as kh:assignedTo {this} ; kh:assignmentRole ?role ; kh:assignmentOf ?task ; kh:statedIn ?clause .
  ?task kh:elementOf ?plan .
  OPTIONAL {{ ?task kh:elementText ?text }} OPTIONAL {{ ?task kh:statedIn/kh:clauseOrder ?order }}
  OPTIONAL {{ ?task kh:hasTimeframe/kh:timeText ?time }} OPTIONAL {{ ?plan eli:date_document ?date }}
  OPTIONAL {{ ?role rdfs:label ?roleLabel FILTER(LANG(?roleLabel) = "{lang}") }} }} ORDER BY ?date ?plan ?order ?task ?role"""


@dataclass(frozen=True, slots=True)
class Duty:
    task: str
    text: str
    role: str
    clause: str
    plan: str
    time: str

    def told(self) -> dict[str, Any]:
        found = {"task": self.task, "role": self.role, "text": self.text, "plan": self.plan}
        return found | ({"time": self.time} if self.time else {})


class Found(NamedTuple):
    """*about*: IRI, labels, groups, successors …; *groups*: those it is a member of; *changes*: its successors and
    predecessors."""

    about: dict[str, Any]
    duties: list[Duty]
    groups: list[dict[str, str]]
    changes: list[dict[str, Any]]


def duties(client: Client, iri: str, lang: str) -> Found:
    """``UnknownName`` for what the dataset has no name for."""
    try:
        this = ox.NamedNode(iri)
    except ValueError as fault:
        raise UnknownName(f"«{iri[:200]}» is no IRI ({fault})") from None
    labels = {
        key(r["lang"]): key(r["label"]) for r in rows(client.select, _ABOUT.format(this=this))
    }
    if not labels:
        raise UnknownName(f"nothing is known of <{iri[:200]}>; «search» finds agencies by name")
    related: dict[str, list[dict[str, Any]]] = {}
    for row in rows(client.select, _RELATED.format(this=this, lang=lang)):
        other = {"iri": key(row["other"]), "label": key(row["label"])}
        related.setdefault(key(row["how"]), []).append(other)
    changes = _changes(client, this, lang)
    for how, change in changes:
        related.setdefault(how, []).append(change)
    found = [
        Duty(
            key(row["task"]),
            key(row["text"]),
            key(row["roleLabel"]) or key(row["role"]).rsplit("/", 1)[-1],
            key(row["clause"]),
            key(row["plan"]),
            key(row["time"]),
        )
        for row in rows(client.select, _DUTIES.format(this=this, lang=lang))
    ]
    about = {"iri": iri, "labels": labels, "total_duties": len(found), **related}
    return Found(about, found, related.get("groups", []), [change for _, change in changes])


def _changes(client: Client, this: ox.NamedNode, lang: str) -> list[tuple[str, dict[str, Any]]]:
    """("successors" or "predecessors", the body with act, days, state and sources of the event)."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows(client.select, _CHANGES.format(this=this, lang=lang)):
        how, event, other = key(row["how"]), key(row["event"]), key(row["other"])
        change = found.setdefault(
            (how, event, other),
            {
                "iri": other,
                "label": key(row["label"]),
                **{
                    name: key(row[name])
                    for name in ("kind", "act", "announced", "effective")
                    if row[name]
                },
                "state": _state(row),
                "sources": [],
                "event": event,
            },
        )
        if row["source"] and key(row["source"]) not in change["sources"]:
            change["sources"].append(key(row["source"]))
    return [(how, change) for (how, _, _), change in found.items()]


def _state(row: Mapping[str, Any]) -> str:
    """How far the change is established, as agency/as-of has it."""
    if row["draft"]:
        return "draft-only"
    if key(row["review"]).endswith("/unverified"):
        return "unverified"
    return "established" if row["effective"] else "announced"
