"""What several tests share: the bundled plan, read and described once, and a store of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph

from kg.graph import build_graph
from kg.model import Plan
from kg.pipeline import build, read_plan, reference_graph
from kg.store import Dataset, open_dataset, publish

PLAN = Path(__file__).parent.parent / "kg" / "plans" / "06-KH-UBND-HauGiang.txt"
DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def plan_file() -> Path:
    return PLAN


@pytest.fixture(scope="session")
def plan() -> Plan:
    return read_plan(PLAN)


@pytest.fixture(scope="session")
def plan_graph(plan: Plan) -> Graph:
    return build_graph(plan)


@pytest.fixture(scope="session")
def reference() -> Graph:
    return reference_graph()


@pytest.fixture(scope="session")
def store_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store") / "bundled"
    summary = build([PLAN], folder)
    assert not summary.left_out
    return folder


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with some statements, where what they say does not matter and time does."""
    folder = tmp_path_factory.mktemp("store") / "small"
    lines = [
        f'<https://x.example/{n}> <https://x.example/p{n % 7}> "words {n}"@vi <https://x.example/g{n % 3}> .\n'
        for n in range(300)
    ]
    publish(["".join(lines).encode()], folder, {"plans": []})
    return folder


@pytest.fixture(scope="session")
def dataset(store_folder: Path) -> Dataset:
    return open_dataset(store_folder)
