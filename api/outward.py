"""How a worker, which can reach nobody itself, has another server asked: by the process that waits for it.

The worker sends what it wants through the one socket it has, where else its reply would come, and reads the answer as
it reads its next job.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import NamedTuple

from kg.errors import KgError
from kg.remote.question import Question

from .wire import Reader, send

# A question and the time until which it has to be answered (monotonic seconds), to media type and bytes.
Fetch = Callable[[Question, float], tuple[str, bytes]]
_BEFORE = 0.25  # seconds before the deadline of a query at which a fetch ends: the fault is yet to be told


class Wanted(NamedTuple):
    """What a worker sends instead of its reply."""

    question: Question


class Outward:
    """The worker's side."""

    def __init__(self, end: socket.socket, orders: Reader) -> None:
        self._end = end
        self._orders = orders

    def __call__(self, question: Question) -> tuple[str, bytes]:
        send(self._end, Wanted(question))
        told, body = self._orders.next()
        if isinstance(told, KgError):
            raise told
        return told, body


def fetched(fetch: Fetch | None, wanted: Wanted, deadline: float) -> tuple[str | KgError, bytes]:
    """What is handed to the worker that wants it: a media type and bytes, or a fault."""
    if fetch is None:
        return KgError("this service asks no other server"), b""
    try:
        return fetch(wanted.question, deadline - _BEFORE)
    except KgError as fault:
        return fault, b""
