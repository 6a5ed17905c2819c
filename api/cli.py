"""``kg serve``: arguments in, a running service out."""

from __future__ import annotations

import signal
import socket
import sys
from pathlib import Path
from types import FrameType

import click

from kg.errors import KgError
from kg.pipeline import default_store
from kg.store import open_dataset


@click.command()
@click.option(
    "--store",
    type=click.Path(path_type=Path),
    help="Folder of the store. Without it: the bundled plan, built into a cache folder when needed.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="0: any free port.",
)
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 256))
@click.option(
    "--default-graph",
    type=click.Choice(["union", "plain"]),
    default="union",
    show_default=True,
    help="What a query without FROM sees: the union of the graphs, or the bare standard's default graph.",
)
def serve(store: Path | None, host: str, port: int, threads: int, default_graph: str) -> None:
    """Serve a store: pages, the question catalogue, and a SPARQL endpoint that only reads.

    \b
    kg serve
    kg serve --store my-store --port 8001
    """
    from waitress.server import create_server

    from . import create_app

    listener = _listen(host, port)
    folder = store if store is not None else default_store(lambda line: click.echo(line, err=True))
    dataset = open_dataset(folder)
    app = create_app({"STORE": folder, "DEFAULT_GRAPH": default_graph})
    server = create_server(app, sockets=[listener], threads=threads, ident=None)
    plans = dataset.manifest.get("plans", [])
    tasks = sum(int(plan.get("tasks") or 0) for plan in plans)
    targets = sum(int(plan.get("targets") or 0) for plan in plans)
    click.echo(
        f"{len(plans)} plan(s), {tasks} tasks, {targets} targets, {len(dataset.store):,} statements"
    )
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"http://{shown}:{listener.getsockname()[1]}/")
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    try:
        server.run()
    finally:
        server.close()


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket, before any work is done, so that a taken port is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as fault:
        listener.close()
        raise KgError(
            f"cannot listen on {host}:{port} ({fault.strerror}); choose another with --port, or 0 for any"
        ) from None
    return listener
