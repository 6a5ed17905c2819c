"""Where a file goes on with another document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cut:
    """Where in a file another document begins: its *line* (from 1) and the other's *number*."""

    line: int
    number: str

    def __str__(self) -> str:
        return (
            f"ANOTHER DOCUMENT BEGINS in line {self.line} ({self.number}): nothing from there on was read; "
            "put each document into a file of its own"
        )
