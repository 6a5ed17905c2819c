"""The jobs behind the network: files of it, what a page says of it, what a page draws."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.dataset import LAYOUT_FILE
from kg.errors import ScopeError
from kg.export import Table, to_csv
from kg.store import Dataset

from .tables import local_path
from .worker import Body

if TYPE_CHECKING:
    from networkx import Graph

    from kg.network import Responsibilities

MOST_CELLS = 40_000  # of a matrix on a page
TABLES = ("edges", "nodes", "matrix", "measures")
MEDIA_TYPES = {
    "json": "application/json; charset=utf-8",
    "graphml": "application/graphml+xml; charset=utf-8",
    "gexf": "application/gexf+xml; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "svg": "image/svg+xml; charset=utf-8",
}


class Asked(NamedTuple):
    """What part of the network, how; texts as they come from the address, "" for what was not given."""

    plan: str = ""
    theme: str = ""
    period: str = ""
    as_: str = ""
    projection: str = ""
    lang: str = "vi"


def file(dataset: Dataset, asked: Asked, form: str, table: str, bom: bool) -> Body:
    """The network as a file: a key of ``MEDIA_TYPES``; *table* (one of ``TABLES``) and *bom* are for csv."""
    from kg.network import exporting

    data = _read(dataset, asked)
    if form == "csv":
        return Body(form, to_csv(_table(dataset, data, asked, table or "edges"), bom=bom))
    if form == "zip":
        return Body(form, _archive(dataset, data, asked, bom=bom))
    graph = _graph(dataset, data, asked)
    if form == "svg":
        from kg.network.picture import to_svg

        return Body(form, to_svg(data, graph).encode("utf-8"))
    writers = {
        "json": exporting.to_node_link,
        "graphml": exporting.to_graphml,
        "gexf": exporting.to_gexf,
    }
    return Body(form, writers[form](graph))


def drawing(dataset: Dataset, asked: Asked) -> Body:
    """What a page draws (``kg.network.drawing``), as JSON."""
    from kg.network import drawing as columns

    data = _read(dataset, asked)
    graph = _project(data, asked)
    found = columns(data, graph, _positions(dataset, graph))
    return Body(
        "json", json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    )


def page(dataset: Dataset, asked: Asked) -> dict[str, Any]:
    """What a page says without drawing anything.

    ``counts`` (nodes, edges, agencies, tasks, assignments), ``coverage``, ``scope`` (plan, theme, period, as,
    projection as they were understood), ``plans`` and ``themes`` (id, label, href; those in the scope), ``roles`` (slug,
    label), ``measures`` (a dict an agency, with href), ``explained`` (name, label, sentence), ``matrix``: ``agents`` and
    ``tasks`` (id, label, href; of a task also path and plan), ``rows`` (a list of cells an agent, a cell a list of
    slugs of roles); None where it has more than ``MOST_CELLS`` cells.
    """
    from kg.network import COVERAGE, MEASURES, coverage, measure

    data = _read(dataset, asked)
    graph = _project(data, asked)
    lang = "en" if asked.lang == "en" else "vi"
    measures = measure(data, asked.projection or "two-mode")
    themes = dict.fromkeys(theme for task in data.tasks.values() for theme in task.themes)
    scope = data.scope
    return {
        "scope": {
            "plan": scope.plan,
            "theme": scope.theme,
            "period": "-".join(map(str, scope.period)) if scope.period else None,
            "as": "expanded" if scope.expanded else "written",
            "projection": asked.projection or "two-mode",
        },
        "counts": {
            "nodes": graph.number_of_nodes(),
            "edges": graph.number_of_edges(),
            "agencies": len(data.agents),
            "tasks": len(data.tasks),
            "assignments": len(data.assignments),
        },
        "coverage": asdict(coverage(data)),
        "plans": [_thing(data, plan) | {"date": data.dates.get(plan)} for plan in data.plans],
        "themes": sorted((_thing(data, theme) for theme in themes), key=lambda t: str(t["label"])),
        "roles": [
            {"slug": role, "label": data.label(role)}
            for role in dict.fromkeys(a.role for a in data.assignments)
        ],
        "measures": [
            dict(zip(measures.columns, row, strict=True)) | {"href": local_path(row[-1])}
            for row in measures.rows
        ],
        "explained": [
            {"name": m.name, "label": m.label[lang], "sentence": m.sentence[lang]}
            for m in (*MEASURES, COVERAGE)
        ],
        "matrix": _matrix(data),
    }


def _matrix(data: Responsibilities) -> dict[str, Any] | None:
    from kg.network import matrix

    if len(data.agents) * len(data.tasks) > MOST_CELLS:
        return None
    found = matrix(data)
    agents = [data.agents[iri] for iri in found.agents]
    tasks = [data.tasks[iri] for iri in found.tasks]
    return {
        "agents": [
            {"id": a.iri, "label": a.label, "kind": a.kind, "href": local_path(a.iri)}
            for a in agents
        ],
        "tasks": [
            {
                "id": t.iri,
                "label": t.label,
                "path": t.path,
                "plan": data.label(t.plan),
                "href": local_path(t.iri),
            }
            for t in tasks
        ],
        "rows": [[list(found.roles(a.iri, t.iri)) for t in tasks] for a in agents],
    }


def _thing(data: Responsibilities, iri: str) -> dict[str, Any]:
    return {"id": iri, "label": data.label(iri), "href": local_path(iri)}


def _read(dataset: Dataset, asked: Asked) -> Responsibilities:
    from kg.network import PROJECTIONS, read_responsibilities
    from kg.scoping import find_scope

    if asked.projection and asked.projection not in PROJECTIONS:
        raise ScopeError(f"projection: one of {', '.join(PROJECTIONS)}, not «{asked.projection}»")
    scope = find_scope(
        dataset, plan=asked.plan, theme=asked.theme, period=asked.period, as_=asked.as_
    )
    return read_responsibilities(dataset.query, scope, asked.lang)


def _project(data: Responsibilities, asked: Asked) -> Graph[str]:
    from kg.network import project

    return project(data, asked.projection or "two-mode")


def _positions(dataset: Dataset, graph: Graph[str]) -> dict[str, tuple[float, float]]:
    from kg.network import positions, read_layout

    return positions(graph, read_layout(dataset.beside(LAYOUT_FILE)))


def _graph(dataset: Dataset, data: Responsibilities, asked: Asked) -> Graph[str]:
    from kg.network.exporting import described

    graph = _project(data, asked)
    return described(graph, _positions(dataset, graph))


def _table(dataset: Dataset, data: Responsibilities, asked: Asked, name: str) -> Table:
    from kg.network import matrix_table, measure
    from kg.network.exporting import edges_table, nodes_table

    if name == "matrix":
        return matrix_table(data)
    if name == "measures":
        return measure(data, asked.projection or "two-mode")
    if name == "nodes":
        return nodes_table(_graph(dataset, data, asked))
    if name == "edges":
        return edges_table(_project(data, asked))
    raise ScopeError(f"table: one of {', '.join(TABLES)}, not «{name}»")


def _archive(dataset: Dataset, data: Responsibilities, asked: Asked, *, bom: bool) -> bytes:
    """All tables as CSV in one file, the same bytes every time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in TABLES:
            entry = zipfile.ZipInfo(f"{name}.csv", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, to_csv(_table(dataset, data, asked, name), bom=bom))
    return out.getvalue()
