"""Citations: several in one breath, what is shared and what is not, relations, and one document told from another."""

from __future__ import annotations

from datetime import date

import pytest

from kg.documents import Documents, issuer_names
from kg.extract import extract
from kg.extract.citing import find_citations
from kg.model import Document, Reference
from kg.names import BASE
from kg.passages import make_passage
from kg.registry import load_registry
from kg.structure import find_clauses

BCT = "Bộ Chính trị"


def cite(text: str, place: str = "preamble") -> list[tuple[str, str | None, str | None, str]]:
    found = find_citations(make_passage(text, 0, len(text)), place)
    return [(c.number, c.type, c.issuer, c.day.isoformat() if c.day else "") for c in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("các Nghị quyết số 57-NQ/TW, 59-NQ/TW, 66-NQ/TW và 68-NQ/TW của Bộ Chính trị",
         [(f"{n}-NQ/TW", "Nghị quyết", BCT, "") for n in (57, 59, 66, 68)]),
        ("Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị; số 71/NQ-CP ngày 01/4/2025 của Chính phủ",
         [("57-NQ/TW", "Nghị quyết", BCT, "2024-12-22"), ("71/NQ-CP", "Nghị quyết", "Chính phủ", "2025-04-01")]),
        ("Nghị quyết số 57-NQ/TW, 71/NQ-CP của Chính phủ",  # the Government did not issue the first
         [("57-NQ/TW", "Nghị quyết", None, ""), ("71/NQ-CP", "Nghị quyết", "Chính phủ", "")]),
        ("Thông tư số 92/2009/TT- BTC ngày 12/5/2009 và Thông tư số 85/2020/TT-BTC ngày 01/10/2020 của Bộ Tài chính",
         [("92/2009/TT-BTC", "Thông tư", "Bộ Tài chính", "2009-05-12"), ("85/2020/TT-BTC", "Thông tư", "Bộ Tài chính", "2020-10-01")]),
        ("Quyết định số 1729/QĐ-TTg ngày 04/11/2020 sửa đổi Quyết định số 655/QĐ-TTg ngày 12/5/2017 của Thủ tướng Chính phủ",
         [("1729/QĐ-TTg", "Quyết định", None, "2020-11-04"), ("655/QĐ-TTg", "Quyết định", "Thủ tướng Chính phủ", "2017-05-12")]),
        ("Căn cứ các Quyết định của Thủ tướng Chính phủ về quy hoạch: Quyết định số 790/QĐ-TTg ngày 03/8/2024 phê duyệt A; Quyết định số 1711/QĐ-TTg",
         [("790/QĐ-TTg", "Quyết định", "Thủ tướng Chính phủ", "2024-08-03"), ("1711/QĐ-TTg", "Quyết định", "Thủ tướng Chính phủ", "")]),
        ("Quyết định số 411/QĐ-TTg của Thủ tướng Chính phủ ngày 31/3/2022 phê duyệt",
         [("411/QĐ-TTg", "Quyết định", "Thủ tướng Chính phủ", "2022-03-31")]),
        ("Nghị quyết số 57-NQ/TW (ngày 22/12/2024) của Bộ Chính trị về",
         [("57-NQ/TW", "Nghị quyết", BCT, "2024-12-22")]),
        ("Thông tư số 10/2022/TT-BLĐTBXH ngày 31 tháng 5 năm 2022 của Bộ trưởng Bộ Lao động - Thương binh và Xã hội hướng dẫn",
         [("10/2022/TT-BLĐTBXH", "Thông tư", "Bộ trưởng Bộ Lao động - Thương binh và Xã hội", "2022-05-31")]),
        ("Nghị định số 107/2021/NĐ-CP của Chính phủ Các bộ, ngành, địa phương Bộ Công an",
         [("107/2021/NĐ-CP", "Nghị định", "Chính phủ", "")]),
        ("Nghị quyết số 36-NQ/TW ngày 22/10/2018, Hội nghị lần thứ tám Ban Chấp hành Trung ương Đảng khóa XII về biển",
         [("36-NQ/TW", "Nghị quyết", "Hội nghị lần thứ tám Ban Chấp hành Trung ương Đảng", "2018-10-22")]),
        ("Nghị quyết số 66.2/2025/NQ-CP ngày 28 tháng 8 năm 2025 của Chính phủ",
         [("66.2/2025/NQ-CP", "Nghị quyết", "Chính phủ", "2025-08-28")]),
        ("Kế hoạch hành động số 459-KHHĐ/TU ngày 21 tháng 5 năm 2025 của Thành ủy Thành phố về",
         [("459-KHHĐ/TU", "Kế hoạch hành động", "Thành ủy Thành phố", "2025-05-21")]),
        ("Theo đề nghị của Giám đốc Sở Khoa học và Công nghệ tại Tờ trình số 133/TTr-SKHCN ngày 15/11/2025",
         [("133/TTr-SKHCN", "Tờ trình", "Sở Khoa học và Công nghệ", "2025-11-15")]),
        ("đã được Thủ tướng Chính phủ phê duyệt tại Quyết định số 866/QĐ-TTg ngày 18/7/2023",
         [("866/QĐ-TTg", "Quyết định", "Thủ tướng Chính phủ", "2023-07-18")]),
        ("phối hợp với Sở Tài chính theo Quyết định số 866/QĐ-TTg", [("866/QĐ-TTg", "Quyết định", None, "")]),
        ("Tờ trình số 5/TTr-SVHTTDL của Sở Văn hóa, Thể thao và Du lịch tỉnh Nghệ An về lễ hội",
         [("5/TTr-SVHTTDL", "Tờ trình", "Sở Văn hóa, Thể thao và Du lịch tỉnh Nghệ An", "")]),
        ("Luật Đất đai số 31/2024/QH15, Luật Nhà ở số 27/2023/QH15",
         [("31/2024/QH15", "Luật", None, ""), ("27/2023/QH15", "Luật", None, "")]),
        ("Nghị định số 13/2023/NĐ-CP ngày 31/02/2023 của Chính phủ", [("13/2023/NĐ-CP", "Nghị định", "Chính phủ", "")]),
        ("đường dây 3G/4G, mục 2.1/A và tỷ lệ 1/2", []),
    ],
)  # fmt: skip
def test_citations_in_one_breath(
    text: str, expected: list[tuple[str, str | None, str | None, str]]
) -> None:
    assert cite(text) == expected


