"""Which documents stand above a plan: those that it carries out, those that they carry out, and so on.

A plan often only rests («căn cứ») on the resolution that it carries out, or names the act that amends the
programme instead of the programme; so national policy documents that it rests on count too, the documents
that those amend, and national programmes that carry out the same document.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from ..names import BASE
from .model import Route

Links = Mapping[str, Collection[str]]
_NATIONAL = f"{BASE}doc/vn/"
_NO_POLICY = (
    "luat",
    "pl",
    "hp",
    "nd",
    "tt",
    "ttlt",
    "ttr",
    "cv",
    "tb",
)  # rules, submissions, letters


@dataclass(frozen=True, slots=True)
class Relations:
    """What documents do with each other, by IRI: from the one that does it to the others."""

    implements: Links
    based_on: Links
    amends: Links
    held: Collection[str]  # whose text is in the data
    with_content: Collection[str]  # of which targets or tasks are known

    def amended_by(self, document: str) -> list[str]:
        return sorted(a for a, of in self.amends.items() if document in of)


def is_national(document: str) -> bool:
    return document.startswith(_NATIONAL)


def is_policy(document: str) -> bool:
    """Whether it is of a type that sets tasks or targets: no law, decree, circular, submission or letter."""
    parts = document.removeprefix(BASE).split("/")
    return len(parts) != 6 or parts[3] not in _NO_POLICY


def routes(plan: str, relations: Relations) -> tuple[Route, ...]:
    """The documents above *plan*, nearest first; those of which nothing is known are among them."""
    found: dict[str, tuple[str, ...]] = {}
    ways = list(_first(plan, relations))
    while ways:
        document, through = ways.pop(0)
        if document == plan or document in found:
            continue
        found[document] = through
        onward = (*through, document)
        for after in (relations.amends, relations.implements):
            ways += [(one, onward) for one in sorted(after.get(document, ())) if is_policy(one)]
    for document, through in _beside(plan, found, relations):
        found.setdefault(document, through)
    return tuple(
        Route(
            document,
            through,
            document in relations.held,
            tuple(a for a in relations.amended_by(document) if a not in relations.held),
        )
        for document, through in found.items()
    )


def _first(plan: str, relations: Relations) -> Iterator[tuple[str, tuple[str, ...]]]:
    for document in sorted(relations.implements.get(plan, ())):
        yield document, ()
    for document in sorted(relations.based_on.get(plan, ())):
        if is_national(document) and is_policy(document):
            yield document, ()


def _beside(
    plan: str, found: Mapping[str, tuple[str, ...]], relations: Relations
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """National documents with content that carry out a document found already."""
    for document in sorted(relations.with_content):
        shared = [d for d in found if d in relations.implements.get(document, ())]
        if shared and document != plan and document not in found and is_national(document):
            yield document, (*found[shared[0]], shared[0])
