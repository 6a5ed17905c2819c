"""The manual in a real browser: nothing from elsewhere, readable on a phone, its search finds Vietnamese."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, expect

from .watched import Watched

PAGES = [
    "vi/index",
    "vi/tutorial",
    "vi/method",
    "en/mcp",
    "en/reference-ontology",
    "en/reference-questions",
]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """A test's log is for its faults."""


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from manual.__main__ import make

    folder = tmp_path_factory.mktemp("manual")
    make(folder / "docs", folder / "no-pictures", run=False)
    handler = partial(_Quiet, directory=str(folder / "docs"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_nobody_else_and_logs_nothing(
    browser: Browser, manual: str, name: str, dark: bool
) -> None:
    page = Watched(browser, manual, f"/{name}.html", dark=dark, width=390)
    page.page.wait_for_load_state("networkidle")
    wide = page.page.evaluate("document.documentElement.scrollWidth")
    faults = page.faults
    page.close()
    assert not faults
    assert wide <= 390


@pytest.mark.slow
def test_search_finds_vietnamese(browser: Browser, manual: str) -> None:
    page = Watched(browser, manual, "/vi/index.html", width=1024)
    page.page.wait_for_load_state("networkidle")
    page.page.keyboard.press("Control+k")
    page.page.keyboard.type("thêm một quy tắc")
    hit = page.page.get_by_role("option").filter(has_text="Thêm một quy tắc")
    expect(hit.first).to_be_visible()
    assert not page.faults
    page.close()


@pytest.mark.slow
def test_the_switch_of_language_stays_on_the_page(browser: Browser, manual: str) -> None:
    page = Watched(browser, manual, "/vi/method.html", scripts=False)
    link = page.page.locator("a[hreflang=en]").first
    assert str(link.get_attribute("href")).endswith("en/method.html")
    page.close()
