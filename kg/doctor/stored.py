"""One store: who may read it, its form, its databases read through, its journal, the room beside it."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from ..errors import StoreError
from ..journal import journal
from ..probing import count_statements
from ..room import free_bytes
from ..search.index import FILE as INDEX
from ..store import LAYOUT, current_version, read_any_manifest
from .finding import Finding, fail, ok, warn

_LEAST = 64 << 20
_LONG = 16 << 20
_HOUR = 3600


def examine_store(folder: Path) -> Iterator[Finding]:
    yield _permissions(folder)
    try:
        place = current_version(folder)
    except StoreError as fault:
        yield fail("store", *_parted(fault))
        return
    mend = f"build it again, or restore a backup: kg restore BACKUP --store {folder} --replace"
    try:
        manifest = read_any_manifest(place)
    except (OSError, ValueError) as fault:
        yield fail("store", f"{place / 'manifest.json'}: damaged ({fault})", mend)
        return
    yield _form(folder, manifest)
    yield from examine_version(place, manifest, mend)
    yield _readers(place)
    yield _journal(folder, place)
    yield _room(folder, place)
    yield _left_over(folder)
    yield _age(place)


def examine_version(place: Path, manifest: dict[str, Any], mend: str) -> Iterator[Finding]:
    """The databases of the version in *place*, each read through, and its search index; *mend*: what to do where
    a database is damaged."""
    yield from _databases(place, manifest, mend)
    yield _index(place)


def _parted(fault: StoreError) -> tuple[str, str]:
    says, _, remedy = str(fault).partition("; ")
    return says, remedy or "see the message"


def _permissions(folder: Path) -> Finding:
    if not folder.is_dir():
        return fail("permissions", f"{folder}: no such folder", "check the path")
    owner = folder.stat().st_uid
    for place in (folder, *folder.glob("*"), *folder.glob("versions/*/*")):
        if not os.access(place, os.R_OK | (os.X_OK if place.is_dir() else 0)):
            return fail(
                "permissions",
                f"{place}: cannot be read by this user (owner: {owner})",
                f"run as its owner, or: chown -R {os.getuid()} {folder}",
            )
    if not os.access(folder, os.W_OK):
        return warn(
            "permissions", f"{folder}: can be read only", "enough to serve; to write, chown it"
        )
    mode = folder.stat().st_mode & 0o777
    if mode & 0o002:
        return warn(
            "permissions", f"{folder}: everybody may write ({mode:o})", f"chmod o-w {folder}"
        )
    return ok("permissions", f"{folder}: can be read and written (owner {owner}, mode {mode:o})")


def _form(folder: Path, manifest: dict[str, Any]) -> Finding:
    layout = manifest["layout"]
    says = f"version {manifest.get('version')}, form {layout}, made by engine {manifest.get('engine', 'unknown')}"
    if layout < LAYOUT:
        return fail("store", says, f"kg upgrade --store {folder}")
    if layout > LAYOUT:
        return fail("store", says, "use the later version of the program that made it")
    plans = len(manifest.get("plans", []))
    return ok("store", f"{says}, {plans} plan(s), {manifest.get('quads'):,} statements")


def _databases(place: Path, manifest: dict[str, Any], mend: str) -> Iterator[Finding]:
    for name in ("db", "merged"):
        if name == "merged" and manifest["layout"] < LAYOUT and not (place / name).exists():
            continue
        began = time.monotonic()
        try:
            (count,) = count_statements([place / name])
        except StoreError as fault:
            yield fail(f"database {name}", str(fault), mend)
            continue
        says = f"{count:,} statements read in {time.monotonic() - began:.1f} s"
        if name == "db" and count != manifest.get("quads"):
            yield fail(f"database {name}", f"{says}, not {manifest.get('quads'):,}", mend)
        else:
            yield ok(f"database {name}", says)


def _index(place: Path) -> Finding:
    file = place / INDEX
    if not file.exists():
        return ok("search index", "none yet: the service makes it")
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            (told,) = connection.execute("PRAGMA quick_check").fetchone()
    except sqlite3.Error as fault:
        told = str(fault)
    if told != "ok":
        return fail(
            "search index", f"damaged ({told})"[:200], f"remove it, it is made anew: rm {file}"
        )
    return ok("search index", f"{file.stat().st_size:,} bytes, whole")


def _readers(place: Path) -> Finding:
    """Locks tell who reads a version; a file system without them would let it be removed."""
    try:
        with (place / "readers").open("rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as fault:
        return fail(
            "locks",
            f"{place}: no lock can be had ({fault.strerror})",
            "put the store on a local disk",
        )
    return ok("locks", "work on this file system")


def _journal(folder: Path, place: Path) -> Finding:
    try:
        written = journal(folder, place.name).read_bytes()
    except FileNotFoundError:
        return ok("journal", "empty: all that was written stands in the version")
    says = f"{written.count(bytes([10])):,} write(s), {len(written):,} bytes, since the version was made"
    if len(written) > _LONG:
        remedy = "no version could be made for long: see the log of the service, and the room on the disk"
        return warn("journal", says, remedy)
    return ok("journal", f"{says}; the service makes a version of them when writing pauses")


def _room(folder: Path, place: Path) -> Finding:
    size = sum(f.stat().st_size for f in place.rglob("*") if f.is_file())
    free = free_bytes(folder)
    says = f"{free >> 20:,} MB free, the version takes {size >> 20:,} MB"
    if free < _LEAST:
        return fail("room", says, "writes will fail (507): free some, or move the store")
    if free < 2 * size:
        return warn("room", says, "a build needs about twice the version beside it: free some")
    return ok("room", says)


def _left_over(folder: Path) -> Finding:
    old = [
        path
        for path in (*folder.glob("versions/.*"), *folder.glob(".parts-*"))
        if time.time() - path.stat().st_mtime > _HOUR and not path.name.startswith(".view-")
    ]
    if old:
        return warn("left over", f"{len(old)} half-made folder(s), such as {old[0]}",
                    "a build that died left them; the next build or write removes them")  # fmt: skip
    return ok("left over", "nothing of builds that died")


def _age(place: Path) -> Finding:
    made = (place / "manifest.json").stat().st_mtime
    shown = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(made))
    if made > time.time() + _HOUR:
        return warn(
            "made", shown, "that is in the future: set the clock (timedatectl set-ntp true)"
        )
    return ok("made", shown)
