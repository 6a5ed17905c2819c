"""Counts that the engine makes in one go."""

from __future__ import annotations

import pyoxigraph as ox

from kg.store import Dataset


def counted(dataset: Dataset, query: str) -> list[tuple[str, int]]:
    """The IRI and the number in each solution of *query*, whose two variables they are; the most first."""
    result = dataset.query(query)
    assert isinstance(result, ox.QuerySolutions)
    found = [
        (row[0].value, int(row[1].value))
        for row in result
        if isinstance(row[0], ox.NamedNode) and isinstance(row[1], ox.Literal)
    ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))
