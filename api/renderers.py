"""Which page shows a thing: by its class, the first renderer that has something to show."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
from flask import Response

from kg.names import KH, PREFIXES
from kg.store import Dataset

from .engine import Engine
from .entities import pages as entities
from .plan import page as plan_page

Renderer = Callable[[Engine, str, str], Response | None]
# In the order in which they are asked; one that returns None leaves the thing to the next, and at the end to the
# page that lists what is stated.  A renderer takes the engine, the path of the thing and the language.
PAGES: tuple[tuple[str, Renderer], ...] = (
    (str(KH.PolicyDocument), plan_page.render),
    *entities.PAGES,
)


def rendered(engine: Engine, path: str, lang: str) -> Response | None:
    """The page made for things of this kind; None where there is none."""
    classes = engine.call(kinds, path)
    for kind, renderer in PAGES:
        if kind in classes and (response := renderer(engine, path, lang)) is not None:
            return response
    return None


def kinds(dataset: Dataset, path: str) -> frozenset[str]:
    """The classes of the thing at *path*."""
    node = entities.find(dataset, path)
    if node is None:
        return frozenset()
    type_ = ox.NamedNode(PREFIXES["rdf"] + "type")
    types = (*dataset.stated(node, type_, None), *dataset.hidden(node, type_, None))
    return frozenset(q.object.value for q in types if isinstance(q.object, ox.NamedNode))
