"""HTML, DOCX and PDF of a plan give what its text gives; what formats hide is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.extract.as_json import plan_json
from kg.pipeline import read_plan
from kg.read import read_document

from .documents import INVENTED, Part, as_docx, as_html, as_pdf, as_text, parts_of

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
    from kg.errors import UnreadableDocument

    with pytest.raises(UnreadableDocument, match=says):
        read_document(_original(name))


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


def _original(name: str) -> Path:
    file = ORIGINALS / name
    if not file.exists():
        pytest.skip("the real files are not at hand (../shared/plans/originals)")
    return file
