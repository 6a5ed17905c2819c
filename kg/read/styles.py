"""What the styles of a DOCX say of a run: bold, capitals, font, the list that a paragraph belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .numbering import W

_OFF = ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class Look:
    """How letters are set; None where nothing is said."""

    bold: bool | None = None
    capitals: bool | None = None
    hidden: bool | None = None
    font: str | None = None

    def over(self, below: Look) -> Look:
        """This look, and *below* where it says nothing."""
        return Look(
            below.bold if self.bold is None else self.bold,
            below.capitals if self.capitals is None else self.capitals,
            below.hidden if self.hidden is None else self.hidden,
            below.font if self.font is None else self.font,
        )


@dataclass(frozen=True, slots=True)
class Styles:
    """Looks and lists by style, what a style is based on worked in."""

    looks: dict[str, Look]
    lists: dict[str, tuple[str, int]]
    default: Look
    paragraph: str | None

    def of_paragraph(self, style: str | None) -> Look:
        return self.looks.get(style or self.paragraph or "", Look()).over(self.default)


def read_look(properties: Any) -> Look:
    """The look that ``w:rPr`` (or None) gives."""
    if properties is None:
        return Look()
    fonts = properties.find(f"{W}rFonts")
    font = None if fonts is None else fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi")
    return Look(
        _switch(properties, "b"), _switch(properties, "caps"), _switch(properties, "vanish"), font
    )


def read_list(properties: Any) -> tuple[str | None, int | None]:
    """The list and level that ``w:pPr`` (or None) names."""
    place = None if properties is None else properties.find(f"{W}numPr")
    if place is None:
        return None, None
    number, depth = place.find(f"{W}numId"), place.find(f"{W}ilvl")
    told = None if depth is None else str(depth.get(f"{W}val", "0"))
    return (
        None if number is None else str(number.get(f"{W}val", "0")),
        int(told) if told is not None and told.isdigit() else None,
    )


def read_styles(root: Any) -> Styles:
    """The styles that *root* (``w:styles``, or None) defines."""
    if root is None:
        return Styles({}, {}, Look(), None)
    defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    items = {str(s.get(f"{W}styleId")): s for s in root.findall(f"{W}style")}
    looks: dict[str, Look] = {}
    lists: dict[str, tuple[str, int]] = {}
    paragraph = None
    for name, item in items.items():
        look, number, depth = Look(), None, None
        for one in _chain(items, name):
            look = look.over(read_look(one.find(f"{W}rPr")))
            told, level = read_list(one.find(f"{W}pPr"))
            number = told if number is None else number
            depth = level if depth is None else depth
        looks[name] = look
        if number is not None:
            lists[name] = (number, depth or 0)
        if item.get(f"{W}type") == "paragraph" and item.get(f"{W}default") in ("1", "true"):
            paragraph = name
    return Styles(looks, lists, read_look(defaults), paragraph)


def _chain(items: dict[str, Any], name: str) -> list[Any]:
    """The style and what it is based on, the nearest first."""
    chain: list[Any] = []
    seen: set[str] = set()
    while name in items and name not in seen:
        seen.add(name)
        chain.append(items[name])
        based = items[name].find(f"{W}basedOn")
        name = "" if based is None else str(based.get(f"{W}val"))
    return chain


def _switch(properties: Any, name: str) -> bool | None:
    item = properties.find(f"{W}{name}")
    return None if item is None else item.get(f"{W}val", "1") not in _OFF
