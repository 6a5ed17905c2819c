"""Links to other datasets that people found: kept in ``links.toml`` in the store's folder, so that they outlive
every build, and published as a graph of their own.

Each says who linked what to what, how the two match, when and from which source (docs/links.md).
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import tomlkit

from .corrections.model import has_controls
from .errors import LinksError
from .names import BASE, PREFIXES, slug
from .relations import RELATIONS

FILE = "links.toml"
GRAPH_LINKS = f"{BASE}graph/links"
_KEYS = ("subject", "object", "relation", "who", "when", "source", "note")
_HEAD = (
    "# Links of this store to other datasets (docs/links.md); every build takes them in.\n"
    "# Liên kết của kho này với các bộ dữ liệu khác; mỗi lần dựng kho đều đưa vào.\n"
)
_XSD_DATE = ox.NamedNode(PREFIXES["xsd"] + "date")


@dataclass(frozen=True, slots=True)
class Link:
    """*subject* is a thing of ours, *object* one of another dataset (IRIs); *relation* a key of ``RELATIONS``;
    *when* a day ("2026-11-28"), *source* the address where the match can be seen."""

    subject: str
    object: str
    relation: str
    who: str
    when: str
    source: str
    note: str = ""

    @property
    def iri(self) -> str:
        """Named by what is linked to what, so that the same link said again is the same."""
        digest = hashlib.sha256(f"{self.subject} {self.object}".encode()).hexdigest()[:12]
        return f"{BASE}link/{slug(self.subject.removeprefix(BASE))[:80]}-{digest}"


def links_path(store: Path) -> Path:
    return store / FILE


def load_links(store: Path) -> tuple[Link, ...]:
    """The links of the store in the folder *store*; none where it has no such file.  Raises ``LinksError``."""
    path = links_path(store)
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return ()
    except OSError as fault:
        raise LinksError(f"{path}: cannot be read ({fault.strerror})") from None
    except (ValueError, RecursionError) as fault:
        raise LinksError(
            f"{path}: not TOML ({fault}); mend the line, nothing was changed"
        ) from None
    entries = data.get("link", [])
    if not isinstance(entries, list) or set(data) - {"link"}:
        raise LinksError(f"{path}: it holds [[link]] entries and nothing else")
    return tuple(_link(path, number, entry) for number, entry in enumerate(entries, 1))


def _link(path: Path, number: int, entry: object) -> Link:
    where = f"{path}, link {number}"
    if not isinstance(entry, dict) or set(entry) - set(_KEYS):
        raise LinksError(f"{where}: it has the keys {', '.join(_KEYS)}")
    values = {key: str(value) for key, value in entry.items()}
    lacks = [key for key in _KEYS if key != "note" and not values.get(key)]
    if lacks:
        raise LinksError(f"{where}: {', '.join(lacks)} is missing")
    link = Link(**values)
    if fault := fault_of(link):
        raise LinksError(f"{where}: {fault}")
    return link


def fault_of(link: Link) -> str:
    """What is wrong with *link*; "" where nothing is."""
    for name in ("subject", "object", "source"):
        value = getattr(link, name)
        if not re.match(r"https?://[^\s/]+", value):
            return f"{name} «{value}» is no address that begins with http:// or https://"
        try:
            ox.NamedNode(value)
        except ValueError as fault:
            return f"{name} «{value}» is no IRI ({fault})"
    if not link.subject.startswith(BASE):
        return f"subject «{link.subject}» is none of this data, whose addresses begin with {BASE}"
    if link.object.startswith(BASE):
        return f"object «{link.object}» is of this data itself; a link leads to another dataset"
    if link.relation not in RELATIONS:
        return f"relation «{link.relation}» is none of {', '.join(RELATIONS)}"
    try:
        date.fromisoformat(link.when)
    except ValueError:
        return f"when «{link.when}» is no day such as 2026-11-28"
    if any(has_controls(text) or len(text) > 1000 for text in (link.who, link.note)):
        return "who and note are plain text of at most 1000 characters"
    return ""


def save_links(store: Path, links: Iterable[Link]) -> None:
    """Write the file anew: all or nothing."""
    path = links_path(store)
    entries = tomlkit.aot()
    for link in links:
        table = tomlkit.table()
        for key in _KEYS:
            if value := getattr(link, key):
                table.add(key, value)
        entries.append(table)
    document = tomlkit.document()
    document.append("link", entries)
    aside = path.with_name(f".{FILE}.{os.getpid()}")
    try:
        aside.write_text(_HEAD + tomlkit.dumps(document), "utf-8")
        aside.replace(path)
    except OSError as fault:
        raise LinksError(f"{path}: cannot be written ({fault.strerror})") from None


def links_digest(links: Iterable[Link]) -> str:
    """A name for these links: a store that was published with others has to be published again."""
    return hashlib.sha256(b"".join(sorted(_quads(links)))).hexdigest()[:16]


def apply_links(store: ox.Store, links: Iterable[Link]) -> None:
    """Make the graph of links what *links* say."""
    store.remove_graph(ox.NamedNode(GRAPH_LINKS))
    if quads := b"".join(_quads(links)):
        store.load(quads, format=ox.RdfFormat.N_QUADS)


def _quads(links: Iterable[Link]) -> Iterable[bytes]:
    graph = ox.NamedNode(GRAPH_LINKS)
    for link in links:
        node, here, there = map(ox.NamedNode, (link.iri, link.subject, link.object))
        facts: list[tuple[ox.NamedNode, str, ox.NamedNode | ox.Literal]] = [
            (here, f"skos:{RELATIONS[link.relation]}", there),
            (node, "rdf:type", _term("kh:Link")),
            (node, "rdf:type", _term("prov:Entity")),
            (node, "rdfs:label", ox.Literal(f"Liên kết đến {link.object}", language="vi")),
            (node, "rdfs:label", ox.Literal(f"Link to {link.object}", language="en")),
            (node, "kh:linkFrom", here),
            (node, "kh:linkTo", there),
            (node, "kh:linkKind", ox.NamedNode(f"{BASE}voc/link-kind/{link.relation}")),
            (node, "dcterms:creator", ox.Literal(link.who)),
            (node, "dcterms:created", ox.Literal(link.when, datatype=_XSD_DATE)),
            (node, "dcterms:source", ox.NamedNode(link.source)),
            (node, "kh:reviewStatus", ox.NamedNode(f"{BASE}voc/review-status/verified")),
        ]
        if link.note:
            facts.append((node, "rdfs:comment", ox.Literal(link.note)))
        for subject, predicate, value in facts:
            quad = ox.Quad(subject, _term(predicate), value, graph)
            yield (ox.serialize([quad], format=ox.RdfFormat.N_QUADS) or b"")


def _term(name: str) -> ox.NamedNode:
    prefix, local = name.split(":")
    return ox.NamedNode(PREFIXES[prefix] + local)
