"""Who may write a store: one process at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from .errors import StoreBusy, StoreError
from .room import cannot_write, is_full

SERVICE = "service"  # the file that a service which writes holds a lock on
PATIENCE = 10.0  # seconds for which another process that writes the store is waited for
_AGAIN = 0.005  # seconds after which it is looked for again: a service lets go for moments only


@contextlib.contextmanager
def only_builder(
    folder: Path,
    who: str = "kg",
    *,
    process: int | None = None,
    patience: float | None = None,
    report: Callable[[str], None] = lambda _line: None,
) -> Iterator[None]:
    """One builder at a time; the lock goes with the process that holds it.

    *who*, a command, and the number of its *process* (this one) are told to others meanwhile.  Another one is waited
    for, *patience* seconds (``PATIENCE``; *report* is told so), and then named: ``StoreBusy``.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("a+", encoding="utf-8")
    except OSError as fault:
        if is_full(fault):
            raise cannot_write(folder, fault) from None
        raise StoreError(
            f"{folder}: no store can be written there ({fault.strerror}); give another folder"
        ) from None
    with lock:
        other = _wait_for(lock, PATIENCE if patience is None else patience, folder, report)
        if other is not None:
            raise StoreBusy(f"{folder}: {other} is writing this store; wait until it has finished")
        _sign(lock, who, process)
        yield


def only_service(folder: Path, patience: float) -> IO[str]:
    """A lock that is held for as long as what this returns is open, here or in a process that it was given to: one
    service writes a store, as another one does not know what this one has in its journal.

    Another one is waited for, *patience* seconds, as it may be just ending; and then named: ``StoreBusy``.
    """
    try:
        lock = (folder / SERVICE).open("a+", encoding="utf-8")
    except OSError as fault:
        raise cannot_write(folder, fault) from None
    other = _wait_for(lock, patience, folder)
    if other is not None:
        lock.close()
        raise StoreBusy(
            f"{folder}: {other} takes writes for this store already; stop it, or start this one without "
            "--update-token-file: it then reads what the other one writes"
        )
    _sign(lock, "kg serve")
    return lock


def _wait_for(
    lock: IO[str],
    patience: float,
    folder: Path,
    report: Callable[[str], None] = lambda _line: None,
) -> str | None:
    """Take *lock* within *patience* seconds; None, or who has it still."""
    until = time.monotonic() + patience
    is_told = False
    while not _is_locked(lock):
        lock.seek(0)
        other = lock.read(200).strip() or "another process"
        if time.monotonic() >= until:
            return other
        if not is_told:
            report(f"{folder}: {other} is writing this store; waiting for up to {patience:g} s")
            is_told = True
        time.sleep(_AGAIN)
    return None


def _sign(lock: IO[str], who: str, process: int | None = None) -> None:
    """Write down who has *lock*; a full disk must not keep it from being taken."""
    with contextlib.suppress(OSError):
        lock.truncate(0)
        lock.write(f"{who} (process {process or os.getpid()})\n")
        lock.flush()


def _is_locked(lock: IO[str]) -> bool:
    """Whether *lock* could be taken."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
