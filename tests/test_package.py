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
from pathlib import Path

import pytest

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
    assert named(project["optional-dependencies"]["dev"]) <= dev.keys()
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


@pytest.mark.slow
def test_the_installed_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "env"
    venv.create(home, with_pip=False)
    places = {"base": str(home), "platbase": str(home)}
    site = Path(sysconfig.get_path("purelib", "venv", places))
    python = Path(sysconfig.get_path("scripts", "venv", places)) / "python"
    # The libraries of this environment, without its .pth files: the checkout is out of sight.
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)],
        check=True,
    )  # fmt: skip
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def run(*command: str) -> str:
        done = subprocess.run(
            [str(python.parent / command[0]), *command[1:]],
            cwd=tmp_path, env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = Path(run("python", "-c", "import kg; print(kg.__file__)").strip())
    assert where.is_relative_to(site)
    assert "serve" in run("kg", "--help")
    answer = run("kg", "ask", "task/innovation-coordinators", "--format", "csv")
    assert "Hiệp hội Doanh nghiệp tỉnh" in answer
