"""Reading a file: the one door through which a plan enters.

``read_document`` guarantees:

* of a .txt or .md file ``Document.text`` is exactly what was decoded: nothing is stripped, joined or
  normalised, so every offset found later points into the file (a BOM, if there is one, is its first
  character, and CR stays);
* of .html, .docx and .pdf it is plain text made here (see ``blocks``), which ``kg read --format text``
  prints and to which offsets refer; such a file is taken apart in a process of its own (``sandbox``);
* the text holds letters and is neither binary nor mis-decoded;
* every fault is an ``UnreadableDocument`` that names the file, the fault and what to do.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from ..errors import UnreadableDocument
from ..model import Document
from .encodings import mistaken_for_latin
from .parts import Fault
from .plain import decode, known_signature, markup_text, probe
from .sandbox import take_apart

_PLAIN = {".txt": "txt", ".md": "md", ".markdown": "md"}
_MADE = {".html": "html", ".htm": "html", ".docx": "docx", ".pdf": "pdf"}
SUFFIXES = (*_PLAIN, *_MADE)
MAX_BYTES = 64 * 1024 * 1024
_ADVICE = {
    ".doc": "open it in Word or LibreOffice and save it as .docx",
    ".rtf": "open it in Word or LibreOffice and save it as .docx",
    ".odt": "open it in LibreOffice and save it as .docx",
    ".docm": "save it as .docx, without macros",
    ".xls": "save the plan's text as .docx",
    ".xlsx": "save the plan's text as .docx",
    ".mht": "save the page as .html",
    ".mhtml": "save the page as .html",
}


def read_document(path: Path) -> Document:
    """The document in the file *path*.

    Raises ``UnreadableDocument`` if there is no such file, if it is a folder, empty, binary, damaged,
    encrypted, without readable text, or of a format that is not read.
    """
    raw = _bytes(path)
    suffix = path.suffix.lower()
    digest = hashlib.sha256(raw).hexdigest()
    if suffix in _PLAIN:
        text, remarks = decode(raw, path)
        probe(text, path)
        return Document(path.name, _PLAIN[suffix], text, digest, remarks)
    if suffix not in _MADE:
        known = ", ".join(SUFFIXES)
        advice = _ADVICE.get(suffix, f"give one of {known}")
        raise UnreadableDocument(
            f"{path}: files of type «{path.suffix or 'no suffix'}» are not read; {advice}"
        )
    kind = _MADE[suffix]
    text, remarks = _taken_apart(raw, kind, path)
    probe(text, path)
    if old := mistaken_for_latin(text):
        raise UnreadableDocument(
            f"{path}: its letters are in the old encoding {old}, taken for Latin ones; "
            "convert the file to Unicode (for instance with UniKey's toolkit) and give that"
        )
    return Document(path.name, kind, text, digest, remarks)


def _taken_apart(raw: bytes, kind: str, path: Path) -> tuple[str, tuple[str, ...]]:
    if not raw.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UnreadableDocument(f"{path}: the file is empty; fetch it again")
    if len(raw) > MAX_BYTES:
        raise UnreadableDocument(
            f"{path}: {len(raw):,} bytes are more than a plan can have ({MAX_BYTES:,}); split the file"
        )
    remarks: tuple[str, ...] = ()
    if kind == "html":
        page, remarks = markup_text(raw, path)
        raw = page.encode("utf-8")
    elif kind == "docx" and not raw.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        told = known_signature(raw) or "something else"
        raise UnreadableDocument(
            f"{path}: this is {told}, no DOCX; give it its own suffix, or the DOCX"
        )
    try:
        text, more = take_apart(kind, raw)
    except Fault as fault:
        raise UnreadableDocument(f"{path}: {fault}") from None
    return text, (*remarks, *more)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableDocument(f"{path}: there is no such file; check the path") from None
    except IsADirectoryError:
        raise UnreadableDocument(
            f"{path}: this is a folder; give one file, or use «kg build» for a folder"
        ) from None
    except OSError as fault:
        raise UnreadableDocument(f"{path}: cannot be opened ({fault.strerror})") from None
