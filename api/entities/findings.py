"""A finding: what a plan leaves open, about what, in which words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pyoxigraph as ox

from kg.names import BASE
from kg.store import Dataset

from ..anchors import document_path, plan_page
from .reader import Reader, Ref, Slice, cut, node_at, term


def page(
    dataset: Dataset, path: str, lang: str, asked: Mapping[str, str]
) -> dict[str, object] | None:
    del asked
    reader = Reader(dataset, lang)
    node = node_at(path)

    def nodes(name: str) -> list[ox.NamedNode]:
        return reader.hidden_values(node, name)

    focus, clauses = nodes("sh:focusNode"), nodes("kh:findingClause")
    documents = dict.fromkeys(d for n in (*clauses, *focus) if (d := document_path(n.value)))
    alike = nodes("sh:sourceShape")
    return {
        "this": reader.ref(node),
        "message": reader.text(node, "sh:resultMessage", hidden=True),
        "is_warning": any(n.value.endswith("Warning") for n in nodes("sh:resultSeverity")),
        "focus": reader.refs(focus),
        "values": reader.refs(n for n in nodes("sh:value") if n not in focus),
        "years": _years(reader, node),
        "quote": reader.text(node, "kh:findingQuote", hidden=True),
        "clauses": [(reader.ref(n), plan_page(n.value)) for n in clauses],
        "properties": reader.refs(nodes("sh:resultPath")),
        "documents": [reader.ref(node_at(d)) for d in documents],
        "alike": len(reader.hidden_subjects("sh:sourceShape", alike[0])) if alike else 0,
        "shape": alike[0].value.rsplit("/", 1)[-1] if alike else "",
    }


def _years(reader: Reader, node: ox.NamedNode) -> list[str]:
    """What is no thing but a mere value, such as the horizon that a title promises."""
    value = ox.NamedNode("http://www.w3.org/ns/shacl#value")
    found = (q.object for q in reader.dataset.hidden(node, value, None))
    return sorted(o.value for o in found if isinstance(o, ox.Literal))


class Kind(NamedTuple):
    """What may be left open: the name of its shape, its *words*, how many findings there are in how many plans."""

    shape: str
    words: str
    findings: int
    plans: int
    is_warning: bool


class Found(NamedTuple):
    ref: Ref
    where: str
    quote: str | None
    document: Ref | None
    about: list[Ref]


SIZE = 60


def overview(dataset: Dataset, lang: str) -> list[Kind]:
    """Every kind of thing that the plans leave open, what is worth attention first."""
    reader = Reader(dataset, lang)
    focus = _values(dataset, "sh:focusNode", None)
    findings: dict[ox.NamedNode, set[ox.NamedNode]] = {}
    plans: dict[ox.NamedNode, set[str]] = {}
    for finding, shape in _values(dataset, "sh:sourceShape", None).items():
        findings.setdefault(shape, set()).add(finding)
        plan = finding in focus and document_path(focus[finding].value)
        if not plan:
            clauses = reader.hidden_values(finding, "kh:findingClause")
            plan = next(filter(None, (document_path(c.value) for c in clauses)), None)
        if plan:
            plans.setdefault(shape, set()).add(plan)
    found = [
        _kind(reader, shape, min(those, key=str), len(those), len(plans.get(shape, ())))
        for shape, those in findings.items()
    ]
    return sorted(found, key=lambda kind: (not kind.is_warning, -kind.findings, kind.shape))


def _kind(
    reader: Reader, shape: ox.NamedNode, one: ox.NamedNode, findings: int, plans: int
) -> Kind:
    """*one*: a finding of the kind; all of them say the same."""
    return Kind(
        shape.value.rsplit("/", 1)[-1],
        reader.text(one, "sh:resultMessage", hidden=True) or "",
        findings,
        plans,
        any(n.value.endswith("Warning") for n in reader.hidden_values(one, "sh:resultSeverity")),
    )


def _values(
    dataset: Dataset, predicate: str, value: ox.NamedNode | None
) -> dict[ox.NamedNode, ox.NamedNode]:
    """What each finding has by *predicate* (which all have once), or those that have *value*."""
    return {
        quad.subject: quad.object
        for quad in dataset.hidden(None, term(predicate), value)
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
    }


def of_shape(dataset: Dataset, shape: str, lang: str, page_: int) -> tuple[list[Found], Slice]:
    """One page of the findings of the shape with this name."""
    reader = Reader(dataset, lang)
    kind = ox.NamedNode(f"{BASE}shape/{shape}")
    focus = _values(dataset, "sh:focusNode", None)
    those = _values(dataset, "sh:sourceShape", kind)
    keyed = sorted((focus[n].value if n in focus else "", n.value, n) for n in those)
    place = cut(len(keyed), page_, SIZE)
    return [_found(reader, n) for _, _, n in keyed[place.first : place.last]], place


def _found(reader: Reader, node: ox.NamedNode) -> Found:
    focus = reader.hidden_values(node, "sh:focusNode")
    values = reader.hidden_values(node, "sh:value")
    documents = [d for n in focus if (d := document_path(n.value))]
    return Found(
        reader.ref(node),
        reader.text(node, "kh:findingPath", hidden=True) or "",
        reader.text(node, "kh:findingQuote", hidden=True),
        reader.ref(node_at(documents[0])) if documents else None,
        reader.refs(n for n in values if n not in focus),
    )
