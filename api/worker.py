"""A worker: one process that runs one job at a time on the dataset it was forked with.

A job is a function of the dataset, told by reference; what it returns goes back as it is, with bytes beside
it where there are many.
"""

from __future__ import annotations

import os
import socket
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

from kg.errors import KgError
from kg.remote.dataset import RemoteDataset
from kg.store import Dataset

from . import confine
from .limits import Limits, MemoryLimit
from .outward import Outward
from .wire import Gone, Reader, send

Job = Callable[..., Any]
_WORN = 64 << 20  # bytes that a worker may have taken and not given back, and still be used again


@dataclass(frozen=True, slots=True)
class Body:
    """What a job returns when its result is bytes: *about* says of what kind they are."""

    about: Any
    data: bytes


class Reply(NamedTuple):  # of all kinds of record, the one that is soonest pickled
    """*value* of the job, or the *fault* it ended with; *broken*: a traceback, where the fault is ours.

    *is_worn*: the worker has grown and is to be replaced.
    """

    value: Any = None
    fault: KgError | None = None
    broken: str | None = None
    is_worn: bool = False


def work(
    end: socket.socket, dataset: Dataset, limits: Limits, *, has_doors: bool = False
) -> NoReturn:
    """Serve the jobs that come through *end* until it is closed; *has_doors*: files and sockets could still be
    opened, and no job may."""
    dataset.open()
    confine.limit_memory(limits.memory)
    confine.limit_files()
    mapped = confine.Mapped()
    before = mapped()
    if has_doors:
        confine.close_doors()
    orders = Reader(end)
    if isinstance(dataset, RemoteDataset):
        dataset.ask = Outward(end, orders)
    while True:
        try:
            (job, args), _ = orders.next()
        except Gone:
            os._exit(0)
        confine.limit_cpu(limits.seconds)
        reply, data = _run(job, dataset, args)
        if mapped() - before > _WORN:
            reply = Reply(reply.value, reply.fault, reply.broken, is_worn=True)
        try:
            send(end, reply, data)
        except Gone:
            os._exit(0)


def _run(job: Job, dataset: Dataset, args: tuple[Any, ...]) -> tuple[Reply, bytes]:
    try:
        value = job(dataset, *args)
    except KgError as fault:
        return Reply(fault=fault), b""
    except MemoryError:
        return Reply(fault=MemoryLimit("the query needs more memory than one may have")), b""
    except Exception:  # a fault of ours, told as such by the service, which logs it
        return Reply(broken=traceback.format_exc()), b""
    if isinstance(value, Body):
        return Reply(value.about), value.data
    return Reply(value), b""
