"""kg align: plans beside the documents above them, and what people decide on that."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import open_store, output_option, plan_iri, say, store_option, write_output

if TYPE_CHECKING:
    from ..export import Table
    from ..store import Dataset

_COLUMNS = {
    "targets": (
        "id", "number", "year", "indicator", "printed", "type", "nationalValue", "documentNumber",
        "nationalWords", "source", "confidence", "review", "quote",
    ),
    "tasks": (
        "id", "documentNumber", "nationalPath", "nationalText", "number", "path", "text", "leads", "similarity",
        "type", "confidence", "review", "unseen",
    ),
}  # fmt: skip


@click.group(invoke_without_command=True)
@store_option
@click.option("--plan", help="One plan only: its IRI or number.")
@click.option(
    "--what", type=click.Choice(["targets", "tasks"]), default="targets", show_default=True
)
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
)
@output_option
@click.pass_context
def align(
    context: click.Context,
    store: Path | None,
    plan: str | None,
    what: str,
    lang: str,
    form: str,
    output: Path | None,
) -> None:
    """Plans beside the documents that they carry out: each target or task with its counterpart above.

    \b
    kg align
    kg align --plan 06/KH-UBND --format csv -o beside.csv
    kg align --store my-store --what tasks
    kg align confirm 3f2a90bc1d --by "Trần Thị B"

    What lacks (a text that is not at hand, an amendment not seen) is told on standard error.  All of it is
    proposed by program, and unverified until somebody confirms it.
    """
    if context.invoked_subcommand is not None:
        return
    from ..export import WRITERS, to_text

    dataset = open_store(store)
    named = {"plan": plan_iri(dataset, plan)} if plan else {}
    for line in _lacking(dataset, named):
        say(line)
    table = _table(dataset, what, lang, named)
    write_output(to_text(table, 44).encode() if form == "table" else WRITERS[form](table), output)


def _table(dataset: Dataset, what: str, lang: str, named: dict[str, str]) -> Table:
    """The answers of the catalogue on *what*, with the ids to decide on."""
    from ..catalogue import answer, find_question
    from ..export import Table

    rows = []
    for question in (
        ("alignment/targets", "alignment/dropped") if what == "targets" else ("alignment/tasks",)
    ):
        found = answer(find_question(question), dataset, lang=lang, parameters=named)
        for values in found.rows:
            row = dict(zip(found.columns, values, strict=True))
            dropped = ("Không có trong kế hoạch", "Dropped")[lang == "en"]
            row |= {
                "id": str(row["alignment"]).rsplit("/", 1)[-1],
                "type": row.get("typeLabel", dropped),
                "review": row["reviewLabel"],
            }
            rows.append(tuple(row.get(name) for name in _COLUMNS[what]))
    return Table(_COLUMNS[what], tuple(rows))


def _lacking(dataset: Dataset, named: dict[str, str]) -> list[str]:
    """What could not be compared, a line each."""
    from ..catalogue import answer, find_question

    found = answer(find_question("alignment/documents"), dataset, parameters=named)
    lines: list[str] = []
    above: set[object] = set()
    for values in found.rows:
        row = dict(zip(found.columns, values, strict=True))
        name = f"{row['number']}: {row['documentNumber'] or row['document']}"
        above.add(row["plan"])
        if not row["textHeld"] and not row["targets"]:
            lines.append(f"{name}: neither its text nor its targets are in the data")
        elif not row["textHeld"]:
            lines.append(
                f"{name}: its text is not in the data: wording not established, tasks not compared"
            )
        if row["unseen"]:
            lines.append(
                f"{name}: it is amended by {row['unseen']}, whose text is not in the data: the amended "
                "text was not seen"
            )
    return lines + [
        f"{entry['number']}: no document above it is known"
        for entry in dataset.manifest.get("plans", ())
        if entry["iri"] not in above and named.get("plan", entry["iri"]) == entry["iri"]
    ]


def _decide(
    names: tuple[str, ...], store: Path | None, who: str, why: str | None, status: str
) -> None:
    from ..align import decide
    from ..pipeline import default_store, realign

    folder = store if store is not None else default_store(say)
    today = datetime.now(UTC).astimezone().date()
    dataset = open_store(folder)
    for file in decide(
        dataset, names, "verified" if status == "verified" else "disputed", who, today, why
    ):
        say(f"written: {file}")
    del dataset
    for line in realign(folder):
        say(line)
    click.echo(f"{status}: {', '.join(names)}")


_ids = click.argument("names", nargs=-1, required=True, metavar="ID...")
_by = click.option("--by", "who", required=True, help="Your name.")


@align.command()
@_ids
@store_option
@_by
@click.option("--why", help="How you know.")
def confirm(names: tuple[str, ...], store: Path | None, who: str, why: str | None) -> None:
    """The alignments ID... are right (the ids that «kg align» lists, or IRIs).

    \b
    kg align confirm 3f2a90bc1d --by "Trần Thị B" --why "đã đối chiếu với bản ký"

    Kept in PLAN.alignments.toml beside the plan's file, and applied at every build.
    """
    _decide(names, store, who, why, "verified")


@align.command()
@_ids
@store_option
@_by
@click.option("--why", required=True, help="Why they are wrong.")
def reject(names: tuple[str, ...], store: Path | None, who: str, why: str) -> None:
    """The alignments ID... are wrong: they stay, as disputed, and count no more.

    \b
    kg align reject 3f2a90bc1d --by "Trần Thị B" --why "hai việc khác nhau"
    """
    _decide(names, store, who, why, "disputed")
