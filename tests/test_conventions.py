"""The ways in which plans say who does what and by when: one small plan a convention, with what must
be found in it and, beside it, what must not."""

from __future__ import annotations

import pytest

from kg.extract import extract
from kg.labels import column_kind, embedded_labels
from kg.model import Document, Plan
from kg.passages import make_passage
from kg.structure import find_clauses

Row = tuple[str, list[str], list[str], str | None]


def plan_of(body: str) -> Plan:
    text = f"KẾ HOẠCH\n\nVỀ MỘT VIỆC CỦA TỈNH\n\n{body}"
    return extract(find_clauses(Document("x.txt", "txt", text, "0" * 64)))


def found(body: str) -> list[Row]:
    """path, leads, coordinators and time of each task."""
    return [
        (
            t.path,
            [m.name for m in t.of("lead")],
            [m.name for m in t.of("coordinating")],
            t.timeframe.text if t.timeframe else None,
        )
        for t in plan_of(body).tasks
    ]


LETTERS = """II. NỘI DUNG

1. Hoàn thiện thể chế

a) Nhiệm vụ: Rà soát các văn bản của tỉnh.

b) Cơ quan thực hiện:

- Chủ trì: Sở Tư pháp.

- Phối hợp: Sở Nội vụ, Tài chính; UBND các huyện.

c) Thời gian: Quý II/2025.
"""
VALUES_BENEATH = """II. NỘI DUNG

1. Hoàn thiện thể chế của tỉnh

Đơn vị phối hợp:

- Sở Tư pháp;

- Công an tỉnh.
"""
BEHIND = """II. NỘI DUNG

1. Tuyên truyền

- Tổ chức hội nghị phổ biến. Đơn vị chủ trì: Sở Y tế. Đơn vị phối hợp: Báo Hà Nam. Thời gian hoàn thành: tháng 6/2025.

- Xây dựng phóng sự (Chủ trì: Đài PT-TH tỉnh; phối hợp: các sở, ngành liên quan; thời gian: thường xuyên).

- In ấn tài liệu tuyên truyền

Đơn vị chủ trì: Sở Nội vụ; Thời gian thực hiện: Hằng năm
"""
NAMED_WITH_COLON = """II. TỔ CHỨC THỰC HIỆN

1. Sở Nội vụ, Sở Tư pháp: Căn cứ chức năng nhiệm vụ chủ động thực hiện.

2. Thủ tục: Căn cứ chức năng nhiệm vụ chủ động thực hiện.
"""
DESCRIBED = """II. TỔ CHỨC THỰC HIỆN

1. Sở Y tế

- Kiểm tra việc thực hiện.

2. Công an tỉnh

- Kiểm tra việc thực hiện.

3. Các doanh nghiệp hoạt động trong lĩnh vực xây dựng, giao thông trên địa bàn tỉnh

- Tham gia đào tạo nhân lực.
"""
NOT_DESCRIBED = """II. PHÁT TRIỂN NGÀNH, LĨNH VỰC

1. Nông nghiệp

- Kiểm tra việc thực hiện.

2. Y tế

- Kiểm tra việc thực hiện.

3. Các ngành, lĩnh vực khác

- Tham gia đào tạo nhân lực.
"""
INTRODUCED = """II. TỔ CHỨC THỰC HIỆN

1. Giao Sở Y tế chủ trì, phối hợp với Sở Tài chính thực hiện các nhiệm vụ sau:

- Kiểm tra việc thực hiện.

2. Tập trung chỉ đạo các nhiệm vụ sau:

- Tham gia đào tạo nhân lực.
"""
PARTNERS = """II. TỔ CHỨC THỰC HIỆN

1. Công an tỉnh

a) Chủ trì, phối hợp với:

- Sở Tài chính và các đơn vị có liên quan lập dự toán.

b) Các việc khác:

- Sở Tài chính lập dự toán.
"""
PLUS = """II. NỘI DUNG

1. Tổng hợp

- Tổng hợp, báo cáo ở cấp tỉnh

+ Sở Y tế tổng hợp số liệu, phối hợp với Công an tỉnh kiểm tra.

+ Lập báo cáo chung.

2. Sở Nội vụ

- Tổng hợp, báo cáo ở cấp tỉnh

+ Các cơ quan gửi số liệu.
"""
TOPIC_BENEATH_PLUS = """II. NỘI DUNG

1. Giám sát

- Nội dung giám sát của tỉnh

+ Nội dung theo dõi

Tình hình thực hiện chế độ báo cáo của các cơ quan.

- Đánh giá kết quả giám sát.
"""
ASIDES = """II. NỘI DUNG

1. Truyền thông (Báo Hà Nam chủ trì; Sở Y tế và UBND các xã phối hợp)

- Xây dựng chuyên mục, phóng sự.

2. Xây dựng đề án (Sở Nội vụ chủ trì, phối hợp với Sở Tài chính).

3. Kiểm tra các đơn vị (Sở Nội vụ và các phòng) của tỉnh.
"""
COMMAS = """II. NỘI DUNG

1. Kiện toàn tổ chức

- Sửa đổi quy chế làm việc.

Cơ quan chủ trì: Sở Nội vụ, cơ quan phối hợp: các sở, ban, ngành; thời gian thực hiện: hằng năm.
"""
LABELS_AS_BULLETS = """II. NHIỆM VỤ

1. Công tác tuyên truyền

Đẩy mạnh tuyên truyền chính sách giảm nghèo trên các phương tiện thông tin.

- Cơ quan chủ trì: Sở TT&TT.

- Cơ quan phối hợp: Sở Y tế.

- Thời gian thực hiện: Năm 2024.

2. Sở Nội vụ chủ trì, phối hợp với các sở, ngành liên quan:

- Kiểm tra công vụ của các cơ quan.

3. Cải cách thủ tục

Sở Tư pháp chủ trì, phối hợp với Sở Y tế thực hiện các nhiệm vụ sau:

a) Rà soát thủ tục hành chính.

b) Công khai thủ tục hành chính.

Tổng kết việc thực hiện.
"""
CLOSING = """II. TỔ CHỨC THỰC HIỆN

1. Ủy ban nhân dân các xã, phường

a) Kiểm tra việc thực hiện.

Ủy ban nhân dân tỉnh giao Giám đốc các sở và Chủ tịch Ủy ban nhân dân các xã, phường thực hiện Kế hoạch này.

Kế hoạch này thay thế Kế hoạch số 371/KH-UBND ngày 31/7/2023 của Ủy ban nhân dân tỉnh.
"""
CASES: list[tuple[str, str, list[Row]]] = [
    ("letters", LETTERS, [("II.1.a", ["Sở Tư pháp"], ["Sở Nội vụ", "Sở Tài chính", "UBND các huyện"], "Quý II/2025")]),
    ("values beneath", VALUES_BENEATH, [("II.1", [], ["Sở Tư pháp", "Công an tỉnh"], None)]),
    ("labels behind", BEHIND, [
        ("II.1.[1]", ["Sở Y tế"], ["Báo Hà Nam"], "tháng 6/2025"),
        ("II.1.[2]", ["Đài PT-TH tỉnh"], ["các sở, ngành liên quan"], "thường xuyên"),
        ("II.1.[3]", ["Sở Nội vụ"], [], "Hằng năm"),
    ]),
    ("name and colon", NAMED_WITH_COLON, [("II.1", ["Sở Nội vụ", "Sở Tư pháp"], [], None), ("II.2", [], [], None)]),
    ("described group", DESCRIBED, [
        ("II.1.[1]", ["Sở Y tế"], [], None),
        ("II.2.[1]", ["Công an tỉnh"], [], None),
        ("II.3.[1]", ["Các doanh nghiệp hoạt động trong lĩnh vực xây dựng, giao thông trên địa bàn tỉnh"], [], None),
    ]),
    ("no group among subjects", NOT_DESCRIBED, [(f"II.{n}.[1]", [], [], None) for n in (1, 2, 3)]),
    ("introduced", INTRODUCED, [("II.1.[1]", ["Sở Y tế"], ["Sở Tài chính"], None), ("II.2.[1]", [], [], None)]),
    ("partners listed", PARTNERS, [
        ("II.1.a.[1]", ["Công an tỉnh"], ["Sở Tài chính", "các đơn vị có liên quan"], None),
        ("II.1.b.[1]", ["Sở Tài chính"], [], None),
    ]),
    ("plus signs", PLUS, [
        ("II.1.[1]", ["Sở Y tế"], ["Công an tỉnh"], None),
        ("II.2.[1]", ["Sở Nội vụ"], [], None),
    ]),
    ("labels as bullets, lists introduced", LABELS_AS_BULLETS, [
        ("II.1.[1]", ["Sở TT&TT"], ["Sở Y tế"], "Năm 2024"),
        ("II.2.[1]", ["Sở Nội vụ"], ["các sở, ngành liên quan"], None),
        ("II.3.a", ["Sở Tư pháp"], ["Sở Y tế"], None),
        ("II.3.b", ["Sở Tư pháp"], ["Sở Y tế"], None),
        ("II.3.[1]", [], [], None),
    ]),
    ("asides", ASIDES, [
        ("II.1.[1]", ["Báo Hà Nam"], ["Sở Y tế", "UBND các xã"], None),
        ("II.2", ["Sở Nội vụ"], ["Sở Tài chính"], None),
        ("II.3", [], [], None),
    ]),
    ("labels parted by commas", COMMAS, [("II.1.[1]", ["Sở Nội vụ"], ["các sở, ban, ngành"], "hằng năm")]),
    ("topics beneath a plus", TOPIC_BENEATH_PLUS, [("II.1.[1]", [], [], None), ("II.1.[2]", [], [], None)]),
    ("closing", CLOSING, [
        ("II.1.a", ["Ủy ban nhân dân các xã, phường"], [], None),
        ("II.[1]", ["Giám đốc các sở", "Chủ tịch Ủy ban nhân dân các xã, phường"], [], None),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_who_does_what(body: str, expected: list[Row]) -> None:
    assert found(body) == expected


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Tổ chức hội nghị. Đơn vị chủ trì: Sở A; thời gian: 2025.", ["lead", "time"]),
        ("Tổ chức hội nghị (Chủ trì: Sở A; phối hợp: Sở B).", ["lead", "coordinating"]),
        ("Tổ chức hội nghị. Cơ quan/đơn vị được giao chủ trì thực hiện: Sở A.", ["lead"]),
        ("Kiểm tra đơn vị chủ trì: việc chấp hành.", []),  # no stop before it
        ("Tổ chức hội nghị. Kết quả: đạt.", []),  # too common a word
        ("Tổ chức hội nghị. Sở A chủ trì: việc này.", []),
    ],
)
def test_labels_behind_an_items_own_words(text: str, kinds: list[str]) -> None:
    labels = embedded_labels(make_passage(text, 0, len(text)))
    assert [label.kind for label in labels] == kinds


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Cơ quan/đơn vị thực hiện", "lead"),
        ("Đơn vị được giao chủ trì", "lead"),
        ("Cơ quan, đơn vị cùng phối hợp thực hiện", "coordinating"),
        ("Cơ quan theo dõi, đôn đốc", "monitor"),
        ("Đơn vị chủ trì/phối hợp", "both"),
        ("Tổ chức thực hiện", None),
        ("Đơn vị tính", None),
        ("Tên cơ sở", None),
    ],
)
def test_composed_names_of_columns(header: str, kind: str | None) -> None:
    assert column_kind(header) == kind


