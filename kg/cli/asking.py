"""kg ask, kg query: questions to a store."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import KgError
from .common import open_store, output_option, store_option, write_output


@click.command()
@click.argument("question", required=False)
@click.argument("values", nargs=-1)
@store_option
@output_option
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
    from .. import catalogue
    from ..export import WRITERS, to_text

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
    table = catalogue.answer(found, open_store(store), lang=lang, parameters=given)
    if form == "xlsx" and output is None:
        raise KgError("a workbook needs a file: add -o answer.xlsx")
    data = to_text(table).encode("utf-8") if form == "table" else WRITERS[form](table)
    write_output(data, output)


@click.command()
@click.argument("query")
@store_option
@output_option
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
    from ..querying import run_query

    write_output(run_query(open_store(store), query, form), output)
