"""Reading one thing after another from the dataset: values, labels, and where they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import pyoxigraph as ox

from kg.names import BASE, PREFIXES
from kg.store import Dataset

from ..language import LANGUAGES
from ..tables import local_path
from .foreign import words

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_TERM = re.compile(r"(\w+):([\w-]+)$")
_OURS = BASE + "voc/label-status/ours"
# What has a name of its own, so that it matters whether the English one is official.
_NAMED = re.compile(r"/(?:agency|group|unit|voc|doc/[^/]+(?:/[^/]+){4}$)")


class Ref(NamedTuple):
    """Words and where they lead (a path of ours, an http(s) address, or None).

    *ours*: the words are English, made by this project and not official.  *lang*: their language, where it is
    known and another than the page's.
    """

    text: str
    href: str | None = None
    ours: bool = False
    lang: str = ""


@cache
def term(name: str) -> ox.NamedNode:
    """``term("kh:Task")``; a prefix of ``kg.names.PREFIXES``, or a whole IRI."""
    match = _TERM.match(name)
    return ox.NamedNode(PREFIXES[match[1]] + match[2] if match else name)


def node_at(path: str) -> ox.NamedNode:
    return ox.NamedNode(BASE + path)


def href(node: object) -> str | None:
    """A link to our own pages, or to the open web by http(s) only; anything else is mere text."""
    if not isinstance(node, ox.NamedNode):
        return None
    if ours := local_path(node.value):
        return ours
    return node.value if re.match(r"https?://[^\s]+$", node.value) else None


def shorten(iri: str) -> str:
    """``kh:Task`` for an IRI of a known namespace, else the IRI."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


class Reader:
    """The dataset as one page reads it, in the language *lang*; every label is looked up once."""

    def __init__(self, dataset: Dataset, lang: str) -> None:
        self.dataset = dataset
        self.lang = lang
        self._refs: dict[str, Ref] = {}

    def values(self, node: ox.NamedNode, predicate: str) -> list[Node]:
        """What is stated, in no order that means anything but always the same."""
        found = (q.object for q in self.dataset.stated(node, term(predicate), None))
        return sorted(found, key=str)

    def nodes(self, node: ox.NamedNode, predicate: str) -> list[ox.NamedNode]:
        return [v for v in self.values(node, predicate) if isinstance(v, ox.NamedNode)]

    def one(self, node: ox.NamedNode, predicate: str) -> ox.NamedNode | None:
        return next(iter(self.nodes(node, predicate)), None)

    def subjects(self, predicate: str, value: ox.NamedNode) -> list[ox.NamedNode]:
        """What is stated to have *value*."""
        found = (q.subject for q in self.dataset.stated(None, term(predicate), value))
        return sorted((s for s in found if isinstance(s, ox.NamedNode)), key=str)

    def hidden_values(self, node: ox.NamedNode, predicate: str) -> list[ox.NamedNode]:
        found = (q.object for q in self.dataset.hidden(node, term(predicate), None))
        return sorted({o for o in found if isinstance(o, ox.NamedNode)}, key=str)

    def hidden_subjects(self, predicate: str, value: ox.NamedNode) -> list[ox.NamedNode]:
        """What is inferred, or found open, to have *value*."""
        found = (q.subject for q in self.dataset.hidden(None, term(predicate), value))
        return sorted({s for s in found if isinstance(s, ox.NamedNode)}, key=str)

    def text(self, node: ox.NamedNode, predicate: str, *, hidden: bool = False) -> str | None:
        """One literal, in the language asked for where there is one in it."""
        ask = self.dataset.hidden if hidden else self.dataset.stated
        chosen = self._chosen(q.object for q in ask(node, term(predicate), None))
        return chosen and chosen.value

    def texts(self, node: ox.NamedNode, predicate: str) -> list[str]:
        """Every literal, in whatever language."""
        return [v.value for v in self.values(node, predicate) if isinstance(v, ox.Literal)]

    def title(self, document: ox.NamedNode) -> str | None:
        """What a document is called in its own text."""
        expression = self.one(document, "eli:is_realized_by")
        return self.text(expression, "eli:title") if expression else None

    def is_a(self, node: ox.NamedNode, kind: str) -> bool:
        return next(self.dataset.stated(node, term("rdf:type"), term(kind)), None) is not None

    def ref(self, node: Node) -> Ref:
        """The label of *node* and its page; a short form of the IRI only where it has no label."""
        if isinstance(node, ox.Literal):
            return Ref(node.value)
        if not isinstance(node, ox.NamedNode):
            return Ref(str(node))
        if node.value not in self._refs:
            self._refs[node.value] = self._ref(node)
        return self._refs[node.value]

    def refs(self, nodes: Iterable[ox.NamedNode]) -> list[Ref]:
        return [self.ref(node) for node in nodes]

    def label(self, node: ox.NamedNode) -> ox.Literal | None:
        label = term("rdfs:label")
        found = self._chosen(q.object for q in self.dataset.stated(node, label, None))
        return found or self._chosen(q.object for q in self.dataset.hidden(node, label, None))

    def is_ours(self, node: ox.NamedNode) -> bool:
        """Whether the English name of *node* is this project's own."""
        if self.lang != "en" or not _NAMED.search(node.value):
            return False
        status = term("kh:labelStatus")
        return next(self.dataset.stated(node, status, ox.NamedNode(_OURS)), None) is not None

    def _ref(self, node: ox.NamedNode) -> Ref:
        if label := self.label(node):
            lang = label.language if label.language in LANGUAGES else None
            other = lang if lang and lang != self.lang else ""
            # A Vietnamese name in quotes stands for an English one that there is not.
            ours = not label.value.startswith("“") and self.is_ours(node)
            return Ref(label.value, href(node), ours, other)
        short = shorten(node.value)
        return Ref(words(short, self.lang) or short, href(node))

    def _chosen(self, found: Iterator[object]) -> ox.Literal | None:
        other: ox.Literal | None = None
        for value in found:
            if isinstance(value, ox.Literal):
                if value.language == self.lang:
                    return value
                if other is None or value.value < other.value:
                    other = value
        return other


class Slice(NamedTuple):
    """One page of a long list: *page* of *pages* (from 1), and how many there are in all."""

    page: int
    pages: int
    total: int
    first: int
    last: int


def cut(total: int, page: int, size: int) -> Slice:
    """Which of *total* things stand on *page*; a page beyond the last is the last."""
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    return Slice(page, pages, total, (page - 1) * size, min(page * size, total))
