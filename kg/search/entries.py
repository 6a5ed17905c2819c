"""What can be found: one entry for each thing with a page of its own."""

from __future__ import annotations

from dataclasses import dataclass

# In the order in which groups stand where nothing else decides; passages are what has a text of its own.
NAMED = ("agency", "group", "unit", "plan", "document", "theme", "indicator", "type", "question", "term")  # fmt: skip
PASSAGES = ("task", "target", "clause")
KINDS = (*NAMED, *PASSAGES)
KIND_NAMES = {
    "agency": ("Cơ quan, tổ chức", "Agencies"),
    "group": ("Nhóm cơ quan", "Groups of agencies"),
    "unit": ("Đơn vị hành chính", "Administrative units"),
    "plan": ("Kế hoạch", "Plans"),
    "document": ("Văn bản", "Documents"),
    "theme": ("Chủ đề", "Themes"),
    "indicator": ("Chỉ số", "Indicators"),
    "type": ("Loại cơ quan", "Types of agencies"),
    "question": ("Câu hỏi", "Questions"),
    "term": ("Thuật ngữ", "Terms"),
    "task": ("Nhiệm vụ", "Tasks"),
    "target": ("Chỉ tiêu", "Targets"),
    "clause": ("Điều khoản", "Clauses"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """*vi* and *en* are its labels, *names* all it is called besides; *weight* is how often plans name it.

    *about* tells namesakes apart (vi, en); *types* are IRIs; *text* is searched for words, and *cited* says where it
    stands (vi, en); *plan* is the IRI of the plan it belongs to, *date* that plan's day; *plans* name it; *is_past*
    where it is no more.
    """

    iri: str
    kind: str
    vi: str
    en: str
    names: tuple[str, ...] = ()
    weight: int = 0
    about: tuple[str, str] = ("", "")
    types: tuple[str, ...] = ()
    text: str = ""
    cited: tuple[str, str] = ("", "")
    clause: str | None = None
    plan: str | None = None
    number: str | None = None
    date: str = ""
    order: int = 0
    plans: tuple[str, ...] = ()
    is_past: bool = False
