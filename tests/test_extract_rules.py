"""Language rules, one line a case, negative cases beside them."""

from __future__ import annotations

from datetime import date

import pytest

from kg.extract import extract
from kg.extract.agents import find_agents
from kg.extract.inline_times import find_inline_time
from kg.extract.legal_basis import find_references
from kg.extract.reports import report_recipients
from kg.extract.roles import coordinators, subject_agents
from kg.extract.sections import heading_kind
from kg.extract.timeline import make_timeframe
from kg.labels import column_kind, find_labels
from kg.model import Document, Passage, Plan
from kg.passages import make_passage
from kg.structure import find_clauses


def passage(text: str) -> Passage:
    return make_passage(text, 0, len(text))


def plan_of(text: str) -> Plan:
    return extract(find_clauses(Document("x.txt", "txt", text, "0" * 64)))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Sở Công Thương", ["Sở Công Thương"]),
        ("Sở Kế hoạch và Đầu tư, Ban Quản lý các Khu công nghiệp tỉnh:",
         ["Sở Kế hoạch và Đầu tư", "Ban Quản lý các Khu công nghiệp tỉnh"]),
        ("Sở Văn hóa, Thể thao và Du lịch và Sở Y tế", ["Sở Văn hóa, Thể thao và Du lịch", "Sở Y tế"]),
        ("Sở Nội vụ, Tư pháp, Y tế", ["Sở Nội vụ", "Sở Tư pháp", "Sở Y tế"]),
        ("Các Sở: Nội vụ, Tư pháp; Công an tỉnh", ["Sở Nội vụ", "Sở Tư pháp", "Công an tỉnh"]),
        ("Các sở, ban, ngành tỉnh; Ủy ban nhân dân huyện, thị xã, thành phố",
         ["Các sở, ban, ngành tỉnh", "Ủy ban nhân dân huyện, thị xã, thành phố"]),
        ("Các sở, ban, ngành, đoàn thể cấp tỉnh và UBND các xã, phường",
         ["Các sở, ban, ngành, đoàn thể cấp tỉnh", "UBND các xã, phường"]),
        ("các cơ quan, đơn vị, địa phương liên quan", ["các cơ quan, đơn vị, địa phương liên quan"]),
        ("Hiệp hội Doanh nghiệp tỉnh và các doanh nghiệp, Hợp tác xã trên địa bàn tỉnh",
         ["Hiệp hội Doanh nghiệp tỉnh", "các doanh nghiệp trên địa bàn tỉnh", "Hợp tác xã trên địa bàn tỉnh"]),
        ("Văn phòng Đoàn đại biểu Quốc hội và HĐND tỉnh", ["Văn phòng Đoàn đại biểu Quốc hội và HĐND tỉnh"]),
        ("Trung tâm Dịch vụ việc làm Thành phố (Sở Nội vụ)", ["Trung tâm Dịch vụ việc làm Thành phố (Sở Nội vụ)"]),
        ("Các nhà mạng (Viettel Nghệ An, VNPT Nghệ An)", ["Viettel Nghệ An", "VNPT Nghệ An"]),
        ("Thủ trưởng các sở, ban, ngành và Ủy ban nhân dân phường, xã",
         ["Thủ trưởng các sở, ban, ngành", "Ủy ban nhân dân phường, xã"]),
        ("UBND 04 xã: Gia Thuận, Tân Điền và Gò Công Đông", ["UBND xã Gia Thuận", "UBND xã Tân Điền", "UBND xã Gò Công Đông"]),
        ("UBND các xã, phường", ["UBND các xã, phường"]),
        ("các cơ quan chuyên môn thuộc các bộ, ngành Trung ương và các đơn vị",
         ["các cơ quan chuyên môn thuộc các bộ, ngành Trung ương", "các đơn vị"]),
        ("Sở Nông nghiệp và Môi trường, Sở Sây dựng", ["Sở Nông nghiệp và Môi trường", "Sở Sây dựng"]),
        ("Các sở, ban, ngành, cơ quan ngành dọc đóng trên địa bàn",
         ["Các sở, ban, ngành, cơ quan ngành dọc đóng trên địa bàn"]),
        ("Xây dựng chương trình phát triển", []),
        ("Ban hành quy chế", []),
        ("Báo cáo kết quả thực hiện", []),
        ("Tổ chức thực hiện", []),
        ("Phòng ngừa, ngăn chặn vi phạm", []),
        ("Hội nghị tổng kết", []),
    ],
)  # fmt: skip
def test_lists_of_agencies(text: str, names: list[str]) -> None:
    found, _ = find_agents(passage(text), whole=True)
    assert [a.name for a in found] == names


