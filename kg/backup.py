"""A store into one file, while it is served and written to, and back.

A backup has the files of the current version and, beside them, the journal of what was written since, up to its last
whole line: all that was acknowledged before the backup began.  Versions are never altered, and a shared lock keeps
theirs from being removed meanwhile.  ``backup.json``, the last file of an archive, tells size and SHA-256 of each
other one; an archive without it was cut short.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version as version_of
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol

from .errors import OtherLayout, StoreBusy, StoreError
from .journal import journal, read_entries
from .opening import ENGINE_FAULTS, open_place, read_any_manifest, read_manifest
from .probing import count_statements
from .room import free_bytes
from .store import LAYOUT, current_version, only_builder, settle_restored, switch, to_disk

LISTING = "backup.json"
VERSION = "version"  # the folder of the version's files in a backup
JOURNAL = "journal.jsonl"
FORM = 1
_SUFFIXES = (".tar", ".tar.gz", ".tgz")
_CHUNK = 1 << 20
_TRIES = 20
_LISTING_BYTES = 16 << 20  # what the list of a backup, or a manifest, may have
# More than so many bytes, and so many times the archive's own, come of no backup.
_MUCH = 1 << 30
_TIMES = 100
_VERSION_NAME = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}"
)  # that of a folder, and of nothing else
_LEFT_OUT = ("LOCK", "LOG", "readers")


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says of itself.  *files*: name -> [bytes, SHA-256]; *made*: the time, in UTC."""

    form: int
    made: str
    program: str
    engine: str
    layout: int
    version: str
    quads: int
    files: dict[str, tuple[int, str]]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(size for size, _ in self.files.values())


class _Sink(Protocol):
    def add(self, name: str, stream: IO[bytes], size: int) -> None: ...


class _Counted(io.RawIOBase):
    """A stream that notes what is read of it."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner = inner
        self.digest = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._inner.read(size)
        self.digest.update(data)
        self.size += len(data)
        return data


class _Archive:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, stream: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, stream)


class _Folder:
    def __init__(self, place: Path) -> None:
        self._place = place

    def add(self, name: str, stream: IO[bytes], size: int) -> None:  # noqa: ARG002
        file = self._place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as out:
            shutil.copyfileobj(stream, out, _CHUNK)
        to_disk(file)


def back_up(folder: Path, target: Path) -> Backup:
    """Write the store in *folder* to *target*: a file (.tar, .tar.gz) or a folder that is not there yet.

    Services may read and write it meanwhile.  *target* appears when it is whole.
    """
    is_archive = _is_archive(target)
    if target.exists() and (is_archive or not target.is_dir() or any(target.iterdir())):
        raise StoreError(f"{target}: is there already; give another name, or remove it")
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _frozen(folder) as (place, written), _opened(aside, target, is_archive) as sink:
            found = _write(sink, place, written)
        to_disk(aside)
        aside.replace(target)
        to_disk(target.parent)
    except OSError as fault:
        reason = fault.strerror or fault
        raise StoreError(f"{target}: the backup could not be written ({reason})") from None
    finally:
        if aside.is_dir():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            aside.unlink(missing_ok=True)
    return found


def _is_archive(target: Path) -> bool:
    name = target.name.lower()
    if name.endswith(_SUFFIXES):
        return True
    if target.suffix in (".zip", ".zst", ".xz", ".bz2", ".gz", ".7z"):
        raise StoreError(
            f"{target}: a backup is a file .tar or .tar.gz, or a folder; give such a name"
        )
    return False


@contextmanager
def _opened(aside: Path, target: Path, is_archive: bool) -> Iterator[_Sink]:
    if not is_archive:
        aside.mkdir()
        yield _Folder(aside)
        return
    with aside.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)  # what is not published may be in it
        if target.name.lower().endswith(".tar"):
            with tarfile.open(fileobj=file, mode="w") as tar:
                yield _Archive(tar)
        else:
            with (
                gzip.GzipFile(fileobj=file, mode="wb", compresslevel=3) as packed,
                tarfile.open(fileobj=packed, mode="w") as tar,
            ):
                yield _Archive(tar)


@contextmanager
def _frozen(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """The current version, which stays as long as it is looked at, and the journal that belongs to it."""
    for _ in range(_TRIES):
        place = current_version(folder)
        try:
            readers = (place / "readers").open("rb")
        except FileNotFoundError:  # another one took its place in between
            if (place / "manifest.json").exists():
                raise
            continue
        with readers:
            try:
                fcntl.flock(readers, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            written = b""
            with suppress(FileNotFoundError):
                written = journal(folder, place.name).read_bytes()
            # A journal goes after another version has become the current one, never before.
            if current_version(folder) == place:
                yield place, written[: written.rfind(b"\n") + 1]
                return
    raise StoreBusy(f"{folder}: versions come and go too fast; try again")


def _write(sink: _Sink, place: Path, written: bytes) -> Backup:
    files: dict[str, tuple[int, str]] = {}

    def add(name: str, stream: IO[bytes], size: int) -> None:
        counted = _Counted(stream)
        sink.add(name, counted, size)  # type: ignore[arg-type]
        files[name] = (counted.size, counted.digest.hexdigest())

    for path in sorted(place.rglob("*")):
        within = path.relative_to(place)
        if path.is_file() and not within.name.startswith((*_LEFT_OUT, ".")):
            with path.open("rb") as stream:
                add(f"{VERSION}/{within.as_posix()}", stream, path.stat().st_size)
    if written:
        add(JOURNAL, io.BytesIO(written), len(written))
    try:
        manifest = json.loads((place / "manifest.json").read_bytes())
        found = Backup(
            form=FORM,
            made=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            program=version_of("kehoach"),
            engine=version_of("pyoxigraph"),
            layout=int(manifest["layout"]),
            version=str(manifest["version"]),
            quads=int(manifest["quads"]),
            files=files,
        )
    except (ValueError, KeyError, TypeError):
        raise StoreError(
            f"{place}: manifest.json is damaged: nothing was backed up; take the last good backup"
        ) from None
    listing = json.dumps(asdict(found), indent=1).encode()
    sink.add(LISTING, io.BytesIO(listing), len(listing))
    return found


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


def in_use(folder: Path) -> bool:
    """Whether a process reads a version of the store, or has a working copy to write to it."""
    return _is_held(*folder.glob("versions/*/readers"), *folder.glob("working/*/owner"))


def is_written(folder: Path) -> bool:
    """Whether a service has a working copy of the store, to write to it."""
    return _is_held(*folder.glob("working/*/owner"))


def _is_held(*files: Path) -> bool:
    for file in files:
        with suppress(FileNotFoundError), file.open("rb") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
    return False


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
                listing = stream.read(_LISTING_BYTES + 1)
                continue
            target = aside / _safe(source, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            counted = _Counted(stream)
            with target.open("xb") as out:
                shutil.copyfileobj(counted, out, _CHUNK)
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
        if len(text) > _LISTING_BYTES:
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
        if (place / "manifest.json").stat().st_size > _LISTING_BYTES:
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
        changes = list(read_entries(written))
        if found.layout == LAYOUT:
            (place / "readers").touch()
            open_place(place, changes)
    except (*ENGINE_FAULTS, SyntaxError) as fault:
        reason = " ".join(str(fault).split())[:200]
        raise StoreError(f"{source}: it cannot be opened ({reason}); take another backup") from None
