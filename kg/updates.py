"""What an update text asks for, told by its tokens: what it may not, which graphs it can change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyoxigraph as ox
import regex as re

from .errors import ForbiddenQuery, QueryError
from .sparql import asks_service, tokens, unescape

_LOAD = re.compile(r"LOAD", re.IGNORECASE | re.ASCII)
_LOAD_OF = re.compile(
    r"LOAD(?:\s++|\#[^\r\n]*+)*+(?:SILENT(?:\s++|\#[^\r\n]*+)*+)?(?:<|[^\s<>{}\"']*+:)",
    re.IGNORECASE | re.ASCII,
)
_WIDE = re.compile(r"with|clear|drop|create|copy|move|add|load|into", re.IGNORECASE)
_GRAPH = re.compile(r"graph", re.IGNORECASE)
_GRAPH_OF = re.compile(r"graph\s*+<([a-z][a-z0-9+.\-]*+:[^<>\"{}|^`\\\s]*+)>", re.IGNORECASE)
_DATASET = re.compile(r"(?:USING|WITH)", re.IGNORECASE | re.ASCII)
_NAMES_A_GRAPH = ("PREFIX", "GRAPH", "USING", "NAMED", "WITH", "TO", "INTO")


def require_writable(text: str) -> None:
    """Refuse (``ForbiddenQuery``) an update that would ask another server: LOAD, SERVICE.

    Rather too much is refused than too little: LOAD as a word of its own, or glued to another, anywhere but in a
    string, an IRI or a variable; and in a string where strings can be read in two ways.
    """
    plain = unescape(text)
    if asks_service(text) or asks_service(plain):
        raise ForbiddenQuery("SERVICE asks another server; this endpoint knows its own data only")
    if _LOAD.search(plain) is None:
        return
    is_ambiguous = "\\" in text and ("'''" in plain or '"""' in plain)
    if (is_ambiguous and _LOAD_OF.search(plain)) or _has_load(plain):
        raise ForbiddenQuery(
            "LOAD fetches from another server; send the data itself with INSERT DATA or PUT it to /store"
        )


def _has_load(text: str) -> bool:
    before = ""
    for kind, token in tokens(text):
        if kind in ("space", "comment"):
            continue
        if kind == "word" and _LOAD.search(token):
            return True
        if kind == "name" and before not in _NAMES_A_GRAPH:
            prefix = token.partition(":")[0]
            if re.match(r"(?:.*\W)?LOAD|.*DATALOAD", prefix, re.IGNORECASE):
                return True
        before = token.upper() if kind == "word" else ""
    return False


def touched_graphs(text: str) -> frozenset[str] | None:
    """The named graphs that an update can change besides the unnamed one; None: any.

    Judged by the mere letters of the text, so that no way to read it can make the answer too small.
    """
    if "\\" in text or _WIDE.search(text):
        return None  # an escape could write any of the words
    if "/." in text:
        return None  # the engine may shorten an IRI
    named = frozenset(_GRAPH_OF.findall(text))
    rest = _GRAPH_OF.sub(" ", text)
    return None if _GRAPH.search(rest) else named


def with_dataset(text: str, using: Sequence[str], named: Sequence[str]) -> str:
    """*text* with the graphs that the protocol's parameters give to its WHERE clauses.

    ``QueryError`` where the text chooses graphs itself (SPARQL 1.1 Protocol, 2.2.3).
    """
    if not using and not named:
        return text
    clause = " ".join([*_clauses("USING", using), *_clauses("USING NAMED", named)])
    parts: list[str] = []
    depth, before = 0, ""
    template: list[str] | None = None  # of a DELETE WHERE, which has no room for USING
    for kind, token in tokens(text):
        upper = token.upper() if kind == "word" else ""
        if depth == 0 and _DATASET.fullmatch(upper):
            raise QueryError(
                f"{upper} stands in the update and graphs are given beside it; give one of them"
            )
        if depth == 0 and upper == "WHERE":
            if before == "DELETE":
                template = []
            else:
                parts.append(clause + " ")
        if template is not None and not (depth == 0 and upper == "WHERE"):
            template.append(token)
        parts.append("" if template is not None else token)
        if kind == "other":
            depth += (token == "{") - (token == "}")
            if template is not None and token == "}" and depth == 0:
                pattern = "".join(template)
                parts.append(f"{pattern} {clause} WHERE {pattern}")
                template = None
        if kind not in ("space", "comment"):
            before = upper
    return "".join(parts)


def _clauses(keyword: str, graphs: Iterable[str]) -> list[str]:
    found = []
    for iri in graphs:
        try:
            found.append(f"{keyword} {ox.NamedNode(iri)}")
        except ValueError as fault:
            raise QueryError(f"«{iri}» is not the IRI of a graph ({fault})") from None
    return found
