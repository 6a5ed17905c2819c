"""``kg mcp``, tried with the client of the SDK: by standard input and output, and by HTTP."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import anyio
import pytest
from kg.api.engine import Engine
from kg.api.limits import Limits
from kg.api.mcp.confined import Confined
from kg.api.mcp.server import make_server
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from kg.catalogue import questions
from kg.client import connect
from kg.names import BASE
from kg.pipeline import build
from kg.store import publish

from ..conftest import DATA

T = TypeVar("T")
PLAN = BASE + "doc/vn-73/ubnd/kh/2021/06"
WHOLE = "Kế hoạch số 06/KH-UBND ngày 14/01/2021"
TOOLS = ["get_agency", "get_clause", "list_questions", "run_question", "search", "sparql"]
Json = dict[str, Any]


@pytest.fixture(scope="module")
def stdio(store_folder: Path) -> StdioServerParameters:
    command = ["-m", "kg", "mcp", "--store", str(store_folder)]
    return StdioServerParameters(command=sys.executable, args=command)


@pytest.fixture(scope="module")
def http_url(store_folder: Path) -> Iterator[str]:
    command = [
        sys.executable,
        "-m",
        "kg",
        "mcp",
        "--store",
        str(store_folder),
        "--http",
        "--port",
        "0",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()
        assert process.wait(20) in (0, -15)


@pytest.fixture(scope="module")
def of_two_provinces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Confined]:
    folder = tmp_path_factory.mktemp("two") / "store"
    build([DATA / "invented"], folder)
    found = Confined(Engine(folder, limits=Limits(seconds=10, workers=1)))
    yield found
    found.close()


@pytest.fixture(scope="module")
def confined(store_folder: Path) -> Iterator[Confined]:
    found = Confined(Engine(store_folder, limits=Limits(seconds=10, workers=2)))
    yield found
    found.close()


def talk(server: Any, what: Callable[[Client], Awaitable[T]]) -> T:
    """What *what* gives of a connection to *server*; in a thread of its own, as a browser of other tests may have
    left a loop in this one."""

    async def main() -> T:
        async with Client(server) as client:
            return await what(client)

    with ThreadPoolExecutor(1) as other:
        return other.submit(anyio.run, main).result()


async def told(client: Client, tool: str, **arguments: Any) -> Json:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    found: Json = result.structured_content
    (text,) = result.content
    assert json.loads(text.text) == found  # type: ignore[union-attr]
    return found


def check_citations(answer: Json, what: str) -> None:
    """At least one citation, each in the legal form with its IRI, or a source; rows cite what is there."""
    assert answer["citations"], what
    for place, one in enumerate(answer["citations"], 1):
        assert one["n"] == place
        if one["iri"].startswith(BASE + "source/"):
            continue
        assert " số " in one["text"], one
        assert one["iri"].startswith(BASE + "doc/")
        assert "/c/" not in one["iri"] or ", " in one["text"], one
    numbers = {one["n"] for one in answer["citations"]}
    assert {n for row in answer.get("rows", []) for n in row["cites"]} <= numbers


def everything(server: Any) -> None:
    """Every tool and every question without parameters."""

    async def ask(client: Client) -> None:
        assert sorted(tool.name for tool in (await client.list_tools()).tools) == TOOLS
        listed = await told(client, "list_questions", lang="en")
        assert [q["id"] for q in listed["questions"]] == list(questions())
        check_citations(listed, "list_questions")
        for question in listed["questions"]:
            answer = await told(client, "run_question", question=question["id"])
            check_citations(answer, question["id"])
            notes = " ".join(answer["notes"])
            assert ("Empty" in notes) == (answer["total_rows"] == 0), question["id"]
            assert ("rows 1 to 100" in notes) == (answer["total_rows"] > 100), question["id"]
            assert len(answer["rows"]) == min(100, answer["total_rows"])
        for tool, arguments in (
            ("search", {"text": "doi moi sang tao"}),
            ("get_agency", {"agency": "so khcn"}),
            ("get_clause", {"iri": f"{PLAN}/c/sec_II__para_2__point_a"}),
            ("sparql", {"query": "SELECT ?t { ?t a kh:Task } LIMIT 3"}),
        ):
            check_citations(await told(client, tool, **arguments), tool)

    talk(server, ask)


@pytest.mark.slow
def test_every_question_by_standard_input_and_output(stdio: StdioServerParameters) -> None:
    everything(stdio)


def test_every_question_by_http(http_url: str) -> None:
    assert http_url.startswith("http://127.0.0.1:")
    everything(http_url)


def test_a_running_service_can_be_asked_instead(server: str) -> None:
    async def ask(client: Client) -> Json:
        return await told(client, "run_question", question="agency/workload", lang="en", limit=3)

    answer = talk(make_server(connect(server).source), ask)
    check_citations(answer, "workload")
    assert answer["rows"][0]["cites"]


def call(confined: Confined, tool: str, **arguments: Any) -> Json:
    return talk(make_server(confined), lambda client: told(client, tool, **arguments))


@pytest.mark.parametrize(
    ("question", "parameters", "most"),
    [("agency/workload", {"plan": "06/KH-UBND"}, 5), ("agency/pairs", {}, 5), ("corpus/agency-load", {}, 5), ("corpus/rare-leads", {}, 5)],
)  # fmt: skip
def test_the_clauses_behind_counted_rows_are_cited(
    confined: Confined, question: str, parameters: Json, most: int
) -> None:
    answer = call(confined, "run_question", question=question, parameters=parameters)
    assert answer["rows"]
    for row in answer["rows"]:
        counted = max(v for k, v in row.items() if isinstance(v, int) and k != "more_cites")
        assert 1 <= len(row["cites"]) <= most
        assert len(row["cites"]) + row.get("more_cites", 0) >= min(1, counted)
    texts = [one["text"] for one in answer["citations"]]
    assert all(text.endswith(WHOLE) and text != WHOLE for text in texts)


def test_the_clause_behind_a_pair_is_where_both_are_named(confined: Confined) -> None:
    answer = call(confined, "run_question", question="agency/pairs", limit=500)
    pair = next(r for r in answer["rows"] if r["tasks"] == 1)
    assert len(pair["cites"]) == 1


def test_an_answer_that_was_cut_says_so_and_goes_on(confined: Confined) -> None:
    first = call(confined, "run_question", question="task/list", limit=10)
    assert (len(first["rows"]), first["total_rows"]) == (10, 36)
    assert "Cut: rows 1 to 10 of 36 are shown; ask with a larger limit or another offset." in first["notes"]  # fmt: skip
    last = call(confined, "run_question", question="task/list", limit=10, offset=30)
    assert len(last["rows"]) == 6
    assert any("rows 31 to 36 of 36" in note for note in last["notes"])


def test_an_empty_answer_says_so_and_where_was_looked(confined: Confined) -> None:
    answer = call(confined, "sparql", query="SELECT ?x { ?x a kh:Nothing }")
    assert answer["notes"][0].startswith("Empty")
    assert [one["text"] for one in answer["citations"]] == [WHOLE]
    found = call(confined, "search", text="qwxyzzy")
    assert found["notes"][0].startswith("Empty: nothing here is called «qwxyzzy»")


def test_a_clause_and_an_agency(confined: Confined) -> None:
    clause = call(confined, "get_clause", iri=f"{PLAN}/c/sec_II__para_2__point_a")
    assert clause["citation"] == "Điểm a, khoản 2, Mục II, Kế hoạch số 06/KH-UBND ngày 14/01/2021"
    assert clause["citations"] == [{"n": 1, "text": clause["citation"], "iri": clause["iri"]}]
    agency = call(confined, "get_agency", agency="so cong thuong", lang="en", limit=5)
    assert agency["labels"]["vi"] == "Sở Công Thương tỉnh Hậu Giang"
    assert len(agency["duties"]) == 5
    assert agency["total_duties"] > 5
    assert any("duties 1 to 5" in note for note in agency["notes"])
    assert all(duty["cites"] for duty in agency["duties"])


@pytest.mark.parametrize("name", ["UBND tỉnh", "Sở Khoa học và Công nghệ", "so khcn", "SKHCN"])
def test_a_name_of_two_provinces_is_not_decided(of_two_provinces: Confined, name: str) -> None:
    async def ask(client: Client) -> Any:
        return await client.call_tool("get_agency", {"agency": name})

    result = talk(make_server(of_two_provinces), ask)
    assert result.is_error
    for place in ("vn-49", "vn-50"):
        assert f"<{BASE}agency/{place}/" in result.content[0].text


def test_an_agency_has_its_successors_with_act_day_state_and_source(confined: Confined) -> None:
    name = "Sở Kế hoạch và Đầu tư tỉnh Hậu Giang"
    agency = call(confined, "get_agency", agency=name)
    (heir,) = agency["successors"]
    assert heir["iri"] == BASE + "agency/vn-73/2025/so-tai-chinh"
    assert (heir["announced"], heir["state"]) == ("2025-02-19", "unverified")
    assert "19/02/2025" in heir["act"]
    cited = {one["n"]: one for one in agency["citations"]}
    assert [cited[n]["text"] for n in heir["cites"]] == heir["sources"]
    after = call(confined, "get_agency", agency=heir["iri"])
    assert name in [one["label"] for one in after["predecessors"]]
    ministry = call(confined, "get_agency", agency="Bộ KHĐT", lang="en")
    assert [one["state"] for one in ministry["successors"]] == ["established"]
    draft = call(confined, "get_agency", agency="Sở Công Thương tỉnh Hậu Giang")
    assert [one["state"] for one in draft["successors"]] == ["draft-only"]


def test_a_row_cites_the_clause_that_it_names_alone(confined: Confined) -> None:
    query = """SELECT ?task ?clause { ?task a kh:Task ; kh:statedIn ?own ; kh:hasAssignment/kh:statedIn ?clause
               FILTER(?own != ?clause) } ORDER BY ?task ?clause LIMIT 5"""
    answer = call(confined, "sparql", query=query)
    cited = {one["n"]: one["iri"] for one in answer["citations"]}
    assert answer["rows"]
    for row in answer["rows"]:
        assert [cited[n] for n in row["cites"]] == [row["clause"]]


@pytest.mark.parametrize(
    "question", ["task/innovation-coordinators", "agency/duties", "time/recurring", "target/list"]
)
def test_what_a_row_quotes_stands_in_the_clause_that_it_cites(
    confined: Confined, question: str
) -> None:
    told = call(confined, "run_question", question=question, limit=500)
    texts = [call(confined, "get_clause", iri=c["iri"])["text"] for c in told["citations"]]
    assert len(told["rows"]) > 10
    for row in told["rows"]:
        (cited,) = row["cites"]
        assert " ".join(row["quote"].split()) in " ".join(texts[cited - 1].split())


@pytest.mark.parametrize("question", ["unit/successors", "agency/successors", "agency/as-of", "document/in-force"])  # fmt: skip
def test_events_cite_acts_and_sources_and_no_clause_of_a_plan(
    confined: Confined, question: str
) -> None:
    answer = call(confined, "run_question", question=question, limit=500)
    cited = {one["n"]: one for one in answer["citations"]}
    for row in answer["rows"]:
        assert not any(cited[n]["iri"].startswith(PLAN + "/c/") for n in row["cites"])
        texts = [cited[n]["text"] for n in row["cites"]]
        sources = row.get("sources")
        assert not sources or any(text in sources for text in texts)
        act = row.get("act", "")
        assert " số " not in act or act in texts
    assert any(row["cites"] for row in answer["rows"])
    assert not any("plans as a whole" in note for note in answer["notes"])


def test_a_clause_whose_wording_is_not_established_is_a_place_only(confined: Confined) -> None:
    clause = call(confined, "get_clause", iri="doc/vn/cp/nq/2020/124/c/sec_I__para_1")
    (one,) = clause["citations"]
    assert one["text"].startswith("Khoản 1, Mục I, Nghị quyết số 124/NQ-CP")
    assert one["wording"] == "not established"
    assert "quote no words" in clause["notes"][0]
    listed = call(confined, "run_question", question="alignment/dropped")
    assert any("wording" in one for one in listed["citations"])
    assert any("quote no words" in note for note in listed["notes"])


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("sparql", {"query": "SELECT"}, "does not parse at line 1"),
        ("sparql", {"query": "DROP ALL"}, "only reads"),
        ("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}, "SERVICE"),
        ("sparql", {"query": "SELECT * { ?s ?p ?o }", "limit": 100000}, "limit is a number"),
        ("sparql", {"query": "(" * 100000}, "nested"),
        ("run_question", {"question": "task/inovation"}, "did you mean"),
        ("run_question", {"question": "target/list", "parameters": {"z": "1"}}, "no parameter"),
        ("run_question", {"question": "task/list", "offset": 99}, "offset 99"),
        ("get_clause", {"iri": "doc/none/c/x"}, "no clause"),
        ("get_clause", {"iri": "x> y"}, "is no IRI"),
        ("get_agency", {"agency": "qwxyzzy"}, "no agency is called"),
        ("get_agency", {"agency": "https://w3id.org/kehoach/agency/none"}, "nothing is known"),
        ("search", {"text": "x", "kind": "planet"}, "there is no kind"),
        ("search", {"text": "x", "lang": "fr"}, "lang is vi or en"),
        ("search", {}, "text"),
    ],
)  # fmt: skip
def test_what_is_asked_wrongly_is_told(
    confined: Confined, tool: str, arguments: Json, says: str
) -> None:
    async def ask(client: Client) -> Any:
        return await client.call_tool(tool, arguments)

    result = talk(make_server(confined), ask)
    assert result.is_error
    assert says in result.content[0].text
    assert "Traceback" not in result.content[0].text


def test_a_query_that_takes_too_long_is_ended_and_told(store_folder: Path) -> None:
    """The endpoint's own limits: the worker is killed, and the next question is answered."""
    source = Confined(Engine(store_folder, limits=Limits(seconds=1, workers=2)))
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"

    async def ask(client: Client) -> tuple[Any, Json]:
        return await client.call_tool("sparql", {"query": endless}), await told(
            client, "sparql", query="ASK { ?t a kh:Task }"
        )

    try:
        result, after = talk(make_server(source), ask)
    finally:
        source.close()
    assert result.is_error
    assert "1" in result.content[0].text
    assert "second" in result.content[0].text or "limit" in result.content[0].text
    assert after["answer"] is True


