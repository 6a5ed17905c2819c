"""Builds and publications that are killed at any moment leave a store that opens, with one of its two contents."""

from __future__ import annotations

import gc
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.pipeline import build
from kg.store import open_dataset, publish

from .conftest import PLAN

ROUNDS = int(os.environ.get("KILL_ROUNDS", "20"))
PUBLISH = """
import sys
from pathlib import Path
from kg.store import publish
print("ready", flush=True)
for number in range(int(sys.argv[2]), 10**6):
    lines = [f'<a:{n}> <a:is> "{number}" <a:g> .' for n in range(2000)]
    publish([("\\n".join(lines) + "\\n").encode()], Path(sys.argv[1]), {})
    print(number, flush=True)
"""


def content(folder: Path) -> set[str]:
    return {str(quad) for quad in open_dataset(folder).store}


def others(folder: Path) -> list[str]:
    """What a build left beside the store."""
    gc.collect()  # what was opened here before counts as being read until it is gone
    place = open_dataset(folder).place
    found = [p.name for p in place.parent.iterdir() if p != place]
    return found + [p.name for p in folder.glob(".parts-*")]


@pytest.mark.slow
def test_kill_9_in_the_middle_of_publishing(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    publish([b""], folder, {"plans": []})
    chance = random.Random(4)
    last = -1
    for _ in range(ROUNDS):
        with subprocess.Popen(
            [sys.executable, "-c", PUBLISH, str(folder), str(last + 1)],
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0.0, 0.6))
            process.kill()
            told = [int(line) for line in process.stdout.read().split()]
        values = {quad.object.value for quad in open_dataset(folder).store}
        assert len(open_dataset(folder).store) in (0, 2000)
        assert len(values) <= 1, "torn"
        there = int(values.pop()) if values else -1
        done = told[-1] if told else last
        assert done <= there <= done + 1, "lost, or from nowhere"
        last = there
    publish([b"<a:a> <a:b> <a:c> .\n"], folder, {"plans": []})
    assert others(folder) == []


@pytest.mark.slow
def test_kill_9_in_the_middle_of_building(tmp_path: Path) -> None:
    """Two plans, one of them changed each time: the store has the one text or the other, wholly."""
    plans = tmp_path / "plans"
    plans.mkdir()
    text = PLAN.read_text("utf-8")
    (plans / "one.txt").write_text(text, "utf-8")
    changing = plans / "two.txt"
    other = text.replace("06/KH-UBND", "07/KH-UBND")
    contents = []
    for number in range(2):
        changing.write_text(other.replace("năm 2025", f"năm 202{6 + number}"), "utf-8")
        began = time.monotonic()
        build([plans], tmp_path / f"whole-{number}", jobs=2)
        took = time.monotonic() - began
        contents.append(content(tmp_path / f"whole-{number}"))
    assert contents[0] != contents[1]
    folder = tmp_path / "s"
    chance = random.Random(7)
    killed = 0
    for count in range(ROUNDS):
        changing.write_text(other.replace("năm 2025", f"năm 202{6 + count % 2}"), "utf-8")
        command = [sys.executable, "-m", "kg", "build", str(plans), "--store", str(folder)]
        process = subprocess.Popen(
            [*command, "--jobs", "2"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(chance.uniform(0.5, 1.2 * took + 1))
        except subprocess.TimeoutExpired:
            killed += 1
            if count % 2:
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.wait()
        if (folder / "current").exists():
            assert content(folder) in contents, "torn"
    build([plans], folder, jobs=2)
    assert content(folder) == contents[(ROUNDS - 1) % 2]
    if others(folder):  # the last build had nothing to do
        changing.write_text(other, "utf-8")
        build([plans], folder, jobs=2)
    assert others(folder) == []
    assert killed >= ROUNDS // 2
