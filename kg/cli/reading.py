"""kg read, kg extract: one document."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from .common import file_argument, short


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
    "--format", "form", type=click.Choice(["json", "table"]), default="json", show_default=True
)
def extract(file: Path, form: str) -> None:
    """Print everything found in the plan FILE (.txt, .md, .html, .docx, .pdf).

    \b
    kg extract plan.txt > plan.json
    kg extract plan.pdf --format table
    """
    from ..extract.as_json import plan_json
    from ..pipeline import read_plan

    found = plan_json(read_plan(file))
    if form == "json":
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
