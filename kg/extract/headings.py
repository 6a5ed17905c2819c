"""Headings that name who acts: their roles hold for the items beneath, the nearest one first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import regex as re

from ..model import Clause, Mention, Outline, Role
from ..text import level
from ..words import word_pattern
from .roles import aside_roles, coordinators, heading_agents, is_group_at, subject_agents

_PARTNERS = re.compile(r"phối\s+hợp(?:\s+(?:với|cùng|cùng\s+với))?\s*:?$")


class Headings:
    """Who the headings of an outline name, and for which clauses."""

    def __init__(self, outline: Outline, kids: Mapping[int | None, Sequence[Clause]]) -> None:
        self.outline = outline
        self.kids = kids
        self._named: dict[int, list[Role]] = {}
        self._of: dict[int, list[Role]] = {}
        self.openers = _openers(kids)
        self._of_openers: dict[int, list[Role]] = {}
        self._counts: dict[tuple[int | None, str], tuple[int, int]] = {}

    def of(self, clause: Clause) -> list[Role]:
        """The roles that *clause* gives to the items beneath it; none where it names nobody."""
        if clause.index not in self._of:
            self._of[clause.index] = self._read(clause)
        return self._of[clause.index]

    def above(self, clause: Clause) -> tuple[Clause | None, list[Role]]:
        """The nearest heading over *clause* that names somebody, and whom."""
        chain = (*self.outline.ancestors(clause), clause)
        for place in reversed(chain):
            if place is not clause and (roles := self.of(place)):
                return place, roles
            opener = self.openers.get(place.index)
            if opener is not None and (roles := self._opened(opener)):
                return opener, roles
        return None, []

    def asks_partners(self, clause: Clause) -> bool:
        """*clause* stands beneath «b) Chủ trì, phối hợp với:»: its subjects coordinate."""
        parent = None if clause.parent is None else self.outline.clauses[clause.parent]
        return parent is not None and _PARTNERS.search(level(parent.passage.text)) is not None

    def _read(self, clause: Clause) -> list[Role]:
        if not clause.is_heading:
            return []
        if (named := self._name(clause)) and not (
            _is_common_noun(clause) and not self._among_agencies(clause)
        ):
            return named
        if not self.kids.get(clause.index):
            return []
        if told := aside_roles(clause.passage, clause.index, "heading"):
            return told
        if clause.passage.text.endswith(":") and (found := self._introduced(clause)):
            return found
        if is_group_at(clause.passage) and self._among_agencies(clause):
            text = clause.passage.text.rstrip(" .:;")
            whole = Mention(text, clause.passage.span(0, len(text)))
            return [Role("lead", whole, "heading", "heading-group-described", clause.index)]
        return []

    def _name(self, clause: Clause) -> list[Role]:
        if clause.index not in self._named:
            self._named[clause.index] = heading_agents(clause) if clause.is_heading else []
        return self._named[clause.index]

    def _opened(self, opener: Clause) -> list[Role]:
        if opener.index not in self._of_openers:
            self._of_openers[opener.index] = self._introduced(opener)
        return self._of_openers[opener.index]

    def _introduced(self, clause: Clause) -> list[Role]:
        """«Giao Sở A chủ trì, phối hợp với Sở B thực hiện các nhiệm vụ sau:»"""
        passage = clause.passage
        agents, rule = subject_agents(passage)
        if not agents:
            return []
        names = {a.name for a in agents}
        leads = [
            Role("lead", a.mention(passage), "heading", f"introduced-{rule}", clause.index)
            for a in agents
        ]
        helpers = coordinators(passage, clause.index, "heading")
        return leads + [r for r in helpers if r.mention.name not in names]

    def _among_agencies(self, clause: Clause) -> bool:
        """Most headings beside it name an agency and nothing else."""
        place = (clause.parent, clause.kind)
        if place not in self._counts:
            alike = [
                c
                for c in self.kids.get(clause.parent, ())
                if c.is_heading and c.kind == clause.kind
            ]
            self._counts[place] = (len(alike), sum(bool(self._name(c)) for c in alike))
        headings, named = self._counts[place]
        beside, named = headings - 1, named - bool(self._name(clause))
        return beside > 1 and 2 * named > beside


def _openers(kids: Mapping[int | None, Sequence[Clause]]) -> dict[int, Clause]:
    """For an item (by index) the paragraph beside it that introduces it: «Sở A có trách nhiệm:» and
    a), b) behind it."""
    found: dict[int, Clause] = {}
    for children in kids.values():
        opener: Clause | None = None
        for clause in children:
            if clause.kind == "doan":
                opens = clause.passage.text.endswith(":") and not kids.get(clause.index)
                opener = clause if opens else None
            elif opener is not None and clause.kind in ("diem", "khoan"):
                found[clause.index] = opener
    return found


def _is_common_noun(clause: Clause) -> bool:
    """«Doanh nghiệp số», «Tổ chức, bộ máy»: as likely a subject as an actor."""
    determined = word_pattern("agents", "determiners").match(level(clause.passage.text))
    return determined is None and is_group_at(clause.passage)


def is_request(low: str) -> bool:
    """The words ask («đề nghị», «khuyến khích») rather than charge."""
    return word_pattern("modality", "request").search(low, 0, 400) is not None
