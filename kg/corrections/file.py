"""The file beside a plan: ``plan.txt`` → ``plan.txt.corrections.toml``; its form: docs/corrections.md."""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import tomlkit

from ..errors import CorrectionsError
from .apply import check_value
from .kinds import KINDS, field_names
from .model import ACTIONS, Anchor, Correction, has_controls

SUFFIX = ".corrections.toml"
FORMAT = 1
MAX_BYTES = 4 * 1024 * 1024
LONGEST = 4000
_TEXTS = ("clause", "quote", "prefix", "suffix", "sha256", "do", "field", "who", "why")
_KEYS = (*_TEXTS, "value", "replaces", "when")
_ENTRY = re.compile(r"^[ \t]*\[\[[ \t]*correction[ \t]*\]\]", re.MULTILINE)
_HEAD = (
    "# Corrections of {name}, applied whenever it is read (docs/corrections.md).\n"
    "# Các chỗ sửa của {name}, được áp dụng mỗi lần đọc kế hoạch.\n"
    "format = {format}\n"
)


def corrections_path(plan: Path) -> Path:
    return plan.with_name(plan.name + SUFFIX)


def load_corrections(plan: Path) -> tuple[Correction, ...]:
    """The corrections of the plan in the file *plan*; none where it has no such file.

    Raises ``CorrectionsError``: which file, which line, what is wrong and what to do.
    """
    path = corrections_path(plan)
    text = _text(path)
    return parse_corrections(text, path) if text is not None else ()


def _text(path: Path) -> str | None:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise CorrectionsError(f"{path}: cannot be read ({fault.strerror})") from None
    if len(raw) > MAX_BYTES:
        raise CorrectionsError(f"{path}: {len(raw):,} bytes are too many ({MAX_BYTES:,} at most)")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise CorrectionsError(f"{path}, line {line}: not UTF-8; save the file as UTF-8") from None


