"""Whether there is room on the disk where a store is."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import DiskFull, StoreError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_WORDS = ("no space left", "disk is full", "quota exceeded")  # engines tell it in words only


def is_full(fault: BaseException) -> bool:
    """Whether *fault* came of a disk, or a quota, that has no room left."""
    if isinstance(fault, OSError) and fault.errno in _FULL:
        return True
    return any(words in str(fault).lower() for words in _WORDS)


def cannot_write(folder: Path, fault: Exception) -> StoreError:
    """What is told of the store in *folder*, which *fault* kept from being written."""
    if is_full(fault):
        return DiskFull(
            f"{folder}: no room is left on the disk: nothing was written, the store is as it was; free some, "
            "then do it again"
        )
    reason = getattr(fault, "strerror", None) or " ".join(str(fault).split())[:200]
    return StoreError(f"{folder}: the store could not be written ({reason}); it is as it was")


@contextmanager
def told_when_full(folder: Path) -> Iterator[None]:
    """``DiskFull`` for what fails inside for want of room."""
    try:
        yield
    except (OSError, RuntimeError) as fault:
        if is_full(fault):
            raise cannot_write(folder, fault) from None
        raise


def free_bytes(folder: Path) -> int:
    """Bytes that are free where *folder* is, or would be."""
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free
