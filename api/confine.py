"""What a process that runs other people's queries may not do, kept by the kernel.

Holder, workers and writer leave the network (``unshare``, where the system lets them) and give up the system
calls that open a socket, connect one or start a program (``seccomp``, which needs no privilege); each of the two is
enough.  Where there is neither, a worker with all its data in memory cannot open anything (``close_doors``); one that
reads from disk, and the writer, then have only the refusal of SERVICE and LOAD by their text (``kg.sparql``,
``kg.updates``) between them and the network.  No worker writes a file of more than a few words.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from . import seccomp

STACK = 512 << 20
_THREAD = 8 << 20
_WORDS = 64 << 10
_STARTING = threading.Lock()
_EARLY: dict[str, tuple[subprocess.Popen[bytes], socket.socket]] = {}
_NEW_USER = 0x10000000
_NEW_NET = 0x40000000


def start(module: str, end: socket.socket, *held: int) -> subprocess.Popen[bytes]:
    """Start ``main`` of *module* in a process of its own, which talks through *end* and has a stack on which
    no query that fits the limits can overflow.  The collector of garbage is off; ``main`` is to set it going.
    *held*: descriptors that it holds too, for as long as it lives.

    The room is taken only as it is used.  Where the system sets a lower bound, that is taken: a process that
    dies of it is replaced.
    """
    with _STARTING:
        soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
        wanted = STACK if hard == resource.RLIM_INFINITY else min(STACK, hard)
        resource.setrlimit(resource.RLIMIT_STACK, (wanted, hard))  # a new program takes it over
        try:
            return subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-c",
                    # Loading makes objects that stay: looking for those that do not takes a sixth of it.
                    f"import gc; gc.disable(); from {module} import main; main()",
                    str(end.fileno()),
                ],
                pass_fds=(end.fileno(), *held),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        finally:
            resource.setrlimit(resource.RLIMIT_STACK, (soft, hard))


@contextlib.contextmanager
def early(*modules: str) -> Iterator[None]:
    """Start now what ``started`` will give inside, so that it loads its part of the program while others load
    theirs."""
    for module in modules:
        _EARLY[module] = started(module)
    try:
        yield
    finally:
        while _EARLY:
            process, end = _EARLY.popitem()[1]
            end.close()  # it ends of that
            process.wait()


def started(module: str, *held: int) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """A process as ``start`` makes it, or the one that was started early; with the near end of its socket."""
    if (early := _EARLY.pop(module, None)) is not None:
        if early[0].poll() is None:
            return early
        early[1].close()
    near, far = socket.socketpair()
    with far:
        return start(module, far, *held), near


def small_threads() -> None:
    """Give the threads that a database starts the usual stack, not the large one of this process."""
    libc = ctypes.CDLL(None)
    attributes = ctypes.create_string_buffer(128)
    if hasattr(libc, "pthread_setattr_default_np"):
        libc.pthread_attr_init(attributes)
        libc.pthread_attr_setstacksize(attributes, ctypes.c_size_t(_THREAD))
        libc.pthread_setattr_default_np(attributes)
        libc.pthread_attr_destroy(attributes)


def leave_network() -> bool:
    """Go where there is no network at all, and give up what reaches it; False where the system lets us do
    neither."""
    is_apart = _unshare()
    return seccomp.give_up() or is_apart


def _unshare() -> bool:
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return any(libc.unshare(flags) == 0 for flags in (_NEW_NET, _NEW_USER | _NEW_NET))


def mapped() -> int:
    """Bytes of address space in use."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


class Mapped:
    """Tells again and again what ``mapped`` tells of the process that made it, by a file that stays open."""

    def __init__(self) -> None:
        self._file = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
        self._page = resource.getpagesize()

    def __call__(self) -> int:
        return int(os.pread(self._file, 64, 0).split(maxsplit=1)[0]) * self._page


def limit_memory(extra: int) -> None:
    """No more address space than what is mapped now and *extra* bytes; no core files."""
    now = mapped()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or now + extra < hard:
        resource.setrlimit(resource.RLIMIT_AS, (now + extra, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_files() -> None:
    """No file longer than the last words of a process."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    wanted = _WORDS if hard == resource.RLIM_INFINITY else min(_WORDS, hard)
    resource.setrlimit(resource.RLIMIT_FSIZE, (wanted, hard))


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
