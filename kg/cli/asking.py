"""kg ask, kg query: questions to a store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import KgError
from .common import (
    open_anywhere,
    open_store,
    output_option,
    remote_options,
    store_option,
    timeout_option,
    write_output,
)

if TYPE_CHECKING:
    from ..remote.endpoint import Endpoint
    from ..search.results import Found


@click.command()
@click.argument("question", required=False)
@click.argument("values", nargs=-1)
@store_option
@remote_options
@timeout_option
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
    remote: Endpoint | None,
    timeout: float,
    output: Path | None,
    lang: str,
    form: str,
) -> None:
    """Ask a QUESTION of the catalogue; without one, list them.

    \b
    kg ask
    kg ask task/innovation-coordinators
    kg ask agency/duties agency="so cong thuong" --format xlsx -o duties.xlsx
    kg ask task/list --remote http://engine.example.vn:7878/query
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
    dataset = open_anywhere(store, remote, timeout)
    table = catalogue.answer(found, dataset, lang=lang, parameters=given)
    if form == "xlsx" and output is None:
        raise KgError("a workbook needs a file: add -o answer.xlsx")
    data = to_text(table).encode("utf-8") if form == "table" else WRITERS[form](table)
    write_output(data, output)


@click.command()
@click.argument("query")
@store_option
@remote_options
@timeout_option
@output_option
@click.option(
    "--format",
    "form",
    default="table",
    show_default=True,
    type=click.Choice(["table", "csv", "tsv", "json", "xml", "turtle", "ntriples", "jsonld"]),
)
def query(
    query: str,
    store: Path | None,
    remote: Endpoint | None,
    timeout: float,
    output: Path | None,
    form: str,
) -> None:
    """Run a SPARQL QUERY: its text, or the name of a file that holds it.

    \b
    kg query 'SELECT ?n WHERE { ?plan eli:id_local ?n }'
    kg query question.rq --format csv -o answer.csv
    kg query question.rq --remote http://engine.example.vn:7878/query
    """
    from ..querying import run_query

    dataset = open_anywhere(store, remote, timeout)
    write_output(run_query(dataset, query, form), output)


@click.command()
@click.argument("text")
@store_option
@click.option("--kind", help="Only one kind of thing: agency, plan, task, clause, ...")
@click.option("--plan", help="Only what this plan (IRI or number) names or holds.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def search(
    text: str, store: Path | None, kind: str | None, plan: str | None, lang: str, form: str
) -> None:
    """Find what is called TEXT, or holds its words; diacritics and abbreviations as you like.

    \b
    kg search "so cong thuong"
    kg search "sở KH&CN" --kind task
    """
    import json
    from dataclasses import asdict

    from ..searching import search_in
    from .common import plan_iri

    dataset = open_store(store)
    only = None if plan is None else plan_iri(dataset, plan)
    found = search_in(dataset).find(text, lang=lang, kind=kind, plan=only)
    if form == "json":
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=1))
        return
    click.echo(found_as_text(found, lang), nl=False)


def found_as_text(found: Found, lang: str) -> str:
    """The hits by kind, one thing a line, its passage beneath it."""
    from ..search.entries import KIND_NAMES

    lines: list[str] = []
    for group in found.groups:
        name = KIND_NAMES[group.kind][0 if lang == "vi" else 1]
        lines.append(f"{name} ({group.count}{'+' if group.is_more else ''})")
        for hit in group.hits:
            about = f" ({hit.about})" if hit.about else ""
            lines.append(f"  {hit.label}{about}  {hit.iri}")
            if hit.snippet is not None:
                before, after = "… " * hit.snippet.cut_before, " …" * hit.snippet.cut_after
                lines.append(f"      {before}{' '.join(hit.snippet.text.split())}{after}")
    if not found.groups:
        instead = f" Did you mean «{found.instead}»?" if found.instead else ""
        lines.append(f"nothing is called «{found.query}» or holds its words.{instead}")
    return "\n".join(lines) + "\n"
