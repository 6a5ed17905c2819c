"""In which language a text of the data is, where it is not that of the page: for screen readers and hyphens.

Labels come in Vietnamese where there is no English one, and English names hold Vietnamese ones («Department of
Health of Hậu Giang»).  Texts that could turn round the writing beside them are set apart (UAX 9).
"""

from __future__ import annotations

import re
import unicodedata

from flask import Flask
from markupsafe import Markup, escape

from .language import chosen_language

_ACCENTED = re.compile(r"[ĂăÂâĐđÊêÔôƠơƯưÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĨĩŨũẠ-ỹ]")
_CODE = re.compile(r"[A-ZĐ]{1,5}")
_WORD = re.compile(r"[^\W\d_]+")
_SYLLABLE = re.compile(
    r"(?:[bcdghklmnpqrstvx]|ch|gh|gi|kh|ng|ngh|nh|ph|qu|th|tr)?[aeiouy]{1,3}(?:c|ch|m|n|ng|nh|p|t)?",
    re.IGNORECASE,
)
_ENGLISH = frozenset(
    ["a", "an", "at", "by", "can", "do", "in", "its", "no", "on", "or", "so", "the", "to"]
)
_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TURNS = re.compile(  # letters written from the right, and controls
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff"
    "\U0001e800-\U0001efff]"
)
_MOSTLY = 0.4  # of the words accented: Vietnamese with some words of another language
_LONG = 6  # words from which that is looked at


def is_vietnamese(text: str) -> bool:
    """Whether all of *text*, or nearly all, reads as Vietnamese.

    >>> is_vietnamese("Sở Công Thương"), is_vietnamese("Department of Health of Hậu Giang")
    (True, False)
    """
    words = _WORD.findall(unicodedata.normalize("NFC", text))
    if not any(map(_is_accented, words)):
        return False
    if all(_may_be_vietnamese(word) for word in words):
        return True
    accented = sum(map(_is_accented, words))
    return len(words) >= _LONG and accented >= _MOSTLY * len(words)


def spoken(text: object, lang: str = "") -> Markup:
    """*text* as HTML: Vietnamese of an English page in ``lang="vi"``; *lang*: what language it is, where that is known.

    Where the words around are English, each Vietnamese name is marked by itself.
    """
    words = "" if text is None else str(text)
    if not words.isascii() and _TURNS.search(words):
        return Markup("<bdi{}>{}</bdi>").format(tongue(words, lang), words)
    page = chosen_language()
    if lang or page != "en" or not _ACCENTED.search(words):
        if lang and lang != page:
            return Markup('<span lang="{}">{}</span>').format(lang, words)
        return escape(words)
    if is_vietnamese(words):
        return Markup('<span lang="vi">{}</span>').format(words)
    return _by_names(words)


def tongue(text: object, lang: str = "") -> Markup:
    """The attribute ``lang`` of an element that holds *text* alone; nothing where the page is in that language."""
    page = chosen_language()
    is_vietnamese = page == "en" and any(map(_is_accented, _WORD.findall(str(text or ""))))
    told = lang or ("vi" if is_vietnamese else page)
    return Markup("") if told == page else Markup(' lang="{}"').format(told)


def level(text: object) -> str:
    """*text* without the controls that turn round what stands beside it: where no markup can set it apart."""
    return _CONTROLS.sub("", str(text))


def _is_accented(word: str) -> bool:
    """Whether *word* is Vietnamese by its letters: not the code of a document («NĐ», «QĐ»)."""
    return _ACCENTED.search(word) is not None and _CODE.fullmatch(word) is None


def _may_be_vietnamese(word: str) -> bool:
    if _ACCENTED.search(word) or (word.isupper() and len(word) > 1):
        return True
    return _SYLLABLE.fullmatch(word) is not None


def _by_names(text: str) -> Markup:
    """Each run of words that may be Vietnamese and has an accented one is marked."""
    parts: list[Markup] = []
    reached = 0
    run: list[re.Match[str]] = []
    for word in (*_WORD.finditer(text), None):
        if word is not None and _goes_on(word, run, text):
            run.append(word)
            continue
        if any(_is_accented(one[0]) for one in run):
            start, end = run[0].start(), run[-1].end()
            name = Markup('<span lang="vi">{}</span>').format(text[start:end])
            parts += [escape(text[reached:start]), name]
            reached = end
        run = [word] if word is not None and _begins(word[0]) else []
    parts.append(escape(text[reached:]))
    return Markup("").join(parts)


def _begins(word: str) -> bool:
    return _may_be_vietnamese(word) and word.casefold() not in _ENGLISH


def _goes_on(word: re.Match[str], run: list[re.Match[str]], text: str) -> bool:
    """Whether *word* stands behind the last of *run* with nothing but space between, and may belong to it."""
    return bool(run) and text[run[-1].end() : word.start()].isspace() and _begins(word[0])


def register(app: Flask) -> None:
    """The filters ``spoken(lang)`` and ``level``, and ``tongue(text, lang)``, for templates."""
    app.add_template_filter(spoken)
    app.add_template_filter(level)
    app.add_template_global(tongue)
