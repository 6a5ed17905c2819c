"""Reference graphs of others that a store takes in beside its own (a national list of agencies, documents ...).

``kg load FILE --as reference`` checks the file against ``shapes/reference.ttl`` and keeps it, as N-Quads, in the
folder ``imported/`` of the store; every build takes it in again, as a graph of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import RDF, Graph, URIRef

from .errors import NotReference
from .names import BASE, PREFIXES, slug
from .validation import Finding, check

FOLDER = "imported"
GRAPHS = f"{BASE}graph/imported/"
_FORMS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
_SHOWN = 5
# What reference data is about: the classes that shapes/reference.ttl asks something of.
KINDS = (
    *(
        f"{PREFIXES['kh']}{name}"
        for name in ("Agency", "PolicyDocument", "AdministrativeUnit", "LegalEvent", "UnitChange")
    ),
    *(f"{PREFIXES['org']}{name}" for name in ("Organization", "FormalOrganization", "ChangeEvent")),
    "http://data.europa.eu/m8g/PublicOrganisation",
)


@dataclass(frozen=True, slots=True)
class Imported:
    """One graph: its IRI *graph*, and its statements as N-Quads in that graph."""

    graph: str
    quads: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.quads).hexdigest()[:16]


def imported_graphs(store: Path) -> tuple[Imported, ...]:
    """What the store in the folder *store* has taken in, in the order of their names."""
    files = sorted((store / FOLDER).glob("*.nq"))
    return tuple(Imported(GRAPHS + file.stem, file.read_bytes()) for file in files)


def read_reference(file: Path, name: str = "") -> Imported:
    """The graph in *file*, checked; it is called *name*, or as the file is.

    Raises ``NotReference``: unknown type, does not parse, or what the shapes find wrong (the first few).
    """
    form = _FORMS.get(file.suffix.lower())
    if form is None:
        raise NotReference(f"{file}: unknown type; give one of {', '.join(sorted(_FORMS))}")
    try:
        triples = sorted({str(q.triple) for q in ox.parse(file.read_bytes(), format=form)})
    except OSError as fault:
        raise NotReference(f"{file}: cannot be read ({fault.strerror}); check the path") from None
    except (SyntaxError, ValueError) as fault:
        said = " ".join(str(fault).split())[:200]
        raise NotReference(f"{file}: does not parse ({said})") from None
    if not triples:
        raise NotReference(f"{file}: there is no statement in it")
    data = Graph()
    data.parse(data="".join(f"{t} .\n" for t in triples), format="nt")
    if not any((None, RDF.type, URIRef(kind)) in data for kind in KINDS):
        raise NotReference(
            f"{file}: no agency, unit, document or event is described in it; is this the right file?"
        )
    wrong = [f for f in check(data, "reference", Graph()).findings if f.severity == "Violation"]
    if wrong:
        raise NotReference(
            f"{file}: {len(wrong)} error(s), nothing was taken in: {'; '.join(map(_said, wrong[:_SHOWN]))}"
        )
    key = slug(name or file.stem)
    if not key:
        raise NotReference(
            f"{file}: no name can be made of that of the file; give one: --name ministries"
        )
    graph = ox.NamedNode(GRAPHS + key)
    return Imported(graph.value, "".join(f"{t} {graph} .\n" for t in triples).encode("utf-8"))


def _said(finding: Finding) -> str:
    return f"<{finding.focus}>: {finding.message_en}"


def keep(imported: Imported, store: Path) -> None:
    """Put *imported* beside the store's databases; one of the same name goes."""
    folder = store / FOLDER
    file = folder / f"{imported.graph.removeprefix(GRAPHS)}.nq"
    aside = file.with_suffix(".part")
    try:
        folder.mkdir(exist_ok=True)
        aside.write_bytes(imported.quads)
        aside.replace(file)
    except OSError as fault:
        raise NotReference(f"{file}: cannot be written ({fault.strerror})") from None


def apply_imported(store: ox.Store, graphs: Iterable[Imported]) -> None:
    """Make the imported graphs in *store* what *graphs* are."""
    for name in store.named_graphs():
        if isinstance(name, ox.NamedNode) and name.value.startswith(GRAPHS):
            store.remove_graph(name)
    for one in graphs:
        store.bulk_load(input=one.quads, format=ox.RdfFormat.N_QUADS)
