"""The embedded Oxigraph dataset: built aside, switched in atomically, opened read-only.

``FOLDER/current`` names the version that readers open; a version is a folder ``versions/<id>/`` with
the database (``db/``) and ``manifest.json``.  A build that dies leaves the version that was there.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from .errors import StoreError
from .names import GRAPH_FINDINGS, GRAPH_INFERRED, PREFIXES
from .sparql import require_readable, syntax_error

LAYOUT = 1
HIDDEN = (GRAPH_INFERRED, GRAPH_FINDINGS)
FORMATS = {
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "turtle": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_SUFFIXES = {
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".n3": ox.RdfFormat.N3,
}
QueryResult = ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean


@dataclass(frozen=True, slots=True)
class Dataset:
    """One version of a store, open for reading."""

    store: ox.Store
    version: str
    manifest: Mapping[str, Any]
    default_graphs: tuple[ox.NamedNode, ...]

    def query(
        self,
        text: str,
        *,
        default: Iterable[str] | None = None,
        named: Iterable[str] | None = None,
        plain: bool = False,
    ) -> QueryResult:
        """Run a query that reads.

        Its default graph is the union of all named graphs but graph/inferred and graph/findings, unless
        the query (FROM) or the caller (*default*, *named*: graph IRIs) chooses others, or *plain* asks for the
        bare standard.  Raises ``ForbiddenQuery`` and ``QueryError``.
        """
        asked = require_readable(text)
        options: dict[str, Any] = {}
        if default is not None or named is not None:
            options["default_graph"] = [ox.NamedNode(g) for g in default or ()]
            options["named_graphs"] = [ox.NamedNode(g) for g in named or ()]
        elif not asked.has_from and not plain:
            options["default_graph"] = list(self.default_graphs)
        try:
            return self.store.query(text, prefixes=PREFIXES, **options)
        except SyntaxError as fault:
            raise syntax_error(fault) from None


def open_dataset(folder: Path) -> Dataset:
    """The current version of the store in *folder*; ``StoreError`` if there is none or it is damaged."""
    version = _current(folder)
    if version is None:
        raise StoreError(
            f"{folder}: there is no store here; make one with: kg build PLANS --store {folder}"
        )
    place = folder / "versions" / version
    try:
        manifest = json.loads((place / "manifest.json").read_text("utf-8"))
        if manifest.get("layout") != LAYOUT:
            raise StoreError(
                f"{folder}: the store was made by another version of the program; build it again"
            )
        store = ox.Store.read_only(str(place / "db"))
    except (OSError, ValueError) as fault:
        raise StoreError(
            f"{folder}: the store is damaged ({fault}); build it again, or restore a backup"
        ) from None
    graphs = tuple(
        g for g in store.named_graphs() if isinstance(g, ox.NamedNode) and g.value not in HIDDEN
    )
    return Dataset(store, version, manifest, tuple(sorted(graphs, key=lambda g: g.value)))


def _current(folder: Path) -> str | None:
    try:
        name = (folder / "current").read_text("utf-8").strip()
    except OSError:
        return None
    return name if name and (folder / "versions" / name).is_dir() else None


@contextlib.contextmanager
def _only_builder(folder: Path) -> Iterator[None]:
    """One builder at a time; the lock goes with the process that holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(
                f"{folder}: another process is building this store; wait until it has finished"
            ) from None
        yield


def publish(quads: Iterable[bytes], folder: Path, manifest: Mapping[str, Any]) -> str:
    """Make *quads* (N-Quads, in chunks) the store's content; readers see the old version or the new.

    Returns the version: a hash of the content.
    """
    chunks = list(quads)
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    version = digest.hexdigest()[:16]
    try:
        with _only_builder(folder):
            _build_aside(chunks, folder, version, manifest)
            _switch(folder, version)
    except OSError as fault:
        raise StoreError(
            f"{folder}: the store could not be written ({fault.strerror or fault}); it is as it was"
        ) from None
    return version


