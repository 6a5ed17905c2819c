"""Two builds side by side: what was gained, lost, altered, and by which rule."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kg.diff import compare, read_facts
from kg.errors import KgError
from kg.extract import extract
from kg.model import Outline, Plan
from kg.pipeline import build

from .test_corpus import BEN_TRE, INVENTED, IRI_BT, IRI_VL, alter, run


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("diff") / "before"
    build([INVENTED], folder)
    return folder


def after(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    plans = Path(shutil.copytree(INVENTED, tmp_path / "plans"))
    for old, new in changes:
        alter(plans / BEN_TRE.name, old, new)
    build([plans], tmp_path / "after")
    return tmp_path / "after"


def test_the_same_facts(before: Path, tmp_path: Path) -> None:
    result = run("diff", before, after(tmp_path))
    assert (result.exit_code, result.stdout) == (0, "the same facts\n")


def test_an_insertion_above_alters_nothing_below(before: Path, tmp_path: Path) -> None:
    moved = after(tmp_path, ("I. MỤC TIÊU", "Kế hoạch này gồm ba phần.\n\nI. MỤC TIÊU"))
    assert compare(read_facts(before), read_facts(moved)).changes == ()


def test_gained_lost_altered(before: Path, tmp_path: Path) -> None:
    changed = after(
        tmp_path,
        ("đạt trên 25%", "đạt trên 26%"),
        ("Cơ quan phối hợp: Sở Công Thương", "Cơ quan phối hợp: Sở Công Thương, Sở Tư pháp"),
        ("Thời gian thực hiện: Năm 2022", "Thời gian thực hiện: Năm 2023"),
        (
            "2. Tỷ lệ lao động qua đào tạo đạt 70% vào năm 2025.",
            "2. Lao động được đào tạo nhiều hơn.",
        ),
    )
    found = compare(read_facts(before), read_facts(changed))
    facts = {(c.change, c.kind, c.iri.removeprefix(f"{IRI_BT}/")): c for c in found.changes}
    target = facts["altered", "Target", "target/2025-ty-trong-cong-nghiep-trong-grdp"]
    assert target.fields["hasValue/numericValue"] == ("25", "26")
    gained = facts["gained", "Assignment", "task/II.1.a/as/coordinating-2"]
    assert gained.rule
    assert "Sở Tư pháp" in gained.words
    task = facts["altered", "Task", "task/II.2.a"]
    assert task.fields["hasTimeframe/timeText"] == ("Năm 2022", "Năm 2023")
    assert ("lost", "Target", "target/2025-ty-le-lao-dong-qua-dao-tao") in facts
    assert {c.plan for c in found.changes} == {IRI_BT}
    counts = {rule: (g, lost, a) for rule, g, lost, a in found.by_rule()}
    assert sum(sum(row) for row in counts.values()) == len(found.changes)


def test_a_change_of_a_rule_shows_its_gains_and_losses(
    before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(outline: Outline) -> Plan:
        plan = extract(outline)
        return replace(plan, targets=plan.targets[:-1])

    monkeypatch.setattr("kg.pipeline.extract", other)
    build([INVENTED], tmp_path / "after")
    result = run("diff", before, tmp_path / "after", "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    lost = [c for c in found["changes"] if c["kind"] == "Target"]
    assert {(c["change"], c["plan"]) for c in lost} == {("lost", IRI_BT), ("lost", IRI_VL)}
    rule = lost[0]["rule"]
    (row,) = [r for r in found["by_rule"] if r["rule"] == rule]
    assert (row["gained"], row["lost"]) == (0, 2)
    only = run("diff", before, tmp_path / "after", "--rule", rule)
    assert only.stdout.count("  - Target") == 2
    assert run("diff", before, tmp_path / "after", "--rule", "no such rule").exit_code == 0


def test_files_and_stores_can_be_compared(before: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.nq", tmp_path / "two.ttl"
    assert run("dump", "--store", before, "-o", one).exit_code == 0
    words = ("dump", "--store", before, "--plan", IRI_VL, "--format", "turtle", "-o", two)
    assert run(*words).exit_code == 0
    assert run("diff", before, one).exit_code == 0
    result = run("diff", one, two)
    assert result.exit_code == 1
    assert f"plan lost: {IRI_BT}" in result.stdout
    assert "~" not in result.stdout.replace("~/", "")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [("x.doc", "x", "neither the folder"), ("x.nq", "nonsense", "does not parse"), ("none.nq", None, "cannot be read")],
)  # fmt: skip
def test_what_cannot_be_compared(
    before: Path, tmp_path: Path, name: str, content: str | None, says: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_text(content, "utf-8")
    with pytest.raises(KgError, match=says):
        read_facts(file)
    result = run("diff", before, file)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
