"""The embedded Oxigraph dataset: built aside, switched in atomically, opened read-only.

``FOLDER/current`` names the version that readers open; a version is a folder ``versions/<id>/`` with
the database (``db/``), the merge of its graphs (``merged/``, see ``merging``), where the nodes of the network stand
(``network.json``), ``manifest.json``, ``readers``, a file that whoever reads holds a shared lock on, and
``search.db``, the index of names and passages (see ``search``; a version made by an update gets it later).
A build that dies leaves the version that was there; a version goes when nobody reads it any more.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from .dataset import DRAWING_FILES, LAYOUT_FILE, SUMMARY_FILES, graph_name
from .dataset import Dataset as Dataset
from .dataset import QueryResult as QueryResult
from .errors import StoreError
from .journal import journal, take_in
from .locking import only_builder as only_builder
from .merging import merge, visible_graphs
from .names import GRAPH_MERGED, GRAPH_PUBLISHED, PREFIXES
from .opening import ENGINE_FAULTS as ENGINE_FAULTS
from .opening import LAYOUT as LAYOUT
from .opening import current_version as current_version
from .opening import not_opened as not_opened
from .opening import open_dataset as open_dataset
from .opening import open_version as open_version
from .opening import read_any_manifest as read_any_manifest
from .opening import read_manifest as read_manifest
from .room import cannot_write
from .search.gathering import Gatherer
from .search.index import FILE as INDEX
from .search.index import write_index

_AGAIN = 0.02  # seconds after which readers that are just ending are looked for again
FORMATS = {
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "turtle": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
}
SUFFIXES = {
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".n3": ox.RdfFormat.N3,
}


PLANS = """SELECT ?plan (SAMPLE(?n) AS ?number) (SAMPLE(?d) AS ?date) (SAMPLE(?t) AS ?title)
                  (COUNT(DISTINCT ?task) AS ?tasks) (COUNT(DISTINCT ?target) AS ?targets)
           WHERE { ?plan a kh:AdministrativePlan ; eli:id_local ?n .
                   OPTIONAL { ?plan eli:date_document ?d }
                   OPTIONAL { ?plan eli:is_realized_by/eli:title ?t }
                   OPTIONAL { ?task a kh:Task ; kh:elementOf ?plan }
                   OPTIONAL { ?target a kh:Target ; kh:elementOf ?plan } } GROUP BY ?plan ORDER BY ?plan"""


def publish(
    quads: Iterable[bytes],
    folder: Path,
    manifest: Mapping[str, Any],
    report: Callable[[str], None] = lambda _line: None,
) -> str:
    """Make *quads* (N-Quads, in chunks) the store's content; readers see the old version or the new.

    Returns the version: a hash of the content (with a number, where that version is there already).
    """

    def fill(store: ox.Store) -> str:
        digest = hashlib.sha256()
        for chunk in quads:
            digest.update(chunk)
            store.bulk_load(input=chunk, format=ox.RdfFormat.N_QUADS)
        return digest.hexdigest()[:16]

    with only_builder(folder, "kg load", report=report):
        return switch_to(fill, folder, manifest)


def switch_to(
    fill: Callable[[ox.Store], str],
    folder: Path,
    manifest: Mapping[str, Any],
    base: Dataset | None = None,
) -> str:
    """Make what *fill* leaves in an empty store, or in a copy of *base*, the content of the store in *folder*.

    *base* is the current version; what stands in its journal only is in the copy.  *fill* returns the name of the
    content.  The caller is the ``only_builder``, and reads *base* no more.  Returns the version.
    """
    try:
        version = _build_aside(fill, folder, manifest, base)
        if base is not None:
            base.let_go()
        switch(folder, version)
        if base is not None:
            journal(folder, base.place.name).unlink(missing_ok=True)
    except (OSError, sqlite3.OperationalError) as fault:
        raise cannot_write(folder, fault) from None
    return version


def make_empty(folder: Path) -> str:
    """A store without a statement, to be written to."""
    return publish([], folder, {"plans": []})


def _build_aside(
    fill: Callable[[ox.Store], str],
    folder: Path,
    manifest: Mapping[str, Any],
    base: Dataset | None,
) -> str:
    aside = folder / "versions" / f".{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        if base is not None:
            base.store.backup(str(aside / "db"))
        store = ox.Store(str(aside / "db"))
        written: dict[str, Any] = {}
        if base is not None:
            written = take_in(store, folder, dict(base.manifest), base.place.name)
        content = _name(fill(store), written)
        store.flush()
        facts = describe_graphs(store)
        merged = ox.Store(str(aside / "merged"))
        gatherer = Gatherer()
        merge(store, merged, visible=visible_graphs(store), watch=gatherer.take)
        merged.flush()
        write_index(gatherer.entries(), aside / INDEX)
        keep_layout(merged, aside)
        del store, merged  # closes the databases, so that another process can open them
        version = settle(aside, folder, content, {**manifest, **written, **facts})
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return version


def _name(content: str, written: Mapping[str, Any]) -> str:
    """The name of what is *content* and what was *written* to it besides: never that of the content alone."""
    if not written:
        return content
    return hashlib.sha256(f"{content} {written['written']}".encode()).hexdigest()[:16]


def keep_layout(merged: ox.Store, aside: Path) -> None:
    """Lay the network of all plans out, and draw it, once for whoever looks at it."""
    from .network.stored import make_layout, make_pictures, read_layout

    def ask(text: str) -> QueryResult:
        return merged.query(text, prefixes=PREFIXES)

    data = make_layout(ask)
    (aside / LAYOUT_FILE).write_bytes(data)
    for lang in DRAWING_FILES:
        drawn, said = make_pictures(ask, lang, read_layout(data))
        (aside / DRAWING_FILES[lang]).write_bytes(drawn)
        (aside / SUMMARY_FILES[lang]).write_bytes(said)


def settle(
    aside: Path,
    folder: Path,
    name: str,
    manifest: Mapping[str, Any],
    *,
    synced: frozenset[str] = frozenset(),
) -> str:
    """Make *aside*, which has the databases, a version that can be switched to; returns its name: *name*, with
    a number where a version of that name is there already.  *synced*: suffixes of files on the disk already."""
    version = _free_name(folder, name)
    full = {**manifest, "layout": LAYOUT, "engine": ox.__version__, "version": version}
    _put(aside, folder, version, full, synced)
    return version


def settle_restored(aside: Path, folder: Path, name: str) -> str:
    """Make *aside*, the files of a version called *name* of whatever layout, a version that can be switched to;
    returns what it is called here."""
    if Path(name).name != name:
        raise StoreError(f"{folder}: «{name[:80]}» is no name of a version")
    version = _free_name(folder, name)
    manifest = json.loads((aside / "manifest.json").read_bytes())
    _put(aside, folder, version, {**manifest, "version": version})
    return version


def _put(
    aside: Path,
    folder: Path,
    version: str,
    manifest: Mapping[str, Any],
    synced: frozenset[str] = frozenset(),
) -> None:
    (aside / "manifest.json").write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    (aside / "readers").touch()
    for place in sorted(aside.rglob("*"), reverse=True):
        if place.suffix not in synced:
            to_disk(place)
    to_disk(aside)
    aside.rename(folder / "versions" / version)
    to_disk(folder / "versions")


def _free_name(folder: Path, name: str) -> str:
    version, again = name, 1
    while (folder / "versions" / version).exists():
        again += 1
        version = f"{name}-{again}"
    return version


def describe_graphs(store: ox.Store, quads: int | None = None) -> dict[str, Any]:
    """What the manifest says of the content: how much it is (*quads*, where that is known), and which graphs
    make up the merge."""
    visible = visible_graphs(store)
    return {
        "quads": len(store) if quads is None else quads,
        "graphs": [
            str(g) if isinstance(g, ox.BlankNode) else g.value
            for g in visible
            if not isinstance(g, ox.DefaultGraph)
        ],
        "unnamed": any(isinstance(g, ox.DefaultGraph) for g in visible),
    }


def to_disk(place: Path) -> None:
    """Wait until a file, or the list of names that a folder is, has reached the disk."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def switch(folder: Path, version: str, written: bytes = b"") -> None:
    """From now on readers open *version*, to which *written* (lines of a journal) was done since; versions that
    nobody reads any more are removed."""
    pointer = folder / f".current.{os.getpid()}"
    pointer.write_text(version + "\n", "utf-8")
    to_disk(pointer)
    beside = journal(folder, version)
    beside.unlink(missing_ok=True)  # of an older version of the same name
    if written:
        beside.write_bytes(written)
        to_disk(beside)
    pointer.replace(folder / "current")
    to_disk(folder)
    _forget_others(folder, version)


