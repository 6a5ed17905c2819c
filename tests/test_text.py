"""Letters: one spelling of tone marks, folding, search without diacritics."""

from __future__ import annotations

import pytest

from kg.names import document_iri, enumerator, slug
from kg.text import clean, fold, is_upper, level, tone_marks, unaccented


@pytest.mark.parametrize(
    ("old", "new"),
    [("Uỷ ban", "Ủy ban"), ("hoà bình", "hòa bình"), ("thuỷ sản", "thủy sản"), ("quý", "quý"), ("Quỳ Châu", "Quỳ Châu"),
     ("UỶ BAN", "ỦY BAN"), ("toàn", "toàn"), ("khoá", "khóa")],
)  # fmt: skip
def test_one_spelling_of_tone_marks(old: str, new: str) -> None:
    assert tone_marks(old) == new


@pytest.mark.parametrize("text", ["Đài Phát Thanh", "UỶ BAN", "İstanbul", "Sở KH&CN"])
def test_level_keeps_every_place(text: str) -> None:
    assert len(level(text)) == len(text)


def test_folding() -> None:
    assert unaccented("Sở Công Thương, Đài Uỷ ban") == "so cong thuong, dai uy ban"
    assert fold("UỶ  BAN nhân dân.") == "ủy ban nhân dân"
    assert clean("**Kế  hoạch** |;") == "Kế hoạch"
    assert is_upper("KẾ HOẠCH 2021")
    assert not is_upper("Kế hoạch")


def test_identifiers() -> None:
    assert slug("Sở Công Thương") == "so-cong-thuong"
    assert slug("Đài PT-TH") == "dai-pt-th"
    assert enumerator("đ") == "dd"
    assert document_iri("vn-73", "ubnd", "kh", 2021, "06").endswith("/doc/vn-73/ubnd/kh/2021/06")
