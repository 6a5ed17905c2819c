"""The responsibility network: counts as SPARQL has them, files that are read back, the same in every run."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import networkx as nx
import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.dataset import DRAWING_FILES, LAYOUT_FILE
from kg.errors import ScopeError, UnknownName
from kg.export import to_csv
from kg.names import BASE, PREFIXES
from kg.network import (
    COVERAGE,
    MEASURES,
    PROJECTIONS,
    Responsibilities,
    Scope,
    coverage,
    drawing,
    lay_out,
    matrix,
    matrix_table,
    measure,
    positions,
    project,
    read_layout,
    read_responsibilities,
    readable,
    summary,
)
from kg.network.exporting import (
    described,
    edges_table,
    nodes_table,
    to_gexf,
    to_graphml,
    to_node_link,
)
from kg.network.lettering import Box, Wanted, letter, width_of, wrap
from kg.network.measuring import betweenness
from kg.network.picture import to_svg
from kg.network.projecting import Network
from kg.network.reading import shorten
from kg.raster import to_png
from kg.scoping import find_scope
from kg.store import Dataset, open_dataset, publish

from .networks import made_up_corpus

PLAN = BASE + "doc/vn-73/ubnd/kh/2021/06"
INNOVATION = BASE + "voc/theme/innovation"
INFERRED = f"GRAPH <{BASE}graph/inferred>"
WRITERS: list[tuple[Callable[[Network], bytes], Callable[[bytes], Network]]] = [
    (to_graphml, lambda data: nx.read_graphml(io.BytesIO(data))),
    (to_gexf, lambda data: nx.read_gexf(io.BytesIO(data))),
    (to_node_link, lambda data: nx.node_link_graph(json.loads(data), edges="edges")),
]


@pytest.fixture(scope="module")
def written(dataset: Dataset) -> Responsibilities:
    return read_responsibilities(dataset.query, Scope())


@pytest.fixture(scope="module")
def expanded(dataset: Dataset) -> Responsibilities:
    return read_responsibilities(dataset.query, Scope(expanded=True))


def count(dataset: Dataset, pattern: str, what: str = "*") -> int:
    rows = dataset.query(f"SELECT (COUNT({what}) AS ?n) WHERE {{ {pattern} }}")
    assert isinstance(rows, ox.QuerySolutions)
    return int(next(iter(rows))["n"].value)


def placed(data: Responsibilities, projection: str) -> Network:
    graph = project(data, projection)
    return described(graph, positions(graph, {}))


# -- counts ---------------------------------------------------------------------------------------------

TASK = "?task a kh:Task ; kh:elementOf ?plan ."
HAS = "?task kh:hasAssignment ?as . ?as kh:assignedTo ?agent ; kh:assignmentRole ?role ."


@pytest.mark.parametrize(
    ("scope", "where"),
    [
        (Scope(), TASK),
        (Scope(plan=PLAN), f"{TASK} FILTER(?plan = <{PLAN}>)"),
        (Scope(plan=PLAN + "/none"), f"{TASK} FILTER(?plan = <{PLAN}/none>)"),
        (Scope(theme=INNOVATION), f"{TASK} ?task kh:hasTheme <{INNOVATION}> ."),
    ],
)
def test_as_many_edges_as_sparql_counts(dataset: Dataset, scope: Scope, where: str) -> None:
    data = read_responsibilities(dataset.query, scope)
    graph = project(data, "two-mode")
    assert graph.number_of_edges() == count(dataset, where + HAS)
    assert len(data.tasks) == count(dataset, where, "DISTINCT ?task")
    assert len(data.agents) == count(dataset, where + HAS, "DISTINCT ?agent")
    assert graph.number_of_nodes() == len(data.tasks) + len(data.agents)


def test_as_many_expanded_edges_as_sparql_counts(
    dataset: Dataset, expanded: Responsibilities
) -> None:
    kept = count(dataset, TASK + HAS + "FILTER NOT EXISTS { ?agent kh:groupMember ?member }")
    inferred = count(dataset, f"{INFERRED} {{ {HAS} ?as kh:expandedFrom ?group }}")
    assert inferred > 500
    assert len(expanded.assignments) == kept + inferred
    assert project(expanded, "two-mode").number_of_edges() == kept + inferred


@pytest.mark.parametrize(
    ("projection", "pattern"),
    [
        ("leads", "?task kh:leadAgency ?a ; kh:coordinatingAgency ?b FILTER(?a != ?b)"),
        (
            "co-work",
            (
                "?task kh:leadAgency|kh:coordinatingAgency|kh:focalAgency ?a ;"
                " kh:leadAgency|kh:coordinatingAgency|kh:focalAgency ?b FILTER(STR(?a) < STR(?b))"
            ),
        ),
    ],
)
def test_weights_are_the_tasks_that_sparql_counts(
    dataset: Dataset, written: Responsibilities, projection: str, pattern: str
) -> None:
    rows = dataset.query(
        f"SELECT ?a ?b (COUNT(DISTINCT ?task) AS ?n) WHERE {{ {pattern} }} GROUP BY ?a ?b"
    )
    assert isinstance(rows, ox.QuerySolutions)
    asked = {(r["a"].value, r["b"].value): int(r["n"].value) for r in rows}
    graph = project(written, projection)
    assert len(asked) == graph.number_of_edges() > 30
    assert {pair: graph.edges[pair]["weight"] for pair in asked} == asked
    assert all(len(tie["tasks"].split()) == tie["weight"] for _, _, tie in graph.edges(data=True))


@pytest.mark.parametrize(
    ("period", "has", "has_not"),
    [
        (
            (2021, 2021),
            "II.2.a.[1]",
            "II.7.b",
        ),  # «Năm 2021, sửa đổi hàng năm (nếu có)»; no time at all
        ((2027, 2027), "II.1.a.[1]", "II.2.a.[1]"),  # «Hàng năm»
        ((2015, 2020), "", "II.1.a.[1]"),  # before the plan
    ],
)
def test_a_period_has_the_tasks_of_its_years(
    dataset: Dataset, period: tuple[int, int], has: str, has_not: str
) -> None:
    data = read_responsibilities(dataset.query, Scope(period=period))
    paths = {task.path for task in data.tasks.values()}
    assert has_not not in paths
    assert has in paths if has else not paths


def test_coverage_is_what_sparql_counts(dataset: Dataset, written: Responsibilities) -> None:
    held = coverage(written)
    without = "FILTER NOT EXISTS {{ ?task {} [] }}"
    assert held.without_coordinator == 10
    assert held.without_coordinator == count(
        dataset, TASK + without.format("kh:coordinatingAgency")
    )
    assert held.without_lead == count(dataset, TASK + without.format("kh:leadAgency"))
    assert held.without_anybody == count(dataset, TASK + without.format("kh:hasAssignment"))


def test_an_expanded_edge_names_the_group_and_its_clause(expanded: Responsibilities) -> None:
    edges = [tie for _, _, tie in project(expanded, "two-mode").edges(data=True) if tie["group"]]
    assert edges
    assert all(tie["clause"] and tie["role"] in ("lead", "coordinating") for tie in edges)


# -- files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("projection", PROJECTIONS)
@pytest.mark.parametrize(("write", "read"), WRITERS)
def test_files_are_read_back_with_equal_counts(
    expanded: Responsibilities,
    projection: str,
    write: Callable[[Network], bytes],
    read: Callable[[bytes], Network],
) -> None:
    graph = placed(expanded, projection)
    back = read(write(graph))
    assert set(back) == set(graph)
    assert back.number_of_edges() == graph.number_of_edges()
    assert back.is_directed() == graph.is_directed()
    for _, _, tie in back.edges(data=True):
        assert tie["role"]
        assert tie["clause"]
        assert tie["weight"] >= 1
    for _, node in back.nodes(data=True):
        assert node["label"]
        assert node["kind"]


def test_gephi_gets_positions_labels_and_themes(written: Responsibilities) -> None:
    graph = placed(written, "two-mode")
    gexf = to_gexf(graph).decode()
    assert gexf.count("<viz:position") == len(graph)
    assert 'label="Sở Công Thương tỉnh Hậu Giang"' in gexf
    back = nx.read_graphml(io.BytesIO(to_graphml(graph)))
    agency = back.nodes[BASE + "agency/vn-73/so-cong-thuong"]
    assert agency["label"] == "Sở Công Thương tỉnh Hậu Giang"
    assert math.isfinite(agency["x"])
    assert math.isfinite(agency["y"])
    assert any("Đổi mới sáng tạo" in tie["theme"] for _, _, tie in back.edges(data=True))


def test_lists_have_a_row_a_node_and_a_row_an_edge(written: Responsibilities) -> None:
    graph = placed(written, "two-mode")
    nodes = list(csv.DictReader(io.StringIO(to_csv(nodes_table(graph)).decode())))
    edges = list(csv.DictReader(io.StringIO(to_csv(edges_table(graph)).decode())))
    assert (len(nodes), len(edges)) == (56, 131)
    assert any(row["source_label"] == "Sở Công Thương tỉnh Hậu Giang" for row in edges)
    assert {row["id"] for row in nodes} >= {row["source"] for row in edges}


def test_the_matrix_has_every_role_once(written: Responsibilities) -> None:
    found = matrix(written)
    assert (len(found.agents), len(found.tasks)) == (20, 36)
    assert sum(len(roles) for roles in found.cells.values()) == len(
        {(a.agent, a.task, a.role) for a in written.assignments}
    )
    table = matrix_table(written)
    trade = next(row for row in table.rows if row[0] == "Sở Công Thương tỉnh Hậu Giang")
    assert trade[1 + table.columns[1:].index("II.2.a.[1]")] == "Chủ trì"


def test_what_a_page_draws_is_the_network(expanded: Responsibilities) -> None:
    graph = project(expanded, "two-mode")
    found = drawing(expanded, graph, positions(graph, {}))
    nodes, edges = found["nodes"], found["edges"]
    assert {len(column) for column in nodes.values()} == {len(graph)}
    assert {len(column) for column in edges.values()} == {graph.number_of_edges()}
    ties = {
        (nodes["id"][s], nodes["id"][t], found["roles"][r]["id"])
        for s, t, r in zip(edges["source"], edges["target"], edges["role"], strict=True)
    }
    assert ties == {(a.agent, a.task, a.role) for a in expanded.assignments}
    assert all(found["clauses"][n]["label"] for n in edges["clause"])


@pytest.mark.slow
def test_a_large_network_of_several_plans_is_reduced_to_what_can_be_read(tmp_path: Path) -> None:
    publish(made_up_corpus(12, 46), tmp_path / "store", {"plans": []})
    dataset = open_dataset(tmp_path / "store")
    data = read_responsibilities(dataset.query, Scope())
    whole = project(data, "two-mode")
    shown = readable(data, whole)
    assert len(whole) > 400
    assert 10 < len(shown) <= 40
    assert 0 < shown.number_of_edges() <= 120
    assert not [node for node, degree in shown.degree if degree == 0]
    assert set(shown) <= set(data.agents)
    said = summary(data, whole, "two-mode")
    assert said["reduced"]
    assert len(said["by_plan"]) == 40
    row = said["by_plan"][0]
    tasks = {a.task for a in data.assignments if a.agent == row["id"]}
    assert sum(all_ for _, all_ in row["cells"]) == len(tasks)
    drawn = json.loads(dataset.beside(DRAWING_FILES["vi"]))
    assert drawn["nodes"]["id"] == list(shown)
    # A projection that was asked for, and one plan, are drawn whole.
    assert readable(data, project(data, "co-work")) is not shown
    one = read_responsibilities(dataset.query, Scope(plan=data.plans[0]))
    assert readable(one, project(one, "two-mode")).number_of_nodes() == len(one.agents) + 46
    assert summary(one, project(one, "two-mode"), "two-mode")["by_plan"] == []


# -- measures -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("projection", ["leads", "co-work"])
def test_measures_are_those_of_networkx(written: Responsibilities, projection: str) -> None:
    table = measure(written, projection)
    rows = {row[-1]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
    graph = project(written, projection)
    assert set(rows) == set(graph)
    between = nx.betweenness_centrality(nx.Graph(graph.edges()) if graph.is_directed() else graph)
    for agent, value in between.items():
        if not graph.is_directed():
            assert rows[agent]["betweenness"] == pytest.approx(value, abs=1e-6)
    assert sum(float(str(row["pagerank"])) for row in rows.values()) == pytest.approx(1, abs=1e-4)
    led = {a.agent: 0 for a in written.assignments}
    for agent, _ in {(a.agent, a.task) for a in written.assignments if a.role == "lead"}:
        led[agent] += 1
    assert {agent: row["tasks_led"] for agent, row in rows.items()} == led


def test_a_bridge_is_between_and_a_broker() -> None:
    path: nx.Graph[int] = nx.path_graph(3)
    assert betweenness(path) == [0.0, 1.0, 0.0]


def test_every_measure_is_explained_in_both_languages(written: Responsibilities) -> None:
    columns = measure(written).columns
    for m in MEASURES:
        assert m.name in columns
    for m in (*MEASURES, COVERAGE):
        for lang in ("vi", "en"):
            assert m.label[lang]
            assert m.sentence[lang].endswith(".")


# -- layout ---------------------------------------------------------------------------------------------


def test_the_layout_is_kept_with_the_store(dataset: Dataset, written: Responsibilities) -> None:
    kept = read_layout(dataset.beside(LAYOUT_FILE))
    graph = project(written, "two-mode")
    assert set(kept) == set(graph)
    assert kept == lay_out(graph) == positions(graph, kept)
    assert len(set(kept.values())) == len(kept)


def test_new_nodes_of_a_large_network_stand_by_those_they_are_tied_to() -> None:
    graph: nx.Graph[str] = nx.path_graph(1500)
    named: nx.Graph[str] = nx.relabel_nodes(graph, {n: f"n{n:04}" for n in graph})
    kept = {f"n{n:04}": (float(n), 0.0) for n in range(1499)}
    found = positions(named, kept)
    assert {node: found[node] for node in kept} == kept
    x, y = found["n1499"]
    assert math.hypot(x - 1498, y) < 3


def test_parts_stand_side_by_side() -> None:
    graph: nx.Graph[str] = nx.Graph([("a", "b"), ("c", "d")])
    graph.add_node("e")
    graph.add_edge("e", "e")
    found = lay_out(graph)
    assert len(set(found.values())) == 5
    assert lay_out(nx.Graph()) == {}
    nearest = min(math.dist(found[u], found[v]) for u in "ab" for v in "cde")
    assert nearest > 0.5


_SAME = """
import hashlib, sys
from pathlib import Path
from kg.network import Scope, positions, project, read_layout, read_responsibilities, measure
from kg.network.exporting import described, to_gexf, to_graphml
from kg.network.picture import to_svg
from kg.store import open_dataset
dataset = open_dataset(Path(sys.argv[1]))
digest = hashlib.sha256()
for scope in (Scope(), Scope(expanded=True)):
    data = read_responsibilities(dataset.query, scope)
    for projection in ("two-mode", "leads", "co-work"):
        graph = project(data, projection)
        graph = described(graph, positions(graph, {}))
        digest.update(to_gexf(graph) + to_graphml(graph) + to_svg(data, graph).encode())
    digest.update(repr(measure(data)).encode())
