"""What a store remembers of how it was made, so that a later build knows what it need not do again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any

from .corrections.file import corrections_path
from .errors import UnreadableDocument
from .resources import resource_files

Entry = Mapping[str, Any]
_NOT_RULES = (
    "backup.py", "bridges", "catalogue.py", "choices.py", "citation.py", "cli", "client", "diff.py", "doctor", "export.py", "probing.py", "querying.py", "release.py",
    "restoring.py", "upgrading.py",
)  # fmt: skip
# What an installed package has inside its folder, and a checkout beside it.
_BESIDE = ("api", "ontology", "plans", "queries", "shapes")


@dataclass(frozen=True, slots=True)
class Identity:
    """Number and date told for a plan that does not state them (a draft)."""

    number: str | None = None
    day: date | None = None

    def __bool__(self) -> bool:
        return self.number is not None or self.day is not None


@dataclass(frozen=True, slots=True)
class Source:
    """A plan's file as it is now: *sha256* of its bytes and of the corrections beside it, if any."""

    path: Path
    sha256: str
    corrections: str | None
    identity: Identity

    def facts(self) -> dict[str, Any]:
        """What the manifest keeps of it."""
        return {
            "file": self.path.name,
            "path": str(self.path.resolve()),
            "file_sha256": self.sha256,
            "corrections_sha256": self.corrections,
            "given_number": self.identity.number,
            "given_date": self.identity.day.isoformat() if self.identity.day else None,
        }


def find_source(path: Path, identity: Identity) -> Source:
    """*path* as it is now.  Raises ``UnreadableDocument``."""
    beside = corrections_path(path)
    return Source(path, _digest(path), _digest(beside) if beside.is_file() else None, identity)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise UnreadableDocument(f"{path}: no such file; check the path") from None
    except OSError as fault:
        raise UnreadableDocument(f"{path}: cannot be read ({fault.strerror})") from None


class Memory:
    """The entries of a store's manifest, by file, by content and by plan."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = list(entries)
        self._by_path = {e["path"]: e for e in self.entries if e.get("path")}
        self._by_content = {e["file_sha256"]: e for e in self.entries if e.get("file_sha256")}

    def of_file(self, path: Path) -> Entry | None:
        """The plan that was built from the file at *path*."""
        return self._by_path.get(str(path.resolve()))

    def identity(self, path: Path) -> Identity:
        """The identity told for the file at an earlier build."""
        entry = self.of_file(path) or {}
        day = entry.get("given_date")
        return Identity(entry.get("given_number"), date.fromisoformat(day) if day else None)

    def unchanged(self, source: Source, rules: str) -> Entry | None:
        """The plan that building *source* would give again: same bytes, corrections, identity told, and rules.
        A file that was moved is known by its content."""
        entry = self.of_file(source.path) or self._by_content.get(source.sha256)
        if entry is None or entry.get("rules") != rules:
            return None
        facts = source.facts()
        kept = ("file_sha256", "corrections_sha256", "given_number", "given_date")
        return entry if all(entry.get(k) == facts[k] for k in kept) else None


@cache
def rules_fingerprint() -> str:
    """SHA-256 over everything that decides what a plan's text becomes: the program's stages and word lists,
    the libraries it stands on, vocabulary, reference data and shapes."""
    digest = hashlib.sha256(version("kehoach").encode())
    for name in sorted(_libraries()):
        digest.update(f"{name} {version(name)}\n".encode())
    here = Path(__file__).parent
    for path in sorted([*here.rglob("*.py"), *here.glob("*.toml")]):
        if path.relative_to(here).parts[0] not in (*_NOT_RULES, *_BESIDE):
            digest.update(path.read_bytes())
    for folder in ("ontology", "shapes"):
        for file in resource_files(folder, ".ttl"):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _libraries() -> list[str]:
    """The distributions that the program needs (those of its extras left out)."""
    needed = [line for line in requires("kehoach") or [] if "extra ==" not in line]
    return [re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in needed]


def content_version(entries: Iterable[Entry], rules: str) -> str:
    """A name for what a store holds: the same plans read by the same rules have the same."""
    digest = hashlib.sha256(rules.encode())
    for entry in sorted(entries, key=lambda e: str(e["iri"])):
        digest.update(f"{entry['iri']} {entry.get('graph_sha256')}\n".encode())
    return digest.hexdigest()[:16]