DEPARTMENT = """UBND TỈNH YÊN BÁI CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
SỞ NỘI VỤ Độc lập - Tự do - Hạnh phúc

Số: 45/KH-SNV Yên Bái, ngày 12 tháng 02 năm 2024

KẾ HOẠCH
Triển khai công tác cải cách hành chính năm 2024

Căn cứ Nghị quyết số 76/NQ-CP ngày 15/7/2021 của Chính phủ;

A. MỤC TIÊU VÀ YÊU CẦU
I. Yêu cầu
Xác định rõ trách nhiệm.
B. NHIỆM VỤ TRỌNG TÂM
I. Cải cách thể chế
1. Rà soát văn bản quy phạm pháp luật
Đơn vị thực hiện: Thanh tra Sở
Hoàn thành: Trước 30/6/2024
Thực hiện: Thường xuyên trong năm
II. Cải cách thủ tục hành chính
1. Niêm yết công khai thủ tục hành chính.
C. TỔ CHỨC THỰC HIỆN
1. Trưởng các phòng căn cứ Kế hoạch này xây dựng kế hoạch.
2. Công tác tuyên truyền: Văn phòng Sở chủ trì thực hiện.
3. Phối hợp với các cơ quan: Sở Y tế chủ trì kiểm tra.
"""