@pytest.mark.parametrize(
    ("place", "text", "expected"),
    [
        ("preamble", "Thực hiện Nghị quyết số 124/NQ-CP của Chính phủ thực hiện Nghị quyết số 23-NQ/TW",
         {"124/NQ-CP": "implements", "23-NQ/TW": "cites"}),
        ("preamble", "Thực hiện Nghị quyết số 163/2024/QH15 về chương trình (Nghị quyết số 163/2024/QH15), Nghị quyết số 50/NQ-CP về Kế hoạch triển khai Nghị quyết số 163/2024/QH15 (Nghị quyết số 50/NQ-CP) và Quyết định số 7619/QĐ-BCA",
         {"163/2024/QH15": "implements", "50/NQ-CP": "implements", "7619/QĐ-BCA": "implements"}),
        ("preamble", "Căn cứ Nghị quyết số 71/NQ-CP sửa đổi, bổ sung Chương trình thực hiện Nghị quyết số 57-NQ/TW",
         {"71/NQ-CP": "based-on", "57-NQ/TW": "cites"}),
        ("preamble", "Căn cứ Kế hoạch số 92/KH-UBND về triển khai thực hiện Nghị quyết số 71/NQ-CP của Chính phủ và Kế hoạch số 469-KH/TU",
         {"92/KH-UBND": "based-on", "71/NQ-CP": "cites", "469-KH/TU": "cites"}),
        ("preamble", "Căn cứ Luật Đất đai số 31/2024/QH15; Nghị định số 30/2020/NĐ-CP; thực hiện Chỉ thị số 32/CT-TTg",
         {"31/2024/QH15": "based-on", "30/2020/NĐ-CP": "based-on", "32/CT-TTg": "implements"}),
        ("preamble", "Căn cứ Luật sửa đổi, bổ sung một số điều của Luật Xây dựng số 62/2020/QH14",
         {"62/2020/QH14": "based-on"}),
        ("preamble", "Theo đề nghị của Sở Tài chính tại Tờ trình số 133/TTr-STC", {"133/TTr-STC": "based-on"}),
        ("preamble", "Triển khai thực hiện Kế hoạch của Tỉnh ủy thực hiện Nghị quyết số 57-NQ/TW", {"57-NQ/TW": "cites"}),
        ("preamble", "Ủy ban nhân dân tỉnh ban hành Kế hoạch thay cho Kế hoạch số 17/KH-UBND", {"17/KH-UBND": "cites"}),
        ("title", "TRIỂN KHAI QUYẾT ĐỊNH SỐ 06/QĐ-TTG CỦA THỦ TƯỚNG CHÍNH PHỦ VÀ QUYẾT ĐỊNH SỐ 3103/QĐ-BTC",
         {"06/QĐ-TTG": "implements", "3103/QĐ-BTC": "implements"}),
        ("title", "Sửa đổi, bổ sung Kế hoạch thực hiện Nghị quyết số 57-NQ/TW", {"57-NQ/TW": "cites"}),
        ("body", "Thực hiện Quyết định số 338/QĐ-TTg", {"338/QĐ-TTg": "cites"}),
    ],
)  # fmt: skip
def test_relations(place: str, text: str, expected: dict[str, str]) -> None:
    order = ("implements", "based-on", "cites")
    found: dict[str, str] = {}
    for one in find_citations(make_passage(text, 0, len(text)), place):
        found[one.number] = min(found.get(one.number, "cites"), one.relation, key=order.index)
    assert found == expected


