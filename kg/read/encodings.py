"""Old Vietnamese encodings: telling them apart, and reading them.

TCVN3 (TCVN 5712:1993, VN3; fonts .VnTime ...) has one byte a letter; its capitals with tone marks are the
small letters in a font of capitals (.VnTimeH), so a plain file does not tell them apart.  VNI (fonts
VNI-Times ...) writes a letter and then its mark.  No kept library reads either, so both stand here; they
were compared with GNU iconv (TCVN5712-1) and with VNI's own chart.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import product

from .syllables import is_syllable

_TCVN3_LETTERS = dict(zip("ĂÂÊÔƠƯĐăâêôơưđ", range(0xA1, 0xAF), strict=True))
_TCVN3_TONED = {
    **dict(zip("àảãáạ", range(0xB5, 0xBA), strict=True)),
    **dict(zip("ằẳẵắ", range(0xBB, 0xBF), strict=True)),
    **dict(zip("ặầẩẫấậè", range(0xC6, 0xCD), strict=True)),
    **dict(zip("ẻẽéẹềểễếệìỉ", range(0xCE, 0xD9), strict=True)),
    **dict(zip("ĩíịò", range(0xDC, 0xE0), strict=True)),
    **dict(zip("ỏõóọồổỗốộờởỡớợù", range(0xE1, 0xF0), strict=True)),
    **dict(zip("ủũúụừửữứựỳỷỹýỵ", range(0xF1, 0xFF), strict=True)),
}
TCVN3 = {byte: letter for letter, byte in (_TCVN3_LETTERS | _TCVN3_TONED).items()}

_VNI_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_HATS = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_BREVES = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_ALONE = {
    "ô": "ơ",
    "ö": "ư",
    "ñ": "đ",
    "í": "í",
    "ì": "ì",
    "æ": "ỉ",
    "ó": "ĩ",
    "ò": "ị",
    "î": "ỵ",
}


def _vni_table() -> dict[str, str]:
    small = dict(_VNI_ALONE)
    for vowel, (mark, tone) in product("aeouyôö", _VNI_TONES.items()):
        small[vowel + mark] = _VNI_ALONE.get(vowel, vowel) + tone
    for vowel, (mark, tone) in product("aeo", _VNI_HATS.items()):
        small[vowel + mark] = vowel + "\u0302" + tone
    for mark, tone in _VNI_BREVES.items():
        small["a" + mark] = "a\u0306" + tone
    table = {}
    for written, letter in small.items():
        letter = unicodedata.normalize("NFC", letter)
        table[written] = letter
        table[written.upper()] = letter.upper()
        if len(written) > 1:  # a capital with a small mark is met as well
            table[written[0].upper() + written[1:]] = letter.upper()
    return table


VNI = _vni_table()
_VNI_PATTERN = re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))
_ASCII_LETTER = re.compile(r"[A-Za-z]")
_MARKED_WORD = re.compile(r"[^\W\d_]*[\u0080-\u00ff][^\W\d_]*")
_WORD = re.compile(r"[^\W\d_]{2,}")
ENOUGH = 0.9


def from_tcvn3(text: str, *, capitals: bool = False) -> str:
    """*text*, whose letters are TCVN3 bytes as Latin-1; *capitals*: set in a font of capitals.

    A line was meant in capitals if its marked words have no small letter but the marked ones, and two
    capitals at least («KÕ HO¹CH», not «Sè: 06/KH-UBND»).
    """
    return "".join(_tcvn3_line(line, capitals) for line in text.splitlines(keepends=True))


def _tcvn3_line(line: str, capitals: bool) -> str:
    plain = _ASCII_LETTER.findall(" ".join(_MARKED_WORD.findall(line)))
    read = line.translate(TCVN3)
    if capitals or (len(plain) > 1 and "".join(plain).isupper()):
        return read.upper()
    return read


def from_vni(text: str) -> str:
    """*text*, whose letters are VNI bytes as Windows-1252."""
    return _VNI_PATTERN.sub(lambda m: VNI[m.group()], text)


def convert(raw: bytes, name: str) -> str:
    """The text of *raw* in the encoding *name* ("TCVN3", "VNI", "Windows-1258")."""
    if name == "Windows-1258":
        return unicodedata.normalize("NFC", raw.decode("cp1258", errors="replace"))
    latin = raw.decode("cp1252", errors="replace")
    return from_tcvn3(latin) if name == "TCVN3" else from_vni(latin)


def read_old(raw: bytes) -> tuple[str, str] | None:
    """The text of *raw* and its encoding's name, where one of the old ones clearly fits; else None.

    What fits is what makes Vietnamese syllables of the words with letters beyond ASCII.
    """
    share, name, text = max(_fit(raw, name) for name in ("TCVN3", "VNI", "Windows-1258"))
    return (text, name) if share >= ENOUGH else None


def _fit(raw: bytes, name: str) -> tuple[float, str, str]:
    text = convert(raw, name)
    marked = [w for w in _WORD.findall(text) if not w.isascii()]
    return (sum(map(is_syllable, marked)) / len(marked) if marked else 0.0), name, text


def mistaken_for_latin(text: str) -> str | None:
    """The old encoding in which *text* was written before it was saved as if it were Latin; else None."""
    marked = [w for w in _WORD.findall(text) if not w.isascii()]
    if len(marked) < 20 or sum(map(is_syllable, marked)) > 0.6 * len(marked):
        return None
    latin = text.encode("cp1252", errors="replace")
    found = read_old(latin)
    return found[1] if found and found[1] != "Windows-1258" else None
