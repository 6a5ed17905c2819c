"""kg read, kg extract: one document."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import KgError
from .common import file_argument, say, say_remarks, short

if TYPE_CHECKING:
    from ..model import Outline


@click.command()
@file_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["outline", "text"]),
    default="outline",
    show_default=True,
    help="The outline, one clause a line with its offsets; or the text that offsets refer to.",
)
def read(file: Path, form: str) -> None:
    """Show FILE (.txt, .md, .html, .docx, .pdf) as the program sees it.

    \b
    kg read plan.txt
    kg read plan.docx --format text > text.txt
    """
    from ..read import read_document
    from ..structure import find_clauses

    document = read_document(file)
    for remark in document.remarks:
        click.echo(f"{file}: {remark}", err=True)
    if form == "text":
        sys.stdout.buffer.write(document.text.encode("utf-8"))
        return
    outline = find_clauses(document)
    _tell_cut(file, outline)
    for name, passages in (("header", outline.header),):
        for passage in passages:
            span = passage.span()
            click.echo(f"{span.start:>7} {span.end:>7}  [{name}] {short(passage.text)}")
    for clause in outline.clauses:
        span = clause.passage.span()
        mark = f"{clause.number} " if clause.number else ""
        indent = "  " * clause.depth
        click.echo(
            f"{span.start:>7} {span.end:>7}  {indent}[{clause.path}] {mark}{short(clause.passage.text)}"
        )
    for name, passages in (("recipients", outline.recipients), ("signature", outline.signature)):
        for passage in passages:
            span = passage.span()
            click.echo(f"{span.start:>7} {span.end:>7}  [{name}] {short(passage.text)}")


@click.command()
@file_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "table", "csv"]),
    help="Default: json; with --review: table.  csv with --review only.",
)
@click.option("--review", is_flag=True, help="List what is uncertain, and how to settle it.")
def extract(file: Path, form: str | None, review: bool) -> None:
    """Print everything found in the plan FILE (.txt, .md, .html, .docx,
    .pdf), or what of it a person should look at.

    \b
    kg extract plan.txt > plan.json
    kg extract plan.pdf --format table
    kg extract plan.txt --review
    """
    if review:
        _print_doubts(file, form or "table")
        return
    if form == "csv":
        raise KgError("csv is for --review; for everything found use --format json or table")
    from ..extract.as_json import plan_json
    from ..pipeline import read_plan

    plan = read_plan(file)
    _tell_cut(file, plan.outline)
    say_remarks(str(file), plan.remarks)
    found = plan_json(plan)
    if form != "table":
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    document = found["document"]
    click.echo(
        f"{document['type'] or '?'} {document['number'] or '(no number)'} — {document['issuer'] or '?'}, {document['date'] or '(no date)'}"
    )
    click.echo(document["title"] or "")
    click.echo(f"\n{len(found['references'])} documents cited")
    for row in found["references"]:
        click.echo(
            f"  {row['number']:<18} {row['relation']:<11} {row['type'] or '?'}, {row['issuer'] or '?'}, {row['date'] or '?'}"
        )
    click.echo(f"\n{len(found['targets'])} targets")
    for row in found["targets"]:
        click.echo(
            f"  {row['year'] or '':<5} {row['comparator']:<2} {row['quote']:<26} {short(row['indicator'])}"
        )
    click.echo(f"\n{len(found['tasks'])} tasks")
    for row in found["tasks"]:
        click.echo(f"  {row['path']:<12} {short(row['text'])}")
        click.echo(
            f"  {'':<12} lead: {'; '.join(row['leads']) or '—'} | with: {'; '.join(row['coordinators']) or '—'} | {row['timeline'] or 'no time'}"
        )


def _tell_cut(file: Path, outline: Outline) -> None:
    if outline.cut:
        say(f"{file}: {outline.cut}")


def _print_doubts(file: Path, form: str) -> None:
    from ..corrections.review import find_doubts
    from ..pipeline import read_plan
    from .doubts import doubts_csv, doubts_json, doubts_text

    plan = read_plan(file)
    _tell_cut(file, plan.outline)
    say_remarks(str(file), plan.remarks)
    writers = {"table": doubts_text, "json": doubts_json, "csv": doubts_csv}
    click.echo(writers[form](file, find_doubts(plan)), nl=False)
