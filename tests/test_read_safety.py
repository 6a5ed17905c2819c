"""Hostile and broken files: each is refused with one line, within its limits of time and memory."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import UnreadableDocument
from kg.pipeline import build
from kg.read import read_document, sandbox
from kg.read.parts import Fault
from kg.read.worker import TOO_MUCH_MEMORY

from .documents import INVENTED, as_docx, as_html, as_pdf


def archive(**parts: bytes) -> bytes:
    """A DOCX in outline, with parts put in or replaced («word__document.xml»: __ for /)."""
    raw = as_docx(["KẾ HOẠCH"])
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        names = {name.replace("__", "/"): content for name, content in parts.items()}
        for item in old.infolist():
            if item.filename not in names:
                new.writestr(item.filename, old.read(item))
        for name, content in names.items():
            new.writestr(name, content)
    return out.getvalue()


def many_parts() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for number in range(6_000):
            new.writestr(f"word/{number}", b"")
    return out.getvalue()


def twice() -> bytes:
    raw = _zip({"word/document.xml": b"<a/>", "word/documenu.xml": b"<b/>"})
    return raw.replace(b"documenu", b"document")


def told_smaller() -> bytes:
    """The directory says that a part is small; unpacking it gives more."""
    raw = archive(**{"word__big.bin": b"\x00" * 3_000_000})
    return raw.replace((3_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))


def nested(depth: int) -> bytes:
    name = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    inside = b"<w:ins>" * depth + b"</w:ins>" * depth
    return archive(
        **{
            "word__document.xml": b"<w:document "
            + name
            + b"><w:body>"
            + inside
            + b"</w:body></w:document>"
        }
    )


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c SYSTEM "file:///etc/passwd">]><w>&b;&c;</w>'
)
WHOLE_PDF = as_pdf(
    ["KẾ HOẠCH", "Sở Công Thương thực hiện các nhiệm vụ được giao tại Kế hoạch này."]
)

CASES: list[tuple[str, Callable[[], bytes], str]] = [
    ("bomb.docx", lambda: archive(**{"word__media__a.bin": b"\x00" * 60_000_000}), "unpacks to 60,000,000"),
    ("large.docx", lambda: archive(**{"word__a.bin": b"\x00" * 100_000_000, "word__b.bin": b"\x00" * 100_000_000}),
     "more than a plan can have"),
    ("parts.docx", many_parts, "6,000 parts"),
    ("twice.docx", twice, "two parts of one name"),
    ("told.docx", told_smaller, "damaged or cut short"),
    ("entities.docx", lambda: archive(**{"word__document.xml": ENTITIES}), "entities in its XML"),
    ("utf16.docx", lambda: archive(**{"word__document.xml": ENTITIES.decode().encode("utf-16")}), "entities in its XML"),
    ("nested.docx", lambda: nested(100_000), "unpacks to 1,500,113 bytes"),
    ("deep.docx", lambda: nested(240), "no words in it"),
    ("short.docx", lambda: as_docx(INVENTED)[:-2_000], "damaged or cut short"),
    ("sheet.docx", lambda: _zip({"xl/workbook.xml": b"<a/>"}), "no Word document"),
    ("locked.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 5_000, "encrypted, or an old Word file"),
    ("really.docx", lambda: WHOLE_PDF, "this is a PDF, no DOCX"),
    ("empty.docx", lambda: b"", "the file is empty"),
    ("empty.pdf", lambda: b"\n\n", "the file is empty"),
    ("short.pdf", lambda: WHOLE_PDF[: len(WHOLE_PDF) // 2], "damaged"),
    ("noise.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, "damaged"),
    ("words.pdf", lambda: b"KE HOACH " * 200, "no PDF"),
    ("locked.pdf", lambda: as_pdf(["KẾ HOẠCH"], owner_password="a", user_password="b"), "encrypted with a password"),
    ("scan.pdf", lambda: as_pdf([]), "no text layer"),
    ("ascii.pdf", lambda: as_pdf(["Ke hoach cua tinh ve phat trien cong nghiep va thuong mai dich vu " * 20]),
     "not Vietnamese as written"),
    ("ocr.pdf", lambda: as_pdf(["UY NUAN DAN CQNG HOA XA HQI CHU NGHIA VIPT NAM DQc l$p - Tg do - tlSnh phric " * 20]),
     "a wrong OCR layer"),
    ("deep.html", lambda: b"<div>" * 5_000 + "Kế hoạch của tỉnh về phát triển".encode(), "nested"),
    ("empty.html", lambda: b"<html><body><script>var x = 'a long enough script'</script></body></html>", "no words"),
    ("old.doc", lambda: b"\xd0\xcf\x11\xe0" * 100, "save it as .docx"),
    ("old.rtf", lambda: b"{\\rtf1 text}", "save it as .docx"),
]  # fmt: skip


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(("name", "make", "says"), CASES, ids=[case[0] for case in CASES])
def test_what_is_broken_or_hostile_is_refused_with_one_line(
    name: str, make: Callable[[], bytes], says: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(make())
    with pytest.raises(UnreadableDocument) as fault:
        read_document(file)
    assert str(file) in str(fault.value)
    assert says in str(fault.value)
    assert "\n" not in str(fault.value)


@pytest.mark.slow
def test_a_stream_that_swells_is_stopped_by_its_memory(tmp_path: Path) -> None:
    """A page whose content is 900 MB of blanks in a file of less than one."""
    press = zlib.compressobj(9)
    content = b"".join(press.compress(b" " * 9_000_000) for _ in range(100)) + press.flush()
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n"
    stream = f"4 0 obj<</Length {len(content)}/Filter/FlateDecode>>stream\n".encode()
    file = tmp_path / "swells.pdf"
    file.write_bytes(
        head + page + stream + content + b"\nendstream endobj\ntrailer<</Root 1 0 R/Size 5>>\n%%EOF"
    )
    with pytest.raises(UnreadableDocument, match=r"MB to take apart|no text layer|damaged"):
        read_document(file)


def test_a_deadline_ends_in_a_message() -> None:
    with pytest.raises(Fault, match=r"took longer than 0\.001 seconds"):
        sandbox.take_apart("html", as_html(INVENTED).encode(), deadline=0.001)


def test_a_death_ends_in_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_START", "import os; os.abort()")
    with pytest.raises(Fault, match="the reader of this format failed"):
        sandbox.take_apart("html", b"<p>")
    monkeypatch.setattr(sandbox, "_START", "print('no answer')")
    with pytest.raises(Fault, match="the reader of this format failed"):
        sandbox.take_apart("html", b"<p>")


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX systems")
def test_memory_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    hungry = "import time; from kg.read.worker import _limit; _limit(); x = b'x' * (600 << 20); time.sleep(20)"
    done = subprocess.run([sys.executable, "-c", hungry], check=False, timeout=60)
    assert done.returncode == TOO_MUCH_MEMORY
    monkeypatch.setattr(sandbox, "_START", f"import sys; sys.exit({TOO_MUCH_MEMORY})")
    with pytest.raises(Fault, match="needs more than 512 MB"):
        sandbox.take_apart("pdf", b"%PDF")


def test_a_large_process_can_read(tmp_path: Path) -> None:
    """What the starting process holds is not counted as the reader's own."""
    file = tmp_path / "made.docx"
    file.write_bytes(as_docx(INVENTED))
    large = (
        "import sys; from pathlib import Path; from kg.read import read_document; x = b'x' * (700 << 20);"
        "print(len(read_document(Path(sys.argv[1])).text))"
    )
    done = subprocess.run(
        [sys.executable, "-c", large, file], check=False, timeout=100, capture_output=True
    )
    assert int(done.stdout) > 100


def test_one_bad_file_does_not_stop_the_others(plan_file: Path, tmp_path: Path) -> None:
    plans = tmp_path / "plans"
    plans.mkdir()
    (plans / "good.txt").write_bytes(plan_file.read_bytes())
    (plans / "made.docx").write_bytes(as_docx(INVENTED))
    (plans / "broken.pdf").write_bytes(WHOLE_PDF[:500])
    (plans / "picture.png").write_bytes(b"\x89PNG")
    summary = build([plans], tmp_path / "store")
    assert [entry["file"] for entry in summary.built] == ["good.txt", "made.docx"]
    assert [Path(file).name for file, _ in summary.left_out] == ["broken.pdf"]
    assert [Path(file).name for file in summary.skipped] == ["picture.png"]
