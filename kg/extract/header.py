"""The head and the foot of a document: number, type, title, issuer, place, date, signing, recipients.

Components of an administrative document: Decree 30/2020/NĐ-CP, Art. 8.
"""

from __future__ import annotations

from functools import cache

import regex as re

from ..model import Field, Header, Mention, Outline, Passage, Signing
from ..passages import join_passages
from ..text import fold, is_upper, level, phrases
from ..words import word_list, words
from .dates import DATE_PATTERN, to_date

NUMBER = re.compile(
    r"\d{1,5}(?:\.\d{1,3})?[a-zđ]?(?:\s*/\s*\d{4})?\s*(?://?|-)\s*[A-ZĐ][\wĐđ&]*(?:\s?[/\-–]\s?[A-ZĐ][\wĐđ&]*)*"
)
_NUMBER_LINE = re.compile(r"\s*[Ss]ố\s*:?\s*(?=\d)")
_NUMBER_PLACE = re.compile(r"\s*Số\s*:|\s*[Ss]ố\s*\d")  # the number may be left open
_PLACE_DATE = re.compile(r"(?<!\S)(?P<place>[\p{Lu}][^,\d/]{1,40}?)\s*,\s*(?=[Nn]gày\b)")
_CAPACITY = re.compile(r"(TM|T/M|KT|TL|TUQ|Q)\s*\.\s*(.*)")
_NAME = re.compile(r"(?:[\p{Lu}][\p{Ll}]*\s+){1,5}[\p{Lu}][\p{Ll}]+$")
_RANK = re.compile(r"^(?:(?:GS|PGS|TS|ThS|BS|Thượng tá|Đại tá|Thiếu tướng|Trung tướng)\s*\.?\s*)+")


def find_header(outline: Outline) -> Header:
    header = tuple(_unmarked(passage) for passage in outline.header)
    at = _type_index(header)
    above = header if at is None else header[:at]
    issuer, province = _issuer(above)
    place, day = _place_and_date(above)
    number, kind = _number(above), None if at is None else _type(header[at])
    if at is None and number is None and (named := _named(header)):
        kind, number, issuer, day = named
    return Header(
        number=number,
        type=kind,
        title=None if at is None else _title(header[at + 1 :], issuer),
        issuer=issuer,
        province=province,
        place=place,
        date=day,
        signing=_signing(outline.signature),
        recipients=_recipients(outline.recipients),
    )


def impossible_date(outline: Outline) -> Field | None:
    """The date in the head where there is no such day («ngày 31 tháng 02 năm 2021»), as written."""
    for passage in outline.header:
        found = DATE_PATTERN.search(passage.text)
        if found and re.search(r",\s*$", passage.text[: found.start()]) and to_date(found) is None:
            return Field(found.group(), passage.span(*found.span()))
    return None


def _unmarked(passage: Passage) -> Passage:
    """Without the marks of a Markdown heading."""
    mark = re.match(r"#+\s+", passage.text)
    return passage.cut(mark.end()) if mark else passage


def _type_index(header: tuple[Passage, ...]) -> int | None:
    types = {fold(name) for name in words()["document"]["types"]}
    for index, passage in enumerate(header):
        if is_upper(passage.text) and fold(passage.text) in types:
            return index
    return None


def _named(
    header: tuple[Passage, ...],
) -> tuple[Field, Field, Field | None, Field | None] | None:
    """Type, number, issuer and date of a text without a head, as a site gives it.

    A line «Nghị quyết số 57-NQ/TW» names it; the first sentence that cites it may tell day and issuer.
    """
    names = sorted(words()["document"]["types"], key=len, reverse=True)
    pattern = re.compile(rf"({'|'.join(map(re.escape, names))})\s+số\s*:?\s*(?=\d)", re.IGNORECASE)
    for index, passage in enumerate(header[:5]):
        line = pattern.match(passage.text)
        found = NUMBER.fullmatch(passage.text, line.end()) if line else None
        if line is None or found is None:
            continue
        kind = next(name for name in names if fold(name) == fold(line.group(1)))
        number = normal_number(found.group())
        issuer, day = _told_with(number, header[index + 1 :])
        return (
            Field(kind, passage.span(*line.span(1))),
            Field(number, passage.span(*found.span())),
            issuer,
            day,
        )
    return None