@pytest.mark.parametrize(
    ("text", "names", "rule"),
    [
        ("Sở Công Thương nghiên cứu đề xuất xây dựng Trung tâm.", ["Sở Công Thương"], "subject"),
        ("Báo Hậu Giang tăng cường quảng bá.", ["Báo Hậu Giang"], "subject"),
        ("Các cơ quan truyền thông: Đài Phát Thanh và Truyền hình tỉnh, Báo Hậu Giang tăng cường quảng bá.",
         ["Đài Phát Thanh và Truyền hình tỉnh", "Báo Hậu Giang"], "subject"),
        ("Giao Sở Công Thương làm đầu mối theo dõi.", ["Sở Công Thương"], "charged"),
        ("Đề nghị Ngân hàng Nhà nước Việt Nam Chi nhánh tỉnh Hậu Giang nghiên cứu cơ chế.",
         ["Ngân hàng Nhà nước Việt Nam Chi nhánh tỉnh Hậu Giang"], "charged"),
        ("Căn cứ Kế hoạch này, các sở, ban, ngành xây dựng kế hoạch.", ["các sở, ban, ngành"], "subject-after-remark"),
        ("Nếu có vướng mắc, đề nghị các đơn vị phản ánh kịp thời.", ["các đơn vị"], "charged"),
        ("UBND tỉnh giao Giám đốc các sở thực hiện kế hoạch.", ["Giám đốc các sở"], "charged-by"),
        ("Đối với các dự án lớn, các bộ, cơ quan, đơn vị lập kế hoạch.", ["các bộ, cơ quan, đơn vị"], "subject-after-remark"),
        ("Theo đề xuất của các sở, ban, ngành chuyên môn, Sở Tài chính bố trí kinh phí.", ["Sở Tài chính"], "subject-after-remark"),
        ("Xây dựng đề án (Sở Y tế chủ trì, phối hợp với Sở Tài chính).", ["Sở Y tế"], "aside"),
        ("Báo cáo cấp có thẩm quyền (Sở Y tế và các bộ) kết quả.", [], ""),
        ("Tăng cường công tác tuyên truyền.", [], ""),
        ("Xử lý nghiêm các dự án gây ô nhiễm.", [], ""),
        ("Kế hoạch này có hiệu lực từ ngày ký.", [], ""),
    ],
)  # fmt: skip
def test_who_a_sentence_makes_responsible(text: str, names: list[str], rule: str) -> None:
    found, by = subject_agents(passage(text))
    assert ([a.name for a in found], by) == (names, rule)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Chủ trì, phối hợp với Sở Tài chính và các đơn vị có liên quan xây dựng dự toán.",
         ["Sở Tài chính", "các đơn vị có liên quan"]),
        ("Phối hợp chặt chẽ với các hiệp hội doanh nghiệp, các tổ chức quốc tế nâng cao chất lượng.",
         ["các hiệp hội doanh nghiệp", "các tổ chức quốc tế"]),
        ("Phối hợp Sở Y tế kiểm tra.", ["Sở Y tế"]),
        ("Phối hợp với Công an, lực lượng Hải quan kiểm soát.", ["Công an", "lực lượng Hải quan"]),
        ("Phối hợp với các cơ quan có liên quan tham gia bảo vệ.", ["các cơ quan có liên quan"]),
        ("Phối hợp với các cơ quan: Sở Y tế, Sở Nội vụ kiểm tra.", ["Sở Y tế", "Sở Nội vụ"]),
        ("Phối hợp với các sở, ngành liên quan đến việc thực hiện Kế hoạch này rà soát.",
         ["các sở, ngành liên quan đến việc thực hiện Kế hoạch này"]),
        ("Phối hợp, hỗ trợ các doanh nghiệp triển khai.", []),
        ("Xây dựng kế hoạch phối hợp nhằm đẩy mạnh phân công.", []),
        ("Đẩy mạnh phối hợp giữa sở, ban, ngành tỉnh.", []),
        ("Có trách nhiệm phối hợp với cơ quan chủ trì thực hiện.", []),
    ],
)  # fmt: skip
def test_who_coordinates(text: str, names: list[str]) -> None:
    assert [r.mention.name for r in coordinators(passage(text), 0)] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Báo cáo tình hình thực hiện về Sở Công Thương để tổng hợp, báo cáo Bộ Công Thương.", ["Sở Công Thương"]),
        ("Báo cáo kết quả về Bộ Công Thương và Ủy ban nhân dân tỉnh.", ["Bộ Công Thương", "Ủy ban nhân dân tỉnh"]),
        ("Các đơn vị phản ánh kịp thời về Sở Công Thương.", ["Sở Công Thương"]),
        ("Tham mưu Ủy ban nhân dân tỉnh xây dựng danh mục.", []),
        ("Xây dựng báo cáo chuyên đề.", []),
    ],
)  # fmt: skip
def test_to_whom_it_is_reported(text: str, names: list[str]) -> None:
    assert [r.mention.name for r in report_recipients(passage(text), 0)] == names


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Thời gian thực hiện: Hàng năm.", ["time"]),
        ("Cơ quan phối hợp: Sở Y tế.", ["coordinating"]),
        ("Đơn vị chủ trì: Sở Y tế; Đơn vị phối hợp: Sở Tài chính; Thời gian thực hiện: 2025.",
         ["lead", "coordinating", "time"]),
        ("Nội dung thực hiện: Tổ chức phổ biến.", ["content"]),
        ("Cơ quan thực hiện: Sở Nội vụ chủ trì.", ["lead"]),
        ("Sở Công Thương: chủ trì", []),
        ("Các cơ quan truyền thông: Đài", []),
        ("Thời gian qua: kết quả tốt", []),
    ],
)  # fmt: skip
def test_labels(text: str, kinds: list[str]) -> None:
    assert [label.kind for label in find_labels(passage(text))] == kinds


