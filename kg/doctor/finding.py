"""What an examination tells, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """*about*: what was looked at; *says*: how it is; *remedy*: what to do, empty where all is well."""

    state: State
    about: str
    says: str
    remedy: str = ""


def ok(about: str, says: str) -> Finding:
    return Finding("ok", about, says)


def warn(about: str, says: str, remedy: str) -> Finding:
    return Finding("warn", about, says, remedy)


def fail(about: str, says: str, remedy: str) -> Finding:
    return Finding("fail", about, says, remedy)
