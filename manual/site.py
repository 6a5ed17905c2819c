"""One language of the site, built by Zensical (MIT, the successor of Material for MkDocs).

Two sites, one a language, since Zensical speaks one language a site.  Nothing is loaded from elsewhere: no fonts, no
analytics, and search is by an index of the site's own.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import tomlkit

from .languages import LANGUAGES, NAMES, word
from .navigation import Entry

_SLUGS = {"object": "pymdownx.slugs.slugify", "kwds": {"case": "lower"}}


def build(lang: str, sources: Path, output: Path, pages: Sequence[Entry]) -> None:
    """HTML of the Markdown in *sources*; a warning of Zensical ends it with its message (``RuntimeError``)."""
    root = output.parent.parent  # of the project, as Zensical sees it: both folders must be within
    config = root / f"manual-{lang}.toml"
    config.write_text(
        tomlkit.dumps(_config(lang, sources.relative_to(root), output.relative_to(root), pages)),
        "utf-8",
    )
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean", "-f", config.name]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the manual ({lang}) is not built:\n{done.stdout}{done.stderr}")


def _config(lang: str, sources: Path, output: Path, pages: Sequence[Entry]) -> dict[str, object]:
    return {
        "project": {
            "site_name": word("title", lang),
            "docs_dir": str(sources),
            "site_dir": str(output),
            "use_directory_urls": False,
            "nav": list(pages),
            "theme": {
                "language": lang,
                "variant": "classic",
                "font": False,
                "features": ["navigation.sections", "navigation.top", "content.code.copy"],
                "palette": [
                    {
                        "media": "(prefers-color-scheme: light)",
                        "scheme": "default",
                        "primary": "indigo",
                        "toggle": {"icon": "lucide/moon", "name": "☾"},
                    },
                    {
                        "media": "(prefers-color-scheme: dark)",
                        "scheme": "slate",
                        "primary": "indigo",
                        "toggle": {"icon": "lucide/sun", "name": "☀"},
                    },
                ],
            },
            "extra": {
                "generator": False,
                "alternate": [
                    {"name": NAMES[one], "link": f"../{one}/index.html", "lang": one}
                    for one in LANGUAGES
                ],
            },
            "markdown_extensions": {
                "admonition": {},
                "attr_list": {},
                "tables": {},
                "footnotes": {},
                "md_in_html": {},
                "toc": {"permalink": True, "slugify": _SLUGS, "toc_depth": 3},
                "pymdownx": {
                    "highlight": {"use_pygments": True},
                    "inlinehilite": {},
                    "superfences": {},
                    "details": {},
                },
            },
        }
    }
