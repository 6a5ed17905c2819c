"""Reading files: what is guaranteed, and what is refused with which words."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import UnreadableDocument
from kg.extract import extract
from kg.model import Document
from kg.read import read_document
from kg.structure import find_clauses

BODY = "KẾ HOẠCH\nI. NHIỆM VỤ\n1. Sở Công Thương xây dựng chương trình của tỉnh.\n"


def _document(text: str) -> Document:
    return Document("x.txt", "txt", text, "0" * 64)


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("empty.txt", b"", "the file is empty"),
        ("blank.txt", b" \n\t\n", "the file is empty"),
        ("pdf.txt", b"%PDF-1.7 " + b"x" * 50, "this is a PDF"),
        ("zip.md", b"PK\x03\x04" + b"x" * 50, "a ZIP archive"),
        ("nul.txt", b"K\xe1\xba\xbf ho\x00ach", "a NUL byte at"),
        ("half.txt", "Kế hoạch của tỉnh năm 2021".encode("utf-16")[:-1], "damaged UTF-16"),
        ("latin.txt", "Größe, Straße, übermäßig, Äpfel".encode("latin-1"), "not UTF-8"),
        ("numbers.txt", b"1 2 3 4 5 6 7 8 9 10", "no words in it"),
        ("control.txt", b"\x01\x02\x03\x04" * 20 + b"a" * 60, "control characters"),
        ("plan.exe", BODY.encode(), "are not read"),
    ],
)
def test_what_cannot_be_read_is_refused_with_file_and_fault(
    tmp_path: Path, name: str, raw: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(UnreadableDocument) as fault:
        read_document(path)
    assert str(path) in str(fault.value)
    assert says in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="no such file"):
        read_document(tmp_path / "none.txt")
    with pytest.raises(UnreadableDocument, match="this is a folder"):
        read_document(tmp_path)


def test_text_is_kept_as_decoded(tmp_path: Path) -> None:
    text = "\ufeff" + unicodedata.normalize("NFD", BODY).replace("\n", "\r\n")
    path = tmp_path / "plan.txt"
    path.write_bytes(text.encode("utf-8"))
    assert read_document(path).text == text


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_form_of_the_text_gives_the_same_facts(form: str, bom: str, newline: str) -> None:
    text = bom + unicodedata.normalize(form, BODY).replace("\n", newline)  # type: ignore[arg-type]
    plan = extract(find_clauses(_document(text)))
    (task,) = plan.tasks
    assert [m.name for m in task.of("lead")] == ["Sở Công Thương"]
    quote = text[task.span.start : task.span.end]
    assert unicodedata.normalize("NFC", quote) == task.text


_PIECES = st.sampled_from(
    ["I.", "II.", "1.", "1.1.", "a)", "đ)", "- ", "+ ", "|", "**", "\n", "\n\n", " ", "KẾ HOẠCH", "Nơi nhận:",
     "Cơ quan phối hợp:", "Thời gian thực hiện:", "Sở Công Thương", "các sở, ban, ngành", "và", ",", ";", ".",
     "12,5%/năm", "năm 2025", "giai đoạn 2021 - 2025", "số 124/NQ-CP", "ngày 03/9/2020", "phối hợp với",
     "Mục tiêu", "Nhiệm vụ", "trong đó", "TM. ỦY BAN", "PHỤ LỤC", "(", ")", "\u0301", "Điều 1."]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=60))
def test_no_text_makes_the_reading_fail_and_every_span_quotes_it(pieces: list[str]) -> None:
    text = " ".join(pieces)
    outline = find_clauses(_document(text))
    plan = extract(outline)
    spans = [c.passage.span() for c in outline.clauses]
    spans += [t.span for t in plan.tasks] + [t.amount.span for t in plan.targets]
    spans += [r.span for r in plan.references]
    spans += [r.mention.span for t in plan.tasks for r in t.roles]
    for span in spans:
        assert 0 <= span.start <= span.end <= len(text)
    for target in plan.targets:
        assert target.amount.quote[0] in text[target.amount.span.start :]
    assert len({c.path for c in outline.clauses}) == len(outline.clauses)
    assert len({t.key for t in plan.tasks}) == len(plan.tasks)
