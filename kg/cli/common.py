"""What several commands share: options, the store they open, how they speak."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click

from ..errors import KgError
from ..model import Remark

file_argument = click.argument("file", type=click.Path(path_type=Path))
# What is wrong with a store, the store tells best.
STORE = click.Path(path_type=Path, readable=False)
store_option = click.option(
    "--store",
    type=STORE,
    help="Folder of the store. Without it: the store of the bundled plan, built when needed.",
)
output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File to write."
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
    from ..pipeline import default_store
    from ..store import open_dataset

    return open_dataset(store if store is not None else default_store(say))


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
