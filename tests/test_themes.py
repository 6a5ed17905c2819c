"""Themes by the words that betray them, and words that only seem to."""

from __future__ import annotations

import pytest

from kg.extract.themes import find_themes
from kg.passages import make_passage
from kg.vocabulary import concepts
from kg.words import words


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("Đẩy mạnh công tác phòng, chống ma túy trong trường học", {"drug-prevention", "education"}),
        ("Tăng cường bảo vệ bí mật nhà nước", {"state-secrets"}),
        ("Rà soát quy định về bảo vệ dữ liệu cá nhân", {"data-protection"}),
        ("Diễn tập phòng thủ dân sự các cấp", {"civil-defence"}),
        ("Phát triển bền vững kinh tế biển", {"marine"}),
        ("Lắp đặt trạm BTS, nâng cao chất lượng phủ sóng", {"telecoms"}),
        ("Giải ngân vốn đầu tư công", {"public-investment"}),
        ("Chương trình giảm nghèo bền vững", {"poverty-reduction"}),
        ("Hỗ trợ giải quyết việc làm cho thanh niên", {"employment"}),
        ("Quảng bá du lịch và các di tích", {"communication", "culture", "tourism"}),
        ("Đơn giản hóa thủ tục hành chính", {"administrative-reform"}),
        # names of agencies, and longer phrases that speak of something else
        ("Sở Y tế chủ trì thực hiện", set()),
        ("Sở Nông nghiệp và Môi trường, Sở Giáo dục và Đào tạo báo cáo", set()),
        ("Các Sở: Nội vụ, Y tế, Du lịch thực hiện", set()),
        ("Khai thác dữ liệu trên môi trường số", set()),
        ("Cải thiện môi trường làm việc", set()),
        ("Các ngân hàng thương mại trên địa bàn", set()),
        ("Đề nghị các đơn vị việc làm rõ trách nhiệm", set()),
        ("Thực hiện tốt nhiệm vụ được giao", set()),
    ],
)  # fmt: skip
def test_themes(text: str, themes: set[str]) -> None:
    assert {t.slug for t in find_themes(make_passage(text, 0, len(text)), 0)} == themes


def test_the_longest_words_are_the_evidence() -> None:
    text = "Bảo vệ và phát triển hạ tầng, ô nhiễm môi trường"
    (theme,) = find_themes(make_passage(text, 0, len(text)), 7)
    assert (theme.slug, theme.words, theme.clause) == ("environment", "ô nhiễm môi trường", 7)
    assert text[theme.span.start : theme.span.end] == theme.words


def test_what_is_refused_is_a_theme() -> None:
    assert set(words()["themes"]["others"]) <= {c.slug for c in concepts("theme")}
