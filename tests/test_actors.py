"""Who is meant by a name in a plan of a province on a day: tables of what is one, what is not, what is in doubt."""

from __future__ import annotations

from datetime import date

import pytest

from kg.actors import Actors
from kg.names import BASE
from kg.registry import load_registry

BEFORE, AFTER = date(2021, 1, 14), date(2025, 11, 18)


def actors(place: str | None, day: date) -> Actors:
    registry = load_registry()
    return Actors(registry, registry.unit(place, day) if place else None, day, place)


def iri(name: str, place: str | None = "Nghệ An", day: date = AFTER) -> str:
    return actors(place, day).identify(name).iri.removeprefix(BASE)


# One agency, however it is written (place, its IRI, spellings).
SAME = [
    ("Nghệ An", "agency/vn-22/so-khoa-hoc-va-cong-nghe",
     ["Sở Khoa học và Công nghệ", "Sở KH&CN", "Sở KHCN", "Sở Khoa học & Công nghệ", "Sở Khoa học - Công nghệ",
      "Sở Khoa học và Công nghệ tỉnh", "Sở Khoa học và Công nghệ tỉnh Nghệ An", "SỞ KHOA HỌC VÀ CÔNG NGHỆ"]),
    ("Nghệ An", "agency/vn-22/so-van-hoa-the-thao-va-du-lich",
     ["Sở Văn hóa, Thể thao và Du lịch", "Sở Văn hoá, Thể thao và Du lịch", "Sở Văn hóa Thể thao và Du lịch",
      "Sở VHTTDL", "Sở VH,TT&DL", "Sở VHTT&DL", "Sở Văn hóa - Thể thao và Du lịch"]),
    ("Nghệ An", "agency/vn-22/so-nong-nghiep-va-moi-truong",
     ["Sở Nông nghiệp và Môi trường", "Sở NN&MT", "Sở NNMT", "Sở Nông Nghiệp và Môi Trường"]),
    ("Nghệ An", "agency/vn-22/ubnd",
     ["Ủy ban nhân dân tỉnh", "Uỷ ban nhân dân tỉnh", "UBND tỉnh", "UBND tỉnh Nghệ An", "Ủy ban nhân dân tỉnh Nghệ An"]),
    ("Nghệ An", "agency/vn-22/van-phong-ubnd",
     ["Văn phòng UBND tỉnh", "Văn phòng Ủy ban nhân dân tỉnh", "VP UBND tỉnh", "Văn phòng UBND tỉnh Nghệ An"]),
    ("Nghệ An", "agency/vn-22/cong-an",
     ["Công an tỉnh", "Công an tỉnh Nghệ An", "Công an Tỉnh", "Công an tỉnh (qua Phòng An ninh)"]),
    ("Nghệ An", "agency/vn-22/bo-chi-huy-quan-su",
     ["Bộ Chỉ huy Quân sự tỉnh", "Bộ CHQS tỉnh", "BCH Quân sự tỉnh", "Bộ Chỉ huy quân sự tỉnh"]),
    ("Nghệ An", "agency/vn-22/uy-ban-mat-tran-to-quoc-viet-nam",
     ["Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh", "Ủy ban MTTQ Việt Nam tỉnh", "Ủy ban MTTQVN tỉnh", "UBMTTQ tỉnh",
      "UBMTTQVN tỉnh", "UB MTTQ Việt Nam tỉnh", "Mặt trận Tổ quốc tỉnh"]),
    ("Nghệ An", "agency/vn-22/hoi-lien-hiep-phu-nu",
     ["Hội Liên hiệp Phụ nữ tỉnh", "Hội LHPN tỉnh", "Hội LHPN tỉnh Nghệ An"]),
    ("Nghệ An", "agency/vn-22/hoi-cuu-chien-binh", ["Hội Cựu chiến binh tỉnh", "Hội CCB tỉnh"]),
    ("Nghệ An", "agency/vn-22/lien-doan-lao-dong", ["Liên đoàn Lao động tỉnh", "LĐLĐ tỉnh"]),
    ("Nghệ An", "agency/vn-22/van-phong-doan-dai-bieu-quoc-hoi-va-hdnd",
     ["Văn phòng Đoàn ĐBQH và HĐND tỉnh", "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh"]),
    ("Đồng Nai", "agency/vn-39/2025/thue", ["Thuế tỉnh Đồng Nai", "Thuế Đồng Nai", "Thuế tỉnh"]),
    ("Đồng Nai", "agency/vn-39/2025/bao-va-phat-thanh-truyen-hinh",
     ["Báo và Phát thanh, Truyền hình Đồng Nai", "Báo và phát thanh, truyền hình tỉnh", "Báo và Đài PT-TH"]),
    ("Đồng Tháp", "agency/vn-45/2025/ban-quan-ly-khu-kinh-te",
     ["Ban Quản lý Khu kinh tế tỉnh", "BQL KKT", "Ban Quản lý khu kinh tế"]),
    ("Hồ Chí Minh", "agency/vn-sg/2025/ubnd", ["UBND TP.HCM", "UBND TP. Hồ Chí Minh", "Ủy ban nhân dân Thành phố"]),
    ("Hồ Chí Minh", "agency/vn-sg/2025/cong-an", ["Công an Thành phố", "Công an thành phố Hồ Chí Minh", "Công an TP"]),
    ("Hồ Chí Minh", "agency/vn-sg/2025/van-phong-thanh-uy", ["Văn phòng Thành ủy", "Văn phòng Thành uỷ"]),
    ("Hà Nội", "agency/vn/ngan-hang-nha-nuoc-khu-vuc-8",
     ["Ngân hàng Nhà nước khu vực 8", "Ngân hàng nhà nước Khu vực VIII", "NHNN khu vực 8",
      "Ngân hàng Nhà nước Việt Nam chi nhánh Khu vực 8"]),
    ("Hà Nội", "agency/vn/toa-an-nhan-dan-toi-cao", ["Tòa án nhân dân tối cao", "TAND tối cao"]),
    ("Hà Nội", "agency/vn/2025/bo-khoa-hoc-va-cong-nghe", ["Bộ Khoa học và Công nghệ", "Bộ KH&CN"]),
]  # fmt: skip


