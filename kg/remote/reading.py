"""The tokens of an update, one after the other, where there is one way to read them.

``kg.sparql`` tells in which ways an engine may read a text otherwise than its tokens say.  What an update writes has
to be known before it is sent, so a text that has more than one reading is refused here; it can always be written
plainly.
"""

from __future__ import annotations

from typing import NoReturn

import pyoxigraph as ox
import regex as re

from ..errors import QueryError
from .token import Token, significant

_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*+://")
_ESCAPES = re.compile(r"""(?:[^\\]|\\(?:[tbnrf"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}))*+""", re.S)
_SHOWN = 60  # characters of a place that are told


class Reader:
    """*text*, token by token without space and comments; ``QueryError`` where it is not written plainly."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = significant(text)
        self._parentheses = 0
        self._next = self._find()

    @property
    def next(self) -> Token:
        """What comes next, of kind "end" behind the last one."""
        return self._next

    def take(self, *wanted: str) -> Token:
        """The next token, one of *wanted* (keywords or signs) where some are told."""
        token = self._next
        if (
            wanted and token.word not in wanted and token.text not in wanted
        ) or token.kind == "end":
            self.stray(token)
        self._next = self._find()
        return token

    def takes(self, wanted: str) -> bool:
        """Whether *wanted* comes next; then it is taken."""
        if self._next.word != wanted and self._next.text != wanted:
            return False
        self.take()
        return True

    def slice(self, first: Token, last: Token) -> str:
        return self.text[first.start : last.end]

    def prologue(self) -> str:
        """The declarations that come next."""
        start = self.next.start
        while self.next.word in ("PREFIX", "BASE"):
            while self.take().kind != "iri":
                pass
        return self.text[start : self.next.start]

    def group(self, *, is_flat: bool = False) -> str:
        """What stands between the brace that comes next and the one that closes it, with both; *is_flat*: there is no
        other brace in it."""
        first = last = self.take("{")
        depth = 1
        while depth:
            last = self.take()
            depth += (last.text == "{") - (last.text == "}")
            if is_flat and last.text == "{":
                self.stray(last)
        return self.slice(first, last)

    def stray(self, token: Token) -> NoReturn:
        line = self.text.count("\n", 0, token.start) + 1
        column = token.start - self.text.rfind("\n", 0, token.start)
        shown = self.text[token.start : token.start + _SHOWN].partition("\n")[0] or "the end"
        raise QueryError(
            f"line {line}, column {column}: what «{shown}» changes cannot be told before it is sent on; write keywords "
            "apart, IRIs in full and escapes as SPARQL has them",
            line,
            column,
        )

    def _find(self) -> Token:
        token = next(self._tokens, None)
        if token is None:
            return Token("end", "", len(self.text))
        self._require_plain(token)
        if token.kind == "other":
            self._parentheses += (token.text == "(") - (token.text == ")")
        return token

    def _require_plain(self, token: Token) -> None:
        kind, text = token.kind, token.text
        if kind == "other":
            is_plain = text not in "\"'\\"  # a string without an end, an escape outside of one
        elif kind == "string":
            is_plain = "\\" not in text or _ESCAPES.fullmatch(text) is not None
        elif kind == "iri" and self._parentheses and not _ABSOLUTE.match(text):
            is_plain = not any(sign in text for sign in "'#()")  # «<» may be "less than"
        else:
            is_plain = True
        if not is_plain:
            self.stray(token)


def resolved(prologue: str, term: str) -> str | None:
    """The IRI that *term* stands for, as the engine reads it; None where it is none."""
    try:
        found = ox.Store().query(f"{prologue}\nSELECT ({term} AS ?g) WHERE {{}}")
    except (SyntaxError, ValueError):
        return None
    assert isinstance(found, ox.QuerySolutions)
    value = next(found)["g"]
    return value.value if isinstance(value, ox.NamedNode) else None
