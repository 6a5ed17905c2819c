"""HTML, DOCX and PDF of a plan give what its text gives; what formats hide is found."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from rdflib import Graph, Literal

from kg.errors import UnreadableDocument
from kg.extract.as_json import plan_json
from kg.graph import build_graph
from kg.names import ELI, KH, PROV
from kg.pipeline import read_plan, reference_graph
from kg.read import read_document
from kg.validation import check

from .documents import INVENTED, Part, Side, as_docx, as_html, as_pdf, as_text, parts_of

WRITERS: dict[str, Callable[[list[Part]], bytes]] = {
    "docx": as_docx,
    "pdf": as_pdf,
    "html": lambda parts: as_html(parts).encode(),
}
ORIGINALS = Path(__file__).parent.parent.parent / "shared" / "plans" / "originals"


def facts(file: Path) -> Any:
    """All that ``kg extract`` prints, without the file's name and hash and without offsets."""

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: without(v) for k, v in value.items() if k not in ("start", "end")}
        return [without(v) for v in value] if isinstance(value, list) else value

    found = plan_json(read_plan(file))
    return {k: without(v) for k, v in found.items() if k not in ("file", "sha256")}


@pytest.mark.parametrize("kind", WRITERS)
def test_the_bundled_plan_says_the_same_in_every_format(
    kind: str, plan_file: Path, tmp_path: Path
) -> None:
    other = tmp_path / f"plan.{kind}"
    other.write_bytes(WRITERS[kind](parts_of(plan_file)))
    assert facts(other) == facts(plan_file)


@pytest.mark.parametrize("kind", WRITERS)
def test_a_plan_with_a_table_of_tasks_says_the_same_in_every_format(
    kind: str, tmp_path: Path
) -> None:
    text = tmp_path / "plan.md"
    text.write_text(as_text(INVENTED), "utf-8")
    other = tmp_path / f"plan.{kind}"
    other.write_bytes(WRITERS[kind](INVENTED))
    expected = facts(text)
    assert len(expected["tasks"]) == 15
    assert expected["document"]["number"] == "15/KH-UBND"
    assert facts(other) == expected


@pytest.mark.parametrize("kind", WRITERS)
def test_quotes_stand_in_the_text_that_is_printed(kind: str, tmp_path: Path) -> None:
    file = tmp_path / f"plan.{kind}"
    file.write_bytes(WRITERS[kind](INVENTED))
    text = read_document(file).text
    found = plan_json(read_plan(file))
    assert found["tasks"]
    for task in found["tasks"]:
        quote = " ".join(text[task["start"] : task["end"]].replace("|", " ").split())
        assert quote == task["text"]
    for repeated in ("Công báo tưởng tượng", "Đầu trang chạy", "Văn bản mới", "Sở Ẩn", "Sở Lạ"):
        assert repeated not in text


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("01_hanoi_ubnd_ct11_45-ngay-dem_2025.pdf", "no text layer"),
        ("03_laocai_doan-kiem-tra_kh1105_2026_BROKEN-CMAP.pdf", "no character map"),
        ("12_hcm_stp_687_2021_BAD-OCR.pdf", "a wrong OCR layer"),
    ],
)
def test_real_files_without_readable_text_are_named(name: str, says: str) -> None:
    with pytest.raises(UnreadableDocument, match=says):
        read_document(_original(name))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "number", "issuer", "date"),
    [
        ("01_laocai_ubnd_kh_chi-thi-11_khoang-san_2026.docx", None, "Ủy ban nhân dân tỉnh Lào Cai", None),
        ("02_laocai_sct_kh_de-an-08_cong-nghiep-xanh_2026.docx", None, "Sở Công Thương", None),
        ("09_hanoi_ubnd_qd2858_quy-hoach_2025_signed.pdf", "2858/QĐ-UBND",
         "Ủy ban nhân dân thành phố Hà Nội", "2025-06-10"),
        ("16_cp_nq24-2026_cat-giam-tthc.docx", "24/2026/NQ-CP", "Chính phủ", "2026-04-29"),
        ("01_ttg_qd26-2026_ocop_tvpl-fragment.html", "26/2026/QĐ-TTg", "Thủ tướng Chính phủ", "2026-05-22"),
    ],
)  # fmt: skip
def test_heads_of_real_files(name: str, number: str | None, issuer: str, date: str | None) -> None:
    head = facts(_original(name))["document"]
    assert (head["number"], head["issuer"], head["date"]) == (number, issuer, date)
    assert head["title"]


