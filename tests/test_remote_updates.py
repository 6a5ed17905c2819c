"""An update on its way to another engine: what it writes is known before it is sent, or it is not sent."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.errors import QueryError
from kg.names import GRAPH_FINDINGS, GRAPH_MERGED, GRAPH_PUBLISHED, GRAPH_REFERENCE
from kg.remote.books import around
from kg.remote.content import COUNT, SHA256
from kg.remote.touching import UNNAMED, NoSuchGraph
from kg.remote.translating import translate

G, H = "http://example.org/g", "http://example.org/h"
DATA = f"""INSERT DATA {{ <a:s> <a:p> 0 , 5 . GRAPH <{G}> {{ <a:s> <a:p> 1 , 2 }} GRAPH <{H}> {{ <a:s> <a:p> 2 , 3 }} }}"""


def moved(quads: set[ox.Quad]) -> set[ox.Quad]:
    """What has no graph, in the one that has it there."""
    named = ox.NamedNode(UNNAMED)
    return {
        ox.Quad(q.subject, q.predicate, q.object, named) if q.graph_name == ox.DefaultGraph() else q
        for q in quads
    }


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("INSERT DATA { <a:s> <a:p> 9 }", {UNNAMED}),
        (f"INSERT DATA {{ GRAPH <{G}> {{ <a:s> <a:p> 9 . }} . <a:t> <a:p> '}}' . GRAPH <{H}> {{}} }}", {G, H, UNNAMED}),
        ("PREFIX e: <http://example.org/> DELETE DATA { GRAPH e:g { <a:s> <a:p> 1 } }", {G}),
        (f"BASE <{G}> INSERT DATA {{ GRAPH <h> {{ <a:s> <a:p> 9 }} }}", {H}),
        ("DELETE { <a:s> <a:p> ?n } INSERT { <a:s> <a:p> ?m } WHERE { <a:s> <a:p> ?n BIND(?n + 10 AS ?m) }", {UNNAMED}),
        ("DELETE WHERE { <a:s> <a:p> ?o }", {UNNAMED}),
        (f"DELETE WHERE {{ GRAPH <{G}> {{ ?s ?p ?o }} <a:s> <a:p> 5 }}", {G, UNNAMED}),
        (f"WITH <{G}> DELETE {{ ?s ?p ?o }} INSERT {{ GRAPH <{H}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}", {G, H}),
        (f"WITH <{G}> INSERT {{ <a:t> ?p ?o }} WHERE {{ GRAPH <{H}> {{ ?s ?p ?o }} }}", {G}),
        (f"WITH <{G}> INSERT {{ <a:t> ?p ?o }} USING <{H}> WHERE {{ ?s ?p ?o }}", {G}),
        (f"INSERT {{ <a:t> ?p ?o }} USING NAMED <{H}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}", {UNNAMED}),
        ("INSERT { <a:t> ?p ?o } WHERE { SELECT ?p (MAX(?v) AS ?o) { ?s ?p ?v } GROUP BY ?p }", {UNNAMED}),
        (f"CLEAR GRAPH <{G}>", {G}),
        (f"DROP SILENT GRAPH <{G}x> ; DROP GRAPH <{H}>", {H}),
        ("CLEAR DEFAULT", {UNNAMED}),
        ("DROP NAMED", {G, H}),
        ("CLEAR ALL", set()),
        ("PREFIX e: <urn:e:> CLEAR ALL ; INSERT DATA { e:s e:p e:o } ;", {UNNAMED}),
        (f"COPY <{G}> TO <{H}>", {H}),
        (f"ADD DEFAULT TO GRAPH <{H}>", {H}),
        (f"MOVE <{G}> TO DEFAULT", {G, UNNAMED}),
        (f"MOVE <{G}> TO <{G}>", set()),
        (f"INSERT DATA {{ GRAPH <{G}2> {{ <a:s> <a:p> 1 }} }} ; MOVE <{G}2> TO <{H}>", {G + "2", H}),
        ("CREATE GRAPH <urn:new>", set()),
        ("INSERT { <a:s> <a:p> ?o } WHERE { ?s ?p ?o FILTER(?o < 3 && STR(?o) > '0') }", {UNNAMED}),
        ("# { CLEAR ALL\nINSERT DATA { <a:s> <a:p> '{ GRAPH <urn:x> {' }", {UNNAMED}),
    ],
)  # fmt: skip
def test_it_does_what_the_update_does_here(text: str, written: set[str]) -> None:
    here, there = ox.Store(), ox.Store()
    here.update(DATA)
    there.extend(moved(set(here)))
    found = translate(text, (G, H, UNNAMED))
    here.update(text)
    if found.steps:
        there.update(f"{found.prologue}\n{' ;'.join(found.steps)}")
    assert set(there) == moved(set(here))
    assert found.written == written


def test_variables_write_to_the_graphs_that_are_chosen_and_to_no_other() -> None:
    text = "DELETE { GRAPH ?g { ?s ?p 2 } } WHERE { GRAPH ?g { ?s ?p 2 } }"
    choice = translate(text, (G, H)).choice
    assert choice is not None
    store = ox.Store()
    store.update(DATA)
    rows = store.query(
        choice.query,
        default_graph=[ox.NamedNode(g) for g in choice.default],
        named_graphs=[ox.NamedNode(g) for g in choice.named],
    )
    assert isinstance(rows, ox.QuerySolutions)
    assert {row["g"].value for row in rows} == {G, H}
    found = translate(text, (G, H), {"g": {G}})
    assert found.written == {G}
    store.update(" ;".join(found.steps))
    left = {str(q.graph_name) for q in store.quads_for_pattern(None, None, ox.Literal(2), None)}
    assert left == {f"<{H}>"}


def test_what_else_the_engine_holds_is_not_read() -> None:
    store = ox.Store()
    store.update(DATA)
    found = translate("INSERT { <a:n> <a:n> ?g } WHERE { GRAPH ?g { ?s ?p 2 } }", (G,))
    store.update(" ;".join(found.steps))
    graphs = {str(q.object) for q in store.quads_for_pattern(None, ox.NamedNode("a:n"), None)}
    assert graphs == {f"<{G}>"}


@pytest.mark.parametrize(
    "text",
    [
        "INSERT { <a:s> <a:p> ?c } WHERE { FILTER(1<2&&?c!='>') } ; CLEAR ALL # '",
        "INSERT DATA { <a:s> <a:p> '''a\\#''' } ; CLEAR ALL #'''",
        f"INSERT DATA {{ <a:s> <a:p> trueGRAPH <{GRAPH_REFERENCE}> {{ <a:s> <a:p> 1 }} }}",
        "INSERT DATA { GRAPHex:g { <a:s> <a:p> 1 } }",
        "INSERT DATA { GRAPH <http://x/\\u003E> { <a:s> <a:p> 1 } }",
        "INSERT { GRAPH ?g { <a:s> <a:p> 1 } } WHERE { GRAPH ?g {} } ; CLEAR DEFAULT",
        "CLEAR DEFAULT ; INSERT { GRAPH ?g { <a:s> <a:p> 1 } } WHERE { GRAPH ?g {} }",
    ],
)
def test_what_can_be_read_in_two_ways_is_not_sent(text: str) -> None:
    with pytest.raises(QueryError):
        translate(text, (G, UNNAMED))


@pytest.mark.parametrize(
    "text", [f"CLEAR GRAPH <{H}>", f"DROP GRAPH <{H}>", f"COPY <{H}> TO <{G}>", f"CREATE GRAPH <{G}>"]
)  # fmt: skip
def test_graphs_that_are_not_there_or_are_already(text: str) -> None:
    with pytest.raises(NoSuchGraph):
        translate(text, (G,))


@pytest.mark.parametrize("has_books", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:s> <a:p> 7 }",
        f"INSERT DATA {{ GRAPH <{G}> {{ <a:s> <a:p> 7 }} }}",
        f"CLEAR GRAPH <{G}>",
        f"DELETE DATA {{ GRAPH <{G}> {{ <a:s> <a:p> 2 }} GRAPH <{H}> {{ <a:s> <a:p> 2 }} }}",
        f"MOVE <{G}> TO <{H}>",
        "CLEAR ALL ; INSERT DATA { <a:s> <a:p> 7 }",
    ],
)
def test_the_books_are_true_afterwards(text: str, has_books: bool) -> None:
    """The merge holds what the visible graphs hold, each graph has the mark and the count of what is in it."""
    store = ox.Store()
    store.update(DATA)
    store.extend(moved(set(store)))
    store.clear_graph(ox.DefaultGraph())
    hidden = f"INSERT DATA {{ GRAPH <{GRAPH_FINDINGS}> {{ <a:h> <a:p> 1 }} }}"
    store.update(hidden)
    there = (G, H, UNNAMED, GRAPH_FINDINGS)
    known: tuple[str, ...] = ()
    if has_books:
        before, after = around((), there, (), "old", adds=True)
        store.update(" ;".join([*before, *after]))
        known = (*there, GRAPH_MERGED)
    plan = translate(text, there)
    written = plan.written | plan.emptied
    before, after = around(written, there, known, "new", adds=plan.adds)
    store.update(" ;".join([*before, *plan.steps, *after]))
    own = (GRAPH_MERGED, GRAPH_PUBLISHED)
    graphs: dict[str, set[ox.Triple]] = {}
    for quad in store:
        graphs.setdefault(quad.graph_name.value, set()).add(quad.triple)
    visible = [g for g in graphs if g not in (*own, GRAPH_FINDINGS)]
    assert graphs.get(GRAPH_MERGED, set()) == set().union(*(graphs[g] for g in visible))
    rows = store.query(
        f"SELECT ?g ?hash ?n {{ GRAPH <{GRAPH_PUBLISHED}> {{ ?g <{SHA256}> ?hash ; <{COUNT}> ?n }} }}"
    )
    assert isinstance(rows, ox.QuerySolutions)
    marks = {row["g"].value: (row["hash"].value, int(row["n"].value)) for row in rows}
    assert len(graphs[GRAPH_PUBLISHED]) == 2 * len(marks)
    for name in {*graphs} - {*own}:
        is_old = has_books and name not in written
        assert marks.pop(name) == ("old" if is_old else "new", len(graphs[name])), name
    assert marks == {GRAPH_MERGED: ("new", 0)}
