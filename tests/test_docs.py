"""The documentation is true: its commands run, its links lead somewhere, its terms exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.catalogue import questions
from kg.cli import main
from kg.names import PREFIXES
from kg.store import Dataset

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCS = sorted((ROOT / "docs").rglob("*.md"))
COMMANDS = [
    line.removeprefix("$ .venv/bin/")
    for line in README.splitlines()
    if line.startswith("$ .venv/bin/kg ") and " serve" not in line
]


def _query() -> str:
    found = re.search(r"```sparql\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found.group(1)


def test_there_are_commands_to_try() -> None:
    assert len(COMMANDS) >= 6


def test_the_commands_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "kg").symlink_to(ROOT / "kg")
    (tmp_path / "innovation.rq").write_text(_query(), "utf-8")
    monkeypatch.chdir(tmp_path)
    for command in COMMANDS:
        result = CliRunner().invoke(main, shlex.split(command)[1:])
        # Exit code 1: there are things without a link, as is told.
        good = (0, 1) if command.startswith("kg link needed") else (0,)
        assert result.exit_code in good, (command, result.output)
        assert "skipped (no plan)" not in result.output, command
        # What goes to a file is told on standard error.
        assert result.output.strip() if " -o " in command else result.stdout.strip(), command


def test_the_query_of_the_readme_gives_the_answer(dataset: Dataset) -> None:
    rows = list(dataset.query(_query()))  # type: ignore[arg-type]
    agencies = {row["agency"].value for row in rows}
    assert len(agencies) == 4
    assert "Hiệp hội Doanh nghiệp tỉnh" in {row["words"].value for row in rows}


def test_the_counts_of_the_readme_are_those_of_the_store(dataset: Dataset) -> None:
    def number(kind: str) -> int:
        (row,) = dataset.query(f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ ?x a kh:{kind} }}")  # type: ignore[misc]
        return int(row["n"].value)

    told = re.search(r"(\d+) plan\(s\), (\d+) tasks, (\d+) targets, ([\d,]+) statements", README)
    assert told is not None
    found = [int(group.replace(",", "")) for group in told.groups()]
    plans = len(dataset.manifest["plans"])
    assert found == [plans, number("Task"), number("Target"), dataset.quads]


def test_one_measurement_has_one_size() -> None:
    """docs/growth.md has its first rows from docs/service.md."""
    measured = (ROOT / "docs" / "service.md").read_text("utf-8")
    sizes = re.findall(r"### (\d+) plan\(s\), ([\d,]+) statements", measured)
    table = (ROOT / "docs" / "growth.md").read_text("utf-8")
    for row in re.findall(r"^\|.*\| measured \(service\.md.*$", table, re.MULTILINE):
        plans, statements = (cell.strip() for cell in row.split("|")[1:3])
        assert (plans, statements) in sizes


@pytest.mark.parametrize("page", [ROOT / "README.md", *DOCS], ids=lambda p: p.name)
def test_nothing_is_installed_from_an_index_that_does_not_have_it(page: Path) -> None:
    for line in page.read_text("utf-8").splitlines():
        assert not re.search(r"pip install\s+['\"]?kehoach", line), line


def test_the_readme_opens_with_the_two_commands() -> None:
    assert re.search(r"\$ make (\w+)\n\$ make (\w+)", README).groups() == ("serve", "test")  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "queries/README.md"])
def test_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target:
            assert (ROOT / name).parent.joinpath(target).exists(), target


def test_the_commands_of_the_table_exist() -> None:
    pages = "".join(page.read_text("utf-8") for page in DOCS)
    named = set(re.findall(r"`kg (\w+)", README + pages))
    assert named == set(main.commands) | {"serve"}


def test_terms_in_the_documents_are_declared() -> None:
    ontology = (ROOT / "ontology" / "kh.ttl").read_text("utf-8")
    for page in (ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS):
        for term in re.findall(r"\bkh:(\w+)", page.read_text("utf-8")):
            assert re.search(rf"^kh:{term} a ", ontology, re.MULTILINE), term


def test_every_question_uses_known_prefixes() -> None:
    for question in questions().values():
        used = set(
            re.findall(r"(?<![\w<:/])([a-z]+):[A-Za-z]", re.sub(r"<[^>]*>|#.*", "", question.query))
        )
        assert used <= set(PREFIXES), question.id
