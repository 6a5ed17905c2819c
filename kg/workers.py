"""The same work on many things, in processes that can die without taking the others along."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

from .errors import KgError
from .room import is_full

Item = TypeVar("Item")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Found]):
    """What became of item *index*: what was *found*, or the *fault* in one line; *is_full*: there was no room on
    the disk for it."""

    index: int
    found: Found | None
    fault: str | None = None
    is_full: bool = False


def run_each(
    work: Callable[[Item], Found], items: Sequence[Item], *, jobs: int | None, limit: float
) -> Iterator[Outcome[Found]]:
    """``work(item)`` for each item, as they end.

    *jobs* processes at once, each given *limit* seconds an item and killed after that; None works in this
    process, without a limit.  Whatever befalls one item (it raises, it hangs, its process is killed) is told
    in its outcome, and the rest go on.
    """
    if jobs is None:
        for index, item in enumerate(items):
            try:
                yield Outcome(index, work(item))
            except Exception as fault:
                yield Outcome(index, None, _told(fault, limit), is_full(fault))
        return
    # Oxigraph has threads: a forked copy of this process might wait for one of them for ever.
    pool = ProcessPool(
        max_workers=max(1, min(jobs, len(items))),
        initializer=_leave_interrupts_to_the_parent,
        context=multiprocessing.get_context("spawn"),
    )
    try:
        waiting: dict[Future[Found], int] = {
            pool.schedule(work, args=(item,), timeout=limit): index
            for index, item in enumerate(items)
        }
        while waiting:
            done, _ = wait(list(waiting), return_when=FIRST_COMPLETED)
            for future in done:
                index = waiting.pop(future)
                failure = future.exception()
                if failure is None:
                    yield Outcome(index, future.result())
                else:
                    yield Outcome(index, None, _told(failure, limit), is_full(failure))
    except RuntimeError as fault:  # of the pool itself: its processes die before they begin
        raise KgError(f"the processes that are to read the plans do not start ({fault})") from None
    finally:
        _stop(pool)


def _stop(pool: Any) -> None:
    pool.stop()
    pool.join()


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _told(fault: BaseException, limit: float) -> str:
    if isinstance(fault, KgError):
        return str(fault)
    if isinstance(fault, TimeoutError):
        return f"reading it took longer than {limit:g} s and was stopped; allow more with --limit"
    if isinstance(fault, ProcessExpired):
        return (
            f"the process that read it died (exit code {fault.exitcode}): killed, or out of memory; "
            "build it alone to see more"
        )
    return (
        f"a fault of the program ({type(fault).__name__}: {' '.join(str(fault).split())[:200]}); "
        "please report it with the file"
    )
