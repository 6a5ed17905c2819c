"""Akoma Ntoso 1.0 (schema 3.0): the plan's structure with its words, as a ``doc``.

What is marked up is what the program keeps: clauses, their numbers, headings and words, and references to the documents
cited.  Rows of tables are containers of their own, not HTML tables: the cells are not kept apart in the graph.
"""

from __future__ import annotations

import re

from lxml import etree

from ..names import BASE, CLAUSE_PREFIX
from .reading import Facts, Row
from .xml import clean

AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
# By the first letters of the last part of a clause's path (see ``names.CLAUSE_PREFIX``).
_ELEMENTS = {
    "part": "part",
    "chp": "chapter",
    "sec": "section",
    "art": "article",
    "para": "paragraph",
    "point": "point",
    "indent": "indent",
    "al": "alinea",
}
_KNOWN = tuple(CLAUSE_PREFIX.values())


def to_akn(facts: Facts) -> bytes:
    """The plan as one XML document, valid by the schema of the OASIS standard."""
    root = etree.Element(f"{{{AKN}}}akomaNtoso", nsmap={None: AKN})
    doc = _add(root, "doc", name="keHoach")
    _meta(doc, facts)
    tree = _tree(facts)
    head = [row for row in tree.get("", []) if row["path"] == "header"]
    if head:
        preface = _add(doc, "preface", eId="header")
        _add(preface, "p", clean(head[0].get("text", "")))
    body = _add(doc, "mainBody")
    for row in tree.get("", []):
        if row["path"] != "header":
            _clause(body, row, tree)
    if not len(body):
        _add(body, "p")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _meta(doc: etree._Element, facts: Facts) -> None:
    plan = facts.plan
    path = plan["plan"].removeprefix(BASE)
    day = plan.get("date", "0001-01-01")
    work = f"/akn/{path.removeprefix('doc/')}"
    meta = _add(doc, "meta")
    identification = _add(meta, "identification", source="#kehoach")
    author = "#issuer" if "issuer" in plan else "#kehoach"
    levels = (
        ("FRBRWork", work, f"{work}/!main", day, author),
        ("FRBRExpression", f"{work}/vie@{day}", f"{work}/vie@{day}/!main", day, author),
        ("FRBRManifestation", f"{work}/vie@{day}.xml", f"{work}/vie@{day}/!main.xml", day, "#kehoach"),
    )  # fmt: skip
    for name, uri, this, when, who in levels:
        level = _add(identification, name)
        _add(level, "FRBRthis", value=this)
        _add(level, "FRBRuri", value=uri)
        if name == "FRBRWork":
            _add(level, "FRBRalias", value=plan["plan"], name="iri")
        _add(level, "FRBRdate", date=when, name="issued" if "date" in plan else "not-established")
        _add(level, "FRBRauthor", href=who)
        if name == "FRBRWork":
            _add(level, "FRBRcountry", value="vn")
            if "number" in plan:
                _add(level, "FRBRnumber", value=clean(plan["number"]))
        if name == "FRBRExpression":
            _add(level, "FRBRlanguage", language="vie")
    references = _add(meta, "references", source="#kehoach")
    _add(references, "TLCOrganization", eId="kehoach", href=BASE, showAs="kehoach")
    if "issuer" in plan:
        label = clean(plan.get("issuerLabel", plan["issuer"]))
        _add(references, "TLCOrganization", eId="issuer", href=plan["issuer"], showAs=label)
    for number, row in enumerate(facts.cited, 1):
        label = clean(row.get("documentLabel", row["document"]))
        _add(references, "original", eId=f"ref_{number}", href=row["document"], showAs=label)


def _tree(facts: Facts) -> dict[str, list[Row]]:
    """The clauses by the path of the one they are part of, "" for those of the plan itself."""
    paths = {row["clause"]: row["path"] for row in facts.clauses}
    found: dict[str, list[Row]] = {}
    for row in facts.clauses:
        found.setdefault(paths.get(row.get("parent", ""), ""), []).append(row)
    return found


def _clause(parent: etree._Element, row: Row, tree: dict[str, list[Row]]) -> None:
    kind = re.sub(r"_.*$", "", row["path"].rsplit("__", 1)[-1])
    name = _ELEMENTS.get(kind)
    made = _add(parent, name or "hcontainer", eId=row["path"])
    if name is None:
        made.set("name", kind if kind in _KNOWN else "clause")
    if "number" in row:
        _add(made, "num", clean(row["number"]))
    words = clean(row.get("text", ""))
    if "heading" in row:
        _add(made, "heading", clean(row["heading"]))
    below = tree.get(row["path"], [])
    # A heading's words are the clause's own; what else it says introduces what stands below it.
    is_said = "heading" in row and words.strip(" :.") == clean(row["heading"]).strip(" :.")
    if below:
        if words and not is_said:
            _add(_add(made, "intro"), "p", words)
        for one in below:
            _clause(made, one, tree)
    else:
        _add(_add(made, "content"), "p", "" if is_said else words)


def _add(parent: etree._Element, tag: str, text: str = "", /, **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{AKN}}}{tag}", attributes)
    if text:
        made.text = text
    return made