@pytest.mark.parametrize(("place", "expected", "names"), SAME, ids=[row[1] for row in SAME])
def test_spellings_of_one_agency(place: str, expected: str, names: list[str]) -> None:
    here = actors(place, AFTER)
    assert {name: here.identify(name).iri.removeprefix(BASE) for name in names} == dict.fromkeys(
        names, expected
    )
    assert [name for name in names if here.identify(name).doubt] == []


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("Bộ Tài chính", "vn/bo-tai-chinh", "vn/2025/bo-tai-chinh"),
        ("Bộ Y tế", "vn/bo-y-te", "vn/bo-y-te"),
        ("NHNN Khu vực 14", "vn/ngan-hang-nha-nuoc-khu-vuc-14", "vn/ngan-hang-nha-nuoc-khu-vuc-14"),
        ("NHNN Khu vực 8", "vn/ngan-hang-nha-nuoc-khu-vuc-8", "vn/ngan-hang-nha-nuoc-khu-vuc-8"),
    ],
)
def test_the_same_name_means_the_merged_body_after_the_merger(
    name: str, before: str, after: str
) -> None:
    found = [actors("Hà Nội", day).identify(name) for day in (BEFORE, AFTER)]
    assert [one.iri.removeprefix(BASE + "agency/") for one in found] == [before, after]
    assert not any(one.doubt for one in found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ban Quản lý các khu công nghiệp", "Ban Quản lý khu kinh tế"),
        ("Hội Nông dân tỉnh", "Hội Nông dân xã"),
        ("Hội Nông dân tỉnh", "Hội Nông dân Việt Nam"),
        ("Bộ Công an", "Công an tỉnh"),
        ("Tỉnh đoàn", "Trung ương Đoàn"),
        ("Bộ Nội vụ", "Sở Nội vụ"),
        ("UBND huyện Long Mỹ", "UBND thị xã Long Mỹ"),
        ("UBND xã Tân Phú", "UBND phường Tân Phú"),
        ("Công an tỉnh", "Công an tỉnh Long An"),
        ("Tòa án nhân dân tỉnh", "Tòa án nhân dân tối cao"),
        ("Kiểm toán nhà nước", "Kiểm toán nhà nước khu vực II"),
        ("Ngân hàng Nhà nước khu vực 8", "Ngân hàng Nhà nước khu vực 9"),
        ("Văn phòng Tỉnh ủy", "Văn phòng UBND tỉnh"),
        ("Sở Văn hóa và Thể thao", "Sở Văn hóa, Thể thao và Du lịch"),
        ("Sở Dân tộc và Tôn giáo", "Ban Dân tộc"),
        ("Đảng ủy UBND tỉnh", "UBND tỉnh"),
        ("Bộ Chỉ huy Quân sự tỉnh", "Bộ Chỉ huy Bộ đội Biên phòng tỉnh"),
        ("Các sở, ban, ngành", "Các sở, ban, ngành liên quan"),
        ("UBND các xã, phường", "UBND các xã, phường, đặc khu"),
        ("các doanh nghiệp", "các doanh nghiệp trên địa bàn tỉnh"),
    ],
)
def test_two_bodies_are_two(one: str, other: str) -> None:
    assert iri(one, "Hậu Giang", BEFORE) != iri(other, "Hậu Giang", BEFORE)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Các sở, ban, ngành", "group/vn-73/so-ban-nganh-tinh"),
        ("Các sở, ban, ngành tỉnh Hậu Giang", "group/vn-73/so-ban-nganh-tinh"),
        ("UBND thị xã, huyện, thành phố", "group/vn-73/ubnd-huyen-thi-xa-thanh-pho"),
        ("Đài Phát Thanh và Truyền hình tỉnh", "agency/vn-73/dai-phat-thanh-va-truyen-hinh"),
        ("Đài PTTH tỉnh", "agency/vn-73/dai-phat-thanh-va-truyen-hinh"),
        ("BQL các KCN tỉnh", "agency/vn-73/ban-quan-ly-cac-khu-cong-nghiep"),
        ("UBND huyện Long Mỹ", "agency/vn-73/huyen-long-my/ubnd"),
        ("UBND thành phố Vị Thanh", "agency/vn-73/thanh-pho-vi-thanh/ubnd"),
        ("Sở Y tế thành phố Cần Thơ", "agency/vn-ct/so-y-te"),
        ("Ủy ban nhân dân xã Tân Phú", "agency/vn-73/xa-tan-phu/ubnd"),
    ],
)
def test_what_the_reference_data_has_keeps_its_iri(name: str, expected: str) -> None:
    assert iri(name, "Hậu Giang", BEFORE) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("UBND các phường, xã", "Ủy ban nhân dân xã, phường"),
        ("Các sở, ban, ngành cấp tỉnh", "các sở, ban, ngành"),
        ("các cơ quan, đơn vị có liên quan", "Các cơ quan, đơn vị liên quan"),
    ],
)
def test_one_collective_in_other_words(one: str, other: str) -> None:
    assert iri(one) == iri(other)
    assert iri(one).startswith("group/vn-22/")


