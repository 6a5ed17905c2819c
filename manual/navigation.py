"""The order in which the pages of the manual are read."""

from __future__ import annotations

from collections.abc import Mapping

from .assembling import REFERENCE
from .languages import word

START = ("index", "tutorial")
HOW_TO = (
    "your-plans", "your-server", "bigger-engine", "add-a-rule", "add-a-question", "links-and-alignments",
    "python", "tools", "mcp",
)  # fmt: skip
METHOD = ("method",)

Entry = dict[str, object]


def navigation(titles: Mapping[str, str], lang: str) -> list[Entry]:
    """Every page once; *titles* by file name.  A page that has no place here stands among the notes."""
    parts: list[tuple[str, list[str]]] = [
        ("start", [f"{name}.md" for name in START]),
        ("howto", [f"{name}.md" for name in HOW_TO]),
        ("method", [f"{name}.md" for name in METHOD]),
        ("notebooks", [name for name in titles if name.startswith("notebook-")]),
        ("reference", [f"reference-{name}.md" for name in REFERENCE]),
    ]
    placed = {name for _, names in parts for name in names}
    parts.append(("notes", [name for name in titles if name not in placed]))
    return [
        {word(key, lang): [{titles[name]: name} for name in names if name in titles]}
        for key, names in parts
        if any(name in titles for name in names)
    ]
