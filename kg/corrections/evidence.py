"""Which words of the plan a corrected value rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Clause, Mention, Outline, Passage, Plan, Span
from ..text import fold, level, phrase
from .anchors import Place, frame_passages, passages_of


class Evidence:
    """The words that a correction at *place* may rest on.

    A value is looked for, nearest first, in the words of the anchor, in its clause, among the labels and
    items beside it and beneath it, in the headings above.  What stands in none of them rests on the words of
    the clause itself.
    """

    def __init__(self, plan: Plan, place: Place) -> None:
        self.plan = plan
        self.place = place

    @property
    def fallback(self) -> Span:
        return self.place.passage.span()

    def find(self, words: str) -> tuple[Passage, Span] | None:
        """The passage and span in which *words* stand, whatever their case."""
        pattern = re.compile(rf"(?<!\w){phrase(level(words))}(?!\w)")
        for passage in self._near():
            if found := pattern.search(level(passage.text)):
                return passage.cut(*found.span()), passage.span(*found.span())
        return None

    def span(self, words: str) -> Span:
        found = self.find(words)
        return found[1] if found else self.fallback

    def mention(self, name: str) -> Mention:
        """*name* with the words that name it; those the plan's own roles have read first."""
        for task in self.plan.tasks:
            if task.clause == self.place.clause:
                for role in task.roles:
                    if fold(role.mention.name) == fold(name):
                        return role.mention
        return Mention(name, self.span(name))

    def _near(self) -> Iterator[Passage]:
        place, outline = self.place, self.plan.outline
        yield place.passage.cut(place.start, place.end)
        yield place.passage
        if place.clause is None:
            yield from frame_passages(outline)
            return
        for clause in _neighbours(outline, outline.clauses[place.clause]):
            yield from passages_of(clause)


def _neighbours(outline: Outline, clause: Clause) -> Iterator[Clause]:
    yield clause
    yield from outline.children(clause.index)
    if clause.parent is not None:
        yield from outline.children(clause.parent)
    yield from reversed(outline.ancestors(clause))
