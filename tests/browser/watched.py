"""A page that is watched: what its log says, what it asks of which host, what axe finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Dialog, Page, Response

AXE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text("utf-8")
# Names of queries and data stay as they are written: code has no language.
UNMARKED = """() => {
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.parentElement;
    const words = node.data.replace(/(?<!\\p{L})[A-ZĐ]{1,5}(?!\\p{L})/gu, ""); // the code of a document is no word
    if (!/[ăâđêôơưàáãèéìíòóõùúýĩũ\u1ea0-\u1ef9]/i.test(words)) continue;
    if (at.closest("script, style, title, pre, code, textarea, #editor")) continue;
    if (at.closest("[lang]").lang !== "vi") found.push(`${at.closest("[class], [id]")?.outerHTML.slice(0, 60)} … ${node.data.trim().slice(0, 80)}`);
  }
  return found;
}"""
HEIGHTS = {390: 844, 1024: 768, 1600: 1000}


class Watched:
    """One page in a browser context of its own.  *scripts*: whether JavaScript runs."""

    def __init__(
        self,
        browser: Browser,
        site: str,
        path: str,
        *,
        lang: str | None = None,
        dark: bool = False,
        width: int = 1024,
        scripts: bool = True,
    ) -> None:
        self.site = site
        self.faults: list[str] = []
        self.sizes: dict[str, int] = {}
        self._context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            color_scheme="dark" if dark else "light",
            locale="en-GB" if lang == "en" else "vi-VN",
            java_script_enabled=scripts,
            bypass_csp=False,
        )
        self.page: Page = self._context.new_page()
        self.page.on("console", lambda m: self._log(m.type, m.text))
        self.page.on("pageerror", lambda e: self.faults.append(f"error: {e}"))
        self.page.on("request", lambda r: self._host(r.url))
        self.page.on("response", self._response)
        self.page.on("dialog", self._dialog)
        place, hash_, fragment = path.partition("#")
        joint = "&" if "?" in place else "?"
        self.address = site + place + (f"{joint}lang={lang}" if lang else "") + hash_ + fragment
        answer = self.page.goto(self.address, wait_until="load")
        self.status = answer.status if answer else 0

    def _log(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "GPU stall" not in text:
            self.faults.append(f"{kind}: {text}")

    def _dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _host(self, url: str) -> None:
        if url.startswith(("data:", "blob:")):
            return
        if urlsplit(url).netloc != urlsplit(self.site).netloc:
            self.faults.append(f"asks another host: {url}")

    def _response(self, answer: Response) -> None:
        length = answer.headers.get("content-length", "0")
        self.sizes[answer.url] = int(length)
        if answer.status >= 400 and answer.url != self.address:
            self.faults.append(f"{answer.status}: {answer.url}")

    def axe(self) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA and good practice, one line a violation."""
        self.page.evaluate(AXE)  # in the page's world, as the policy allows no added script tag
        found: dict[str, Any] = self.page.evaluate("() => axe.run(document)")
        return [
            f"{v['id']} ({v['impact']}): {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
            for v in found["violations"]
            for node in v["nodes"]
        ]

    def unmarked(self) -> list[str]:
        """Vietnamese words of an English page that no ``lang="vi"`` tells a screen reader of."""
        found: list[str] = self.page.evaluate(UNMARKED)
        return found

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window (0: it fits)."""
        width: int = self.page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return max(0, width)

    def require_quiet(self) -> None:
        assert not self.faults, f"{self.address}: " + "; ".join(self.faults)

    def close(self) -> None:
        self._context.close()
