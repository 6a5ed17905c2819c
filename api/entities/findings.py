"""A finding: what a plan leaves open, about what, in which words."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from kg.store import Dataset

from ..anchors import document_path, plan_page
from .reader import Reader, node_at


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
