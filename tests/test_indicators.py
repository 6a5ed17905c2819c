"""One indicator for all plans: what is the same, and what stays apart."""

from __future__ import annotations

from itertools import combinations

import pytest

from kg.extract import extract
from kg.model import Document, Indicator
from kg.structure import find_clauses
from kg.vocabulary import concepts
from kg.words import words


def measured(sentence: str) -> Indicator:
    text = f"KẾ HOẠCH\nI. MỤC TIÊU ĐẾN NĂM 2030\n1. {sentence}\n"
    (target,) = extract(find_clauses(Document("x.txt", "txt", text, "0" * 64))).targets
    return target.measure


@pytest.mark.parametrize(
    ("key", "sentences"),
    [
        ("ty-trong-cong-nghiep-trong-grdp",
         ["Tỷ trọng công nghiệp trong GRDP đạt trên 40%.", "Tỷ trọng ngành công nghiệp trong cơ cấu GRDP chiếm 45%.",
          "Công nghiệp chiếm 42% GRDP.", "Phấn đấu đến năm 2030, tỉ trọng công nghiệp trong GRDP tỉnh Bắc Ninh đạt 50%.",
          "Tỷ trọng công nghiệp trong tổng sản phẩm trên địa bàn đạt 40%."]),
        ("ty-trong-kinh-te-so-trong-grdp",
         ["Tỷ trọng kinh tế số đạt tối thiểu 30% GRDP.", "Kinh tế số chiếm 45% GRDP tỉnh.", "Kinh tế số chiếm trên 30% GRDP vào năm 2030."]),
        ("ty-le-ho-ngheo", ["Tỷ lệ hộ nghèo còn dưới 1%.", "Tỉ lệ hộ nghèo giảm xuống còn 2%."]),
        ("ty-le-ho-so-duoc-so-hoa", ["100% hồ sơ được số hóa.", "Phấn đấu 100% hồ sơ được số hóa.", "Tỷ lệ hồ sơ được số hóa đạt 95%."]),
        ("thu-nhap-binh-quan-dau-nguoi",
         ["Thu nhập bình quân đầu người đạt 120 triệu đồng/người/năm.", "Phấn đấu thu nhập bình quân đầu người trên 90 triệu đồng."]),
        ("toc-do-tang-grdp", ["Tốc độ tăng trưởng GRDP đạt 10%/năm.", "Tốc độ tăng GRDP bình quân 9%/năm."]),
    ],
)  # fmt: skip
def test_one_indicator_in_many_wordings(key: str, sentences: list[str]) -> None:
    assert {s: measured(s).key for s in sentences} == dict.fromkeys(sentences, key)


def test_what_differs_stays_apart() -> None:
    sentences = [
        "Tỷ trọng công nghiệp trong GRDP đạt 40%.",
        "Tỷ trọng công nghiệp trong GDP đạt 40%.",
        "Tỷ trọng công nghiệp chế biến, chế tạo trong GRDP đạt 40%.",
        "Tỷ trọng công nghiệp trong tổng số lao động đạt 40%.",
        "Tốc độ tăng trưởng công nghiệp đạt 10%/năm.",
        "Tỷ lệ hộ nghèo còn 2%.",
        "Số hộ nghèo còn 500 hộ.",
        "Tỷ lệ hộ nghèo khu vực nông thôn còn 2%.",
        "Tỷ lệ hộ nghèo khu vực đô thị còn 2%.",
        "Tỷ lệ dân số từ 15 tuổi trở lên có tài khoản đạt 95%.",
        "Tỷ lệ dân số từ 18 tuổi trở lên có tài khoản đạt 95%.",
        "Số vụ tai nạn giảm 15%.",
        "Số vụ tai nạn tăng 15%.",
    ]
    for one, other in combinations(sentences, 2):
        assert measured(one).key != measured(other).key, (one, other)


@pytest.mark.parametrize(
    ("sentence", "denominator", "sectors"),
    [
        ("Tỷ trọng công nghiệp trong GRDP đạt 40%.", "grdp", ("industry",)),
        ("Tỷ trọng công nghiệp chế biến, chế tạo trong GDP đạt 30%.", "gdp", ("manufacturing",)),
        ("Kinh phí chi cho nghiên cứu phát triển (R&D)/GRDP tối thiểu 2%.", "grdp", ()),
        ("Tỷ lệ lao động qua đào tạo đạt 70%.", "lao-dong", ()),
        ("Tỷ lệ phủ sóng 5G đạt 99% dân số.", "dan-so", ()),
        ("100% thủ tục hành chính được cung cấp trực tuyến.", "thu-tuc-hanh-chinh", ()),
        ("Tỷ lệ doanh nghiệp ứng dụng công nghệ số đạt 60%.", "doanh-nghiep", ()),
        # of what is not said, or of a part of the people only
        ("Tỷ lệ giao dịch không dùng tiền mặt đạt 80%.", None, ()),
        ("Tỷ lệ dân số trưởng thành có chữ ký số đạt 80%.", None, ()),
        ("Xây dựng 10 mô hình.", None, ()),
    ],
)  # fmt: skip
def test_of_what(sentence: str, denominator: str | None, sectors: tuple[str, ...]) -> None:
    indicator = measured(sentence)
    assert (indicator.denominator, indicator.sectors) == (denominator, sectors)


def test_a_part_is_measured_as_the_whole_is() -> None:
    text = "KẾ HOẠCH\nI. MỤC TIÊU\n1. Tỷ trọng công nghiệp trong GRDP đạt 40%, trong đó công nghiệp chế biến, chế tạo khoảng 30%.\n"
    _, part = extract(find_clauses(Document("x.txt", "txt", text, "0" * 64))).targets
    assert part.measure == measured("Tỷ trọng công nghiệp chế biến, chế tạo trong GRDP đạt 5%.")


@pytest.mark.parametrize(
    ("table", "scheme"),
    [("wholes", "denominator"), ("counted", "denominator"), ("sectors", "sector")],
)
def test_the_word_lists_name_concepts(table: str, scheme: str) -> None:
    assert set(words()["indicators"][table].values()) <= {c.slug for c in concepts(scheme)}


def test_a_name_has_its_abbreviations_in_capitals() -> None:
    assert measured("Tốc độ tăng trưởng GRDP đạt 10%/năm.").name == "Tốc độ tăng GRDP"