def references(*lines: str) -> tuple[Reference, ...]:
    text = "\n".join(["KẾ HOẠCH", "I. NHIỆM VỤ", *lines]) + "\n"
    return extract(find_clauses(Document("x.txt", "txt", text, "0" * 64))).references


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["1. Theo Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị.", "2. Theo Nghị quyết số 57-NQ/TW."], ["2024-12-22"]),
        (["1. Theo Nghị quyết số 57-NQ/TW.", "2. Theo Nghị quyết số 57-NQ/TW ngày 22/12/2024."], ["2024-12-22"]),
        (["1. Theo Nghị quyết số 23-NQ/TW ngày 12/3/2003.", "2. Theo Nghị quyết số 23-NQ/TW ngày 22/3/2018."], ["2003-03-12", "2018-03-22"]),
        (["1. Theo Kế hoạch số 06/KH-UBND của UBND tỉnh Long An.", "2. Theo Kế hoạch số 06/KH-UBND của UBND tỉnh Bến Tre."], ["", ""]),
        (["1. Theo Kế hoạch số 06/KH-UBND của UBND tỉnh.", "2. Theo Kế hoạch số 06/KH-UBND của Ủy ban nhân dân tỉnh Bến Tre."], [""]),
    ],
)  # fmt: skip
def test_one_document_or_two(lines: list[str], expected: list[str]) -> None:
    assert [r.date.isoformat() if r.date else "" for r in references(*lines)] == expected


def test_two_dates_in_one_year_are_kept_for_review() -> None:
    (one,) = references(
        "1. Theo Quyết định số 5/QĐ-TTg ngày 04/9/2025.",
        "2. Theo Quyết định số 5/QĐ-TTg ngày 09/4/2025.",
    )
    assert (one.date, one.other_dates) == (date(2025, 9, 4), (date(2025, 4, 9),))


def identify(
    number: str,
    kind: str | None = None,
    issuer: str | None = None,
    day: str | None = None,
    place: str = "Nghệ An",
) -> str | None:
    registry, written = load_registry(), date(2025, 11, 20)
    documents = Documents(registry, registry.unit(place, written), written, place)
    known = documents.identify(number, kind, issuer, date.fromisoformat(day) if day else None)
    return known.iri.removeprefix(f"{BASE}doc/") if known.iri else known.doubt


