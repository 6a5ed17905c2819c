"""What is kept here of a remote dataset: its manifest, the index of names and passages, the pictures of its network.

It is a folder like that of a store (see ``store``) whose versions have no databases.  Index and pictures are made of
the statements themselves, which are fetched graph by graph for it and not kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ..errors import KgError, StoreError
from ..merging import HIDDEN
from ..search.gathering import gather
from ..search.index import FILE as INDEX
from ..search.index import write_index
from ..store import current_version, keep_layout, only_builder, read_manifest, settle, switch
from . import content
from .dataset import Ask
from .endpoint import Access, Endpoint
from .errors import RemoteNonsense
from .question import GRAPHS, Question

_SECONDS = 600.0  # that a graph may take
_FORMATS = {"application/n-triples": ox.RdfFormat.N_TRIPLES, "text/turtle": ox.RdfFormat.TURTLE}
Progress = Callable[[str], None]


def mirror_folder(url: str) -> Path:
    """Where the mirror of *url* is kept between two runs."""
    import platformdirs

    name = hashlib.sha256(url.encode("utf-8")).hexdigest()[:16]
    return Path(platformdirs.user_cache_dir("kehoach")) / f"remote-{name}"


def refresh(folder: Path, endpoint: Endpoint, report: Progress = lambda _line: None) -> bool:
    """Bring the mirror in *folder* to the version that the endpoint has; whether there was something to do.

    Raises ``RemoteError``; the mirror is then as it was.
    """

    def ask(question: Question) -> tuple[str, bytes]:
        return endpoint.ask(question, time.monotonic() + _SECONDS)

    known = known_version(folder)
    if known is not None and content.version(ask, endpoint.url)[0] == known:
        return False
    manifest = content.manifest(ask, endpoint.url)
    manifest["remote"] = {**manifest["remote"], "version": manifest["version"]}
    with only_builder(folder, "kg serve --remote"):
        aside = folder / "versions" / f".{os.getpid()}"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        try:
            _prepare(aside, manifest, ask, report)
            version = settle(aside, folder, str(manifest["version"]), manifest)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        switch(folder, version)
    return True


def known_version(folder: Path) -> str | None:
    """The version that the mirror in *folder* is of; None where there is none, or none that can be used."""
    with contextlib.suppress(StoreError, OSError, ValueError):
        told = read_manifest(current_version(folder)).get("remote", {})
        return str(told["version"]) if "version" in told else None
    return None


def _prepare(aside: Path, manifest: dict[str, Any], ask: Ask, report: Progress) -> None:
    """Fetch all statements into a database, make of them what is kept, and forget them."""
    fetched = aside / "fetched"
    merged = ox.Store(str(fetched))
    told = manifest["remote"]
    names = [*manifest["graphs"], *told["hidden"]]
    for number, name in enumerate(names, 1):
        report(f"[{number}/{len(names)}] fetching {name}")
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"
        kind, body = ask(Question(text, GRAPHS))
        into = ox.NamedNode(name) if name in HIDDEN else ox.DefaultGraph()
        try:
            merged.bulk_load(input=body, format=_FORMATS[kind], to_graph=into)
        except (SyntaxError, ValueError) as fault:
            raise RemoteNonsense(
                f"<{name}>: what came is no graph ({' '.join(str(fault).split())[:160]})"
            ) from None
    report("making the index and the pictures")
    write_index(gather(merged), aside / INDEX)
    keep_layout(merged, aside)
    del merged
    shutil.rmtree(fetched)


def main() -> None:
    """``refresh`` as a process of its own: what it is told comes as JSON, its fault goes to standard error."""
    told = json.load(sys.stdin)
    os.nice(10)
    try:
        endpoint = Endpoint(told["url"], access=Access(**told["access"]))
        refresh(Path(told["folder"]), endpoint)
    except KgError as fault:
        sys.exit(str(fault))
