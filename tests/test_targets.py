"""Numbers that are goals, and numbers that are not."""

from __future__ import annotations

import pytest

from kg.extract import extract
from kg.extract.target_tables import is_target_row, matrix_targets
from kg.extract.targets import Names
from kg.model import Clause, Document, Plan
from kg.passages import make_passage
from kg.structure import find_clauses

Row = tuple[float, str, str, int | None]


def plan_of(text: str, name: str = "x.txt") -> Plan:
    return extract(find_clauses(Document(name, name[-3:].strip("."), text, "0" * 64)))


def rows(plan: Plan) -> list[Row]:
    return [
        (t.amount.value, t.amount.comparator, t.amount.unit or "", t.amount.year)
        for t in plan.targets
    ]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # comparators
        ("Tỷ lệ đạt trên 40%.", [(40, ">", "%", 2030)]),
        ("Tỷ lệ tối thiểu đạt 95%.", [(95, ">=", "%", 2030)]),
        ("Tỷ lệ đạt từ 80% trở lên.", [(80, ">=", "%", 2030)]),
        ("Tỷ lệ hộ nghèo không quá 2,5%.", [(2.5, "<=", "%", 2030)]),
        ("Tỷ lệ thất nghiệp dưới 3%.", [(3, "<", "%", 2030)]),
        ("Thu ngân sách khoảng 1.500 tỷ đồng.", [(1500, "~", "tỷ đồng", 2030)]),
        ("Số vụ tai nạn giảm 15% so với năm 2024.", [(15, "=", "%", 2030)]),
        ("Năng suất tăng ít nhất 10%.", [(10, ">=", "%", 2030)]),
        ("Tỷ lệ đạt ≥ 90%.", [(90, ">=", "%", 2030)]),
        # ranges: two bounds
        ("Tỷ lệ đạt từ 20 - 25%.", [(20, ">=", "%", 2030), (25, "<=", "%", 2030)]),
        ("Tỷ lệ đạt 20-25%.", [(20, ">=", "%", 2030), (25, "<=", "%", 2030)]),
        ("Tỷ lệ đạt từ 20% đến 25%.", [(20, ">=", "%", 2030), (25, "<=", "%", 2030)]),
        ("Tỷ lệ tăng từ 20% đến 25%.", [(25, "=", "%", 2030)]),
        # numbers and units
        ("Giá trị đạt 77.626 tỷ đồng.", [(77626, "=", "tỷ đồng", 2030)]),
        ("Tỷ trọng đạt 25,29%.", [(25.29, "=", "%", 2030)]),
        ("Tỷ trọng đạt 8.5%.", [(8.5, "=", "%", 2030)]),
        ("Xây dựng ít nhất hai mô hình.", [(2, ">=", "mô hình", 2030)]),
        ("Đạt 32 giường bệnh/10.000 dân.", [(32, "=", "giường bệnh/10.000 dân", 2030)]),
        ("Đạt 11 người trên một vạn dân.", [(11, "=", "người trên một vạn dân", 2030)]),
        ("Thu nhập đạt 120 triệu đồng/người/năm.", [(120, "=", "triệu đồng/người/năm", 2030)]),
        ("Giá trị giao dịch gấp 30 lần GRDP.", [(30, "=", "lần", 2030)]),
        ("Xây dựng 05 tháp quan sát.", [(5, "=", "tháp quan", 2030)]),
        # years of the number itself
        ("Đạt 20% số xã năm 2026, đến năm 2030 đạt 50% số xã.", [(20, "=", "%", 2026), (50, "=", "%", 2030)]),
        ("Đến năm 2028, tỷ lệ đạt 40%. Tỷ lệ khác đạt 50%.", [(40, "=", "%", 2028), (50, "=", "%", 2028)]),
        # conditions, counts and baselines
        ("Tỷ lệ truy cập với tốc độ 01 Gb/s đạt 100%.", [(100, "=", "%", 2030)]),
        ("Hiện nay đạt 35%, phấn đấu đạt 60%.", [(60, "=", "%", 2030)]),
        ("Tổng kinh phí 500 tỷ đồng.", []),
        ("Thực hiện Đề án “Đầu tư ít nhất 01 triệu căn hộ”.", []),
        ("Tổ chức kiểm tra 02 lần/năm.", []),
        ("Phát triển xã hội số (14 mục tiêu).", []),
        ("Giai đoạn 2026 - 2030.", []),
        ("Công an của 05 xã tham gia.", []),
    ],
)  # fmt: skip
def test_in_the_part_on_goals(sentence: str, expected: list[Row]) -> None:
    assert rows(plan_of(f"KẾ HOẠCH\nI. MỤC TIÊU ĐẾN NĂM 2030\n1. {sentence}\n")) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Hoàn thiện dịch vụ công; bảo đảm 100% thủ tục hành chính trực tuyến.", [(100, "=", "%", None)]),
        ("Triển khai thực hiện, phấn đấu đạt 20% xã, phường “không ma túy” năm 2025, bảo đảm đến hết năm 2030 đạt 50% địa bàn cấp xã.",
         [(20, "=", "%", 2025), (50, "=", "%", 2030)]),
        ("Theo dõi lộ trình đạt mục tiêu ít nhất 50% xã, phường không có ma túy vào năm 2030 và các mục tiêu khác.", [(50, ">=", "%", 2030)]),
        ("Có 30% diện tích nuôi áp dụng quy trình.", [(30, "=", "%", None)]),
        ("Có ít nhất 02 vùng dự án nuôi thủy sản.", [(2, ">=", "vùng dự án", None)]),
        ("Phục hồi rừng, diện tích rừng đến năm 2030 đạt 1.700 ha.", [(1700, "=", "ha", 2030)]),
        ("Chính sách để nâng tỷ lệ hoạt động trực tuyến chiếm tối thiểu 80% các hoạt động.", [(80, ">=", "%", None)]),
        # no goals
        ("Mời gọi đầu tư khu vực điện gió với công suất 100 MW.", []),
        ("Phối hợp với Ủy ban nhân dân 04 xã thành lập khu bảo vệ.", []),
        ("Vận hành các dự án đã đầu tư (02 dự án nhà máy).", []),
        ("Khuyến khích doanh nghiệp 100% vốn nước ngoài tham gia.", []),
        ("Trẻ em từ 06 tháng đến 36 tháng tuổi.", []),
        ("Xây dựng 01 mô hình tại xã.", []),
    ],
)  # fmt: skip
def test_outside_it_a_number_needs_a_cue(sentence: str, expected: list[Row]) -> None:
    assert rows(plan_of(f"KẾ HOẠCH\nI. NHIỆM VỤ\n1. {sentence}\n")) == expected


