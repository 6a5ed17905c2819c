"""Imports go one way: a module imports only from its left."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RANKS = (
    ("cut",),
    (
        "errors",
        "memory",
        "model",
        "names",
        "text",
        "relations",
        "resources",
        "words",
        "vocabulary",
        "raster",
    ),
    ("passages", "agency_names", "room"),
    ("enumerators", "labels", "agency_types", "collectives"),
    ("paragraphs",),
    ("zones", "tables", "second_documents"),
    ("read", "structure", "extract", "registry"),
    ("actors", "documents"),
    ("resolution", "corrections", "review"),
    ("graph",),
    ("merging", "search", "sparql", "links", "locking"),
    ("updates", "dataset", "journal"),
    ("ahead",),
    ("opening",),
    ("export",),
    ("network",),
    ("manifest", "store", "validation", "workers", "probing"),
    ("across", "align", "backup", "restoring", "choices", "reporting", "summary", "imported"),
    ("upgrading", "doctor"),
    ("revision", "beside"),
    ("remote",),
    ("catalogue", "checking", "citation", "corpus", "diff", "querying", "searching"),
    ("bridges", "pipeline", "scoping"),
    ("client", "release"),
    ("cli", "__main__"),
)
COPIES = ("api", "ontology", "shapes", "queries", "tests")  # installed as kg.…, or not at all
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
            # «from kg import graph» and «from . import graph» name a module after «import».
            found |= {f"kg.{a.name}" for a in node.names} if module == "kg" else {module}
    return {name for name in found if name.split(".")[0] in ("kg", *COPIES)}


def faults(path: str, source: str) -> list[str]:
    """What *source* imports that it may not; *path* is relative to the root."""
    parts = Path(path).with_suffix("").parts
    package = ("kg", *parts[:-1]) if parts[0] == "api" else parts[:-1]
    names = imported(source, package)
    copies = sorted({name.split(".")[0] for name in names} & set(COPIES))
    if copies:
        return [f"{path}: imports «{c}», which is a second copy; import it from kg" for c in copies]
    if parts[0] == "api":
        return []
    own = parts[1]
    if own not in RANK:
        return [f"{path}: «{own}» has no rank; add it to RANKS in tests/test_layers.py"]
    wrong: list[str] = []
    for name in sorted(names):
        other = name.split(".")[1] if "." in name else ""
        if other == "api":
            wrong.append(f"{path}: kg never imports api")
        elif other not in RANK:
            wrong.append(
                f"{path}: imports «{name}»; name the module it comes from, as the package kg "
                "loads every one"
            )
        elif other in RANK and RANK[other] > RANK[own]:
            wrong.append(f"{path}: «{own}» imports «{other}», which stands to its right")
    return wrong


def cycle(sources: Iterable[tuple[str, str]]) -> list[str]:
    """A ring of modules of kg that import each other, within one rank, or nothing."""
    needs: dict[str, set[str]] = {}
    for path, source in sources:
        parts = Path(path).with_suffix("").parts
        others = {name.split(".")[1] for name in imported(source, parts[:-1]) if "." in name}
        needs.setdefault(parts[1], set()).update(others - {parts[1]})
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


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


def test_no_ring_of_imports() -> None:
    ring = cycle(
        (path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
        for path in ROOT.glob("kg/**/*.py")
        if path != ROOT / "kg" / "__init__.py" and path.parent.name != "plans"
    )
    assert not ring, "these import each other: " + " -> ".join(ring)


def test_the_checker_sees_a_ring() -> None:
    there, back = ("kg/store.py", "from .validation import check"), "from . import store"
    assert set(cycle([there, ("kg/validation.py", back)])) == {"store", "validation"}
    assert cycle([there, ("kg/validation.py", "from .graph import build_graph")]) == []


@pytest.mark.parametrize(
    ("path", "source", "says"),
    [
        ("kg/text.py", "from .graph import build_graph", "stands to its right"),
        ("kg/extract/tasks.py", "from ..store import publish", "stands to its right"),
        ("kg/store.py", "from kg.api import create_app", "kg never imports api"),
        ("kg/text.py", "from kg import graph", "stands to its right"),
        ("kg/text.py", "from . import graph", "stands to its right"),
        ("kg/extract/tasks.py", "from .. import store", "stands to its right"),
        ("kg/store.py", "from kg import api", "kg never imports api"),
        ("kg/store.py", "from kg import build", "name the module"),
        ("kg/store.py", "import kg", "name the module"),
        ("kg/store.py", "import ontology", "second copy"),
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
