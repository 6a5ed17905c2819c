"""An answer: named columns with their types, rows of plain Python values, and the way to pandas."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ..errors import KgError
from ..export import Table as Plain
from ..export import to_text
from ..names import PREFIXES

if TYPE_CHECKING:
    import pandas

Value = str | int | float | bool | date | datetime | None
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None
_XSD = PREFIXES["xsd"]
_INTEGERS = [
    "integer",
    "int",
    "long",
    "short",
    "byte",
    "nonNegativeInteger",
    "positiveInteger",
    "unsignedInt",
    "unsignedLong",
    "negativeInteger",
    "nonPositiveInteger",
    "unsignedShort",
    "unsignedByte",
]
_KINDS = {
    **dict.fromkeys(_INTEGERS, "integer"),
    **dict.fromkeys(("decimal", "double", "float"), "number"),
    "boolean": "boolean",
    "date": "date",
    "dateTime": "datetime",
    "gYear": "year",
}
# What a column of a DataFrame is made of, by the kind of its values.
DTYPES = {
    "integer": "Int64",
    "number": "Float64",
    "boolean": "boolean",
    "year": "Int64",
    "date": "datetime64[s]",
    "datetime": "datetime64[s]",
    "text": "string",
    "iri": "string",
}
_MOST = 1 << 63


@dataclass(frozen=True, slots=True)
class Table:
    """*kinds*: of the values of each column, a key of ``DTYPES``; a column of several kinds is text.

    *headings*: in words, for people; *units*: by column, the column that has the unit of its values; *query*: what gave
    the answer.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    kinds: tuple[str, ...]
    headings: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    query: str = ""

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        """The rows by the names of the columns."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))

    def __str__(self) -> str:
        rows = tuple(
            tuple(c.isoformat() if isinstance(c, date) else c for c in row) for row in self.rows
        )
        return to_text(Plain(self.columns, rows))

    def column(self, name: str) -> tuple[Value, ...]:
        """The values of one column; ``KgError`` where there is none of this name."""
        if name not in self.columns:
            raise KgError(f"there is no column «{name}»; they are {', '.join(self.columns)}")
        return tuple(row[self.columns.index(name)] for row in self.rows)

    def to_dataframe(self, *, headings: bool = False) -> pandas.DataFrame:
        """As a pandas DataFrame with nullable dtypes (``DTYPES``); *headings*: columns named in words.

        ``frame.attrs`` has ``labels`` (by column, its heading), ``units`` (by column, the column with its units) and
        ``query``.  Times with a zone are given in UTC.  Needs the extra «pandas».
        """
        try:
            import pandas
        except ImportError:
            raise KgError("pandas is not installed here; «pip install pandas» brings it") from None
        data: dict[str, Any] = {}
        for name, kind in zip(self.columns, self.kinds, strict=True):
            values = pandas.Series(list(self.column(name)), dtype=object)
            if kind in ("date", "datetime"):
                values = pandas.to_datetime(values, utc=True).dt.tz_localize(None)
            data[name] = values.astype(DTYPES[kind])
        frame = pandas.DataFrame(data, columns=list(self.columns))
        labels = dict(zip(self.columns, self.headings or self.columns, strict=True))
        frame.attrs = {"labels": labels, "units": dict(self.units), "query": self.query}
        return frame.rename(columns=_unlike(labels)) if headings else frame


def _unlike(labels: Mapping[str, str]) -> dict[str, str]:
    """*labels*, each once: where two columns have one heading, the second says its name too."""
    found: dict[str, str] = {}
    for name, label in labels.items():
        found[name] = f"{label} ({name})" if label in found.values() else label
    return found


def make_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Term]],
    headings: Sequence[str] = (),
    units: Mapping[str, str] | None = None,
    query: str = "",
) -> Table:
    """A table of *rows* of terms; each column gets the one kind that all its values have."""
    found = [tuple(row) for row in rows]
    kinds: list[str] = []
    for place in range(len(columns)):
        there = {_kind(row[place]) for row in found if row[place] is not None}
        if there == {"integer", "number"}:
            there = {"number"}
        kinds.append(there.pop() if len(there) == 1 else "text")
    values = tuple(
        tuple(_READ[kind](term) if term is not None else None for term, kind in zip(row, kinds, strict=True))
        for row in found
    )  # fmt: skip
    return Table(tuple(columns), values, tuple(kinds), tuple(headings), dict(units or {}), query)


def _kind(term: Term) -> str:
    """The kind of one value; a literal that its datatype does not allow («abc»^^xsd:integer) is text."""
    if isinstance(term, ox.NamedNode):
        return "iri"
    if not isinstance(term, ox.Literal):
        return "text"
    kind = _KINDS.get(term.datatype.value.removeprefix(_XSD), "text")
    try:
        _READ[kind](term)
    except (ValueError, OverflowError, KeyError):
        return "text"
    return kind


def _text(term: Any) -> str:
    return str(getattr(term, "value", term))


def _integer(term: Any) -> int:
    value = int(term.value)
    if not -_MOST <= value < _MOST:
        raise OverflowError
    return value


def _boolean(term: Any) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[term.value]


def _year(term: Any) -> int:
    if re.fullmatch(r"[0-9]{4}", term.value) is None:
        raise ValueError
    return int(term.value)


_READ: dict[str, Callable[[Any], Value]] = {
    "text": _text,
    "iri": _text,
    "integer": _integer,
    "number": lambda term: float(term.value),
    "boolean": _boolean,
    "year": _year,
    "date": lambda term: date.fromisoformat(term.value),
    "datetime": lambda term: datetime.fromisoformat(term.value),
}
