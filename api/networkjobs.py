"""The jobs behind the network: files of it, what a page says of it, what a page draws."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from kg.dataset import DRAWING_FILES, LAYOUT_FILE, SUMMARY_FILES
from kg.errors import ScopeError
from kg.export import Table, to_csv
from kg.store import Dataset

from .tables import local_path
from .worker import Body

if TYPE_CHECKING:
    from networkx import Graph

    from kg.network import Responsibilities

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
    from kg.network import readable

    if kept := _kept(dataset, asked, DRAWING_FILES):
        return Body("json", kept)
    data = _read(dataset, asked)
    graph = readable(data, _project(data, asked))
    found = columns(data, graph, _positions(dataset, graph))
    return Body(
        "json", json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    )


def _kept(dataset: Dataset, asked: Asked, files: Mapping[str, str]) -> bytes:
    """What was made of the whole network when the version was built; nothing of a part of it, nor where something
    was written since."""
    is_whole = asked._replace(projection="", as_="") == Asked(lang=asked.lang)
    is_usual = asked.projection in ("", "two-mode") and asked.as_ in ("", "written")
    if not (is_whole and is_usual and dataset.version == dataset.place.name):
        return b""
    return dataset.beside(files[asked.lang])


def page(dataset: Dataset, asked: Asked) -> dict[str, Any]:
    """What a page says without drawing anything (``kg.network.summary``), each thing with its ``href``."""
    found = json.loads(_kept(dataset, asked, SUMMARY_FILES) or b"null")
    if found is None:
        from kg.network import summary

        data = _read(dataset, asked)
        found = summary(data, _project(data, asked), asked.projection or "two-mode")
    things = [*found["plans"], *found["themes"], *found["measures"]]
    things += found.setdefault("by_plan", [])
    if found["matrix"]:
        things += [*found["matrix"]["agents"], *found["matrix"]["tasks"]]
    for thing in things:
        thing["href"] = local_path(thing["id"])
    return cast("dict[str, Any]", found)


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
