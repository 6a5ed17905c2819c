"""A store of an earlier form is made one of today's, out of its own data; before that it is backed up."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version as version_of
from pathlib import Path

import pyoxigraph as ox

from .backup import back_up
from .doctor.stored import examine_version
from .errors import OtherLayout, StoreError
from .journal import WRITTEN, entries, journal
from .probing import count_statements
from .store import (
    LAYOUT,
    current_version,
    not_opened,
    only_builder,
    read_any_manifest,
    read_manifest,
    switch_to,
)

Progress = Callable[[str], None]
_OWN = ("layout", "engine", "version", "quads", "graphs", "unnamed", *WRITTEN)


def upgrade(folder: Path, report: Progress = lambda _line: None) -> Path | None:
    """Bring the store in *folder* to today's form; returns its backup, None where there was nothing to do.

    ``StoreError`` for a store of today's form that is damaged: it has that form in name only.
    """
    with only_builder(folder, "kg upgrade", report=report):
        backup = upgrade_alone(folder, report)
        if backup is None:
            _require_whole(folder)
    return backup


def _require_whole(folder: Path) -> None:
    place = current_version(folder)
    try:
        manifest = read_manifest(place)
    except (OSError, ValueError) as fault:
        raise not_opened(folder, fault) from None
    mend = f"restore a backup (kg restore BACKUP --store {folder} --replace), or build it again"
    for found in examine_version(place, manifest, mend):
        if found.state == "fail":
            raise StoreError(f"{folder}: {found.about}: {found.says}; {found.remedy}")


def upgrade_alone(folder: Path, report: Progress) -> Path | None:
    """``upgrade``, by whoever is the ``only_builder``."""
    place = current_version(folder)
    try:
        manifest = read_any_manifest(place)
    except (OSError, ValueError) as fault:
        raise not_opened(folder, fault) from None
    layout = manifest["layout"]
    if layout == LAYOUT:
        return None
    if layout > LAYOUT:
        raise OtherLayout(folder, layout, LAYOUT)
    backup = _free(folder / "backups", f"form-{layout}-{place.name}")
    back_up(folder, backup)
    report(f"backed up: {backup}")
    try:
        count_statements([place / "db"])
    except StoreError as fault:
        raise StoreError(
            f"{folder}: {fault}, by engine {version_of('pyoxigraph')}; the backup is {backup}; with the version that "
            f"made the store write «kg dump -o all.nq», then here: kg load all.nq --store {folder}; or build it again"
        ) from None
    report(f"from form {layout} to {LAYOUT}")
    written = list(entries(folder, place.name))
    name = written[-1]["version"] if written else place.name

    def fill(db: ox.Store) -> str:
        db.bulk_extend(iter(ox.Store.read_only(str(place / "db"))))
        for change in written:
            for quad in ox.parse(change["removed"], format=ox.RdfFormat.N_QUADS):
                db.remove(quad)
            db.extend(ox.parse(change["added"], format=ox.RdfFormat.N_QUADS))
        return str(name)

    kept = {key: value for key, value in manifest.items() if key not in _OWN}
    switch_to(fill, folder, {"plans": [], **kept})
    journal(folder, place.name).unlink(missing_ok=True)
    return backup


def _free(folder: Path, name: str) -> Path:
    target, again = folder / f"{name}.tar.gz", 1
    while target.exists():
        again += 1
        target = folder / f"{name}-{again}.tar.gz"
    return target
