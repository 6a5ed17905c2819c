"""A real browser on a real server: Debian's Chromium, driven by Playwright.

Where no Chromium is at hand the tests of this folder are skipped, and say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from .watched import Watched

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
Open = Callable[..., Watched]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here (Debian: apt-get install chromium): pages are not tried")
    with sync_playwright() as play:
        flags = [
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--use-gl=angle",
            "--use-angle=swiftshader",
        ]
        browser = play.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(store_folder: Path) -> Iterator[str]:
    """The address of ``kg serve`` over the bundled plan."""
    with serving(store_folder) as address:
        yield address


class serving:
    """``kg serve`` over a store, as a user runs it, on a free port."""

    def __init__(self, store: Path, *options: str) -> None:
        command = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", "0"]
        self._process = subprocess.Popen(
            [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def __enter__(self) -> str:
        assert self._process.stdout is not None
        self._process.stdout.readline()
        return self._process.stdout.readline().strip().rstrip("/")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Open]:
    """``visit("/q", lang="en", dark=True, width=390)`` opens a page; at the end nothing may have gone wrong."""
    opened: list[Watched] = []

    def open_(path: str, **choices: object) -> Watched:
        page = Watched(browser, site, path, **choices)  # type: ignore[arg-type]
        opened.append(page)
        return page

    yield open_
    for page in opened:
        page.close()
    for page in opened:
        page.require_quiet()
