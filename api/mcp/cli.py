"""``kg mcp``: arguments in, a running server for assistants out."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.common import port_option, query_limit_option, store_option
from kg.errors import KgError

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer


@click.command()
@store_option
@click.option("--url", help="Ask a running service instead: http://127.0.0.1:8000.")
@click.option("--http", is_flag=True, help="Serve by HTTP on 127.0.0.1 instead of standard input.")
@port_option(8001, "With --http; 0: any free port.")
@query_limit_option
def mcp(store: Path | None, url: str | None, http: bool, port: int, timeout: float) -> None:
    """Serve a store to assistants that speak the Model Context Protocol, by standard input and output or by HTTP.

    \b
    kg mcp
    kg mcp --store my-store
    kg mcp --url http://127.0.0.1:8000 --http --port 8001

    Tools: search, get_clause, get_agency, list_questions, run_question, sparql. All only read, and every answer
    has the clauses it rests on. Needs the extra «mcp»: pip install '.[mcp]' in the checkout.
    """
    try:
        from .server import make_server
    except ImportError as fault:
        raise KgError(
            f"{fault.name} is not installed here; «pip install 'mcp>=2.3,<3'» brings what kg mcp needs"
        ) from None
    if store is not None and url is not None:
        raise KgError("give --store or --url, not both")
    if url is not None:
        from kg.client.client import connect

        source = connect(url).source
        server = make_server(source, version("kehoach"))
        _serve(server, http, port)
        return
    if sys.platform != "linux":
        raise KgError(
            "kg mcp on a store runs on Linux only: it confines queries by means that others lack; give --url"
        )
    from kg.pipeline import default_store
    from kg.store import current_version

    from ..engine import Engine
    from ..limits import Limits
    from .confined import Confined

    folder = store or default_store(lambda line: click.echo(line, err=True))
    current_version(folder)
    confined = Confined(Engine(folder, limits=Limits(seconds=timeout, workers=4)))
    try:
        _serve(make_server(confined, version("kehoach")), http, port)
    finally:
        confined.close()


def _serve(server: MCPServer[Any], http: bool, port: int) -> None:
    if not http:
        server.run("stdio")
        return
    from ..listening import listen
    from .http import PATH, serve_http

    listener = listen("127.0.0.1", port)
    click.echo(f"http://127.0.0.1:{listener.getsockname()[1]}{PATH}")
    sys.stdout.flush()
    serve_http(server, listener)
