"""Words about time: kind, frequencies, interval, deadline; and which of them governs a sentence."""

from __future__ import annotations

import pytest

from kg.extract.inline_times import find_inline_time
from kg.extract.timeline import make_timeframe
from kg.model import Timeframe
from kg.passages import make_passage
from kg.vocabulary import concepts


def time_of(text: str) -> Timeframe:
    found = make_timeframe(make_passage(text, 0, len(text)), 0, len(text), 0, "test")
    assert found is not None
    return found


KINDS = [
    ("Hằng năm", "yearly", "P1Y", None),
    ("hàng quý", "quarterly", "P3M", None),
    ("Hằng tháng", "monthly", "P1M", None),
    ("hằng tuần", "every-n", "P1W", None),
    ("Định kỳ 02 năm/lần", "every-n", "P2Y", None),
    ("05 năm một lần", "every-n", "P5Y", None),
    ("mỗi 3 năm", "every-n", "P3Y", None),
    ("02 lần/năm", "half-yearly", "P6M", None),
    ("định kỳ 6 tháng", "half-yearly", "P6M", None),
    ("sáu tháng một lần", "half-yearly", "P6M", None),
    ("định kỳ 6 tháng, hằng năm", "half-yearly", "P6M P1Y", None),
    ("Hằng quý, 6 tháng, năm", "quarterly", "P3M P6M P1Y", None),
    ("hằng tháng, quý, năm", "monthly", "P1M P3M P1Y", None),
    ("Hằng năm hoặc đột xuất", "yearly", "P1Y", None),
    ("Năm 2025", "year", "", "2025 2025"),
    ("trong năm 2026", "year", "", "2026 2026"),
    ("2026 - 2030", "period", "", "2026 2030"),
    ("năm 2025-2026", "period", "", "2025 2026"),
    ("giai đoạn 2026 – 2030", "period", "", "2026 2030"),
    ("từ năm 2026 đến năm 2030", "period", "", "2026 2030"),
    ("đến năm 2030", "period", "", "None 2030"),
    ("2026 trở đi", "onwards", "", "2026 None"),
    ("Năm 2025 và các năm tiếp theo", "onwards", "", "2025 None"),
    ("Quý IV/2025", "quarter", "", "2025-10-01 2025-12-31"),
    ("quý I năm 2028", "quarter", "", "2028-01-01 2028-03-31"),
    ("Quý I, II/2026", "quarter", "", "2026-01-01 2026-06-30"),
    ("Tháng 02/2028", "month", "", "2028-02-01 2028-02-29"),
    ("Tháng 11 năm 2025", "month", "", "2025-11-01 2025-11-30"),
    ("ngày 15/12/2025", "date", "", "2025-12-15 2025-12-15"),
    ("Thường xuyên", "continuous", "", None),
    ("Thường xuyên, định kỳ hằng quý báo cáo", "continuous", "P3M", None),
    ("Sau khi Nghị định được ban hành", "relative", "", None),
    ("Sau khi có Quy chế của TW", "relative", "", None),
    ("Trong 30 ngày kể từ ngày Kế hoạch được ban hành", "relative", "", None),
    ("Khi có phát sinh", "relative", "", None),
    ("Theo Kế hoạch riêng", "per-plan", "", None),
    ("Theo tiến độ được giao của Luật An ninh mạng 2025", "per-plan", "", None),
    ("Năm 2021, sửa đổi, điều chỉnh hàng năm (nếu có)", "year", "P1Y", "2021 2021"),
    ("Bảo đảm chất lượng", "unknown", "", None),
    ("2030 - 2025", "unknown", "", None),
    ("ngày 31/02/2025", "unknown", "", None),
    ("tháng 13/2025", "unknown", "", None),
]


@pytest.mark.parametrize(("text", "kind", "frequencies", "interval"), KINDS)
def test_kinds(text: str, kind: str, frequencies: str, interval: str | None) -> None:
    time = time_of(text)
    assert time.text == text
    assert (time.kind, " ".join(time.frequencies)) == (kind, frequencies)
    assert (f"{time.begin} {time.end}" if time.begin or time.end else None) == interval


def test_every_kind_is_a_concept() -> None:
    assert {kind for _, kind, _, _ in KINDS} | {"deadline"} == {
        c.slug for c in concepts("time-kind")
    }


