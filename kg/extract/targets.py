"""Numeric targets of a sentence: value, year or period, baseline, and what is measured."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from functools import cache

import regex as re

from ..model import Amount, Clause, Goal, Passage, Target
from ..names import slug
from ..text import level, phrases
from ..words import word_list, words
from .amounts import Quantity, another_noun, find_quantities
from .indicators import make_indicator
from .target_rules import find_cue, is_excluded

Context = tuple[int | None, tuple[int, int] | None]

_YEAR = re.compile(r"(?:năm|đến|vào|tới)\s+(?:năm\s+|hết\s+năm\s+)?(20\d{2})(?!\d)")
_TO_HEAD = re.compile(
    r"^.*(?:,|\b(?:mục\s+tiêu|chỉ\s+tiêu|nâng|đưa|để|bảo\s+đảm|đảm\s+bảo))\s+(?=(?:tỷ|tỉ)\s+(?:lệ|trọng)\b|tốc\s+độ\s+tăng|diện\s+tích\b|độ\s+che\s+phủ)"
)
_TO_CUE = re.compile(
    r"^.*(?:;|\b(?:phấn\s+đấu|bảo\s+đảm|đảm\s+bảo|(?:đạt\s+)?(?:mục\s+tiêu|chỉ\s+tiêu)))(?:\s+xây\s+dựng)?(?:\s|$)|^.*,\s*$"
)
_SCOPE = 8  # words before a number that may say where or for whom it holds; more are a clause of their own
PERIOD = re.compile(
    r"(?:giai\s+đoạn|thời\s+kỳ|năm|trong\s+các\s+năm)\s+(20\d{2})\s*(?:-|–|đến(?:\s+năm)?)\s*(20\d{2})"
)
_SINCE = re.compile(
    r"so\s+với\s+(?:(?:cùng\s+kỳ|cuối|đầu|thời\s+điểm)\s+)*(?:năm\s+)?20\d{2}|(?:định\s+hướng|tầm\s+nhìn)\s+(?:đến\s+)?(?:năm\s+)?20\d{2}"
)
_SEGMENT = re.compile(r";\s+|,\s+(?!\d)|(?<=[^\d])\.\s+|(?<=%)\.\s+")
_STRONG = re.compile(r";\s+|(?<=[^\d])\.\s+|(?<=%)\.\s+")
REACH = 600  # how far from a number in its sentence the words that govern it are looked for
_NEXT = 120  # how far after a number the words stand that say of what it is a share
_STOP = re.compile(r"\.\s+(?=\p{Lu})")
_WITHIN = re.compile(r"trong\s+đó", re.IGNORECASE)
# … and the words right behind a number that say it: « GDP, », « tổng chi ngân sách, »
_OF_WHAT = re.compile(r"\s+[\p{L}\s]{1,40},?\s*")
_CONTRIBUTION = re.compile(
    r"đóng\s+góp\s[^;.]*\b(?:vào|cho|trong)\s+(?:tốc\s+độ\s+)?tăng\s+trưởng(?!\w)(?:(?!tăng|giảm)[^,;.])*$"
)
_UP_TO = re.compile(r"^[^,;.]{0,40}?\s(?:lên|đến|xuống|còn)\s+(?:[^\s,;.]+\s+){0,4}?\d")
_IN_YEAR = re.compile(r"\s*(?:vào\s+)?\(?năm\s+(20\d{2})\)?")
_CLOSING_YEAR = re.compile(
    r"(?:năm|vào|trong|đến)\s+(?:năm\s+|hết\s+năm\s+)?(20\d{2})(?=\s*(?:[,;.)]|và\s|$))"
)
_OPENING = re.compile(r"\s*(?:phấn\s+đấu\s+)?(?:đến|trong|vào)\s+(?:hết\s+)?năm\s+(20\d{2})\s*[,:]")
_HEAD = re.compile(
    r"^(?:[\s,:;.\-–+()]+|(?:phấn\s+đấu|(?:đến|vào|trong)\s+(?:hết\s+)?năm\s+20\d{2}|(?:hàng|hằng|mỗi)\s+năm|đến|trong\s+đó|và|đồng\s+thời|bảo\s+đảm|đảm\s+bảo|có)(?!\w)\s*:?)+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:[\s,:(≥≤]+|\b(?:đạt|là|chiếm|khoảng|trên|tối\s+thiểu|ít\s+nhất|dưới|bình\s+quân|phấn\s+đấu|đến|hết|năm|vào|từ|lên|hơn|ở\s+mức|trung\s+bình|thêm|và|được|của|20\d{2}|giai\s+đoạn|không\s+quá|không\s+dưới|tối\s+đa|xuống|còn|-|–)(?!\w))+$"
)
_NEAR = re.compile(
    r"(?:^|[:,;]|\b(?:và|mục\s+tiêu|chỉ\s+tiêu|phấn\s+đấu|bảo\s+đảm|đảm\s+bảo|có|cho|tại|tăng\s+thêm|tăng|giảm))\s*(?:đạt\s+|có\s+|ít\s+nhất\s+|tối\s+thiểu\s+|trên\s+|khoảng\s+|từ\s+|thêm\s+|cho\s+|tại\s+)*$"
)
_GOES_ON = re.compile(
    r"\s+(?=\p{L}|“)(?!(?:grdp|gdp|dân\s+số|tổng\s+số|trở|so|vào|trong|năm|đến|và|mỗi|hằng|hàng|/|theo|của\s+năm)(?!\w))"
)
_CHANGED = re.compile(
    r"\b(?:tăng|giảm)\s+(?:thêm\s+)?(?:từ\s+|trên\s+|hơn\s+|ít\s+nhất\s+|tối\s+thiểu\s+|khoảng\s+|không\s+quá\s+)*$"
)
_FOLLOWS_TO = re.compile(
    r";\s|(?<=\D)\.\s|(?<=%)\.\s|,\s+(?:phấn\s+đấu|bảo\s+đảm|đảm\s+bảo|đến\s+(?:hết\s+)?năm|trong\s+đó|góp\s+phần|phục\s+vụ|gắn\s+với|từng\s+bước|đáp\s+ứng|nhằm)(?!\w)|\s+và\s+từng\s+bước|\s+(?:ngay\s+)?(?:trong|vào)?\s*năm\s+20\d{2}"
)
_TAIL_OF_NEXT = re.compile(
    r"[\s,;]+(?:và\s+)?(?:phấn\s+đấu|bảo\s+đảm|đảm\s+bảo|đạt|tăng|tăng\s+thêm|giảm|trên|ít\s+nhất|tối\s+thiểu|khoảng|đến\s+(?:hết\s+)?năm\s+20\d{2}|và|từ|trong\s+đó|\s)+$"
)


class Names:
    """Keys of targets, each given once in a plan."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}
        self._given: set[str] = set()

    def unique(self, key: str) -> str:
        name = key
        while name in self._given:
            self._used[key] = self._used.get(key, 1) + 1
            name = f"{key}-{self._used[key]}"
        self._given.add(name)
        return name


