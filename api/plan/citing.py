"""How a document or one of its clauses is cited: as Vietnamese lawyers write it, in BibTeX, and in CSL-JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from kg.citation import locator
from kg.names import BASE
from kg.store import Dataset

from ..anchors import document_path
from .facts import identify
from .model import Identity
from .reading import Reader

_ESCAPED = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Reference:
    """*text*: «Điểm a, khoản 2, Mục II, Kế hoạch số 06/KH-UBND ngày 14/01/2021»; *path* that of what is cited;
    *locator* the clause's part of it, None for a whole document; *iri* the permalink."""

    identity: Identity
    text: str
    locator: str | None
    path: str
    iri: str


def reference(dataset: Dataset, document: str, clause: str | None = None) -> Reference | None:
    """How the document at the path *document*, or its clause of that path, is cited; None for what is not known."""
    try:
        reader = Reader(dataset, BASE + document, "vi")
        identity = identify(reader)
        if not reader.label(reader.iri):
            return None
        if not clause:
            return Reference(identity, identity.label, None, document, reader.iri)
        iri = f"{reader.iri}/c/{clause}"
        label = reader.label(iri)
    except ValueError:  # a path that is no IRI
        return None
    if label is None:
        return None
    where = locator(label, identity.number)
    return Reference(identity, f"{where}, {identity.label}", where, f"{document}/c/{clause}", iri)


def reference_at(dataset: Dataset, path: str) -> Reference | None:
    """The same for the path of a document or of a clause."""
    document = document_path(BASE + path)
    if document is None:
        return None
    rest = path[len(document) :]
    if rest and not rest.startswith("/c/"):
        return None
    return reference(dataset, document, rest[3:] or None)


def bibtex(cited: Reference) -> str:
    """One entry; what BibTeX would read as its own is escaped."""
    identity = cited.identity
    key = re.sub(r"[^A-Za-z0-9]+", "-", cited.path.removeprefix("doc/")).strip("-")
    fields: list[tuple[str, str | None]] = [
        ("title", _title(identity)),
        ("author", identity.issuer_vi and "{" + _tex(identity.issuer_vi) + "}"),
        ("number", identity.number),
        ("type", identity.type_vi),
        ("year", identity.day and identity.day[:4]),
        ("date", identity.day),
        ("note", cited.text),
        ("url", cited.iri),
        ("langid", "vietnamese"),
    ]
    lines = [
        f"  {name} = {{{value if name in ('author', 'url') else _tex(value)}}}"
        for name, value in fields
        if value
    ]
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}\n"


def csl(cited: Reference) -> str:
    """CSL-JSON: a list of one item of the type "legislation"."""
    identity = cited.identity
    item: dict[str, Any] = {"id": cited.iri, "type": "legislation", "title": _title(identity)}
    if identity.issuer_vi:
        item["authority"] = identity.issuer_vi
        item["author"] = [{"literal": identity.issuer_vi}]
    item["number"] = identity.number
    if identity.type_vi:
        item["genre"] = identity.type_vi
    parts = (identity.day or "").split("-")
    if len(parts) == 3 and all(p.isdecimal() for p in parts):
        item["issued"] = {"date-parts": [[int(p) for p in parts]]}
    if cited.locator:
        item["section"] = cited.locator
    item |= {"note": cited.text, "language": "vi", "URL": cited.iri}
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


def _title(identity: Identity) -> str:
    return f"{identity.label}: {identity.title}" if identity.title else identity.label


def _tex(text: str) -> str:
    return "".join(_ESCAPED.get(char, char) for char in _CONTROL.sub(" ", text))
