"""Names of those who act, in running text and in lists.

One body ("Sở Kế hoạch và Đầu tư"), a committee of some level ("UBND các xã, phường"), or a collective
("các sở, ban, ngành tỉnh", "các doanh nghiệp trên địa bàn tỉnh").  Commas and «và» stand inside names
as well as between them, so they part two names only where a new one begins after them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import regex as re

from ..model import Mention, Passage
from ..text import level
from ..words import word_list
from . import agent_patterns as patterns

MAX_WORDS = 24


@dataclass(frozen=True, slots=True)
class Agent:
    """A name at ``text[start:end]``; *name* differs from the words where a head was left out."""

    name: str
    start: int
    end: int
    kind: str  # "body", "committee", "collective", "several", "person"

    def mention(self, passage: Passage) -> Mention:
        return Mention(self.name, passage.span(self.start, self.end))


def find_agents(
    passage: Passage,
    start: int = 0,
    *,
    whole: bool = False,
    expected: bool = False,
    leading: bool = False,
) -> tuple[list[Agent], int]:
    """The list of names that begins at *start*, and where it ends ([] and *start* where none does).

    *whole*: the passage is nothing but names (a heading, a table cell, the value of a label), so a
    collective may be qualified by any words ("Các chủ đầu tư xây dựng hạ tầng").
    *expected*: the words before tell that a name follows («phối hợp với lực lượng Công an»), so a
    collective needs no «các».  *leading*: a common noun may begin the sentence («Doanh nghiệp ...»).
    """
    reader = _Reader(passage.text, whole, expected, leading)
    found, end = reader.read(start)
    named = [one for agent in found for one in _named_in_brackets(agent, passage.text)]
    return _share_qualifier(named), end


def is_agent_at(text: str, at: int) -> bool:
    return _Reader(text, whole=False).one(at, None) is not None


class _Reader:
    def __init__(
        self, text: str, whole: bool, expected: bool = False, leading: bool = False
    ) -> None:
        self.text = text
        self.low = level(text)
        self.whole = whole
        self.expected = expected
        self.leading = leading

    def read(self, start: int) -> tuple[list[Agent], int]:
        found: list[Agent] = []
        at = end = start
        while True:
            if several := self._committees(at):
                found += several
                end = several[-1].end
            else:
                agent = self.one(at, found[-1] if found else None)
                if agent is None:
                    return found, end
                found.append(agent)
                end = agent.end
            separator = patterns.SEPARATOR.match(self.text, end)
            if separator is None:
                return found, end
            at = separator.end()

    def _committees(self, at: int) -> list[Agent]:
        """«UBND các xã: A, B và C» → a committee for each commune; [] where no places follow.

        «Ủy ban nhân dân các xã, phường» names no place, «UBND tỉnh Hậu Giang» but one.
        """
        committee = patterns.words_pattern("committees").match(self.low, at)
        if committee is None:
            return []
        kind = patterns.COMMUNES.match(self.low, committee.end())
        if kind is None:
            return []
        head = f"{self.text[at : committee.end()]} {kind.group(1)}"
        found: list[Agent] = []
        place = kind.end()
        while name := patterns.NAME.match(self.text, place):
            start = at if not found else place
            found.append(Agent(f"{head} {name.group()}", start, name.end(), "committee"))
            separator = patterns.SEPARATOR.match(self.text, name.end())
            if separator is None or patterns.words_pattern("heads").match(
                self.low, separator.end()
            ):
                break
            place = separator.end()
        return found if len(found) > 1 else []

    def one(self, at: int, before: Agent | None, *, of_person: bool = False) -> Agent | None:
        """The name that begins at *at*; *before* is the name left of it in a list."""
        determiner = patterns.words_pattern("determiners").match(self.low, at)
        inner = patterns.SPACE.match(self.low, determiner.end()) if determiner else None
        start = inner.end() if inner else at
        if department := patterns.department().match(self.low, start):
            return self._department(at, start, department)
        if (
            before
            and before.kind in ("body", "person")
            and not determiner
            and (found := self._elided(at, before))
        ):
            return found
        if person := patterns.words_pattern("persons").match(self.low, start):
            return self._person(at, person.end())
        if committee := patterns.words_pattern("committees").match(self.low, start):
            return Agent(
                self.text[at : (end := self._levels(committee.end()))], at, end, "committee"
            )
        several = patterns.nouns("several").match(self.low, start)
        collective = patterns.nouns("collective").match(self.low, start)
        listed = collective is not None and patterns.LISTED.search(collective.group()) is not None
        named = determiner or self.whole or self.leading or before
        if several and (named or self.text[start].islower()):
            single = patterns.words_pattern("several").match(self.low, start) or several
            if not (listed and collective and collective.end() > several.end()):
                return self._group(at, single.end(), "several")
        if collective and (determiner or listed or of_person or self._bare(collective, before)):
            return self._group(at, collective.end(), "collective")
        if patterns.words_pattern("nobody").match(self.low, start):
            return None
        if head := patterns.words_pattern("heads").match(self.low, start):
            return self._body(at, start, head)
        if self.whole and self.expected and (short := patterns.ACRONYM.match(self.text, at)):
            return Agent(short.group(), at, short.end(), "body")
        if collective and self.whole and collective.group() not in word_list("agents", "verbal"):
            return self._group(at, collective.end(), "collective")
        return None

    def _bare(self, noun: re.Match[str], before: Agent | None) -> bool:
        """«…, cơ quan ngành dọc»: in a list, or where a name is expected, a collective needs no «các»."""
        return (before is not None or self.expected) and noun.group() in word_list("agents", "bare")

    def _department(self, at: int, start: int, match: re.Match[str]) -> Agent:
        end = match.end()
        if place := patterns.PLACE.match(self.text, end):
            end = place.end()
        words = self.text[start:end].replace(":", " ")
        return Agent(re.sub(r"\s+", " ", words), max(at, start), end, "body")

    def _elided(self, at: int, before: Agent) -> Agent | None:
        """«, Tư pháp» after «Sở Nội vụ»: the head is said once for all."""
        head = patterns.HEAD.match(level(before.name))
        if head is None or not (field := patterns.field().match(self.low, at)):
            return None
        if not self.text[at].isupper() or patterns.words_pattern("heads").match(self.low, at):
            return None
        said = before.name[: head.end()]
        return Agent(f"{said} {self.text[at : field.end()]}", at, field.end(), before.kind)

    def _person(self, at: int, end: int) -> Agent | None:
        comma = patterns.COMMA.match(self.text, end)
        if comma and patterns.words_pattern("persons").match(self.low, comma.end()):
            return Agent(self.text[at:end], at, end, "person")  # «Bộ trưởng, Thủ trưởng ...»
        space = patterns.SPACE.match(self.text, end)
        inner = self.one(space.end(), None, of_person=True) if space else None
        if inner is None:
            return None
        name = self.text[at : inner.end]
        if ":" in name:  # «Giám đốc các Sở: Tài chính, Y tế»: one of several
            name = f"{self.text[at:end]} {inner.name}"
        return Agent(name, at, inner.end, "person")

    def _levels(self, end: int) -> int:
        """«UBND» + «các xã, phường, đặc khu», «tỉnh Hậu Giang», «cấp huyện» ..."""
        if found := patterns.levels().match(self.low, end):
            end = found.end()
            if name := patterns.PROPER_NAME.match(self.text, end):
                end = name.end()
        else:
            if name := patterns.PLACE_NAME.match(self.text, end):
                end = name.end()
        while area := patterns.AREA.match(self.text, end):
            end = area.end()
        return self._related(end)

    def _related(self, end: int) -> int:
        found = patterns.RELATED.match(self.low, end)
        return found.end() if found else end

    def _body(self, at: int, start: int, head: re.Match[str]) -> Agent | None:
        """A name with a capital; after a head that is a verb too («Thanh tra») a proper word must follow."""
        if not self.text[start].isupper():
            return None
        if head.group() in word_list("agents", "verbal") and not patterns.PROPER.match(
            self.text, head.end()
        ):
            return None
        end = self._extend(head.end())
        return Agent(self.text[at:end], at, end, "body")

    def _group(self, at: int, end: int, kind: str) -> Agent:
        stop = self._extend(end)
        return Agent(self.text[at:stop], at, stop, kind)

    def _extend(self, end: int) -> int:
        """On through the words of the name: to a separator before another name, a verb or a stop."""
        trailers = patterns.words_pattern("trailers")
        qualifiers = patterns.words_pattern("qualifiers")
        count = 0
        at = end
        while count < MAX_WORDS:
            if not self.text.startswith(" ", at):
                break
            word_at = at + 1
            if self.text.startswith("(", word_at):
                bracket = patterns.BRACKET.match(self.text, word_at)
                if bracket is None:
                    break
                at = bracket.end()
                break
            if qualifier := qualifiers.match(self.low, word_at):
                at = qualifier.end()
                if qualifier.group().startswith("được"):
                    at = self._clause(at)
                    break
                if subject := patterns.CONCERNED.match(self.low, at):
                    at = subject.end()
                count += 1
                continue
            area = patterns.AREA.match(self.text, at)
            if area:
                at = area.end()
                continue
            if owner := patterns.owners().match(self.low, at):
                at = owner.end()
                continue
            if patterns.RESULTS.match(self.low, word_at):
                break
            if trailers.match(self.low, word_at) or (not self.whole and self._verb(word_at)):
                break
            joint = patterns.JOINT.match(self.low, word_at)
            if joint and (
                self.one(joint.end(), None) is not None
                or (not self.whole and self._verb(joint.end()))
            ):
                break
            word = patterns.WORD.match(self.text, word_at)
            if word is None:
                break
            at = word.end()
            count += 1
        return at

    def _verb(self, at: int) -> bool:
        """A word for what is done (in small letters: «Truyền hình Thành phố» holds no «hình thành»)."""
        if self.low.startswith("có ", at):
            return patterns.words_pattern("having").match(self.low, at + 3) is None
        found = patterns.words_pattern("stops").match(self.low, at)
        return found is not None and self.text[at : found.end()].islower()

    def _clause(self, at: int) -> int:
        """«được giao chủ trì thực hiện nhiệm vụ theo Kế hoạch này» up to what they must do."""
        found = patterns.DUTY.search(self.low, at)
        return found.start() if found else len(self.text.rstrip(" .;:"))


def _named_in_brackets(agent: Agent, text: str) -> list[Agent]:
    """«các nhà mạng (Viettel, VNPT)»: those named in the brackets are meant."""
    bracket = patterns.LAST_BRACKET.search(agent.name)
    if agent.kind not in ("several", "collective") or bracket is None:
        return [agent]
    start = agent.end - len(bracket.group()) + 1
    names = [
        Agent(text[start + m.start() : start + m.end()], start + m.start(), start + m.end(), "body")
        for m in re.finditer(r"[^,;\s][^,;]*", bracket.group(1))
    ]
    proper = len(names) > 1 and all(name.name[:1].isupper() for name in names)
    return names if proper else [agent]


def _share_qualifier(found: list[Agent]) -> list[Agent]:
    """«các doanh nghiệp, Hợp tác xã trên địa bàn tỉnh»: the area holds for both."""
    shared = list(found)
    for index in range(len(shared) - 2, -1, -1):
        here, after = shared[index], shared[index + 1]
        if here.kind == after.kind == "several" and (area := patterns.AREA.search(after.name)):
            bare = patterns.nouns("several").search(level(here.name))
            if bare and bare.end() == len(here.name) and not patterns.AREA.search(here.name):
                shared[index] = replace(here, name=here.name + area.group())
    return shared