def _build_aside(
    chunks: list[bytes], folder: Path, version: str, manifest: Mapping[str, Any]
) -> None:
    aside = folder / "versions" / f".{version}.{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        store = ox.Store(str(aside / "db"))
        for chunk in chunks:
            store.bulk_load(input=chunk, format=ox.RdfFormat.N_QUADS)
        store.flush()
        full = {**manifest, "layout": LAYOUT, "version": version, "quads": len(store)}
        del store  # closes the database, so that another process can open it
        with (aside / "manifest.json").open("w", encoding="utf-8") as file:
            json.dump(full, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        place = folder / "versions" / version
        if _current(folder) == version:
            (aside / "manifest.json").replace(place / "manifest.json")
            return
        shutil.rmtree(place, ignore_errors=True)
        aside.rename(place)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _switch(folder: Path, version: str) -> None:
    """Point ``current`` at *version*, then forget all versions but this and the one before."""
    before = _current(folder)
    pointer = folder / f".current.{os.getpid()}"
    with pointer.open("w", encoding="utf-8") as file:
        file.write(version + "\n")
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(folder / "current")
    for place in (folder / "versions").iterdir():
        if place.name not in (version, before):
            shutil.rmtree(place, ignore_errors=True)


def dump(dataset: Dataset, form: str, out: IO[bytes]) -> None:
    """Write the whole dataset (nquads, trig, jsonld), or its default graph (turtle)."""
    chosen = FORMATS[form]
    if chosen.supports_datasets:
        dataset.store.dump(output=out, format=chosen, prefixes=PREFIXES)
        return
    triples = {
        quad.triple
        for graph in dataset.default_graphs
        for quad in dataset.store.quads_for_pattern(None, None, None, graph)
    }
    ox.serialize(sorted(triples, key=str), output=out, format=chosen, prefixes=PREFIXES)


def load(file: Path, folder: Path) -> str:
    """Make the dataset in *file* (as ``dump`` writes it) the content of the store in *folder*.

    A file that does not parse leaves the store as it was.
    """
    form = _SUFFIXES.get(file.suffix.lower())
    if form is None:
        raise StoreError(f"{file}: unknown type; give one of {', '.join(sorted(_SUFFIXES))}")
    try:
        quads = sorted({f"{_quad(q)}" for q in ox.parse(file.read_bytes(), format=form)})
    except OSError as fault:
        raise StoreError(f"{file}: cannot be read ({fault.strerror}); check the path") from None
    except (SyntaxError, ValueError) as fault:
        raise StoreError(f"{file}: does not parse ({' '.join(str(fault).split())[:200]})") from None
    text = ("\n".join(quads) + "\n").encode("utf-8")
    return publish([text], folder, {"plans": _plans_of(text), "loaded": file.name})


def _quad(quad: ox.Quad) -> str:
    text = ox.serialize([quad], format=ox.RdfFormat.N_QUADS)
    return text.decode("utf-8").strip() if text else ""


def _plans_of(text: bytes) -> list[dict[str, Any]]:
    """The entries of the manifest, read back from the data."""
    store = ox.Store()
    store.bulk_load(input=text, format=ox.RdfFormat.N_QUADS)
    rows = store.query(
        """SELECT ?plan (SAMPLE(?n) AS ?number) (SAMPLE(?d) AS ?date) (SAMPLE(?t) AS ?title)
                  (COUNT(DISTINCT ?task) AS ?tasks) (COUNT(DISTINCT ?target) AS ?targets)
           WHERE { ?plan a kh:AdministrativePlan ; eli:id_local ?n .
                   OPTIONAL { ?plan eli:date_document ?d }
                   OPTIONAL { ?plan eli:is_realized_by/eli:title ?t }
                   OPTIONAL { ?task a kh:Task ; kh:elementOf ?plan }
                   OPTIONAL { ?target a kh:Target ; kh:elementOf ?plan } } GROUP BY ?plan ORDER BY ?plan""",
        prefixes=PREFIXES,
        use_default_graph_as_union=True,
    )
    found: list[dict[str, Any]] = []
    assert isinstance(rows, ox.QuerySolutions)
    for row in rows:
        value = {
            name: (term.value if (term := row[name]) is not None else None)
            for name in ("plan", "number", "date", "title", "tasks", "targets")
        }
        counts = {name: int(value.pop(name) or 0) for name in ("tasks", "targets")}
        found.append({"iri": value.pop("plan"), **value, **counts})
    return found
