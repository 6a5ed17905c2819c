"""kg link: links to other datasets that people found, kept beside the store."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from ..relations import RELATIONS
from .common import open_store, say, store_option
from .correcting import me


@click.group()
def link() -> None:
    """Links to other datasets, found by people: who says so, when, from which source.

    \b
    kg link add /unit/vn-73 https://www.wikidata.org/entity/Q1 --relation exact --source https://...
    kg link list
    kg link needed

    They stand in links.toml in the store's folder, and every build takes them in again.
    """


def _folder(store: Path | None) -> Path:
    from ..pipeline import default_store

    return store if store is not None else default_store(say)


def _ours(text: str) -> str:
    """A path of ours as an IRI: /unit/vn-73."""
    from ..names import BASE

    return BASE + text[1:] if text.startswith("/") else text


@link.command("add")
@click.argument("subject")
@click.argument("object_", metavar="OBJECT")
@click.option("--relation", type=click.Choice(list(RELATIONS)), required=True)
@click.option("--by", "who", help="Who says so. [default: the name that git knows]")
@click.option("--source", required=True, metavar="URL", help="Where the match can be seen.")
@click.option("--note", default="", help="Why, or what to mind.")
@store_option
def _add(
    subject: str,
    object_: str,
    relation: str,
    who: str | None,
    source: str,
    note: str,
    store: Path | None,
) -> None:
    """Link SUBJECT (of this data) to OBJECT (of another dataset).

    \b
    kg link add /unit/vn-73 https://sws.geonames.org/7506719/ --relation exact \\
        --by "Lê Thị Lan" --source https://www.geonames.org/7506719
    """
    from ..beside import add_link
    from ..links import Link, links_path

    folder = _folder(store)
    today = date.today().isoformat()
    one = Link(_ours(subject), object_, relation, who or me(), today, source, note)
    was_there = add_link(one, folder)
    click.echo(f"{'changed' if was_there else 'added'}: {links_path(folder)}")


@link.command("list")
@store_option
def _list(store: Path | None) -> None:
    """Every link of the store, one a line: subject, relation, object, who, when, source, note (tab-separated).

    \b
    kg link list --store my-store
    """
    from ..links import load_links

    for one in load_links(_folder(store)):
        row = (one.subject, one.relation, one.object, one.who, one.when, one.source, one.note)
        click.echo("\t".join(row).rstrip("\t"))


@link.command("remove")
@click.argument("subject")
@click.argument("object_", metavar="OBJECT")
@store_option
def _remove(subject: str, object_: str, store: Path | None) -> None:
    """Take a link out.

    \b
    kg link remove /unit/vn-73 https://sws.geonames.org/7506719/
    """
    from ..beside import remove_link

    remove_link(_ours(subject), object_, _folder(store))
    click.echo(f"removed: {_ours(subject)} {object_}")


@link.command("needed")
@click.option("--host", default="www.wikidata.org", show_default=True, help="The other dataset.")
@store_option
def _needed(host: str, store: Path | None) -> None:
    """What has no link to a dataset yet: provinces and national bodies, for a person to look up.

    \b
    kg link needed --host www.wikidata.org

    Exit code: 0 nothing is missing; 1 something is.
    """
    from ..catalogue import answer, find_question

    table = answer(
        find_question("quality/links-needed"), open_store(store), parameters={"host": host}
    )
    for row in table.rows:
        click.echo("\t".join(str(cell or "") for cell in row))
    sys.exit(1 if table.rows else 0)
