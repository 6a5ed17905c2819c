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
def main(debug: bool) -> None:
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
    "--format",
    "form",
    type=click.Choice(["outline", "text"]),
    default="outline",
    show_default=True,
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
            f"  {row['year'] or '':<5} {row['comparator']:<2} {row['quote']:<26} {_short(row['indicator'])}"
        )
    click.echo(f"\n{len(found['tasks'])} tasks")
    for row in found["tasks"]:
        click.echo(f"  {row['path']:<12} {_short(row['text'])}")
        click.echo(
            f"  {'':<12} lead: {'; '.join(row['leads']) or '—'} | with: {'; '.join(row['coordinators']) or '—'} | {row['timeline'] or 'no time'}"
        )


@main.command()
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
    from .pipeline import build as build_store

    summary = build_store(paths, store, number=number, day=day.date() if day else None, report=_say)
    for name in summary.skipped:
        _say(f"skipped (no plan): {name}")
    for _name, reason in summary.left_out:
        _say(f"left out: {reason}")
    if summary.to_review:
        names = sorted(summary.to_review.items(), key=lambda item: (-item[1], item[0]))
        _say(
            f"to review: {len(names)} names that the reference data does not know, such as "
            + ", ".join(f"«{name}»" for name, _ in names[:5])
        )
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


def _write(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(data)
    except OSError as fault:
        raise KgError(f"{output}: cannot be written ({fault.strerror})") from None
    _say(f"written: {output} ({len(data):,} bytes)")


_output = click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write.")


@main.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@_store
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
    from .checking import validate_file, validate_store
    from .reporting import report_graph, report_json, report_text

    report = validate_file(file) if file is not None else validate_store(_open(store))
    if form == "json":
        click.echo(report_json(report), nl=False)
    elif form == "turtle":
        click.echo(report_graph(report).serialize(format="turtle"))
    else:
        click.echo(report_text(report), nl=False)
    sys.exit(0 if report.conforms else 1)


@main.command()
@_store
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
    from .checking import findings_of_store
    from .reporting import report_csv, report_json, report_text

    report = findings_of_store(_open(store))
    writers = {"text": report_text, "csv": report_csv, "json": report_json}
    click.echo(writers[form](report), nl=False)


@main.command()
@click.argument("question", required=False)
@click.argument("values", nargs=-1)
@_store
@_output
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "xlsx"]),
    default="table",
    show_default=True,
)
def ask(
    question: str | None,
    values: tuple[str, ...],
    store: Path | None,
    output: Path | None,
    lang: str,
    form: str,
) -> None:
    """Ask a QUESTION of the catalogue; without one, list them.

    \b
    kg ask
    kg ask task/innovation-coordinators
    kg ask agency/duties agency="so cong thuong" --format xlsx -o duties.xlsx
    """
    from . import catalogue
    from .export import WRITERS, to_text

    if question is None:
        for one in catalogue.questions().values():
            names = "".join(f" [{p.name}=…]" for p in one.parameters)
            click.echo(f"{one.id}{names}\n    {one.text(lang)}")
        return
    found = catalogue.find_question(question)
    given: dict[str, str] = {}
    for value in values:
        name, mark, text = value.partition("=")
        if not mark:
            raise KgError(f"«{value}» is not of the form name=value")
        given[name] = text
    table = catalogue.answer(found, _open(store), lang=lang, parameters=given)
    if form == "xlsx" and output is None:
        raise KgError("a workbook needs a file: add -o answer.xlsx")
    data = to_text(table).encode("utf-8") if form == "table" else WRITERS[form](table)
    _write(data, output)


@main.command()
@click.argument("query")
@_store
@_output
@click.option(
    "--format",
    "form",
    default="table",
    show_default=True,
    type=click.Choice(["table", "csv", "tsv", "json", "xml", "turtle", "ntriples", "jsonld"]),
)
def query(query: str, store: Path | None, output: Path | None, form: str) -> None:
    """Run a SPARQL QUERY: its text, or the name of a file that holds it.

    \b
    kg query 'SELECT ?n WHERE { ?plan eli:id_local ?n }'
    kg query question.rq --format csv -o answer.csv
    """
    from .querying import run_query

    _write(run_query(_open(store), query, form), output)


@main.command()
@_store
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

    from .store import dump as dump_dataset

    out = io.BytesIO()
    dump_dataset(_open(store), form, out)
    _write(out.getvalue(), output)


@main.command()
@_file
@click.option(
    "--store", required=True, type=click.Path(path_type=Path), help="Folder of the store."
)
def load(file: Path, store: Path) -> None:
    """Make the dataset in FILE (as «kg dump» writes it) the content of a store.

    \b
    kg load all.nq --store my-store
    """
    from .store import load as load_dataset
    from .store import open_dataset

    load_dataset(file, store)
    click.echo(f"{len(open_dataset(store).store):,} statements in {store}")


def _load_commands() -> None:
    """Commands contributed by other parts (``kg serve``), found by entry point."""
    for point in entry_points(group="kg.commands"):
        main.add_command(point.load(), point.name)


_load_commands()
