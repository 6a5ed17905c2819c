"""The tables of the data package: their fields, and the rows of plans in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .reading import Facts, Row

Getter = Callable[[Facts, Row], str]


@dataclass(frozen=True, slots=True)
class Field:
    """*type*: of Table Schema; *key*: in the row of ``reading``, or a way to tell it; *to*: the table whose ``id`` it is."""

    name: str
    type: str
    vi: str
    en: str
    key: str | Getter
    to: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its rows of one plan, its fields, and those that name a row."""

    name: str
    vi: str
    en: str
    rows: Callable[[Facts], Iterable[Row]]
    fields: tuple[Field, ...]
    primary: tuple[str, ...] = ("id",)

    def values(self, facts: Facts) -> Iterator[tuple[str, ...]]:
        for row in self.rows(facts):
            yield tuple(
                row.get(f.key, "") if isinstance(f.key, str) else f.key(facts, row) for f in self.fields
            )  # fmt: skip


def _plan(facts: Facts, _row: Row) -> str:
    return facts.iri


def _cited(facts: Facts, row: Row) -> str:
    return facts.citation(row.get("clause"))


def _slug(name: str) -> Getter:
    return lambda _facts, row: row.get(name, "").rsplit("/", 1)[-1]


def _year(name: str) -> Getter:
    return lambda _facts, row: row.get(name, "")[:4]


def _ours(name: str) -> Getter:
    """The IRI of a thing that has a row of its own; the plan's own IRI is none."""
    return lambda facts, row: "" if row.get(name) == facts.iri else row.get(name, "")


def _id(key: str) -> Field:
    return Field("id", "string", "IRI", "IRI", key, is_required=True)


_OF_PLAN = Field("plan", "string", "Kế hoạch", "Plan", _plan, "plans", True)
_CLAUSE = Field("clause", "string", "Điều khoản", "Clause", "clause", "clauses")
_CITATION = Field("citation", "string", "Trích dẫn điều khoản", "Citation of the clause", _cited)
_TEXT = Field("text", "string", "Nguyên văn", "Text", "text")

SHEETS = (
    Sheet("plans", "Kế hoạch", "Plans", lambda f: [f.plan], (
        _id("plan"),
        Field("number", "string", "Số hiệu", "Number", "number"),
        Field("date", "date", "Ngày ban hành", "Date of issue", "date"),
        Field("label", "string", "Tên gọi", "Label", "planLabel"),
        Field("title", "string", "Tiêu đề", "Title", "title"),
        Field("issuer", "string", "Cơ quan ban hành (IRI)", "Issuer (IRI)", "issuer"),
        Field("issuer_label", "string", "Cơ quan ban hành", "Issuer", "issuerLabel"),
        Field("unit", "string", "Địa bàn (IRI)", "Unit (IRI)", "unit"),
        Field("unit_label", "string", "Địa bàn", "Unit", "unitLabel"),
    )),
    Sheet("clauses", "Điều khoản", "Clauses", lambda f: f.clauses, (
        _id("clause"),
        _OF_PLAN,
        Field("path", "string", "Đường dẫn", "Path", "path", is_required=True),
        Field("order", "integer", "Thứ tự", "Order", "order"),
        Field("kind", "string", "Loại", "Kind", _slug("kind")),
        Field("number", "string", "Số, ký hiệu", "Number", "number"),
        Field("parent", "string", "Thuộc điều khoản", "Part of clause", _ours("parent"), "clauses"),
        _TEXT,
        _CITATION,
    )),
    Sheet("targets", "Chỉ tiêu", "Targets", lambda f: f.targets, (
        _id("element"),
        _OF_PLAN,
        Field("indicator", "string", "Chỉ số (IRI)", "Indicator (IRI)", "indicator"),
        Field("indicator_label", "string", "Chỉ số", "Indicator", "indicatorLabel"),
        Field("comparator", "string", "Phép so sánh", "Comparison", "valueComparator"),
        Field("value", "number", "Giá trị", "Value", "valueNumber"),
        Field("unit", "string", "Đơn vị", "Unit", "valueUnit"),
        Field("year", "year", "Năm", "Year", _year("valueYear")),
        Field("period_begin", "year", "Kỳ, từ năm", "Period, from", _year("valueBegin")),
        Field("period_end", "year", "Kỳ, đến năm", "Period, to", _year("valueEnd")),
        Field("baseline", "number", "Giá trị gốc", "Baseline", "baselineNumber"),
        Field("baseline_year", "year", "Năm gốc", "Baseline year", _year("baselineYear")),
        Field("printed", "string", "Như in", "As printed", "valuePrinted"),
        _TEXT,
        _CLAUSE,
        _CITATION,
    )),
    Sheet("tasks", "Nhiệm vụ", "Tasks", lambda f: f.tasks, (
        _id("element"),
        _OF_PLAN,
        Field("path", "string", "Vị trí", "Place", "path"),
        Field("group", "string", "Nhóm nhiệm vụ (IRI)", "Task group (IRI)", "group"),
        Field("modality", "string", "Hình thức giao", "Modality", _slug("modality")),
        Field("time", "string", "Thời gian, nguyên văn", "Time, as written", "timeText"),
        Field("begin_year", "year", "Từ năm", "From year", _year("begin")),
        Field("end_year", "year", "Đến năm", "To year", _year("end")),
        _TEXT,
        _CLAUSE,
        _CITATION,
    )),
    Sheet("assignments", "Phân công", "Assignments", lambda f: f.parts, (
        _id("element"),
        Field("task", "string", "Nhiệm vụ", "Task", "task", "tasks", True),
        Field("role", "string", "Vai trò", "Role", _slug("role"), is_required=True),
        Field("agency", "string", "Cơ quan (IRI)", "Agency (IRI)", "agent", is_required=True),
        Field("agency_label", "string", "Cơ quan", "Agency", "agentLabel"),
        _CLAUSE,
        _CITATION,
    )),
    Sheet("themes", "Chủ đề của nhiệm vụ", "Themes of tasks", lambda f: f.themes, (
        Field("task", "string", "Nhiệm vụ", "Task", "task", "tasks", True),
        Field("theme", "string", "Chủ đề", "Theme", _slug("theme"), is_required=True),
        Field("theme_label", "string", "Tên chủ đề", "Label of the theme", "themeLabel"),
    ), ("task", "theme")),
    Sheet("citations", "Văn bản được viện dẫn", "Documents cited", lambda f: f.cited, (
        _id("element"),
        _OF_PLAN,
        Field("document", "string", "Văn bản (IRI)", "Document (IRI)", "document", is_required=True),
        Field("document_label", "string", "Văn bản", "Document", "documentLabel"),
        Field("relation", "string", "Quan hệ", "Relation", _slug("relation")),
        _TEXT,
        _CLAUSE,
    )),
)  # fmt: skip
