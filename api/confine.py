"""What a process that runs other people's queries may not do, kept by the kernel."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import sys
from pathlib import Path

STACK = 512 << 20
_NEW_USER = 0x10000000
_NEW_NET = 0x40000000


def grow_stack() -> None:
    """Start this program again with a stack on which no query that fits the limits can overflow.

    The room is taken only as it is used.  Where the system sets a lower bound, that is taken: a process that
    dies of it is replaced.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    wanted = STACK if hard == resource.RLIM_INFINITY else min(STACK, hard)
    if soft != resource.RLIM_INFINITY and soft >= wanted:
        return
    resource.setrlimit(resource.RLIMIT_STACK, (wanted, hard))
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def leave_network() -> bool:
    """Go where there is no network at all; False where the system does not let us."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.unshare(_NEW_NET) == 0 or libc.unshare(_NEW_USER | _NEW_NET) == 0


def limit_memory(extra: int) -> None:
    """No more address space than what is mapped now and *extra* bytes; no core files."""
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or mapped + extra < hard:
        resource.setrlimit(resource.RLIMIT_AS, (mapped + extra, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_cpu(seconds: float) -> None:
    """So many seconds of computing from now on: an end also where nobody is left to set one."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime + seconds) + 2
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard == resource.RLIM_INFINITY or until < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def close_doors() -> None:
    """No file and no socket can be opened any more: the last free descriptor is taken."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = os.dup(0)
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, hard))
    with contextlib.suppress(OSError):
        while True:
            os.dup(0)


def open_doors() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
