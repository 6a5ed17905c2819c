"""Which graphs an update changes, step by step, and the steps that are about whole graphs."""

from __future__ import annotations

from collections.abc import Collection

from ..errors import KgError
from ..names import BASE
from .books import copied

UNNAMED = BASE + "graph/unnamed"


class NoSuchGraph(KgError):
    """An update that names a graph which is not there, or makes one that is."""


class Touched:
    """*there*: the graphs as they will be when the steps so far are done; *written* of them, and *emptied* with all the
    rest; *adds*: nothing was taken out."""

    def __init__(self, there: Collection[str]) -> None:
        self.there = set(there)
        self.written: set[str] = set()
        self.emptied: set[str] = set()
        self.adds = True

    def write(self, graph: str) -> str:
        self.written.add(graph)
        self.there.add(graph)
        return graph

    def clear(self, graph: str, *, is_silent: bool) -> str:
        """A step that takes out all that is in a graph; "" for none."""
        self.adds = False
        if graph not in self.there and graph != UNNAMED:
            if is_silent:
                return ""
            raise NoSuchGraph(f"there is no graph <{graph}>; nothing was written")
        self.write(graph)
        self.there.discard(graph)
        return f"DROP SILENT GRAPH <{graph}>"

    def clear_all(self, *, is_named_only: bool) -> str:
        self.adds = False
        graphs = self.there - {UNNAMED} if is_named_only else self.there
        # The graphs of a build go with all the rest, or not at all: that nothing is left has to be known.
        (self.emptied if graphs == self.there else self.written).update(graphs)
        self.there = self.there - graphs
        return " ;\n".join(f"DROP SILENT GRAPH <{graph}>" for graph in sorted(graphs))

    def create(self, graph: str, *, is_silent: bool) -> str:
        """Nothing: a graph is there as soon as it has a statement, and not before."""
        if graph in self.there and not is_silent:
            raise NoSuchGraph(f"the graph <{graph}> is there already; nothing was written")
        return ""

    def transfer(self, word: str, source: str, target: str) -> str:
        """ADD, COPY or MOVE."""
        if source not in self.there and source != UNNAMED:
            raise NoSuchGraph(f"there is no graph <{source}>; nothing was written")
        self.adds = self.adds and word == "ADD"
        if source == target:
            return ""
        self.write(target)
        if word == "MOVE":
            self.write(source)
            self.there.discard(source)
        before = [f"DROP SILENT GRAPH <{target}>"] * (word != "ADD")
        after = [f"DROP SILENT GRAPH <{source}>"] * (word == "MOVE")
        return " ;\n".join([*before, copied(source, target), *after])