def find_targets(
    clause: Clause,
    passage: Passage,
    goal: Goal | None,
    context: Context,
    names: Names,
    *,
    goals: bool,
) -> list[Target]:
    """The targets that *passage*, the clause's words or one of its cells, states, in reading order.

    *goals* tells that it stands in a part that sets goals; elsewhere a number needs a cue of its own.
    """
    quantities = list(find_quantities(passage.text, loose=goals))
    if not quantities:
        return []
    reader = _Reader(clause, passage, goal, context, names)
    for number, quantity in enumerate(quantities):
        ahead = quantities[number + 1 : number + 3]  # of a range there are two at one place
        following = next((q.start for q in ahead if q.start > quantity.start), None)
        reader.read(quantity, following, goals)
    return reader.found


class _Reader:
    """Reads one passage from left to right: what an earlier number said can hold for a later one."""

    def __init__(
        self, clause: Clause, passage: Passage, goal: Goal | None, context: Context, names: Names
    ) -> None:
        self.clause, self.passage, self.goal, self.context = clause, passage, goal, context
        self.names = names
        self.text = passage.text
        self.low = level(passage.text)
        self.dated = _SINCE.sub(lambda m: " " * len(m.group()), self.low)
        self.opening = _OPENING.match(self.dated)
        self.sentences = _sentences(passage.text)
        self.found: list[Target] = []
        self.baseline: Amount | None = None
        self.baseline_from = 0
        self.quoted = ((-1, -1), "")
        self.subject = ""
        self.before = self.last = 0  # where the last number ends, baselines left out and counted

    def read(self, quantity: Quantity, following: int | None, goals: bool) -> None:
        sentence = self._around(quantity.start)
        before = self.low[max(sentence[0], quantity.start - REACH) : quantity.start]
        after = self.low[quantity.end : min(sentence[1], quantity.end + REACH)]
        if is_excluded(quantity, before, after):
            return
        if not goals and not find_cue(quantity, before, after):
            return
        if self.found and self.found[-1].amount.span == self._amount(quantity).span:
            self._add_upper(quantity)
        elif self._is_baseline(quantity):
            self._keep_baseline(quantity)
        else:
            self._add(quantity, sentence, following)

    def _add_upper(self, quantity: Quantity) -> None:
        """The other end of a range is a target of the same words."""
        lower = self.found[-1]
        amount = replace(self._amount(quantity), year=lower.amount.year, period=lower.amount.period)
        self.found.append(replace(lower, key=self.names.unique(lower.key), amount=amount))

    def _is_baseline(self, quantity: Quantity) -> bool:
        begins = re.search(r"\btừ\s+$", self.low[self.last : quantity.start])
        following = self.low[quantity.end : quantity.end + 120]
        return bool(begins) and _UP_TO.match(following) is not None

    def _keep_baseline(self, quantity: Quantity) -> None:
        said = _IN_YEAR.match(self.low, quantity.end)
        year = int(said.group(1)) if said else None
        self.baseline = replace(self._amount(quantity), comparator="=", year=year)
        self.baseline_from = quantity.start
        self.last = said.end() if said else quantity.end
        blank = " " * (self.last - quantity.start)
        self.low = self.low[: quantity.start] + blank + self.low[self.last :]
        self.dated = self.dated[: quantity.start] + blank + self.dated[self.last :]

    def _add(self, quantity: Quantity, sentence: tuple[int, int], following: int | None) -> None:
        begin, end = self._segment(quantity, max(self.last, sentence[0]))
        named_from, _ = self._segment(quantity, max(self.before, sentence[0]))
        self.before = self.last = quantity.end
        year, period = self._when(quantity, begin, end, sentence, following)
        inner = _WITHIN.search(self.text, begin, quantity.start) or self._open_bracket(quantity)
        if inner and _OF_WHAT.fullmatch(self.low, named_from, inner.start()):
            named_from = inner.end()  # «2% GDP, trong đó …»: what the last number is a share of
        words_ = self._measured(quantity, named_from, following, bool(inner))
        kind = _value_type(self.low[begin : quantity.start], level(words_), quantity.unit)
        rising = re.search(r"\s+(?:tăng|giảm)$", words_)
        if kind != "mean-annual-growth" and rising:
            words_ = words_[: rising.start()]
        whole = next((t for t in reversed(self.found) if t.parent is None), None) if inner else None
        amount = self._amount(quantity)
        if whole and _exceeds(amount, kind, whole):  # «2% GDP, trong đó … 60%»: 60% of those 2%
            named, measured_in = f"tỷ trọng {words_} trên {whole.indicator}", None
        else:
            named, measured_in = words_, whole.measure if whole else None
        measure = make_indicator(
            f"giảm {words_}"
            if kind == "change" and "giảm" in self.low[begin : quantity.start]
            else named,
            self.text[quantity.end : min(end, quantity.end + _NEXT)],
            kind,
            measured_in,
        )
        self.found.append(
            Target(
                key=self.names.unique(f"{year or 'x'}-{slug(words_)[:60].strip('-') or 'target'}"),
                text=self._words_of(sentence),
                span=self.passage.span(*_trim(self.text, sentence)),
                clause=self.clause.index,
                indicator=f"{whole.indicator}, trong đó {words_}" if whole else words_,
                amount=replace(amount, year=year, period=period),
                baseline=self.baseline,
                value_type=kind,
                parent=whole.key if whole else None,
                goal=self.goal.key if self.goal else None,
                rule="number-with-unit",
                measure=measure,
            )
        )
        self.baseline = None

    def _words_of(self, sentence: tuple[int, int]) -> str:
        """The sentence, one string for all its targets."""
        if sentence != self.quoted[0]:
            self.quoted = (sentence, self.text[slice(*sentence)].strip(" "))
        return self.quoted[1]

    def _amount(self, quantity: Quantity) -> Amount:
        return Amount(
            quote=self.text[quantity.start : quantity.end],
            span=self.passage.span(quantity.start, quantity.end),
            value=quantity.value,
            unit=quantity.unit,
            comparator=quantity.comparator,
        )

    def _measured(
        self, quantity: Quantity, named_from: int, following: int | None, inner: bool
    ) -> str:
        """What is measured: the words before the number, or those after it where it begins («100% hồ sơ»)."""
        stop = self.baseline_from if self.baseline else quantity.start
        said = _indicator(self.text, named_from, stop)
        short = len(said.split()) < 3
        before = self.low[named_from : quantity.start]
        near = _NEAR.search(before) or (quantity.unit[0] != "%" and _sets().search(before))
        if not inner and (short or near) and (follows := self._what_follows(quantity, following)):
            if len(said.split()) > _SCOPE and (cue := _TO_CUE.match(level(said))):
                said = said[cue.end() :].strip()
            joint = ": " if re.search(r":[^:,;]{0,24}$", before) and said else " "
            words_ = f"{said}{joint}{follows}".strip(" :")
        elif short and self.subject and not inner:
            return f"{self.subject} {said}".strip()
        else:
            words_ = said
        if not inner:
            self.subject = words_
        return words_

    def _what_follows(self, quantity: Quantity, following: int | None) -> str:
        """«(100%) hồ sơ được số hóa», «(02) mô hình trồng rau»: up to a stop or the next number."""
        goes_on = _GOES_ON.match(self.low, quantity.end)
        listed = None if goes_on else another_noun(self.low, quantity)
        if not goes_on and not listed:
            return ""
        limit = min(following or len(self.text), quantity.end + REACH)
        stop = _FOLLOWS_TO.search(self.low, listed or quantity.end, limit)
        end = stop.start() if stop else limit
        start = quantity.end if quantity.unit.startswith("%") else quantity.number_end
        words_ = _TAIL_OF_NEXT.sub("", self.text[start:end].strip(" .;,:"))
        self.before = max(self.before, end)
        return re.sub(r"\s+", " ", re.sub(r"\s*\([^()]*\)", "", words_)).strip()

    def _segment(self, quantity: Quantity, before: int) -> tuple[int, int]:
        """The stretch that holds the number: from the last number (*before* is where it ends), semicolon or
        stop, to the next comma, semicolon or stop.  A comma alone does not begin one: «chế biến, chế tạo»."""
        begin = max(
            (m.end() for m in _STRONG.finditer(self.text, before, quantity.start)), default=before
        )
        limit = min(len(self.text), quantity.end + REACH)
        after = _SEGMENT.search(self.text, quantity.end, limit)
        return begin, after.start() if after else limit

    def _around(self, at: int) -> tuple[int, int]:
        return self.sentences[bisect_right(self.sentences, at, key=lambda span: span[0]) - 1]

    def _open_bracket(self, quantity: Quantity) -> re.Match[str] | None:
        """«(Trong đó: A: 25, B: 33 ...»: the bracket is still open at the second number."""
        opened = self.text.rfind("(", max(0, quantity.start - REACH), quantity.start)
        if opened < 0 or ")" in self.text[opened : quantity.start]:
            return None
        return _WITHIN.match(self.text, opened + 1)

    def _when(
        self,
        quantity: Quantity,
        begin: int,
        end: int,
        sentence: tuple[int, int],
        following: int | None,
    ) -> Context:
        """Year and period: said of the number itself, in its segment, in its sentence, in the heading."""
        low = self.dated
        if own := _IN_YEAR.match(low, quantity.end):
            return int(own.group(1)), None
        limit = min(sentence[1], following or sentence[1], quantity.end + REACH)
        stop = low.find(";", quantity.end, limit)
        limit = stop if stop >= 0 else limit
        closing = _CLOSING_YEAR.search(low, quantity.end, limit)
        if closing and (following is not None or self.context[0] is None):
            self.before = self.last = closing.end()
            return int(closing.group(1)), None
        segment = low[begin : min(end, following or end)]
        if period := PERIOD.search(segment):
            return int(period.group(2)), (int(period.group(1)), int(period.group(2)))
        own_words = low[begin : quantity.start]
        if year := _last(_YEAR, own_words) or _YEAR.search(segment):
            return int(year.group(1)), None
        earlier = low[max(sentence[0], begin - REACH) : begin]
        if year := _last(_YEAR, earlier):
            return int(year.group(1)), None
        if period := PERIOD.search(earlier):
            if self.context[0] is None:
                return int(period.group(2)), (int(period.group(1)), int(period.group(2)))
            return self.context
        return (int(self.opening.group(1)), None) if self.opening else self.context


