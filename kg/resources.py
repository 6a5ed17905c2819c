"""Where the files that come with the program are: in a checkout and in an installed wheel alike."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

FOLDERS = ("ontology", "shapes", "queries", "plans")


def folder(name: str) -> Traversable:
    """The folder *name* (one of ``FOLDERS``).

    Installed, it is a sub-package of ``kg``; in a bare checkout the folder beside ``kg/``.
    """
    if name not in FOLDERS:
        raise ValueError(f"{name!r} is no folder of resources; they are {', '.join(FOLDERS)}")
    try:
        return files(f"kg.{name}")
    except ModuleNotFoundError:
        return Path(__file__).parent.parent / name


def resource_files(name: str, suffix: str) -> list[Traversable]:
    """Every file below ``folder(name)`` whose name ends in *suffix*, in the order of their paths."""
    found: list[tuple[str, Traversable]] = []

    def walk(place: Traversable, path: str) -> None:
        for entry in place.iterdir():
            below = f"{path}/{entry.name}"
            if entry.is_dir():
                walk(entry, below)
            elif entry.name.endswith(suffix):
                found.append((below, entry))

    walk(folder(name), "")
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0])]
