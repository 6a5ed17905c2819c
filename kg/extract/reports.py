"""Reporting and watching: who is reported to, who is the focal point, who follows the work up."""

from __future__ import annotations

import re
from functools import cache

from ..model import Passage, Role
from ..text import level, phrases
from ..words import word_list, word_pattern
from .agents import find_agents

_WINDOW = re.compile(r"[;:.]|\bđể\b|\btổng\s+hợp\b")


@cache
def _after() -> re.Pattern[str]:
    return re.compile(rf"(?:^|\s)(?:{phrases(word_list('roles', 'after_report'))}\s+)?")


def report_recipients(passage: Passage, clause: int) -> list[Role]:
    """To whom the sentence tells to report; those whom the recipient reports to in turn are not."""
    text, low = passage.text, level(passage.text)
    for match in word_pattern("roles", "report").finditer(low):
        window = _WINDOW.search(low, match.end())
        stop = window.start() if window else len(text)
        for gap in _after().finditer(low, match.end(), min(stop, match.end() + 160)):
            if not (gap.group().strip() or gap.start() == match.end()):
                continue
            agents, _ = find_agents(passage, gap.end())
            if agents and agents[0].kind in ("body", "committee", "person"):
                named = [a for a in agents if a.end <= stop + 200]
                return [
                    Role("recipient", a.mention(passage), "inline", "report-to", clause)
                    for a in named
                ]
    return []


def watch_roles(passage: Passage, leads: list[Role], clause: int) -> list[Role]:
    """The leads once more as focal point or monitor, where the sentence makes them so."""
    low = level(passage.text)
    found: list[Role] = []
    for role, name in (("focal", "focal"), ("monitor", "monitor")):
        if word_pattern("roles", name).search(low):
            found += [Role(role, r.mention, r.source, name, clause) for r in leads]
    return found