def test_the_table_of_a_real_docx_is_read_as_tasks_and_its_forms_are_not() -> None:
    mining = facts(_original("01_laocai_ubnd_kh_chi-thi-11_khoang-san_2026.docx"))["tasks"]
    rows = [task for task in mining if task["text"].startswith("Thực hiện rà soát việc lập")]
    assert [row["leads"] for row in rows] == [["Sở Công Thương", "Sở Xây dựng"]]
    green = facts(_original("02_laocai_sct_kh_de-an-08_cong-nghiep-xanh_2026.docx"))["tasks"]
    assert not [task for task in green if "BÁO CÁO TIẾN ĐỘ" in task["text"]]


def _signed(parts: list[Part], shown: dict[tuple[float, float], str]) -> bytes:
    """The PDF of *parts* with signature fields whose appearance says *shown* at places (from lower left)."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(as_pdf(parts))))
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    fields = ArrayObject()
    for (left, bottom), text in shown.items():
        look = StreamObject()
        look.set_data(f"BT /F 9 Tf 0 2 Td ({text}) Tj ET".encode())
        look.update(
            {
                NameObject("/Type"): NameObject("/XObject"),
                NameObject("/Subtype"): NameObject("/Form"),
                NameObject("/BBox"): ArrayObject(map(FloatObject, (0, 0, 40, 12))),
                NameObject("/Resources"): DictionaryObject(
                    {NameObject("/Font"): DictionaryObject({NameObject("/F"): font})}
                ),
            }
        )
        field = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Widget"),
                NameObject("/FT"): NameObject("/Sig"),
                NameObject("/T"): TextStringObject(f"sign {left}"),
                NameObject("/F"): NumberObject(4),
                NameObject("/Rect"): ArrayObject(
                    map(FloatObject, (left, bottom, left + 40, bottom + 12))
                ),
                NameObject("/AP"): DictionaryObject({NameObject("/N"): writer._add_object(look)}),
            }
        )
        fields.append(writer._add_object(field))
    writer.pages[0][NameObject("/Annots")] = fields
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): fields})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_number_and_date_in_signature_fields_are_read(tmp_path: Path) -> None:
    head = Side(
        ["ỦY BAN NHÂN DÂN", "TỈNH BÌNH LỤC", "Số:         /KH-UBND"],
        ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do", "Bình Lục, ngày        tháng 3 năm 2025"],
    )  # fmt: skip
    file = tmp_path / "signed.pdf"
    file.write_bytes(as_pdf([head, *INVENTED[1:]]))
    assert facts(file)["document"]["number"] is None
    with pdfplumber.open(file) as pages:
        words = {w["text"]: w for w in reversed(pages.pages[0].extract_words())}
    number, day = words["/KH-UBND"], words["tháng"]
    height = 842 - number["bottom"] - 1
    file.write_bytes(
        _signed(
            [head, *INVENTED[1:]],
            {(number["x0"] - 20, height): "1 5", (day["x0"] - 16, height): "0 5"},
        )
    )
    document = read_document(file)
    assert "signature fields" in document.remarks[0]
    found = facts(file)["document"]
    assert (found["number"], found["date"]) == ("15/KH-UBND", "2025-03-05")


def test_pages_without_text_are_told(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(as_pdf(INVENTED))))
    writer.insert_blank_page(index=1)
    file = tmp_path / "plan.pdf"
    writer.write(file)
    assert read_document(file).remarks == ("no text on page 2: blank, or a scan that is not read",)


def test_the_file_and_its_text_have_each_their_hash(tmp_path: Path) -> None:
    file = tmp_path / "plan.docx"
    file.write_bytes(as_docx(INVENTED))
    document = read_document(file)
    graph = build_graph(read_plan(file))
    (text,) = graph.subjects(KH.sourceText, Literal(document.text))
    (original,) = graph.objects(text, PROV.wasDerivedFrom)
    told = hashlib.sha256(document.text.encode()).hexdigest()
    assert list(graph.objects(text, KH.sha256)) == [Literal(told)]
    assert list(graph.objects(original, KH.sha256)) == [Literal(document.sha256)]
    assert document.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert str(next(graph.objects(original, ELI["format"]))).endswith("wordprocessingml.document")
    assert check(graph, "data", reference_graph()).conforms


def test_a_plain_file_is_its_own_text(plan_graph: Graph) -> None:
    assert len(list(plan_graph.subjects(KH.sha256))) == 1
    assert not list(plan_graph.subject_objects(PROV.wasDerivedFrom))


def _original(name: str) -> Path:
    file = ORIGINALS / name
    if not file.exists():
        pytest.skip("the real files are not at hand (../shared/plans/originals)")
    return file
