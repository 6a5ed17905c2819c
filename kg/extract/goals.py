"""Purposes, requirements, goals and their numeric targets."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from functools import cache

import regex as re

from ..model import Amount, Clause, Goal, Outline, Passage, Statement, Target
from ..names import slug
from ..text import level, phrases
from ..words import word_list, words
from .sections import section_of

_NUMBER = re.compile(
    r"(?<![\w,./-])(\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?)(?![\w/]|[.,]\d|-\d)"
)
_YEAR = re.compile(r"(?:năm|đến|vào|tới)\s+(?:năm\s+|hết\s+năm\s+)?(20\d{2})(?!\d)")
_PERIOD = re.compile(
    r"(?:giai\s+đoạn|thời\s+kỳ|năm|trong\s+các\s+năm)\s+(20\d{2})\s*(?:-|–|đến(?:\s+năm)?)\s*(20\d{2})"
)
_SEGMENT = re.compile(r";\s+|,\s+(?!\d)|(?<=[^\d])\.\s+|(?<=%)\.\s+")
_STRONG = re.compile(r";\s+|(?<=[^\d])\.\s+|(?<=%)\.\s+")
REACH = 600  # how far back in a sentence the year that governs a number is looked for
_WITHIN = re.compile(r"trong\s+đó", re.IGNORECASE)
_UP_TO = re.compile(r"^[^,;.]{0,40}?\s(?:lên|đến|xuống|còn)\s+(?:[^\s,;.]+\s+){0,4}?\d")
_IN_YEAR = re.compile(r"\s*(?:vào\s+)?\(?năm\s+(20\d{2})\)?")
_TAIL = re.compile(
    r"(?:[\s,:(]+|\b(?:đạt|là|chiếm|khoảng|trên|tối\s+thiểu|ít\s+nhất|dưới|bình\s+quân|phấn\s+đấu|đến|năm|vào|từ|lên|hơn|trung\s+bình|thêm|và|được|của|20\d{2}|giai\s+đoạn|-|–)(?!\w))+$"
)
_HEAD = re.compile(
    r"^(?:[\s,:;.\-–+]+|(?:phấn\s+đấu|đến\s+năm\s+20\d{2}|đến|trong\s+đó|và|đồng\s+thời)(?!\w)\s*:?)+",
    re.IGNORECASE,
)
HORIZON = re.compile(r"\b(?:đến(?:\s+hết)?(?:\s+năm)?|năm)\s+(20\d{2})(?!\s*(?:-|–)\s*20\d{2})")


@cache
def _unit() -> re.Pattern[str]:
    known = "|".join(
        r"\s+".join(re.escape(w) for w in unit.split())
        for unit in sorted(words()["units"]["known"], key=len, reverse=True)
    )
    return re.compile(
        rf"\s*(?:{known})(?!\w)(?:\s*/\s*[^\W\d]+(?:\s+(?:động|đồng|năm|dân|ha))?)*", re.IGNORECASE
    )


@cache
def _comparator() -> re.Pattern[str]:
    groups = [
        f"(?P<c{index}>{phrases(tuple(level(w) for w in names))})"
        for index, names in enumerate(words()["comparators"].values())
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(groups)})\s+$")


def find_statements(outline: Outline, keys: dict[int, str], kind: str) -> tuple[Statement, ...]:
    """The leaf clauses of the parts headed "purpose" or "requirement"."""
    parents = {c.parent for c in outline.clauses}
    return tuple(
        Statement(keys[c.index], c.passage.text, c.passage.span(), c.index, f"section-{kind}")
        for c in outline.clauses
        if c.index not in parents
        and c.passage.text
        and not c.is_heading
        and section_of(outline, c) == kind
    )


def find_goals(
    outline: Outline, keys: dict[int, str]
) -> tuple[tuple[Goal, ...], tuple[Target, ...]]:
    """The goals (one a heading with a horizon, else one a heading) and the targets beneath them."""
    goals: list[Goal] = []
    targets: list[Target] = []
    by_clause: dict[int, Goal] = {}
    used: dict[str, int] = {}
    parents = {c.parent for c in outline.clauses}
    for clause in outline.clauses:
        if not clause.passage.text or section_of(outline, clause) != "goal":
            continue
        year = _heading_year(clause)
        if clause.is_heading and clause.index in parents and (year or not by_clause):
            goal = Goal(
                _unique(str(year) if year else keys[clause.index], used),
                clause.passage.text.strip(" .:"),
                clause.passage.span(),
                clause.index,
                year,
                "heading-goal",
            )
            goals.append(goal)
            by_clause[clause.index] = goal
    used.clear()
    for clause in outline.clauses:
        in_goals = section_of(outline, clause) in ("goal", "mixed")
        if not clause.passage.text or not (in_goals or _has_cue(clause.passage)):
            continue
        holder = next(
            (
                by_clause[c.index]
                for c in (*outline.ancestors(clause), clause)[::-1]
                if c.index in by_clause
            ),
            None,
        )
        context = _context(outline, clause)
        targets += _targets(clause, holder, context, used)
    return tuple(goals), tuple(targets)


def _has_cue(passage: Passage) -> bool:
    """Outside the part on goals: a sentence that says itself that it sets one."""
    return re.search(r"mục\s+tiêu[^.;]*\bđạt\b|phấn\s+đấu[^.;]*\d", level(passage.text)) is not None


def _unique(key: str, used: dict[str, int]) -> str:
    used[key] = used.get(key, 0) + 1
    return key if used[key] == 1 else f"{key}-{used[key]}"


def _heading_year(clause: Clause) -> int | None:
    found = HORIZON.search(level(clause.passage.text))
    return int(found.group(1)) if found else None


def _context(outline: Outline, clause: Clause) -> tuple[int | None, tuple[int, int] | None]:
    """Year and period that the headings above state, the nearest first."""
    for above in reversed(outline.ancestors(clause)):
        low = level(above.passage.text)
        if period := _PERIOD.search(low):
            return int(period.group(2)), (int(period.group(1)), int(period.group(2)))
        if year := HORIZON.search(low):
            return int(year.group(1)), None
    return None, None


def _targets(
    clause: Clause,
    goal: Goal | None,
    context: tuple[int | None, tuple[int, int] | None],
    used: dict[str, int],
) -> list[Target]:
    passage, text, low = clause.passage, clause.passage.text, level(clause.passage.text)
    found: list[Target] = []
    baseline: Amount | None = None
    subject, before, last = "", 0, 0
    sentences = _sentences(text)
    for match in _NUMBER.finditer(text):
        unit = _unit().match(text, match.end())
        if unit is None:
            continue
        amount = _amount(passage, match, unit, low)
        if re.search(r"\btừ\s+$", low[last : match.start()]) and _UP_TO.match(low[unit.end() :]):
            baseline = replace(amount, comparator="=", year=_year_after(low, unit.end()))
            said = _IN_YEAR.match(low, unit.end())
            last = said.end() if said else unit.end()
            low = low[: match.start()] + " " * (last - match.start()) + low[last:]
            continue
        begin, end = _segment(text, match.start(), unit.end(), last)
        named_from, _ = _segment(text, match.start(), unit.end(), before)
        before = last = unit.end()
        sentence = _around(sentences, match.start())
        year, period = _when(low, begin, end, sentence, unit.end(), context)
        words_ = _indicator(text, named_from, match.start())
        inner = _WITHIN.search(text, begin, match.start()) or _open_bracket(text, match.start())
        if len(words_.split()) < 3 and subject and not inner:
            words_ = f"{subject} {words_}".strip()
        else:
            subject = words_ if not inner else subject
        kind = _value_type(low[begin:end], amount.unit)
        if kind != "mean-annual-growth":
            words_ = re.sub(r"\s+(?:tăng|giảm)$", "", words_)
        whole = next((t for t in reversed(found) if t.parent is None), None) if inner else None
        key = _unique(f"{year or 'x'}-{slug(words_)[:60].strip('-') or 'target'}", used)
        found.append(
            Target(
                key=key,
                text=text[slice(*sentence)].strip(" "),
                span=passage.span(*_trim(text, sentence)),
                clause=clause.index,
                indicator=f"{whole.indicator}, trong đó {words_}" if whole else words_,
                amount=replace(amount, year=year, period=period),
                baseline=baseline,
                value_type=kind,
                parent=whole.key if whole else None,
                goal=goal.key if goal else None,
                rule="number-with-unit",
                denominator=_denominator(text[begin:end]),
            )
        )
        baseline = None
    return found


def _amount(passage: Passage, number: re.Match[str], unit: re.Match[str], low: str) -> Amount:
    before = low[max(0, number.start() - 40) : number.start()]
    sign = "="
    if compared := _comparator().search(before):
        sign = list(words()["comparators"])[int(str(compared.lastgroup)[1:])]
        if (
            sign == ">="
            and compared.group().strip() == "từ"
            and "trở lên" not in low[unit.end() : unit.end() + 60]
        ):
            sign = ">=" if re.search(r"đạt\s+từ\s+$", before) else "="
    for after, names in words()["comparators_after"].items():
        if re.match(rf"\s*{phrases(tuple(names))}(?!\w)", low[unit.end() :]):
            sign = after
    value = float(number.group(1).replace(".", "").replace(",", "."))
    quote = passage.text[number.start() : unit.end()]
    return Amount(
        quote=quote,
        span=passage.span(number.start(), unit.end()),
        value=value,
        unit=re.sub(r"\s+", " ", unit.group()).strip(),
        comparator=sign,
    )


def _segment(text: str, start: int, end: int, before: int) -> tuple[int, int]:
    """The stretch that holds the number: from the last number (*before* is where it ends), semicolon or
    stop, to the next comma, semicolon or stop.  A comma alone does not begin one: «chế biến, chế tạo»."""
    begin = max((m.end() for m in _STRONG.finditer(text, before, start)), default=before)
    after = _SEGMENT.search(text, end)
    return begin, after.start() if after else len(text)


def _sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of *text* begin and end, the closing stop left out."""
    stops = list(re.finditer(r"\.\s+(?=\p{Lu})", text))
    begins = [0, *(stop.end() for stop in stops)]
    ends = [*(stop.start() for stop in stops), len(text.rstrip(" ."))]
    return [(begin, max(begin, end)) for begin, end in zip(begins, ends, strict=True)]