def parse_corrections(text: str, path: Path) -> tuple[Correction, ...]:
    """The corrections that *text* holds; *path* is named in errors."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:  # also of a number with too many digits
        found = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)", str(fault))
        last = text.count("\n") + 1
        line = found.group(1) if found and found.group(1) else last
        what = re.sub(r"\s*\(at [^)]*\)", "", str(fault)) or "nested too deeply"
        raise CorrectionsError(
            f"{path}, line {line}: not TOML ({what}); mend the line, nothing was changed"
        ) from None
    if data.get("format", FORMAT) != FORMAT:
        raise CorrectionsError(f"{path}: format {data['format']!r} is not known; it is {FORMAT}")
    unknown = sorted(set(data) - {"format", "correction"})
    if unknown:
        raise CorrectionsError(
            f"{path}: «{unknown[0]}» is not known; corrections stand under [[correction]]"
        )
    entries = data.get("correction", [])
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise CorrectionsError(f"{path}: write each correction under a line [[correction]]")
    lines = [text.count("\n", 0, m.start()) + 1 for m in _ENTRY.finditer(text)]
    found_: list[Correction] = []
    for index, entry in enumerate(entries):
        where = f", line {lines[index]}" if len(lines) == len(entries) else ""
        try:
            found_.append(_correction(entry))
        except ValueError as fault:
            raise CorrectionsError(f"{path}{where}: correction {index + 1}: {fault}") from None
    return tuple(found_)


def _correction(entry: dict[str, Any]) -> Correction:
    """Raises ValueError with what is wrong in one line."""
    for key, value in entry.items():
        if key not in _KEYS:
            raise ValueError(f"«{key}» is not known; the keys are {', '.join(_KEYS)}")
        if key in _TEXTS and not isinstance(value, str):
            raise ValueError(f"{key} is a text in quotation marks")
        if key in _TEXTS and (len(value) > LONGEST or has_controls(value)):
            raise ValueError(f"{key} is one line of at most {LONGEST} characters")
    for key in ("clause", "quote", "field", "who", "when"):
        if not entry.get(key):
            raise ValueError(f"{key} is missing")
    when = entry["when"]
    is_day = isinstance(when, date)  # a datetime is one too
    if not is_day:
        raise ValueError("when is a date or a time without quotation marks: 2025-02-03")
    do, field = entry.get("do", "set"), entry["field"]
    if do not in ACTIONS:
        raise ValueError(f"do is one of {', '.join(ACTIONS)}; «{do}» is not")
    if field not in KINDS and field not in field_names():
        raise ValueError(
            f"field «{field}» is not known; fields are {', '.join(field_names())}, "
            f"and {', '.join(KINDS)} for the whole fact"
        )
    if do == "set" and field in KINDS:
        raise ValueError(f"«{field}» is a whole fact: add, remove or confirm it, or name a field")
    if do == "set" and "value" not in entry:
        raise ValueError('value is missing; write value = "" if nothing stands there')
    if do != "confirm" and not entry.get("why"):
        raise ValueError("why is missing: say in a few words how you know")
    return Correction(
        anchor=Anchor(
            entry["clause"],
            entry["quote"],
            entry.get("prefix", ""),
            entry.get("suffix", ""),
            entry.get("sha256"),
        ),
        do=do,
        field=field,
        value=check_value(_bare(entry, do, field, when)),
        who=entry["who"],
        when=when,
        why=entry.get("why") or None,
        replaces=_values(entry["replaces"]) if "replaces" in entry else None,
    )


def _bare(entry: dict[str, Any], do: str, field: str, when: date | datetime) -> Correction:
    anchor = Anchor(entry["clause"], entry["quote"])
    return Correction(anchor, do, field, _values(entry.get("value", [])), "", when, None)


def _values(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(v, str | int | float | date) and not isinstance(v, bool) for v in values):
        raise ValueError("a value is a text, a number, a date, or a list of texts")
    texts = tuple(v.isoformat() if isinstance(v, date) else str(v) for v in values)
    if any(has_controls(text) for text in texts):
        raise ValueError("a value holds a control character or a line break")
    return tuple(t for t in texts if t.strip())


def append_corrections(plan: Path, corrections: tuple[Correction, ...]) -> Path:
    """Write *corrections* after those in the plan's file, all or none; what stands there stays, to the
    letter."""
    path = corrections_path(plan)
    text = _text(path)
    known = parse_corrections(text, path) if text is not None else ()
    if text is None:
        text = _HEAD.format(name=plan.name, format=FORMAT)
    if not text.endswith("\n"):
        text += "\n"
    text += "".join(f"\n{_entry(correction)}" for correction in corrections)
    _write(path, text, (*known, *corrections))
    return path


def remove_correction(plan: Path, number: int) -> Correction:
    """Take correction *number* (from 1) out of the plan's file; comments stay."""
    path = corrections_path(plan)
    text = _text(path) or ""
    known = parse_corrections(text, path)
    if not 1 <= number <= len(known):
        raise CorrectionsError(
            f"{path}: there is no correction {number}; there are {len(known)} (kg correct --list)"
        )
    lines = re.split(r"(?<=\n)", text)  # a text in TOML may hold what other splitters part at
    heads = [i for i, line in enumerate(lines) if _ENTRY.match(line)]
    if len(heads) == len(known):
        begin = heads[number - 1]
        end = heads[number] if number < len(heads) else len(lines)
        while end > begin + 1 and lines[end - 1].lstrip()[:1] in ("", "#"):
            end -= 1  # what stands above the next one belongs to it
        text = "".join(lines[:begin] + lines[end:])
    _write(path, text, known[: number - 1] + known[number:])
    return known[number - 1]


def _entry(correction: Correction) -> str:
    """The correction as TOML, without what is not told."""
    anchor, table = correction.anchor, tomlkit.table()
    rows: dict[str, Any] = {
        "clause": anchor.clause,
        "quote": anchor.quote,
        "prefix": anchor.prefix or None,
        "suffix": anchor.suffix or None,
        "sha256": anchor.sha256,
        "do": correction.do,
        "field": correction.field,
        "value": _written(correction, correction.value),
        "replaces": _written(correction, correction.replaces),
        "who": correction.who,
        "when": correction.when,
        "why": correction.why,
    }
    for key, value in rows.items():
        if value is not None:
            table.add(key, value)
    entries = tomlkit.aot()
    entries.append(table)
    document = tomlkit.document()
    document.append("correction", entries)
    return tomlkit.dumps(document)


def _written(correction: Correction, value: tuple[str, ...] | None) -> list[str] | str | None:
    if value is None or (not value and correction.do != "set"):
        return None
    if not correction.name:
        return value[0] if value else None
    many = KINDS[correction.kind].fields[correction.name].form().many
    return list(value) if many else value[0] if value else ""


def _write(path: Path, text: str, meant: tuple[Correction, ...]) -> None:
    """All or nothing: a new file takes the old one's place, once it is seen to hold what is *meant*."""
    if parse_corrections(text, path) != meant:
        raise CorrectionsError(
            f"{path}: its entries are not under lines [[correction]] of their own; edit it by hand"
        )
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else None
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary = Path(name)
        if mode is None:
            umask = os.umask(0)
            os.umask(umask)
            mode = 0o666 & ~umask
        temporary.chmod(mode)
        temporary.replace(path)
    except OSError as fault:
        raise CorrectionsError(f"{path}: cannot be written ({fault.strerror})") from None
