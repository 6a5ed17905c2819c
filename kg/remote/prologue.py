"""A query as it is sent away: with everything declared that is known here without being told, and without what another
engine may read otherwise.

A comment ends at a carriage return for one engine and goes on to the line feed for another (Virtuoso): the same text
is then two queries, and what was looked at here is not what is run there.
"""

from __future__ import annotations

import regex as re

from ..names import PREFIXES
from ..sparql import tokens

_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*+:")


def one_way(text: str) -> str:
    """*text* without comments, and without carriage returns."""
    parts: list[str] = []
    for kind, token in tokens(text):
        if kind == "comment":
            parts.append(" ")
        elif "\r" in token:
            parts.append(token.replace("\r", "\\r") if kind == "string" else _line_ends(token))
        else:
            parts.append(token)
    return "".join(parts)


def _line_ends(token: str) -> str:
    return token.replace("\r\n", "\n").replace("\r", "\n")


def standing_alone(text: str, base: str | None) -> str:
    """*text*, to be read in ``one_way``, with the prefixes it uses, and *base* where an IRI in it is relative, declared
    before it."""
    used: set[str] = set()
    declared: set[str] = set()
    is_relative = False
    before = ""
    for kind, token in tokens(text):
        if kind in ("space", "comment"):
            continue
        if kind == "name":
            (declared if before == "PREFIX" else used).add(token.partition(":")[0])
        elif kind == "iri" and _ABSOLUTE.match(token) is None:
            is_relative = True
        before = token.upper() if kind == "word" else ""
    lines = [f"BASE <{base}>"] if is_relative and base else []
    lines += [
        f"PREFIX {name}: <{PREFIXES[name]}>" for name in sorted(used - declared) if name in PREFIXES
    ]
    return "\n".join([*lines, one_way(text)])
