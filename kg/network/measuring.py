"""Measures of the agencies in a network, and how well the tasks are covered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import networkx as nx
import rustworkx as rx

from ..export import Table
from .model import Responsibilities
from .projecting import Network, co_work, leads_to_coordinators

SEED = 20210114
_DIGITS = 6  # what is left of the order in which numbers were added up is far behind
_MUCH = 200_000_000  # steps that betweenness may take


@dataclass(frozen=True, slots=True)
class Measure:
    """*name* as a column of tables; label and one sentence of explanation by language."""

    name: str
    label: Mapping[str, str]
    sentence: Mapping[str, str]


def _measure(name: str, vi: str, en: str, sentence_vi: str, sentence_en: str) -> Measure:
    return Measure(name, {"vi": vi, "en": en}, {"vi": sentence_vi, "en": sentence_en})


MEASURES = (
    _measure(
        "tasks_led", "Số nhiệm vụ chủ trì", "Tasks led",
        "Số nhiệm vụ mà cơ quan được giao chủ trì.",
        "The number of tasks that the agency is to lead.",
    ),
    _measure(
        "tasks_coordinated", "Số nhiệm vụ phối hợp", "Tasks coordinated on",
        "Số nhiệm vụ mà cơ quan được giao phối hợp.",
        "The number of tasks in which the agency is to coordinate.",
    ),
    _measure(
        "degree", "Bậc", "Degree",
        "Số cơ quan khác nhau cùng có nhiệm vụ với cơ quan này.",
        "The number of different agencies that share a task with this one.",
    ),
    _measure(
        "weighted_degree", "Bậc có trọng số", "Weighted degree",
        "Như bậc, nhưng mỗi cơ quan được tính theo số nhiệm vụ chung.",
        "As degree, but each agency counts once for every task that the two share.",
    ),
    _measure(
        "betweenness", "Độ trung gian", "Betweenness",
        "Phần các đường ngắn nhất giữa hai cơ quan bất kỳ đi qua cơ quan này (0 đến 1): cao là cầu nối.",
        "The share of the shortest ways between any two agencies that lead through this one (0 to 1): high is a bridge.",
    ),
    _measure(
        "pagerank", "PageRank", "PageRank",
        "Tầm quan trọng nhờ các mối quan hệ: cao khi gắn với nhiều cơ quan mà chính chúng cũng quan trọng; cộng lại bằng 1.",
        "Importance by ties: high for who is tied to many agencies that are themselves important; all add up to 1.",
    ),
    _measure(
        "community", "Cụm", "Community",
        "Số của cụm cơ quan làm việc với nhau nhiều hơn với các cơ quan còn lại (phương pháp Louvain; cụm 1 lớn nhất).",
        "The number of the cluster of agencies that work more with each other than with the rest (Louvain method; 1 is the largest).",
    ),
    _measure(
        "brokerage", "Vai trò môi giới", "Brokerage",
        "Phần các cặp đối tác của cơ quan không có nhiệm vụ chung nào với nhau (0 đến 1): cao là chỉ gặp nhau qua cơ quan này.",
        "The share of the pairs of its partners that share no task with each other (0 to 1): high is that they meet through it alone.",
    ),
    _measure(
        "without_coordinator", "Chủ trì mà không có phối hợp", "Led without a coordinator",
        "Số nhiệm vụ do cơ quan chủ trì mà kế hoạch không nêu cơ quan phối hợp nào.",
        "The number of tasks that it leads and for which the plan names no coordinator.",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many tasks there are, and how many have no lead, no coordinator, nobody at all."""

    tasks: int
    without_lead: int
    without_coordinator: int
    without_anybody: int


COVERAGE = _measure(
    "coverage",
    "Độ phủ",
    "Coverage",
    "Bao nhiêu nhiệm vụ có cơ quan chủ trì, có cơ quan phối hợp, và bao nhiêu nhiệm vụ không giao cho ai.",
    "How many tasks have a lead, how many a coordinator, and how many are given to nobody.",
)


def coverage(data: Responsibilities) -> Coverage:
    roles: dict[str, set[str]] = {task: set() for task in data.tasks}
    for a in data.assignments:
        roles[a.task].add(a.role)
    return Coverage(
        len(roles),
        sum("lead" not in found for found in roles.values()),
        sum("coordinating" not in found for found in roles.values()),
        sum(not found for found in roles.values()),
    )


