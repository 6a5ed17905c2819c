"""Targets, tasks and relations of documents, read from a store."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from ..names import DCTERMS, ELI, KH, QUDT
from .model import Target, Task
from .routes import Relations, is_national

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
# The last article of a resolution sets no task that a province could take up.
_FORMULA = re.compile(
    r"chịu\s+trách\s+nhiệm\s+(?:tổ\s+chức\s+)?thi\s+hành\s+(?:nghị quyết|quyết định|chỉ thị)"
)
_TARGETS = ox.NamedNode(KH.Target), ox.NamedNode(KH.NationalTarget)
_TASK = ox.NamedNode(KH.Task)


class Reading:
    """A store (its named graphs) as the comparison reads it; what was read of a document is kept."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self._targets: dict[str, tuple[Target, ...]] = {}
        self._tasks: dict[str, tuple[Task, ...]] = {}

    def relations(self) -> Relations:
        implements = self._links(KH.implementsDocument)
        amends = self._links(ELI.amends)
        national = {d for d in (*implements, *amends) if is_national(d)}
        return Relations(
            implements=implements,
            based_on=self._links(ELI.based_on),
            amends=amends,
            held={g.value for g in self.store.named_graphs() if isinstance(g, ox.NamedNode)},
            with_content={d for d in national if next(self._elements(d), None)},
        )

    def targets(self, document: str) -> tuple[Target, ...]:
        if document not in self._targets:
            found = (self._target(document, node) for node in self._of_type(document, *_TARGETS))
            self._targets[document] = tuple(t for t in found if t is not None)
        return self._targets[document]

    def tasks(self, document: str) -> tuple[Task, ...]:
        if document not in self._tasks:
            found = []
            for node in self._of_type(document, _TASK):
                text = self._text(node, KH.elementText)
                if text and not _FORMULA.search(text.lower()):
                    found.append(Task(node.value, document, " ".join(text.split())))
            self._tasks[document] = tuple(found)
        return self._tasks[document]

    def number(self, document: str) -> str:
        """What a document is called: its number, else the end of its IRI."""
        node = ox.NamedNode(document)
        return self._text(node, ELI.id_local) or "/".join(document.split("/")[-3:])

    def _links(self, predicate: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(predicate), None, None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                found.setdefault(quad.subject.value, set()).add(quad.object.value)
        return found

    def _elements(self, document: str) -> Iterator[ox.NamedNode]:
        of = ox.NamedNode(KH.elementOf)
        for quad in self.store.quads_for_pattern(None, of, ox.NamedNode(document), None):
            if isinstance(quad.subject, ox.NamedNode):
                yield quad.subject

    def _of_type(self, document: str, *kinds: ox.NamedNode) -> list[ox.NamedNode]:
        is_a = ox.NamedNode(_TYPE)
        found = {
            node
            for node in self._elements(document)
            for kind in kinds
            if next(self.store.quads_for_pattern(node, is_a, kind, None), None)
        }
        return sorted(found, key=lambda node: node.value)

    def _target(self, document: str, node: ox.NamedNode) -> Target | None:
        indicator, value = self._node(node, KH.forIndicator), self._node(node, KH.hasValue)
        if indicator is None or value is None:
            return None
        year = self._text(value, KH.referenceYear) or ""
        return Target(
            iri=node.value,
            document=document,
            indicator=_last(indicator),
            name=self._label(indicator) or _last(indicator),
            value=_number(self._text(value, QUDT.numericValue)),
            comparator=_last(self._node(value, KH.comparator)),
            unit=getattr(self._node(value, QUDT.hasUnit), "value", ""),
            value_type=_last(self._node(value, KH.valueType)),
            year=int(year[:4]) if year[:4].isdigit() else None,
            confidence=self._confidence(node),
        )

    def _confidence(self, node: ox.NamedNode) -> float:
        """Of the statement itself, else that of the best of its sources; 1 where nothing is said."""
        said = [self._text(node, KH.confidence)]
        if said == [None]:
            said = [self._text(s, KH.confidence) for s in self._nodes(node, DCTERMS.source)]
        known = [float(n) for text in said if (n := _number(text)) is not None]
        return max(known, default=1.0)

    def _nodes(self, node: ox.NamedNode, predicate: str) -> list[ox.NamedNode]:
        found = self.store.quads_for_pattern(node, ox.NamedNode(predicate), None, None)
        return sorted(
            {q.object for q in found if isinstance(q.object, ox.NamedNode)}, key=lambda n: n.value
        )

    def _node(self, node: ox.NamedNode, predicate: str) -> ox.NamedNode | None:
        return next(iter(self._nodes(node, predicate)), None)

    def _texts(self, node: ox.NamedNode, predicate: str) -> Iterable[ox.Literal]:
        for quad in self.store.quads_for_pattern(node, ox.NamedNode(predicate), None, None):
            if isinstance(quad.object, ox.Literal):
                yield quad.object

    def _text(self, node: ox.NamedNode, predicate: str) -> str | None:
        return min((text.value for text in self._texts(node, predicate)), default=None)

    def _label(self, node: ox.NamedNode) -> str | None:
        texts = self._texts(node, _LABEL)
        return min((text.value for text in texts if text.language == "vi"), default=None)


def _last(node: ox.NamedNode | None) -> str:
    return node.value.rsplit("/", 1)[-1] if node else ""


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal(text).normalize() if text else None
    except InvalidOperation:
        return None
