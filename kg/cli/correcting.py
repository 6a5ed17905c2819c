"""kg correct: what a person puts right in a plan, kept in a file beside it."""

from __future__ import annotations

import getpass
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import CorrectionsError
from .common import file_argument, say, short

if TYPE_CHECKING:
    from ..model import Plan, Review, Span


def me() -> str:
    """The name that git knows, else the one of the login."""
    if git := shutil.which("git"):
        run = subprocess.run([git, "config", "user.name"], capture_output=True, check=False)
        if name := run.stdout.decode("utf-8", "replace").strip():
            return name
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise CorrectionsError("nobody's name is known here; add --who «your name»") from None


@click.command()
@file_argument
@click.option(
    "--at",
    "keys",
    multiple=True,
    metavar="KEY",
    help="Key of a fact or clause, as «kg extract» prints it; several for the same change.",
)
@click.option("--words", help="Exact words of the plan (with --at: within that clause).")
@click.option(
    "--span", metavar="START:END", help="Offsets in the plan's text, as «kg read» prints them."
)
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="FIELD",
    help="leads, target.value, document.number …",
)
@click.option(
    "--value",
    "values",
    multiple=True,
    help="What stands there; several for a list, '' for nothing.",
)
@click.option("--add", "added", multiple=True, help="One more for a list.")
@click.option("--remove", "removed", multiple=True, help="One less of a list.")
@click.option("--confirm", is_flag=True, help="It is right as it is.")
@click.option("--add-task", is_flag=True, help="The clause is a task.")
@click.option(
    "--add-target",
    metavar="INDICATOR",
    help="The words (a number with unit) are a target for INDICATOR.",
)
@click.option("--add-reference", metavar="NUMBER", help="The words cite document NUMBER.")
@click.option("--remove-fact", metavar="KIND", help="The task, target or reference is none.")
@click.option("--why", help="How you know.")
@click.option("--who", help="Your name.  [default: git's user.name, else your login]")
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@click.option("--list", "list_", is_flag=True, help="List the corrections of FILE.")
@click.option(
    "--check", is_flag=True, help="Which corrections no longer apply?  Exit code 1 if any."
)
@click.option("--undo", type=int, metavar="N", help="Take correction N (see --list) out.")
def correct(
    file: Path,
    keys: tuple[str, ...],
    words: str | None,
    span: str | None,
    fields: tuple[str, ...],
    values: tuple[str, ...],
    added: tuple[str, ...],
    removed: tuple[str, ...],
    confirm: bool,
    add_task: bool,
    add_target: str | None,
    add_reference: str | None,
    remove_fact: str | None,
    why: str | None,
    who: str | None,
    dry_run: bool,
    list_: bool,
    check: bool,
    undo: int | None,
) -> None:
    """Put right what was read wrongly in the plan FILE, or confirm it.

    Corrections are kept in FILE.corrections.toml, which may be edited by hand (docs/corrections.md), and
    hold whenever the plan is read.

    \b
    kg correct plan.txt --at II.3.a --field leads --value "Sở A" --value "Sở B" --why "nhãn ở trên"
    kg correct plan.txt --field document.number --value 06/KH-UBND --why "bản đã ký"
    kg correct plan.txt --at II.2.dd.p1 --field leads --confirm
    kg correct plan.txt --span 120:180 --add-task --why "câu này giao việc"
    kg correct plan.txt --list
    """
    if list_ or check:
        _show(file, only_remarks=check)
        return
    if undo is not None:
        from ..corrections.file import remove_correction

        click.echo(f"taken out: {undo}. {remove_correction(file, undo)}")
        return
    do, wanted, value = _change(
        fields, values, added, removed, confirm, add_task, add_target, add_reference, remove_fact
    )
    if do != "confirm" and not why:
        raise CorrectionsError("why is not told; add --why, in a few words, how you know")
    _write(file, _pointers(keys, words, span), do, wanted, value, who or me(), why, dry_run)