@pytest.mark.parametrize(
    ("header", "kind"),
    [("Cơ quan chủ trì", "lead"), ("Đơn vị phối hợp", "coordinating"), ("Thời gian hoàn thành", "time"),
     ("Nội dung công việc", "content"), ("STT", None), ("Ghi chú", None)],
)  # fmt: skip
def test_columns(header: str, kind: str | None) -> None:
    assert column_kind(header) == kind


@pytest.mark.parametrize(
    ("heading", "kind"),
    [("MỤC TIÊU", "goal"), ("Mục đích:", "purpose"), ("Yêu cầu", "requirement"), ("NHIỆM VỤ, GIẢI PHÁP", "task"),
     ("TỔ CHỨC THỰC HIỆN", "task"), ("KINH PHÍ THỰC HIỆN", "funding"), ("Hiện trạng", "context"), ("Sở Y tế:", None)],
)  # fmt: skip
def test_sections(heading: str, kind: str | None) -> None:
    assert heading_kind(heading) == kind


@pytest.mark.parametrize(
    ("text", "frequency", "begin", "end", "deadline", "conditional"),
    [
        ("Hàng năm", "P1Y", None, None, None, False),
        ("Định kỳ 02 năm/lần", "P2Y", None, None, None, False),
        ("hằng quý", "P3M", None, None, None, False),
        ("02 lần/năm", "P6M", None, None, None, False),
        ("năm 2021 - 2030", None, "2021", "2030", None, False),
        ("Năm 2021, sửa đổi, điều chỉnh hàng năm (nếu có)", "P1Y", "2021", "2021", None, True),
        ("Năm 2025 và các năm tiếp theo", None, "2025", None, None, False),
        ("đến năm 2030", None, None, "2030", None, False),
        ("trước ngày 10 tháng 11 hàng năm", "P1Y", None, None, "--11-10", False),
        ("trước ngày 31/12/2026", None, None, None, "2026-12-31", False),
        ("Thường xuyên", None, None, None, None, False),
        ("Theo kế hoạch của Bộ", None, None, None, None, False),
    ],
)
def test_times(
    text: str,
    frequency: str | None,
    begin: str | None,
    end: str | None,
    deadline: str | None,
    conditional: bool,
) -> None:
    time = make_timeframe(passage(text), 0, len(text), 0, "test")
    assert time is not None
    assert time.text == text
    assert (time.frequency, time.begin, time.end, time.conditional) == (
        frequency,
        begin,
        end,
        conditional,
    )
    assert (time.deadline.before if time.deadline else None) == deadline


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("định kỳ trước ngày 10 tháng 11 hàng năm báo cáo", "trước ngày 10 tháng 11 hàng năm"),
        ("Trước ngày 15/12 hàng năm tổng hợp, báo cáo", "Trước ngày 15/12 hàng năm"),
        ("hoàn thành trong quý IV năm 2025", "hoàn thành trong quý IV năm 2025"),
        ("triển khai trong năm 2025", "trong năm 2025"),
        ("Nghị quyết số 23-NQ/TW ngày 22 tháng 3 năm 2018", None),
        ("giai đoạn 2021 - 2025", None),
    ],
)
def test_deadlines_in_sentences(text: str, words: str | None) -> None:
    found = find_inline_time(passage(text))
    assert (text[slice(*found)] if found else None) == words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Căn cứ Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị về đột phá",
         [("Nghị quyết", "57-NQ/TW", "Bộ Chính trị", date(2024, 12, 22))]),
        ("Nghị quyết số 57- NQ/TW của Bộ Chính trị", [("Nghị quyết", "57-NQ/TW", "Bộ Chính trị", None)]),
        ("Nghị định số 30/2020/NĐ-CP", [("Nghị định", "30/2020/NĐ-CP", None, None)]),
        ("Luật Tổ chức chính quyền địa phương số 72/2025/QH15", [("Luật", "72/2025/QH15", None, None)]),
        ("Công văn số 574/UBND-NC ngày 23/9/2024 của UBND tỉnh về việc", [("Công văn", "574/UBND-NC", "UBND tỉnh", date(2024, 9, 23))]),
        ("Kế hoạch hành động số 328-KH/TU", [("Kế hoạch hành động", "328-KH/TU", None, None)]),
        ("theo quy định hiện hành", []),
        ("ngày 22/12/2024", []),
        ("3G/4G và 5G", []),
        ("đạt 50% trong giai đoạn 2021-2025", []),
        ("Luật Việc làm", []),
    ],
)  # fmt: skip
def test_citations_are_found_in_reading_order(
    text: str, expected: list[tuple[str | None, str, str | None, date | None]]
) -> None:
    outline = find_clauses(
        Document("x.txt", "txt", f"KẾ HOẠCH\nI. NHIỆM VỤ\n1. {text}.\n", "0" * 64)
    )
    found = find_references(outline, None)
    assert [(r.type, r.number, r.issuer, r.date) for r in found] == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Tỷ lệ hộ nghèo còn dưới 3%.", [(3, "<", "%", 2025)]),
        ("Tỷ trọng công nghiệp đạt trên 40%, trong đó chế tạo khoảng 20%.", [(40, ">", "%", 2025), (20, "~", "%", 2025)]),
        ("Có ít nhất 1.700 ha rừng vào năm 2030.", [(1700, ">=", "ha", 2030)]),
        ("Giá trị tăng từ 20,24% năm 2020 lên 25,29%.", [(25.29, "=", "%", 2025)]),
        ("Từ 80% trở lên số xã đạt chuẩn.", [(80, ">=", "%", 2025)]),
        ("Số vụ không quá 12 vụ.", [(12, "<=", "vụ", 2025)]),
        ("Theo Nghị quyết số 124/NQ-CP ngày 03 tháng 9 năm 2020.", []),
        ("Trẻ từ 06 tháng đến 36 tháng tuổi được chăm sóc.", []),
    ],
)  # fmt: skip
def test_targets(sentence: str, expected: list[tuple[float, str, str, int]]) -> None:
    plan = plan_of(f"KẾ HOẠCH\nI. MỤC TIÊU ĐẾN NĂM 2025\n1. {sentence}\n")
    found = [
        (t.amount.value, t.amount.comparator, t.amount.unit, t.amount.year) for t in plan.targets
    ]
    assert found == expected


