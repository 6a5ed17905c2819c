"""Agencies and groups that only the plan names: class, type, jurisdiction and labels from their type and
place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..agency_types import AgencyType, type_of
from ..names import BASE, unit_iri
from ..registry import Unit, load_registry

_LEVEL = re.compile(r"\s+(?:cấp\s+)?(?:tỉnh|thành phố)$")


@dataclass(frozen=True, slots=True)
class Described:
    """*kinds* are classes (names in kh: or IRIs), *classification* and *unit* IRIs or None, *vi* and *en*
    labels."""

    kinds: tuple[str, ...]
    classification: str | None
    unit: str | None
    vi: str
    en: str


def describe_agent(iri: str, name: str) -> Described:
    """What can be said of the agent *iri*, which the plan calls *name*; no fact that its type and place do not
    tell."""
    unit = _unit(iri)
    where = unit_iri(unit.path) if unit else None
    if "/group/" in iri:
        return Described(("AgentGroup",), None, where, name, f"“{name}”")
    one = type_of(iri) if iri.startswith(f"{BASE}agency/") else None
    if one is None:
        return Described(("Agency",), None, where, name, f"“{name}”")
    vi, en = name, f"“{name}”"
    if one.level == "province" and unit and not re.search(r"-khu-vuc-\d+$", iri):
        vi, en = _labels(one, unit, iri)
    elif one.level == "country":
        vi, en = one.vi, one.en
        where = unit_iri("vn")
    regional = re.search(r"-khu-vuc-\d+$", iri) is not None
    return Described(one.kinds or ("Agency",), one.iri, None if regional else where, vi, en)


def _unit(iri: str) -> Unit | None:
    """The province or city that the agent itself belongs to (not one of its districts or communes)."""
    path = re.sub(rf"^{re.escape(BASE)}(?:agency|group)/", "", iri).rpartition("/")[0]
    return load_registry().unit_at(path)


def _labels(one: AgencyType, unit: Unit, iri: str) -> tuple[str, str]:
    """«Sở Y tế tỉnh Nghệ An», "Department of Health of Nghệ An"; a Party body is of the committee that it
    is named after («Văn phòng Thành ủy Cần Thơ»)."""
    place = unit.vi[:1].lower() + unit.vi[1:]
    bare = re.sub(r"^(?:tỉnh|thành phố|thủ đô)\s+", "", place)
    vi = _LEVEL.sub("", one.vi)
    if "thanh-uy" in iri:
        vi = vi.replace("Tỉnh ủy", "Thành ủy")
    tail = bare if re.search(r"(?:Tỉnh|Thành) ủy$|^Báo$", vi) else place
    en = re.sub(r"\bProvincial |\bprovincial | of the province$", "", one.en)
    return f"{vi} {tail}", f"{en} of {bare}"
