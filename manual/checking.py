"""Dead links of a built site: every internal link and anchor is followed, external ones are checked by form."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

LOADED = ("script[src]", "img[src]", "iframe[src]", "source[src]", "link[rel=stylesheet]")


def faults(site: Path) -> list[str]:
    """One line for each link that leads nowhere, and for whatever a page would load from elsewhere."""
    return [
        f"{file.relative_to(site)}: {fault}"
        for file in sorted(site.rglob("*.html"))
        for fault in _faults(file)
    ]


def _faults(file: Path) -> Iterator[str]:
    tree = LexborHTMLParser(file.read_text("utf-8"))
    for node in tree.css(", ".join(LOADED)):
        address = node.attributes.get("src") or node.attributes.get("href") or ""
        if urlsplit(address).netloc:
            yield f"loads {address} from elsewhere"
    # The page for what is not found is shown under any address: its links are absolute.
    if file.name == "404.html":
        return
    for node in tree.css("[href], [src]"):
        address = node.attributes.get("href") or node.attributes.get("src") or ""
        if fault := _fault(file, address):
            yield f"{address}: {fault}"


def _fault(file: Path, address: str) -> str | None:
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return "is no address"
    if parts.scheme in ("mailto", "data"):
        return None
    if parts.scheme or parts.netloc:
        good = parts.scheme in ("http", "https") and host is not None
        good = good and (host == "localhost" or "." in str(host)) and " " not in address
        return None if good else "is no address of the web"
    target = (file.parent / unquote(parts.path)).resolve() if parts.path else file.resolve()
    if not target.is_file():
        return "there is no such file"
    if parts.fragment and unquote(parts.fragment) not in _anchors(target):
        return "there is no such anchor"
    return None


@cache
def _anchors(file: Path) -> frozenset[str]:
    if file.suffix != ".html":
        return frozenset()
    tree = LexborHTMLParser(file.read_text("utf-8"))
    found = (
        node.attributes.get("id") or node.attributes.get("name")
        for node in tree.css("[id], a[name]")
    )
    return frozenset(name for name in found if name)
