"""What a plan says, found by rules: one pure function a topic, joined here."""

from __future__ import annotations

from datetime import date

from ..model import Outline, Plan
from ..text import level
from .goals import HORIZON, find_goals, find_statements
from .header import find_header
from .legal_basis import find_references
from .sections import section_keys
from .tasks import find_tasks


def extract(outline: Outline) -> Plan:
    """Everything found in one document; each item holds the span of its words.

    What the text does not say is None.  Never raises, whatever the text.
    """
    keys = section_keys(outline)
    header = find_header(outline)
    goals, targets = find_goals(outline, keys)
    groups, tasks = find_tasks(outline, keys)
    title = header.title.value if header.title else ""
    day = date.fromisoformat(header.date.value) if header.date else None
    return Plan(
        outline=outline,
        header=header,
        references=find_references(
            outline,
            header.number.value if header.number else None,
            day,
            header.title.span if header.title else None,
        ),
        purposes=find_statements(outline, keys, "purpose"),
        requirements=find_statements(outline, keys, "requirement"),
        goals=goals,
        targets=targets,
        groups=groups,
        tasks=tasks,
        horizons=title_horizons(title),
    )


def title_horizons(title: str) -> tuple[int, ...]:
    """The years that a title promises («đến năm 2025, định hướng đến năm 2030»)."""
    return tuple(sorted({int(year) for year in HORIZON.findall(level(title))}))
