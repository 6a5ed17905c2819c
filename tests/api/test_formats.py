"""How numbers of documents stand in headings."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from api.formats import unbroken


@pytest.mark.parametrize(
    "number", ["06/KH-UBND", "202/2025/QH15", "24/2014/NĐ-CP", "23-NQ/TW", "1234/QĐ-TTg"]
)
def test_a_number_stays_on_one_line(number: str) -> None:
    assert unbroken(f"Văn bản số {number} ngày 14/01/2021") == (
        f'Văn bản số <span class="nowrap">{number}</span> ngày 14/01/2021'
    )


def test_what_is_too_long_to_be_a_number_may_break() -> None:
    assert "nowrap" not in unbroken("7/" + "KH-" * 40)


def test_text_is_escaped_and_markup_stays() -> None:
    assert unbroken("<b>06/KH-UBND") == '&lt;b&gt;<span class="nowrap">06/KH-UBND</span>'
    assert unbroken(Markup('<span lang="vi">6/KH</span>')) == (
        '<span lang="vi"><span class="nowrap">6/KH</span></span>'
    )