def test_a_plan_of_a_department_with_parts_and_no_blank_lines() -> None:
    plan = extract(find_clauses(Document("x.txt", "txt", DEPARTMENT, "0" * 64)))
    header = plan.header
    fields = (header.number, header.issuer, header.place, header.date, header.title)
    assert [f.value if f else None for f in fields] == [
        "45/KH-SNV",
        "Sở Nội vụ",
        "Yên Bái",
        "2024-02-12",
        "Triển khai công tác cải cách hành chính năm 2024",
    ]
    assert [(t.path, [m.name for m in t.of("lead")]) for t in plan.tasks] == [
        ("B.I.1", ["Thanh tra Sở"]),
        ("B.II.1", []),
        ("C.1", ["Trưởng các phòng"]),
        ("C.2", ["Văn phòng Sở"]),
        ("C.3", []),
    ]


def test_columns_named_in_two_rows() -> None:
    table = (
        "II. NHIỆM VỤ\n\n1. Bảng phân công\n\n"
        "| STT | Nhiệm vụ | Phân công thực hiện | | Thời gian |\n"
        "| | | Chủ trì | Phối hợp | |\n|---|---|---|---|---|\n"
        "| 1 | Tổ chức một ngày hội | Phòng VH&TT | Công an huyện; UBND các xã | 9/2024 |\n"
        "| 2 | Nâng cấp một con đường | Ban QLDA huyện | Phòng TC-KH | Quý IV |\n"
    )
    assert found(table) == [
        ("PL.1", ["Phòng VH&TT"], ["Công an huyện", "UBND các xã"], "9/2024"),
        ("PL.2", ["Ban QLDA huyện"], ["Phòng TC-KH"], "Quý IV"),
    ]


