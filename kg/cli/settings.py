"""Where the options of the long-running commands come from beside the command line: environment and a file.

A flag counts more than an environment variable (``KEHOACH_SERVE_PORT``), that more than the file of settings
(``kehoach.toml`` in the working folder, or what ``--config`` or ``KEHOACH_CONFIG`` names), that more than the default.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from ..errors import KgError

FILE = "kehoach.toml"
PREFIX = "KEHOACH"
CONFIG = f"{PREFIX}_CONFIG"
COMMANDS = ("serve", "build", "backup", "doctor")  # those whose every option can be set
STORE = "store"  # at the top of a file: the store of all that read one, and of these
Settings = dict[str, dict[str, Any]]


def options(command: click.Command) -> Iterator[click.Option]:
    """What of *command* can be set."""
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.is_eager:
            yield parameter


def key(option: click.Option) -> str:
    """What *option* is called in a file: its long flag without the dashes."""
    return max(option.opts, key=len).removeprefix("--")


def variable(command: str, option: click.Option) -> str:
    return "_".join((PREFIX, command, key(option))).replace("-", "_").upper()


def name_variables(group: click.Group) -> None:
    """Let the options of *group*'s commands be set by environment variables."""
    for name, command in group.commands.items():
        for option in options(command):
            names = [variable(name, option)] if name in COMMANDS else []
            if _takes_common_store(name, option):
                names.append(f"{PREFIX}_STORE")
            if names:
                option.envvar = names
                option.show_envvar = True


def known_variables(group: click.Group) -> set[str]:
    """The names of all environment variables that are looked at."""
    found = {CONFIG}
    for command in group.commands.values():
        for option in options(command):
            found.update(option.envvar or ())
    return found


def find_file(given: Path | None) -> Path | None:
    """The file of settings that counts: *given*, or the one of the working folder, if there is one."""
    if given is not None:
        return given
    here = Path(FILE)
    return here if here.is_file() else None


def read_settings(file: Path, group: click.Group) -> Settings:
    """What *file* sets, as ``Context.default_map`` wants it; ``KgError`` names the key that is wrong.

    A relative path in it is meant from the folder that the file is in.
    """
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except OSError as fault:
        raise KgError(
            f"{file}: the settings cannot be read ({fault.strerror}); check the path"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise KgError(
            f"{file}: this is no TOML ({fault}); «kg config --format toml» prints a file to start from"
        ) from None
    settings: Settings = {name: {} for name in group.commands}
    sections = {name: value for name, value in found.items() if name != STORE}
    for name, section in sections.items():
        if name not in COMMANDS:
            raise KgError(f"{file}: «{name}» is unknown{_meant(name, (STORE, *COMMANDS))}")
        if not isinstance(section, dict):
            raise KgError(f"{file}: {name}: write it as a section, [{name}]")
    if STORE in found:
        _set_common_store(settings, group, file, found[STORE])
    for name, section in sections.items():
        settings[name].update(_section(file, name, group.commands[name], section))
    return settings


def _set_common_store(settings: Settings, group: click.Group, file: Path, value: Any) -> None:
    for name, command in group.commands.items():
        for option in options(command):
            if _takes_common_store(name, option):
                settings[name][str(option.name)] = _value(file, STORE, option, value)


def _takes_common_store(name: str, option: click.Option) -> bool:
    """Whether *option* is the store of a command that takes nothing out of one."""
    return key(option) == STORE and (name in COMMANDS or not option.required)


def _section(
    file: Path, name: str, command: click.Command, section: Mapping[str, Any]
) -> dict[str, Any]:
    known = {key(option): option for option in options(command)}
    found: dict[str, Any] = {}
    for given, value in section.items():
        option = known.get(given.replace("_", "-"))
        if option is None:
            raise KgError(
                f"{file}: [{name}] {given}: there is no such option{_meant(given, known)}; "
                f"«kg config {name}» lists them"
            )
        found[str(option.name)] = _value(file, f"[{name}] {given}", option, value)
    return found


def _value(file: Path, place: str, option: click.Option, value: Any) -> Any:
    """*value* as the command line would have given it."""
    if option.multiple:
        if not isinstance(value, list):
            raise KgError(f"{file}: {place}: {value!r} is no list; write [ ... ]")
        return [_one(file, place, option, each) for each in value]
    return _one(file, place, option, value)


def _one(file: Path, place: str, option: click.Option, value: Any) -> Any:
    if isinstance(option.type, click.DateTime) and isinstance(value, date):
        value = value.isoformat()[:10]
    what, kinds = _wanted(option)
    if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
        raise KgError(f"{file}: {place}: {value!r} is not {what}")
    is_path = isinstance(option.type, click.Path)
    if isinstance(value, str) and "\0" in value:
        raise KgError(f"{file}: {place}: {value!r} has a character in it that nothing can have")
    if is_path and not value:
        raise KgError(f"{file}: {place}: name a file or folder; leave the line out for none")
    if is_path and value != "-":
        value = str(file.parent / value)
    try:
        option.type.convert(value, option, None)
    except (click.BadParameter, KgError) as fault:
        raise KgError(f"{file}: {place}: {fault}") from None
    return value


def _wanted(option: click.Option) -> tuple[str, Any]:
    if option.is_flag:
        return "true or false", bool
    if isinstance(option.type, click.types.IntParamType):
        return "a whole number", int
    if isinstance(option.type, click.types.FloatParamType):
        return "a number", (int, float)
    return "a text (in quotes)", str


def _meant(given: str, known: Any) -> str:
    close = difflib.get_close_matches(given.replace("_", "-"), list(known), 1)
    return f"; did you mean «{close[0]}»?" if close else ""
