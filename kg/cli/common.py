"""What several commands share: options, the store they open, how they speak."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import KgError, StoreError
from .checked import Seconds

if TYPE_CHECKING:
    from ..model import Remark
    from ..remote.endpoint import Endpoint

file_argument = click.argument("file", type=click.Path(path_type=Path))
# What is wrong with a store, the store tells best.
STORE = click.Path(path_type=Path, readable=False)
store_option = click.option(
    "--store",
    type=STORE,
    help="Folder of the store. Without it: the store of the bundled plan, built when needed.",
)
query_limit_option = click.option(
    "--timeout",
    default=10.0,
    show_default=True,
    type=Seconds(0.1, 3600),
    help="Seconds that a query may take.",
)


def port_option(default: int, told: str = "0: any free port.") -> Callable[..., Any]:
    """Where a server listens: *default*, or as the user says."""
    ports = click.IntRange(0, 65535)
    return click.option("--port", default=default, show_default=True, type=ports, help=told)


output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File to write."
)


def _with_endpoint(options: Iterable[Callable[..., Any]]) -> Callable[..., Any]:
    """A decorator that gives a command these options, and hands it the endpoint that they tell of as *remote*."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def wrapped(
            *args: Any,
            remote: str | None,
            remote_user: str | None,
            remote_password_file: Path | None,
            remote_token_file: Path | None,
            remote_update: str | None = None,
            remote_store: str | None = None,
            **others: Any,
        ) -> Any:
            who = (remote_user, remote_password_file, remote_token_file)
            endpoint = _endpoint(remote, *who, update=remote_update, store=remote_store)
            return command(*args, remote=endpoint, **others)

        for option in options:
            wrapped = option(wrapped)
        return wrapped

    return decorate


_ASKED = (
    click.option(
        "--remote-token-file",
        type=click.Path(path_type=Path),
        help="File with a token for it (Authorization: Bearer).",
    ),
    click.option(
        "--remote-password-file",
        type=click.Path(path_type=Path),
        help="File with the password of --remote-user.",
    ),
    click.option("--remote-user", metavar="NAME", help="Who asks there (HTTP Basic)."),
)
_REMOTE = click.option(
    "--remote",
    metavar="URL",
    help="A SPARQL 1.1 endpoint that has the dataset, in place of a store.",
)
remote_options = _with_endpoint((*_ASKED, _REMOTE))
served_options = _with_endpoint(
    (
        *_ASKED,
        click.option(
            "--remote-update",
            metavar="URL",
            help="Where it takes updates: writes (--update-token-file) are passed on to it.",
        ),
        _REMOTE,
    )
)
published_options = _with_endpoint(
    (
        *_ASKED,
        click.option(
            "--remote-store", metavar="URL", help="Where it takes graphs (Graph Store protocol)."
        ),
        click.option("--remote-update", metavar="URL", help="Where it takes updates."),
        click.option(
            "--remote",
            metavar="URL",
            help="A SPARQL 1.1 endpoint to which the graphs are published.",
        ),
    )
)


def _endpoint(
    url: str | None,
    user: str | None,
    password_file: Path | None,
    token_file: Path | None,
    *,
    update: str | None,
    store: str | None,
) -> Endpoint | None:
    if url is None:
        if user or password_file or token_file or update or store:
            raise KgError("which endpoint? Give --remote URL")
        return None
    from ..remote.endpoint import Access, Endpoint, read_secret

    password = read_secret(password_file) if password_file is not None else None
    token = read_secret(token_file) if token_file is not None else None
    return Endpoint(url, update=update, store=store, access=Access(user, password, token))


def open_anywhere(store: Path | None, remote: Endpoint | None, timeout: float) -> Any:
    """The dataset of a store, or behind an endpoint, each of whose answers may take *timeout* seconds."""
    if remote is None:
        return open_store(store)
    if store is not None:
        raise KgError("give --store or --remote: the dataset is here, or there")
    import time

    from ..remote.content import manifest
    from ..remote.dataset import RemoteDataset
    from ..remote.question import Question

    def asked(question: Question) -> tuple[str, bytes]:
        return remote.ask(question, time.monotonic() + timeout)

    return RemoteDataset(manifest(asked, remote.url, with_plans=False), asked)


timeout_option = click.option(
    "--timeout",
    default=60.0,
    show_default=True,
    type=Seconds(0.1, 3600),
    help="Seconds that a remote endpoint may take for an answer.",
)


def say(line: str) -> None:
    click.echo(line, err=True)


def say_remarks(file: str, remarks: Iterable[Remark]) -> None:
    """Corrections that were not applied, or that should be looked at again."""
    for remark in remarks:
        state = "look again at" if remark.applied else "not applied:"
        say(
            f"{file}.corrections.toml: {state} correction {remark.number} ({short(remark.what)}): "
            f"{remark.why}; {remark.remedy}"
        )


def open_store(store: Path | None) -> Any:
    """The dataset, with what was acknowledged to whoever wrote to it by HTTP."""
    from ..beside import settle_writes
    from ..pipeline import default_store
    from ..store import open_dataset

    folder = store if store is not None else default_store(say)
    with contextlib.suppress(StoreError):  # where no version can be made now, the journal is read
        settle_writes(folder)
    return open_dataset(folder)


def plan_iri(dataset: Any, name: str) -> str:
    """The plan that has this IRI or number."""
    from ..choices import find_named

    if name.startswith(("http://", "https://")):
        return name
    found = find_named(dataset, "plan", name)
    if len(found) == 1:
        return found[0][0]
    if not found:
        raise KgError(f"no plan is called «{name}» here; «kg ask document/plans» lists them")
    raise KgError(f"«{name}» can be {'; '.join(iri for iri, _ in found)}; give the IRI")


@contextmanager
def progress() -> Iterator[Callable[[int, int, str], None]]:
    """How far a long work is: a bar on a terminal, else a line for each thing done."""
    if not sys.stderr.isatty():
        yield lambda done, total, name: say(f"[{done}/{total}] {name}")
        return
    with ExitStack() as stack:
        bars: list[Any] = []

        def advance(done: int, total: int, name: str) -> None:
            if not bars:
                shown: Any = click.progressbar(
                    length=total, file=sys.stderr, item_show_func=lambda item: str(item or "")[:40]
                )
                bars.append(stack.enter_context(shown))
            bars[0].update(done - bars[0].pos, name)

        yield advance


def write_output(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(data)
    except OSError as fault:
        raise KgError(f"{output}: cannot be written ({fault.strerror})") from None
    say(f"written: {output} ({len(data):,} bytes)")


def short(text: str) -> str:
    return text if len(text) <= 90 else text[:87].rsplit(" ", 1)[0] + " …"
