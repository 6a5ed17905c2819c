"""The reference page of the commands: the help of each."""

from __future__ import annotations

import click

from kg.cli import main

from .languages import word

WIDTH = 96


def page(lang: str) -> str:
    title = f"# {word('commands', lang)}\n\n{word('made', lang)} {word('english', lang)}\n"
    return "\n".join([title, *_helps("kg", main, None)])


def _helps(name: str, command: click.Command, parent: click.Context | None) -> list[str]:
    context = click.Context(command, info_name=name.split()[-1], parent=parent)
    context.max_content_width = context.terminal_width = WIDTH
    parts = [f"## {name}\n\n```text\n{command.get_help(context)}\n```\n"]
    if isinstance(command, click.Group):
        for below, one in sorted(command.commands.items()):
            if not one.hidden:
                parts += _helps(f"{name} {below}", one, context)
    return parts
