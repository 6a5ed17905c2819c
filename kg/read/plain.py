"""Plain text, Markdown and the bytes of a page: decoding, and telling text from what only looks like it."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from ..errors import UnreadableDocument
from .encodings import convert, mistaken_for_latin, read_old

MAX_BYTES = 32 * 1024 * 1024
_SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive (DOCX, XLSX ...)"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"{\\rtf", "an RTF file"),
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{3,30})", re.IGNORECASE)
_TAG = re.compile(rb"(<[^>]*>)")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def known_signature(raw: bytes) -> str | None:
    """What kind of file *raw* is, where its first bytes tell."""
    return next((what for signature, what in _SIGNATURES if raw.startswith(signature)), None)


def decode(raw: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """The text of *raw*, a BOM kept as its first character, and a remark if it was not UTF-8."""
    if not raw.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UnreadableDocument(f"{path}: the file is empty; save the plan's text into it")
    if len(raw) > MAX_BYTES:
        raise UnreadableDocument(
            f"{path}: {len(raw):,} bytes are more than a plan can have ({MAX_BYTES:,}); split the file"
        )
    if what := known_signature(raw):
        raise UnreadableDocument(
            f"{path}: this is {what}, not plain text; give it its own suffix, or save its text as UTF-8"
        )
    if raw.startswith(_UTF16):
        return _utf16(raw, path), ("the file is UTF-16; it was converted",)
    if b"\x00" in raw:
        at = raw.index(b"\x00")
        raise UnreadableDocument(
            f"{path}: binary data (a NUL byte at {at:,}), not text; save the plan as UTF-8 text"
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        if found := read_old(raw):
            return found[0], (f"the file is in the old encoding {found[1]}; it was converted",)
        line = raw.count(b"\n", 0, fault.start) + 1
        raise UnreadableDocument(
            f"{path}: not UTF-8 (byte 0x{raw[fault.start]:02x} in line {line}), and not clearly TCVN3, VNI or "
            "Windows-1258; open it with its own encoding and save it as UTF-8"
        ) from None
    if old := mistaken_for_latin(text):
        raise UnreadableDocument(
            f"{path}: its letters are in the old encoding {old}, saved as if they were Latin ones; "
            "convert it to Unicode (for instance with UniKey's toolkit) and give that"
        )
    return text, ()


def _utf16(raw: bytes, path: Path) -> str:
    try:
        return raw.decode("utf-16")
    except UnicodeDecodeError:
        raise UnreadableDocument(f"{path}: damaged UTF-16; save it as UTF-8") from None


def markup_text(raw: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """The markup of a page: as its BOM tells, else UTF-8, else as it says itself, else an old encoding."""
    if raw.startswith(_UTF16):
        return _utf16(raw, path), ("the page is UTF-16; it was converted",)
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    if found := read_old(_TAG.sub(b" ", raw)):
        pieces = _TAG.split(raw)  # a tag is no part of the line that it stands in
        text = "".join(
            convert(p, found[1]) if n % 2 == 0 else p.decode("cp1252", "replace")
            for n, p in enumerate(pieces)
        )
        return text, (f"the page is in the old encoding {found[1]}; it was converted",)
    told = _CHARSET.search(raw[:4096])
    name = told.group(1).decode("ascii") if told else "windows-1252"
    try:
        return raw.decode(name), (f"the page is in {name}; it was converted",)
    except (LookupError, UnicodeDecodeError):
        raise UnreadableDocument(
            f"{path}: neither UTF-8 nor what it says it is ({name}); save the page anew as UTF-8"
        ) from None


def probe(text: str, path: Path) -> None:
    """Refuse what decodes but cannot be a document: control characters, or no words at all."""
    controls = sum(1 for c in text if unicodedata.category(c) == "Cc" and c not in "\t\r\n\f\v")
    if controls > len(text) / 100:
        raise UnreadableDocument(
            f"{path}: binary data ({controls:,} control characters), not text; save it as UTF-8 text"
        )
    if sum(1 for c in text if c.isalpha()) < 20:
        raise UnreadableDocument(
            f"{path}: no words in it (fewer than 20 letters); is this the right file?"
        )
