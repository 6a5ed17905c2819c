"""``make docs``: the manual in both languages, into ``build/docs``.

``--output FOLDER``: somewhere else; ``--no-run``: without running the notebooks (their code is shown, no figures).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .assembling import PICTURES, ROOT, assemble
from .checking import faults
from .finishing import finish
from .languages import LANGUAGES
from .navigation import navigation
from .notebooks import add_notebooks, run_all
from .site import build


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--output", type=Path, default=ROOT / "build" / "docs")
    options.add_argument("--pictures", type=Path, default=PICTURES)
    options.add_argument("--no-run", action="store_true")
    given = options.parse_args()
    make(given.output, given.pictures, run=not given.no_run)
    if not given.pictures.is_dir():
        print(
            "docs: without pictures of the pages; «make manual-pictures» makes them (needs Chromium)"
        )
    print(f"docs: {given.output / 'index.html'}")


def make(output: Path, pictures: Path, *, run: bool) -> None:
    """Both sites and the page that leads to them; dead links end it (``SystemExit``)."""
    output = output.resolve()
    output.mkdir(parents=True, exist_ok=True)
    made = run_all() if run else {}
    for lang in LANGUAGES:
        sources = output.parent / f"{output.name}-sources" / lang
        titles = assemble(lang, sources, pictures)
        titles |= add_notebooks(lang, sources, made)
        build(lang, sources, output / lang, navigation(titles, lang))
    finish(output)
    if wrong := faults(output):
        sys.exit("\n".join(["docs: dead links:", *wrong]))


if __name__ == "__main__":
    main()
