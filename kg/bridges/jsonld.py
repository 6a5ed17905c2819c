"""JSON-LD: a plan with the published context, as it is or in the tree of a frame."""

from __future__ import annotations

import json
import re
from typing import Any

import pyoxigraph as ox

from ..errors import KgError, UnknownName
from ..names import PREFIXES
from ..store import Dataset
from .context import CONTEXT_IRI, terms
from .reading import natural

Json = dict[str, Any]
_TYPE = PREFIXES["rdf"] + "type"
_XSD = PREFIXES["xsd"]
# A plan as a tree: what is told where it belongs, property by property; all else is named by its IRI.
TREE: Json = {
    "hasClause": {},
    "elements": {
        "hasTarget": {"hasValue": {"valuePeriod": {}}, "hasBaseline": {}},
        "hasTask": {
            "hasAssignment": {},
            "hasTimeframe": {"hasSchedule": {}, "interval": {"hasBeginning": {}, "hasEnd": {}}},
            "hasDeadline": {},
        },
    },
    "hasSigning": {"signatory": {}},
}
# Of the elements, those that have no place of their own in the tree.
ROOTS = ("Goal", "TaskGroup", "Purpose", "Requirement", "Citation")


def context_document() -> bytes:
    """What ``/context.jsonld`` serves."""
    return _written({"@context": terms()})


def frame_document() -> bytes:
    """What ``/frames/plan.jsonld`` serves: the frame that makes the same tree of the nodes of a plan (JSON-LD 1.1 Framing)."""
    return _written({"@context": CONTEXT_IRI, **frame()})


def frame() -> Json:
    return {**_frame(TREE), "@type": "AdministrativePlan"}


def _frame(tree: Json) -> Json:
    """What *tree* follows is embedded, every other thing is named only."""
    named = {name for name, one in terms().items() if isinstance(one, dict) and one.get("@type") == "@id"}  # fmt: skip
    made: Json = {"@embed": "@always", "@omitDefault": True}
    made |= {name: {"@embed": "@never", "@omitDefault": True} for name in sorted(named - set(tree))}
    for name, below in tree.items():
        made[name] = _frame(below)
    if "elements" in tree:
        made["elements"]["@type"] = list(ROOTS)
    return made


def to_jsonld(dataset: Dataset, plan: str) -> bytes:
    """All that the graph of the plan states, one node a thing, with the context by its address."""
    graph = nodes(dataset, plan)
    return _written({"@context": CONTEXT_IRI, "@graph": [graph[iri] for iri in sorted(graph)]})


def to_framed(dataset: Dataset, plan: str) -> bytes:
    """The plan as the tree ``TREE``: what a program reads without knowing RDF."""
    graph = nodes(dataset, plan)
    if plan not in graph:
        raise KgError(f"the graph of <{plan}> states nothing of the plan itself")
    elements = [
        iri
        for iri, node in graph.items()
        if plan in _listed(node.get("elementOf")) and set(ROOTS) & set(_listed(node.get("type")))
    ]
    root = {**graph[plan], "elements": sorted(elements, key=natural)}
    return _written({"@context": CONTEXT_IRI, **_embed(root, TREE, graph, (plan,))})


def _embed(node: Json, tree: Json, graph: dict[str, Json], above: tuple[str, ...]) -> Json:
    """*node* with the things that *tree* follows in the place of their IRIs; never within themselves."""
    made = dict(node)
    for name, below in tree.items():
        values = [
            _embed(graph[iri], below, graph, (*above, iri))
            if isinstance(iri, str) and iri in graph and iri not in above
            else iri
            for iri in sorted(_listed(node.get(name)), key=lambda one: natural(str(one)))
        ]
        if values:
            made[name] = values
    return made


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def nodes(dataset: Dataset, plan: str) -> dict[str, Json]:
    """By IRI, every thing that the graph *plan* states something of, in the terms of the context."""
    compact = _Compactor(terms())
    found: dict[str, Json] = {}
    try:
        graph = ox.NamedNode(plan)
    except ValueError as fault:
        raise UnknownName(f"«{plan}» is no IRI ({fault})") from None
    triples = dataset.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
    assert isinstance(triples, ox.QueryTriples)
    for quad in sorted(triples, key=str):
        subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else str(quad.subject)  # fmt: skip
        node = found.setdefault(subject, {"id": subject})
        if quad.predicate.value == _TYPE:
            node.setdefault("type", []).append(compact.name(str(getattr(quad.object, "value", ""))))
        else:
            compact.add(node, quad.predicate.value, quad.object)
    if not found:
        raise UnknownName(f"no graph of <{plan}> is held here; «kg ask document/plans» lists plans")
    return {iri: _bare(node) for iri, node in found.items()}


def _bare(node: Json) -> Json:
    """*node* with single values out of their lists."""
    return {
        name: _bare(value)
        if isinstance(value, dict)
        else value[0]
        if isinstance(value, list) and len(value) == 1
        else value
        for name, value in node.items()
    }


class _Compactor:
    """Says things in the terms of a context, for values of the forms that our data has."""

    def __init__(self, context: Json) -> None:
        self._terms: dict[str, tuple[str, Json]] = {}
        for name, definition in context.items():
            one = {"@id": definition} if isinstance(definition, str) else definition
            if name.startswith("@") or not isinstance(one, dict) or ":" not in one.get("@id", ""):
                continue
            prefix, _, local = one["@id"].partition(":")
            if prefix in PREFIXES:
                self._terms[PREFIXES[prefix] + local] = (name, one)

    def name(self, iri: str) -> str:
        """The term for *iri*, else with a prefix, else as it is."""
        if iri in self._terms:
            return self._terms[iri][0]
        for prefix, namespace in PREFIXES.items():
            local = iri.removeprefix(namespace)
            if local != iri and local and not set(local) & set("/:#"):
                return f"{prefix}:{local}"
        return iri

    def add(self, node: Json, predicate: str, value: Any) -> None:
        name, definition = self._terms.get(predicate, (self.name(predicate), {}))
        kind = definition.get("@type", "")
        if "@container" in definition and isinstance(value, ox.Literal) and value.language:
            node.setdefault(name, {}).setdefault(value.language, []).append(value.value)
            return
        if "@container" in definition:
            name, kind = predicate, ""
        node.setdefault(name, []).append(_value(value, kind))


def _value(value: Any, kind: str) -> Any:
    if not isinstance(value, ox.Literal):
        iri = value.value if isinstance(value, ox.NamedNode) else str(value)
        return iri if kind == "@id" else {"@id": iri}
    datatype = value.datatype.value
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if kind.startswith("xsd:") and datatype == _XSD + kind[4:]:
        return _native(value.value, kind)
    if datatype == _XSD + "string":
        return {"@value": value.value} if kind else value.value
    return {"@value": value.value, "@type": datatype}


def _native(text: str, kind: str) -> str | int | bool:
    """Whole numbers and truth values as JSON has them, where it gives back the same text."""
    if kind == "xsd:boolean" and text in ("true", "false"):
        return text == "true"
    if kind == "xsd:integer" and re.fullmatch(r"0|-?[1-9][0-9]{0,14}", text):
        return int(text)
    return text


def _written(data: Json) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
