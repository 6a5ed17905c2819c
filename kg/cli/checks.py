"""kg validate, kg findings: faults of our data, and what the plans leave open."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .common import open_store, store_option


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@store_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "turtle"]),
    default="text",
    show_default=True,
)
def validate(file: Path | None, store: Path | None, form: str) -> None:
    """Check data against the shapes: a FILE of RDF, or a store.

    \b
    kg validate
    kg validate plan.ttl
    kg validate --store my-store --format json

    Exit code: 0 no data errors; 1 errors, each with node, rule, clause and quote.
    """
    from ..checking import validate_file, validate_store
    from ..reporting import report_graph, report_json, report_text

    report = validate_file(file) if file is not None else validate_store(open_store(store))
    if form == "json":
        click.echo(report_json(report), nl=False)
    elif form == "turtle":
        click.echo(report_graph(report).serialize(format="turtle"))
    else:
        click.echo(report_text(report), nl=False)
    sys.exit(0 if report.conforms else 1)


@click.command()
@store_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "json"]),
    default="text",
    show_default=True,
)
def findings(store: Path | None, form: str) -> None:
    """What the plans leave open: no time, no coordinator, no target for a promised year ...

    \b
    kg findings
    kg findings --format csv > open-points.csv
    """
    from ..checking import findings_of_store
    from ..reporting import report_csv, report_json, report_text

    report = findings_of_store(open_store(store))
    writers = {"text": report_text, "csv": report_csv, "json": report_json}
    click.echo(writers[form](report), nl=False)