def test_what_has_been_reached_sets_no_goal() -> None:
    text = "KẾ HOẠCH\nI. HIỆN TRẠNG\n1. Tỷ lệ đạt 100%.\nII. KINH PHÍ\n1. Bảo đảm 100% kinh phí.\n"
    assert plan_of(text).targets == ()


def test_both_ends_of_a_range_share_words_and_place() -> None:
    low, high = plan_of("KẾ HOẠCH\nI. MỤC TIÊU\n1. Tỷ lệ che phủ rừng đạt 20 - 25%.\n").targets
    assert low.amount.quote == high.amount.quote == "20 - 25%"
    assert (low.measure, low.key != high.key) == (high.measure, True)


def row_of(columns: list[str], cells: list[str]) -> Clause:
    text = "   ".join(cells)
    starts = [sum(len(c) + 3 for c in cells[:number]) for number in range(len(cells))]
    passages = tuple(
        make_passage(text, start, start + len(cell))
        for start, cell in zip(starts, cells, strict=True)
    )
    whole = make_passage(text, 0, len(text))
    return Clause(0, "tr_1", "hang", "1", whole, False, None, 0, passages, tuple(columns))


COLUMNS = ["TT", "Chỉ tiêu", "Đơn vị tính", "Thực hiện 2024", "Năm 2025", "Giai đoạn 2026 - 2030"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "Tỷ lệ hộ nghèo", "%", "2,1", "< 1,5", "1"], [(1.5, "<", "%", 2025), (1, "=", "%", 2030)]),
        (["2", "Số xã nông thôn mới", "xã", "30", "40", "≥ 55"], [(40, "=", "xã", 2025), (55, ">=", "xã", 2030)]),
        (["3", "Thu ngân sách", "tỷ đồng", "900", "", "1.200"], [(1200, "=", "tỷ đồng", 2030)]),
        (["4", "Chất lượng phục vụ", "mức", "tốt", "tốt", "tốt"], []),
        (["5", "Tỷ lệ che phủ", "", "40", "41", "42%"], [(42, "=", "%", 2030)]),
    ],
)  # fmt: skip
def test_a_row_of_targets_gives_a_value_for_every_year(
    cells: list[str], expected: list[Row]
) -> None:
    clause = row_of(COLUMNS, cells)
    assert is_target_row(clause)
    found = matrix_targets(clause, (None, None), Names())
    assert [
        (t.amount.value, t.amount.comparator, t.amount.unit or "", t.amount.year) for t in found
    ] == expected
    text = "   ".join(cells)
    assert all(text[t.amount.span.start : t.amount.span.end] == t.amount.quote for t in found)
    assert {t.amount.period for t in found if t.amount.year == 2030} <= {(2026, 2030)}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # a part that exceeds its whole is a share of the whole itself
        ("Kinh phí chi cho nghiên cứu đạt 2% GDP, trong đó kinh phí từ xã hội chiếm hơn 60%.",
         [("Kinh phí chi cho nghiên cứu", "Tỷ trọng kinh phí chi cho nghiên cứu trong GDP", "gdp", "share"),
          ("Kinh phí chi cho nghiên cứu, trong đó kinh phí từ xã hội",
           "Tỷ trọng kinh phí từ xã hội trên kinh phí chi cho nghiên cứu", None, "share")]),
        # … a lesser one is of the same whole
        ("Tỷ trọng công nghiệp đạt 40% GRDP, trong đó công nghiệp chế biến đạt 30%.",
         [("Tỷ trọng công nghiệp", "Tỷ trọng công nghiệp trong GRDP", "grdp", "share"),
          ("Tỷ trọng công nghiệp, trong đó công nghiệp chế biến", "Tỷ trọng công nghiệp chế biến trong GRDP",
           "grdp", "share")]),
        # a share of the growth is no growth
        ("Đóng góp của năng suất nhân tố tổng hợp (TFP) vào tăng trưởng kinh tế ở mức trên 55%.",
         [("Đóng góp của năng suất nhân tố tổng hợp (TFP) vào tăng trưởng kinh tế",
           "Tỷ lệ đóng góp năng suất nhân tố tổng hợp TFP vào tăng trưởng kinh tế", None, "share")]),
        ("Tốc độ tăng trưởng kinh tế đạt 8%.",
         [("Tốc độ tăng trưởng kinh tế", "Tốc độ tăng kinh tế", None, "change")]),
        ("Đóng góp của kinh tế số vào tăng trưởng tăng 5%.",
         [("Đóng góp của kinh tế số vào tăng trưởng", "Tốc độ tăng đóng góp kinh tế số", None, "change")]),
        # nouns that share a number
        ("Thu hút thêm ít nhất 3 tổ chức, doanh nghiệp công nghệ hàng đầu thế giới.",
         [("Thu hút tổ chức, doanh nghiệp công nghệ hàng đầu thế giới",
           "Thu hút tổ chức, doanh nghiệp công nghệ hàng đầu thế giới", None, "level")]),
        ("Có ít nhất 05 dự án, chương trình trong lĩnh vực bán dẫn.",
         [("dự án, chương trình trong lĩnh vực bán dẫn", "Dự án, chương trình trong lĩnh vực bán dẫn", None, "level")]),
        ("Số dự án mới đạt 05 dự án, phấn đấu cao hơn.", [("Số dự án mới", "Số dự án mới", None, "level")]),
        ("Số xã mới đạt 05 xã, 10 phường.", None),  # a number of its own
        # whose it is
        ("Việt Nam có quy mô kinh tế số đạt tối thiểu 50% GDP.",
         [("Việt Nam có quy mô kinh tế số", "Tỷ trọng quy mô kinh tế số trong GDP", "gdp", "share")]),
    ],
)  # fmt: skip
def test_what_is_measured(
    sentence: str, expected: list[tuple[str, str, str | None, str]] | None
) -> None:
    plan = plan_of(f"KẾ HOẠCH\n\nI. MỤC TIÊU\n\n1. Mục tiêu đến năm 2030\n\n- {sentence}\n")
    found = [
        (t.indicator, t.measure.name, t.measure.denominator, t.value_type) for t in plan.targets
    ]
    if expected is None:
        assert "phường" not in found[0][0]
    else:
        assert found == expected