def _around(sentences: list[tuple[int, int]], at: int) -> tuple[int, int]:
    return sentences[bisect_right(sentences, at, key=lambda sentence: sentence[0]) - 1]


def _trim(text: str, span: tuple[int, int]) -> tuple[int, int]:
    begin, end = span
    while begin < end and text[begin] == " ":
        begin += 1
    while end > begin and text[end - 1] == " ":
        end -= 1
    return begin, end


def _year_after(low: str, at: int) -> int | None:
    found = _IN_YEAR.match(low, at)
    return int(found.group(1)) if found else None


def _when(
    low: str,
    begin: int,
    end: int,
    sentence: tuple[int, int],
    after: int,
    context: tuple[int | None, tuple[int, int] | None],
) -> tuple[int | None, tuple[int, int] | None]:
    """Year and period: said of the number itself, in its segment, in its sentence, in the heading."""
    if own := _year_after(low, after):
        return own, None
    segment = low[begin:end]
    if period := _PERIOD.search(segment):
        return int(period.group(2)), (int(period.group(1)), int(period.group(2)))
    if year := _YEAR.search(segment):
        return int(year.group(1)), None
    earlier = low[max(sentence[0], begin - REACH) : begin]
    if year := _YEAR.search(earlier):
        return int(year.group(1)), None
    if period := _PERIOD.search(earlier):
        if context[0] is None:
            return int(period.group(2)), (int(period.group(1)), int(period.group(2)))
        return context[0], context[1]
    return context


