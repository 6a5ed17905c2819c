"""What was written to a version of a store since it was made, as the service notes it (``kg.api.journal``): a line
of JSON for each change, on disk before the write is acknowledged.

A journal belongs to the version that its name says; beside another one it is out of date.  So whoever makes the
next version takes it in first, and whoever reads reads it too (see ``ahead``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from .errors import StoreError
from .merging import name_graphs

# What the manifest keeps of the last change: its name, and what became of each write of it.
WRITTEN = ("written", "outcomes")
_TEXTS = ("added", "removed", "merged", "unmerged")  # what a service writes in each line
_NQUADS = ox.RdfFormat.N_QUADS


def journal(folder: Path, version: str) -> Path:
    """Where stands what was written to *version* since it was made."""
    return folder / f"journal-{version}.jsonl"


def entries(folder: Path, version: str) -> Iterator[dict[str, Any]]:
    """The changes to *version*, in order; a last line cut short was not acknowledged.  ``StoreError`` for one that no
    service has written, or that was damaged since."""
    path = journal(folder, version)
    if not path.is_file():
        return
    lines = path.read_bytes().split(b"\n")[:-1]
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            if number == len(lines):
                return
            raise StoreError(
                f"{path}: line {number} of {len(lines)} is damaged, and what was written after it cannot be told from what "
                f"was not; restore a backup (kg restore BACKUP --store {folder} --replace), or move this file away to go "
                "on with the version before it"
            ) from None
        if not _is_change(entry):
            raise StoreError(
                f"{path}: this is no journal of a service; restore a backup (kg restore BACKUP --store {folder} "
                f"--replace), or build the store again"
            )
        yield entry


def read_entries(written: bytes, *, is_merged: bool) -> Iterator[dict[str, Any]]:
    """The changes in a journal that is whole, each with statements that can be read; ``ValueError``,
    ``SyntaxError`` for another one.  *is_merged*: they tell of the merge too, as those of today's form do."""
    texts = _TEXTS if is_merged else _TEXTS[:2]
    for number, line in enumerate(written.splitlines(), 1):
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            entry = None
        is_whole = _is_change(entry) and all(
            isinstance(entry.get(n), str) for n in ("version", *texts)
        )
        if not is_whole:
            raise ValueError(f"line {number} of its journal is none of a service")
        for name in texts:
            for _ in ox.parse(entry[name].encode("utf-8"), format=_NQUADS):
                pass
        yield entry


def _is_change(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and all(isinstance(entry.get(name), str) for name in ("added", "removed"))
        and isinstance(entry.get("manifest"), dict)
        and isinstance(entry["manifest"].get("graphs"), list)
    )


def take_in(store: ox.Store, folder: Path, base: dict[str, Any], version: str) -> dict[str, Any]:
    """Bring *store*, a copy of *version* with the manifest *base*, to what was written since; what the next
    manifest is to keep of it (see ``WRITTEN``)."""
    for entry in entries(folder, version):
        _alter(store, entry["removed"], entry["added"])
        name_graphs(store, base["graphs"], entry["manifest"]["graphs"])
        base = entry["manifest"]
    return {name: base[name] for name in WRITTEN if name in base}


def redo(
    entry: Mapping[str, Any], store: ox.Store, merged: ox.Store, manifest: Mapping[str, Any]
) -> dict[str, Any]:
    """Do one change to copies of the graphs and of their merge, of which *manifest* tells; the manifest of the
    result."""
    told: dict[str, Any] = entry["manifest"]
    _alter(store, entry["removed"], entry["added"])
    _alter(merged, entry["unmerged"], entry["merged"])
    name_graphs(store, manifest["graphs"], told["graphs"])
    return told


def _alter(store: ox.Store, gone: str, new: str) -> None:
    for quad in ox.parse(gone.encode("utf-8"), format=_NQUADS):
        store.remove(quad)
    store.extend(ox.parse(new.encode("utf-8"), format=_NQUADS))
