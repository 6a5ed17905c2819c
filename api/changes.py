"""What a write has made of a version, as it is noted and handed to the readers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """What the next version has and has not, as N-Quads; of the graphs and of their merge.

    *base*: the name of the version on disk that it comes after; *place*: the folder of that one, or one from
    which the next version itself can be read.
    """

    version: str
    base: str
    place: Path
    manifest: dict[str, Any]
    added: bytes
    removed: bytes
    merged: bytes
    unmerged: bytes