def _indicator(text: str, begin: int, number: int) -> str:
    words_ = re.sub(r"\btừ\s+\d[\d.,]*\s*%?\s*(?:năm\s+20\d{2})?.*$", "", text[begin:number])
    words_ = _PERIOD.sub("", words_) if _PERIOD.search(level(words_)) else words_
    words_ = re.sub(r"giai\s+đoạn\s+20\d{2}\s*[-–]\s*20\d{2}", "", words_)
    words_ = re.sub(r"(?:đến|vào)\s+năm\s+20\d{2}", "", words_)
    words_ = _HEAD.sub("", words_)
    low = level(words_)
    tail = _TAIL.search(low)
    words_ = words_[: tail.start()] if tail else words_
    return re.sub(r"\s+", " ", words_).strip(" .,;:()-–")


def _open_bracket(text: str, at: int) -> re.Match[str] | None:
    """«(Trong đó: A: 25, B: 33 ...»: the bracket is still open at the second number."""
    opened = text.rfind("(", 0, at)
    if opened < 0 or ")" in text[opened:at]:
        return None
    return _WITHIN.match(text, opened + 1)


def _value_type(segment: str, unit: str | None) -> str:
    average = any(word in segment for word in word_list("goals", "average"))
    growth = any(word in segment for word in word_list("goals", "growth"))
    if unit and unit.startswith("%"):
        if "/năm" in unit.replace(" ", "") or (average and growth):
            return "mean-annual-growth"
        return "share"
    return "level"


def _denominator(segment: str) -> str | None:
    for name, notation in words()["goals"]["denominators"].items():
        if re.search(rf"\b(?:trong|/)\s*(?:tổng\s+(?:số\s+)?)?{re.escape(name)}\b", segment):
            return str(notation)
    return None