def _exceeds(amount: Amount, kind: str, whole: Target) -> bool:
    """A part that is more than the whole, both of them shares, is a share of the whole itself."""
    shares = kind == whole.value_type == "share" and amount.unit == whole.amount.unit
    return shares and whole.amount.comparator != "<=" and amount.value > whole.amount.value


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return max(pattern.finditer(text), key=lambda m: m.start(), default=None)


def _sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of *text* begin and end, the closing stop left out."""
    stops = list(_STOP.finditer(text))
    begins = [0, *(stop.end() for stop in stops)]
    ends = [*(stop.start() for stop in stops), len(text.rstrip(" ."))]
    return [(begin, max(begin, end)) for begin, end in zip(begins, ends, strict=True)]


def _trim(text: str, span: tuple[int, int]) -> tuple[int, int]:
    begin, end = span
    while begin < end and text[begin] == " ":
        begin += 1
    while end > begin and text[end - 1] == " ":
        end -= 1
    return begin, end


def _indicator(text: str, begin: int, number: int) -> str:
    words_ = text[begin:number]
    words_ = PERIOD.sub("", words_) if PERIOD.search(level(words_)) else words_
    words_ = re.sub(r"(?:[Tt]rong\s+)?giai\s+đoạn\s+20\d{2}\s*[-–]\s*20\d{2}", "", words_)
    words_ = re.sub(r"(?:đến|vào)\s+(?:hết\s+)?năm\s+20\d{2}", "", words_)
    words_ = re.sub(r"^\s*[Tt]rong\s*,", "", words_)
    if skipped := _TO_HEAD.match(level(words_)):
        words_ = words_[skipped.end() :]
    words_ = _HEAD.sub("", words_)
    low = level(words_)
    tail = _TAIL.search(low)
    words_ = words_[: tail.start()] if tail else words_
    words_ = re.sub(r"\s+", " ", words_).strip(" .,;:-–").removeprefix("(").strip()
    return words_ if words_.count("(") == words_.count(")") else words_.strip("() ")


@cache
def _sets() -> re.Pattern[str]:
    """A verb that sets a number of things, with a comparator: «phát triển ít nhất (05 bộ dữ liệu)»."""
    compared = phrases(tuple(level(w) for names in words()["comparators"].values() for w in names))
    return re.compile(rf"(?<!\w){phrases(word_list('goals', 'sets'))}\s+(?:{compared}\s+)?$")


def _value_type(before: str, named: str, unit: str) -> str:
    """By the words *before* the number and those that name what is measured."""
    average = any(word in before for word in word_list("goals", "average"))
    near = f"{named[:40]} | {before[-40:]}"
    growth = any(word in near for word in word_list("goals", "growth"))
    if not unit.startswith(("%", "phần trăm", "điểm %", "điểm phần trăm")):
        return "level"
    if "/năm" in unit.replace(" ", "") or (average and growth):
        return "mean-annual-growth"
    if _CONTRIBUTION.search(before):  # a share of the growth, no growth itself
        return "share"
    return "change" if growth or _CHANGED.search(before) else "share"
