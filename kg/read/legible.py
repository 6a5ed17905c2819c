"""Whether the text of a PDF is the text that a reader sees.

A PDF can look right and hold no text (a scan), codes without meaning (fonts without a character map) or
the guesses of a program that did not know Vietnamese (a wrong OCR layer).  None of them may be read as a
plan.
"""

from __future__ import annotations

import re
import unicodedata

from .parts import Fault
from .syllables import share_of_marked, share_of_syllables

_CODE = re.compile(r"\(cid:\d+\)")
_OCR = "run OCR on it (for instance: ocrmypdf -l vie --force-ocr IN.pdf OUT.pdf), check the result and give that"


def check_legible(text: str, pages: int) -> None:
    """Raise ``Fault`` where *text*, from *pages* pages, is none, codes or not Vietnamese."""
    letters = sum(c.isalpha() for c in _CODE.sub("", text))
    codes = len(_CODE.findall(text)) + sum(unicodedata.category(c) in ("Co", "Cn") for c in text)
    codes += text.count("\ufffd")
    if codes > 20 and codes > 0.02 * letters:
        raise Fault(
            f"its fonts have no character map: {codes:,} of its letters are codes without meaning; "
            f"get the file from its author, or {_OCR}"
        )
    if letters < 20 or letters < 15 * pages:
        raise Fault(f"it has no text layer: it is a scan; {_OCR}")
    syllables, marked = share_of_syllables(text), share_of_marked(text)
    if syllables < 0.75 or marked < 0.1:
        raise Fault(
            f"its text is not Vietnamese as written ({syllables:.0%} of the words are possible syllables, "
            f"{marked:.0%} of the letters carry marks): a wrong OCR layer or another language; {_OCR}"
        )