def tidy(folder: Path, seconds: float) -> None:
    """Remove the versions that nobody reads any more; who is just ending is waited for, up to *seconds*.  Nothing is
    done where another process writes the store."""
    until = time.monotonic() + seconds
    with contextlib.suppress(StoreError, OSError), only_builder(folder, patience=0):
        version = current_version(folder).name
        _forget_others(folder, version)
        while len(list((folder / "versions").iterdir())) > 1 and time.monotonic() < until:
            time.sleep(_AGAIN)
            _forget_others(folder, version)


def _forget_others(folder: Path, version: str) -> None:
    """Remove the versions that are neither current nor read by anybody."""
    for place in (folder / "versions").iterdir():
        if place.name == version:
            continue
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            if (place / "readers").exists():
                readers = stack.enter_context((place / "readers").open("rb"))
                fcntl.flock(readers, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(place, ignore_errors=True)


def dump(dataset: Dataset, form: str, out: IO[bytes], graph: str | None = None) -> None:
    """Write the whole dataset (nquads, trig, jsonld), or its default graph (turtle); only *graph*, if one is
    named."""
    chosen = FORMATS[form]
    if graph is not None:
        name = graph_name(graph)
        if not dataset.store.contains_named_graph(name):
            raise StoreError(f"there is no graph <{graph}> in this store")
        quads = sorted(dataset.store.quads_for_pattern(None, None, None, name), key=str)
        rows = quads if chosen.supports_datasets else [quad.triple for quad in quads]
        ox.serialize(rows, output=out, format=chosen, prefixes=PREFIXES)
        return
    if chosen.supports_datasets:
        dataset.store.dump(output=out, format=chosen, prefixes=PREFIXES)
        return
    triples = {
        quad.triple
        for within in dataset.union
        for quad in dataset.store.quads_for_pattern(None, None, None, within)
    }
    ox.serialize(sorted(triples, key=str), output=out, format=chosen, prefixes=PREFIXES)


def load(file: Path, folder: Path, report: Callable[[str], None] = lambda _line: None) -> str:
    """Make the dataset in *file* (as ``dump`` writes it) the content of the store in *folder*.

    A file that does not parse leaves the store as it was.  Of the dump of an engine that was published to, what was
    kept there beside the graphs is left out.
    """
    form = SUFFIXES.get(file.suffix.lower())
    if form is None:
        raise StoreError(f"{file}: unknown type; give one of {', '.join(sorted(SUFFIXES))}")
    lines: set[str] = set()
    left_out: set[str] = set()
    try:
        for quad in ox.parse(file.read_bytes(), format=form):
            name = getattr(quad.graph_name, "value", "")
            if name in (GRAPH_MERGED, GRAPH_PUBLISHED):
                left_out.add(name)
            else:
                lines.add(_quad(quad))
    except OSError as fault:
        raise StoreError(f"{file}: cannot be read ({fault.strerror}); check the path") from None
    except (SyntaxError, ValueError) as fault:
        raise StoreError(f"{file}: does not parse ({' '.join(str(fault).split())[:200]})") from None
    for name in sorted(left_out):
        report(
            f"{file}: <{name}> is left out: it is what «kg build --remote» keeps beside the graphs"
        )
    text = ("\n".join(sorted(lines)) + "\n").encode("utf-8")
    manifest = {"plans": _plans_of(text), "loaded": file.name}
    return publish([text], folder, manifest, report)


def _quad(quad: ox.Quad) -> str:
    text = ox.serialize([quad], format=ox.RdfFormat.N_QUADS)
    return text.decode("utf-8").strip() if text else ""


def _plans_of(text: bytes) -> list[dict[str, Any]]:
    """The entries of the manifest, read back from the data."""
    store = ox.Store()
    store.bulk_load(input=text, format=ox.RdfFormat.N_QUADS)
    rows = store.query(PLANS, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions)
    return plan_entries(rows)


def plan_entries(rows: Iterable[ox.QuerySolution]) -> list[dict[str, Any]]:
    """The entries of the manifest that the answer to ``PLANS`` makes."""
    found: list[dict[str, Any]] = []
    for row in rows:
        value = {
            name: (term.value if (term := row[name]) is not None else None)
            for name in ("plan", "number", "date", "title", "tasks", "targets")
        }
        counts = {name: int(value.pop(name) or 0) for name in ("tasks", "targets")}
        found.append({"iri": value.pop("plan"), **value, **counts})
    return found
