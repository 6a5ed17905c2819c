"""Numbers and dates as Vietnamese and English readers write them (the Unicode CLDR, by Babel), and how they break."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal, InvalidOperation

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask
from markupsafe import Markup, escape

# The number of a document; long ones may break, as may what only looks like one.
_NUMBERED = re.compile(r"\b\d{1,5}(?:/\d{4})?[/-](?=[^\W\d_])[\w-]{1,14}(?:/\w{1,6})?(?![\w/-])")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}$")


def number(value: object, lang: str) -> str:
    """``number("77626.5", "vi")`` → «77.626,5»; what is no number stays as it is."""
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value)
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not exact.is_finite():
        return str(value)
    return format_decimal(exact, locale=lang, decimal_quantization=False)


def date(value: object, lang: str) -> str:
    """``date("2021-01-14", "vi")`` → «14/01/2021», in English "14 January 2021"; anything else stays as it is."""
    text = "" if value is None else str(value)
    if not _DAY.match(text):
        return text
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return text
    return format_date(day, "dd/MM/yyyy" if lang == "vi" else "d MMMM yyyy", locale=lang)


def unbroken(text: object) -> Markup:
    """*text* in which numbers of documents («06/KH-UBND») stay on one line; markup stays, text is escaped."""
    return Markup(_NUMBERED.sub(r'<span class="nowrap">\g<0></span>', str(escape(text))))


def register(app: Flask) -> None:
    """The filters ``number(lang)``, ``date(lang)`` and ``unbroken`` for templates."""
    app.add_template_filter(number)
    app.add_template_filter(date)
    app.add_template_filter(unbroken)
