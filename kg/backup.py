"""A store into one file, while it is served and written to (``restoring``: and back).

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
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version as version_of
from pathlib import Path
from typing import IO, Protocol

from .errors import StoreBusy, StoreError
from .journal import journal
from .store import current_version, to_disk

LISTING = "backup.json"
VERSION = "version"  # the folder of the version's files in a backup
JOURNAL = "journal.jsonl"
FORM = 1
_SUFFIXES = (".tar", ".tar.gz", ".tgz")
CHUNK = 1 << 20
_TRIES = 20
LISTING_BYTES = 16 << 20  # what the list of a backup, or a manifest, may have
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


class Counted(io.RawIOBase):
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
            shutil.copyfileobj(stream, out, CHUNK)
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
        counted = Counted(stream)
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
