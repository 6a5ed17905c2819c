"""What the application raises in the server's loop, which must not wait, where an answer is not there yet.

The loop says that it is the loop by ``IN_LOOP`` in the environment (until when the answer is wanted, in
monotonic seconds), and asks again with the same environment.
Whoever stands before the application lets these through, and does nothing twice.
"""

from __future__ import annotations

from .engine import Asking

IN_LOOP = "kg.loop"
UNTIL = "kg.until"  # the same time, which stays when a thread goes on
ASKING = "kg.asking"  # what ``Later`` told, when it can be ended
FAULT = "kg.fault"  # what the request ended with already, to be told


class Unfinished(Exception):
    """The request is not answered yet."""


class Later(Unfinished):
    """A worker has it."""

    def __init__(self, asking: Asking) -> None:
        super().__init__()
        self.asking = asking


class Busy(Unfinished):
    """A worker can have it as soon as one is free."""


class Blocking(Unfinished):
    """It is for a thread, which may wait."""
