"""kg backup, kg restore, kg upgrade: a store into a file, back, and on to today's form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import STORE, say, store_option

if TYPE_CHECKING:
    from ..backup import Backup

_store = click.option("--store", required=True, type=STORE, help="Folder of the store.")


@click.command()
@store_option
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="File to write (.tar or .tar.gz), or a new folder.",
)
def backup(store: Path | None, output: Path) -> None:
    """Write a store to one file, also while a service reads and writes it.

    \b
    kg backup --store my-store -o my-store.tar.gz
    kg backup --store my-store -o /backup/my-store

    Every write that was acknowledged before it began is in it. The file appears when it is whole; what is there
    already is never overwritten. Plans and the corrections beside them are files of yours: keep them as well.
    """
    from ..backup import back_up
    from ..pipeline import default_store

    folder = store if store is not None else default_store(say)
    _tell(back_up(folder, output), f"{output}: backed up")


@click.command()
@click.argument("source", metavar="BACKUP", type=click.Path(path_type=Path))
@_store
@click.option("--replace", is_flag=True, help="Put it in the place of the store that is there.")
def restore(source: Path, store: Path, replace: bool) -> None:
    """Make BACKUP, which «kg backup» has written, a store again.

    \b
    kg restore my-store.tar.gz --store my-store
    kg restore my-store.tar.gz --store my-store --replace

    Sums and statements are checked before anything is replaced; it is restored whole or not at all. A store that
    a service or another command has open is left alone.
    """
    from ..restoring import restore as restore_store
    from ..store import LAYOUT

    found = restore_store(source, store, replace=replace)
    _tell(found, f"{store}: restored")
    if found.layout < LAYOUT:
        say(f"it has an earlier form; bring it to today's with: kg upgrade --store {store}")


def _tell(found: Backup, what: str) -> None:
    written = " and what was written since" if "journal.jsonl" in found.files else ""
    click.echo(
        f"{what}, version {found.version} of {found.quads:,} statements{written} "
        f"({found.size:,} bytes in {len(found.files)} files, SHA-256 of each noted)"
    )


@click.command()
@_store
def upgrade(store: Path) -> None:
    """Bring a store that an earlier version of the program made to today's form.

    \b
    kg upgrade --store my-store

    It is backed up first (into my-store/backups), then made anew out of its own data; services go on reading what
    they have, and take the new one over. A store of today's form is left as it is.
    """
    from ..upgrading import upgrade as upgrade_store

    made = upgrade_store(store, say)
    click.echo(f"{store}: {'has today’s form already' if made is None else 'has today’s form now'}")
