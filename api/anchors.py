"""Where a plan's page shows what an IRI of the plan names: the fragments of that page.

    …/ev/task-II.1.a.p1           #m-task-II.1.a.p1      the marked words
    …/c/sec_II__para_1            #c-sec_II__para_1      the clause, laid out where it stands in the text
    …/task/II.1.a.p1, …/target/x  #f-task-II.1.a.p1      the fact beside the text
    …/task/II.1.a.p1/as/lead-1    #f-task-II.1.a.p1      (what hangs on a task or target: its fact)

``?at=`` tells the server too, which never sees a fragment: a long plan is shown in parts, and the page that comes
is the one with the words.
"""

from __future__ import annotations

import re

from kg.names import BASE

# A number is unique within a year of an issuer of a jurisdiction, which is one segment or «vn-ct/2025».
_DOCUMENT = re.compile(
    re.escape(BASE) + r"(?P<path>doc/[^/#?]+(?:/\d{4})?/[^/#?]+/[^/#?]+/\d{4}/[^/#?]+)"
    r"(?:/(?P<rest>[^#?]+))?$"
)
_PLACES = {"ev": "m", "c": "c"}
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


def document_path(iri: str) -> str | None:
    """The path of the document that *iri* names or is a part of: "doc/vn-73/ubnd/kh/2021/06"."""
    found = _DOCUMENT.match(iri)
    return found["path"] if found else None


def fragment(iri: str) -> str | None:
    """The fragment ("m-…", "c-…", "f-…") under which the plan's page shows *iri*; None for the plan itself."""
    found = _DOCUMENT.match(iri)
    if found is None or found["rest"] is None:
        return None
    kind, _, name = found["rest"].partition("/")
    if not name:
        return None
    if kind in _PLACES:
        return f"{_PLACES[kind]}-{_UNSAFE.sub('-', name.split('/')[0])}"
    return f"f-{kind}-{_UNSAFE.sub('-', name.split('/')[0])}"


def plan_page(iri: str) -> str | None:
    """The address of the plan's page at the place of *iri*; None where *iri* belongs to no document.

    ``plan_page("…/doc/vn-73/ubnd/kh/2021/06/c/sec_II")`` → "/doc/vn-73/ubnd/kh/2021/06.html?at=c-sec_II#c-sec_II"
    """
    document = document_path(iri)
    if document is None:
        return None
    place = fragment(iri)
    return f"/{document}.html" + (f"?at={place}#{place}" if place else "")
