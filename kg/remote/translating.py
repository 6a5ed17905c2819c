"""An update as it is sent on: with every graph that it writes named, and those that it reads told.

Engines differ in what their unnamed graph is (Virtuoso has none that can be written), so what has no graph in the
update stands in graph/unnamed there, a graph like any other.  A WHERE without USING reads what it would read in the
embedded store: without GRAPH that one graph (or the one of WITH), with GRAPH the graphs of the dataset, but nothing
else that the engine may hold.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..errors import QueryError
from .reading import Reader, resolved
from .token import Token
from .touching import UNNAMED, Touched

_NONE = "urn:x-kehoach:no-graph"
_ALONE = (
    "GRAPH with a variable chooses what is written, and another update stands beside it; send each in a request of its "
    "own, or name the graphs"
)
Chosen = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A query for the graphs that variables after GRAPH stand for, and its dataset."""

    query: str
    default: tuple[str, ...]
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Translated:
    """*steps* after *prologue* change the graphs *written* and *emptied* (by CLEAR ALL); *adds*: they take nothing out.

    *datasets*: how many different ones their WHERE clauses read.

    *choice*: what has to be known first, where the text does not tell what it writes; there are no steps then.
    """

    prologue: str
    steps: tuple[str, ...]
    written: frozenset[str]
    emptied: frozenset[str]
    adds: bool
    datasets: int = 0
    choice: Choice | None = None


def translate(text: str, there: Collection[str], chosen: Chosen | None = None) -> Translated:
    """*text*, which parses and has all its prefixes, for a dataset of the graphs *there*.

    *chosen*: the graphs that each variable after GRAPH stands for, once that is known.  ``QueryError`` where it cannot
    be told what is written, ``NoSuchGraph``.
    """
    return _Translator(text, there, chosen).run()


