"""What a query text asks for, told by its tokens.

The tokeniser is one regular expression over the terminals of SPARQL's grammar.  It never parses, so no
depth of nesting can hurt it, and every quantifier is possessive, so it runs in linear time.

The engine has no lexer, so it reads some texts in another way than the grammar's tokens say; each of them
was met, and is looked at wherever a SERVICE could hide (see ``asks_service``): a keyword needs no space
after or before it («SERVICE:x {», «trueSERVICE?e{»); «<» is "less than" although a «>» comes later
(«FILTER(1<2&&?c!='>')…»); a long string with a wrong escape is two short ones («'''a' … \\# … '''»).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

import regex as re

from .errors import ForbiddenQuery, QueryError

# PN_CHARS_U and PN_CHARS of the grammar, for use inside [...].
_FIRST = (
    "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NEXT = _FIRST + r"0-9\-\u00b7\u0300-\u036f\u203f\u2040"
_RUN = rf"[{_FIRST}](?:[{_NEXT}]++|\.++(?=[{_NEXT}]))*+"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:[{_FIRST}0-9:]|{_ESCAPED})(?:(?:[{_NEXT}:]|{_ESCAPED})++|\.++(?=[{_NEXT}:%\\]))*+"
_NAME = rf"(?:{_RUN})?+:(?:{_LOCAL})?+"
_IRI = r"""<(?:[^<>"{}|^`\\\x00-\x20]++|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>"""
_VARIABLE = rf"[?$][{_FIRST}0-9][{_FIRST}0-9\u00b7\u0300-\u036f\u203f\u2040]*+"
_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]++)"
    r"|(?P<comment>\#[^\r\n]*+)"
    rf"|(?P<iri>{_IRI})"
    r'|(?P<string>"""(?:[^"\\]++|\\.|"{1,2}(?!"))*+"""'
    r"|'''(?:[^'\\]++|\\.|'{1,2}(?!'))*+'''"
    r'|"(?:[^"\\\n\r]++|\\.)*+"'
    r"|'(?:[^'\\\n\r]++|\\.)*+')"
    rf"|(?P<variable>{_VARIABLE})"
    rf"|(?P<blank>_:[{_FIRST}0-9](?:[{_NEXT}]++|\.++(?=[{_NEXT}]))*+)"
    r"|(?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)"
    rf"|(?P<name>{_NAME})"
    rf"|(?P<word>{_RUN})"
    r"|(?P<number>[0-9]++(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_GAP = r"(?:[ \t\r\n]++|\#[^\r\n]*+)*+"
# Strings as the engine reads them: where an escape is wrong, a long one is an empty one before another.
_ESCAPE_IN = r"""\\(?:[tbnrf"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"""
_EXACT = (
    rf'"""(?:[^"\\]++|{_ESCAPE_IN}|"{{1,2}}(?!"))*+"""'
    rf"|'''(?:[^'\\]++|{_ESCAPE_IN}|'{{1,2}}(?!'))*+'''"
    rf'|"(?:[^"\\\n\r]++|{_ESCAPE_IN})*+"'
    rf"|'(?:[^'\\\n\r]++|{_ESCAPE_IN})*+'"
)
# The next bracket, or run of negations; or an IRI that an expression could be read from, as
# «<» is also "less than".
_NESTING = re.compile(
    rf"(?:[^\#<>\"'\[\](){{}}!\\]++|\\.|\#[^\r\n]*+|{_EXACT}"
    r"|<[A-Za-z][A-Za-z0-9+.\-]*+://[^<>\"{}|^`\\\x00-\x20]*+>)*+"
    rf"(?:((?:!{_GAP})++|{_IRI}|<<|>>|[\[({{\])}}])|.|\Z)",
    re.DOTALL,
)
_OPEN, _CLOSE = ("[", "(", "{", "<<"), ("]", ")", "}", ">>")
_TARGET = re.compile(
    rf"{_GAP}(?:SILENT{_GAP})?+(?:{_VARIABLE}|{_IRI}|{_NAME}){_GAP}\{{", re.IGNORECASE | re.ASCII
)
_BODY = re.compile(rf"{_GAP}\{{")
_SERVICE = re.compile(r"SERVICE(?:SILENT)?$", re.IGNORECASE | re.ASCII)
_FROM = re.compile(r"FROM(?:NAMED)?$", re.IGNORECASE | re.ASCII)
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*+://")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_LINE_END = re.compile(r"[\r\n]|\Z")
# A text with none of these reads the dataset as it is; most texts are that, and need no closer look.
_NOTABLE = re.compile(
    r"service|from|graph|\\u|insert|delete|load|clear|drop|create|\badd\b|move|copy|\bwith\b",
    re.IGNORECASE | re.ASCII,
)
_LETTERS = (
    "service", "from", "graph", "\\u", "insert", "delete", "load", "clear", "drop", "create", "add", "move", "copy",
    "with",
)  # fmt: skip
_FORMS = ("SELECT", "CONSTRUCT", "DESCRIBE", "ASK")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
_LONG = ("'''", '"""')
_BEFORE_GRAPH = ("GRAPH", "FROM", "NAMED", "DESCRIBE")
_MAX_UNCLOSED = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """*form*: SELECT, CONSTRUCT, DESCRIBE, ASK, an update's first keyword, or None.

    *graphs*: the IRIs that follow GRAPH; None where one of them is a variable or written short.
    """

    form: str | None
    has_service: bool
    has_from: bool
    is_update: bool
    graphs: frozenset[str] | None = frozenset()


_PLAIN = Asked(form=None, has_service=False, has_from=False, is_update=False)


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """(kind, token) of the whole text, in order; put together again they are the text."""
    for match in _TOKEN.finditer(text):
        yield str(match.lastgroup), match.group()


def nesting(text: str) -> tuple[int, int]:
    """How deep brackets and negations stand in each other in *text*, as its tokens are; and an upper bound of what
    IRIs hide beside that, if each «<» that can be "less than" is read so."""
    depth = deepest = hidden = 0
    for found in _NESTING.findall(text):
        if found in _OPEN:
            depth += 1
            deepest = max(deepest, depth)
        elif found in _CLOSE:
            depth = max(0, depth - 1)  # one too many: nothing that stands behind it is parsed
        elif found[:1] == "<":
            hidden += sum(map(found.count, "[("))
        elif len(found) > 1:
            deepest = max(deepest, depth + found.count("!"))
    return deepest, hidden


def read_query(text: str) -> Asked:
    """What decides how *text* may be run; ``QueryError`` for a text full of strings without an end."""
    form: str | None = None
    has_from = False
    depth, before = 0, ""
    unclosed = 0
    graphs: set[str] = set()
    is_told = "\\u" not in text.lower()
    after_graph = False
    for kind, token in tokens(text):
        if after_graph and kind not in ("space", "comment"):
            after_graph = False
            graphs.add(token[1:-1])
            is_told = is_told and kind == "iri"
        if kind == "name":
            is_told = is_told and "GRAPH" not in token.partition(":")[0].upper()
        if kind == "word":
            upper = token.upper()
            after_graph = upper.endswith("GRAPH")
            form = form or next((w for w in re.split(r"[^A-Z]+", upper) if _is_form(w)), None)
            has_from = has_from or (depth == 0 and _FROM.search(token) is not None)
            before = upper
        elif kind == "name" and depth == 0 and before not in ("PREFIX", "DESCRIBE"):
            has_from = has_from or token.upper().startswith("FROM")
        elif kind == "other":
            depth += (token == "{") - (token == "}")
            unclosed += token in "\"'"
            if unclosed > _MAX_UNCLOSED:
                raise QueryError("the query does not parse: its strings are never closed")
        if kind not in ("word", "space", "comment"):
            before = ""
    return Asked(
        form=form,
        has_service=asks_service(text) or asks_service(unescape(text)),
        has_from=has_from,
        is_update=form in _UPDATES,
        graphs=frozenset(graphs) if is_told else None,
    )


def _is_form(word: str) -> bool:
    return word in _FORMS or word in _UPDATES


def asks_service(text: str) -> bool:
    """Whether the engine could read a SERVICE somewhere in *text*.

    Every way to read an ambiguous place is followed: «<» as the beginning of an IRI and as "less than" (but
    not before «a://», which is no expression), a long string with escapes as one and as an empty one
    before another.  Each place of the text is read once.  Off the plain reading, only a whole «SERVICE target {» counts, so that the inside of
    an IRI is not taken for a keyword.
    """
    if re.search("service", text, re.IGNORECASE | re.ASCII) is None:
        return False
    line_ends = [match.start() for match in _LINE_END.finditer(text)] if "#" in text else []
    waiting: list[tuple[int, bool, str]] = [(0, False, "")]
    seen: set[tuple[int, bool]] = set()
    unclosed = 0
    while waiting:
        place, is_other_reading, before = heappop(waiting)
        if place >= len(text) or (place, before in _BEFORE_GRAPH) in seen:
            continue
        seen.add((place, before in _BEFORE_GRAPH))
        if text[place] == "#":
            end = line_ends[bisect_left(line_ends, place)]
            heappush(waiting, (end, is_other_reading, before))
            continue
        match = _TOKEN.match(text, place)
        if match is None:
            break
        kind, token, end = match.lastgroup, match.group(), match.end()
        if kind == "word":
            if _SERVICE.search(token) and (not is_other_reading or _TARGET.match(text, end)):
                return True
            before = token.upper()
        elif kind == "name":
            prefix = token.partition(":")[0].upper()
            if "SERVICE" in prefix and before not in _BEFORE_GRAPH and _BODY.match(text, end):
                return True
            before = ""
        elif kind == "other" and token in "\"'":
            unclosed += 1  # no string ends here: no reading goes on behind it
            if unclosed > _MAX_UNCLOSED:
                return True
            continue
        elif kind != "space":
            before = ""
            if kind == "iri" and not _ABSOLUTE.match(text, place):
                heappush(waiting, (place + 1, True, ""))
            if kind == "string" and token[:3] in _LONG and "\\" in token:
                heappush(waiting, (place + 2, True, ""))
        heappush(waiting, (end, is_other_reading, before))
    return False


def unescape(text: str) -> str:
    """Codepoint escapes come before everything else (SPARQL 1.1, 19.2)."""

    def char(match: re.Match[str]) -> str:
        point = int(match.group(1) or match.group(2), 16)
        return chr(point) if point <= 0x10FFFF else match.group()

    return _ESCAPE.sub(char, text)


def require_readable(text: str) -> Asked:
    """*text* as a query that reads this dataset and nothing else.

    Raises ``ForbiddenQuery`` for updates and SERVICE.
    """
    folded = text.lower()  # looking for letters alone is ten times faster than the expression
    if not any(word in folded for word in _LETTERS) or _NOTABLE.search(text) is None:
        return _PLAIN
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
