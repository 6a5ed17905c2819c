"""What is refused before anything parses it: all that kills the parser, and nothing that people ask."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys

import pytest
from kg.api.engine import Engine
from kg.api.jobs import Asked
from kg.api.limits import MAX_DEPTH, MAX_TEXT, TextTooLarge, check_text

from kg.errors import QueryError
from kg.sparql import nesting

from .attacks import NESTED

# Each text is parsed in a process of its own, with the stack that the service gives to its processes; the second
# of computing that it gets is no death: the service ends what takes too long.
PARSER = """
import json, os, resource, signal, sys
import pyoxigraph as ox
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
dead = []
for text in json.load(sys.stdin):
    pid = os.fork()
    if pid == 0:
        signal.setitimer(signal.ITIMER_PROF, 1.0)
        for ask in (ox.Store().query, ox.Store().update):
            try:
                ask(text)
            except Exception:
                pass
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) != signal.SIGPROF:
        dead.append((os.WTERMSIG(status), text[:200]))
json.dump(dead, sys.stdout)
"""
IN_A_DATA_BLOCK = "INSERT DATA { <a:a> <a:b> %s }"


def passes(text: str) -> bool:
    try:
        check_text(text, 16 << 20)
    except QueryError:
        return False
    return True


def deaths(texts: list[str], stack: int = 512 << 20) -> list[tuple[int, str]]:
    """The signal and the beginning of each text that kills the parser, which has a stack of so many bytes."""

    def widen() -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_STACK)
        wanted = stack if hard == resource.RLIM_INFINITY else min(stack, hard)
        resource.setrlimit(resource.RLIMIT_STACK, (wanted, hard))

    run = subprocess.run(
        [sys.executable, "-c", PARSER], input=json.dumps(texts), capture_output=True, text=True,
        check=True, preexec_fn=widen,
    )  # fmt: skip
    found: list[tuple[int, str]] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize(
    "text",
    [
        IN_A_DATA_BLOCK % ", ".join(["'a (b'"] * 300),
        IN_A_DATA_BLOCK % ('"""' + "([{ '\" << " * 300 + '"""'),
        IN_A_DATA_BLOCK % ", ".join(["<http://example.org/a_(b>"] * 300),
        IN_A_DATA_BLOCK % ", ".join(["<urn:a:(b>"] * 300),
        IN_A_DATA_BLOCK % ", ".join(["'\\'('"] * 300),
        "ASK { } #" + "(" * 300,
        "# ((\n" * 300 + "ASK {}",
        "; ".join(["INSERT DATA { <a:a> <a:b> '{' }"] * 300),
        "ASK { " + "{} " * 300 + "}",
        "ASK { FILTER(" + "(1) + " * 300 + "1) }",
        "ASK { FILTER(?a < ?b && " + " && ".join(["?a<(?b)"] * 300) + ") }",
        "SELECT * { " + "<< <a:a> <a:b> <a:c> >> <a:p> 1 . " * 300 + "}",
        "PREFIX a: <a:> ASK { " + "?s a:b\\(c 1 . " * 300 + "}",
        "ASK { FILTER(" + " && ".join(["!?x"] * 300) + ") }",
    ],
)
def test_many_brackets_are_no_nesting(text: str) -> None:
    check_text(text)
    assert nesting(text)[0] < 10


@pytest.mark.parametrize("before", ["#" + ")" * 5000 + "\n", "'" + "]" * 5000 + "' ", "}" * 5000])
@pytest.mark.parametrize(
    "opener", ["(", "[", "{", "<<", "( ", "(#\n", "('' ", "[<a:b>", "!", "! ", "!#\n", "1<("]
)
def test_nothing_before_makes_room_for_more(before: str, opener: str) -> None:
    assert not passes(before + "ASK { FILTER " + opener * (MAX_DEPTH + 1))


@pytest.mark.parametrize(
    "inside",
    ["'''a' \\# (( '''", "<a:b(", "1<((2>1)", '"""a" \\x (( """'],
)
def test_what_the_engine_reads_otherwise_is_bounded(inside: str) -> None:
    assert not passes("ASK { FILTER(" + inside * 12_000)


@pytest.mark.parametrize("shape", [
    "paren", "brace", "bracket", "collection", "quoted", "not", "path", "inverse", "optional", "minus", "graph",
    "exists", "not exists", "select", "if", "coalesce", "concat", "open parens",
])  # fmt: skip
def test_nesting_is_refused_from_its_limit_on(shape: str) -> None:
    assert passes(NESTED[shape](30))
    assert not passes(NESTED[shape](1_000))
    assert not passes(NESTED[shape](20_000))


def test_a_text_that_is_too_long_is_not_even_looked_at(engine_without_store: Engine) -> None:
    with pytest.raises(TextTooLarge):
        engine_without_store.run(Asked("#" * (MAX_TEXT + 1), ("text/csv",)))
    with pytest.raises(TextTooLarge):
        engine_without_store.table("#" * (MAX_TEXT + 1))


@pytest.fixture
def engine_without_store(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(tmp_path_factory.mktemp("none"))


PIECES = [
    "(", ")", "[", "]", "{", "}", "<<", ">>", "<", ">", "'", '"', "'''", '"""', "\\", "\\'", "\\u0028", "#", "\n", " ",
    "!", "-", "^", "1", "?x", "<a:b>", "<a:(b>", "1<(", ">1)", "'(' ", "'''a' ", "\\#", "FILTER", "OPTIONAL {",
    "ASK {", "SELECT * {", "INSERT DATA {", "EXISTS {", "NOT EXISTS {", "IF(1,", "IN (", "VALUES ?x {", "a:b\\(", ";",
    "<< <a:a> <a:b> ", "|", "/", "*", "@en", "^^<a:b>", "GRAPH ?g {", "BIND(", "#)\n", "_:b", "{|", "|}", "<<(", ")>>",
]  # fmt: skip


def noise(chance: random.Random) -> str:
    """A few pieces, some of them very often."""
    begin = chance.choice(
        [
            "ASK { FILTER(",
            "SELECT * { ?s ?p ",
            "INSERT DATA { <a:a> <a:b> ",
            "ASK { VALUES ?x { ",
            "",
        ]
    )
    parts = [begin]
    for _ in range(chance.randrange(1, 6)):
        pieces = "".join(chance.choices(PIECES, k=chance.randrange(1, 5)))
        parts.append(pieces * chance.choice([1, 1, 3, 100, 240, 2000, 9000]))
    return "".join(parts)[: 200 << 10]


def survivors(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)
    return [text for text in (noise(chance) for _ in range(count)) if passes(text)]


def test_what_passes_does_not_kill_the_parser() -> None:
    texts = survivors(1, 150)
    assert len(texts) > 20
    assert deaths(texts) == []
    # It can be killed, and that is seen: on a small stack, as a slow machine does not fill a wide one in its second.
    assert deaths(["ASK { FILTER(" + "(" * 4_000_000], stack=8 << 20) != []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 8))
def test_much_of_what_passes_does_not_kill_the_parser(seed: int) -> None:
    assert deaths(survivors(seed, 300)) == []


@pytest.mark.slow
@pytest.mark.parametrize("shape", NESTED)
def test_no_nesting_that_passes_kills_the_parser(shape: str) -> None:
    texts = [NESTED[shape](n) for n in (30, 240, 1_000, 20_000)]
    assert deaths([text for text in texts if len(text) <= MAX_TEXT and passes(text)]) == []
