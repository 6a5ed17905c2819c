"""The shapes that concern a term of the ontology: what must hold of data, and what is told as left open."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import pyoxigraph as ox

from kg.names import PREFIXES
from kg.resources import resource_files


class Rule(NamedTuple):
    """*name* of the shape, its *message*; *is_finding*: it tells what a plan leaves open, not a fault in data."""

    name: str
    message: str
    is_finding: bool


_SH = PREFIXES["sh"]


@cache
def _shapes() -> ox.Store:
    store = ox.Store()
    for file in resource_files("shapes", ".ttl"):
        store.extend(
            quad
            for quad in ox.parse(
                file.read_bytes(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True
            )
        )
    return store


@cache
def shapes_for(term: ox.NamedNode, lang: str) -> tuple[Rule, ...]:
    """The rules of the shapes that name *term* as class, as property, or within a query."""
    store = _shapes()
    prefixed = re.compile(rf"\bkh:{re.escape(term.value.rpartition('#')[2])}\b(?!-)")
    found: dict[str, Rule] = {}
    for quad in store.quads_for_pattern(None, ox.NamedNode(_SH + "message"), None, None):
        message = quad.object
        if not isinstance(message, ox.Literal) or message.language != lang:
            continue
        owner = _named(store, quad.subject)
        if owner and (_reaches(store, owner, term) or _asks(store, quad.subject, prefixed)):
            name = owner.value.rsplit("/", 1)[-1]
            found[name] = Rule(name, message.value, name.startswith("open-"))
    return tuple(found[name] for name in sorted(found))


def _named(store: ox.Store, node: object) -> ox.NamedNode | None:
    """The shape itself, or the one that holds an unnamed constraint."""
    if isinstance(node, ox.NamedNode):
        return node
    if not isinstance(node, ox.BlankNode):
        return None
    above = next(store.quads_for_pattern(None, None, node, None), None)
    return _named(store, above.subject) if above else None


def _reaches(store: ox.Store, shape: ox.NamedNode, term: ox.NamedNode) -> bool:
    """Whether the shape, or the one that it is a property of, has *term* as target, path or class."""
    holders = [shape]
    property_ = ox.NamedNode(_SH + "property")
    holders += [
        q.subject
        for q in store.quads_for_pattern(None, property_, shape, None)
        if isinstance(q.subject, ox.NamedNode)
    ]
    targets = ("targetClass", "targetSubjectsOf", "targetObjectsOf")
    return any(
        next(store.quads_for_pattern(holder, ox.NamedNode(_SH + name), term, None), None)
        for holder in holders
        for name in targets
    ) or any(
        term in _members(store, q.object)
        for name in ("path", "class")
        for q in store.quads_for_pattern(shape, ox.NamedNode(_SH + name), None, None)
    )


def _members(store: ox.Store, node: object) -> list[object]:
    """The parts of a path: itself, or what stands in a list."""
    if not isinstance(node, ox.BlankNode):
        return [node]
    return [
        member
        for q in store.quads_for_pattern(node, None, None, None)
        for member in _members(store, q.object)
    ]


def _asks(store: ox.Store, node: object, prefixed: re.Pattern[str]) -> bool:
    if not isinstance(node, ox.BlankNode | ox.NamedNode):
        return False
    selects = store.quads_for_pattern(node, ox.NamedNode(_SH + "select"), None, None)
    return any(
        isinstance(q.object, ox.Literal) and prefixed.search(q.object.value) for q in selects
    )
