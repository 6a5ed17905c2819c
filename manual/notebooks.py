"""The notebooks of ``docs/notebooks``: run, and shown as pages with their figures.

They are kept without outputs, so that what a reader sees is always what the code gives.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from .assembling import DOCS, title_of
from .languages import word

FOLDER = DOCS / "notebooks"
SECONDS = 240


def sources() -> list[Path]:
    return sorted(FOLDER.glob("*.ipynb"))


def _read(file: Path) -> Any:
    read: Any = nbformat.read  # of which nbformat tells no types
    return read(file, as_version=4)


def run(file: Path, folder: Path | None = None) -> Any:
    """The notebook with its outputs; an error of a cell ends it (``CellExecutionError``)."""
    notebook = _read(file)
    where = {"metadata": {"path": str(folder or FOLDER)}}
    # The kernel speaks on the loopback alone, each message signed: it need not warn of that.
    client = NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources=where, extra_arguments=["--log-level=ERROR"],
    )  # fmt: skip
    return client.execute()


def run_all() -> dict[str, Any]:
    return {file.stem: run(file) for file in sources()}


def add_notebooks(lang: str, folder: Path, made: Mapping[str, Any]) -> dict[str, str]:
    """A page for each notebook in the folder of sources; gives the titles by file name."""
    titles: dict[str, str] = {}
    for file in sources():
        notebook = made.get(file.stem) or _read(file)
        name = f"notebook-{file.stem}"
        text = _page(notebook, name, folder)
        if file.stem not in made:
            text = text.replace("\n", f"\n\n{word('unexecuted', lang)}\n", 1)
        folder.joinpath(f"{name}.md").write_text(text, "utf-8")
        titles[f"{name}.md"] = title_of(text)
    return titles


def _page(notebook: Any, name: str, folder: Path) -> str:
    parts: list[str] = []
    figures = 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            continue
        parts.append(f"```python\n{cell.source}\n```")
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                figures += 1
                picture = f"{name}-{figures}.png"
                folder.joinpath(picture).write_bytes(base64.b64decode(data["image/png"]))
                parts.append(f"![{_caption(cell.source)}]({picture})")
            elif "text/html" in data:
                parts.append(_table(data["text/html"]))
            elif text := output.get("text") or data.get("text/plain"):
                parts.append(f"```text\n{text.rstrip()}\n```")
    return "\n\n".join(parts) + "\n"


def _table(html: str) -> str:
    """A table of pandas without the style that it brings; an empty line would end it in Markdown."""
    bare = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)
    return re.sub(r"\n\s*", "\n", bare).strip()


def _caption(source: str) -> str:
    """What a figure shows, for those who do not see it: the comment «# Figure: …» of its cell."""
    found = re.search(r"^# (?:Figure|Hình): (.+)$", source, re.MULTILINE)
    return found.group(1).replace("[", "(").replace("]", ")") if found else "figure"
