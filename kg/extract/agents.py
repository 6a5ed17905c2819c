"""Names of those who act, in running text and in lists.

One body ("Sở Kế hoạch và Đầu tư"), a committee of some level ("UBND các xã, phường"), or a collective
("các sở, ban, ngành tỉnh", "các doanh nghiệp trên địa bàn tỉnh").  Commas and «và» stand inside names
as well as between them, so they part two names only where a new one begins after them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import regex as re

from ..model import Mention, Passage
from ..text import level, phrases
from ..words import word_list

_SEPARATOR = re.compile(r"\s*[,;]\s*(?:và\s+|cùng\s+)?|\s+(?:và|cùng(?:\s+với)?|với)\s+|\s*/\s*")
_SPACE = re.compile(r"\s+")
_PLACE = re.compile(
    r"\s+(?:tỉnh|thành phố|Tỉnh|Thành phố|TP\.?)(?:\s+[\p{Lu}]\w*(?:\s+[\p{Lu}]\w*){0,3})?(?![\w])"
)
_AREA = re.compile(
    r"\s+(?:(?:đóng\s+)?[Tt]rên\s+địa\s+bàn(?:\s+(?:toàn\s+)?(?:[Tt]ỉnh|[Tt]hành\s+phố|huyện|xã))?"
    r"|[Cc]ấp\s+(?:[Tt]ỉnh|[Tt]hành\s+phố|huyện|xã))(?!\w)"
    r"(?:\s+[\p{Lu}][\p{Ll}]\w*){0,3}"
)
_PROPER = re.compile(r"\s+(?:\p{Lu}|(?:[Tt]ỉnh|[Tt]hành phố|[Nn]hà nước|khu vực|huyện|cấp)(?!\w))")
# A proper name of a place: words with a capital (or numbers: «Phường 1»).
_NAME = re.compile(r"\p{Lu}[\p{L}’']*(?:\s+\p{Lu}[\p{L}’']*){0,3}(?!\w)")
# «VTV», «LĐLĐ tỉnh»: letters that stand for a name, where nothing but names can stand.
_ACRONYM = re.compile(
    r"(?![IVXLC]+\b)[A-ZĐ][A-ZĐ&.-]*[A-ZĐ](?:\s+(?:tỉnh|Tỉnh|thành phố|Thành phố|TP|VN|Việt Nam))?(?!\w)"
)
# «liên quan đến việc thực hiện …»: what they have to do with, its verb included.
_CONCERNED = re.compile(r"\s+(?:đến|tới)(?:\s+việc\s+\w+(?:\s+\w+)?)?(?!\w)")
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


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(phrases(word_list("agents", name)) + r"(?!\w)")


@cache
def _department() -> re.Pattern[str]:
    fields = phrases(word_list("agents", "fields"))
    return re.compile(rf"(sở|bộ)\s*:?\s+({fields})(?!\w)")


@cache
def _field() -> re.Pattern[str]:
    return re.compile(phrases(word_list("agents", "fields")) + r"(?!\w)")


@cache
def _nouns(name: str) -> re.Pattern[str]:
    """A noun of a kind, or a list of such nouns («sở, ban, ngành»)."""
    noun = phrases(word_list("agents", name))
    return re.compile(rf"{noun}(?!\w)(?:(?:\s*,\s*(?:và\s+)?|\s+và\s+|\s*/\s*){noun}(?!\w))*")


@cache
def _owners() -> re.Pattern[str]:
    """«thuộc các bộ, ngành»: the commas part whose they are, not another name."""
    return re.compile(rf"\s+(?:thuộc|của)\s+(?:các\s+)?{_nouns('collective').pattern}")


def find_agents(
    passage: Passage, start: int = 0, *, whole: bool = False, expected: bool = False
) -> tuple[list[Agent], int]:
    """The list of names that begins at *start*, and where it ends ([] and *start* where none does).

    *whole*: the passage is nothing but names (a heading, a table cell, the value of a label), so a
    collective may be qualified by any words ("Các chủ đầu tư xây dựng hạ tầng").
    *expected*: the words before tell that a name follows («phối hợp với lực lượng Công an»), so a
    collective needs no «các».
    """
    reader = _Reader(passage.text, whole, expected)
    found, end = reader.read(start)
    named = [one for agent in found for one in _named_in_brackets(agent, passage.text)]
    return _share_qualifier(named), end


def is_agent_at(text: str, at: int) -> bool:
    return _Reader(text, whole=False).one(at, None) is not None


class _Reader:
    def __init__(self, text: str, whole: bool, expected: bool = False) -> None:
        self.text = text
        self.low = level(text)
        self.whole = whole
        self.expected = expected

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
            separator = _SEPARATOR.match(self.text, end)
            if separator is None:
                return found, end
            at = separator.end()

    def _committees(self, at: int) -> list[Agent]:
        """«UBND các xã: A, B và C» → a committee for each commune; [] where no places follow.

        «Ủy ban nhân dân các xã, phường» names no place, «UBND tỉnh Hậu Giang» but one.
        """
        committee = _pattern("committees").match(self.low, at)
        if committee is None:
            return []
        kind = re.compile(
            r"\s+(?:các\s+|\d{1,3}\s+)(xã|phường|huyện|thị trấn|đặc khu)\s*:?\s+"
        ).match(self.low, committee.end())
        if kind is None:
            return []
        head = f"{self.text[at : committee.end()]} {kind.group(1)}"
        found: list[Agent] = []
        place = kind.end()
        while name := _NAME.match(self.text, place):
            start = at if not found else place
            found.append(Agent(f"{head} {name.group()}", start, name.end(), "committee"))
            separator = _SEPARATOR.match(self.text, name.end())
            if separator is None or _pattern("heads").match(self.low, separator.end()):
                break
            place = separator.end()
        return found if len(found) > 1 else []

    def one(self, at: int, before: Agent | None, *, of_person: bool = False) -> Agent | None:
        """The name that begins at *at*; *before* is the name left of it in a list."""
        determiner = _pattern("determiners").match(self.low, at)
        inner = _SPACE.match(self.low, determiner.end()) if determiner else None
        start = inner.end() if inner else at
        if department := _department().match(self.low, start):
            return self._department(at, start, department)
        if (
            before
            and before.kind == "body"
            and not determiner
            and (found := self._elided(at, before))
        ):
            return found
        if person := _pattern("persons").match(self.low, start):
            return self._person(at, person.end())
        if committee := _pattern("committees").match(self.low, start):
            return Agent(
                self.text[at : (end := self._levels(committee.end()))], at, end, "committee"
            )
        several = _nouns("several").match(self.low, start)
        collective = _nouns("collective").match(self.low, start)
        listed = collective is not None and re.search(r",|/|\bvà\b", collective.group()) is not None
        if several and (determiner or self.whole or before or self.text[start].islower()):
            single = _pattern("several").match(self.low, start) or several
            if not (listed and collective and collective.end() > several.end()):
                return self._group(at, single.end(), "several")
        if collective and (determiner or listed or of_person or self._bare(collective, before)):
            return self._group(at, collective.end(), "collective")
        if _pattern("nobody").match(self.low, start):
            return None
        if head := _pattern("heads").match(self.low, start):
            return self._body(at, start, head)
        if self.whole and self.expected and (short := _ACRONYM.match(self.text, at)):
            return Agent(short.group(), at, short.end(), "body")
        if collective and self.whole and collective.group() not in word_list("agents", "verbal"):
            return self._group(at, collective.end(), "collective")
        return None

    def _bare(self, noun: re.Match[str], before: Agent | None) -> bool:
        """«…, cơ quan ngành dọc»: in a list, or where a name is expected, a collective needs no «các»."""
        return (before is not None or self.expected) and noun.group() in word_list("agents", "bare")

    def _department(self, at: int, start: int, match: re.Match[str]) -> Agent:
        end = match.end()
        if place := _PLACE.match(self.text, end):
            end = place.end()
        words = self.text[start:end].replace(":", " ")
        return Agent(re.sub(r"\s+", " ", words), max(at, start), end, "body")

    def _elided(self, at: int, before: Agent) -> Agent | None:
        """«, Tư pháp» after «Sở Nội vụ»: the head is said once for all."""
        head = before.name.split(" ")[0]
        if level(head) not in ("sở", "bộ") or not (field := _field().match(self.low, at)):
            return None
        if not self.text[at].isupper() or _pattern("heads").match(self.low, at):
            return None
        return Agent(f"{head} {self.text[at : field.end()]}", at, field.end(), "body")

    def _person(self, at: int, end: int) -> Agent | None:
        comma = re.compile(r"\s*,\s*").match(self.text, end)
        if comma and _pattern("persons").match(self.low, comma.end()):
            return Agent(self.text[at:end], at, end, "person")  # «Bộ trưởng, Thủ trưởng ...»
        space = _SPACE.match(self.text, end)
        inner = self.one(space.end(), None, of_person=True) if space else None
        if inner is None:
            return None
        return Agent(self.text[at : inner.end], at, inner.end, "person")

    def _levels(self, end: int) -> int:
        """«UBND» + «các xã, phường, đặc khu», «tỉnh Hậu Giang», «cấp huyện» ..."""
        unit = phrases(word_list("agents", "levels"))
        listed = re.compile(
            rf"\s+(?:(?:các|từng|cấp)\s+)*{unit}(?!\w)(?:(?:\s*,\s*(?:và\s+)?|\s+và\s+|\s*/\s*|\s*-\s*)(?:các\s+)?{unit}(?!\w))*"
        )
        if found := listed.match(self.low, end):
            end = found.end()
            proper = re.compile(r"\s+[\p{Lu}]\w*(?:\s+[\p{Lu}]\w*){0,3}")
            if name := proper.match(self.text, end):
                end = name.end()
        else:
            proper = re.compile(r"\s+[\p{Lu}][\p{Ll}]\w*(?:\s+[\p{Lu}]\w*){0,3}")
            if name := proper.match(self.text, end):
                end = name.end()
        while area := _AREA.match(self.text, end):
            end = area.end()
        return self._related(end)

    def _related(self, end: int) -> int:
        related = re.compile(
            r"\s+trực\s+thuộc\s+trung\s+ương|\s+(?:khác\s+)?(?:có\s+)?liên\s+quan|\s+nơi\s+có[^,;.]*"
        )
        found = related.match(self.low, end)
        return found.end() if found else end

    def _body(self, at: int, start: int, head: re.Match[str]) -> Agent | None:
        """A name with a capital; after a head that is a verb too («Thanh tra») a proper word must follow."""
        if not self.text[start].isupper():
            return None
        if head.group() in word_list("agents", "verbal") and not _PROPER.match(
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
        trailers = _pattern("trailers")
        qualifiers = _pattern("qualifiers")
        count = 0
        at = end
        while count < MAX_WORDS:
            if not self.text.startswith(" ", at):
                break
            word_at = at + 1
            if self.text.startswith("(", word_at):
                bracket = re.compile(r"\([^()]{1,80}\)").match(self.text, word_at)
                if bracket is None:
                    break
                at = bracket.end()
                break
            if qualifier := qualifiers.match(self.low, word_at):
                at = qualifier.end()
                if qualifier.group().startswith("được"):
                    at = self._clause(at)
                    break
                if subject := _CONCERNED.match(self.low, at):
                    at = subject.end()
                count += 1
                continue
            area = _AREA.match(self.text, at)
            if area:
                at = area.end()
                continue
            if owner := _owners().match(self.low, at):
                at = owner.end()
                continue
            if trailers.match(self.low, word_at) or (not self.whole and self._verb(word_at)):
                break
            joint = re.compile(r"(?:và|cùng|&)\s+").match(self.low, word_at)
            if joint and (
                self.one(joint.end(), None) is not None
                or (not self.whole and self._verb(joint.end()))
            ):
                break
            word = re.compile(r"[^\s,;.:()]+(?:\.(?=\w)[^\s,;.:()]+)*").match(self.text, word_at)
            if word is None:
                break
            at = word.end()
            count += 1
        return at

    def _verb(self, at: int) -> bool:
        """A word for what is done (in small letters: «Truyền hình Thành phố» holds no «hình thành»)."""
        found = _pattern("stops").match(self.low, at)
        return found is not None and self.text[at : found.end()].islower()

    def _clause(self, at: int) -> int:
        """«được giao chủ trì thực hiện nhiệm vụ theo Kế hoạch này» up to what they must do."""
        duty = re.compile(
            r"\s+(?:có|chịu)\s+trách\s+nhiệm|[,;.:]|\s+(?:chủ\s+động|để|nhằm|tham\s+mưu)(?!\w)"
        )
        found = duty.search(self.low, at)
        return found.start() if found else len(self.text.rstrip(" .;:"))


def _named_in_brackets(agent: Agent, text: str) -> list[Agent]:
    """«các nhà mạng (Viettel, VNPT)»: those named in the brackets are meant."""
    bracket = re.search(r"\(([^()]+)\)$", agent.name)
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
        if here.kind == after.kind == "several" and (area := _AREA.search(after.name)):
            bare = _nouns("several").search(level(here.name))
            if bare and bare.end() == len(here.name) and not _AREA.search(here.name):
                shared[index] = replace(here, name=here.name + area.group())
    return shared
