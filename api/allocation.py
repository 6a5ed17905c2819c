"""How the process that holds the service takes memory from the system."""

from __future__ import annotations

import ctypes

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