def _change(
    fields: tuple[str, ...],
    values: tuple[str, ...],
    added: tuple[str, ...],
    removed: tuple[str, ...],
    confirm: bool,
    add_task: bool,
    add_target: str | None,
    add_reference: str | None,
    remove_fact: str | None,
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """What to do, with which fields, and the value."""
    facts: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []
    if add_task:
        facts.append(("add", ("task",), ()))
    if add_target is not None:
        facts.append(("add", ("target",), (add_target,)))
    if add_reference is not None:
        facts.append(("add", ("reference",), (add_reference,)))
    if remove_fact is not None:
        facts.append(("remove", (remove_fact,), ()))
    if confirm:
        facts.append(("confirm", fields, ()))
    for do, given in (("set", values), ("add", added), ("remove", removed)):
        if given:
            facts.append((do, fields, given))
    if len(facts) != 1:
        raise CorrectionsError(
            "give one change: --value, --add, --remove, --confirm, --add-task, --add-target, "
            "--add-reference or --remove-fact (see kg correct --help)"
        )
    do, wanted, given = facts[0]
    if not wanted:
        raise CorrectionsError("which field is not told; add --field, such as --field leads")
    if fields and wanted != fields:
        raise CorrectionsError("--field goes with --value, --add, --remove or --confirm only")
    return do, wanted, given


def _pointers(
    keys: tuple[str, ...], words: str | None, span: str | None
) -> list[tuple[str | None, str | None, Span | None]]:
    if span is not None and (keys or words is not None):
        raise CorrectionsError("--span says the place alone; leave out --at and --words")
    from ..model import Span

    offsets = None
    if span is not None:
        found = re.fullmatch(r"(\d{1,12}):(\d{1,12})", span)
        if found is None or int(found.group(1)) >= int(found.group(2)):
            raise CorrectionsError(f"--span is START:END, such as 120:180; «{span}» is not")
        offsets = Span(int(found.group(1)), int(found.group(2)))
    return [(key, words, offsets) for key in keys or (None,)]


def _write(
    file: Path,
    places: list[tuple[str | None, str | None, Span | None]],
    do: str,
    fields: tuple[str, ...],
    value: tuple[str, ...],
    who: str,
    why: str | None,
    dry_run: bool,
) -> None:
    from ..corrections import apply_corrections, load_corrections
    from ..corrections.file import append_corrections
    from ..corrections.writing import Pointer, full_field, make_correction, try_corrections
    from ..pipeline import extract_plan

    known = load_corrections(file)
    extracted = extract_plan(file)
    current = apply_corrections(extracted, known)
    when = datetime.now().astimezone().replace(microsecond=0)
    new = tuple(
        make_correction(
            current,
            Pointer(*place),
            do=do,
            field=full_field(field),
            value=value,
            who=who,
            when=when,
            why=why,
        )
        for place in places
        for field in fields
    )
    corrected, reviews = try_corrections(extracted, known, new)
    for review in reviews:
        _tell(review)
    _warn(corrected, reviews)
    if dry_run:
        say("nothing was written (--dry-run)")
        return
    say(f"written: {append_corrections(file, new)}")


def _tell(review: Review) -> None:
    if review.kind == "confirmation":
        click.echo(f"{review.key} {review.field}: «{short(review.value or '')}» confirmed")
        return
    before, after = (f"«{short(v)}»" if v else "nothing" for v in (review.replaced, review.value))
    click.echo(f"{review.key} {review.field}: {before} → {after}")


def _warn(corrected: Plan, reviews: tuple[Review, ...]) -> None:
    """Names that the reference data does not know may be misspelt."""
    from ..registry import load_registry
    from ..resolution import resolve

    keys = {r.key for r in reviews if r.field.startswith("task.") and r.kind == "correction"}
    registry = load_registry()
    names = {
        role.mention.name: role.mention
        for task in resolve(corrected, registry).tasks
        for role in task.roles
        if task.key in keys and role.status == "corrected"
    }
    for name, mention in names.items():
        if mention.doubt:
            say(f"note: it is not known who «{name}» is; it becomes {mention.iri}")


def _show(file: Path, *, only_remarks: bool) -> None:
    from ..corrections import apply_corrections, corrections_path, load_corrections
    from ..pipeline import extract_plan

    known = load_corrections(file)
    plan = apply_corrections(extract_plan(file), known)
    if not known:
        click.echo(f"no corrections: {corrections_path(file)} is not there or empty")
        return
    for number, one in enumerate(known, 1):
        remarks = [remark for remark in plan.remarks if remark.number == number]
        if only_remarks and not remarks:
            continue
        click.echo(f"{number}. {one}")
        click.echo(f"     {one.when:%Y-%m-%d}  {one.who}{f'  {one.why}' if one.why else ''}")
        for remark in remarks:
            state = "look again" if remark.applied else "NOT APPLIED"
            click.echo(f"     {state}: {remark.why}; {remark.remedy}")
    failing = sum(not remark.applied for remark in plan.remarks)
    click.echo(f"{len(known)} correction(s), {failing} not applied")
    sys.exit(1 if only_remarks and failing else 0)
