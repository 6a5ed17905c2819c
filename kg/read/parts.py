"""What readers of formats share: what they give back, how they refuse, what an archive may hold."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from .blocks import Block

NOTES_TITLE = "CHÚ THÍCH:"  # above footnotes, which stand after the text
MAX_UNPACKED = 128 * 1024 * 1024
MAX_PART = 64 * 1024 * 1024
MAX_PARTS = 5_000
MAX_RATIO = 200
_OLE = b"\xd0\xcf\x11\xe0"


class Fault(Exception):
    """Why a document cannot be read and what to do, without the file's name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The blocks of a document; *remarks* tell what was done to the text (an encoding converted ...)."""

    blocks: Sequence[Block]
    remarks: tuple[str, ...] = ()


def check_archive(raw: bytes) -> None:
    """Raise ``Fault`` unless *raw* is a DOCX that unpacks to a bearable size.

    The sizes that the archive tells are checked first; then each part is unpacked in pieces, since they
    can be told wrong.
    """
    if raw.startswith(_OLE):
        raise Fault(
            "encrypted, or an old Word file (.doc); open it in Word and save it as a DOCX without password"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            _check_directory(archive)
            for item in archive.infolist():
                _check_part(archive, item)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        ValueError,
        OSError,
    ) as fault:
        raise Fault(f"damaged or cut short ({str(fault)[:80]}); fetch the file again") from None


def _check_directory(archive: zipfile.ZipFile) -> None:
    items = archive.infolist()
    names = [item.filename for item in items]
    if len(items) > MAX_PARTS:
        raise Fault(f"an archive of {len(items):,} parts, more than a document has ({MAX_PARTS:,})")
    if len(set(names)) != len(names):
        raise Fault("an archive with two parts of one name; open and save it anew")
    if any(item.flag_bits & 1 for item in items):
        raise Fault("encrypted with a password; save it without one")
    total = sum(item.file_size for item in items)
    if total > MAX_UNPACKED:
        raise Fault(f"unpacks to {total:,} bytes, more than a plan can have ({MAX_UNPACKED:,})")
    for item in items:
        if item.file_size > MAX_PART or item.file_size > MAX_RATIO * max(item.compress_size, 4096):
            raise Fault(
                f"its part «{item.filename[:60]}» unpacks to {item.file_size:,} bytes from {item.compress_size:,}"
            )
    if "[Content_Types].xml" not in names or not any(n.startswith("word/") for n in names):
        raise Fault("a ZIP archive, but no Word document; give the DOCX itself")


def _check_part(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> None:
    """Unpack one part in pieces (never more than the directory tells, and its checksum is compared)."""
    markup = item.filename.endswith((".xml", ".rels"))
    tail = b""
    with archive.open(item) as part:
        while piece := part.read(65_536):
            if not markup:
                continue
            seen = tail + piece.replace(b"\x00", b"")  # UTF-16 is read as well
            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                raise Fault(
                    "has a document type or entities in its XML, which no word processor writes"
                )
            tail = seen[-16:]
