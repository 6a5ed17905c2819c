"""Patterns of the names of those who act: separators, places, qualifiers, word lists."""

from __future__ import annotations

from functools import cache

import regex as re

from ..text import phrases
from ..words import word_list

SEPARATOR = re.compile(r"\s*[,;]\s*(?:và\s+|cùng\s+)?|\s+(?:và|cùng(?:\s+với)?|với)\s+|\s*/\s*")
SPACE = re.compile(r"\s+")
PLACE = re.compile(
    r"\s+(?:tỉnh|thành phố|Tỉnh|Thành phố|TP\.?)(?:\s+[\p{Lu}]\w*(?:\s+[\p{Lu}]\w*){0,3})?(?![\w])"
)
AREA = re.compile(
    r"\s+(?:(?:đóng\s+)?[Tt]rên\s+địa\s+bàn(?:\s+(?:toàn\s+)?(?:[Tt]ỉnh|[Tt]hành\s+phố|huyện|xã))?"
    r"|[Cc]ấp\s+(?:[Tt]ỉnh|[Tt]hành\s+phố|huyện|xã))(?!\w)"
    r"(?:\s+[\p{Lu}][\p{Ll}]\w*){0,3}"
)
PROPER = re.compile(r"\s+(?:\p{Lu}|(?:[Tt]ỉnh|[Tt]hành phố|[Nn]hà nước|khu vực|huyện|cấp)(?!\w))")
# A proper name of a place: words with a capital (or numbers: «Phường 1»).
NAME = re.compile(r"\p{Lu}[\p{L}’']*(?:\s+\p{Lu}[\p{L}’']*){0,3}(?!\w)")
# «VTV», «LĐLĐ tỉnh»: letters that stand for a name, where nothing but names can stand.
ACRONYM = re.compile(
    r"(?![IVXLC]+\b)[A-ZĐ][A-ZĐ&.-]*[A-ZĐ](?:\s+(?:tỉnh|Tỉnh|thành phố|Thành phố|TP|VN|Việt Nam))?(?!\w)"
)
# What several names share whose head is said once: «Sở …, …», «Giám đốc Sở …, …».
HEAD = re.compile(r"(?:(?:phó\s+)?(?:giám\s+đốc|bộ\s+trưởng|thủ\s+trưởng)\s+)?(?:sở|bộ)(?!\w)")
# «liên quan đến việc thực hiện …»: what they have to do with, its verb included.
CONCERNED = re.compile(r"\s+(?:đến|tới)(?:\s+việc\s+\w+(?:\s+\w+)?)?(?!\w)")
# «UBND» + «các xã:», «UBND» + «04 xã»: a list of places follows.
COMMUNES = re.compile(r"\s+(?:các\s+|\d{1,3}\s+)(xã|phường|huyện|thị trấn|đặc khu)\s*:?\s+")
LISTED = re.compile(r",|/|\bvà\b")
COMMA = re.compile(r"\s*,\s*")
PROPER_NAME = re.compile(r"\s+[\p{Lu}]\w*(?:\s+[\p{Lu}]\w*){0,3}")
PLACE_NAME = re.compile(r"\s+[\p{Lu}][\p{Ll}]\w*(?:\s+[\p{Lu}]\w*){0,3}")
RELATED = re.compile(
    r"\s+trực\s+thuộc\s+trung\s+ương|\s+(?:khác\s+)?(?:có\s+)?liên\s+quan|\s+nơi\s+có[^,;.]*"
)
BRACKET = re.compile(r"\([^()]{1,80}\)")
LAST_BRACKET = re.compile(r"\(([^()]+)\)$")
JOINT = re.compile(r"(?:và|cùng|&)\s+")
WORD = re.compile(r"[^\s,;.:()]+(?:\.(?=\w)[^\s,;.:()]+)*")
# «báo cáo Ban Bí thư kết quả thực hiện»: what is reported, not a part of the name, unless a body gives
# results out («Bộ phận Tiếp nhận và Trả kết quả»).
RESULTS = re.compile(r"(?<!(?:trả|giao)\s)kết\s+quả(?!\w)")
DUTY = re.compile(
    r"\s+(?:có|chịu)\s+trách\s+nhiệm|[,;.:]|\s+(?:chủ\s+động|để|nhằm|tham\s+mưu)(?!\w)"
)


@cache
def words_pattern(name: str) -> re.Pattern[str]:
    return re.compile(phrases(word_list("agents", name)) + r"(?!\w)")


@cache
def department() -> re.Pattern[str]:
    fields = phrases(word_list("agents", "fields"))
    return re.compile(rf"(sở|bộ)\s*:?\s+({fields})(?!\w)")


@cache
def field() -> re.Pattern[str]:
    return re.compile(phrases(word_list("agents", "fields")) + r"(?!\w)")


@cache
def nouns(name: str) -> re.Pattern[str]:
    """A noun of a kind, or a list of such nouns («sở, ban, ngành»)."""
    noun = phrases(word_list("agents", name))
    return re.compile(rf"{noun}(?!\w)(?:(?:\s*,\s*(?:và\s+)?|\s+và\s+|\s*/\s*){noun}(?!\w))*")


@cache
def owners() -> re.Pattern[str]:
    """«thuộc các bộ, ngành»: the commas part whose they are, not another name."""
    return re.compile(rf"\s+(?:thuộc|của)\s+(?:các\s+)?{nouns('collective').pattern}")


@cache
def levels() -> re.Pattern[str]:
    """«các xã, phường, đặc khu», «cấp huyện» behind «UBND»."""
    unit = phrases(word_list("agents", "levels"))
    return re.compile(
        rf"\s+(?:(?:các|từng|cấp)\s+)*{unit}(?!\w)"
        rf"(?:(?:\s*,\s*(?:và\s+)?|\s+và\s+|\s*/\s*|\s*-\s*)(?:các\s+)?{unit}(?!\w))*"
    )
