"""The forms of values: what may be written, and the one text it is kept as."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from ..extract.header import NUMBER, normal_number
from ..names import BASE
from ..text import fold
from ..vocabulary import concepts
from ..words import words


@dataclass(frozen=True, slots=True)
class Form:
    """*read* gives the text kept for what was written, or raises ValueError with what is wanted."""

    wanted: str
    read: Callable[[str], str]
    many: bool = False
    optional: bool = True


def _text(written: str) -> str:
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", written)).strip()
    if not text or len(text) > 2000 or not any(c.isalnum() for c in text):
        raise ValueError
    return text


def _day(written: str) -> str:
    return date.fromisoformat(written.strip()).isoformat()


def _year(written: str) -> str:
    year = int(written)
    if not 1900 <= year <= 2200:
        raise ValueError
    return str(year)


def _number(written: str) -> str:
    """Vietnamese or plain: "25,29" and "25.29" are one; "1.234.567,5" has its groups told by the comma."""
    plain = written.strip()
    if re.fullmatch(r"-?\d{1,3}(?:\.\d{3})+,\d+|-?\d{1,3}(?:\.\d{3}){2,}", plain):
        plain = plain.replace(".", "")
    plain = plain.replace(",", ".")
    if not re.fullmatch(r"-?\d{1,15}(?:\.\d{1,9})?", plain):
        raise ValueError
    return str(float(plain))


def _period(written: str) -> str:
    found = re.fullmatch(r"\s*(\d{4})\s*[-–]\s*(\d{4})\s*", written)
    if not found or int(found.group(1)) > int(found.group(2)):
        raise ValueError
    return f"{_year(found.group(1))}-{_year(found.group(2))}"


def _moment(written: str) -> str:
    return _year(written) if re.fullmatch(r"\d{4}", written) else _day(written)


def _deadline(written: str) -> str:
    if found := re.fullmatch(r"--(\d\d-\d\d)", written):
        date.fromisoformat(f"2024-{found.group(1)}")
        return written
    return _day(written)


def _duration(written: str) -> str:
    if not re.fullmatch(r"P[1-9]\d?[YMWD]", written):
        raise ValueError
    return written


def _document_number(written: str) -> str:
    number = normal_number(written)
    if not NUMBER.fullmatch(number):
        raise ValueError
    return number


def _actor(written: str) -> str:
    """An agency or group: known, of our agency/ or group/, or somebody else's IRI."""
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", written):
        raise ValueError
    ours = written.startswith(BASE)
    if ours and not written.startswith((f"{BASE}agency/", f"{BASE}group/")):
        raise ValueError
    return written


def one_of(names: Iterable[str], *, many: bool = False, optional: bool = True) -> Form:
    known = {fold(name) if name.isalpha() else name: name for name in names}

    def read(written: str) -> str:
        found = known.get(written) or known.get(fold(written))
        if found is None:
            raise ValueError
        return found

    return Form(f"one of {', '.join(known.values())}", read, many, optional)


TEXT = Form("words", _text)
WORDS = Form("words", _text, optional=False)
NAMES = Form("names, one a value", _text, many=True)
DAY = Form("a date: 2021-01-14", _day)
YEAR = Form("a year: 2025", _year)
NUMBER_FORM = Form("a number: 25,29", _number, optional=False)
PERIOD = Form("a period: 2021-2025", _period)
MOMENT = Form("a year or a date: 2021, 2021-06-30", _moment)
DEADLINE = Form("a date, or a day of every year: 2025-11-10, --11-10", _deadline)
DURATION = Form("an ISO 8601 duration: P1Y, P6M", _duration)
DOCUMENT_NUMBER = Form("a document's number: 06/KH-UBND", _document_number)
ACTOR = Form(f"an IRI: {BASE}agency/vn-73/so-cong-thuong", _actor, optional=False)
COMPARATOR = one_of(("=", ">", ">=", "<", "<=", "~"), optional=False)
MODALITY = one_of(("assign", "request", "general"), optional=False)
TASK_KIND = one_of(("task", "reporting", "monitoring"), optional=False)
VALUE_TYPE = one_of(("share", "level", "mean-annual-growth"), optional=False)
RELATION = one_of(("implements", "based-on", "cites"), optional=False)


def document_type() -> Form:
    names = tuple(words()["document"]["types"])
    return Form("a type of document such as Kế hoạch", one_of(names).read)


def theme() -> Form:
    return one_of((c.slug for c in concepts("theme")), many=True)


def read_values(form: Form, field: str, written: tuple[str, ...]) -> tuple[str, ...]:
    """*written* in the one form; raises ValueError in one line."""
    given = tuple(w for w in written if w.strip())
    if not form.many and len(given) > 1:
        raise ValueError(f"{field} holds one value, not {len(given)}")
    if not form.optional and not given:
        raise ValueError(f"{field} cannot be empty; it is {form.wanted}")
    found: list[str] = []
    for text in given:
        try:
            found.append(form.read(text))
        except ValueError:
            raise ValueError(f"{field} is {form.wanted}; «{text[:60]}» is not") from None
    return tuple(dict.fromkeys(found))
