"""A dataset → who has which role in which task, by SPARQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pyoxigraph as ox

from ..dataset import QueryResult
from ..names import GRAPH_INFERRED, PREFIXES
from .model import Agent, Assignment, Responsibilities, Scope, Task

Ask = Callable[[str], QueryResult]
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None
_KINDS = {"Agency": "agency", "AgentGroup": "group", "SocialOrganization": "association"}
_ROLE = PREFIXES["voc"] + "role/"
_TASKS = """
SELECT ?task ?plan ?clause ?order ?path ?text WHERE {{ {scope}
  OPTIONAL {{ ?task kh:statedIn ?clause OPTIONAL {{ ?clause kh:clauseOrder ?order }} }}
  OPTIONAL {{ ?task kh:taskPath ?path }} OPTIONAL {{ ?task kh:elementText ?text }} }}"""
_THEMES = "SELECT DISTINCT ?task ?theme WHERE {{ {scope} ?task kh:hasTheme ?theme }}"
_TIMES = """
SELECT ?task ?text ?begin ?end ?due ?schedule ?date WHERE {{ {scope}
  {{ ?task kh:hasTimeframe ?time . OPTIONAL {{ ?time kh:timeText ?text }}
     OPTIONAL {{ ?time kh:hasSchedule ?schedule }}
     OPTIONAL {{ ?time kh:interval ?in
       OPTIONAL {{ ?in time:hasBeginning/(time:inXSDgYear|time:inXSDDate|time:inXSDgYearMonth) ?begin }}
       OPTIONAL {{ ?in time:hasEnd/(time:inXSDgYear|time:inXSDDate|time:inXSDgYearMonth) ?end }} }} }}
  UNION {{ ?task kh:hasDeadline/(kh:dueBy|kh:dueBefore) ?due }}
  OPTIONAL {{ ?plan eli:date_document ?date }} }}"""
_WRITTEN = """
SELECT DISTINCT ?as ?task ?agent ?role ?clause WHERE {{ {scope}
  ?task kh:hasAssignment ?as . ?as kh:assignedTo ?agent ; kh:assignmentRole ?role .
  OPTIONAL {{ ?as kh:statedIn ?clause }} }}"""
_INFERRED = """
SELECT DISTINCT ?as ?task ?agent ?role ?group WHERE {{ {scope}
  GRAPH <{inferred}> {{ ?task kh:hasAssignment ?as .
    ?as kh:assignedTo ?agent ; kh:assignmentRole ?role ; kh:expandedFrom ?group }} }}"""
_EXPANDABLE = "SELECT DISTINCT ?group WHERE { ?group kh:groupMember ?member }"
_LABELS = """
SELECT DISTINCT ?s ?label WHERE {{ {{ SELECT DISTINCT ?s WHERE {{ {scope} {path} }} }} ?s rdfs:label ?label }}"""
_PATHS = (
    "?task kh:hasAssignment/kh:assignedTo ?s",
    "?task kh:hasAssignment/kh:statedIn ?s",
    "?task kh:statedIn ?s",
    "?task kh:hasTheme ?s",
    "BIND(?plan AS ?s)",
    "BIND(?task AS ?s)",
)
_INFERRED_PATH = "GRAPH <{inferred}> {{ ?task kh:hasAssignment/kh:assignedTo ?s }}"
_ROLES = "SELECT ?s ?label WHERE { ?s a kh:AssignmentRole ; rdfs:label ?label }"
_TYPES = """
SELECT DISTINCT ?s ?type WHERE {{ VALUES ?type {{ kh:Agency kh:AgentGroup kh:SocialOrganization }} ?s a ?type .
  {{ SELECT DISTINCT ?s WHERE {{ {scope} {path} }} }} }}"""


def read_responsibilities(ask: Ask, scope: Scope, lang: str = "vi") -> Responsibilities:
    """What the dataset behind *ask* (``Dataset.query``) says in *scope*; an empty one where it says nothing.

    Every task of the scope is there, with an assignment or without.  The order does not depend on the store.
    """
    where = _where(scope)
    found = _tasks(ask, scope, where)
    place = {task: n for n, task in enumerate(found)}
    assignments = tuple(
        sorted(
            (a for a in _assignments(ask, scope, where) if a.task in place),
            key=lambda a: (place[a.task], a.role, a.agent, a.iri, a.clause),
        )
    )
    inferred = [_INFERRED_PATH.format(inferred=GRAPH_INFERRED)] if scope.expanded else []
    paths = [*_PATHS, *inferred]
    labels = _labels(ask, [_LABELS.format(scope=where, path=path) for path in paths], lang)
    roles = _labels(ask, [_ROLES], lang)
    labels.update({_slug(iri): label for iri, label in roles.items()})
    kinds = _kinds(ask, where, [path for path in paths if "assignedTo" in path])
    for iri in (a.agent for a in assignments):
        labels.setdefault(iri, shorten(iri))
    agents = {
        iri: Agent(iri, labels[iri], kinds.get(iri, "agent"))
        for iri in sorted({a.agent for a in assignments})
    }
    tasks = {iri: replace(task, label=labels.get(iri, task.path)) for iri, task in found.items()}
    used = {a.clause for a in assignments} | {a.role for a in assignments}
    used |= {iri for task in tasks.values() for iri in (task.plan, task.clause, *task.themes)}
    used |= {a.group for a in assignments if a.group}
    return Responsibilities(
        scope,
        lang,
        agents,
        tasks,
        assignments,
        {iri: labels.get(iri, shorten(iri)) for iri in sorted(used)},
        _dates(ask, where),
    )


def shorten(iri: str) -> str:
    """What to call a thing that has no label: its IRI, as short as our prefixes make it."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _where(scope: Scope) -> str:
    """The tasks of *scope*, its period aside: that is told in more ways than one pattern can hold."""
    plan = f"VALUES ?plan {{ {ox.NamedNode(scope.plan)} }} " if scope.plan is not None else ""
    theme = f" ?task kh:hasTheme {ox.NamedNode(scope.theme)} ." if scope.theme is not None else ""
    return f"{plan}?task a kh:Task ; kh:elementOf ?plan .{theme}"


