"""The word lists of ``words.toml``: knowledge of administrative Vietnamese, kept out of the code."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from .text import fold, phrases


@cache
def words() -> dict[str, Any]:
    return tomllib.loads(files("kg").joinpath("words.toml").read_text("utf-8"))


@cache
def word_list(section: str, name: str) -> tuple[str, ...]:
    """The phrases of ``[section] name``, with one spelling of tone marks and in lower case."""
    return tuple(fold(word) for word in words()[section][name])


@cache
def word_pattern(section: str, name: str) -> re.Pattern[str]:
    """A pattern for any phrase of ``[section] name`` as whole words; match it against ``text.level``."""
    return re.compile(rf"(?<!\w){phrases(word_list(section, name))}(?!\w)")
