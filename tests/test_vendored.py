"""What is vendored is what was fetched: checksums, licences, and nothing beside."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = (ROOT / "api" / "static" / "vendor", ROOT / "tests" / "browser" / "vendor")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: str(f.relative_to(ROOT)))
def test_every_vendored_file_is_the_one_that_was_fetched(folder: Path) -> None:
    lines = (folder / "checksums.txt").read_text("utf-8").splitlines()
    told = {name: digest for digest, name in (line.split("  ") for line in lines)}
    there = {p for p in folder.rglob("*") if p.is_file() and p.parent != folder}
    assert {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in there
    } == told


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: str(f.relative_to(ROOT)))
def test_every_vendored_package_has_a_version_and_its_licence(folder: Path) -> None:
    for package in tomllib.loads((folder / "vendor.toml").read_text("utf-8"))["package"]:
        assert package["version"][0].isdigit()
        assert package["licence"]
        files = {**package["files"], **package.get("beside", {})}
        licences = [t for t in files.values() if "LICENSE" in t]
        assert licences, package["name"]
        assert all((folder / t).stat().st_size for t in licences)
