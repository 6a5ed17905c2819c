"""The command ``kg``: arguments in, exit code out."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click

from .errors import KgError

_HELP = {"help_option_names": ["-h", "--help"]}


class _Group(click.Group):
    """Errors of the user's in one line and with exit code 2; no traceback but with ``--debug``."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KgError as fault:
            if ctx.params.get("debug"):
                raise
            click.echo(f"kg: {fault}", err=True)
            ctx.exit(2)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(141)


@click.group(cls=_Group, context_settings=_HELP)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="kehoach", prog_name="kg")
def main(debug: bool) -> None:  # noqa: ARG001 (read from the context where errors are caught)
    """Vietnamese administrative plans as a knowledge graph that can be trusted.

    \b
    kg serve                            the bundled plan, as pages and a SPARQL endpoint
    kg extract plan.txt                 everything found in a plan, as JSON
    kg build plans/ --store my-store    a folder of plans into a store
    kg ask task/innovation-coordinators a question of the catalogue
    """


_file = click.argument("file", type=click.Path(path_type=Path))
_store = click.option(
    "--store",
    type=click.Path(path_type=Path),
    help="Folder of the store. Without it: the store of the bundled plan, built when needed.",
)


def _say(line: str) -> None:
    click.echo(line, err=True)


def _open(store: Path | None) -> Any:
    from .pipeline import default_store
    from .store import open_dataset

    return open_dataset(store if store is not None else default_store(_say))


@main.command()
@_file
@click.option(
    "--format", "form", type=click.Choice(["outline", "text"]), default="outline", show_default=True,
    help="The outline, one clause a line with its offsets; or the text that offsets refer to.",
)
def read(file: Path, form: str) -> None:
    """Show FILE as the program sees it.

    \b
    kg read plan.txt
    kg read plan.txt --format text > text.txt
    """
    from .read import read_document
    from .structure import find_clauses

    document = read_document(file)
    if form == "text":
        sys.stdout.buffer.write(document.text.encode("utf-8"))
        return
    outline = find_clauses(document)
    for name, passages in (("header", outline.header),):
        for passage in passages:
            span = passage.span()
            click.echo(f"{span.start:>7} {span.end:>7}  [{name}] {_short(passage.text)}")
    for clause in outline.clauses:
        span = clause.passage.span()
        mark = f"{clause.number} " if clause.number else ""
        indent = "  " * clause.depth
        click.echo(
            f"{span.start:>7} {span.end:>7}  {indent}[{clause.path}] {mark}{_short(clause.passage.text)}"
        )
    for name, passages in (("recipients", outline.recipients), ("signature", outline.signature)):
        for passage in passages:
            span = passage.span()
            click.echo(f"{span.start:>7} {span.end:>7}  [{name}] {_short(passage.text)}")


def _short(text: str) -> str:
    return text if len(text) <= 90 else text[:87].rsplit(" ", 1)[0] + " …"


@main.command()
@_file
@click.option(
    "--format", "form", type=click.Choice(["json", "table"]), default="json", show_default=True
)
def extract(file: Path, form: str) -> None:
    """Print everything found in the plan FILE.

    \b
    kg extract plan.txt > plan.json
    kg extract plan.txt --format table
    """
    from .extract.as_json import plan_json
    from .pipeline import read_plan

    found = plan_json(read_plan(file))
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    document = found["document"]
    click.echo(f"{document['type'] or '?'} {document['number'] or '(no number)'} — {document['issuer'] or '?'}, {document['date'] or '(no date)'}")
    click.echo(document["title"] or "")
    click.echo(f"\n{len(found['references'])} documents cited")
    for row in found["references"]:
        click.echo(f"  {row['number']:<18} {row['relation']:<11} {row['type'] or '?'}, {row['issuer'] or '?'}, {row['date'] or '?'}")
    click.echo(f"\n{len(found['targets'])} targets")
    for row in found["targets"]:
        click.echo(f"  {row['year'] or '':<5} {row['comparator']:<2} {row['quote']:<26} {_short(row['indicator'])}")
    click.echo(f"\n{len(found['tasks'])} tasks")
    for row in found["tasks"]:
        click.echo(f"  {row['path']:<12} {_short(row['text'])}")
        click.echo(f"  {'':<12} lead: {'; '.join(row['leads']) or '—'} | with: {'; '.join(row['coordinators']) or '—'} | {row['timeline'] or 'no time'}")


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--store", required=True, type=click.Path(path_type=Path), help="Folder of the store.")
@click.option("--number", help="Number of a plan that has none (a draft): 06/KH-UBND.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Its date: 2021-01-14.")
def build(paths: tuple[Path, ...], store: Path, number: str | None, day: datetime | None) -> None:
    """Build a store from plans: files, or folders read recursively.

    \b
    kg build plans/ --store my-store
    kg build draft.txt --store my-store --number 07/KH-UBND --date 2021-02-01

    Exit code: 0 all built; 1 some left out (each is named with the reason); 2 none built.
    """
    from .pipeline import build as build_store

    summary = build_store(
        paths, store, number=number, day=day.date() if day else None, report=_say
    )
    for name in summary.skipped:
        _say(f"skipped (no plan): {name}")
    for _name, reason in summary.left_out:
        _say(f"left out: {reason}")
    if summary.to_review:
        names = sorted(summary.to_review.items(), key=lambda item: (-item[1], item[0]))
        _say(f"to review: {len(names)} names that the reference data does not know, such as "
             + ", ".join(f"«{name}»" for name, _ in names[:5]))
    for entry in summary.built:
        click.echo(
            f"{entry['number']:<16} {entry['date']}  {entry['tasks']:>4} tasks {entry['targets']:>4} targets "
            f"{entry['agencies']:>4} agencies {entry['findings']:>4} findings {entry['triples']:>7,} triples  {entry['file']}"
        )
    if not summary.built:
        _say("nothing was built; the store is as it was")
        sys.exit(2)
    click.echo(f"{len(summary.built)} plan(s) in {store}")
    sys.exit(1 if summary.left_out else 0)


def _load_commands() -> None:
    """Commands contributed by other parts (``kg serve``), found by entry point."""
    for point in entry_points(group="kg.commands"):
        main.add_command(point.load(), point.name)


_load_commands()
