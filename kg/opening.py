"""Finding and opening the current version of a store, or saying why that cannot be."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from .ahead import with_written
from .dataset import Dataset
from .errors import OtherLayout, StoreBusy, StoreError
from .journal import entries

LAYOUT = 3
ENGINE_FAULTS = (OSError, ValueError, RuntimeError)  # that opening a damaged version raises
_TRIES = 5
_NEEDED = (("version", str), ("quads", int), ("graphs", list), ("unnamed", bool))


def open_dataset(folder: Path) -> Dataset:
    """What stands in the store in *folder*: its current version, with what was written to it since.

    ``StoreError`` if there is none or it is damaged.
    """
    for _ in range(_TRIES):
        base = open_version(folder)
        try:
            written = list(entries(folder, base.place.name))
            # A journal goes after another version has become the current one, never before.
            if current_version(folder) != base.place:
                continue
            return _checked(with_written(base, written)) if written else base
        except ENGINE_FAULTS as fault:
            raise not_opened(folder, fault) from None
    raise StoreBusy(f"{folder}: versions come and go too fast; try again")


def open_version(folder: Path) -> Dataset:
    """The current version of the store in *folder* as it was made, for whoever makes the next one and takes in
    what was written since; ``StoreError`` if there is none or it is damaged."""
    for _ in range(_TRIES):
        place = current_version(folder)
        try:
            return _open_version(place)
        except ENGINE_FAULTS as fault:
            reason: Exception = fault
        if current_version(folder) == place:  # else a newer one took its place in between
            break
    raise not_opened(folder, reason)


def not_opened(folder: Path, fault: Exception) -> StoreError:
    """What is told of the store in *folder*, which *fault* kept from being opened."""
    reason = " ".join(str(fault).split())[:300]
    if isinstance(fault, PermissionError) or "permission denied" in reason.lower():
        return StoreError(
            f"{folder}: the store may not be read by this user ({reason}); run as its owner, or give it to this "
            f"one: chown -R {os.getuid()} {folder}; «kg doctor --store {folder}» tells more"
        )
    return StoreError(
        f"{folder}: the store is damaged ({reason}); restore a backup (kg restore BACKUP --store {folder} --replace) "
        f"or build it again (kg build PLANS --store {folder})"
    )


def open_place(place: Path, written: Sequence[dict[str, Any]]) -> Dataset:
    """The version in *place* with what was *written* to it since; one of ``ENGINE_FAULTS`` where it is damaged."""
    base = _open_version(place)
    for entry in written:
        _require_sound(entry["manifest"])
    return _checked(with_written(base, written)) if written else base


def current_version(folder: Path) -> Path:
    """The folder of the version that readers open; ``StoreError`` where there is none, or it cannot be found."""
    name = ""
    for _ in range(_TRIES):
        before = name
        try:
            name = (folder / "current").read_text("utf-8").strip()
            if name and Path(name).name == name and (folder / "versions" / name).is_dir():
                return folder / "versions" / name
        except (FileNotFoundError, NotADirectoryError):
            raise StoreError(
                f"{folder}: there is no store here; make one with: kg build PLANS --store {folder}"
            ) from None
        except (OSError, ValueError) as fault:
            raise not_opened(folder, fault) from None
        if name == before:  # else another version took the place of the one that was named
            break
    raise not_opened(folder, ValueError("«current» names no version"))


def read_manifest(place: Path) -> dict[str, Any]:
    """What is known of the version in *place*: plans, counts, graphs."""
    manifest = read_any_manifest(place)
    if manifest["layout"] != LAYOUT:
        raise OtherLayout(place.parent.parent, manifest["layout"], LAYOUT)
    _require_sound(manifest)
    return manifest


def _require_sound(manifest: Mapping[str, Any]) -> None:
    """``ValueError`` where *manifest* has not the form of today."""
    if lacking := [name for name, kind in _NEEDED if not isinstance(manifest.get(name), kind)]:
        raise ValueError(f"manifest.json lacks {', '.join(lacking)}")
    for name in manifest["graphs"]:
        if not isinstance(name, str):
            raise ValueError(f"manifest.json names a graph {name!r:.80}")  # noqa: TRY004
        _ = ox.BlankNode(name[2:]) if name.startswith("_:") else ox.NamedNode(name)


def read_any_manifest(place: Path) -> dict[str, Any]:
    """``read_manifest`` of a version of any layout; ``ValueError`` where it is damaged."""
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    if not isinstance(manifest, dict) or not isinstance(manifest.get("layout"), int):
        raise ValueError("manifest.json is not what was written")  # noqa: TRY004
    plans = manifest.get("plans", [])
    if not isinstance(plans, list) or not all(map(_is_plan, plans)):
        raise ValueError("manifest.json tells no plans where they should stand")
    return manifest


def _is_plan(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("iri"), str)
        and all(isinstance(entry.get(name, ""), str | None) for name in ("number", "date", "title"))
        and all(isinstance(entry.get(name, 0), int) for name in ("tasks", "targets"))
    )


def _open_version(place: Path) -> Dataset:
    return _checked(Dataset(place, read_manifest(place)))


def _checked(dataset: Dataset) -> Dataset:
    if len(dataset.store) != dataset.manifest.get("quads"):
        raise ValueError(f"{len(dataset.store)} statements, not {dataset.manifest.get('quads')}")
    return dataset
