"""Imports go one way: a module imports only from its left."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RANKS = (
    ("errors", "model", "names", "text", "resources", "words", "vocabulary"),
    ("passages",),
    ("enumerators",),
    ("paragraphs",),
    ("zones", "tables"),
    ("read", "structure", "extract", "registry"),
    ("resolution",),
    ("graph",),
    ("sparql",),
    ("export",),
    ("store", "validation"),
    ("reporting",),
    ("catalogue", "checking", "querying"),
    ("pipeline",),
    ("cli", "__main__"),
)
RANK = {name: rank for rank, names in enumerate(RANKS) for name in names}


def imported(source: str, package: tuple[str, ...]) -> set[str]:
    """The dotted names that *source*, a module in *package* ("kg", "extract"), imports of ours."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *(node.module or "").split("."))).strip(".")
            found.add(module)
            if not node.module:
                found |= {f"{module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in ("kg", "api")}


def faults(path: str, source: str) -> list[str]:
    """What *source* imports that it may not; *path* is relative to the root."""
    parts = Path(path).with_suffix("").parts
    package = ("kg", *parts[:-1]) if parts[0] == "api" else parts[:-1]
    names = imported(source, package)
    if any(name.split(".")[0] == "api" for name in names):
        return [f"{path}: imports «api», which is a second copy; import relatively or from kg.api"]
    if parts[0] == "api":
        return []
    own = parts[1]
    if own not in RANK:
        return [f"{path}: «{own}» has no rank; add it to RANKS in tests/test_layers.py"]
    wrong: list[str] = []
    for name in names:
        other = name.split(".")[1] if "." in name else ""
        if other == "api":
            wrong.append(f"{path}: kg never imports api")
        elif other in RANK and RANK[other] > RANK[own]:
            wrong.append(f"{path}: «{own}» imports «{other}», which stands to its right")
    return wrong


def _modules() -> list[Path]:
    found = [*ROOT.glob("kg/**/*.py"), *ROOT.glob("api/**/*.py")]
    return [p for p in found if p.parent.name != "plans"]


def test_imports_go_one_way() -> None:
    wrong = [
        fault
        for path in _modules()
        if path.relative_to(ROOT).as_posix() != "kg/__init__.py"
        for fault in faults(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("path", "source", "says"),
    [
        ("kg/text.py", "from .graph import build_graph", "stands to its right"),
        ("kg/extract/tasks.py", "from ..store import publish", "stands to its right"),
        ("kg/store.py", "from kg.api import create_app", "kg never imports api"),
        ("kg/store.py", "import api", "second copy"),
        ("api/pages.py", "import api.engine", "second copy"),
        ("kg/helpers.py", "import re", "has no rank"),
    ],
)
def test_the_checker_sees_what_is_wrong(path: str, source: str, says: str) -> None:
    (fault,) = faults(path, source)
    assert says in fault


def test_the_checker_lets_pass_what_is_right() -> None:
    assert (
        faults(
            "kg/graph/tasks.py", "from ..model import Task\nfrom .writer import Writer\nimport re"
        )
        == []
    )
    assert (
        faults("api/pages.py", "from kg.store import open_dataset\nfrom .engine import Engine")
        == []
    )


def test_modules_stay_small() -> None:
    long = {
        p.relative_to(ROOT).as_posix(): n
        for p in _modules()
        if (n := len(p.read_text("utf-8").splitlines())) > 420
    }
    assert not long, f"a module has one reason to exist; split {long}"
