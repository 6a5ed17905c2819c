"""The sources of the site in one language, as one flat folder of Markdown.

Pages of one language stand in ``docs/vi`` and ``docs/en`` under the same names, pages for both in ``docs``
itself; links between them are those that also work where the files lie.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from . import addresses, commands, ontology, questions, shapes
from .languages import word

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PICTURES = ROOT / "build" / "manual-pictures"
REFERENCE: dict[str, Callable[[str], str]] = {
    "questions": questions.page,
    "ontology": ontology.page,
    "shapes": shapes.page,
    "commands": commands.page,
    "addresses": addresses.page,
}
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
_FENCE = re.compile(r"(^ *(`{3,}|~{3,}).*?^ *\2 *$)", re.DOTALL | re.MULTILINE)


def assemble(lang: str, folder: Path, pictures: Path) -> dict[str, str]:
    """Write the sources of one language to *folder*; gives the titles of its pages by file name, in order.

    *pictures*: where ``make manual-pictures`` has put them; a page says so where one is missing.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    texts: dict[str, str] = {}
    for file in [*sorted((DOCS / lang).glob("*.md")), *sorted(DOCS.glob("*.md"))]:
        text = file.read_text("utf-8")
        if file.name in texts:
            raise ValueError(
                f"docs/{lang}/{file.name} and docs/{file.name} are one page of the site; rename one"
            )
        texts[file.name] = rewritten(text, file, lang, pictures)
    for name, made in REFERENCE.items():
        texts[f"reference-{name}.md"] = made(lang)
    for name, text in texts.items():
        folder.joinpath(name).write_text(text, "utf-8")
    for file in DOCS.iterdir():
        if file.suffix in (".svg", ".png", ".json"):
            shutil.copy(file, folder / file.name)
    if pictures.is_dir():
        shutil.copytree(pictures, folder / "pictures")
    return {name: title_of(text) for name, text in texts.items()}


def rewritten(text: str, file: Path, lang: str, pictures: Path) -> str:
    """The links of a page as they are in the flat folder; those to other files of the project become their path."""

    def link(found: re.Match[str]) -> str:
        mark, label, target = found.groups()
        path, _, anchor = target.partition("#")
        if not path or "://" in target or target.startswith("mailto:"):
            return found.group(0)
        place = (file.parent / path).resolve()
        fragment = f"#{anchor}" if anchor else ""
        if place.parent == DOCS / "pictures":
            there = (pictures / place.name).is_file()
            return f"{mark}[{label}](pictures/{place.name})" if there else word("without", lang)
        if place.parent in (DOCS, DOCS / lang):
            return f"{mark}[{label}]({place.name}{fragment})"
        if place.is_relative_to(DOCS / "notebooks") and place.suffix == ".ipynb":
            return f"{mark}[{label}](notebook-{place.stem}.md{fragment})"
        if place.is_relative_to(ROOT) and place.exists():
            return f"{label} (`{place.relative_to(ROOT).as_posix()}`)"
        return found.group(0)

    # What stands in fences is no link.
    parts = _FENCE.split(text)
    return "".join(
        part if part and part.lstrip().startswith(("```", "~~~")) else _LINK.sub(link, part)
        for part in _without_marks(parts)
    )


def _without_marks(parts: list[str]) -> list[str]:
    """What was split at the fences, without the group that holds only their marks."""
    return [part for index, part in enumerate(parts) if index % 3 != 2]


def title_of(text: str) -> str:
    """The first heading of a page, as plain text."""
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    if found is None:
        raise ValueError("a page of the manual begins with a heading «# …»")
    return re.sub(r"[`*]", "", found.group(1)).strip()
