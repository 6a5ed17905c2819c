"""Words marked in a text, for templates; everything else of it is escaped."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask
from markupsafe import Markup, escape


def marked(text: str, marks: Iterable[tuple[int, int]]) -> Markup:
    """*text* as HTML with ``<mark>`` round each (start, end); where they overlap, the first holds.

    >>> str(marked("Sở <b>", [(0, 2)]))
    '<mark>Sở</mark> &lt;b&gt;'
    """
    parts: list[Markup] = []
    reached = 0
    for start, end in sorted(marks):
        if start < reached or end <= start:
            continue
        parts += [escape(text[reached:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        reached = end
    parts.append(escape(text[reached:]))
    return Markup("").join(parts)


def register(app: Flask) -> None:
    """The filter ``marked(marks)``."""
    app.add_template_filter(marked)
