"""Who: leads and coordinators from labels, headings and sentences; who is reported to; who watches."""

from __future__ import annotations

from functools import cache

import regex as re

from ..labels import Label, find_labels
from ..model import Clause, Mention, Passage, Role
from ..text import fold, level, phrases
from ..words import word_list, word_pattern
from .agents import Agent, find_agents, is_agent_at


@cache
def _coordinate() -> re.Pattern[str]:
    closely = phrases(word_list("roles", "closely"))
    with_ = phrases(word_list("roles", "with"))
    listed = r"(?:\s+các\s+cơ\s+quan(?:\s*,\s*đơn\s+vị)?\s*:)?"
    return re.compile(rf"phối\s+hợp(?:\s+{closely})*(?:\s*,?\s*{with_}(?!\w))?{listed}\s+")


@cache
def _assign() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)({phrases(word_list('roles', 'assign'))})\s*:?\s+")


def _roles(
    agents: list[Agent], role: str, passage: Passage, source: str, rule: str, clause: int
) -> list[Role]:
    return [Role(role, a.mention(passage), source, rule, clause) for a in agents]


def label_roles(passage: Passage, label: Label, clause: int, source: str = "label") -> list[Role]:
    """The roles that a label's value (or a table's cell) names.

    A value may tell what each does («Sở A chủ trì ...; Sở B và các sở chủ động ...»): then each
    sentence's subjects count, and those with whom they coordinate are coordinators.
    """
    value = passage.cut(label.start, label.end)
    role = {"coordinating": "coordinating", "monitor": "monitor"}.get(label.kind, "lead")
    found: list[Role] = []
    at = _skip_bullet(value.text, 0)
    while at < len(value.text):
        agents, end = find_agents(value, at, whole=not _has_verb(value.text), expected=True)
        if agents:
            found += _roles(agents, role, value, source, f"{source}-{label.kind}", clause)
            at = end
        at = _next_segment(value.text, at, bool(agents))
    if not found:
        found = _unknown_names(value, role, source, clause)
    if role == "lead":
        names = {r.mention.name for r in found}
        found += [r for r in coordinators(value, clause, source) if r.mention.name not in names]
    return found


def _skip_bullet(text: str, at: int) -> int:
    """Past a dash before a name («- Sở A; - Sở B» in one cell)."""
    bullet = re.compile(r"[-–+•]\s*").match(text, at)
    return bullet.end() if bullet else at


def _unknown_names(value: Passage, role: str, source: str, clause: int) -> list[Role]:
    """Whom a short value names in words that no rule knows («Tổ giúp việc»), each part as written."""
    text = value.text.rstrip(" .;")
    nobody = word_pattern("roles", "no_name").match(level(text))
    if len(text.split()) > 14 or not text[:1].isupper() or nobody:
        return []
    if _has_verb(text) or re.search(r"\d{3}|:", text):
        return []
    return [
        Role(role, Mention(part.group(), value.span(*part.span())), source, "name-unknown", clause)
        for part in re.finditer(r"[^,;\s](?:[^,;]*[^,;\s.])?", text)
    ]


def _has_verb(text: str) -> bool:
    return (
        re.search(r"\bchủ\s+trì\b|\bphối\s+hợp\b|\bchủ\s+động\b|\btham\s+mưu\b", level(text))
        is not None
    )


def _next_segment(text: str, at: int, after_names: bool) -> int:
    """Where names may go on: after ";", a stop or a line; after a remark also at «và», «,»."""
    remark = text[at : at + 1] == " " and word_pattern("agents", "trailers").match(
        level(text), _skip(text, at)
    )
    listed = (after_names and remark) or not _has_verb(text)
    pattern = r"[;.:]\s+|\s+và\s+|,\s+" if listed else r"[;.:]\s+"
    for break_ in re.finditer(pattern, text[at:]):
        stop = _skip_bullet(text, at + break_.end())
        if is_agent_at(text, stop):
            return stop
    return len(text)


def heading_agents(clause: Clause) -> list[Role]:
    """A heading that is nothing but names («a) Sở Công Thương:», «3. Đề nghị Công an tỉnh»)."""
    passage = clause.passage
    start = 0
    if prefix := _assign().match(level(passage.text)):
        start = prefix.end()
    agents, end = find_agents(passage, start, whole=True)
    rest = passage.text[end:].strip(" .:;")
    if not agents or (
        rest
        and not re.fullmatch(r"\([^()]*\)|(?:có\s+)?(?:nhiệm\s+vụ|trách\s+nhiệm)|chủ\s+trì", rest)
    ):
        return []
    return _roles(agents, "lead", passage, "heading", "heading-agency", clause.index)


def is_group_at(passage: Passage) -> bool:
    """The words begin with a collective («Các doanh nghiệp hoạt động trong lĩnh vực …»)."""
    agents, _ = find_agents(passage, 0, whole=True)
    return bool(agents) and agents[0].kind in ("several", "collective")


def _subjects(passage: Passage) -> tuple[list[Agent], int]:
    """The names that a sentence begins with.  A common noun without «các» is one where a verb of duty
    follows («Doanh nghiệp viễn thông chủ động ...»); people in general are nobody in particular."""
    agents, end = find_agents(passage, 0)
    if not agents and not word_pattern("agents", "verbal").match(level(passage.text)):
        agents, end = find_agents(passage, 0, leading=True)
        after = _skip(passage.text, end)
        low = level(passage.text)
        duty = word_pattern("agents", "stops").match(low, after)
        if duty is None or word_pattern("roles", "no_verb").match(low, after):
            return [], 0
    people = word_pattern("roles", "people")
    return [a for a in agents if not people.search(level(a.name))], end


