"""Reading a file: the one door through which a plan enters.

``read_document`` guarantees:

* ``Document.text`` is the file's text exactly as decoded from UTF-8: nothing is stripped, joined or
  normalised, so every offset found later points into the file (a BOM, if there is one, is its first
  character, and CR stays);
* the text holds letters and is neither binary nor mis-decoded;
* every fault is an ``UnreadableDocument`` that names the file, the fault and what to do.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from ..errors import UnreadableDocument
from ..model import Document
from .plain import decode, probe

SUFFIXES = (".txt", ".md", ".markdown")


def read_document(path: Path) -> Document:
    """The document in the file *path* (plain text or Markdown).

    Raises ``UnreadableDocument`` if there is no such file, if it is a folder, empty, binary, not
    UTF-8, or of a format that is not read.
    """
    raw = _bytes(path)
    if path.suffix.lower() not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise UnreadableDocument(
            f"{path}: files of type «{path.suffix or 'no suffix'}» are not read; give one of {known}"
        )
    text = decode(raw, path)
    probe(text, path)
    kind = "txt" if path.suffix.lower() == ".txt" else "md"
    return Document(path.name, kind, text, hashlib.sha256(raw).hexdigest())


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
