"""``make screenshots``: every kind of page at three widths, in both languages, light and dark.

``ARGS="--store DIR --only home,plan --output FOLDER"``: over another store than the bundled plan's, some pages only.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import sync_playwright

from kg.pipeline import default_store

from .conftest import CHROMIUM, serving
from .pages import PAGES
from .watched import HEIGHTS, Watched


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--store", type=Path)
    options.add_argument("--only", default=",".join(PAGES))
    options.add_argument("--output", type=Path, default=Path("build/screenshots"))
    options.add_argument("--widths", default=",".join(map(str, HEIGHTS)))
    options.add_argument("--path", action="append", default=[], metavar="NAME=PATH")
    given = options.parse_args()
    if CHROMIUM is None:
        raise SystemExit("screenshots: no Chromium here (Debian: apt-get install chromium)")
    given.output.mkdir(parents=True, exist_ok=True)
    store = given.store or default_store(print)
    paths = {name: PAGES[name] for name in given.only.split(",") if name}
    paths |= dict(pair.split("=", 1) for pair in given.path)
    with serving(store) as site, sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--use-angle=swiftshader"]
        )
        for name, path in paths.items():
            for width in map(int, given.widths.split(",")):
                for lang in ("vi", "en"):
                    for dark in (False, True):
                        page = Watched(browser, site, path, lang=lang, dark=dark, width=width)
                        page.page.wait_for_load_state("networkidle")
                        look = "dark" if dark else "light"
                        file = given.output / f"{name}-{width}-{lang}-{look}.png"
                        page.page.screenshot(path=file, full_page=True)
                        page.close()
                        print(file, *page.faults)
        browser.close()


if __name__ == "__main__":
    main()
