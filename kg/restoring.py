"""A backup made a store again: looked through, opened as a reader would, and only then put in its place."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version as version_of
from pathlib import Path, PurePosixPath
from typing import IO, Any

from .backup import CHUNK, FORM, JOURNAL, LISTING, LISTING_BYTES, VERSION, Backup, Counted, in_use
from .errors import OtherLayout, StoreBusy, StoreError
from .journal import journal, read_entries
from .opening import ENGINE_FAULTS, open_place, read_any_manifest, read_manifest
from .probing import count_statements
from .room import free_bytes
from .store import LAYOUT, only_builder, settle_restored, switch

# More than so many bytes, and so many times the archive's own, come of no backup.
_MUCH = 1 << 30
_TIMES = 100
_VERSION_NAME = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}"
)  # that of a folder, and of nothing else


def restore(source: Path, folder: Path, *, replace: bool = False) -> Backup:
    """Make what the backup *source* has the content of the store in *folder*: all of it, or nothing.

    A store that is there already is replaced only with *replace*, and never while somebody reads or writes it.
    """
    with only_builder(folder, "kg restore"):
        if not replace and any(f.name != "lock" for f in folder.iterdir()):
            raise StoreError(
                f"{folder}: there is something already; restore to another folder, or give --replace"
            )
        if in_use(folder):
            raise StoreBusy(
                f"{folder}: the store is in use; stop the service that has it, then restore"
            )
        aside = folder / "versions" / f".{os.getpid()}"
        shutil.rmtree(aside, ignore_errors=True)
        try:
            aside.mkdir(parents=True)
            found = _unpack(source, aside)
            written = _take_journal(aside)
            _check_manifest(source, aside / VERSION, found)
            _check_databases(source, aside / VERSION, found)
            _check_opened(source, aside / VERSION, found, written)
            version = settle_restored(aside / VERSION, folder, found.version)
            switch(folder, version, written)
        except OSError as fault:
            reason = fault.strerror or fault
            raise StoreError(
                f"{folder}: the backup could not be restored ({reason}); the store is as it was"
            ) from None
        finally:
            shutil.rmtree(aside, ignore_errors=True)
            with suppress(OSError):  # of a store that was not there; else versions are in it
                aside.parent.rmdir()
        kept = journal(folder, version)
        for path in folder.glob("journal-*.jsonl"):
            if path != kept:
                path.unlink()
    return found


def _take_journal(aside: Path) -> bytes:
    try:
        written = (aside / JOURNAL).read_bytes()
        (aside / JOURNAL).unlink()
    except FileNotFoundError:
        return b""
    return written


def _unpack(source: Path, aside: Path) -> Backup:
    """Copy the files of *source* to *aside*; ``StoreError`` where they are not what the backup says they are."""
    got: dict[str, tuple[int, str]] = {}
    listing = b""
    total = 0
    try:
        for name, stream, size in _members(source):
            total += size
            _require_room(source, aside, size, total)
            if name == LISTING:
                listing = stream.read(LISTING_BYTES + 1)
                continue
            target = aside / _safe(source, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            counted = Counted(stream)
            with target.open("xb") as out:
                shutil.copyfileobj(counted, out, CHUNK)
            got[name] = (counted.size, counted.digest.hexdigest())
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error) as fault:
        reason = " ".join(str(fault).split())[:100]
        raise StoreError(
            f"{source}: the backup is damaged or none ({reason}); take another"
        ) from None
    found = _listing(source, listing)
    for name in sorted(found.files.keys() | got.keys()):
        if found.files.get(name) != got.get(name):
            what = "is missing" if name not in got else "is not what was backed up"
            raise StoreError(f"{source}: {name} {what}: the backup is damaged; take another")
    return found


def _require_room(source: Path, aside: Path, size: int, total: int) -> None:
    """That the next file, of *size* bytes, can be written; all up to it have *total*."""
    if size > free_bytes(aside):
        raise StoreError(
            f"{source}: {total:,} bytes are in it, more than is free on the disk; nothing was restored; free some, "
            "then do it again"
        )
    if source.is_file() and total > max(_MUCH, _TIMES * source.stat().st_size):
        raise StoreError(
            f"{source}: {total:,} bytes come of it, over {_TIMES} times its own size: this is no backup"
        )


def _members(source: Path) -> Iterator[tuple[str, IO[bytes], int]]:
    """Name, content and bytes of each file in *source*."""
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            if path.is_file():
                with path.open("rb") as stream:
                    yield path.relative_to(source).as_posix(), stream, path.stat().st_size
        return
    try:
        with tarfile.open(source, "r:*") as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if content is None:
                    raise StoreError(
                        f"{source}: {member.name[:80]!r} is no file: this is no backup"
                    )
                yield member.name, content, member.size
    except FileNotFoundError:
        raise StoreError(f"{source}: there is no such backup; check the path") from None


def _safe(source: Path, name: str) -> str:
    path = PurePosixPath(name)
    is_plain = (
        bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\\" not in name
    )
    if not is_plain or (path.parts[0] != VERSION and name != JOURNAL):
        raise StoreError(f"{source}: {name[:80]!r} belongs to no backup; nothing was restored")
    return str(path)


def _listing(source: Path, text: bytes) -> Backup:
    if not text:
        raise StoreError(
            f"{source}: {LISTING} is not in it: this is no backup, or one cut short; take another"
        )
    try:
        if len(text) > LISTING_BYTES:
            raise ValueError(len(text))
        told: dict[str, Any] = json.loads(text)
        files = {str(n): (int(size), str(digest)) for n, (size, digest) in told["files"].items()}
        found = Backup(**{**told, "files": files})
        numbers = (found.form, found.layout, found.quads)
        is_sound = all(type(n) is int for n in numbers) and _VERSION_NAME.fullmatch(found.version)
        if not is_sound or not all(  # they are told on a terminal
            isinstance(text, str) and text.isprintable() for text in (found.program, found.engine)
        ):
            raise ValueError(found.version)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        raise StoreError(f"{source}: {LISTING} is damaged; take another backup") from None
    if found.form > FORM or found.layout > LAYOUT:
        raise StoreError(
            f"{source}: a later version of the program ({found.program}) made it; restore it with that"
        )
    return found


def _check_manifest(source: Path, place: Path, found: Backup) -> None:
    """That a store can be opened with the manifest, and that it tells what the backup told of it."""
    try:
        if (place / "manifest.json").stat().st_size > LISTING_BYTES:
            raise ValueError(place)
        manifest = read_any_manifest(place) if found.layout < LAYOUT else read_manifest(place)
        told = [manifest.get(name) for name in ("layout", "version", "quads")]
        if told != [found.layout, found.version, found.quads]:
            raise ValueError(told)
    except (OSError, ValueError, RecursionError, OtherLayout):
        raise StoreError(f"{source}: manifest.json is damaged; take another backup") from None


def _check_databases(source: Path, place: Path, found: Backup) -> None:
    databases = [place / "db", place / "merged"]
    if found.layout < LAYOUT and not databases[1].exists():
        del databases[1]
    try:
        count = count_statements(databases)[0]
    except StoreError as fault:
        raise StoreError(
            f"{source}: {fault}; made with engine {found.engine}, this is {version_of('pyoxigraph')}"
        ) from None
    if count != found.quads:
        raise StoreError(
            f"{source}: {count:,} statements, not {found.quads:,}: the backup is damaged; take another"
        )


def _check_opened(source: Path, place: Path, found: Backup, written: bytes) -> None:
    """That a reader can open what was restored, and that the journal is one."""
    try:
        changes = list(read_entries(written, is_merged=found.layout == LAYOUT))
        if found.layout == LAYOUT:
            (place / "readers").touch()
            open_place(place, changes)
    except (*ENGINE_FAULTS, SyntaxError) as fault:
        reason = " ".join(str(fault).split())[:200]
        raise StoreError(f"{source}: it cannot be opened ({reason}); take another backup") from None
