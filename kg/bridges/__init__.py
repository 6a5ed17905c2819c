"""A plan, or all plans, in the formats of other fields: one module a format, and ``FORMATS`` that lists ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points

from ..citation import cited_plans
from ..errors import KgError
from ..store import Dataset

Write = Callable[[Dataset, str | None], bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """*write* makes the file of the plan with an IRI, or, where *takes_all*, of all plans (None)."""

    name: str
    about: str
    suffix: str
    media_type: str
    write: Write
    takes_all: bool = False


def _stratml(dataset: Dataset, plan: str | None) -> bytes:
    from .reading import read_facts
    from .stratml import to_stratml

    return to_stratml(read_facts(dataset.query, _one(dataset, plan)))


def _akn(dataset: Dataset, plan: str | None) -> bytes:
    from .akn import to_akn
    from .reading import read_facts

    return to_akn(read_facts(dataset.query, _one(dataset, plan)))


def _cube(dataset: Dataset, plan: str | None) -> bytes:
    from .cube import to_cube

    return to_cube(dataset.query, plan)


def _jsonld(dataset: Dataset, plan: str | None) -> bytes:
    from .jsonld import to_jsonld

    return to_jsonld(dataset, _one(dataset, plan))


def _framed(dataset: Dataset, plan: str | None) -> bytes:
    from .jsonld import to_framed

    return to_framed(dataset, _one(dataset, plan))


def _datapackage(dataset: Dataset, plan: str | None) -> bytes:
    from .datapackage import to_datapackage
    from .reading import read_facts

    plans = (plan,) if plan else cited_plans(dataset.query)
    return to_datapackage([read_facts(dataset.query, one) for one in plans], dataset.version)


def _one(dataset: Dataset, plan: str | None) -> str:
    """The plan that is asked for; where none is, the only one there is."""
    if plan is not None:
        return plan
    there = cited_plans(dataset.query)
    if len(there) != 1:
        raise KgError(
            f"this format holds one plan, and there are {len(there)}: say which by --plan; «kg ask document/plans» lists them"
        )
    return there[0]


FORMATS = (
    Format("stratml", "StratML Part 2 (ISO 17469-2)", "stratml.xml", "application/xml", _stratml),
    Format("akn", "Akoma Ntoso 3.0", "akn.xml", "application/akn+xml", _akn),
    Format("jsonld", "JSON-LD, one node a thing", "graph.jsonld", "application/ld+json", _jsonld),
    Format("framed", "JSON-LD, as a tree", "framed.jsonld", "application/ld+json", _framed),
    Format("cube", "RDF Data Cube of targets", "cube.ttl", "text/turtle", _cube, True),
    Format("datapackage", "Frictionless data package (zip of CSV tables)", "datapackage.zip", "application/zip", _datapackage, True),
)  # fmt: skip


@cache
def formats() -> Mapping[str, Format]:
    """Every format by its name; those that other parts contribute are found by entry point («kg.bridges»)."""
    found = {one.name: one for one in FORMATS}
    for point in entry_points(group="kg.bridges"):
        found[point.name] = point.load()
    return found