def test_a_heading_that_is_a_label_has_its_value_beneath() -> None:
    assert found(
        "II. NỘI DUNG\n\n1. Hoàn thiện thể chế\n\na) Nội dung công việc\n\nRà soát các văn bản của tỉnh.\n\n"
        "b) Cơ quan thực hiện\n\nSở Tư pháp.\n\nc) Thời gian thực hiện\n\nQuý II/2025.\n"
    ) == [("II.1.a.[1]", ["Sở Tư pháp"], [], "Quý II/2025")]


def test_a_part_about_time_is_no_label_of_the_parts_before_it() -> None:
    assert found(
        "II. NỘI DUNG\n\n1. Rà soát các văn bản của tỉnh.\n\nIII. THỜI GIAN THỰC HIỆN\n\nTừ năm 2025 đến năm 2030.\n"
    ) == [("II.1", [], [], None)]


DECISION = """ỦY BAN NHÂN DÂN
THÀNH PHỐ ĐÀ NẴNG

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 3456/QĐ-UBND
Đà Nẵng, ngày 20 tháng 10 năm 2023

QUYẾT ĐỊNH
Về việc ban hành một Kế hoạch

CHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ ĐÀ NẴNG

Căn cứ Luật Tổ chức chính quyền địa phương ngày 19/6/2015;

QUYẾT ĐỊNH:

Điều 1. Ban hành kèm theo Quyết định này một Kế hoạch.

Điều 2. Giám đốc các Sở: Tài chính, Y tế; Chủ tịch UBND các quận chịu trách nhiệm thi hành Quyết định này./.

Nơi nhận:
- Như Điều 2;

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH

Lê Văn Dũng

KẾ HOẠCH HÀNH ĐỘNG CỦA THÀNH PHỐ
Phát triển một lĩnh vực
(Ban hành kèm theo Quyết định số 3456/QĐ-UBND ngày 20/10/2023 của UBND thành phố)

I. NHIỆM VỤ

Nhiệm vụ 1. Hoàn thiện cơ chế

- Sở Tài chính tham mưu cơ chế, chính sách.

Nhiệm vụ 2. Truyền thông

Các sở, ngành, địa phương tăng cường truyền thông trên các phương tiện thông tin.
"""


def test_a_decision_and_the_plan_that_it_encloses() -> None:
    plan = extract(find_clauses(Document("x.txt", "txt", DECISION, "0" * 64)))
    assert [(t.path, [m.name for m in t.of("lead")]) for t in plan.tasks] == [
        ("2", ["Giám đốc Sở Tài chính", "Giám đốc Sở Y tế", "Chủ tịch UBND các quận"]),
        ("I.1.[1]", ["Sở Tài chính"]),
        ("I.2.[1]", ["Các sở, ngành, địa phương"]),
    ]
    signing = plan.header.signing
    assert signing is not None
    assert signing.signer is not None
    assert signing.signer.value == "Lê Văn Dũng"