def measure(data: Responsibilities, projection: str = "co-work") -> Table:
    """A row an agency (``label``, ``kind``, the names of ``MEASURES``, ``agency``: its IRI), most tasks led first.

    Degrees, betweenness, PageRank, communities and brokerage are those of *projection*: "leads" (directed), else
    the co-work of agencies.
    """
    ties: Network = leads_to_coordinators(data) if projection == "leads" else co_work(data)
    agents = sorted(ties)
    index = {agent: n for n, agent in enumerate(agents)}
    weights = {(index[u], index[v]): int(tie["weight"]) for u, v, tie in ties.edges(data=True)}
    plain: nx.Graph[int] = nx.Graph()
    plain.add_nodes_from(range(len(agents)))
    for (u, v), weight in sorted(weights.items()):
        plain.add_edge(u, v, weight=weight + (plain[u][v]["weight"] if plain.has_edge(u, v) else 0))
    ranks = _pagerank(len(agents), weights, directed=ties.is_directed())
    between = betweenness(plain)
    communities = find_communities(plain)
    closed = nx.clustering(plain)
    assert isinstance(closed, dict)
    led, coordinated, alone = _counts(data)
    rows = [
        (
            data.agents[agent].label,
            data.agents[agent].kind,
            led[agent],
            coordinated[agent],
            int(plain.degree(n)),
            int(plain.degree(n, weight="weight")),
            between[n],
            ranks[n],
            communities[n],
            round(1 - closed[n], _DIGITS) if plain.degree(n) > 1 else 0.0,
            alone[agent],
            agent,
        )
        for n, agent in enumerate(agents)
    ]
    rows.sort(key=lambda row: (-int(row[2]), -int(row[3]), row[0], row[-1]))
    return Table(("label", "kind", *(m.name for m in MEASURES), "agency"), tuple(rows))


def communities_of(graph: Network) -> dict[str, int]:
    """The number of the community of each node of a network; 1 is the largest community."""
    names = list(graph)
    index = {name: n for n, name in enumerate(names)}
    plain: nx.Graph[int] = nx.Graph()
    plain.add_nodes_from(range(len(names)))
    for u, v, tie in graph.edges(data=True):
        a, b = index[u], index[v]
        plain.add_edge(
            a, b, weight=tie["weight"] + (plain[a][b]["weight"] if plain.has_edge(a, b) else 0)
        )
    return dict(zip(names, find_communities(plain), strict=True))


def find_communities(graph: nx.Graph[int]) -> list[int]:
    """The number of the community of each node (they are 0, 1, 2 ...); 1 is the largest community.

    Nodes are numbers, since the order of a set of numbers is the same in every run.
    """
    found = nx.community.louvain_communities(graph, weight="weight", seed=SEED) if graph else []
    numbers = [0] * graph.number_of_nodes()
    for number, nodes in enumerate(sorted(map(sorted, found), key=lambda c: (-len(c), c)), 1):
        for node in nodes:
            numbers[node] = number
    return numbers


def betweenness(graph: nx.Graph[int]) -> list[float]:
    """Of each node (they are 0, 1, 2 ...), from 0 to 1; exact, or estimated from some of the nodes, the same in
    every run, where it would take too long."""
    n, m = graph.number_of_nodes(), graph.number_of_edges()
    if n * (m + n) > _MUCH:
        found = nx.betweenness_centrality(graph, k=max(1, _MUCH // (40 * (m + n))), seed=SEED)
        return [round(found[node], _DIGITS) for node in range(n)]
    fast = rx.PyGraph()
    fast.add_nodes_from(range(n))
    fast.add_edges_from_no_data(list(graph.edges()))
    between = rx.betweenness_centrality(fast, parallel_threshold=n + 1)
    return [round(between[node], _DIGITS) for node in range(n)]


def _pagerank(n: int, weights: Mapping[tuple[int, int], int], *, directed: bool) -> list[float]:
    graph = rx.PyDiGraph()
    graph.add_nodes_from(range(n))
    for (u, v), weight in sorted(weights.items()):
        graph.add_edge(u, v, float(weight))
        if not directed:
            graph.add_edge(v, u, float(weight))
    found = rx.pagerank(graph, weight_fn=float, max_iter=1000) if n else {}
    return [round(found[node], _DIGITS) for node in range(n)]


def _counts(data: Responsibilities) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """By agent: tasks led, coordinated on, led where nobody coordinates."""
    pairs = {(a.agent, a.task, a.role) for a in data.assignments}
    coordinated_tasks = {task for _, task, role in pairs if role == "coordinating"}
    led = Counter(agent for agent, _, role in pairs if role == "lead")
    coordinated = Counter(agent for agent, _, role in pairs if role == "coordinating")
    alone = Counter(
        agent for agent, task, role in pairs if role == "lead" and task not in coordinated_tasks
    )
    return led, coordinated, alone
