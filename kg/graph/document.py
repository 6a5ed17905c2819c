"""The document: identity, expression and text, clauses, signing, recipients, purposes, requirements."""

from __future__ import annotations

import hashlib
from datetime import date

from rdflib import RDF, XSD, Literal, URIRef

from ..model import Clause, Field, Header, Mention, Signing, Span, Statement
from ..names import ELI, FOAF, KH, PROV, VOC, concept_iri, slug
from ..vocabulary import concepts
from .writer import Writer, english

_KIND_WORDS = {
    "muc": ("Mục {}", "Section {}"),
    "khoan": ("khoản {}", "paragraph {}"),
    "diem": ("điểm {}", "point {}"),
    "dieu": ("Điều {}", "Article {}"),
    "phan": ("Phần {}", "Part {}"),
    "chuong": ("Chương {}", "Chapter {}"),
    "phuluc": ("Phụ lục", "Annex"),
    "gach": ("gạch đầu dòng", "dash item"),
    "cong": ("dấu cộng", "plus item"),
    "doan": ("đoạn", "unnumbered paragraph"),
    "bang": ("bảng", "table"),
    "hang": ("hàng", "row"),
}
_MEDIA = "http://www.iana.org/assignments/media-types/"
_MEDIA_TYPES = {
    "txt": "text/plain",
    "md": "text/markdown",
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def describe_document(w: Writer) -> None:
    plan, header = w.plan, w.plan.header
    kind = header.type.value if header.type else None
    w.type(w.iri, "AdministrativePlan")
    day = header.date.value if header.date else None
    w.label(w.iri, *document_name(kind, w.name, date.fromisoformat(day) if day else None))
    w.add(w.iri, ELI.id_local, w.name)
    w.add(w.iri, ELI.number, w.name.replace("-", "/").split("/")[0])
    if day:
        w.add(w.iri, ELI.date_document, Literal(day, datatype=XSD.date))
    w.add(w.iri, ELI.type_document, type_concept(kind))
    if plan.issuer_iri and header.issuer:
        issuer = Mention(header.issuer.value, header.issuer.span, plan.issuer_iri)
        w.add(w.iri, KH.issuedBy, w.agent(issuer))
    if plan.unit_iri:
        w.add(w.iri, KH.appliesInUnit, URIRef(plan.unit_iri))
        if header.place and header.province and header.place.value == header.province.value:
            w.add(w.iri, KH.issuePlace, URIRef(plan.unit_iri))
    for year in plan.horizons:
        w.add(w.iri, KH.promisedHorizon, Literal(str(year), datatype=XSD.gYear))
    for recipient in header.recipients:
        w.add(w.iri, KH.hasRecipient, w.agent(recipient))
    _words(w, header)
    _expression(w)
    _clauses(w)
    if header.signing:
        _signing(w, header.signing)
    for statements, name in ((plan.purposes, "Purpose"), (plan.requirements, "Requirement")):
        _statements(w, statements, name)


def document_name(kind: str | None, number: str, day: date | None) -> tuple[str, str]:
    """«Kế hoạch số 06/KH-UBND ngày 14/01/2021», "Plan 06/KH-UBND of 14 January 2021"."""
    vi = f"{kind or 'Văn bản'} số {number}"
    en = f"{english('doc-type').get(kind or '', 'Document')} {number}"
    if day is None:
        return vi, en
    return f"{vi} ngày {day:%d/%m/%Y}", f"{en} of {day.day} {_MONTHS[day.month - 1]} {day.year}"


def _words(w: Writer, header: Header) -> None:
    """Where the header says what the document's own facts rest on."""
    parts: tuple[tuple[str, Field | None], ...] = (
        ("number", header.number),
        ("date", header.date),
        ("type", header.type),
        ("title", header.title),
        ("issuer", header.issuer),
        ("place", header.place),
    )
    for name, part in parts:
        if part and part.span.start < part.span.end:  # not the identity told for a draft
            w.add(w.iri, KH.hasWords, w.mention(f"document-{name}", part.span))


def type_concept(kind: str | None) -> URIRef | None:
    found = next((c.iri for c in concepts("doc-type") if c.vi == kind), None)
    return URIRef(found) if found else None


def _expression(w: Writer) -> None:
    expression, text = w.node("vie"), w.text
    document = w.plan.outline.document
    w.add(w.iri, ELI.is_realized_by, expression)
    w.add(expression, RDF.type, ELI.LegalExpression)
    w.add(expression, ELI.realizes, w.iri)
    w.label(expression, f"Bản tiếng Việt của {w.name}", f"Vietnamese text of {w.name}")
    if w.plan.header.title:
        w.add(expression, ELI.title, Literal(w.plan.header.title.value, lang="vi"))
    w.add(expression, ELI.is_embodied_by, text)
    w.add(text, RDF.type, ELI.Format)
    w.add(text, ELI.embodies, expression)
    w.label(text, f"Tệp văn bản của {w.name}", f"Text file of {w.name}")
    w.add(text, KH.sourceText, Literal(document.text))
    digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
    w.add(text, KH.sha256, digest)
    if digest != document.sha256:
        _original(w, expression, text)


def _original(w: Writer, expression: URIRef, text: URIRef) -> None:
    """The file that the text was made from: another format of the same expression."""
    document, original = w.plan.outline.document, w.node("vie/original")
    w.add(expression, ELI.is_embodied_by, original)
    w.add(original, RDF.type, ELI.Format)
    w.add(original, ELI.embodies, expression)
    name = document.format.upper()
    w.label(original, f"Tệp gốc ({name}) của {w.name}", f"Original file ({name}) of {w.name}")
    w.add(original, ELI["format"], URIRef(_MEDIA + _MEDIA_TYPES[document.format]))
    w.add(original, KH.sha256, document.sha256)
    w.add(text, PROV.wasDerivedFrom, original)


def _clauses(w: Writer) -> None:
    outline = w.plan.outline
    header = w.node("c/header")
    w.type(header, "Clause")
    w.label(header, f"Phần đầu của {w.name}", f"Head of {w.name}")
    w.add(header, KH.clausePath, "header")
    w.add(header, KH.clauseOf, w.iri)
    w.add(w.iri, KH.hasClause, header)
    w.add(header, KH.clauseOrder, Literal("0", datatype=XSD.integer))
    w.add(header, KH.clauseText, " ".join(p.text for p in outline.header))
    if outline.header:
        _span(w, header, Span(outline.header[0].span().start, outline.header[-1].span().end))
    for clause in outline.clauses:
        node = w.clause(clause.index)
        w.type(node, "Clause")
        vi, en = clause_name(w, clause)
        w.label(node, vi, en)
        w.add(node, KH.clausePath, clause.path)
        w.add(node, KH.clauseOrder, Literal(str(clause.index + 1), datatype=XSD.integer))
        w.add(node, KH.clauseOf, w.iri)
        w.add(w.iri, KH.hasClause, node)
        above = w.iri if clause.parent is None else w.clause(clause.parent)
        w.add(node, ELI.is_part_of, above)
        w.add(node, ELI.number, clause.number)
        w.add(node, ELI.type_subdivision, URIRef(concept_iri("clause-type", clause.kind)))
        if clause.passage.text:
            w.add(node, KH.clauseText, clause.passage.text)
            _span(w, node, clause.passage.span())
            if clause.is_heading:
                w.add(node, KH.heading, Literal(clause.passage.text.rstrip(" :"), lang="vi"))


def _span(w: Writer, clause: URIRef, span: Span) -> None:
    """Where the clause's own words stand in the source text."""
    for edge, place in ((KH.clauseStart, span.start), (KH.clauseEnd, span.end)):
        w.add(clause, edge, Literal(str(place), datatype=XSD.integer))


def clause_name(w: Writer, clause: Clause) -> tuple[str, str]:
    """«điểm a khoản 2 Mục II», "Section II, paragraph 2, point a" (the way lawyers cite)."""
    chain = [*w.plan.outline.ancestors(clause), clause]
    vi, en = [], []
    for one in chain:
        words_vi, words_en = _KIND_WORDS[one.kind]
        mark = one.number or one.path.rsplit("_", 1)[-1]
        vi.append(words_vi.format(mark) if "{}" in words_vi else f"{words_vi} {mark}")
        en.append(words_en.format(mark) if "{}" in words_en else f"{words_en} {mark}")
    return f"{', '.join(reversed(vi))}, {w.name}", f"{', '.join(en)}, {w.name}"


def _signing(w: Writer, signing: Signing) -> None:
    node = w.node("signing")
    w.type(node, "Signing")
    w.label(node, f"Chữ ký của {w.name}", f"Signing of {w.name}")
    w.add(w.iri, KH.hasSigning, node)
    known = {c.notation: c.iri for c in concepts("capacity")}
    for capacity in signing.capacities:
        iri = known.get(capacity.value)
        w.add(node, KH.signingCapacity, URIRef(iri) if iri else None)
    if signing.position:
        w.add(node, KH.position, signing.position.value)
    if signing.on_behalf and w.plan.issuer_iri:
        w.add(node, KH.signedOnBehalfOf, URIRef(w.plan.issuer_iri))
    said = (*signing.capacities, signing.on_behalf, signing.position, signing.signer)
    for number, part in enumerate((p for p in said if p), 1):
        w.add(node, KH.hasWords, w.mention(f"signing-{number}", part.span))
    if signing.signer:
        person = w.node(f"person/{slug(signing.signer.value)}")
        w.add(node, KH.signatory, person)
        w.add(person, RDF.type, FOAF.Person)
        w.add(person, FOAF.name, signing.signer.value)
        w.label(person, signing.signer.value, signing.signer.value)


def _statements(w: Writer, statements: tuple[Statement, ...], name: str) -> None:
    vi = {"Purpose": "Mục đích", "Requirement": "Yêu cầu"}[name]
    for statement in statements:
        kind = name.lower()
        node = w.element(
            f"{kind}/{statement.key}",
            name,
            statement.clause,
            f"{kind}-{statement.key}",
            [statement.span],
            statement.rule,
            statement.status,
        )
        w.label(
            node,
            f"{vi} {statement.key}: {shorten(statement.text)}",
            f"{name} {statement.key} of {w.name}",
        )
        w.add(node, KH.elementText, statement.text)


def shorten(text: str, length: int = 90) -> str:
    """The first words, cut between two of them."""
    text = text.rstrip(" .;:")
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " …"


def voc(scheme: str, name: str) -> URIRef:
    return VOC[f"{scheme}/{name}"]
