"""Asking the dataset of one document: rows of plain strings, and labels in the language of the page."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.names import BASE, PREFIXES
from kg.store import Dataset

from ..tables import local_path
from .model import Named

Row = dict[str, str]
_LABEL = ox.NamedNode(PREFIXES["rdfs"] + "label")


class Reader:
    """Rows about the document *iri*, in which queries call it ``?doc``; labels in *lang*."""

    def __init__(self, dataset: Dataset, iri: str, lang: str) -> None:
        self._dataset = dataset
        self._doc = str(
            ox.NamedNode(iri)
        )  # which refuses what would break out of the angle brackets
        self.lang = lang
        self._labels: dict[str, str | None] = {}
        self.iri = iri

    def rows(self, pattern: str, names: str) -> Iterator[Row]:
        """The solutions of *pattern* («{doc}» is the document): the *names* that are bound, as text."""
        wanted = names.split()
        text = f"SELECT DISTINCT {' '.join('?' + n for n in wanted)} {{ {pattern} }}"
        found = self._dataset.query(text.replace("{doc}", self._doc))
        assert isinstance(found, ox.QuerySolutions)
        for solution in found:
            yield {
                name: term.value
                for name in wanted
                if isinstance(term := solution[name], ox.NamedNode | ox.Literal)
            }

    def label(self, iri: str, lang: str | None = None) -> str | None:
        """The label in the language asked for, else in any; None without one."""
        asked = lang or self.lang
        key = asked + iri
        if key not in self._labels:
            found: str | None = None
            for quad in self._dataset.match(ox.NamedNode(iri), _LABEL, None):
                if isinstance(quad.object, ox.Literal):
                    if quad.object.language == asked:
                        found = quad.object.value
                        break
                    found = found or quad.object.value
            self._labels[key] = found
        return self._labels[key]

    def named(self, iri: str | None) -> Named | None:
        if iri is None:
            return None
        return Named(iri, self.label(iri) or iri.rsplit("/", 1)[-1], local_path(iri))

    def is_ours(self, iri: str) -> bool:
        """Whether the English label is ours and not official."""
        status = ox.NamedNode(PREFIXES["kh"] + "labelStatus")
        ours = ox.NamedNode(BASE + "voc/label-status/ours")
        return next(self._dataset.match(ox.NamedNode(iri), status, ours), None) is not None


def number(text: str | None) -> int | None:
    """A place or an order as the data gives it; None for what is none."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 12:
        return None
    return int(text)