class _Translator:
    def __init__(self, text: str, there: Collection[str], chosen: Chosen | None) -> None:
        self._reader = Reader(text)
        self._touched = Touched(there)
        self._chosen = chosen
        self._prologue = ""
        self._steps: list[str] = []
        self._variables: set[str] = set()  # of the step that is being read
        self._choice: Choice | None = None
        self._datasets: set[tuple[str, ...]] = set()
        self._end = 0  # of the braces that were read last

    def run(self) -> Translated:
        reader = self._reader
        self._prologue = reader.prologue()
        while reader.next.kind != "end":
            if self._choice is not None or (self._steps and self._chosen is not None):
                raise QueryError(_ALONE)
            step = self._step()
            if step:
                self._steps.append(step)
            if reader.next.kind == "end":
                break
            reader.take(";")
        return Translated(
            self._prologue,
            tuple(self._steps),
            frozenset(self._touched.written),
            frozenset(self._touched.emptied),
            self._touched.adds,
            len(self._datasets),
            self._choice,
        )

    def _step(self) -> str:
        first = self._reader.take(
            "INSERT", "DELETE", "WITH", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"
        )
        if first.word in ("CLEAR", "DROP"):
            return self._clear()
        if first.word == "CREATE":
            return self._create()
        if first.word in ("ADD", "MOVE", "COPY"):
            return self._transfer(first.word)
        if first.word == "WITH":
            default = self._iri()
            return self._modify(self._reader.take("INSERT", "DELETE").word, default)
        if self._reader.takes("DATA"):
            self._touched.adds = self._touched.adds and first.word == "INSERT"
            return f"{first.word} DATA {{ {self._quads(UNNAMED)} }}"
        return self._modify(first.word, UNNAMED)

    # -- statements -----------------------------------------------------------------------------------

    def _modify(self, word: str, default: str) -> str:
        reader = self._reader
        self._touched.adds = self._touched.adds and word == "INSERT"
        self._variables = set()
        templates: list[str] = []
        if word == "DELETE" and reader.takes("WHERE"):
            first = reader.next
            templates.append(f"DELETE {{ {self._quads(default)} }}")
            return self._where(templates, "", default, reader.text[first.start : self._end])
        templates.append(f"{word} {{ {self._quads(default)} }}")
        if word == "DELETE" and reader.takes("INSERT"):
            templates.append(f"INSERT {{ {self._quads(default)} }}")
        using: list[str] = []
        reads: tuple[list[str], list[str]] = [], []
        while reader.takes("USING"):
            is_named = reader.takes("NAMED")
            iri = self._iri()
            reads[is_named].append(iri)
            using.append(f"USING {'NAMED ' * is_named}<{iri}>")
        reader.take("WHERE")
        pattern = reader.group()
        return self._where(templates, " ".join(using), default, pattern, reads if using else None)

    def _where(
        self,
        templates: list[str],
        using: str,
        default: str,
        pattern: str,
        reads: tuple[list[str], list[str]] | None = None,
    ) -> str:
        if reads is None:
            by_name = sorted(self._touched.there) if "graph" in pattern.lower() else []
            reads = [default], by_name
            using = " ".join([f"USING <{default}>", *(f"USING NAMED <{g}>" for g in by_name)])
            self._datasets.add((default,))
        else:
            self._datasets.add((using,))
        if self._variables:
            if self._chosen is None:
                self._ask(pattern, reads)
                return ""
            pattern = f"{{ {pattern} {' '.join(self._filters())} }}"
        return " ".join([*templates, using, "WHERE", pattern])

    def _quads(self, default: str) -> str:
        """What stands in the braces that come next, each statement in a graph that has a name."""
        reader = self._reader
        reader.take("{")
        parts: list[str] = []
        plain: tuple[Token, Token] | None = None
        while True:
            if reader.next.text != "}" and reader.next.word != "GRAPH":
                token = reader.take()
                if token.text == "{":
                    reader.stray(token)
                plain = (plain[0] if plain else token), token
                continue
            if plain is not None:
                parts.append(f"GRAPH <{self._touched.write(default)}> {{ {reader.slice(*plain)} }}")
                plain = None
            if reader.next.text == "}":
                self._end = reader.take().end
                return " ".join(parts)
            reader.take("GRAPH")
            parts.append(f"GRAPH {self._target()} {reader.group(is_flat=True)}")
            reader.takes(".")

    def _target(self) -> str:
        if self._reader.next.kind != "variable":
            return f"<{self._touched.write(self._iri())}>"
        name = self._reader.take().text[1:]
        self._variables.add(name)
        for graph in (self._chosen or {}).get(name, ()):
            self._touched.write(graph)
        return f"?{name}"

    def _ask(self, pattern: str, reads: tuple[list[str], list[str]]) -> None:
        if self._steps:
            raise QueryError(_ALONE)
        names = " ".join(f"?{name}" for name in sorted(self._variables))
        query = f"{self._prologue}\nSELECT DISTINCT {names} WHERE {pattern}"
        default, named = ((*graphs,) or (_NONE,) for graphs in reads)
        self._choice = Choice(query, default, named)

    def _filters(self) -> list[str]:
        """Nothing is written but to the graphs that were chosen, whatever has changed since."""
        assert self._chosen is not None
        return [
            f"FILTER(!BOUND(?{name}) || !isIRI(?{name}) || "
            f"?{name} IN ({', '.join(f'<{g}>' for g in sorted(self._chosen.get(name, ())))}))"
            for name in sorted(self._variables)
        ]

    # -- graphs ---------------------------------------------------------------------------------------

    def _clear(self) -> str:
        is_silent = self._reader.takes("SILENT")
        what = self._reader.take("GRAPH", "DEFAULT", "NAMED", "ALL").word
        if what in ("NAMED", "ALL"):
            return self._touched.clear_all(is_named_only=what == "NAMED")
        graph = UNNAMED if what == "DEFAULT" else self._iri()
        return self._touched.clear(graph, is_silent=is_silent)

    def _create(self) -> str:
        is_silent = self._reader.takes("SILENT")
        self._reader.take("GRAPH")
        return self._touched.create(self._iri(), is_silent=is_silent)

    def _transfer(self, word: str) -> str:
        self._reader.takes("SILENT")
        source = self._end_of_transfer()
        self._reader.take("TO")
        return self._touched.transfer(word, source, self._end_of_transfer())

    def _end_of_transfer(self) -> str:
        if self._reader.takes("DEFAULT"):
            return UNNAMED
        self._reader.takes("GRAPH")
        return self._iri()

    def _iri(self) -> str:
        token = self._reader.take()
        found = None
        if token.kind in ("iri", "name"):
            found = resolved(self._prologue, token.text)
        if found is None:
            self._reader.stray(token)
        return found