def test_a_label_holds_for_the_items_above_it_back_to_the_last_one() -> None:
    plan = plan_of(
        "KẾ HOẠCH\nI. NHIỆM VỤ\n1. Nâng cao chất lượng:\n"
        "- Làm việc thứ nhất của tỉnh.\n- Làm việc thứ hai của tỉnh.\n- Cơ quan chủ trì: Sở Y tế.\n"
        "- Làm việc thứ ba của tỉnh.\n- Cơ quan chủ trì: Sở Tài chính.\n"
    )
    assert [[m.name for m in t.of("lead")] for t in plan.tasks] == [
        ["Sở Y tế"],
        ["Sở Y tế"],
        ["Sở Tài chính"],
    ]


def test_an_inline_lead_replaces_the_blocks_and_inline_coordinators_add() -> None:
    plan = plan_of(
        "KẾ HOẠCH\nI. NHIỆM VỤ\n1. Sở Y tế:\nLàm việc thứ nhất của tỉnh.\n"
        "Sở Tài chính chủ trì, phối hợp với Sở Nội vụ làm việc thứ hai.\nCơ quan phối hợp: Công an tỉnh.\n"
    )
    first, second = plan.tasks
    assert [m.name for m in first.of("lead")] == ["Sở Y tế"]
    assert [m.name for m in second.of("lead")] == ["Sở Tài chính"]
    assert {m.name for m in second.of("coordinating")} == {"Công an tỉnh", "Sở Nội vụ"}


