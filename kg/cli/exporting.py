"""kg export: plans in the formats of other fields."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import KgError
from .common import open_store, plan_iri, store_option, write_output


@click.command()
@store_option
@click.option("--format", "form", help="One of the formats listed below.")
@click.option("--plan", help="Only this plan: its IRI or number.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write.")
def export(store: Path | None, form: str | None, plan: str | None, output: Path | None) -> None:
    """Write a plan, or all plans, in a format of another field; without --format, list the formats.

    \b
    kg export
    kg export --format stratml -o plan.stratml.xml
    kg export --format akn --plan 06/KH-UBND -o plan.akn.xml
    kg export --format datapackage --store my-store -o plans.zip
    kg export --format cube -o targets.ttl
    """
    from ..bridges import formats

    known = formats()
    if form is None:
        for one in known.values():
            scope = "one plan or all" if one.takes_all else "one plan"
            click.echo(f"{one.name:<12} {one.about} ({scope})")
        return
    if form not in known:
        raise KgError(f"there is no format «{form}»; they are {', '.join(known)}")
    if output is None and known[form].media_type == "application/zip":
        raise KgError("a package needs a file: add -o plans.zip")
    dataset = open_store(store)
    iri = plan_iri(dataset, plan) if plan else None
    write_output(known[form].write(dataset, iri), output)