def subject_agents(passage: Passage) -> tuple[list[Agent], str]:
    """Who a sentence makes responsible, and by which rule.

    In this order: the subject that the sentence begins with; the subject after an opening remark
    («Căn cứ Kế hoạch này, các sở ...»); whom a verb charges («giao Sở A», «đề nghị các đơn vị»).
    """
    text, low = passage.text, level(passage.text)
    charged = _assign().match(low)
    if charged:
        agents, end = find_agents(passage, charged.end())
        if agents:
            return agents, "charged"
    agents, end = _subjects(passage)
    if agents and text.startswith(":", end) and agents[0].kind in ("several", "collective"):
        inner, _ = find_agents(passage, _skip(text, end + 1))
        if inner:
            return inner, "subject"
    if agents and text.startswith(":", end) and len(text[end:].split()) > 3:
        return agents, "subject-colon"
    if agents and not text.startswith(":", end) and end < len(text.rstrip(" .;")):
        if charge := _assign().match(low, _skip(text, end)):  # «UBND tỉnh giao Sở A ...»
            others, _ = find_agents(passage, charge.end())
            if others:
                return others, "charged-by"
        return agents, "subject"
    if (topic := _TOPIC.match(low)) and not find_labels(passage):
        agents, end = find_agents(passage, topic.end())
        after = _skip(low, end)
        verb = word_pattern("agents", "stops").match(low, after)
        if agents and verb and not word_pattern("roles", "no_verb").match(low, after):
            return agents, "subject-after-topic"
    if word_pattern("roles", "intro").match(low):
        for comma in re.finditer(r"[,;]\s+", text[:400]):
            at = comma.end()
            if _is_noun_before(low, comma.start()):
                continue  # «của các sở, ban, ngành»: the comma parts nouns of one list
            if charge := _assign().match(low, at):
                at = charge.end()
            agents, end = find_agents(passage, at)
            if agents and not re.match(r"\s*[,;:.]", text[end:] or "."):
                return agents, "subject-after-remark"
    for charge in _assign().finditer(low):
        if charge.group(1) in ("trách nhiệm của", "đối với"):
            continue
        agents, end = find_agents(passage, charge.end())
        if agents and end < len(text.rstrip(" .;")):
            return agents, "charged"
    agents = [agent for agent, role in _asides(passage) if role == "lead"]
    return (agents, "aside") if agents else ([], "")


_DOES = re.compile(
    r"\s+(?:(chủ\s+trì|làm\s+đầu\s+mối|đầu\s+mối)|(phối\s+hợp)(?=\s*[;,.)]|\s+thực\s+hiện))(?!\w)"
)


def _asides(passage: Passage) -> list[tuple[Agent, str]]:
    """Who is told in brackets: «(Sở A chủ trì; Sở B và Sở C phối hợp)»."""
    low = level(passage.text)
    found: list[tuple[Agent, str]] = []
    for bracket in re.finditer(r"\(\s*(?:do\s+|giao\s+)?", low):
        at, closing = bracket.end(), low.find(")", bracket.end())
        while 0 <= at < closing:
            agents, end = find_agents(passage, at)
            does = _DOES.match(low, end) if agents else None
            if does is None:
                break
            role = "lead" if does.group(1) else "coordinating"
            found += [(agent, role) for agent in agents]
            after = re.compile(r"\s*[;,]\s+(?:và\s+)?").match(low, does.end())
            at = after.end() if after else -1
    return found


def aside_roles(passage: Passage, clause: int, source: str) -> list[Role]:
    """The roles that a heading or an item gives in brackets."""
    return [Role(role, a.mention(passage), source, "aside", clause) for a, role in _asides(passage)]


@cache
def _noun_end() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){phrases(word_list('agents', 'collective'))}$")


def _is_noun_before(low: str, end: int) -> bool:
    return _noun_end().search(low, max(0, end - 40), end) is not None


# «Công tác tuyên truyền: Sở A chủ trì ...», but not «phối hợp với các cơ quan: ...», «gồm: ...».
_TOPIC = re.compile(
    r"(?!.*(?:phối\s+hợp|gồm|như|sau|cơ\s+quan|đơn\s+vị|các\s+sở)\b[^:]{0,30}:)[^:.;]{3,90}:\s+"
)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] == " ":
        at += 1
    return at


@cache
def _helpers() -> re.Pattern[str]:
    return re.compile(phrases(word_list("roles", "helpers")) + r"(?=\s+có\s+trách\s+nhiệm)")


def coordinators(passage: Passage, clause: int, source: str = "inline") -> list[Role]:
    """«phối hợp (chặt chẽ) (với) X, Y»."""
    found: list[Role] = []
    seen: set[str] = set()
    for match in _helpers().finditer(level(passage.text)):
        agent = Agent(passage.text[slice(*match.span())], *match.span(), "collective")
        found += _roles([agent], "coordinating", passage, source, "helpers", clause)
    for match in _coordinate().finditer(level(passage.text)):
        agents, _ = find_agents(passage, match.end(), expected=True)
        for agent in agents:
            if fold(agent.name) in word_list("roles", "nobody"):
                continue
            if agent.name.casefold() not in seen:
                seen.add(agent.name.casefold())
                found += _roles([agent], "coordinating", passage, source, "coordinate-with", clause)
    for agent, role in _asides(passage):
        if role == "coordinating" and agent.name.casefold() not in seen:
            found += _roles([agent], role, passage, source, "aside", clause)
    return found