def rows(ask: Ask, text: str) -> Iterator[dict[str, Term]]:
    """The solutions of a SELECT query, by the names of its variables."""
    result = ask(text)
    assert isinstance(result, ox.QuerySolutions)
    names = [variable.value for variable in result.variables]
    for row in result:
        yield {name: row[name] for name in names}


def key(term: Term) -> str:
    """A node as a text; "" for none."""
    if isinstance(term, ox.NamedNode | ox.Literal):
        return term.value
    return "" if term is None else str(term)


def _slug(role: str) -> str:
    return role.removeprefix(_ROLE)


def _tasks(ask: Ask, scope: Scope, where: str) -> dict[str, Task]:
    themes: dict[str, set[str]] = {}
    for row in rows(ask, _THEMES.format(scope=where)):
        themes.setdefault(key(row["task"]), set()).add(key(row["theme"]))
    times, years = _times(ask, where)
    found: dict[str, tuple[tuple[object, ...], Task]] = {}
    for row in rows(ask, _TASKS.format(scope=where)):
        iri, plan, clause = key(row["task"]), key(row["plan"]), key(row["clause"])
        task = Task(
            iri,
            "",
            key(row["text"]),
            key(row["path"]) or shorten(iri),
            plan,
            clause,
            tuple(sorted(themes.get(iri, ()))),
            "; ".join(sorted(times.get(iri, ()))) or None,
            tuple(sorted(years.get(iri, ()), key=str)),
        )
        order = key(row["order"])
        rank = (plan, int(order) if order.isdecimal() else 0, clause, iri, task.path, task.text)
        if iri not in found or rank < found[iri][0]:  # one row a task, where it is stated twice
            found[iri] = (rank, task)
    chosen = [pair for pair in found.values() if _is_in(pair[1].years, scope.period)]
    return {task.iri: task for _, task in sorted(chosen, key=lambda pair: pair[0])}


