"""``make manual-pictures``: the pictures of pages that the manual shows, into ``build/manual-pictures`` (needs Chromium)."""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import sync_playwright

from kg.pipeline import default_store
from tests.browser.conftest import CHROMIUM, serving
from tests.browser.watched import Watched

from .assembling import PICTURES
from .languages import LANGUAGES

WIDTH = 1280
# By name: the address of the page, and how much of it is shown.  Pages of the manual refer to NAME-vi.png, NAME-en.png.
SHOWN = {
    "plan": ("/doc/vn-73/ubnd/kh/2021/06.html", 1000),
    "question": ("/q/task/innovation-coordinators", 800),
    "network": ("/network?theme=innovation&view=graph", 1150),
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--output", type=Path, default=PICTURES)
    given = options.parse_args()
    if CHROMIUM is None:
        raise SystemExit("manual-pictures: no Chromium here (Debian: apt-get install chromium)")
    given.output.mkdir(parents=True, exist_ok=True)
    with serving(default_store(print)) as site, sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--use-angle=swiftshader"]
        )
        for name, (path, height) in SHOWN.items():
            for lang in LANGUAGES:
                page = Watched(browser, site, path, lang=lang, dark=False, width=WIDTH)
                page.page.wait_for_load_state("networkidle")
                file = given.output / f"{name}-{lang}.png"
                page.page.screenshot(
                    full_page=True,
                    path=file,
                    clip={"x": 0, "y": 0, "width": WIDTH, "height": height},
                )
                page.close()
                print(file)
        browser.close()


if __name__ == "__main__":
    main()