def test_money_is_a_task_only_where_somebody_is_named() -> None:
    plan = plan_of(
        "KẾ HOẠCH\nI. KINH PHÍ THỰC HIỆN\n1. Kinh phí lấy từ ngân sách nhà nước.\n2. Sở Tài chính bố trí kinh phí.\n"
    )
    assert [t.path for t in plan.tasks] == ["I.2"]


def test_what_the_text_does_not_say_is_none() -> None:
    plan = plan_of(
        "KẾ HOẠCH\nVỀ MỘT VIỆC CỦA TỈNH\nI. NHIỆM VỤ\n1. Tăng cường công tác kiểm tra.\n"
    )
    header = plan.header
    assert (header.number, header.date, header.issuer, header.province, header.signing) == (
        None,
    ) * 5
    (task,) = plan.tasks
    assert task.roles == ()
    assert task.timeframe is None
    assert (task.roles_from, task.modality) == ("none", "general")


@pytest.mark.parametrize(
    ("cells", "tasks"),
    [
        # headings of parts, in the column of their own or slid beneath another one
        (("5.1", "Thương mại", "", "", ""), []),
        (("5.2", "", "Công nghiệp và năng lượng", "", ""), []),
        (("5.2", "", "", "Công nghiệp và năng lượng", ""), []),
        (("II", "", "Sở Y tế", "", ""), []),
        # tasks: words of their own, and who does them
        (("5.3", "Xây dựng chương trình phát triển", "Sở Y tế", "", ""),
         [("Xây dựng chương trình phát triển", ["Sở Y tế"])]),
        (("5.3", "Xây dựng chương trình phát triển", "", "", "2026"),
         [("Xây dựng chương trình phát triển", [])]),
    ],
)  # fmt: skip
def test_headings_in_tables_of_tasks(
    cells: tuple[str, ...], tasks: list[tuple[str, list[str]]]
) -> None:
    """A number and one cell of words are a heading of the table, no task and no body."""
    text = (
        "KẾ HOẠCH\n\nI. NHIỆM VỤ VÀ GIẢI PHÁP\n\n1. Nhiệm vụ cụ thể:\n\n"
        "| TT | Nội dung | Đơn vị thực hiện | Đơn vị phối hợp | Thời gian thực hiện |\n"
        "|---|---|---|---|---|\n"
        f"| {' | '.join(cells)} |\n"
    )
    plan = extract(find_clauses(Document("x.md", "md", text, "0" * 64)))
    assert [(t.text, [m.name for m in t.of("lead")]) for t in plan.tasks] == tasks


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Ban Bí thư kết quả thực hiện Nghị quyết", "Ban Bí thư"),
        ("Thủ tướng Chính phủ kết quả", "Thủ tướng Chính phủ"),
        ("Bộ phận Tiếp nhận và Trả kết quả", "Bộ phận Tiếp nhận và Trả kết quả"),
        ("Trung tâm Giao kết quả", "Trung tâm Giao kết quả"),
    ],
)
def test_results_are_no_part_of_a_name(words: str, name: str) -> None:
    text = make_passage(words, 0, len(words))
    agents, _ = find_agents(text, expected=True, whole=True)
    assert [a.name for a in agents][:1] == [name]
