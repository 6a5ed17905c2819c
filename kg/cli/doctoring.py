"""kg doctor: what is well, what is not, and what to do."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from .common import STORE

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command()
@click.option("--store", type=STORE, help="Folder of a store to read through as well.")
@click.option("--url", metavar="URL", help="Address of a running service to ask as well.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def doctor(store: Path | None, url: str | None, form: str) -> None:
    """Look whether the machine, a store and a service are well, and say what to do where they are not.

    \b
    kg doctor
    kg doctor --store my-store
    kg doctor --store my-store --url https://data.example.vn/kehoach --format json

    Nothing is changed. Exit code: 0 nothing fails (there may be warnings); 1 something does.
    """
    from ..doctor import examine

    findings = []
    for finding in examine(store, url):
        findings.append(finding)
        if form == "text":
            click.echo(
                f"{click.style(f'{finding.state:<4}', fg=_COLOURS[finding.state])}  ", nl=False
            )
            click.echo(f"{finding.about}: {finding.says}")
            if finding.remedy:
                click.echo(f"      {finding.remedy}")
    if form == "json":
        click.echo(json.dumps([asdict(one) for one in findings], ensure_ascii=False, indent=1))
    sys.exit(1 if any(one.state == "fail" for one in findings) else 0)
