"""Whether words are Vietnamese: by how a syllable is built, without a dictionary.

A written syllable is an onset, a nucleus (one of some fifty vowel groups) and a coda, with a tone mark on
the nucleus.  Real documents consist of them by nine tenths and more; a wrong decoding or a wrong OCR
layer does not.
"""

from __future__ import annotations

import re
import unicodedata

_ONSET = "(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?"
_RIME = (
    "(?:"
    "(?:a|ă|â|e|ê|i|o|ô|ơ|u|ư|y|oa|oă|oe|oo|uâ|uê|uơ|uy|uyê|uya|iê|yê|uô|ươ)(?:ch|nh|ng|[cmnpt])?|"
    "(?:ai|ao|au|ay|âu|ây|eo|êu|ia|iêu|iu|oai|oao|oay|oeo|oi|ôi|ơi|ua|uây|ui|ưa|ưi|ưu|uôi|ươi|ươu|uyu|yêu|uau)"
    ")"
)
_SYLLABLE = re.compile(_ONSET + _RIME)
_WORD = re.compile(r"[^\W\d_]+")
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_MARKED = re.compile(r"[à-ỹđăâêôơưÀ-ỸĐĂÂÊÔƠƯ]")


def is_syllable(word: str) -> bool:
    """*word* could be a Vietnamese syllable (in any case, at most one tone mark)."""
    apart = unicodedata.normalize("NFD", word.lower())
    toneless = apart.translate(_TONES)
    if len(apart) - len(toneless) > 1:
        return False
    return _SYLLABLE.fullmatch(unicodedata.normalize("NFC", toneless)) is not None


def share_of_syllables(text: str) -> float:
    """Of the words of two letters and more, how many could be Vietnamese; 0.0 where there are none."""
    words = [w for w in _WORD.findall(unicodedata.normalize("NFC", text)) if len(w) > 1]
    return sum(map(is_syllable, words)) / len(words) if words else 0.0


def share_of_marked(text: str) -> float:
    """Of the letters, how many carry a Vietnamese mark (about a quarter in a real text)."""
    text = unicodedata.normalize("NFC", text)
    letters = sum(c.isalpha() for c in text)
    return len(_MARKED.findall(text)) / letters if letters else 0.0
