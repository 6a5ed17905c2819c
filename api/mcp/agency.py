"""An agency as an assistant needs it: what it is called, who comes after it, what it has to do, in which clause."""

from __future__ import annotations

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
  UNION {{ {this} dcterms:isReplacedBy ?other BIND("successors" AS ?how) }}
  UNION {{ {this} dcterms:replaces ?other BIND("predecessors" AS ?how) }}
  OPTIONAL {{ ?other rdfs:label ?label FILTER(LANG(?label) = "{lang}") }} }} ORDER BY ?how ?other LIMIT 200"""
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
    """*about*: IRI, labels, groups, successors …; *groups*: those it is a member of."""

    about: dict[str, Any]
    duties: list[Duty]
    groups: list[dict[str, str]]


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
    related: dict[str, list[dict[str, str]]] = {}
    for row in rows(client.select, _RELATED.format(this=this, lang=lang)):
        other = {"iri": key(row["other"]), "label": key(row["label"])}
        related.setdefault(key(row["how"]), []).append(other)
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
    return Found(about, found, related.get("groups", []))
