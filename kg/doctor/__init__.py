"""Whether all that the program needs is there and well: the machine, a store, a running service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .finding import Finding
from .machine import examine_machine
from .service import examine_service
from .stored import examine_store


def examine(store: Path | None, url: str | None) -> Iterator[Finding]:
    """Look at this machine, at the store in the folder *store*, and at the service at *url*."""
    yield from examine_machine()
    if store is not None:
        yield from examine_store(store)
    if url is not None:
        yield from examine_service(url)
