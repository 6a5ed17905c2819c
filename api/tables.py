"""A table for a page: a label beside its IRI becomes one link."""

from __future__ import annotations

from dataclasses import dataclass

from kg.export import Cell, Table
from kg.names import BASE


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell: words, and where they lead (a path of this service, or None)."""

    text: str
    href: str | None
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class ShownTable:
    columns: tuple[str, ...]
    rows: tuple[tuple[Shown, ...], ...]


def local_path(iri: object) -> str | None:
    """The path under which this service shows one of our IRIs."""
    text = str(iri)
    if not text.startswith(BASE):
        return None
    path = text[len(BASE) :].replace("#", "/", 1)
    return None if path.startswith("/") else "/" + path  # «//host» would lead elsewhere


def linked(table: Table) -> ShownTable:
    """Columns that hold only IRIs of ours are shown as links on the first label, not as columns.

    The column ``task`` with ``taskLabel`` or ``path`` beside it links that one; an IRI without a partner is a
    column of its own.
    """
    partners: dict[int, int] = {}
    for place, name in enumerate(table.columns):
        if not any(local_path(row[place]) for row in table.rows):
            continue
        for partner in (f"{name}Label", *_PARTNERS.get(name, ())):
            if partner in table.columns:
                partners[table.columns.index(partner)] = place
                break
    hidden = set(partners.values())
    shown = [i for i in range(len(table.columns)) if i not in hidden]
    rows = tuple(
        tuple(_cell(row[i], row[partners[i]] if i in partners else None) for i in shown)
        for row in table.rows
    )
    return ShownTable(tuple(_heading(table.columns[i]) for i in shown), rows)


_PARTNERS = {
    "task": ("path",),
    "plan": ("number",),
    "document": ("number",),
    "target": ("indicator",),
    "clause": ("path",),
    "focus": ("where",),
    "element": ("elementLabel",),
}


def _heading(name: str) -> str:
    return name.removesuffix("Label")


def _cell(value: Cell, iri: Cell) -> Shown:
    text = "" if value is None else str(value)
    if isinstance(value, bool):
        text = "✓" if value else ""
    return Shown(
        text,
        local_path(iri or value),
        isinstance(value, int | float) and not isinstance(value, bool),
    )
