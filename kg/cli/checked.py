"""Types of options whose values are looked at where they are given: as a flag, in the environment, in a file."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    _Text = click.ParamType[str]
else:  # click 8.1 has no such brackets
    _Text = click.ParamType


class Checked(_Text):
    """A text that *check* finds nothing wrong with; it raises ``KgError`` where it does."""

    name = "text"

    def __init__(self, check: Callable[[str], object]) -> None:
        self._check = check

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(click.STRING.convert(value, param, ctx))
        self._check(text)
        return text


class Seconds(click.FloatRange):
    """A number of seconds in a range; ``nan``, which no comparison keeps out, is none."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        seconds = float(super().convert(value, param, ctx))
        if not math.isfinite(seconds):
            self.fail(f"{seconds} is no number of seconds", param, ctx)
        return seconds
