"""Old encodings are told, named and read; what is Vietnamese is told from what is not."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from kg.errors import UnreadableDocument
from kg.read import read_document
from kg.read.encodings import TCVN3, VNI, from_tcvn3, from_vni, read_old
from kg.read.syllables import is_syllable, share_of_marked, share_of_syllables

LINES = """\
KẾ HOẠCH
Phát triển công nghiệp của tỉnh đến năm 2030, tầm nhìn đến năm 2045
1. Sở Công Thương chủ trì, phối hợp với các sở, ban, ngành, Ủy ban nhân dân huyện, thị xã
Đẩy mạnh chuyển đổi số; khuyến khích, hỗ trợ doanh nghiệp nhỏ và vừa đổi mới công nghệ.
Nghiên cứu, kiểm tra việc sử dụng những nguồn vốn đã được duyệt theo đúng quy định hiện hành.
"""


def to_tcvn3(text: str) -> bytes:
    back = {letter: byte for byte, letter in TCVN3.items()}
    return bytes(back.get(c) or back.get(c.lower()) or ord(c) for c in text)


def to_vni(text: str) -> bytes:
    back = {letter: written for written, letter in VNI.items()}
    return "".join(back.get(c, c) for c in text).encode("cp1252")


def to_1258(text: str) -> bytes:
    out = b""
    for letter in text:
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            apart = unicodedata.normalize("NFD", letter)
            tone = next(c for c in apart if c in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", apart.replace(tone, ""))
            out += base.encode("cp1258") + tone.encode("cp1258")
    return out


@pytest.mark.parametrize(
    ("name", "encode"), [("TCVN3", to_tcvn3), ("VNI", to_vni), ("Windows-1258", to_1258)]
)
def test_old_encodings_are_named_and_read(name: str, encode: object, tmp_path: Path) -> None:
    assert callable(encode)
    raw = encode(LINES)
    expected = (
        LINES.replace("Ủy ban", "ủy ban") if name == "TCVN3" else LINES
    )  # no such capital there
    assert read_old(raw) == (expected, name)
    file = tmp_path / "plan.txt"
    file.write_bytes(raw)
    document = read_document(file)
    assert document.text == expected
    assert name in document.remarks[0]
    page = tmp_path / "plan.html"
    page.write_bytes(b"<html><body><p>" + raw.replace(b"\n", b"</p><p>") + b"</body></html>")
    read = read_document(page)
    assert "\n\n".join(expected.split("\n")).strip() == read.text.strip()
    assert name in read.remarks[0]


@pytest.mark.parametrize(("name", "encode"), [("TCVN3", to_tcvn3), ("VNI", to_vni)])
def test_letters_taken_for_latin_are_named(name: str, encode: object, tmp_path: Path) -> None:
    assert callable(encode)
    file = tmp_path / "plan.txt"
    file.write_text(encode(LINES).decode("cp1252"), "utf-8")
    with pytest.raises(UnreadableDocument, match=f"old encoding {name}"):
        read_document(file)


def test_utf_16_is_read(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_bytes(LINES.encode("utf-16"))
    assert read_document(file).text == LINES


@pytest.mark.parametrize(
    "raw",
    [b"\xff\xd0\xc4 \xe9\xe8 \xb5\xb6" * 40, "Ich weiß, daß öfter Übel".encode("latin-1") * 9],
)
def test_what_fits_no_encoding_is_not_guessed(raw: bytes, tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_bytes(raw)
    with pytest.raises(UnreadableDocument, match="not UTF-8"):
        read_document(file)


def test_every_letter_goes_both_ways() -> None:
    letters = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵ"
    for letter in letters:
        assert from_vni(to_vni(letter).decode("cp1252")) == letter
        assert from_vni(to_vni(letter.upper()).decode("cp1252")) == letter.upper()
        assert from_tcvn3(to_tcvn3(letter).decode("cp1252")) == letter


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("KÕ HO¹CH", "KẾ HOẠCH"),
        ("Sè: 06/KH-UBND", "Số: 06/KH-UBND"),
        ("UBND tØnh HËu Giang", "UBND tỉnh Hậu Giang"),
    ],
)
def test_capitals_of_tcvn3(written: str, meant: str) -> None:
    assert from_tcvn3(written) == meant


@pytest.mark.parametrize(
    "word",
    [
        "nghiệp",
        "khuyến",
        "khuỷu",
        "quyết",
        "giữa",
        "gì",
        "oan",
        "thuở",
        "ngoằn",
        "uống",
        "được",
        "HOẠCH",
        "y",
    ],
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word", ["which", "report", "cQng", "tlSnh", "strategy", "đố́", "ế̀", "zalo", "of"]
)
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_shares(plan_file: Path) -> None:
    text = plan_file.read_text("utf-8")
    assert share_of_syllables(text) > 0.95
    assert 0.2 < share_of_marked(text) < 0.35
    assert share_of_syllables("The plan shall be published every year by the ministry") < 0.5
    assert share_of_syllables("1 2 3") == share_of_marked("1 2 3") == 0.0
