"""Search as people use it: the index of a version of the dataset, and the questions of the catalogue beside it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from .catalogue import questions
from .names import BASE
from .search.asking import Index
from .search.closeness import WORDS
from .search.entries import NAMED, PASSAGES, Entry
from .search.gathering import gather
from .search.index import FILE, fill, write_index
from .search.results import Found, Group, Hit
from .store import Dataset, read_manifest

_QUESTIONS = 3  # at most that are suggested beside names


class Search:
    """What can be found in one version of the dataset; may be asked from any thread."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def find(
        self,
        text: str,
        *,
        lang: str = "vi",
        kind: str | None = None,
        plan: str | None = None,
        page: int = 1,
        size: int | None = None,
    ) -> Found:
        """What is called *text* or holds its words, by kind (see ``Index.search``)."""
        if kind == "question":
            return _questions().search(text, lang=lang, kind=kind, page=page, size=size)
        found = self._index.search(text, lang=lang, kind=kind, plan=plan, page=page, size=size)
        if kind is not None or plan is not None:
            return found
        asked = _questions().search(text, lang=lang, page=page, size=size)
        if not asked.groups:
            return found
        groups = _among(found.groups, asked.groups[0])
        return replace(found, groups=groups, best=groups[0].hits[0], instead=None)

    def suggest(
        self,
        text: str,
        *,
        lang: str = "vi",
        limit: int = 10,
        kinds: Sequence[str] = NAMED,
        types: Iterable[str] = (),
    ) -> list[Hit]:
        """Names that go on as *text* begins, the likeliest first."""
        found = self._index.suggest(text, lang=lang, limit=limit, kinds=kinds, types=types)
        if "question" not in kinds or types:
            return found
        asked = _questions().suggest(text, lang=lang, limit=min(_QUESTIONS, limit))
        asked = [hit for hit in asked if hit.closeness < WORDS and not hit.called]
        kept = max(limit - len(asked), limit // 2)
        return [*found[:kept], *asked][:limit]

    @property
    def index(self) -> Index:
        """Of the dataset alone."""
        return self._index


def _among(groups: tuple[Group, ...], asked: Group) -> tuple[Group, ...]:
    """The group of the questions behind the names that are as close, and before the passages."""
    place = 0
    for number, group in enumerate(groups, 1):
        if group.kind in PASSAGES:
            break
        if group.hits and asked.hits and group.hits[0].closeness <= asked.hits[0].closeness:
            place = number
    return (*groups[:place], asked, *groups[place:])


@cache
def _questions() -> Index:
    """The catalogue, which comes with the program and not with the data."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    entries = (
        Entry(
            iri=f"{BASE}q/{one.id}",
            kind="question",
            vi=one.vi,
            en=one.en,
            names=(one.id.replace("/", " ").replace("-", " "), *one.tags),
        )
        for one in questions().values()
    )
    fill(connection, entries)
    return Index(connection)


def open_search(file: Path) -> Search:
    """The search in the index *file*; ``ValueError`` where it is none, or of another form."""
    return Search(Index(file))


def search_in(dataset: Dataset) -> Search:
    """The search in *dataset*: by the index that its version has, else by one made now, in memory."""
    if dataset.version == dataset.place.name:  # else it has what was written since besides
        with contextlib.suppress(ValueError):
            return open_search(dataset.place / FILE)
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    fill(connection, gather(dataset.merged))
    return Search(Index(connection))


def make_index(place: Path, file: Path) -> None:
    """Write the index of the version in *place* to *file*; nobody removes the version meanwhile."""
    dataset = Dataset(place, read_manifest(place))
    write_index(gather(dataset.merged), file)


def main() -> None:
    """``make_index`` as a process of its own, which takes the processor only while nobody else wants it."""
    os.nice(19)
    make_index(Path(sys.argv[1]), Path(sys.argv[2]))
