"""What each tool answers: plain values, the citations they rest on, and notes on what is not there or was cut."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kg.catalogue import LANGUAGES, Question
from kg.citation import citations
from kg.client.client import Client, hits_table
from kg.client.source import Source
from kg.client.table import Table, Value
from kg.errors import KgError, UnknownName, UnknownValue
from kg.export import Cell
from kg.names import BASE
from kg.network.reading import key, rows
from kg.search.entries import KINDS

from . import agency
from .citing import EACH, Cited, chosen, cite_events, cite_plans, cite_rows, tells_sources

ROWS, MOST_ROWS = 100, 500
Answer = dict[str, Any]
_STATED = """SELECT DISTINCT ?fact ?label ?text WHERE {{ ?fact kh:statedIn <{clause}> ; kh:elementOf ?doc .
  OPTIONAL {{ ?fact rdfs:label ?label FILTER(LANG(?label) = "{lang}") }} OPTIONAL {{ ?fact kh:elementText ?text }} }}
  ORDER BY ?fact LIMIT 101"""


def list_questions(source: Source, topic: str, lang: str) -> Answer:
    client = _client(source, lang)
    listed = [_asked(q, lang) for q in source.questions().values() if topic in ("", q.topic)]
    notes = []
    if not listed:
        topics = sorted({q.topic for q in source.questions().values()})
        notes.append(f"Empty: there is no topic «{topic}»; the topics are {', '.join(topics)}.")
    return _with_plans(client, {"questions": listed}, notes, None)


def run_question(
    source: Source, name: str, parameters: Mapping[str, str], lang: str, limit: int, offset: int
) -> Answer:
    client = _client(source, lang)
    question = client.question(name)
    table = client.ask(name, **parameters)
    answer: Answer = {"question": name, "asked": question.text(lang)}
    headings = dict(zip(table.columns, table.headings or table.columns, strict=True))
    answer["columns"] = headings
    return answer | _table(client, table, limit, offset, question.behind, question.empty(lang))


def sparql(source: Source, text: str, lang: str, limit: int, offset: int) -> Answer:
    client = _client(source, lang)
    found = client.query(text)
    if isinstance(found, bool):
        return _with_plans(client, {"answer": found}, [], None)
    if not isinstance(found, Table):
        triples = sorted((str(s), str(p), str(o)) for s, p, o in found)
        found = Table(("subject", "predicate", "object"), tuple(triples), ("text",) * 3, query=text)
    return _table(client, found, limit, offset, "", "")


def get_clause(source: Source, iri: str, lang: str) -> Answer:
    client = _client(source, lang)
    clause = client.clause(iri)
    cited = Cited()
    cited.numbers(citations(client.select, [clause.iri])[clause.iri])
    facts = [
        {name: value for name in ("fact", "label", "text") if (value := key(row[name]))}
        for row in rows(client.select, _STATED.format(clause=clause.iri, lang=lang))
    ]
    notes = ["Cut: more than 100 facts are stated here."] if len(facts) > 100 else []
    if any("wording" in one for one in cited.all):
        notes.append("Empty: the wording of this clause is not established; quote no words of it.")
    elif not clause.text:
        notes.append("Empty: this clause has no words of its own, only what stands below it.")
    told = {
        "iri": clause.iri,
        "label": clause.label,
        "text": clause.text,
        "citation": clause.citation,
        "document": {"iri": clause.document, "label": clause.document_label},
        "states": facts[:100],
    }
    return told | {"notes": notes, "citations": cited.all}


def get_agency(source: Source, name: str, lang: str, limit: int) -> Answer:
    client = _client(source, lang)
    iri = _agency_iri(client, name)
    found = agency.duties(client, iri, lang)
    limit = _within(limit)
    cited = Cited()
    places = citations(client.select, (one.clause for one in found.duties[:limit]))
    duties = [
        {**one.told(), "cites": cited.numbers(places.get(one.clause, ()))}
        for one in found.duties[:limit]
    ]
    notes = _cut(len(duties), len(found.duties), 0, "duties")
    if not duties:
        notes.append(
            "Empty: no plan here gives this agency a role under its own name"
            + (" (it is a member of groups that have duties, see «groups»)." if found.groups else ".")
        )  # fmt: skip
        _cite_plans(client, cited, notes, None)
    acts = cite_events(client, (one["event"] for one in found.changes))
    for one in found.changes:
        one["cites"] = cited.numbers(acts.get(one["event"], ()))
    return {**found.about, "duties": duties, "notes": notes, "citations": cited.all}


def search(source: Source, text: str, kind: str, plan: str, lang: str) -> Answer:
    if kind and kind not in KINDS:
        raise KgError(f"there is no kind «{kind[:40]}»; they are {', '.join(KINDS)}")
    client = _client(source, lang)
    found = source.search(text[:500], lang, kind or None, plan or None)
    table = hits_table(found)
    notes = [
        f"Cut: {sum(h.kind == k for h in found.hits)} of {n}{' or more' if more else ''} "
        f"of the kind «{k}» are shown; give kind={k} or more words."
        for k, (n, more) in found.counts.items()
        if more or n > sum(h.kind == k for h in found.hits)
    ]
    if not found.hits:
        hint = f" Did you mean «{found.instead}»?" if found.instead else ""
        notes.append(f"Empty: nothing here is called «{text[:100]}» or holds its words.{hint}")
    return _rows(client, table, 0, len(table), "", {"query": text[:500]}, notes)


def _client(source: Source, lang: str) -> Client:
    if lang not in LANGUAGES:
        raise KgError(f"lang is {' or '.join(LANGUAGES)}, not «{lang[:20]}»")
    return Client(source, lang)


def _asked(question: Question, lang: str) -> Answer:
    parameters = [
        {
            "name": p.name,
            "type": p.type,
            "label": p.label(lang),
            **({"default": p.default} if p.default else {}),
            **({"one_of": [o.value for o in p.options]} if p.options else {}),
        }
        for p in question.parameters
    ]
    return {"id": question.id, "asks": question.text(lang), "parameters": parameters}


def _agency_iri(client: Client, name: str) -> str:
    if name.startswith(("http://", "https://")):
        return name
    if name.startswith(("agency/", "group/", "/")):
        return BASE + name.lstrip("/")
    try:
        text = client.source.filled("agency/duties", client.lang, {"agency": name})
    except UnknownValue as fault:
        hits = [
            hit
            for kind in ("agency", "group")
            for hit in client.source.search(name[:200], client.lang, kind, None).hits
        ]
        if len(hits) == 1:
            return hits[0].iri
        raise UnknownName(fault.message.removeprefix("agency/duties: ")) from None
    return chosen(text, "agency") or ""


def _within(limit: int) -> int:
    if not 1 <= limit <= MOST_ROWS:
        raise KgError(f"limit is a number from 1 to {MOST_ROWS}, not {limit}")
    return limit


def _table(
    client: Client, table: Table, limit: int, offset: int, behind: str, why_empty: str
) -> Answer:
    """Some rows of *table*, cited, with its size told."""
    limit = _within(limit)
    if offset < 0 or (offset and offset >= len(table)):
        raise KgError(f"offset {offset}: the answer has {len(table)} rows, counted from 0")
    stop = min(offset + limit, len(table))
    notes = _cut(stop - offset, len(table), offset, "rows")
    if not len(table):
        notes.append(f"Empty: the answer has no rows. {why_empty}".strip())
    return _rows(client, table, offset, stop, behind, {"total_rows": len(table)}, notes)


def _rows(
    client: Client,
    table: Table,
    start: int,
    stop: int,
    behind: str,
    about: Answer,
    notes: list[str],
) -> Answer:
    cited = Cited()
    shown: list[Answer] = []
    cut = 0
    for row, places in zip(
        table.rows[start:stop], cite_rows(client, table, start, stop, behind), strict=True
    ):
        told: Answer = {
            n: _plain(v) for n, v in zip(table.columns, row, strict=True) if v is not None
        }
        told["cites"] = cited.numbers(places[:EACH])
        if len(places) > EACH:
            told["more_cites"] = len(places) - EACH
            cut += 1
        shown.append(told)
    if cut:
        notes.append(
            f"Cut: {cut} row(s) rest on more than {EACH} clauses; the first are cited, «more_cites» counts the rest."
        )
    if not cited.all and tells_sources(table):
        notes.append("Nothing is cited: no row tells an act or a source.")
    elif not cited.all:
        _cite_plans(client, cited, notes, table)
    _note_wording(cited, notes)
    return {**about, "rows": shown, "notes": notes, "citations": cited.all}


def _note_wording(cited: Cited, notes: list[str]) -> None:
    if any("wording" in one for one in cited.all):
        notes.append(
            "The wording of some clauses is not established («wording»): name them as places, quote no words of them."
        )


def _with_plans(client: Client, about: Answer, notes: list[str], table: Table | None) -> Answer:
    cited = Cited()
    _cite_plans(client, cited, notes, table)
    return {**about, "notes": notes, "citations": cited.all}


def _cite_plans(client: Client, cited: Cited, notes: list[str], table: Table | None) -> None:
    """Where no clause can be named: the plans that were looked into."""
    plans, count = cite_plans(client, table)
    cited.numbers(plans)
    if not plans:
        notes.append("There is no plan here: nothing can be cited.")
        return
    more = f" (the first {len(plans)} of {count})" if count > len(plans) else ""
    notes.append(f"No single clause is cited: this rests on the plans as a whole{more}.")


def _cut(shown: int, total: int, offset: int, what: str) -> list[str]:
    if shown == total:
        return []
    return [
        f"Cut: {what} {offset + 1} to {offset + shown} of {total} are shown; ask with a larger limit or another offset."
    ]


def _plain(value: Value) -> Cell:
    return value.isoformat() if isinstance(value, date) else value
