"""``kg build --remote``: the graphs of a store, brought to another engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import open_store, progress, say

if TYPE_CHECKING:
    from ..remote.endpoint import Endpoint


def publish_store(store: Path, remote: Endpoint, *, only: bool) -> None:
    """Publish, and tell what was sent; what is there of others is named, or taken out with *only*."""
    from ..remote.publishing import publish_to

    with progress() as advance:
        done = publish_to(open_store(store), remote, only=only, advance=advance)
    for name in done.foreign:
        say(f"left there, not of this store (--only takes it out): {name}")
    how = (
        ""
        if done.is_whole or not done.sent
        else "; in pieces, as the engine takes no graph at once"
    )
    click.echo(
        f"{remote.url}: {len(done.sent)} graph(s) sent, {len(done.same)} as they were, {len(done.removed)} taken out{how}"
    )
