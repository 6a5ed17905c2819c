"""What is done to the built pages: the switch of language stays on the page, and a first page leads to both."""

from __future__ import annotations

import re
from pathlib import Path

from .languages import LANGUAGES, NAMES, word

# The words of the theme for it are poor in Vietnamese.
_SKIPS = re.compile(r'(<a [^>]*class="?md-skip"?[^>]*>)[^<]*(</a>)')


def finish(output: Path) -> None:
    for lang in LANGUAGES:
        for file in sorted(output.joinpath(lang).glob("*.html")):
            text = _SKIPS.sub(rf"\1{word('skip', lang)}\2", file.read_text("utf-8"))
            if file.name.startswith("notebook-"):
                text = _in_english(text)
            for other in LANGUAGES:
                there = output / other / file.name
                if there.is_file() and file.name != "404.html":
                    text = text.replace(f"../{other}/index.html", f"../{other}/{file.name}")
            file.write_text(text, "utf-8")
    output.joinpath("index.html").write_text(_first(), "utf-8")


def _in_english(page: str) -> str:
    """Notebooks are in English on the pages of both languages, but for a summary."""
    text = page.replace("<article ", '<article lang="en" ', 1)
    return text.replace("<p><strong>Tóm tắt.", '<p lang="vi"><strong>Tóm tắt.')


def _first() -> str:
    links = "".join(
        f'<p><a href="{lang}/index.html" lang="{lang}">{NAMES[lang]}: {word("title", lang)}</a></p>'
        for lang in LANGUAGES
    )
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>kehoach</title></head>'
        f"<body>{links}</body></html>\n"
    )
