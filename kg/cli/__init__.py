"""The command ``kg``: arguments in, exit code out."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click

from ..errors import KgError
from . import (
    aligning,
    asking,
    backups,
    checks,
    configuring,
    correcting,
    doctoring,
    exporting,
    linking,
    networks,
    reading,
    stores,
)
from .settings import CONFIG, find_file, name_variables, read_settings

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
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    envvar=CONFIG,
    show_envvar=True,
    help="File of settings. [default: kehoach.toml in the working folder, if it is there]",
)
@click.version_option(package_name="kehoach", prog_name="kg")
@click.pass_context
def main(ctx: click.Context, debug: bool, config: Path | None) -> None:  # noqa: ARG001
    """Vietnamese administrative plans as a knowledge graph that can be trusted.

    \b
    kg serve                            the bundled plan, as pages and a SPARQL endpoint
    kg extract plan.txt                 everything found in a plan, as JSON
    kg build plans/ --store my-store    a folder of plans into a store
    kg ask task/innovation-coordinators a question of the catalogue
    """
    ctx.obj = find_file(config)
    if ctx.obj is not None:
        ctx.default_map = read_settings(ctx.obj, main)


for _module in (
    reading,
    correcting,
    stores,
    checks,
    asking,
    networks,
    aligning,
    exporting,
    backups,
    configuring,
    doctoring,
    linking,
):
    _commands = [c for c in vars(_module).values() if isinstance(c, click.Command)]
    _below = {id(c) for g in _commands if isinstance(g, click.Group) for c in g.commands.values()}
    for _command in _commands:
        if id(_command) not in _below:
            main.add_command(_command)


def _load_commands() -> None:
    """Commands contributed by other parts (``kg serve``), found by entry point."""
    for point in entry_points(group="kg.commands"):
        main.add_command(point.load(), point.name)


_load_commands()
name_variables(main)
