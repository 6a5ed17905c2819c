"""PDF with a text layer: what its pages show, signatures included, as paragraphs and tables.

An e-signed document has its number and date in no page but in the appearance of its signature fields;
PDFium draws those into the pages first.
"""

from __future__ import annotations

import io
import re

import pdfplumber
import pypdfium2
from pdfminer.pdfexceptions import PDFException
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException
from pypdfium2 import raw as pdfium

from .blocks import render
from .legible import check_legible
from .parts import Fault, Reading
from .pdf_lines import find_lines, find_words, within
from .pdf_paragraphs import PageParts, Placed, join_pages
from .pdf_tables import find_tables

MAX_PAGES = 1_000
# What signing programs write beside the name of who signed.
_STAMP = re.compile(
    r"(?:Signature (?:Not|Valid)|Ký$|Ký bởi\b|Người ký\b|Ký ngày\b|Thời gian ký\b|Digitally signed|Email:\s*\S+@|Cơ quan:\s)",
    re.IGNORECASE,
)
_ERRORS = {
    2: "cannot be opened",
    3: "damaged or cut short, or no PDF",
    4: "encrypted with a password",
}


def read_pdf(raw: bytes) -> Reading:
    """The blocks of a PDF; raises ``Fault``, also where its text cannot be what a reader sees."""
    if not raw[:1024].lstrip().startswith(b"%PDF"):
        raise Fault("no PDF, whatever its name says; give the PDF itself")
    drawn, signed = _with_signatures(raw)
    try:
        with pdfplumber.open(io.BytesIO(drawn)) as document:
            pages = [_page(page) for page in document.pages]
    except (
        PDFException,
        PdfminerException,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
    ) as fault:
        raise Fault(
            f"damaged: its pages cannot be read ({str(fault)[:80] or type(fault).__name__})"
        ) from None
    blocks = join_pages(pages)
    check_legible(render(blocks), len(pages))
    remarks = []
    if signed:
        remarks.append("what its signature fields show (number, date) is drawn into the text")
    pictures = [str(n) for n, page in enumerate(pages, 1) if not (page.lines or page.tables)]
    if pictures:
        remarks.append(f"no text on page {', '.join(pictures)}: blank, or a scan that is not read")
    return Reading(blocks, tuple(remarks))


def _with_signatures(raw: bytes) -> tuple[bytes, bool]:
    """The file with its form fields drawn into the pages, and whether there were any."""
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as fault:
        code = fault.err_code if isinstance(fault.err_code, int) else 3
        told = _ERRORS.get(code, "damaged")
        what = "save it without one" if code == 4 else "fetch the file again"
        raise Fault(f"{told}; {what}") from None
    if len(document) > MAX_PAGES:
        raise Fault(
            f"{len(document):,} pages are more than a plan can have ({MAX_PAGES:,}); split the file"
        )
    if document.get_formtype() == pdfium.FORMTYPE_NONE:
        return raw, False
    signed = False
    for number in range(len(document)):
        page = document[number]
        if _keep_fields(page):
            signed = True
            pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY)
        page.close()
    if not signed:
        return raw, False
    out = io.BytesIO()
    document.save(out)
    return out.getvalue(), True


def _keep_fields(page: pypdfium2.PdfPage) -> bool:
    """Take off every annotation but form fields (comments are no part of the text); whether any is left."""
    left = False
    for index in reversed(range(pdfium.FPDFPage_GetAnnotCount(page.raw))):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind == pdfium.FPDF_ANNOT_WIDGET:
            left = True
        else:
            pdfium.FPDFPage_RemoveAnnot(page.raw, index)
    return left


def _page(page: Page) -> PageParts:
    words = find_words(page)
    tables = find_tables(page, words)
    inside = {id(word) for box, _ in tables for word in within(words, box)}
    lines = find_lines([word for word in words if id(word) not in inside])
    placed = [Placed(box[1], table) for box, table in tables]
    own = [line for line in lines if not _STAMP.match(line.text)]
    width, height = float(page.width), float(page.height)
    page.close()
    return PageParts(own, placed, width, height)
