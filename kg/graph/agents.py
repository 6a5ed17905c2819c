"""Agencies and groups that only the plan names: class, type, jurisdiction and labels from their type and
place, alike in every plan."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..agency_types import AgencyType, regional_name, type_of
from ..collectives import group_name
from ..names import BASE, unit_iri
from ..registry import Unit, load_registry

_LEVEL = re.compile(r"\s+(?:cấp\s+)?(?:tỉnh|thành phố)$")
_SINCE = re.compile(r"\s*\([^()]*\)$")  # «Tỉnh Đồng Nai (từ 01/7/2025)»


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
        vi = group_name(name)
        return Described(("AgentGroup",), None, where, *_of_place(vi, unit))
    one = type_of(iri) if iri.startswith(f"{BASE}agency/") else None
    if one is None:
        return Described(("Agency",), None, where, name, f"“{name}”")
    kinds = one.kinds or ("Agency",)
    if region := regional_name(iri):  # it works in several provinces, which no source here lists
        number = region.rsplit(" ", 1)[-1]
        return Described(kinds, one.iri, None, region, f"{_plain(one.en)}, Region {number}")
    if one.level == "country":
        return Described(kinds, one.iri, unit_iri("vn"), one.vi, one.en)
    own = iri.rsplit("/", 1)[-1].replace("thanh-uy", "tinh-uy") == one.segment
    if one.level == "province" and unit and own:
        return Described(kinds, one.iri, where, *_labels(one, unit, iri))
    return Described(kinds, one.iri, where, name, f"“{name}”")


def _unit(iri: str) -> Unit | None:
    """The province or city that the agent itself belongs to (not one of its districts or communes)."""
    path = re.sub(rf"^{re.escape(BASE)}(?:agency|group)/", "", iri).rpartition("/")[0]
    return load_registry().unit_at(path)


def _of_place(group: str, unit: Unit | None) -> tuple[str, str]:
    """«Các sở, ban, ngành (tỉnh Nghệ An)»: every province has its own, and they are not to be counted as one."""
    place, bare = _place(unit) if unit else ("", "")
    if not bare or bare.lower() in group.lower():
        return group, f"“{group}”"
    return f"{group} ({place})", f"“{group}” ({bare})"


def _place(unit: Unit) -> tuple[str, str]:
    """«tỉnh Nghệ An», and its bare name."""
    said = _SINCE.sub("", unit.vi)
    place = said[:1].lower() + said[1:]
    return place, re.sub(r"^(?:tỉnh|thành phố|thủ đô)\s+", "", place)


def _labels(one: AgencyType, unit: Unit, iri: str) -> tuple[str, str]:
    """«Sở Y tế tỉnh Nghệ An», "Department of Health of Nghệ An"; a Party body is of the committee that it
    is named after («Văn phòng Thành ủy Cần Thơ»)."""
    place, bare = _place(unit)
    vi = _LEVEL.sub("", one.vi)
    if "thanh-uy" in iri:
        vi = vi.replace("Tỉnh ủy", "Thành ủy")
    tail = bare if re.search(r"(?:Tỉnh|Thành) ủy$|^Báo$", vi) else place
    return f"{vi} {tail}", f"{_plain(one.en)} of {bare}"


def _plain(en: str) -> str:
    return re.sub(r"\bProvincial |\bprovincial | of the province$", "", en)