def _told_with(number: str, after: tuple[Passage, ...]) -> tuple[Field | None, Field | None]:
    """Issuer and date in the first passage that cites *number*: «57-NQ/TW (ngày ...) của Bộ Chính trị»."""
    for passage in after:
        at = passage.text.find(number)
        if at < 0:
            continue
        at += len(number)
        told = re.compile(r"[\s,(]*").match(passage.text, at)
        found = DATE_PATTERN.match(passage.text, told.end() if told else at)
        day = to_date(found) if found else None
        end = found.end() if found else at
        issuers = sorted(words()["document"]["issuers"], key=len, reverse=True)
        by = re.compile(rf"\)?\s*của\s+({'|'.join(map(re.escape, issuers))})\b").match(
            passage.text, end
        )
        return (
            Field(by.group(1), passage.span(*by.span(1))) if by else None,
            Field(day.isoformat(), passage.span(*found.span())) if day and found else None,
        )
    return None, None


def _type(passage: Passage) -> Field:
    names = {fold(name): name for name in words()["document"]["types"]}
    return Field(names[fold(passage.text)], passage.span())


def _number(above: tuple[Passage, ...]) -> Field | None:
    for passage in above:
        line = _NUMBER_LINE.match(passage.text)
        found = NUMBER.match(passage.text, line.end()) if line else None
        if found:
            return Field(normal_number(found.group()), passage.span(found.start(), found.end()))
    return None


def normal_number(written: str) -> str:
    """Without spaces around "/" and "-", nor a "/" twice: "27/NQ- TW" → "27/NQ-TW"."""
    tight = re.sub(r"\s*([/\-–.])\s*", lambda m: m.group(1).replace("–", "-"), written).strip()
    return tight.replace("//", "/")


def _place_and_date(above: tuple[Passage, ...]) -> tuple[Field | None, Field | None]:
    for passage in above:
        found = DATE_PATTERN.search(passage.text)
        line = _NUMBER_LINE.match(passage.text)
        number = NUMBER.match(passage.text, line.end()) if line else None
        place = _PLACE_DATE.match(passage.text, number.end() + 1 if number else 0)
        if place is None or found is None:
            continue
        day = to_date(found)
        return (
            Field(place.group("place"), passage.span(*place.span("place"))),
            Field(day.isoformat(), passage.span(*found.span())) if day else None,
        )
    return None, None


def _issuer(above: tuple[Passage, ...]) -> tuple[Field | None, Field | None]:
    mottos = word_list("layout", "motto")
    columns = [_beside_motto(passage) for passage in above]
    beside = [parts[0] for parts in columns if len(parts) > 1]
    first = next((i for i, parts in enumerate(columns) if len(parts) > 1), 0)
    if beside:  # the two columns of the head on one line each: the left one is the issuer's
        above = (*above[:first], *beside, columns[first][1])
    at = [i for i, p in enumerate(above) if any(fold(p.text).startswith(m) for m in mottos)]
    if at and at[0]:  # what stands before the motto, next to it; not what a site put above
        end = at[0]
        while end and _NUMBER_PLACE.match(above[end - 1].text):  # the number, in the same cell
            end -= 1
        start = end
        while start and is_upper(above[start - 1].text):
            start -= 1
        above = above[start:end]
    upper = [
        p
        for p in above
        if is_upper(p.text)
        and not any(fold(p.text).startswith(m) for m in mottos)
        and not _NUMBER_LINE.match(p.text)
    ]
    if not upper:
        return None, None
    joined = join_passages(upper)
    if not _issuing().match(level(joined.text)):
        return None, None
    name = _issuer_name(joined.text)
    return Field(name, joined.span()), _province(joined)


def _beside_motto(passage: Passage) -> tuple[Passage, ...]:
    """The two columns of the head parted where they stand on one line («CHÍNH PHỦ CỘNG HÒA XÃ …»)."""
    low = level(passage.text)
    places = [low.find(motto) for motto in word_list("layout", "motto")]
    at = min((place for place in places if place > 0), default=0)
    if not at or not is_upper(passage.text[:at]):
        return (passage,)
    return (passage.cut(0, at), passage.cut(at))


@cache
def _issuing() -> re.Pattern[str]:
    """How the name of a body that issues documents begins."""
    names = (
        *words()["document"]["issuers"],
        *word_list("agents", "committees"),
        *word_list("agents", "heads"),
        "Đảng", "Bộ", "Sở", "Ban", "Hội", "Hội đồng", "Ủy ban", "Tổng", "Đoàn", "Cơ quan", "Nhà", "Khối", "Huyện ủy",
    )  # fmt: skip
    return re.compile(phrases(tuple(fold(name) for name in names)) + r"(?!\w)")


