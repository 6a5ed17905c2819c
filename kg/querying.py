"""Any query against a dataset, its answer as bytes in the form asked for."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from .errors import KgError
from .export import Table, to_text
from .names import PREFIXES
from .store import Dataset

_RESULTS = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
_GRAPHS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "xml": ox.RdfFormat.RDF_XML,
    "table": ox.RdfFormat.TURTLE,
}


def query_text(given: str) -> str:
    """The query itself, or the content of the file that is named."""
    if "{" in given or "\n" in given:
        return given
    path = Path(given)
    try:
        return path.read_text("utf-8")
    except OSError as fault:
        raise KgError(
            f"{given}: neither a query nor a file that can be read ({fault.strerror})"
        ) from None
    except UnicodeDecodeError:
        raise KgError(f"{given}: the file is not UTF-8") from None


def run_query(dataset: Dataset, given: str, form: str) -> bytes:
    result = dataset.query(query_text(given))
    if isinstance(result, ox.QueryTriples):
        if form not in _GRAPHS:
            raise KgError(f"the answer is a graph; ask for one of {', '.join(_GRAPHS)}")
        return ox.serialize(result, format=_GRAPHS[form], prefixes=PREFIXES) or b""
    if form == "table":
        return to_text(_table(result), width=90).encode("utf-8")
    if form not in _RESULTS or (isinstance(result, ox.QueryBoolean) and form in ("csv", "tsv")):
        raise KgError(
            f"the answer is a table or a truth value; ask for one of {', '.join(_RESULTS)}"
        )
    return result.serialize(format=_RESULTS[form]) or b""


def _table(result: ox.QuerySolutions | ox.QueryBoolean) -> Table:
    if isinstance(result, ox.QueryBoolean):
        return Table(("answer",), ((bool(result),),))
    names = tuple(variable.value for variable in result.variables)
    rows = tuple(
        tuple(None if (t := row[n]) is None else getattr(t, "value", str(t)) for n in names)
        for row in result
    )
    return Table(names, rows)
