"""kg build, kg dump, kg load: what changes a store or takes it out whole."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from .common import file_argument, open_store, say, say_remarks, store_option, write_output


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--store", required=True, type=click.Path(path_type=Path), help="Folder of the store."
)
@click.option("--number", help="Number of a plan that has none (a draft): 06/KH-UBND.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Its date: 2021-01-14.")
def build(paths: tuple[Path, ...], store: Path, number: str | None, day: datetime | None) -> None:
    """Build a store from plans: files, or folders read recursively.

    \b
    kg build plans/ --store my-store
    kg build draft.txt --store my-store --number 07/KH-UBND --date 2021-02-01

    Exit code: 0 all built; 1 some left out (each is named with the reason); 2 none built.
    """
    from ..pipeline import build as build_store

    summary = build_store(paths, store, number=number, day=day.date() if day else None, report=say)
    for name in summary.skipped:
        say(f"skipped (no plan): {name}")
    for _name, reason in summary.left_out:
        say(f"left out: {reason}")
    for name, remark in summary.remarks:
        say_remarks(name, [remark])
    if summary.to_review:
        names = sorted(summary.to_review.items(), key=lambda item: (-item[1], item[0]))
        say(
            f"to review: {len(names)} names that the reference data does not know, such as "
            + ", ".join(f"«{name}»" for name, _ in names[:5])
        )
    for entry in summary.built:
        click.echo(
            f"{entry['number']:<16} {entry['date']}  {entry['tasks']:>4} tasks {entry['targets']:>4} targets "
            f"{entry['agencies']:>4} agencies {entry['findings']:>4} findings {entry['triples']:>7,} triples  {entry['file']}"
        )
    if not summary.built:
        say("nothing was built; the store is as it was")
        sys.exit(2)
    click.echo(f"{len(summary.built)} plan(s) in {store}")
    sys.exit(1 if summary.left_out else 0)


@click.command()
@store_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="File to write."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["nquads", "trig", "turtle", "jsonld"]),
    default="nquads",
    show_default=True,
)
def dump(store: Path | None, output: Path, form: str) -> None:
    """Write the whole dataset to a file (turtle: its default graph only).

    \b
    kg dump -o all.nq
    kg dump --format turtle -o plans.ttl
    """
    import io

    from ..store import dump as dump_dataset

    out = io.BytesIO()
    dump_dataset(open_store(store), form, out)
    write_output(out.getvalue(), output)


@click.command()
@file_argument
@click.option(
    "--store", required=True, type=click.Path(path_type=Path), help="Folder of the store."
)
def load(file: Path, store: Path) -> None:
    """Make the dataset in FILE (as «kg dump» writes it) the content of a store.

    \b
    kg load all.nq --store my-store
    """
    from ..store import load as load_dataset
    from ..store import open_dataset

    load_dataset(file, store)
    click.echo(f"{len(open_dataset(store).store):,} statements in {store}")