def test_an_empty_store_has_nothing_to_cite(tmp_path: Path) -> None:
    publish([b""], tmp_path / "store", {"plans": []})
    source = Confined(Engine(tmp_path / "store", limits=Limits(seconds=10, workers=1)))
    try:
        answer = call(source, "run_question", question="task/list")
    finally:
        source.close()
    assert answer["citations"] == []
    assert "There is no plan here: nothing can be cited." in answer["notes"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1:1"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_who_does_not_speak_to_this_address_is_refused(
    http_url: str, headers: dict[str, str], status: int
) -> None:
    """A page in a browser whose name was made to lead here (DNS rebinding) sends its own Host and Origin."""
    assert _post(http_url, {}, b"{}")[0] != status
    assert _post(http_url, headers, b"{}")[0] == status


@pytest.mark.slow
@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nX-",
        b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 99\r\n\r\n{",
    ],
    ids=["nothing", "head", "body"],
)
def test_requests_that_do_not_come_shut_nobody_out(http_url: str, begun: bytes) -> None:
    port = int(http_url.split(":")[2].partition("/")[0])
    status = _post(http_url, {}, b"{}")[0]
    until = time.monotonic() + 15
    with ExitStack() as stack:
        for _ in range(100):
            half = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            half.sendall(begun % port if b"%d" in begun else begun)
        while _post(http_url, {}, b"{}")[0] != status:
            assert time.monotonic() < until
            time.sleep(0.2)


def test_a_request_has_a_largest_size(http_url: str) -> None:
    assert _post(http_url, {}, b" " * (1 << 20) + b"{}")[0] == 413


def _post(url: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=20)
    sent = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    try:
        connection.request("POST", f"/{path}", body, {**sent, **headers})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--store", "x", "--url", "http://127.0.0.1:1"], "not both"),
        (["--store", "no-such-store"], "no-such-store"),
    ],
)
def test_the_command_says_what_is_wrong(arguments: list[str], says: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kg", "mcp", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_extra_the_command_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['mcp'] = None\n"
        "from kg.cli import main\n"
        "main(['mcp'])"
    )  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'mcp>=2.3,<3'" in done.stderr
