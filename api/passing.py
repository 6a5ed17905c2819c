"""What a worker does with an operation that is for a remote engine: checks it as it is checked for a store here, and
writes it as it is sent."""

from __future__ import annotations

from collections.abc import Collection

import pyoxigraph as ox
import regex as re

from kg.names import GRAPH_MERGED, GRAPH_PUBLISHED, PREFIXES
from kg.remote.prologue import standing_alone
from kg.remote.touching import UNNAMED, NoSuchGraph
from kg.remote.translating import Chosen, Translated, translate
from kg.store import Dataset
from kg.updates import require_writable, with_dataset

from .carrying import parsed
from .limits import check_text
from .operations import Clear, Conflict, Operation, Put, Update, does_not_parse
from .reserved import RESERVED, not_written

_PROLOGUE = re.compile(
    r"(?:\s++|\#[^\r\n]*+[\r\n]|BASE\s*+<[^<>]*+>|PREFIX\s*+[^\s:<>\#]*+:\s*+<[^<>]*+>)*+",
    re.IGNORECASE,
)
_NONE = "urn:x-kehoach:no-graph"
_NOT_WRITTEN = RESERVED | {GRAPH_PUBLISHED, GRAPH_MERGED}


def prepared(
    dataset: Dataset, operation: Operation, there: Collection[str], chosen: Chosen | None
) -> Translated:
    """*operation* on a dataset of the graphs *there*; raises the ``KgError`` that carrying it out would raise here."""
    del dataset
    try:
        found = _translated(operation, there, chosen)
    except NoSuchGraph as fault:
        raise Conflict(str(fault)) from None
    except SyntaxError as fault:
        raise does_not_parse(operation, fault) from None
    if names := found.written & _NOT_WRITTEN:
        raise not_written(min(names))
    return found


def _translated(operation: Operation, there: Collection[str], chosen: Chosen | None) -> Translated:
    if isinstance(operation, Update):
        check_text(operation.text, operation.limit)
        require_writable(operation.text)
        text = with_dataset(operation.text, operation.using, operation.using_named)
        _require_parsed(text, operation.base)
        return translate(standing_alone(text, operation.base), there, chosen)
    name = operation.graph or UNNAMED
    emptied = f"DROP SILENT GRAPH <{name}>"
    if isinstance(operation, Clear):
        return Translated("", (emptied,), frozenset((name,)), frozenset(), adds=False)
    into = f"INSERT DATA {{ GRAPH <{name}> {{\n{_lines(operation)}}} }}"
    steps = (emptied, into) if operation.replaces else (into,)
    return Translated("", steps, frozenset((name,)), frozenset(), adds=not operation.replaces)


def _require_parsed(text: str, base: str | None) -> None:
    """``SyntaxError`` where *text* is no update; nothing of it is run."""
    declared = _PROLOGUE.match(text)
    place = declared.end() if declared is not None else 0
    failing = f"{text[:place]} DROP GRAPH <{_NONE}> ; {text[place:]}"
    try:  # the first step fails, once all is parsed
        ox.Store().update(failing, prefixes=PREFIXES, base_iri=base)
    except RuntimeError:
        return
    except SyntaxError:
        ox.Store().update(text, prefixes=PREFIXES, base_iri=base)  # tells the place


def _lines(put: Put) -> str:
    base = put.base if put.graph is None else put.graph
    quads = (quad for part in put.parts for quad in parsed(part, ox.DefaultGraph(), base))
    return (ox.serialize(quads, format=ox.RdfFormat.N_TRIPLES) or b"").decode("utf-8")
