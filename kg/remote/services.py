"""SERVICE in a query: found by its tokens, and put back as VALUES once the other endpoint has answered.

The engine that runs the query reaches nobody.  What stands in a SERVICE is sent to its endpoint as a query of its own,
as the engine would send it (SPARQL 1.1 Federated Query, 2.1, without bindings), and the solutions take its place.  Only
what is written plainly is replaced: SERVICE as a word of its own, an address in full or by a declared prefix, braces.
Any SERVICE that is left, in whatever reading of the text, is refused when the query is run (``sparql.require_readable``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox
import regex as re

from ..errors import ForbiddenQuery
from ..names import PREFIXES
from ..sparql import read_query, require_readable, unescape
from .dataset import read_results
from .errors import RemoteNonsense
from .prologue import one_way
from .token import Token, significant

MOST_SERVICES = 10
_NO_IRI = re.compile(r"""[\x00-\x20<>"{}|^`\\]""")
_ABSOLUTE = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
_GENID = "/.well-known/genid/"
_NESTED = 20  # triple terms within each other, of which the engine still makes a query
_NOTHING = " VALUES () { () } "  # one solution that binds nothing (SILENT, 2.4)


@dataclass(frozen=True, slots=True)
class Service:
    """A SERVICE that stands at *start* to *end* of a text; *query* is what its endpoint is asked."""

    start: int
    end: int
    iri: str
    is_silent: bool
    query: str


@dataclass(frozen=True, slots=True)
class Answered:
    """*body*: solutions as JSON; None where the endpoint failed and that is to be passed over (SILENT)."""

    service: Service
    body: bytes | None


def find_services(text: str) -> tuple[Service, ...]:
    """Each SERVICE of a query; ``ForbiddenQuery`` for one whose endpoint is not told outright, or that has another in
    it, and where one would be left when all are answered: nobody is asked for what is refused in the end."""
    if re.search("service", text, re.IGNORECASE | re.ASCII) is None or read_query(text).is_update:
        return ()
    words = list(significant(text))
    prologue, prefixes = _prologue(words)
    found: list[Service] = []
    place = 0
    while place < len(words):
        if words[place].word != "SERVICE":
            place += 1
            continue
        after = place + 1
        is_silent = after < len(words) and words[after].word == "SILENT"
        after += is_silent
        if after + 1 >= len(words) or words[after + 1].text != "{":
            place += 1  # no SERVICE that the grammar knows: whoever runs the query tells
            continue
        iri = _address(words[after], prefixes)
        last = _closing(words, after + 1)
        if last is None:
            place += 1
            continue
        if any(token.word == "SERVICE" for token in words[after + 2 : last]):
            raise ForbiddenQuery(f"the SERVICE <{iri}> has another in it; ask that one beside it")
        pattern = text[words[after + 1].start : words[last].end]
        query = one_way(f"{prologue}SELECT * WHERE {pattern}")
        found.append(Service(words[place].start, words[last].end, iri, is_silent, query))
        place = last + 1
    if len(found) > MOST_SERVICES:
        raise ForbiddenQuery(
            f"the query asks other servers {len(found)} times; {MOST_SERVICES} are allowed"
        )
    if found:
        require_readable(with_answers(text, [Answered(service, None) for service in found]))
    return tuple(found)


def with_answers(text: str, answers: Sequence[Answered]) -> str:
    """*text* with each SERVICE replaced by the solutions of its endpoint; ``RemoteNonsense`` where they are none."""
    parts: list[str] = []
    place = 0
    for answer in answers:
        parts += [text[place : answer.service.start], _values(answer)]
        place = answer.service.end
    return "".join([*parts, text[place:]])


def _prologue(words: Sequence[Token]) -> tuple[str, dict[str, str]]:
    """What is declared before the query, written anew, with the prefixes that are known without; and the prefixes."""
    prefixes = dict(PREFIXES)
    base = ""
    place = 0
    while place < len(words):
        if words[place].word == "PREFIX" and place + 2 < len(words):
            name, iri = words[place + 1], words[place + 2]
            if name.kind != "name" or iri.kind != "iri":
                break
            prefixes[name.text.rstrip(":")] = _written_out(iri.text)
            place += 3
        elif (
            words[place].word == "BASE"
            and place + 1 < len(words)
            and words[place + 1].kind == "iri"
        ):
            base = f"BASE {words[place + 1].text}\n"
            place += 2
        else:
            break
    used = {token.text.partition(":")[0] for token in words[place:] if token.kind == "name"}
    lines = (f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes.items() if name in used)
    return base + "".join(lines), prefixes


def _written_out(iri: str) -> str:
    """An IRI as it is after its escapes, which must not end it."""
    found = unescape(iri[1:-1])
    if _NO_IRI.search(found):
        raise ForbiddenQuery(f"{iri[:200]} is no IRI: what it escapes may not stand in one")
    return found


def _address(token: Token, prefixes: dict[str, str]) -> str:
    iri: str | None = None
    if token.kind == "iri":
        iri = _written_out(token.text)
    elif token.kind == "name" and "\\" not in token.text:
        prefix, _, local = token.text.partition(":")
        iri = prefixes[prefix] + local if prefix in prefixes else None
    if iri is None or _ABSOLUTE.match(iri) is None:
        raise ForbiddenQuery(
            f"SERVICE {token.text[:200]}: which server is asked has to stand in the query, as <https://…> in full"
        )
    return iri


def _closing(words: Sequence[Token], first: int) -> int | None:
    """Which of *words* closes the brace at *first*."""
    depth = 0
    for place in range(first, len(words)):
        if words[place].kind == "other":
            depth += (words[place].text == "{") - (words[place].text == "}")
            if depth == 0:
                return place
    return None


def _values(answer: Answered) -> str:
    if answer.body is None:
        return _NOTHING
    try:
        return _solutions(answer.service.iri, answer.body)
    except RemoteNonsense:
        if answer.service.is_silent:
            return _NOTHING
        raise


def _solutions(iri: str, body: bytes) -> str:
    found = read_results(body, is_truth=False)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    at = re.match(r"https?://[^/]+", iri, re.IGNORECASE)
    genid = (at.group() if at else "") + _GENID
    rows = [" ".join(_term(row[name], genid) for name in names) for row in found]
    head = " ".join(f"?{name}" for name in names)
    return f" VALUES ({head}) {{ {' '.join(f'({row})' for row in rows)} }} "


def _term(term: object, genid: str, depth: int = 0) -> str:
    """As it stands in a query.  A blank node gets a name (RDF 1.1 Concepts, 3.5), in a triple term as well: VALUES
    takes none."""
    if term is None:
        return "UNDEF"
    if isinstance(term, ox.Triple):
        if depth == _NESTED:
            raise RemoteNonsense(f"the answer has more than {_NESTED} triple terms in each other")
        parts = (term.subject, term.predicate, term.object)
        return f"<<( {' '.join(_term(part, genid, depth + 1) for part in parts)} )>>"
    return f"<{genid}{term.value}>" if isinstance(term, ox.BlankNode) else str(term)