LEAD_IN = """II. NHIỆM VỤ

1. Dữ liệu số

Dữ liệu là yếu tố sản xuất quan trọng. Phát triển dữ liệu là then chốt.

Trọng tâm:

a) Xây dựng chính sách về dữ liệu.

b) Phát triển dữ liệu mở.

Tổng kết việc thực hiện hằng năm.

2. Doanh nghiệp số

Sở Y tế chủ trì thực hiện những việc dưới đây.

- Hỗ trợ chuyển đổi số.

3. Doanh nghiệp viễn thông chủ động đầu tư hạ tầng.

4. Mỗi người dân có một tài khoản số.

5. Tổ chức thực hiện tốt việc này.
"""


def test_what_leads_in_is_no_task_and_topics_are_no_actors() -> None:
    assert [row[:2] for row in found(LEAD_IN)] == [
        ("II.1.a", []),
        ("II.1.b", []),
        ("II.1.[1]", []),
        ("II.2.[1]", ["Sở Y tế"]),
        ("II.2.[2]", []),
        ("II.3", ["Doanh nghiệp viễn thông"]),
        ("II.4", []),
        ("II.5", []),
    ]


def test_a_table_that_assigns_goals_gives_tasks_and_one_of_values_none() -> None:
    assigned = (
        "| TT | Chỉ tiêu | Cơ quan chủ trì |\n|---|---|---|\n"
        "| 1 | Kinh tế số chiếm 45% GRDP tỉnh | Sở Tài chính |\n"
        "| 2 | Phủ sóng 5G đạt 100% dân số | Sở Y tế |\n"
    )
    values = (
        "| TT | Chỉ tiêu | Đơn vị tính | Năm 2030 | Cơ quan chủ trì |\n|---|---|---|---|---|\n"
        "| 1 | Kinh tế số trong GRDP tỉnh | % | 45 | Sở Tài chính |\n"
        "| 2 | Phủ sóng 5G của dân số | % | 100 | Sở Y tế |\n"
    )
    head = "II. NHIỆM VỤ\n\n1. Phụ lục\n\n"
    assert [row[:2] for row in found(head + assigned)] == [
        ("PL.1", ["Sở Tài chính"]),
        ("PL.2", ["Sở Y tế"]),
    ]
    assert found(head + values) == []


def test_a_head_in_lines_of_two_columns_with_nothing_between() -> None:
    text = (
        "ỦY BAN NHÂN DÂN          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "TỈNH QUẢNG TRỊ                Độc lập - Tự do - Hạnh phúc\n"
        "Số: 215/KH-UBND               Quảng Trị, ngày 05 tháng 3 năm 2024\n\n"
        "KẾ HOẠCH\nVề một việc\n\nI. NHIỆM VỤ\n\n1. Kiểm tra công tác y tế của tỉnh.\n"
    )
    header = extract(find_clauses(Document("x.txt", "txt", text, "0" * 64))).header
    fields = (header.number, header.date, header.issuer)
    assert [f.value if f else None for f in fields] == [
        "215/KH-UBND",
        "2024-03-05",
        "Ủy ban nhân dân tỉnh Quảng Trị",
    ]


def test_two_ranges_of_one_indicator_have_keys_of_their_own() -> None:
    plan = plan_of(
        "I. MỤC TIÊU ĐẾN NĂM 2030\n\n- Tỷ lệ lấp đầy đạt trên 80%.\n\n- Tỷ lệ lấp đầy đạt 60-70%.\n\n"
        "- Tỷ lệ lấp đầy đạt 50-55%.\n"
    )
    keys = [t.key for t in plan.targets]
    assert len(keys) == len(set(keys)) == 5


def test_agencies_one_a_line_in_a_cell() -> None:
    table = (
        "II. NHIỆM VỤ\n\n1. Bảng phân công\n\n| STT | Nhiệm vụ | Cơ quan chủ trì | Cơ quan phối hợp |\n|---|---|---|---|\n"
        "| 1 | Tổ chức một ngày hội | - Sở Y tế; - UBND các xã | Sở Nội vụ; Sở Tài chính |\n"
        "| 2 | Nâng cấp một con đường | Sở Lao động - Thương binh và Xã hội | - |\n"
    )
    assert [row[1:3] for row in found(table)] == [
        (["Sở Y tế", "UBND các xã"], ["Sở Nội vụ", "Sở Tài chính"]),
        (["Sở Lao động - Thương binh và Xã hội"], []),
    ]
