"""Fetch the vendored files of the pages anew: `make vendor` (needs npm; the versions stand in vendor.toml).

Every package is fetched by `npm pack` at its pinned version, the files that are used are copied, with the
licence beside them (from this folder where the package has none), and `checksums.txt` says what they are; a test compares it with what is there.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = (ROOT / "api" / "static" / "vendor", ROOT / "tests" / "browser" / "vendor")


def main() -> None:
    if shutil.which("npm") is None:
        sys.exit("vendor: npm is not there; it comes with Node.js (Debian: apt-get install npm)")
    for folder in FOLDERS:
        if (folder / "vendor.toml").is_file():
            _fetch(folder)


def _fetch(folder: Path) -> None:
    wanted = tomllib.loads((folder / "vendor.toml").read_text("utf-8"))["package"]
    for old in folder.iterdir():
        if old.is_dir():
            shutil.rmtree(old)
    for package in wanted:
        with tempfile.TemporaryDirectory() as place:
            _unpack(f"{package['name']}@{package['version']}", Path(place))
            for source, target in package["files"].items():
                (folder / target).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(Path(place, "package", source), folder / target)
        for source, target in package.get("beside", {}).items():
            shutil.copyfile(folder / source, folder / target)
        print(f"{package['name']} {package['version']}: {len(package['files'])} files")
    (folder / "checksums.txt").write_text(checksums(folder), "utf-8")


def _unpack(what: str, place: Path) -> None:
    subprocess.run(
        ["npm", "pack", "--silent", what], cwd=place, check=True, stdout=subprocess.DEVNULL
    )
    with tarfile.open(next(place.glob("*.tgz"))) as archive:
        archive.extractall(place, filter="data")


def checksums(folder: Path) -> str:
    """One line a vendored file, as `sha256sum` writes it."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.parent != folder)
    return "".join(
        f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder).as_posix()}\n"
        for p in files
    )


if __name__ == "__main__":
    main()
