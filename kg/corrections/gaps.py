"""Words that look as if they told a fact, of which no rule made one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..extract.agents import find_agents
from ..extract.roles import heading_agents
from ..extract.sections import section_keys, section_of
from ..extract.tasks import TASK_SECTIONS
from ..labels import find_labels
from ..model import Clause, Passage, Plan, Span
from ..text import level, phrases
from ..words import word_list
from .anchors import passages_of
from .doubts import ELLIPSIS, Doubt, Settled

_NUMBER = re.compile(r"(?<![\w,./-])\d+(?:[.,]\d+)*(?![\w/)]|[.,]\d|\s*[-–/]\s*\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_RANGE = re.compile(r"\d\s*[-–/]\s*$")


def gaps(plan: Plan) -> Iterator[Doubt]:
    settled = Settled(plan)
    keys = section_keys(plan.outline)
    yield from _numbers(plan, settled, keys)
    yield from _headings(plan, settled, keys)
    yield from _duties(plan, settled, keys)


def _touches(span: Span, others: list[Span]) -> bool:
    return any(span.start < o.end and o.start < span.end for o in others)


def _numbers(plan: Plan, settled: Settled, keys: dict[int, str]) -> Iterator[Doubt]:
    """Numbers in a part on goals that are neither amounts nor years, dates, numbers of things."""
    taken = [t.amount.span for t in plan.targets]
    taken += [t.baseline.span for t in plan.targets if t.baseline]
    taken += [span for r in plan.references for span in (r.span, *r.mentions)]
    ordinal = re.compile(rf"(?<!\w){phrases(word_list('review', 'ordinals'))}(?:\s+số)?\s*:?\s*$")
    age = re.compile(rf"\s+{phrases(word_list('review', 'ages'))}(?!\w)")
    for clause in plan.outline.clauses:
        if clause.is_heading or section_of(plan.outline, clause) not in ("goal", "mixed"):
            continue
        for passage in passages_of(clause)[1 if clause.cells else 0 :]:  # not a row's own number
            low = level(passage.text)
            for match in _NUMBER.finditer(passage.text):
                span = passage.span(*match.span())
                before = low[max(0, match.start() - 40) : match.start()]
                if _YEAR.fullmatch(match.group()) or ordinal.search(before):
                    continue
                if _RANGE.search(before) or age.match(low, match.end()):
                    continue
                if _touches(span, taken) or settled.words(span):
                    continue
                yield _number(passage, match, span, keys[clause.index])


def _number(passage: Passage, number: re.Match[str], span: Span, key: str) -> Doubt:
    """What is proposed as a target are the number and the word after it, its unit perhaps."""
    text, start = passage.text, number.start()
    unit = re.compile(r"\s*[^\s,.;:()]*").match(text, number.end())
    meant = passage.span(start, unit.end() if unit else number.end())
    return Doubt(
        "number-without-unit",
        key,
        "number-with-unit",
        number.group(),
        span,
        text[max(0, start - 60) : start + 60],
        ("--span", f"{meant.start}:{meant.end}", "--add-target", ELLIPSIS, "--why", ELLIPSIS),
        ("--span", f"{span.start}:{span.end}", "--field", "text", "--confirm"),
    )


def _headings(plan: Plan, settled: Settled, keys: dict[int, str]) -> Iterator[Doubt]:
    """A heading that begins with a name and goes on, while tasks beneath have no lead."""
    for clause in plan.outline.clauses:
        if not clause.is_heading or section_of(plan.outline, clause) not in TASK_SECTIONS:
            continue
        agents, _ = find_agents(clause.passage)
        span = clause.passage.span()
        if not agents or agents[0].kind not in ("body", "committee") or heading_agents(clause):
            continue
        beneath = [
            t.key
            for t in plan.tasks
            if not t.of("lead")
            and not settled.has("task.leads", t.key)
            and _is_under(plan, t.clause, clause)
        ]
        if beneath and not settled.words(span):
            names = [part for a in agents for part in ("--value", a.name)]
            at = [part for key in beneath for part in ("--at", key)]
            yield Doubt(
                "heading-unresolved",
                keys[clause.index],
                "heading-agency",
                clause.passage.text,
                span,
                ", ".join(beneath),
                (*at, "--field", "task.leads", *names, "--why", ELLIPSIS),
                ("--at", keys[clause.index], "--field", "text", "--confirm"),
            )


def _is_under(plan: Plan, clause: int, above: Clause) -> bool:
    return above in plan.outline.ancestors(plan.outline.clauses[clause])


def _duties(plan: Plan, settled: Settled, keys: dict[int, str]) -> Iterator[Doubt]:
    outline = plan.outline
    tasks = {t.clause for t in plan.tasks}
    holders = {c.index for t in tasks for c in outline.ancestors(outline.clauses[t])}
    words = re.compile(rf"(?<!\w){phrases(word_list('review', 'duties'))}(?!\w)")
    for clause in outline.clauses:
        own = {clause.index, *(c.index for c in outline.ancestors(clause))}
        if own & tasks or clause.index in holders or clause.is_heading:
            continue
        if section_of(outline, clause) not in TASK_SECTIONS or find_labels(clause.passage):
            continue
        found = words.search(level(clause.passage.text))
        span = clause.passage.span()
        if found is None or settled.words(span):
            continue
        yield Doubt(
            "duty-without-task",
            keys[clause.index],
            f"leaf-{clause.kind}",
            clause.passage.text,
            span,
            f"«{clause.passage.text[slice(*found.span())]}»",
            ("--at", keys[clause.index], "--add-task", "--why", ELLIPSIS),
            ("--at", keys[clause.index], "--field", "text", "--confirm"),
        )
