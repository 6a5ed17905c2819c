"""kg config: what every option is set to, and by what."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from ..errors import KgError
from .common import say
from .settings import COMMANDS, FILE, PREFIX, STORE, key, known_variables, options, variable

_SOURCES = {
    ParameterSource.ENVIRONMENT: "environment",
    ParameterSource.DEFAULT_MAP: "file",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """*value* of an option (None: not set), the *source* it comes from, and the variable that sets it."""

    command: str
    key: str
    value: Any
    source: str
    variable: str
    help: str


@click.command()
@click.argument("command", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "toml"]),
    default="text",
    show_default=True,
    help="toml: a commented file to start from.",
)
@click.pass_context
def config(ctx: click.Context, command: str | None, form: str) -> None:
    """What every option of the long-running commands is set to, and what sets it.

    \b
    kg config
    kg config serve
    kg config --format toml > kehoach.toml
    KEHOACH_SERVE_PORT=8001 kg config serve

    A flag counts more than an environment variable, that more than the file (kehoach.toml in the working
    folder, or the one named by --config or KEHOACH_CONFIG), that more than the default.
    """
    root = ctx.find_root()
    assert isinstance(root.command, click.Group)
    if command is not None and command not in COMMANDS:
        raise KgError(f"«{command}» has no settings; give one of {', '.join(COMMANDS)}")
    found = [
        setting
        for name in ([command] if command else COMMANDS)
        for setting in _settings(root, name, root.command.commands[name])
    ]
    for name in sorted(os.environ):
        if name.startswith(f"{PREFIX}_") and name not in known_variables(root.command):
            say(f"{name} sets nothing: there is no such option")
    if form == "json":
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
    elif form == "toml":
        click.echo(_toml(found), nl=False)
    else:
        file = root.obj
        click.echo(f"file of settings: {file or f'none (there is no {FILE} here)'}")
        click.echo(_text(found), nl=False)


def _settings(root: click.Context, name: str, command: click.Command) -> Iterable[Setting]:
    with click.Context(command, info_name=name, parent=root) as ctx:
        for option in options(command):
            found, source = option.consume_value(ctx, {})
            if source not in _SOURCES:
                found = option.to_info_dict()["default"]
            try:
                value = None if found is None else option.type_cast_value(ctx, found)
            except (click.BadParameter, KgError) as fault:
                raise KgError(f"{variable(name, option)}: {fault}") from None
            names = option.envvar or ()
            by = _SOURCES.get(source, "default")
            if source is ParameterSource.ENVIRONMENT:
                by += " " + next(each for each in names if os.environ.get(each))
            elif source is ParameterSource.DEFAULT_MAP:
                by += f" {root.obj}"
            yield Setting(
                name, key(option), _plain(value), by, variable(name, option), option.help or ""
            )


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value) if isinstance(value, Path) else value.isoformat()[:10]


def _text(found: list[Setting]) -> str:
    width = max(len(one.key) for one in found)
    shown = [_shown(one.value) for one in found]
    room = min(max(map(len, shown)), 40)
    lines: list[str] = []
    last = ""
    for one, value in zip(found, shown, strict=True):
        if one.command != last:
            last = one.command
            lines.append(f"\n[{last}]")
        lines.append(f"{one.key:<{width}}  {value:<{room}}  {one.source}")
    return "\n".join(lines) + "\n"


def _shown(value: Any) -> str:
    return "(not set)" if value in (None, []) else json.dumps(value, ensure_ascii=False)


def _toml(found: list[Setting]) -> str:
    """A file in which all stands as it is now; what is not set, or set by default, is commented out."""
    lines = [
        f"# Settings of kehoach: save as {FILE} in the folder that kg is started in, or name it with",
        "# kg --config FILE or KEHOACH_CONFIG=FILE. Relative paths are meant from the folder of this file.",
        "# A flag and an environment variable count more. «kg config» shows what counts.",
        "",
        "# The store of every command that reads one; each can be given another by --store.",
        f'# {STORE} = "my-store"',
    ]
    last = ""
    for one in found:
        if one.command != last:
            last = one.command
            lines += ["", f"[{last}]"]
        lines += ["", *(f"# {line.strip()}" for line in one.help.splitlines() if line.strip())]
        lines.append(f"# environment: {one.variable}")
        empty = one.value is None
        text = f"{one.key} = {'...' if empty else json.dumps(one.value, ensure_ascii=False)}"
        lines.append(f"# {text}" if empty or one.source == "default" else text)
    return "\n".join(lines) + "\n"
