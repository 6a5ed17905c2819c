"""The worked example of the ontology: one task of the dataset, from the plan's words to the statements."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from kg.names import BASE, PREFIXES

from ..anchors import document_path
from .duties import Task, quote, task
from .reader import Reader, term

_LOOKED_AT = 300


class Example(NamedTuple):
    """*words* of the plan for the task, the lead and the time, and the *turtle* that says it."""

    task: Task
    words: str
    lead_words: str
    turtle: str


def example(reader: Reader) -> Example | None:
    """A task with a lead, a coordinator and a time that comes again; the one told in the fewest words."""
    best: tuple[int, str, ox.NamedNode] | None = None
    found = reader.dataset.stated(None, term("kh:hasTimeframe"), None)
    for _, quad in zip(range(_LOOKED_AT), found, strict=False):
        node = quad.subject
        if not isinstance(node, ox.NamedNode) or not isinstance(quad.object, ox.NamedNode):
            continue
        is_full = (
            reader.nodes(node, "kh:coordinatingAgency")
            and reader.nodes(node, "kh:leadAgency")
            and reader.nodes(quad.object, "kh:hasSchedule")
        )
        text = reader.text(node, "kh:elementText")
        if is_full and text and (best is None or (len(text), node.value) < best[:2]):
            best = (len(text), node.value, node)
    return _told(reader, best[2]) if best else None


def _told(reader: Reader, node: ox.NamedNode) -> Example | None:
    lead = _lead(reader, node)
    mention = reader.one(node, "kh:hasEvidence")
    lead_mention = reader.one(lead, "kh:hasEvidence") if lead else None
    frame = reader.one(node, "kh:hasTimeframe")
    if not (lead and mention and lead_mention and frame):
        return None
    shown = [node, mention, lead, lead_mention, frame, *reader.nodes(frame, "kh:hasSchedule")]
    for one in (mention, lead_mention):
        shown += reader.nodes(one, "oa:hasSelector")
    triples = [
        q.triple
        for one in shown
        for q in reader.dataset.stated(one, None, None)
        if not (isinstance(q.object, ox.Literal) and q.object.language not in (None, reader.lang))
    ]
    base = f"{BASE}{document_path(node.value)}/"
    data = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES, base_iri=base)
    lines = (data or b"").decode("utf-8").splitlines()
    body = [line for line in lines if not line.startswith("@prefix")]
    return Example(
        task(reader, node),
        quote(reader, mention) or "",
        quote(reader, lead_mention) or "",
        "\n".join(body).strip(),
    )


def _lead(reader: Reader, node: ox.NamedNode) -> ox.NamedNode | None:
    for assignment in reader.nodes(node, "kh:hasAssignment"):
        role = reader.one(assignment, "kh:assignmentRole")
        if role and role.value.endswith("/role/lead"):
            return assignment
    return None
