"""What stands beside a store's databases and goes into every version of them: links that people found, and
reference graphs of others."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from .backup import is_written
from .errors import LinksError
from .imported import Imported, apply_imported, imported_graphs, keep, read_reference
from .journal import entries
from .links import Link, apply_links, fault_of, links_digest, load_links, save_links
from .store import Dataset, current_version, only_builder, open_version, switch_to


@dataclass(frozen=True, slots=True)
class Beside:
    links: tuple[Link, ...]
    graphs: tuple[Imported, ...]

    @property
    def digest(self) -> str | None:
        """None where there is nothing: such a store is named by its plans and rules alone."""
        if not self.links and not self.graphs:
            return None
        parts = [links_digest(self.links), *(f"{g.graph} {g.digest}" for g in self.graphs)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def apply(self, store: ox.Store) -> None:
        apply_links(store, self.links)
        apply_imported(store, self.graphs)

    def named(self, content: str) -> str:
        """A name for *content* together with what stands beside it."""
        if self.digest is None:
            return content
        return hashlib.sha256(f"{content} {self.digest}".encode()).hexdigest()[:16]


def read_beside(store: Path) -> Beside:
    """What stands beside the store in the folder *store*.  Raises ``LinksError``."""
    return Beside(load_links(store), imported_graphs(store))


def add_link(link: Link, store: Path) -> bool:
    """Add *link* to the store, or put it in the place of the one between the same two; whether one was there.

    Raises ``LinksError`` for what is wrong with it, or a subject that the store does not know.
    """
    if fault := fault_of(link):
        raise LinksError(fault)
    with only_builder(store, "kg link"):
        base = open_version(store)
        if next(base.match(ox.NamedNode(link.subject), None, None), None) is None:
            raise LinksError(f"nothing is known of <{link.subject}> in {store}; check the address")
        old = load_links(store)
        others = tuple(one for one in old if one.iri != link.iri)
        save_links(store, (*others, link))
        _publish(base, store)
    return len(others) < len(old)


def remove_link(subject: str, object_: str, store: Path) -> None:
    """Take the link between the two out.  Raises ``LinksError`` if there is none."""
    with only_builder(store, "kg link"):
        base = open_version(store)
        old = load_links(store)
        left = tuple(one for one in old if (one.subject, one.object) != (subject, object_))
        if len(left) == len(old):
            raise LinksError(
                f"{store} has no link from <{subject}> to <{object_}> («kg link list»)"
            )
        save_links(store, left)
        _publish(base, store)


def import_reference(file: Path, store: Path, name: str = "") -> Imported:
    """Take the graph in *file* into the store; ``NotReference`` if it does not pass the shapes."""
    imported = read_reference(file, name)
    with only_builder(store, "kg link"):
        base = open_version(store)
        keep(imported, store)
        _publish(base, store)
    return imported


def settle_writes(store: Path) -> bool:
    """Make what was written by HTTP, and stands in the journal only, part of the store; whether all is in it now.

    A service that is writing does so itself within seconds, and is left to it.
    """
    if next(entries(store, current_version(store).name), None) is None:
        return True
    if is_written(store):
        return False
    with only_builder(store, "kg", patience=0):
        _publish(open_version(store), store)
    return True


def _publish(base: Dataset, store: Path) -> None:
    """Switch the store to *base* with what now stands beside it."""
    beside = read_beside(store)
    content = str(base.manifest.get("content", base.version))

    def fill(db: ox.Store) -> str:
        beside.apply(db)
        return beside.named(content)

    switch_to(fill, store, {**base.manifest, "content": content, "beside": beside.digest}, base)
