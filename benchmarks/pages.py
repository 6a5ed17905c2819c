"""How long pages take: ``python -m benchmarks.pages [STORE]`` (the bundled plan without one).

HTML of every kind of page, first and again, and its size as sent; and with ``--network``, in a browser, from the
click to the drawn picture of a made-up network of 20,000 nodes (its store is built first, about a minute).
"""

from __future__ import annotations

import argparse
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

from kg.pipeline import default_store
from kg.store import publish
from tests.browser.conftest import CHROMIUM, serving
from tests.browser.pages import PAGES
from tests.browser.watched import Watched
from tests.networks import made_up_corpus


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("store", type=Path, nargs="?")
    options.add_argument("--network", action="store_true")
    given = options.parse_args()
    _html(given.store or default_store(print))
    if given.network:
        _network()


def _html(store: Path) -> None:
    print("| page | first, ms | again, ms | kB as sent |\n|---|---|---|---|")
    with serving(store) as site:
        _get(site + "/")  # the workers begin
        for name, path in PAGES.items():
            try:
                first, size = _get(site + path)
                again = min(_get(site + path)[0] for _ in range(3))
            except urllib.error.HTTPError as fault:
                print(f"| {name} | {fault.code} | | |")
                continue
            print(f"| {name} | {first:.0f} | {again:.0f} | {size / 1000:.0f} |")


def _get(url: str) -> tuple[float, int]:
    headers = {"Accept": "text/html", "Accept-Encoding": "br"}
    began = time.perf_counter()
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        size = len(answer.read())
    return (time.perf_counter() - began) * 1000, size


def _network() -> None:
    with tempfile.TemporaryDirectory() as place, sync_playwright() as play:
        publish(made_up_corpus(400, 46), Path(place, "store"), {"plans": []})
        flags = ["--no-sandbox", "--use-angle=swiftshader"]
        browser = play.chromium.launch(executable_path=CHROMIUM, args=flags)
        with serving(Path(place, "store")) as site:
            for _ in range(4):
                page = Watched(browser, site, "/network", width=1600)
                page.page.wait_for_selector("#graph[data-drawn]", timeout=60_000)
                took = page.page.evaluate("() => performance.now()")
                nodes = page.page.get_attribute("#graph", "data-drawn")
                print(f"picture of {nodes} nodes: {took / 1000:.1f} s")
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
