"""What a query text asks for, told by its tokens.

SPARQL's grammar knows SERVICE, FROM, LOAD ... only as keyword terminals, so a text holds such an
operation exactly if it holds that token outside strings, IRIs, comments and names.  The tokeniser is one
regular expression over the grammar's terminals and runs in linear time; it never parses, so no depth of
nesting can hurt it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .errors import ForbiddenQuery, QueryError

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<comment>\#[^\r\n]*)
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<string>\"\"\"(?:(?:\"|\"\")?(?:[^"\\]|\\.))*\"\"\"|'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<variable>[?$]\w+)
    |(?P<blank>_:[\w](?:[\w.\-·]*[\w\-·])?)
    |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<name>(?:[^\W\d_](?:[\w.\-·]*[\w\-·])?)?:(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])
        (?:(?:[\w:.\-·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*
        (?:[\w:\-·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]))?)?)
    |(?P<word>[A-Za-z][A-Za-z0-9_]*)
    |(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_FORMS = ("SELECT", "CONSTRUCT", "DESCRIBE", "ASK")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")


@dataclass(frozen=True, slots=True)
class Asked:
    """*form*: SELECT, CONSTRUCT, DESCRIBE, ASK, an update's first keyword, or None."""

    form: str | None
    has_service: bool
    has_from: bool
    is_update: bool


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """(kind, token) of the whole text, in order; put together again they are the text."""
    for match in _TOKEN.finditer(text):
        yield str(match.lastgroup), match.group()


def read_query(text: str) -> Asked:
    """The keywords that decide how *text* may be run."""
    words = [token.upper() for kind, token in tokens(_unescape(text)) if kind == "word"]
    form = next((w for w in words if w in _FORMS or w in _UPDATES), None)
    return Asked(
        form=form,
        has_service="SERVICE" in words,
        has_from="FROM" in words,
        is_update=form in _UPDATES,
    )


def _unescape(text: str) -> str:
    """Codepoint escapes come before everything else (SPARQL 1.1, 19.2)."""

    def char(match: re.Match[str]) -> str:
        point = int(match.group(1) or match.group(2), 16)
        return chr(point) if point <= 0x10FFFF else match.group()

    return _ESCAPE.sub(char, text)


def require_readable(text: str) -> Asked:
    """*text* as a query that reads this dataset and nothing else.

    Raises ``ForbiddenQuery`` for updates and SERVICE.
    """
    asked = read_query(text)
    if asked.is_update:
        raise ForbiddenQuery(
            f"{asked.form} writes; this endpoint only reads. Send a SELECT, ASK, CONSTRUCT or DESCRIBE query"
        )
    if asked.has_service:
        raise ForbiddenQuery(
            "SERVICE asks another server; this endpoint answers from its own data only. "
            "Send that part of the query to the other endpoint yourself"
        )
    return asked


_AT = re.compile(r"error at (\d+):(\d+)")


def syntax_error(fault: SyntaxError) -> QueryError:
    """The engine's complaint with line and column, in one line."""
    message = " ".join(str(fault).split())
    found = _AT.search(message)
    if found is None:
        return QueryError(f"the query does not parse: {message[:300]}")
    line, column = int(found.group(1)), int(found.group(2))
    expected = message.partition("expected")[2].strip()[:160]
    hint = f"; expected {expected}" if expected else ""
    return QueryError(
        f"the query does not parse at line {line}, column {column}{hint}", line, column
    )