def _times(
    ask: Ask, where: str
) -> tuple[dict[str, set[str]], dict[str, set[tuple[int | None, int | None]]]]:
    words: dict[str, set[str]] = {}
    years: dict[str, set[tuple[int | None, int | None]]] = {}
    for row in rows(ask, _TIMES.format(scope=where)):
        iri = key(row["task"])
        if row["text"] is not None:
            words.setdefault(iri, set()).add(key(row["text"]))
        begin, end, due = (_year(row[name]) for name in ("begin", "end", "due"))
        if begin or end:
            years.setdefault(iri, set()).add((begin, end))
        elif due:
            years.setdefault(iri, set()).add((due, due))
        elif (
            row["schedule"] is not None or row["due"] is not None
        ):  # again and again, from the plan on
            years.setdefault(iri, set()).add((_year(row["date"]), None))
    return words, years


def _year(term: Term) -> int | None:
    match = re.match(r"\d{4}", key(term))
    return int(match.group()) if match else None


def _is_in(years: Iterable[tuple[int | None, int | None]], period: tuple[int, int] | None) -> bool:
    """Whether the time of a task and *period* have a year in common; a task without a time is in no period."""
    if period is None:
        return True
    first, last = period
    return any(
        (begin is None or begin <= last) and (end is None or end >= first) for begin, end in years
    )


def _assignments(ask: Ask, scope: Scope, where: str) -> Iterator[Assignment]:
    written = [
        Assignment(
            key(row["as"]),
            key(row["agent"]),
            key(row["task"]),
            _slug(key(row["role"])),
            key(row["clause"]),
        )
        for row in rows(ask, _WRITTEN.format(scope=where))
    ]
    if not scope.expanded:
        yield from written
        return
    groups = {key(row["group"]) for row in rows(ask, _EXPANDABLE)}
    yield from (a for a in written if a.agent not in groups)
    clauses: dict[tuple[str, str, str], str] = {}
    for a in sorted(written, key=lambda a: (a.iri, a.clause), reverse=True):
        clauses[(a.task, a.role, a.agent)] = a.clause
    for row in rows(ask, _INFERRED.format(scope=where, inferred=GRAPH_INFERRED)):
        task, role, group = key(row["task"]), _slug(key(row["role"])), key(row["group"])
        clause = clauses.get((task, role, group), "")
        yield Assignment(key(row["as"]), key(row["agent"]), task, role, clause, group)


def _labels(ask: Ask, queries: Iterable[str], lang: str) -> dict[str, str]:
    """Each thing's label in *lang*, else in Vietnamese, else in any language; the first by the alphabet."""
    best: dict[str, tuple[int, str]] = {}
    for text in queries:
        for row in rows(ask, text):
            label = row["label"]
            if not isinstance(label, ox.Literal):
                continue
            rank = {lang: 0, "vi": 1}.get(label.language or "", 2)
            iri = key(row["s"])
            if iri not in best or (rank, label.value) < best[iri]:
                best[iri] = (rank, label.value)
    return {iri: label for iri, (_, label) in best.items()}


def _kinds(ask: Ask, where: str, paths: Iterable[str]) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for path in paths:
        for row in rows(ask, _TYPES.format(scope=where, path=path)):
            kind = _KINDS[key(row["type"]).removeprefix(PREFIXES["kh"])]
            iri = key(row["s"])
            kinds[iri] = max(
                kind, kinds.get(iri, "")
            )  # the same in every run, whatever comes first
    return kinds


def _dates(ask: Ask, where: str) -> dict[str, str]:
    text = f"SELECT DISTINCT ?plan ?date WHERE {{ {where} ?plan eli:date_document ?date }}"
    found: dict[str, str] = {}
    for row in rows(ask, text):
        plan, date = key(row["plan"]), key(row["date"])
        found[plan] = min(date, found.get(plan, date))
    return found
