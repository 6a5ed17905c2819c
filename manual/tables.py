"""Tables of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_SIGNS = {ord(sign): f"&#{ord(sign)};" for sign in "\\`*_{}[]<>#|&"}


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; bars and breaks in its cells do no harm."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines) + "\n"


def plain(text: str) -> str:
    """*text* as it stands, whatever signs of Markdown or HTML are in it."""
    return text.translate(_SIGNS)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "&#124;")
