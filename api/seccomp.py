"""System calls that a process gives up for good, kept by the kernel; no privilege is needed for it."""

from __future__ import annotations

import ctypes
import platform
import struct
import sys

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2  # prctl
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # instructions of the filter
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # EPERM
# Architecture of the kernel's interface; calls: socket, connect, execve, execveat, io_uring_setup, ptrace.
_KNOWN = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 425, 101)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 425, 117)),
}
_FOREIGN = 0x40000000  # numbers from here on are those of another interface (x32)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def give_up() -> bool:
    """No new socket, no connection, no other program from now on, in this process and its children; False where
    the system cannot keep that."""
    known = _KNOWN.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    code = _filter(*known)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return bool(prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0)


def _filter(architecture: int, calls: tuple[int, ...]) -> bytes:
    """Refuse *calls*, and every call of an interface that is not the usual one."""
    refuse = len(calls) + 1  # instructions from the one that follows the first check of a number
    lines = [
        (_LOAD, 0, 0, 4),  # the architecture
        (_EQUAL, 0, refuse + 2, architecture),
        (_LOAD, 0, 0, 0),  # the number of the call
        (_AT_LEAST, refuse, 0, _FOREIGN),
        *((_EQUAL, refuse - 1 - i, 0, call) for i, call in enumerate(calls)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)
