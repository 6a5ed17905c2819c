"""The plans of the dataset as the home page and the comparison list them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox

from kg.choices import since
from kg.store import Dataset
from kg.text import unaccented


class Plan(NamedTuple):
    """One plan; what is not known is None.  *province*: of its area, as on its day."""

    iri: str
    number: str | None
    date: str | None
    title: str | None
    issuer: str | None
    province: str | None
    tasks: int
    targets: int

    @property
    def is_local(self) -> bool:
        """Whether it is the plan of a province, not a document of the nation that tasks were found in too."""
        return self.province is not None

    @property
    def year(self) -> str:
        return (self.date or "")[:4]

    @property
    def words(self) -> str:
        """All that can be searched, without diacritics."""
        return unaccented(
            " ".join(filter(None, (self.number, self.title, self.issuer, self.province, self.date)))
        )


def plans(dataset: Dataset, lang: str) -> tuple[Plan, ...]:
    """Every plan, the latest first."""
    tasks = _counts(dataset, "Task")
    targets = _counts(dataset, "Target")
    numbers = _values(dataset, "eli:id_local", lang)
    dates = _values(dataset, "eli:date_document", lang)
    titles = _values(dataset, "eli:is_realized_by/eli:title", lang)
    issuers = _values(dataset, "kh:issuedBy/rdfs:label", lang)
    places = _values(dataset, "kh:appliesInUnit/rdfs:label", lang)
    found = []
    for row in _select(dataset, "SELECT ?s WHERE { ?s a kh:AdministrativePlan }"):
        iri = row["s"].value
        place = places.get(iri)
        found.append(
            Plan(
                iri,
                numbers.get(iri),
                dates.get(iri),
                titles.get(iri),
                issuers.get(iri),
                since(place) if place else None,
                tasks.get(iri, 0),
                targets.get(iri, 0),
            )
        )
    found.sort(key=lambda plan: (plan.number or "", plan.iri))
    return tuple(sorted(found, key=lambda plan: plan.date or "", reverse=True))


def findings(dataset: Dataset) -> int:
    """How many points the plans leave open."""
    graph = "https://w3id.org/kehoach/graph/findings"
    rows = _select(
        dataset,
        f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?r a sh:ValidationResult }} }}",
    )
    return int(rows[0]["n"].value)


def chosen(all_: Iterable[Plan], text: str, province: str, year: str) -> list[Plan]:
    """Those that have every word of *text*, with or without diacritics, and are of this province and year."""
    words = unaccented(text).split()
    return [
        plan
        for plan in all_
        if (not province or plan.province == province)
        and (not year or plan.year == year)
        and all(word in plan.words for word in words)
    ]


def _counts(dataset: Dataset, kind: str) -> dict[str, int]:
    rows = _select(
        dataset,
        f"SELECT ?plan (COUNT(DISTINCT ?e) AS ?n) WHERE {{ ?e a kh:{kind} ; kh:elementOf ?plan }} GROUP BY ?plan",
    )
    return {row["plan"].value: int(row["n"].value) for row in rows}


def _values(dataset: Dataset, path: str, lang: str) -> dict[str, str]:
    """The value of each plan by *path*, in the language asked for where there is one in it."""
    rows = _select(dataset, f"SELECT ?s ?v WHERE {{ ?s a kh:AdministrativePlan ; {path} ?v }}")
    found: dict[str, tuple[bool, str]] = {}
    for row in rows:
        if isinstance(row["v"], ox.Literal):
            value = (row["v"].language != lang, row["v"].value)
            found[row["s"].value] = min(value, found.get(row["s"].value, value))
    return {iri: value for iri, (_, value) in found.items()}


def _select(dataset: Dataset, text: str) -> list[ox.QuerySolution]:
    result = dataset.query(text)
    assert isinstance(result, ox.QuerySolutions)
    return list(result)
