"""``kg serve``: arguments in, a running service out."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.checked import Checked
from kg.cli.common import port_option, query_limit_option, say, served_options
from kg.errors import KgError, StoreError
from kg.store import ENGINE_FAULTS, LAYOUT, current_version, make_empty, read_any_manifest

from . import address, confine
from .allocation import loading
from .limits import Limits
from .listening import listen
from .logfile import LogFile, Rotation, rotation

if TYPE_CHECKING:
    from kg.remote.endpoint import Endpoint

_HOLDER = "kg.api.holder"  # it loads its part of the program while this process does


def _workers() -> int:
    """Two a processor, so that normal queries are answered while some run long; at least four."""
    return max(4, 2 * len(os.sched_getaffinity(0)))


def _allow_service(text: str) -> None:
    from .federation import allowed

    allowed([text])


def _host(text: str) -> None:
    from .listening import require_host

    require_host(text)


def _rate_limit(text: str) -> None:
    from .ratelimit import rate_limits

    rate_limits(text)


def _trusted_proxy(text: str) -> None:
    from .proxies import networks

    networks([text])


@click.command()
@click.option(
    "--store",
    type=click.Path(path_type=Path, readable=False),
    help="Folder of the store. Without it: the bundled plan, built into a cache folder when needed.",
)
@served_options
@click.option(
    "--host",
    type=Checked(_host),
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on.",
)
@port_option(8000)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="Processes that run queries.  [default: two a processor, at least 4]",
)
@query_limit_option
@click.option(
    "--memory",
    default=384,
    show_default=True,
    type=click.IntRange(32, 1 << 20),
    help="MB that a query may take.",
)
@click.option(
    "--max-answer",
    default=64,
    show_default=True,
    type=click.IntRange(1, 4096),
    help="MB that an answer may have.",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "memory", "disk"]),
    default="auto",
    show_default=True,
    help="Where the dataset is read: auto takes memory where it fits well, and the disk until it is loaded.",
)
@click.option(
    "--default-graph",
    type=click.Choice(["union", "plain"]),
    default="union",
    show_default=True,
    help="What a query without FROM sees: the union of the graphs, or the bare standard's default graph.",
)
@click.option(
    "--update-token-file",
    type=click.Path(path_type=Path),
    help="File with a token; whoever sends it may write (/update, /store). Without it nobody may.",
)
@click.option(
    "--validate-updates", is_flag=True, help="Refuse a write that leaves SHACL data errors."
)
@click.option(
    "--allow-service",
    multiple=True,
    type=Checked(_allow_service),
    metavar="URL",
    help="An endpoint that queries may ask with SERVICE <URL>, written just so; repeat it for more. Without it: none.",
)
@click.option(
    "--rate-limit",
    type=Checked(_rate_limit),
    metavar="SPEC",
    help="How often one client may ask: 60/minute, or «10/second; 300/hour». Without it: no limit.",
)
@click.option(
    "--trusted-proxy",
    multiple=True,
    type=Checked(_trusted_proxy),
    metavar="ADDRESS",
    help="Address or network of a proxy whose X-Forwarded-* headers are believed.",
)
@click.option(
    "--public-url",
    type=Checked(address.public_url),
    metavar="URL",
    help="The address under which the service is known. Without it: what each client calls it.",
)
@click.option(
    "--access-log",
    type=click.Path(dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Write a line of JSON for each request: to a file, or «-» for standard error. Of a query it has a hash.",
)
@click.option(
    "--access-log-rotate",
    default="day",
    show_default=True,
    type=Checked(lambda text: rotation(text, 0)),
    metavar="day|never|SIZE",
    help="When a new file is begun: each day, from a size on (100MB), or never (logrotate does it, with SIGHUP).",
)
@click.option(
    "--access-log-keep",
    default=30,
    show_default=True,
    type=click.IntRange(0, 10_000),
    help="How many files are kept beside it: days, where a new one is begun each day.",
)
@click.option(
    "--log-queries",
    is_flag=True,
    help="Write the text of queries and searches to the access log as well: it may tell what a person looks for.",
)
def serve(
    store: Path | None,
    remote: Endpoint | None,
    host: str,
    port: int,
    workers: int | None,
    timeout: float,
    memory: int,
    max_answer: int,
    engine: str,
    default_graph: str,
    update_token_file: Path | None,
    validate_updates: bool,
    allow_service: tuple[str, ...],
    rate_limit: str | None,
    trusted_proxy: tuple[str, ...],
    public_url: str | None,
    access_log: str | None,
    access_log_rotate: str,
    access_log_keep: int,
    log_queries: bool,
) -> None:
    """Serve a store: pages, the question catalogue, and a SPARQL endpoint.

    \b
    kg serve
    kg serve --store my-store --port 8001
    kg serve --store my-store --update-token-file token.txt --rate-limit 60/minute
    kg serve --remote http://engine.example.vn:7878/query
    kg serve --remote http://engine.example.vn:7878/query --remote-update http://engine.example.vn:7878/update --update-token-file token.txt
    """
    if sys.platform != "linux":
        raise KgError("kg serve runs on Linux only: it confines queries by means that others lack")
    with loading(), confine.early(_HOLDER):
        from .authority import read_token
        from .server import Server

        token = read_token(update_token_file) if update_token_file is not None else None
        if remote is not None:
            _require_together(
                remote,
                store,
                token_file=update_token_file,
                validates=validate_updates,
                is_plain=default_graph == "plain",
            )
        _log_to(access_log, rotation(access_log_rotate, access_log_keep))
        listener = listen(host, port)
        folder = _folder(store, may_write=token is not None) if remote is None else _mirror(remote)
        limits = Limits(
            seconds=timeout,
            memory=memory << 20,
            answer=max_answer << 20,
            workers=workers or _workers(),
        )
        server = Server(
            {
                "STORE": folder,
                "DEFAULT_GRAPH": default_graph,
                "ENGINE": engine,
                "LIMITS": limits,
                "UPDATE_TOKEN": token,
                "VALIDATE_UPDATES": validate_updates,
                "TRUSTED_PROXIES": trusted_proxy,
                "RATE_LIMIT": rate_limit,
                "PUBLIC_URL": public_url,
                "LOG_QUERIES": log_queries,
                "REMOTE": remote,
                "ALLOW_SERVICE": allow_service,
            },
            listener,
        )
    server.heed_signals()
    manifest = server.engine.manifest
    plans = manifest.get("plans", [])
    tasks = sum(int(plan.get("tasks") or 0) for plan in plans)
    targets = sum(int(plan.get("targets") or 0) for plan in plans)
    click.echo(
        f"{len(plans)} plan(s), {tasks} tasks, {targets} targets, {manifest['quads']:,} statements"
    )
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"http://{shown}:{listener.getsockname()[1]}/")
    sys.stdout.flush()
    server.run()


def _folder(store: Path | None, *, may_write: bool) -> Path:
    if store is None:
        from kg.pipeline import default_store

        return default_store(say)
    try:
        place = current_version(store)
    except StoreError:
        if not may_write or (store.exists() and any(store.iterdir())):
            raise
        make_empty(store)
        return store
    with contextlib.suppress(*ENGINE_FAULTS):  # the engine will tell
        if read_any_manifest(place)["layout"] < LAYOUT:
            from kg.upgrading import upgrade

            upgrade(store, say)
    return store


def _require_together(
    remote: Endpoint,
    store: Path | None,
    *,
    token_file: Path | None,
    validates: bool,
    is_plain: bool,
) -> None:
    """Nothing that does not go together with a remote engine."""
    if store is not None:
        raise KgError("give --store or --remote: the dataset is here, or there")
    if token_file is None and remote.update_url is not None:
        raise KgError(
            "--remote-update: who may write? Give --update-token-file FILE as well; without both the service only reads"
        )
    if token_file is not None and remote.update_url is None:
        raise KgError(
            "--update-token-file: where does the remote engine take updates? Give --remote-update URL as well; or leave "
            "it out, and publish with kg build --remote"
        )
    if validates:
        raise KgError(
            "--validate-updates: a remote engine checks no write against the shapes; leave it out, or check a store here "
            "with kg validate and publish it with kg build --remote"
        )
    if is_plain and remote.update_url is not None:
        raise KgError(
            "--default-graph plain: what a remote engine has without a graph is not written here; leave it out, or "
            "--remote-update"
        )


def _mirror(endpoint: Endpoint) -> Path:
    """The folder of the mirror, as new as can be: the one of last time where the engine does not answer now."""
    from kg.remote.mirror import known_version, mirror_folder, refresh

    folder = mirror_folder(endpoint.url)
    try:
        refresh(folder, endpoint, say)
    except KgError as fault:
        if known_version(folder) is None:
            raise
        say(f"{fault}. Served as it was known last, until it answers")
    return folder


def _log_to(access_log: str | None, when: Rotation) -> None:
    logging.basicConfig(stream=sys.stderr, format="kg: %(message)s", level=logging.WARNING)
    if access_log is None:
        return
    handler: logging.Handler
    if access_log == "-":
        handler = logging.StreamHandler()
    else:
        file = LogFile(Path(access_log), when)
        signal.signal(signal.SIGHUP, lambda *_: file.reopen())
        handler = file
    handler.setFormatter(logging.Formatter("%(message)s"))
    log = logging.getLogger("kehoach.access")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
