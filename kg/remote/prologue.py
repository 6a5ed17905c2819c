"""A query as it is sent away: with everything declared that is known here without being told."""

from __future__ import annotations

import regex as re

from ..names import PREFIXES
from ..sparql import tokens

_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*+:")


def standing_alone(text: str, base: str | None) -> str:
    """*text* with the prefixes it uses, and *base* where an IRI in it is relative, declared before it."""
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
    return "\n".join([*lines, text])
