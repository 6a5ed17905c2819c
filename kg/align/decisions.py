"""What people decided about alignments: a file beside the plan, ``plan.txt`` → ``plan.txt.alignments.toml``.

A decision holds for the words that it was made on: where the plan or the document has other words now, it
is passed over and told of.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

import tomlkit

from ..corrections.model import has_controls
from ..errors import KgError
from .model import Status

SUFFIX = ".alignments.toml"
FORMAT = 1
MAX_BYTES = 4 * 1024 * 1024
LONGEST = 4000
_TEXTS = ("alignment", "own", "other", "sha256", "status", "who", "why")
_HEAD = (
    "# What people decided about the alignments of {name} (docs/alignment.md).\n"
    "# Kết luận của người rà soát về các đối chiếu của {name}.\n"
    "format = {format}\n"
)


class DecisionsError(KgError):
    """A file of decisions that cannot be read or written, or a decision that cannot be made."""


@dataclass(frozen=True, slots=True)
class Decision:
    """*alignment* is its id; *own* and *other* the words of the two elements, for whoever reads the file;
    *sha256* that of both in full (``seal``)."""

    alignment: str
    own: str
    other: str
    sha256: str
    status: Status
    who: str
    when: date
    why: str | None = None


def decisions_path(plan: Path) -> Path:
    return plan.with_name(plan.name + SUFFIX)


def seal(own: str | None, other: str | None) -> str:
    """What ties a decision to the words it was made on."""
    return hashlib.sha256(f"{own or ''}\n{other or ''}".encode()).hexdigest()[:16]


def load_decisions(plan: Path) -> Mapping[str, Decision]:
    """The decisions beside the plan in the file *plan*, the last one on each alignment; empty without a file.

    Raises ``DecisionsError``: which file, what is wrong, what to do.
    """
    path = decisions_path(plan)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as fault:
        raise DecisionsError(f"{path}: cannot be read ({fault.strerror})") from None
    return {decision.alignment: decision for decision in _parse(raw, path)}


def _parse(raw: bytes, path: Path) -> list[Decision]:
    if len(raw) > MAX_BYTES:
        raise DecisionsError(f"{path}: {len(raw):,} bytes are too many ({MAX_BYTES:,} at most)")
    try:
        data = tomllib.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as fault:
        said = " ".join(str(fault).split())[:200]
        raise DecisionsError(f"{path}: not TOML in UTF-8 ({said}); mend it by hand") from None
    if data.get("format", FORMAT) != FORMAT:
        raise DecisionsError(f"{path}: format {data['format']!r} is not known; it is {FORMAT}")
    entries = data.get("decision", [])
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise DecisionsError(f"{path}: write each decision under a line [[decision]]")
    found: list[Decision] = []
    for number, entry in enumerate(entries, 1):
        try:
            found.append(_decision(entry))
        except ValueError as fault:
            raise DecisionsError(f"{path}: decision {number}: {fault}; mend it by hand") from None
    return found


def _decision(entry: Mapping[str, Any]) -> Decision:
    """Raises ValueError with what is wrong in one line."""
    for key, value in entry.items():
        if key not in (*_TEXTS, "when"):
            raise ValueError(f"«{key}» is not known; the keys are {', '.join((*_TEXTS, 'when'))}")
        if key in _TEXTS and (
            not isinstance(value, str) or len(value) > LONGEST or has_controls(value)
        ):
            raise ValueError(f"{key} is one line of text of at most {LONGEST} characters")
    for key in ("alignment", "sha256", "status", "who", "when"):
        if not entry.get(key):
            raise ValueError(f"{key} is missing")
    if entry["status"] not in get_args(Status):
        raise ValueError(f"status is one of {', '.join(get_args(Status))}")
    when = entry["when"]
    is_day = isinstance(when, date)  # a datetime is one too
    if not is_day:
        raise ValueError("when is a date without quotation marks: 2025-02-03")
    return Decision(
        alignment=entry["alignment"],
        own=entry.get("own", ""),
        other=entry.get("other", ""),
        sha256=entry["sha256"],
        status=entry["status"],
        who=entry["who"],
        when=when.date() if isinstance(when, datetime) else when,
        why=entry.get("why") or None,
    )


def append_decisions(plan: Path, decisions: tuple[Decision, ...]) -> Path:
    """Write *decisions* after those in the plan's file, all or none; what stands there stays, to the letter."""
    path = decisions_path(plan)
    for decision in decisions:
        for text in (decision.who, decision.why or ""):
            if has_controls(text) or len(text) > LONGEST:
                raise DecisionsError(f"«{text[:40]!r}» is not one line of text")
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
        _parse(raw, path)
    except FileNotFoundError:
        text = _HEAD.format(name=plan.name, format=FORMAT)
    except (OSError, UnicodeDecodeError) as fault:
        raise DecisionsError(f"{path}: cannot be read ({fault})") from None
    text = text.rstrip("\n") + "\n" + "".join(f"\n{_entry(one)}" for one in decisions)
    _parse(text.encode("utf-8"), path)
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(name).replace(path)
    except OSError as fault:
        raise DecisionsError(
            f"{path}: cannot be written ({fault.strerror}); build the store from a plan in a folder of yours"
        ) from None
    return path


def _entry(decision: Decision) -> str:
    table = tomlkit.table()
    for key in (*_TEXTS[:6], "when", "why"):
        value = getattr(decision, key)
        if value:
            table.add(key, value)
    entries = tomlkit.aot()
    entries.append(table)
    document = tomlkit.document()
    document.append("decision", entries)
    return tomlkit.dumps(document)
