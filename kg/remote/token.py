"""The words of a SPARQL text, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..sparql import tokens


class Token(NamedTuple):
    """*kind* as ``kg.sparql.tokens`` tells it; *start* and *end* in characters of the whole text."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """A keyword in capitals; "" where it is none."""
        return self.text.upper() if self.kind == "word" else ""


def significant(text: str) -> Iterator[Token]:
    """The tokens of *text* without space and comments."""
    start = 0
    for kind, token in tokens(text):
        if kind not in ("space", "comment"):
            yield Token(kind, token, start)
        start += len(token)
