"""kg build, kg remove, kg diff, kg dump, kg load: what changes stores, compares them or takes them out."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import KgError
from .checked import Seconds
from .common import (
    STORE,
    file_argument,
    open_store,
    plan_iri,
    progress,
    published_options,
    say,
    say_remarks,
    store_option,
    write_output,
)
from .publishing import publish_store

if TYPE_CHECKING:
    from ..remote.endpoint import Endpoint
    from ..summary import Summary


_store = click.option("--store", required=True, type=STORE, help="Folder of the store.")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--store", type=click.Path(path_type=Path), help="Folder of the store.")
@published_options
@click.option("--number", help="Number of a plan that has none (a draft): 06/KH-UBND.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Its date: 2021-01-14.")
@click.option("--jobs", type=click.IntRange(1), help="Processes at once. [default: one a core]")
@click.option(
    "--limit",
    type=Seconds(1),
    default=300,
    show_default=True,
    help="Seconds that one file may take.",
)
@click.option(
    "--only", is_flag=True, help="Take out the plans that are in the store and not given."
)
@click.option(
    "--report",
    "report_file",
    type=click.Path(path_type=Path),
    help="File for the summary as JSON, with reasons, names to review and timings.",
)
def build(
    paths: tuple[Path, ...],
    store: Path | None,
    remote: Endpoint | None,
    number: str | None,
    day: datetime | None,
    jobs: int | None,
    limit: float,
    only: bool,
    report_file: Path | None,
) -> None:
    """Bring plans into a store: files, or folders read recursively.

    \b
    kg build plans/ --store my-store
    kg build draft.txt --store my-store --number 07/KH-UBND --date 2021-02-01
    kg build plans/ --store my-store --report build.json
    kg build plans/ --store my-store --remote http://127.0.0.1:7878/query --remote-update http://127.0.0.1:7878/update

    Plans that are in the store already stay, and are read again only if their text, their corrections
    or the rules have changed. With --remote, the graphs of the store that changed are then published there; without
    PATHS, those of the store as it is. Exit code: 0 all are in; 1 some left out (each is named with the reason);
    2 none built.
    """
    if store is None:
        raise click.UsageError("Missing option '--store'.")
    if not paths:
        if remote is None:
            raise click.UsageError("Missing argument 'PATHS...'.")
        publish_store(store, remote, only=only)
        return
    from ..pipeline import build as build_store
    from ..summary import summary_json, summary_text

    try:
        with progress() as advance:
            summary = build_store(
                paths,
                store,
                number=number,
                day=day.date() if day else None,
                replace=only,
                jobs=jobs or os.cpu_count() or 1,
                limit=limit,
                report=say,
                advance=advance,
            )
    except KeyboardInterrupt:
        say("kg: stopped; the store is as it was")
        sys.exit(130)
    _tell(summary)
    if report_file is not None:
        write_output(summary_json(summary, str(store)).encode("utf-8"), report_file)
    if summary.exit_code == 2:
        say("nothing was built; the store is as it was")
    else:
        click.echo(summary_text(summary, str(store)), nl=False)
        if remote is not None:
            publish_store(store, remote, only=only)
    sys.exit(summary.exit_code)


def _tell(summary: Summary) -> None:
    """What needs a look, on standard error."""
    from ..review import review_lines

    for name in summary.skipped:
        say(f"skipped (no plan): {name}")
    for iri in summary.dropped:
        say(f"taken out: {iri}")
    for name in summary.stale:
        say(f"stale: {name} was read by other rules; give its file again")
    for _name, reason in summary.left_out:
        say(f"left out: {reason}")
    for name, cut in summary.cuts:
        say(f"{name}: {cut}")
    for name, remark in summary.remarks:
        say_remarks(name, [remark])
    for line in summary.decisions:
        say(line)
    if summary.unknown:
        say("\n".join(review_lines(summary.unknown)))


@click.command()
@click.argument("plan", metavar="IRI")
@_store
def remove(plan: str, store: Path) -> None:
    """Take the plan IRI (or its number, if one plan has it) out of a store.

    \b
    kg remove https://w3id.org/kehoach/doc/vn-73/ubnd/kh/2021/06 --store my-store
    kg remove 06/KH-UBND --store my-store
    """
    from ..pipeline import remove as remove_plan
    from ..store import open_dataset

    iri = plan_iri(open_dataset(store), plan)
    remove_plan(iri, store, say)
    left = len(open_dataset(store).manifest.get("plans", []))
    click.echo(f"{iri} is out; {left} plan(s) left in {store}")


@click.command()
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("after", metavar="B", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option("--rule", help="Only facts found by this rule.")
def diff(before: Path, after: Path, form: str, rule: str | None) -> None:
    """What changed from A to B, each a store or a file of RDF: facts gained, lost and altered, by rule.

    \b
    kg diff store-before store-after
    kg diff before.nq after.nq --format json

    To see what a change to a rule gains and loses: build the plans before it and after it, into two
    stores, and compare them. Exit code: 0 the same facts; 1 they differ.
    """
    from ..diff import compare, diff_json, diff_text, read_facts

    found = compare(read_facts(before), read_facts(after))
    if rule is not None:
        found = found.of_rule(rule)
    click.echo(diff_text(found) if form == "text" else diff_json(found), nl=False)
    sys.exit(1 if found.changes else 0)


@click.command()
@store_option
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["nquads", "trig", "turtle", "jsonld"]),
    default="nquads",
    show_default=True,
)
@click.option("--plan", help="Only this plan: its IRI or number.")
@click.option(
    "--release",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write a folder that can be published and cited instead.",
)
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    metavar="OLD",
    help="With --release: a store or data file before it; the changelog tells what changed.",
)
def dump(
    store: Path | None,
    output: Path | None,
    form: str,
    plan: str | None,
    release: Path | None,
    since: Path | None,
) -> None:
    """Write the whole dataset, or one plan of it, to a file (turtle: the default graph only), or a release to a folder.

    \b
    kg dump -o all.nq
    kg dump --format turtle -o plans.ttl
    kg dump --plan 06/KH-UBND --format turtle -o plan.ttl
    kg dump --release kehoach-2026-11 --since kehoach-2026-10/data/kehoach.nq

    A release has the data (all of it as N-Quads, each plan as Turtle), the ontology, shapes and questions, a description
    in VoID and DCAT, checksums, licences, a changelog, the versions of program and rules, and how to cite it. The same store
    gives the same files. Check one by «sha256sum -c SHA256SUMS» in its folder.
    """
    import io

    from ..store import dump as dump_dataset

    if (release is None) == (output is None):
        raise KgError("say where to write: -o FILE, or --release DIR")
    if release is None and since is not None:
        raise KgError("--since belongs to --release")
    dataset = open_store(store)
    if release is not None:
        from ..release import write_release

        if plan is not None:
            raise KgError("a release holds all plans; leave out --plan")
        files = write_release(dataset, release, since)
        click.echo(f"{release}: {files} files, dataset {dataset.version}")
        return
    out = io.BytesIO()
    dump_dataset(dataset, form, out, graph=plan_iri(dataset, plan) if plan else None)
    write_output(out.getvalue(), output)


@click.command()
@file_argument
@_store
@click.option(
    "--as",
    "role",
    type=click.Choice(["dataset", "reference"]),
    default="dataset",
    show_default=True,
    help="dataset: the whole content; reference: a national graph beside what is there.",
)
@click.option("--name", help="With --as reference: what to call the graph. [default: as the file]")
def load(file: Path, store: Path, role: str, name: str | None) -> None:
    """Make the dataset in FILE (as «kg dump» writes it) the content of a store, or take FILE in beside it.

    \b
    kg load all.nq --store my-store
    kg load ministries.ttl --as reference --store my-store

    Reference data (agencies, units, documents, what became of them) is checked: each thing needs a name and
    a source. With errors nothing is taken in. It is a graph of its own, kept by every later build.
    """
    from ..store import load as load_dataset
    from ..store import open_dataset

    if role == "reference":
        from ..beside import import_reference

        taken = import_reference(file, store, name or "")
        count = taken.quads.count(b"\n")
        click.echo(f"{count:,} statements in <{taken.graph}>, kept in {store} by every build")
        return
    load_dataset(file, store, say)
    click.echo(f"{len(open_dataset(store).store):,} statements in {store}")