print(digest.hexdigest())
"""


@pytest.mark.slow
def test_every_run_gives_the_same_bytes(store_folder: Path) -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", _SAME, str(store_folder)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


# -- pictures -------------------------------------------------------------------------------------------


def test_a_picture_says_what_it_shows(written: Responsibilities) -> None:
    svg = to_svg(written, placed(written, "two-mode"))
    root = ET.fromstring(svg)
    text = "".join(root.itertext())
    assert "Kế hoạch số 06/KH-UBND ngày 14/01/2021" in text
    assert "20 cơ quan, 36 nhiệm vụ, 131 phân công" in text
    assert all(word in text for word in ("Chủ trì", "Phối hợp", "Đầu mối", "Nhận báo cáo"))
    assert len(root.findall(".//{*}g/{*}path/{*}title")) == 131


def test_a_picture_of_nothing_says_so(dataset: Dataset) -> None:
    empty = read_responsibilities(dataset.query, Scope(plan=PLAN + "/none"), "en")
    for projection in PROJECTIONS:
        graph = placed(empty, projection)
        assert "No data" in to_svg(empty, graph)
        assert all(write(graph) for write, _ in WRITERS)
    assert measure(empty).rows == ()


def test_a_png_has_the_width_asked_for(written: Responsibilities) -> None:
    data = to_png(to_svg(written, placed(written, "leads")), 400)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(data[16:20], "big") == 400


@pytest.mark.parametrize("needed", [False, True])
def test_labels_keep_clear_of_each_other(needed: bool) -> None:
    wanted = [Wanted((f"nhãn {n}",), 100.0 + n, 100.0, 3, 10, needed=needed) for n in range(60)]
    found = list(letter(wanted, [], Box(0, 0, 400, 400)))
    assert 5 < len(found) < 60
    boxes = []
    for label in found:
        width = width_of(label.lines[0], 10)
        shift = {"start": 0.0, "end": width, "middle": width / 2}[label.anchor]
        boxes.append(Box(label.x - shift, label.y - 9, label.x - shift + width, label.y + 2))
    assert not any(a.covers(b) > 0.01 for n, a in enumerate(boxes) for b in boxes[:n])


def test_long_names_are_broken_and_cut() -> None:
    assert wrap("Sở Khoa học và Công nghệ tỉnh Hậu Giang", 24, 3) == (
        "Sở Khoa học và Công nghệ",
        "tỉnh Hậu Giang",
    )
    assert wrap("a " * 200, 10, 2)[-1].endswith("…")
    assert len(wrap("x" * 500, 10, 2)[0]) <= 20
    assert wrap(" ", 10, 2) == ()


# -- hostile labels -------------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]><![CDATA[",
    "&amp;&lt;&#0;",
    "javascript:alert(1)",
    "=HYPERLINK(1)",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\u202eđảo\u202c ngược",
    "\x01\x08\x0b\x1f điều khiển",
    "\ufffe\uffff không phải ký tự",
    "dòng\nhai\r\nba\tcột",
    "{{7*7}} ${7*7} {% raw %}",
    " ",
    "a" * 5000,
    "é combining e\u0301\u0323",
    "👩‍👩‍👧 🇻🇳",
    "</title></svg>",
    "' OR 1=1 --",
)


def hostile_data() -> Responsibilities:
    store = ox.Store()
    node, literal = ox.NamedNode, ox.Literal
    kh, label = PREFIXES["kh"], node(PREFIXES["rdfs"] + "label")
    type_ = node(PREFIXES["rdf"] + "type")

    def add(subject: ox.NamedNode, prop: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> None:
        store.add(ox.Quad(subject, prop, value))

    plan = node("http://x.test/plan")
    add(plan, label, literal(HOSTILE[0], language="vi"))
    for n, text in enumerate(HOSTILE):
        task, agent = node(f"http://x.test/task/{n}"), node(f"http://x.test/agent/{n}")
        add(task, type_, node(kh + "Task"))
        add(task, node(kh + "elementOf"), plan)
        add(task, node(kh + "taskPath"), literal(text))
        add(task, label, literal(text, language="vi"))
        add(agent, label, literal(text, language="vi"))
        for place, other in enumerate((agent, node("http://x.test/agent/0"))):
            given = node(f"http://x.test/as/{n}/{place}")
            role = node(PREFIXES["voc"] + ("role/lead" if place else "role/coordinating"))
            add(task, node(kh + "hasAssignment"), given)
            add(given, node(kh + "assignedTo"), other)
            add(given, node(kh + "assignmentRole"), role)
            add(given, node(kh + "statedIn"), node(f"http://x.test/c/{n}"))
            add(node(f"http://x.test/c/{n}"), label, literal(text))
    return read_responsibilities(lambda text: store.query(text, prefixes=PREFIXES), Scope())


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_hostile_labels_are_mere_words(projection: str) -> None:
    data = hostile_data()
    assert {a.label for a in data.agents.values()} == set(HOSTILE)
    graph = placed(data, projection)
    for write, read in WRITERS:
        assert read(write(graph)).number_of_edges() == graph.number_of_edges()
    root = ET.fromstring(to_svg(data, graph))
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "rect", "text", "tspan", "g", "path", "circle", "polygon"}
    assert not any(
        name.startswith("on") or "href" in name for e in root.iter() for name in e.attrib
    )
    tables = (nodes_table(graph), edges_table(graph), matrix_table(data), measure(data))
    for table in tables:
        for row in csv.reader(io.StringIO(to_csv(table).decode(), newline="")):
            assert not any(
                cell.lstrip()[:1] in ("=", "+", "-", "@") and not _is_number(cell) for cell in row
            )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_what_has_no_label_is_called_by_its_name() -> None:
    assert shorten(PREFIXES["kh"] + "Task") == "kh:Task"
    assert shorten("http://x.test/a") == "http://x.test/a"


# -- names and the command line -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "scope"),
    [
        ({}, Scope()),
        ({"plan": "06/KH-UBND"}, Scope(plan=PLAN)),
        ({"plan": PLAN, "as_": "expanded"}, Scope(plan=PLAN, expanded=True)),
        ({"theme": "innovation"}, Scope(theme=INNOVATION)),
        ({"theme": "doi moi sang tao, khoa hoc va cong nghe"}, Scope(theme=INNOVATION)),
        ({"period": "2025"}, Scope(period=(2025, 2025))),
        ({"period": "2021 – 2025", "plan": "", "as_": ""}, Scope(period=(2021, 2025))),
    ],
)
def test_names_are_understood(dataset: Dataset, given: dict[str, str], scope: Scope) -> None:
    assert find_scope(dataset, **given) == scope


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"plan": "99/KH-UBND"}, UnknownName),
        ({"plan": PLAN + "/none"}, UnknownName),
        ({"plan": "http://x.test/> } <"}, ScopeError),
        ({"plan": INNOVATION}, UnknownName),
        ({"theme": "no-such"}, UnknownName),
        ({"period": "25"}, ScopeError),
        ({"period": "2025-2021"}, ScopeError),
        ({"period": "٢٠٢٥"}, ScopeError),
        ({"as_": "both"}, ScopeError),
    ],
)
def test_what_is_not_there_is_told(
    dataset: Dataset, given: dict[str, str], fault: type[Exception]
) -> None:
    with pytest.raises(fault, match=r"plan|theme|period|as"):
        find_scope(dataset, **given)


@pytest.mark.parametrize(
    ("words", "files"),
    [
        (["-o", "net.graphml"], ["net.graphml"]),
        (["-o", "net.gexf", "--as", "expanded"], ["net.gexf"]),
        (["-o", "net.csv", "--projection", "leads"], ["net-edges.csv", "net-nodes.csv"]),
        (["-o", "net.svg", "--plan", "06/KH-UBND"], ["net.svg"]),
        (["-o", "net.png", "--width", "300"], ["net.png"]),
        (["-o", "m.csv", "--matrix"], ["m.csv"]),
        (["-o", "m.json", "--measures"], ["m.json"]),
    ],
)
def test_the_command_writes(
    store_folder: Path, tmp_path: Path, words: list[str], files: list[str]
) -> None:
    given = [str(tmp_path / w) if "." in w and not w.startswith("-") else w for w in words]
    result = CliRunner().invoke(main, ["network", "--store", str(store_folder), *given])
    assert result.exit_code == 0, result.output
    assert sorted(file.name for file in tmp_path.iterdir()) == files
    assert all(file.stat().st_size > 100 for file in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--plan", "99/KH-UBND"], "no plan is called «99/KH-UBND»"),
        (["-o", "net.xyz"], "tells no format"),
        (["--format", "png"], "needs a file"),
        (["--format", "svg", "--measures"], "as csv or json"),
        (["--matrix", "--measures"], "ask for one"),
    ],
)
def test_the_command_tells_what_is_wrong(store_folder: Path, words: list[str], says: str) -> None:
    result = CliRunner().invoke(main, ["network", "--store", str(store_folder), *words])
    assert result.exit_code == 2
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_measures_are_shown_with_their_sentences(store_folder: Path) -> None:
    words = ["network", "--store", str(store_folder), "--measures", "--lang", "en"]
    result = CliRunner().invoke(main, words)
    assert "without a lead: 0, a coordinator: 10" in result.stdout
    assert all(m.sentence["en"] in result.stdout for m in MEASURES)


# -- size -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_twenty_thousand_nodes(tmp_path: Path) -> None:
    publish(made_up_corpus(400, 46), tmp_path / "store", {"plans": []})
    dataset = open_dataset(tmp_path / "store")
    data = read_responsibilities(dataset.query, Scope())
    graph = project(data, "two-mode")
    assert len(graph) >= 20_000
    kept = read_layout(dataset.beside(LAYOUT_FILE))
    assert set(kept) == set(graph)
    found = drawing(data, graph, positions(graph, kept))
    assert len(found["nodes"]["x"]) == len(graph)
    for projection in PROJECTIONS:
        one = project(data, projection)
        one = described(one, positions(one, kept))
        for write, read in WRITERS:
            assert read(write(one)).number_of_edges() == one.number_of_edges()
        ET.fromstring(to_svg(data, one))
    assert len(measure(data).rows) == len(data.agents)