def _issuer_name(upper: str) -> str:
    """«ỦY BAN NHÂN DÂN TỈNH HẬU GIANG» → «Ủy ban nhân dân tỉnh Hậu Giang»."""
    for known in words()["document"]["issuers"]:
        if fold(known) == fold(upper):
            return str(known)
    text = level(upper)
    for field in words()["agents"]["fields"]:
        text = re.sub(rf"\b(sở|bộ)\s+{re.escape(level(field))}\b", rf"\1 {field}", text)
    text = re.sub(
        r"\b(tỉnh|thành phố|huyện|thị xã|quận)\s+((?:\w+\s*){1,4}?)(?=\s+(?:sở|ủy ban|ban|văn phòng)\b|$)",
        lambda m: f"{m.group(1)} {_capitals(m.group(2))}",
        text,
    )
    text = re.sub(r"\b(ubnd|hđnd)\b", lambda m: m.group().upper(), text)
    parts = re.split(r"(?<=\w)\s+(?=(?:sở|ban quản lý|văn phòng)\b)", text)
    return (parts[-1][:1].upper() + parts[-1][1:]).strip(" *\\-–_")


def _capitals(name: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in name.split())


def _province(issuer: Passage) -> Field | None:
    found = re.search(r"\b(?:tỉnh|thành phố|tp\.?)\s+(.+)$", level(issuer.text))
    if found is None:
        return None
    name = re.split(r"\s+(?:sở|ban|văn phòng|ủy ban)\b", found.group(1))[0]
    start = found.start(1)
    return Field(_capitals(name), issuer.span(start, start + len(name)))


def _title(after: tuple[Passage, ...], issuer: Field | None) -> Field | None:
    taken: list[Passage] = []
    for passage in after:
        if not is_upper(passage.text) or (issuer and fold(passage.text) == fold(issuer.value)):
            break
        taken.append(passage)
    if not taken and after and not _is_preamble(after[0].text):
        taken = [after[0]]
        for passage in after[1:]:  # the title's next lines, each set as a paragraph
            if not passage.text[:1].islower() or taken[-1].text.endswith((".", ";", ":")):
                break
            taken.append(passage)
    if not taken:
        return None
    joined = join_passages(taken)
    return Field(joined.text.strip(" .;,:"), joined.span())


def _is_preamble(text: str) -> bool:
    """«Căn cứ Luật ...;», «Thực hiện Nghị quyết số ..., ...:»; a title may begin so, but ends openly."""
    starts = (*word_list("relations", "implements"), *word_list("relations", "based_on"))
    closed = text.endswith((";", ":", ".", ",")) or len(text) > 400
    return level(text).startswith(starts) and (closed or level(text).startswith("căn cứ"))


def _signing(signature: tuple[Passage, ...]) -> Signing | None:
    if not signature:
        return None
    capacities: list[Field] = []
    position = behalf = signer = None
    position_pattern = re.compile(phrases(word_list("layout", "positions")) + r"\b")
    for passage in signature:
        text = passage.text
        if capacity := _CAPACITY.match(text):
            written = capacity.group(1).replace("T/M", "TM")
            capacities.append(Field(written, passage.span(*capacity.span(1))))
            body = Field(capacity.group(2).strip(), passage.span(*capacity.span(2)))
            if written == "TM":
                behalf = body
        elif position_pattern.match(level(text)) and is_upper(text):
            position = Field(text, passage.span())
        elif signer is None and _NAME.match(bare := _RANK.sub("", text)) and not is_upper(text):
            signer = Field(bare, passage.span(len(text) - len(bare)))
    if not (capacities or position or signer):
        return None
    return Signing(signer, tuple(capacities), behalf, position)


def _recipients(passages: tuple[Passage, ...]) -> tuple[Mention, ...]:
    """One mention a line, as written, without the remark in brackets («(để báo cáo)»)."""
    found: list[Mention] = []
    for passage in passages:
        line = re.match(r"(?:nơi nhận\s*:?\s*)?[-–+•]?\s*", level(passage.text))
        start = line.end() if line else 0
        if start >= len(passage.text) or level(passage.text).startswith("lưu", start):
            continue
        words_ = re.sub(r"\s*\([^()]*\)$", "", passage.text[start:].rstrip(" .;,:"))
        found.append(Mention(words_, passage.span(start, start + len(words_))))
    return tuple(found)
