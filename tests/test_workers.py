"""Work in processes: what befalls one item is told, and the others go on."""

from __future__ import annotations

import os
import signal
import time

import pytest

from kg.errors import KgError
from kg.workers import Outcome, run_each


def fate(word: str) -> str:
    if word == "user":
        raise KgError("x.txt: what the user can mend")
    if word == "ours":
        raise ZeroDivisionError("a fault of ours")
    if word == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "hangs":
        time.sleep(600)
    return word.upper()


def run(words: list[str], jobs: int | None, limit: float) -> dict[str, Outcome[str]]:
    found = {words[o.index]: o for o in run_each(fate, words, jobs=jobs, limit=limit)}
    assert list(found) == words or set(found) == set(words)
    return found


@pytest.mark.parametrize(
    "limit", [600, pytest.param(20, marks=pytest.mark.slow)], ids=["in-time", "over-the-limit"]
)
def test_each_fate_is_told_and_the_rest_go_on(limit: int) -> None:
    words = ["one", "user", "killed", *(["hangs"] if limit < 600 else []), "ours", "two"]
    found = run(words, 2, limit)
    assert found["one"] == Outcome(0, "ONE")
    assert found["two"] == Outcome(len(words) - 1, "TWO")
    assert found["user"].fault == "x.txt: what the user can mend"
    assert "died (exit code -9)" in str(found["killed"].fault)
    if "hangs" in words:
        assert "longer than 20 s" in str(found["hangs"].fault)
    assert "a fault of the program (ZeroDivisionError" in str(found["ours"].fault)


@pytest.mark.parametrize("words", [[], ["one"], ["one", "user", "ours"]])
def test_the_same_in_this_process(words: list[str]) -> None:
    found = run(words, None, 1)
    assert [o.found for o in found.values()] == [w.upper() if w == "one" else None for w in words]
