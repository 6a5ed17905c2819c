"""Plain text and Markdown: decoding, and telling text from what only looks like it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from ..errors import UnreadableDocument

MAX_BYTES = 32 * 1024 * 1024
_SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive (DOCX, XLSX ...)"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"{\\rtf", "an RTF file"),
)


def decode(raw: bytes, path: Path) -> str:
    """The text of *raw* as UTF-8, a BOM kept as its first character."""
    if not raw.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UnreadableDocument(f"{path}: the file is empty; save the plan's text into it")
    if len(raw) > MAX_BYTES:
        raise UnreadableDocument(
            f"{path}: {len(raw):,} bytes are more than a plan can have ({MAX_BYTES:,}); split the file"
        )
    for signature, what in _SIGNATURES:
        if raw.startswith(signature):
            raise UnreadableDocument(
                f"{path}: this is {what}, not plain text; save its text as UTF-8"
            )
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableDocument(f"{path}: the text is UTF-16; save it as UTF-8")
    if b"\x00" in raw:
        at = raw.index(b"\x00")
        raise UnreadableDocument(
            f"{path}: binary data (a NUL byte at {at:,}), not text; save the plan as UTF-8 text"
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise UnreadableDocument(
            f"{path}: not UTF-8 (byte 0x{raw[fault.start]:02x} in line {line}); "
            "open it with its own encoding (TCVN3, VNI, Windows-1258 ...) and save it as UTF-8"
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
