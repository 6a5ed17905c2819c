"""The wheel holds what the checkout holds."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
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
    assert set(SETUP["packages"]) == inside | set(OUTSIDE)
    assert SETUP["package-dir"] == OUTSIDE


def test_the_lock_files_name_no_host() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text("utf-8")
        assert "://" not in text, name
        assert text.count("--hash=sha256:") > text.count("==") > 5, name


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel made from a copy of what git tracks, so that nothing is left in the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "source"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout  # fmt: skip
    for name in listed.decode("utf-8").split("\0"):
        if name and (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((ROOT / name).read_bytes())
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
    target = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(wheel)],
        check=True, capture_output=True,
    )  # fmt: skip
    code = (
        "import kg, sys; assert 'site' in kg.__file__, kg.__file__; from kg.cli import main; "
        "sys.argv = ['kg', 'ask', 'task/innovation-coordinators', '--format', 'csv']; main()"
    )
    env = {**os.environ, "PYTHONPATH": str(target), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "Hiệp hội Doanh nghiệp tỉnh" in run.stdout
