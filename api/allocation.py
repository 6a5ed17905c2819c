"""How the process that holds the service takes memory from the system."""

from __future__ import annotations

import contextlib
import ctypes
import gc
from collections.abc import Iterator

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of malloc.h
_LARGE = 1 << 20


def give_back() -> None:
    """Let every block of a megabyte or more be taken for itself and go back to the system when it is freed.

    Else the C library learns from large answers to take such blocks from the pools of its threads, each of which then
    keeps the largest it has seen: half a gigabyte after some answers of 20 MB.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):  # glibc; others give back by themselves
        libc.mallopt(_MMAP_THRESHOLD, _LARGE)


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """What is made inside stays for as long as the process: the collector of garbage looks neither for what of it might
    not, which takes a sixth of the time, nor through it later."""
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()
