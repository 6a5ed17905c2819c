"""kg network: the responsibility network as a file, or measured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import KgError
from .common import open_store, output_option, store_option, write_output

if TYPE_CHECKING:
    from ..network.projecting import Network

_FORMATS = ("graphml", "gexf", "json", "csv", "svg", "png")


@click.command()
@store_option
@output_option
@click.option("--plan", help="Only this plan: its IRI or number.")
@click.option("--theme", help="Only tasks of this theme: its slug (innovation), name or IRI.")
@click.option("--period", help="Only tasks that fall in these years: 2025, or 2021-2025.")
@click.option(
    "--projection",
    type=click.Choice(["two-mode", "leads", "co-work"]),
    default="two-mode",
    show_default=True,
    help="Agencies and tasks; leads to coordinators; who works on the same task.",
)
@click.option(
    "--as",
    "as_",
    type=click.Choice(["written", "expanded"]),
    default="written",
    show_default=True,
    help="Groups («các sở, ban, ngành») as the plan writes them, or replaced by their members.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    help="[default: by the name of the file, else json]",
)
@click.option("--measures", is_flag=True, help="Measure the agencies instead: a table, or csv.")
@click.option("--matrix", is_flag=True, help="Agencies by tasks instead: a table, or csv.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option(
    "--width", type=click.IntRange(200, 6000), default=2400, show_default=True, help="Of a png."
)
def network(
    store: Path | None,
    output: Path | None,
    plan: str | None,
    theme: str | None,
    period: str | None,
    projection: str,
    as_: str,
    form: str | None,
    measures: bool,
    matrix: bool,
    lang: str,
    width: int,
) -> None:
    """The responsibility network: who leads and coordinates what.

    \b
    kg network --format gexf -o network.gexf                for Gephi
    kg network --plan 06/KH-UBND -o plan.svg                for print
    kg network --projection leads --as expanded -o net.csv  net-nodes.csv and net-edges.csv
    kg network --theme innovation --period 2021-2025 -o innovation.graphml
    kg network --measures
    kg network --matrix -o matrix.csv

    With csv, FILE.csv is written as FILE-nodes.csv and FILE-edges.csv; without -o the edges go to standard
    output.
    """
    from ..dataset import LAYOUT_FILE
    from ..network import positions, project, read_layout, read_responsibilities
    from ..network.exporting import described
    from ..scoping import find_scope

    if measures and matrix:
        raise KgError("--measures and --matrix are two tables; ask for one of them")
    form = form or _form(output)
    dataset = open_store(store)
    scope = find_scope(dataset, plan=plan, theme=theme, period=period, as_=as_)
    data = read_responsibilities(dataset.query, scope, lang)
    if measures or matrix:
        from ..export import WRITERS, to_text
        from ..network import MEASURES, coverage, matrix_table, measure

        table = measure(data, projection) if measures else matrix_table(data)
        if form is not None:
            if form not in ("csv", "json"):
                raise KgError(f"a table is written as csv or json, not {form}")
            write_output(WRITERS[form](table), output)
            return
        text = to_text(table, width=34)
        if measures:
            held = coverage(data)
            words = {
                "vi": "{} nhiệm vụ; không có cơ quan chủ trì: {}, phối hợp: {}, không ai: {}",
                "en": "{} tasks; without a lead: {}, a coordinator: {}, anybody: {}",
            }[lang].format(
                held.tasks, held.without_lead, held.without_coordinator, held.without_anybody
            )
            lines = [f"{m.name}: {m.label[lang]}. {m.sentence[lang]}" for m in MEASURES]
            text = "\n".join([text, words, "", *lines, ""])
        write_output(text.encode("utf-8"), output)
        return
    graph = project(data, projection)
    graph = described(graph, positions(graph, read_layout(dataset.beside(LAYOUT_FILE))))
    if form == "csv":
        _write_csv(graph, output)
        return
    if form in ("svg", "png"):
        from ..network.picture import to_svg

        svg = to_svg(data, graph)
        if form == "svg":
            write_output(svg.encode("utf-8"), output)
            return
        if output is None:
            raise KgError("a picture needs a file: add -o network.png")
        from ..raster import to_png

        write_output(to_png(svg, width), output)
        return
    from ..network.exporting import to_gexf, to_graphml, to_node_link

    writers = {"graphml": to_graphml, "gexf": to_gexf, "json": to_node_link}
    write_output(writers[form or "json"](graph), output)


def _form(output: Path | None) -> str | None:
    """The format that the name of a file asks for."""
    suffix = output.suffix.lower().removeprefix(".") if output is not None else ""
    if not suffix or suffix in _FORMATS:
        return suffix or None
    raise KgError(
        f"{output}: the name tells no format that is known; "
        f"end it in .{', .'.join(_FORMATS)}, or give --format"
    )


def _write_csv(graph: Network, output: Path | None) -> None:
    from ..export import to_csv
    from ..network.exporting import edges_table, nodes_table

    if output is None:
        write_output(to_csv(edges_table(graph)), None)
        return
    stem = output.with_suffix("") if output.suffix.lower() == ".csv" else output
    write_output(to_csv(nodes_table(graph)), stem.with_name(f"{stem.name}-nodes.csv"))
    write_output(to_csv(edges_table(graph)), stem.with_name(f"{stem.name}-edges.csv"))
