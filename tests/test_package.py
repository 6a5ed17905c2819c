"""The wheel holds what the checkout holds."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import anyio
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from kg.manifest import rules_fingerprint

ROOT = Path(__file__).parent.parent
SETUP = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
OUTSIDE = {
    "kg.api": "api",
    "kg.ontology": "ontology",
    "kg.shapes": "shapes",
    "kg.queries": "queries",
}


def test_the_list_of_packages_equals_the_folders() -> None:
    inside = {
        ".".join(path.parent.relative_to(ROOT).parts) for path in ROOT.glob("kg/**/__init__.py")
    }
    outside = {
        ".".join((name, *path.parent.relative_to(ROOT / folder).parts))
        for name, folder in OUTSIDE.items()
        for path in (ROOT / folder).glob("**/__init__.py")
    }
    assert set(SETUP["packages"]) == inside | outside
    assert SETUP["package-dir"] == OUTSIDE


def test_the_lock_files_name_no_host() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text("utf-8")
        assert "://" not in text, name
        assert text.count("--hash=sha256:") > text.count("==") > 5, name


def test_the_lock_files_hold_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    def locked(name: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for package, version in re.findall(
            r"^([\w.-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE
        ):
            found.setdefault(package.lower(), []).append(version)
        return found

    def named(requirements: list[str]) -> set[str]:
        return {re.split(r"[^\w.-]", line)[0].lower() for line in requirements}

    runtime, dev = locked("requirements.txt"), locked("requirements-dev.txt")
    assert named(project["dependencies"]) <= runtime.keys()
    extras = project["optional-dependencies"]
    assert named(extras["dev"]) <= dev.keys()
    for extra in ("pandas", "mcp"):
        assert named(extras[extra]) <= dev.keys()
    assert runtime.items() <= dev.items(), "the two lock files differ; run `make lock`"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel made from a copy, so that nothing is left in the checkout; git is not needed."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "source"
    left = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("kg", *OUTSIDE.values()):
        shutil.copytree(ROOT / name, copy / name, ignore=left)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(copy)],
        check=True, capture_output=True,
    )  # fmt: skip
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_every_file_of_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder, inside in (
        ("api", "kg/api"),
        ("ontology", "kg/ontology"),
        ("shapes", "kg/shapes"),
        ("queries", "kg/queries"),
        ("kg", "kg"),
    ):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".md":
                expected = f"{inside}/{path.relative_to(ROOT / folder).as_posix()}"
                assert expected in names, expected
    assert not [n for n in names if n.split("/")[0] in ("api", "tests", "ontology")]


class Installed(NamedTuple):
    """An environment with the wheel and, as no registry can be asked in a test, the libraries of this one, without its
    .pth files: the checkout is out of sight.  Commands run in *home*."""

    home: Path
    scripts: Path
    site: Path

    @property
    def env(self) -> dict[str, str]:
        hidden = ("PYTHONPATH", "VIRTUAL_ENV")
        kept = {name: value for name, value in os.environ.items() if name not in hidden}
        return {**kept, "XDG_CACHE_HOME": str(self.home / "cache")}

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [str(self.scripts / command[0]), *command[1:]],
            cwd=self.home, env=self.env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (command, done.stdout[-500:], done.stderr[-2000:])
        return done.stdout


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home = tmp_path_factory.mktemp("away")
    venv.create(home / "env", with_pip=False)
    places = {"base": str(home / "env"), "platbase": str(home / "env")}
    site = Path(sysconfig.get_path("purelib", "venv", places))
    scripts = Path(sysconfig.get_path("scripts", "venv", places))
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(scripts / "python"), "install", "--quiet", "--no-deps", "--no-index", str(wheel)],
        check=True,
    )  # fmt: skip
    return Installed(home, scripts, site)


# Each command as it is tried from the wheel alone, in this order; «serve» and «mcp» are talked to below.
TRIED = (
    ("read", "plan.txt"),
    ("extract", "plan.txt"),
    ("correct", "plan.txt", "--list"),
    ("build", "plan.txt", "--store", "store"),
    ("validate", "--store", "store"),
    ("findings", "--store", "store"),
    ("ask", "task/innovation-coordinators"),
    ("query", "SELECT ?t { ?t a kh:Task }"),
    ("search", "so cong thuong"),
    ("align",),
    ("network", "--store", "store", "-o", "network.svg"),
    ("export",),
    ("export", "--format", "stratml", "-o", "p.stratml.xml"),
    ("export", "--format", "akn", "-o", "p.akn.xml"),
    ("export", "--format", "jsonld", "-o", "p.jsonld"),
    ("export", "--format", "framed", "-o", "p.framed.jsonld"),
    ("export", "--format", "cube", "-o", "p.ttl"),
    ("export", "--format", "datapackage", "-o", "p.zip"),
    ("export", "--format", "ics", "-o", "p.ics"),
    ("dump", "-o", "all.nq"),
    ("dump", "--release", "release"),
    ("load", "all.nq", "--store", "loaded"),
    ("diff", "loaded", "all.nq"),
    ("link", "add", "/unit/vn-73", "https://data.example.vn/73", "--relation", "close", "--by", "Lan",
     "--source", "https://data.example.vn/", "--store", "loaded"),
    ("backup", "--store", "loaded", "-o", "p.tar.gz"),
    ("restore", "p.tar.gz", "--store", "restored"),
    ("upgrade", "--store", "restored"),
    ("config",),
    ("doctor", "--store", "restored"),
    ("remove", "06/KH-UBND", "--store", "loaded"),
)  # fmt: skip
FIVE_LINES = """
from kg.client import connect
plans = connect()
answer = plans.ask("task/innovation-coordinators")
frame = answer.to_dataframe()
print(frame[["agencyLabel", "taskLabel", "clauseLabel"]].to_csv())
"""


@pytest.mark.slow
def test_five_lines_lead_from_the_wheel_to_a_dataframe(installed: Installed) -> None:
    where = Path(installed.run("python", "-c", "import kg; print(kg.__file__)").strip())
    assert where.is_relative_to(installed.site)
    assert len(FIVE_LINES.strip().splitlines()) == 5
    answer = installed.run("python", "-c", FIVE_LINES)
    assert len(answer.strip().splitlines()) == 25
    assert "Hiệp hội Doanh nghiệp tỉnh" in answer
    assert "điểm a, khoản 3, Mục II, 06/KH-UBND" in answer


@pytest.mark.slow
def test_the_wheel_has_the_rules_of_the_checkout(installed: Installed) -> None:
    """Or each would build anew, by turns, what the other has built."""
    asked = "from kg.manifest import rules_fingerprint; print(rules_fingerprint())"
    assert installed.run("python", "-c", asked).strip() == rules_fingerprint()


@pytest.mark.slow
def test_every_command_runs_from_the_wheel_alone(installed: Installed) -> None:
    plan = next((installed.site / "kg" / "plans").glob("*.txt"))
    shutil.copy(plan, installed.home / "plan.txt")
    listed = re.findall(
        r"^  (\w+)  ", installed.run("kg", "--help").partition("Commands:")[2], re.MULTILINE
    )
    assert {command for command, *_ in TRIED} | {"serve", "mcp"} == set(listed)
    for command in TRIED:
        said = installed.run("kg", *command)
        made = [installed.home / name for name in command if name.startswith(("p.", "network."))]
        assert said or all(path.stat().st_size for path in made), command
    sums = subprocess.run(
        ["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=installed.home / "release", check=False
    )
    assert sums.returncode == 0
    assert "Apache License" in (installed.home / "release" / "LICENSE").read_text("utf-8")


@pytest.mark.slow
def test_the_service_and_the_assistants_run_from_the_wheel_alone(installed: Installed) -> None:
    command = [str(installed.scripts / "kg"), "serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=installed.home, env=installed.env, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        root = process.stdout.readline().strip()
        plan = "doc/vn-73/ubnd/kh/2021/06"
        for path in ("", "q", f"{plan}.html", f"{plan}.akn.xml", "ont.ttl", "search?q=a", "context.jsonld", "sparql", "network.svg"):  # fmt: skip
            with urlopen(root + path, timeout=60) as response:
                assert response.status == 200
                assert response.read()
        remote = f"from kg.client import connect; print(len(connect('{root}').ask('task/list')))"
        assert installed.run("python", "-c", remote).strip() == "36"
        process.terminate()
        assert process.wait(30) == 0

    async def ask() -> int:
        program = StdioServerParameters(
            command=str(installed.scripts / "kg"),
            args=["mcp"],
            env=installed.env,
            cwd=installed.home,
        )
        async with Client(program) as client:
            result = await client.call_tool("run_question", {"question": "task/list"})
            found: dict[str, Any] = result.structured_content
            return int(found["total_rows"])

    with ThreadPoolExecutor(
        1
    ) as other:  # a browser of other tests may have left a loop in this thread
        assert other.submit(anyio.run, ask).result() == 36
