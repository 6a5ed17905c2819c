"""The client against a running service gives what it gives from the store behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from kg.catalogue import questions
from kg.client import Client, connect
from kg.client.embedded import Embedded
from kg.errors import ForbiddenQuery, QueryError, UnknownName, UnknownQuestion, UnknownValue
from kg.store import Dataset


@pytest.fixture(scope="module")
def remote(server: str) -> Client:
    return connect(server, lang="en")


@pytest.fixture(scope="module")
def local(dataset: Dataset) -> Client:
    return Client(Embedded(dataset), "en")


@pytest.mark.parametrize("name", sorted(questions()))
def test_every_question_has_the_same_answer(remote: Client, local: Client, name: str) -> None:
    there, here = remote.ask(name), local.ask(name)
    assert _sorted(there.rows) == _sorted(here.rows)
    assert (there.columns, there.kinds, there.headings, there.units) == (
        here.columns, here.kinds, here.headings, here.units,
    )  # fmt: skip


def _sorted(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows with the words of each cell in order: the engine joins lists («a; b», «II.1 II.2») as they come."""
    return [
        tuple(sorted(c.replace(";", "").split()) if isinstance(c, str) else c for c in row)
        for row in rows
    ]


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: list(c.questions().column("id")),
        lambda c: [(q.name, q.default) for q in c.question("agency/duties").parameters],
        lambda c: c.ask("agency/duties", agency="so cong thuong", plan="06/KH-UBND").rows,
        lambda c: c.query("SELECT ?t { ?t a kh:Task } ORDER BY ?t").rows,
        lambda c: c.query("ASK { ?t a kh:Task }"),
        lambda c: sorted(c.query("CONSTRUCT { ?t a kh:Task } WHERE { ?t a kh:Task }")),
        lambda c: c.clause("doc/vn-73/ubnd/kh/2021/06/c/sec_II__para_2"),
        lambda c: c.search("doi moi sang tao").rows,
        lambda c: c.search("so khcn", kind="agency").rows,
        lambda c: sorted(map(str, c.network(theme="innovation", as_="expanded").edges(data=True))),
        lambda c: sorted(map(str, c.network(projection="leads").nodes(data=True))),
    ],
)
def test_all_else_is_the_same_too(
    remote: Client, local: Client, ask: Callable[[Client], Any]
) -> None:
    assert ask(remote) == ask(local)


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (lambda c: c.ask("task/inovation"), UnknownQuestion),
        (lambda c: c.ask("target/list", z=1), UnknownValue),
        (lambda c: c.ask("agency/duties", agency="Sở Vũ trụ"), UnknownValue),
        (lambda c: c.query("SELECT"), QueryError),
        (lambda c: c.query("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"), ForbiddenQuery),
        (lambda c: c.clause("doc/none/c/x"), UnknownName),
        (lambda c: c.network(plan="99/KH-UBND"), UnknownName),
    ],
)  # fmt: skip
def test_errors_are_of_the_same_kind_and_say_the_same(
    remote: Client, local: Client, ask: Callable[[Client], Any], error: type[Exception]
) -> None:
    with pytest.raises(error) as there:
        ask(remote)
    with pytest.raises(error) as here:
        ask(local)
    same = str(there.value).replace(remote.source.where, "") == str(here.value).replace(local.source.where, "")  # fmt: skip
    assert same, (str(there.value), str(here.value))
    if isinstance(there.value, QueryError) and isinstance(here.value, QueryError):
        assert (there.value.line, there.value.column) == (here.value.line, here.value.column)


def test_labels_of_questions_come_in_both_languages(server: str) -> None:
    vi = connect(server).ask("target/list")
    assert vi.headings[0] == "Năm"
    asked, known = connect(server).question("agency/duties"), questions()["agency/duties"]
    assert (asked.vi, asked.en) == (known.vi, known.en)
    told = [(p.name, p.type, p.label_vi, p.label_en) for p in asked.parameters]
    assert told == [(p.name, p.type, p.label_vi, p.label_en) for p in known.parameters]