@pytest.mark.parametrize(
    ("name", "place", "doubt"),
    [
        ("Sở Sở Công thương", "Đồng Nai", "unknown-type"),
        ("Doanh nghiệp số", "Đồng Nai", "unknown-type"),
        ("Như Điều 3", "Đồng Nai", "unknown-type"),
        ("Bộ Chỉ huy Quân sự tinh", "Nghệ An", "unknown-place"),
        ("Sở Y tế", None, "unknown-place"),
        ("HĐND", None, "unknown-place"),
        ("Đảng ủy", "Nghệ An", "unknown-place"),
        ("Tổng Công ty tiên phong", "Đồng Nai", "unknown-type"),
        ("Các cơ quan được phân công chủ trì thực hiện nhiệm vụ theo Kế hoạch này", "Nghệ An", "unknown-type"),
        ("Bộ Giao thông vận tải", "Nghệ An", "ended"),
        ("Cục Thống kê", "Nghệ An", "unknown-place"),
        ("Cục Thống kê tỉnh", "Nghệ An", None),
        ("Công an xã Quỳnh Lưu", "Nghệ An", None),
        ("Đảng ủy các xã, phường", "Nghệ An", None),
        ("Trường Đại học Vinh", "Nghệ An", None),
        ("Viettel Nghệ An", "Nghệ An", None),
        ("Ban Quản lý Khu kinh tế Đông Nam", "Nghệ An", None),
        ("Các doanh nghiệp cung cấp dịch vụ viễn thông", "Nghệ An", None),
        ("Bộ trưởng Bộ Công an", "Nghệ An", None),
        ("Chủ tịch, các PCT UBND tỉnh", "Nghệ An", None),
        ("VPUB: CVP, các PCVP", "Nghệ An", None),
    ],
)  # fmt: skip
def test_what_is_in_doubt(name: str, place: str | None, doubt: str | None) -> None:
    assert actors(place, AFTER).identify(name).doubt == doubt


@pytest.mark.parametrize("day", [BEFORE, AFTER])
def test_the_usual_bodies_are_known_in_every_province_and_city(day: date) -> None:
    """63 of them before 1 July 2025, then 34."""
    registry = load_registry()
    units = [u for u in registry.units if u.existed(day)]
    assert len(units) == (63 if day == BEFORE else 34)
    usual = ["Sở Khoa học và Công nghệ", "Công an tỉnh", "UBND tỉnh", "Hội Nông dân tỉnh", "Tòa án nhân dân tỉnh"]  # fmt: skip
    for unit in units:
        here = Actors(registry, unit, day, unit.names[0])
        found = [here.identify(name) for name in usual]
        assert [one.doubt for one in found] == [None] * len(usual), unit.path
        assert {one.iri.split("/agency/")[1].rpartition("/")[0] for one in found} == {unit.path}


def test_a_place_is_meant_as_it_was_on_the_day() -> None:
    here = actors("Cần Thơ", AFTER)
    assert here.identify("Sở Y tế").iri == f"{BASE}agency/vn-ct/2025/so-y-te"
    assert here.on(BEFORE).identify("Sở Y tế").iri == f"{BASE}agency/vn-ct/so-y-te"
