"""Goals, purposes, requirements and groups of tasks: the plan's words, and which tasks and targets belong to them."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from kg.store import Dataset

from .duties import in_order, quotes, task
from .reader import Reader, cut, node_at
from .targets import target
from .tasks import findings_about

SIZE = 60
_LONG = 220  # characters of a heading that says it all


def page(
    dataset: Dataset, path: str, lang: str, asked: Mapping[str, str]
) -> dict[str, object] | None:
    """*asked*: ``page`` of the tasks."""
    reader = Reader(dataset, lang)
    node = node_at(path)
    plan, clause = reader.one(node, "kh:elementOf"), reader.one(node, "kh:statedIn")
    tasks = in_order(reader, reader.nodes(node, "kh:hasTask"))
    targets = {
        t.value: t
        for t in (*reader.nodes(node, "kh:hasTarget"), *reader.subjects("kh:targetOf", node))
    }
    place = cut(len(tasks), int(asked.get("page", "1")), SIZE)
    text = reader.text(node, "kh:elementText")
    return {
        "this": reader.ref(node),
        "kinds": reader.refs(_kinds(reader, node)),
        "text": text,
        "is_short": bool(text) and len(text or "") <= _LONG,
        "quotes": quotes(reader, node),
        "plan": reader.ref(plan) if plan else None,
        "clause": reader.ref(clause) if clause else None,
        "year": reader.text(node, "kh:horizonYear"),
        "tasks": [task(reader, one) for one in tasks[place.first : place.last]],
        "slice": place,
        "targets": [target(reader, one) for one in in_order(reader, targets.values())],
        "alike": _alike(reader, node, plan),
        "findings": findings_about(reader, node),
        "status": reader.refs(reader.nodes(node, "kh:factStatus")),
        "rule": reader.text(node, "kh:foundByRule"),
    }


def _kinds(reader: Reader, node: ox.NamedNode) -> list[ox.NamedNode]:
    names = ("Goal", "Purpose", "Requirement", "TaskGroup")
    return [k for k in reader.nodes(node, "rdf:type") if k.value.endswith(tuple(names))]


def _alike(
    reader: Reader, node: ox.NamedNode, plan: ox.NamedNode | None
) -> list[tuple[str, bool, object]]:
    """Others of the same kind in the plan, in its order: (words, whether it is this one, where)."""
    kind = next(iter(_kinds(reader, node)), None)
    if kind is None or plan is None:
        return []
    start = node.value.rsplit("/", 1)[0] + "/"
    those = [
        one
        for one in reader.subjects("kh:elementOf", plan)
        if one.value.startswith(start) and reader.is_a(one, kind.value)
    ]
    return [
        (
            reader.text(one, "kh:elementText") or reader.ref(one).text,
            one == node,
            reader.ref(one),
        )
        for one in in_order(reader, those)[:SIZE]
    ]