@pytest.mark.parametrize(
    ("number", "kind", "issuer", "day", "expected"),
    [
        ("124/NQ-CP", "Nghị quyết", None, "2020-09-03", "vn/cp/nq/2020/124"),
        ("124/NQ-CP", "Nghị quyết", None, "2025-05-01", "vn/cp/nq/2025/124"),
        ("124/NQ-CP", "Nghị quyết", None, None, "unknown-year"),
        ("30/2020/NĐ-CP", "Nghị định", None, None, "vn/cp/nd/2020/30"),
        ("50/2017/QH14", "Luật", None, None, "vn/qh/luat/2017/50"),
        ("202/2025/QH15", "Nghị quyết", None, None, "vn/qh/nq/2025/202"),
        ("23-NQ/TW", "Nghị quyết", "Bộ Chính trị", "2018-03-22", "vn/bct-tw/nq/2018/23"),
        ("29-NQ/TW", "Nghị quyết", "Ban Chấp hành Trung ương Đảng", "2022-11-17", "vn/bch-tw/nq/2022/29"),
        ("36-NQ/TW", "Nghị quyết", "Hội nghị lần thứ tám Ban Chấp hành Trung ương Đảng", "2018-10-22", "vn/bch-tw/nq/2018/36"),
        ("23-NQ/TW", "Nghị quyết", None, "2018-03-22", "unknown-issuer"),
        ("92/2009/TT-BTC", "Thông tư", None, "2009-05-12", "vn/btc/tt/2009/92"),
        ("1644/QĐ-BXD", "Quyết định", None, "2025-09-30", "vn/bxd/qd/2025/1644"),
        ("123/TB-VPCP", "Thông báo", None, "2025-03-25", "vn/vpcp/tb/2025/123"),
        ("133/TTr-SKHCN", "Tờ trình", None, "2025-11-15", "vn-22/skhcn/ttr/2025/133"),
        ("574/UBND-NC", "Công văn", "UBND tỉnh", "2024-09-23", "vn-22/ubnd/cv/2024/574"),
        ("321-KH/TU", "Kế hoạch", "Tỉnh ủy Nghệ An", "2025-04-11", "vn-22/tu/kh/2025/321"),
        ("15/2021/QĐ-UBND", "Quyết định", "UBND tỉnh", "2021-07-08", "vn-22/ubnd/qd/2021/15"),
        ("46/2002/QĐ-UBND", "Quyết định", "UBND tỉnh", "2022-09-12", "years-differ"),
        ("371/KH-UBND", "Kế hoạch", "Ủy ban nhân dân tỉnh Tiền Giang", "2023-07-31", "vn-46/ubnd/kh/2023/371"),
        ("5/KL-XYZ", "Kết luận", None, "2024-11-21", "unknown-issuer"),
    ],
)  # fmt: skip
def test_documents_are_told_by_number_year_type_and_issuer(
    number: str, kind: str, issuer: str | None, day: str | None, expected: str
) -> None:
    assert identify(number, kind, issuer, day) == expected


@pytest.mark.parametrize(
    ("issuer", "day", "expected"),
    [
        ("UBND tỉnh", "2025-08-01", "vn-45/2025/ubnd/kh/2025/9"),
        ("UBND tỉnh", "2024-08-21", "ambiguous-issuer"),  # Tiền Giang's or the old Đồng Tháp's
        ("UBND tỉnh Đồng Tháp", "2024-08-21", "vn-45/ubnd/kh/2024/9"),
        ("UBND tỉnh Tiền Giang", "2024-08-21", "vn-46/ubnd/kh/2024/9"),
    ],
)
def test_a_merged_province_was_two_before(issuer: str, day: str, expected: str) -> None:
    assert identify("9/KH-UBND", "Kế hoạch", issuer, day, "Đồng Tháp") == expected


@pytest.mark.parametrize(
    ("number", "issuer", "expected"),
    [
        ("124/NQ-CP", None, ["Chính phủ"]),
        ("50/2017/QH14", None, ["Quốc hội"]),
        ("92/2009/TT-BTC", None, ["Bộ Tài chính"]),
        ("23-NQ/TW", None, []),
        ("06/KH-UBND", None, []),
        ("1644/QĐ-BXD", "Bộ trưởng Bộ Xây dựng", ["Bộ Xây dựng"]),
        ("36-NQ/TW", "Hội nghị lần thứ tám Ban Chấp hành Trung ương Đảng", ["Ban Chấp hành Trung ương"]),
        ("04/TTr-BKHCN-BTTTT", "Bộ trưởng Bộ Khoa học và Công nghệ và Bộ trưởng Bộ Thông tin và Truyền thông",
         ["Bộ Khoa học và Công nghệ", "Bộ Thông tin và Truyền thông"]),
    ],
)  # fmt: skip
def test_who_issued_it(number: str, issuer: str | None, expected: list[str]) -> None:
    assert list(issuer_names(number, issuer)) == expected