@pytest.mark.parametrize(
    ("text", "before", "inclusive"),
    [
        ("trước ngày 10 tháng 11 hàng năm", "--11-10", False),
        ("Trước ngày 15/12 hằng năm", "--12-15", False),
        ("trước ngày 31/12/2026", "2026-12-31", False),
        ("hoàn thành trước 31/12/2025", "2025-12-31", False),
        ("xong trước ngày 01/7/2026", "2026-07-01", False),
        ("chậm nhất trước ngày 20/12/2025", "2025-12-20", False),
        ("chậm nhất ngày 17 tháng 12", "--12-17", True),
        ("chậm nhất là vào ngày 20/12/2025", "2025-12-20", True),
        ("đến hết ngày 30/6/2026", "2026-06-30", True),
        ("trước tháng 12/2025", "2025-12-01", False),
        ("trước quý IV/2025", "2025-10-01", False),
        ("trước năm 2030", "2030-01-01", False),
        ("chậm nhất trong quý II/2026", "2026-06-30", True),
        ("hoàn thành trong quý IV năm 2025", "2025-12-31", True),
        ("hoàn thành trong tháng 11/2025", "2025-11-30", True),
        ("hoàn thành trong năm 2026", "2026-12-31", True),
        ("Tháng 12 hằng năm", "--12-31", True),
        ("trước ngày 29/02 hằng năm", "--02-29", False),
        # none: no such day, no day at all, or a time that sets no limit
        ("trước ngày 31/02/2025", None, None),
        ("trước ngày 15/13/2025", None, None),
        ("trước ngày 15 tháng cuối quý", None, None),
        ("trong quý IV/2025", None, None),
        ("2026 - 2030", None, None),
        ("Sau khi hoàn thành trong năm 2025 Đề án", None, None),
    ],
)
def test_deadlines(text: str, before: str | None, inclusive: bool | None) -> None:
    deadline = time_of(text).deadline
    assert (deadline and deadline.before, deadline and deadline.inclusive) == (before, inclusive)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Định kỳ hằng năm (trước ngày 30 tháng 11) báo cáo.", "Định kỳ hằng năm (trước ngày 30 tháng 11)"),
        ("định kỳ hàng năm báo cáo về Sở chậm nhất ngày 17 tháng 12.", "chậm nhất ngày 17 tháng 12"),
        ("Báo cáo trước ngày 20 hằng tháng.", "trước ngày 20 hằng tháng"),
        ("Gửi trước ngày 15 tháng cuối quý.", "trước ngày 15 tháng cuối quý"),
        ("Thực hiện chế độ báo cáo định kỳ hằng quý về tiến độ.", "định kỳ hằng quý"),
        ("Định kỳ 06 tháng các cơ quan báo cáo kết quả.", "Định kỳ 06 tháng"),
        ("Hằng năm, tổ chức kiểm tra.", "Hằng năm"),
        ("Xây dựng kế hoạch. Hằng năm báo cáo kết quả.", "Hằng năm"),
        ("Hằng năm hoặc đột xuất báo cáo kết quả.", "Hằng năm hoặc đột xuất"),
        ("Tổ chức diễn tập ứng phó sự cố hàng năm.", "hàng năm"),
        ("Hoàn thiện hạ tầng, tiến tới thí điểm (2025 - 2026).", "2025 - 2026"),
        ("Mở rộng, vận hành (2026 trở đi).", "2026 trở đi"),
        ("Báo cáo tình hình thực hiện (định kỳ hằng năm).", "định kỳ hằng năm"),
        ("Hoàn thành trong tháng 11/2025.", "Hoàn thành trong tháng 11/2025"),
        ("Báo cáo trong 30 ngày kể từ ngày kết thúc đợt kiểm tra, gửi Sở.", "trong 30 ngày kể từ ngày kết thúc đợt kiểm tra"),
        ("Đến năm 2030, hệ thống quan trắc được hoàn thiện.", "Đến năm 2030"),
        ("Đến năm 2030, 100% các khu vực được quản lý.", "Đến năm 2030"),
        # the year is a goal's, a thing's or a document's
        ("Nâng cao năng lực. Đến năm 2030, tỷ lệ thu gom đạt 100%.", None),
        ("Phấn đấu xây dựng 20% xã ngay trong năm 2025.", None),
        ("Phát thải ròng bằng 0 vào năm 2050.", None),
        ("Cân đối trong dự toán ngân sách nhà nước hằng năm.", None),
        ("Tổng hợp kết quả thực hiện Kế hoạch hằng năm.", None),
        ("Xây dựng kế hoạch đầu tư công trung hạn, hàng năm và tổ chức thực hiện.", None),
        ("Luật có hiệu lực trước ngày 01/7/2025.", None),
        ("Thực hiện Quyết định số 338/QĐ-TTg ngày 03 tháng 4 năm 2023.", None),
        ("Thực hiện Đề án giai đoạn 2026 - 2030.", None),
        ("Thường xuyên cập nhật dữ liệu.", None),
        ("Trẻ từ 06 tháng đến 36 tháng tuổi.", None),
    ],
)  # fmt: skip
def test_the_time_that_governs_a_sentence(text: str, words: str | None) -> None:
    found = find_inline_time(make_passage(text, 0, len(text)))
    assert (text[slice(*found)] if found else None) == words
