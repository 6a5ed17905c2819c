"""Many plans in one store: what is read again, what stays, what goes, and what shows across them.

The two plans in data/invented are invented, and say so; the answers were counted by hand.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from rdflib import RDF, Graph

from kg import pipeline
from kg.across import check_across
from kg.catalogue import answer, find_question
from kg.checking import findings_of_store, graph_of
from kg.cli import main
from kg.corpus import find_plans
from kg.errors import StoreBusy
from kg.manifest import rules_fingerprint
from kg.names import GRAPH_FINDINGS, GRAPH_INFERRED, KH, SH
from kg.pipeline import build, remove
from kg.store import Dataset, only_builder, open_dataset
from kg.validation import SHAPE, messages, shapes

from .conftest import DATA, PLAN

INVENTED = DATA / "invented"
BEN_TRE, VINH_LONG = INVENTED / "gia-dinh-ben-tre.txt", INVENTED / "gia-dinh-vinh-long.txt"
IRI_BT = "https://w3id.org/kehoach/doc/vn-50/ubnd/kh/2021/9001"
IRI_VL = "https://w3id.org/kehoach/doc/vn-49/ubnd/kh/2021/9002"
NATIONAL = "https://w3id.org/kehoach/doc/vn/cp/nq/2020/124"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(w) for w in words])


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus") / "store"
    summary = build([INVENTED], folder)
    assert (len(summary.built), summary.left_out, summary.skipped) == (2, [], [])
    return folder


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    return Path(shutil.copytree(INVENTED, tmp_path / "plans"))


def quads(store: Path) -> set[str]:
    return {str(q) for q in open_dataset(store).store}


def plans_in(store: Path) -> list[str]:
    return [entry["iri"] for entry in open_dataset(store).manifest["plans"]]


def alter(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def rows(dataset: Dataset, name: str, **parameters: str) -> list[dict[str, object]]:
    table = answer(find_question(f"corpus/{name}"), dataset, parameters=parameters)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


# Incremental builds


def test_the_plans_say_that_they_are_invented() -> None:
    for file in INVENTED.iterdir():
        assert "VĂN BẢN GIẢ ĐỊNH DÙNG ĐỂ KIỂM THỬ" in file.read_text("utf-8")


def test_what_is_unchanged_is_not_read_again(plans: Path, tmp_path: Path) -> None:
    store = tmp_path / "s"
    first = build([plans], store)
    version = open_dataset(store).version
    again = build([plans], store)
    assert (len(again.built), len(again.unchanged), again.exit_code) == (0, 2, 0)
    assert open_dataset(store).version == version
    assert again.to_review == first.to_review  # told of plans that were not read again, too


def test_a_changed_text_takes_the_place_of_its_plan_alone(plans: Path, tmp_path: Path) -> None:
    store = tmp_path / "s"
    build([plans], store)
    alter(plans / VINH_LONG.name, "đạt 32%", "đạt 33%")
    summary = build([plans], store)
    assert [e["iri"] for e in summary.built] == [IRI_VL]
    assert len(summary.unchanged) == 1
    assert {r["value"] for r in rows(open_dataset(store), "indicator")} == {25, 33}
    build([plans], tmp_path / "fresh")
    assert quads(store) == quads(tmp_path / "fresh")
    assert open_dataset(store).version == open_dataset(tmp_path / "fresh").version


def test_plans_that_are_not_given_stay_unless_only_is_said(plans: Path, tmp_path: Path) -> None:
    store = tmp_path / "s"
    build([plans / BEN_TRE.name], store)
    assert build([plans / VINH_LONG.name], store).dropped == []
    assert plans_in(store) == [IRI_VL, IRI_BT]
    assert run("build", plans / VINH_LONG.name, "--store", store, "--only").exit_code == 0
    assert plans_in(store) == [IRI_VL]
    build([VINH_LONG], tmp_path / "fresh")
    assert quads(store) == quads(tmp_path / "fresh")


def test_a_file_that_has_become_another_plan_takes_the_old_one_out(
    plans: Path, tmp_path: Path
) -> None:
    store = tmp_path / "s"
    build([plans], store)
    alter(plans / BEN_TRE.name, "Số: 9001", "Số: 9003")
    summary = build([plans], store)
    assert summary.dropped == [IRI_BT]
    assert plans_in(store) == [IRI_VL, IRI_BT.replace("9001", "9003")]


def test_what_an_earlier_build_made_of_a_file_stays_when_it_cannot_be_read(
    plans: Path, tmp_path: Path
) -> None:
    store = tmp_path / "s"
    build([plans], store)
    (plans / BEN_TRE.name).write_bytes(b"")
    before = quads(store)
    summary = build([plans], store)
    ((_, reason),) = summary.left_out
    assert "the file is empty" in reason
    assert f"stays in the store ({IRI_BT})" in reason
    assert summary.exit_code == 1
    assert quads(store) == before


def test_other_rules_read_again_what_is_given_and_name_the_rest(
    plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "s"
    build([plans], store)
    for module in ("kg.pipeline", "kg.corpus"):
        monkeypatch.setattr(f"{module}.rules_fingerprint", lambda: "other rules")
    summary = build([plans / VINH_LONG.name], store)
    assert [e["iri"] for e in summary.built] == [IRI_VL]
    assert summary.stale == [BEN_TRE.name]


def test_corrections_belong_to_their_plan(plans: Path, tmp_path: Path) -> None:
    store = tmp_path / "s"
    build([plans], store)
    beside = plans / f"{BEN_TRE.name}.corrections.toml"
    beside.write_text("# nothing yet\n", "utf-8")
    summary = build([plans], store)
    assert summary.skipped == []
    assert [e["iri"] for e in summary.built] == [IRI_BT]


def test_a_draft_is_known_again_by_what_was_told(plans: Path, tmp_path: Path) -> None:
    store, draft = tmp_path / "s", plans / BEN_TRE.name
    alter(draft, "Số: 9001/KH-UBND", "Số:      /KH-UBND")
    assert build([draft], store).exit_code == 2
    assert build([draft], store, number="9005/KH-UBND").exit_code == 0
    assert len(build([plans], store).unchanged) == 1
    alter(draft, "đạt 70%", "đạt 71%")
    assert [e["number"] for e in build([draft], store).built] == ["9005/KH-UBND"]


def test_a_file_that_moved_and_a_copy_of_it(plans: Path, tmp_path: Path) -> None:
    store = tmp_path / "s"
    build([plans], store)
    (plans / "below").mkdir()
    (plans / BEN_TRE.name).rename(plans / "below" / "moved.txt")
    assert len(build([plans], store).unchanged) == 2
    shutil.copy(plans / "below" / "moved.txt", plans / "copy.txt")
    ((name, reason),) = build([plans], store).left_out
    assert "the same plan" in reason
    assert Path(name).name in ("copy.txt", "moved.txt")


def test_the_store_inside_the_folder_is_no_plan(plans: Path) -> None:
    assert build([plans], plans / "store").skipped == []
    assert build([plans], plans / "store").skipped == []


@pytest.mark.slow
def test_processes_give_what_one_process_gives(plans: Path, both: Path, tmp_path: Path) -> None:
    (plans / "empty.txt").write_bytes(b"")
    seen: list[tuple[int, int]] = []
    summary = build(
        [plans],
        tmp_path / "s",
        jobs=2,
        advance=lambda done, total, _name: seen.append((done, total)),
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert [Path(name).name for name, _ in summary.left_out] == ["empty.txt"]
    assert quads(tmp_path / "s") == quads(both)
    assert not list((tmp_path / "s").glob(".parts-*"))


def test_two_builds_at_once(plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits for a while, says so, and then names the first."""
    monkeypatch.setattr("kg.locking.PATIENCE", 0.1)
    store = tmp_path / "s"
    told: list[str] = []
    name = rf"kg other \(process {os.getpid()}\) is writing this store"
    with only_builder(store, "kg other"), pytest.raises(StoreBusy, match=name):
        build([plans], store, report=told.append)
    assert re.search(f"{name}; waiting for up to 0.1 s", told.pop())
    assert build([plans], store).exit_code == 0


def test_a_build_waits_for_who_writes(plans: Path, tmp_path: Path) -> None:
    store = tmp_path / "s"
    told = threading.Event()
    found: list[int] = []

    def second() -> None:
        summary = build([plans / BEN_TRE.name], store, report=lambda _line: told.set())
        found.append(summary.exit_code)

    with only_builder(store, "kg other"):
        thread = threading.Thread(target=second)
        thread.start()
        assert told.wait(20)
    thread.join()
    assert found == [0]


def test_a_build_that_is_interrupted_leaves_the_store(
    plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "s"
    build([plans / BEN_TRE.name], store)
    before = quads(store)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "_build_plan", interrupt)
    result = run("build", plans / VINH_LONG.name, "--store", store)
    assert result.exit_code == 130
    assert "the store is as it was" in result.stderr
    assert quads(store) == before
    assert not list(store.glob(".parts-*"))


@pytest.mark.slow
def test_ctrl_c_stops_the_workers(tmp_path: Path) -> None:
    """A real interrupt of a build in processes: it ends soon, and nothing is left running or lying about."""
    import signal

    folder = tmp_path / "plans"
    folder.mkdir()
    for number in range(30):
        text = PLAN.read_text("utf-8").replace("06/KH-UBND", f"{number + 100}/KH-UBND")
        (folder / f"{number}.txt").write_text(text, "utf-8")
    command = [
        sys.executable,
        "-m",
        "kg",
        "build",
        folder,
        "--store",
        tmp_path / "s",
        "--jobs",
        "2",
    ]
    with subprocess.Popen(
        [str(c) for c in command],
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
        # Tests that run in the background may have been told to ignore interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as builder:
        assert builder.stderr is not None
        builder.stderr.readline()
        builder.send_signal(signal.SIGINT)
        start = time.monotonic()
        rest = builder.stderr.read()
    assert builder.returncode == 130, rest
    assert time.monotonic() - start < 60
    assert not (tmp_path / "s" / "current").exists()
    assert not list((tmp_path / "s").glob(".parts-*"))


# Taking out


def test_a_plan_that_is_removed_leaves_nothing(both: Path, tmp_path: Path) -> None:
    store = Path(shutil.copytree(both, tmp_path / "s"))
    result = run("remove", "9001/KH-UBND", "--store", store)
    assert (result.exit_code, result.stdout.split(";")[0]) == (0, f"{IRI_BT} is out")
    build([VINH_LONG], tmp_path / "fresh")
    assert quads(store) == quads(tmp_path / "fresh")
    for words in (IRI_BT, "9001/KH-UBND"):
        again = run("remove", words, "--store", store)
        assert again.exit_code == 2
        assert "kg ask document/plans" in again.stderr
    remove(IRI_VL, store)
    assert plans_in(store) == []
    assert build([INVENTED], store).exit_code == 0
    assert quads(store) == quads(both)


def test_what_was_inferred_and_found_goes_with_its_plan(tmp_path: Path) -> None:
    store = tmp_path / "s"
    build([PLAN, VINH_LONG], store)
    remove("https://w3id.org/kehoach/doc/vn-73/ubnd/kh/2021/06", store)
    dataset = open_dataset(store)
    inferred = dataset.store.quads_for_pattern(None, None, None, ox.NamedNode(GRAPH_INFERRED))
    assert list(inferred) == []
    found = dataset.store.quads_for_pattern(None, ox.NamedNode(SH.result), None, None)
    assert len(list(found)) == len(findings_of_store(dataset).findings)


def test_one_plan_out(both: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.ttl"
    words = ("dump", "--store", both, "--plan", "9001/KH-UBND", "--format", "turtle", "-o", file)
    assert run(*words).exit_code == 0
    graph = Graph().parse(file)
    assert {str(p) for p in graph.subjects(RDF.type, KH.AdministrativePlan)} == {IRI_BT}
    assert run("validate", file).exit_code == 0
    missing = run("dump", "--store", both, "--plan", IRI_BT + "9", "-o", file)
    assert (missing.exit_code, "there is no graph" in missing.stderr) == (2, True)


# The summary


def test_the_report_for_programs(plans: Path, tmp_path: Path) -> None:
    (plans / "bad.txt").write_bytes(b"")
    (plans / "README.txt").write_text("x", "utf-8")
    report = tmp_path / "r.json"
    result = run("build", plans, "--store", tmp_path / "s", "--report", report)
    assert result.exit_code == 1
    for words in ("9001/KH-UBND", "2 plans", "2 built, 0 unchanged, 1 left out, 1 skipped"):
        assert words in result.stdout
    found = json.loads(report.read_text("utf-8"))
    assert [e["iri"] for e in found["built"]] == [IRI_BT, IRI_VL]
    assert [Path(e["file"]).name for e in found["left_out"]] == ["bad.txt"]
    assert all(e["count"] == sum(p["count"] for p in e["plans"]) for e in found["to_review"])
    assert set(found["seconds"]["computing"]) >= {"read", "extract", "describe", "check", "publish"}
    assert found["built"][0]["rules"] == rules_fingerprint()


# Questions over both plans, counted by hand


def test_who_carries_out_the_resolution_and_when(both: Path) -> None:
    found = rows(open_dataset(both), "implementing", document="124/NQ-CP")
    assert [(r["province"], r["days"]) for r in found] == [
        ("Tỉnh Vĩnh Long", 151),
        ("Tỉnh Bến Tre", 188),
    ]
    assert rows(open_dataset(both), "implementing", document=NATIONAL) == found


def test_leads_differ(both: Path) -> None:
    found = rows(open_dataset(both), "leads-by-document", theme="innovation")
    assert {(r["province"], r["leads"], r["tasks"]) for r in found} == {
        ("Tỉnh Bến Tre", "Sở Khoa học và Công nghệ tỉnh Bến Tre", 2),
        ("Tỉnh Vĩnh Long", "Sở Công Thương tỉnh Vĩnh Long", 1),
    }


def test_targets_side_by_side(both: Path) -> None:
    found = rows(open_dataset(both), "indicator", y="2025")
    assert [(r["province"], r["comparator"], r["value"]) for r in found] == [
        ("Tỉnh Bến Tre", ">", 25),
        ("Tỉnh Vĩnh Long", "=", 32),
    ]
    assert rows(open_dataset(both), "indicator", y="2030") == []


def test_gaps_by_province(both: Path) -> None:
    dataset = open_dataset(both)
    counts = {
        r["province"]: (r["tasks"], r["withoutLead"], r["withoutTime"])
        for r in rows(dataset, "gaps-by-province")
    }
    assert counts == {"Tỉnh Bến Tre": (4, 1, 1), "Tỉnh Vĩnh Long": (3, 0, 0)}
    found = rows(dataset, "gaps", unit="https://w3id.org/kehoach/unit/vn-50")
    assert [(r["path"], r["noLead"], r["noTime"]) for r in found] == [
        ("II.1.b", False, True),
        ("II.2.a", True, False),
    ]


def test_who_carries_most(both: Path) -> None:
    found = {
        r["kind"]: (r["leads"], r["coordinates"], r["agencies"])
        for r in rows(open_dataset(both), "agency-load")
    }
    assert found["so-cong-thuong"] == (3, 1, 2)
    assert found["so-khoa-hoc-va-cong-nghe"] == (2, 1, 2)
    assert found["so-tai-chinh"] == (0, 2, 1)


def test_same_words_and_merged_units(both: Path) -> None:
    dataset = open_dataset(both)
    (same,) = rows(dataset, "same-wording")
    assert same["provinces"] == 2
    assert str(same["words"]).startswith("hỗ trợ doanh nghiệp công nghiệp đổi mới")
    merged = rows(dataset, "merged-units")
    assert {(r["unitThen"], r["tasks"], r["targets"]) for r in merged} == {
        ("Tỉnh Bến Tre", 4, 2),
        ("Tỉnh Vĩnh Long", 3, 1),
    }
    assert {r["today"] for r in merged} == {"https://w3id.org/kehoach/unit/vn-49/2025"}
    (summed,) = rows(dataset, "by-unit-today")
    assert summed["today"] == "https://w3id.org/kehoach/unit/vn-49/2025"
    assert (summed["plans"], summed["plansBefore"]) == (2, 2)
    assert (summed["tasks"], summed["targets"]) == (7, 3)
    assert sorted(str(summed["unitsThen"]).split("; ")) == ["Tỉnh Bến Tre", "Tỉnh Vĩnh Long"]


def test_what_is_rare(both: Path) -> None:
    dataset = open_dataset(both)
    themes = {str(r["theme"]).rsplit("/", 1)[-1]: r for r in rows(dataset, "rare-themes")}
    assert (themes["credit"]["plans"], themes["credit"]["missingIn"]) == (1, "Tỉnh Vĩnh Long")
    assert "innovation" not in themes
    leads = {r["kind"]: r["plans"] for r in rows(dataset, "rare-leads")}
    assert (leads["so-khoa-hoc-va-cong-nghe"], leads["so-cong-thuong"]) == (1, 2)


def test_national_words_and_numbers_where_the_document_is_in_the_store(
    plans: Path, tmp_path: Path
) -> None:
    """A plan that the other carries out stands for the national document."""
    alter(
        plans / VINH_LONG.name,
        "Thực hiện Nghị quyết số 124/NQ-CP ngày 04 tháng 9 năm 2020 của Chính phủ",
        "Thực hiện Kế hoạch số 9001/KH-UBND ngày 10 tháng 3 năm 2021 của Ủy ban nhân dân tỉnh Bến Tre",
    )
    build([plans], tmp_path / "s")
    dataset = open_dataset(tmp_path / "s")
    (copied,) = rows(dataset, "copied-from-national")
    assert (copied["path"], copied["documentPath"]) == ("II.1.a", "II.1.a")
    (changed,) = rows(dataset, "changed-numbers")
    assert (changed["value"], changed["nationalValue"], changed["difference"]) == (32, 25, 7)


# Findings across plans


def third(folder: Path) -> Path:
    """Another province with the words of Bến Tre, its target in another unit, an agency written otherwise."""
    file = folder / "gia-dinh-tra-vinh.txt"
    text = BEN_TRE.read_text("utf-8").replace("BẾN TRE", "TRÀ VINH").replace("Bến Tre", "Trà Vinh")
    text = text.replace("đạt 70%", "đạt 70 người").replace("9001", "9004")
    text = text.replace("báo cáo Ủy ban nhân dân tỉnh", "báo cáo Bộ Công Thương")
    file.write_text(text, "utf-8")
    other = folder / BEN_TRE.name
    alter(other, "báo cáo Ủy ban nhân dân tỉnh", "báo cáo Bộ Công thương")
    return file


def test_what_shows_across_plans(plans: Path, tmp_path: Path) -> None:
    third(plans)
    build([plans], tmp_path / "s")
    dataset = open_dataset(tmp_path / "s")
    found = {
        (
            f.shape.removeprefix(str(SHAPE)),
            str(f.plan).rsplit("/", 1)[-1],
            f.focus.rsplit("/", 1)[-1],
        )
        for f in check_across(dataset.store).findings
    }
    assert found == {
        ("across-date", "9002", "1"),
        ("across-indicator", "9002", "ty-le-lao-dong-qua-dao-tao"),
        ("across-theme", "9002", "credit"),
        ("across-unit", "9001", "2025-ty-le-lao-dong-qua-dao-tao"),
        ("across-unit", "9004", "2025-ty-le-lao-dong-qua-dao-tao"),
        ("across-name", "9001", "recipient-1"),
        ("across-name", "9004", "recipient-1"),
    }
    report = findings_of_store(dataset)
    (date,) = [f for f in report.findings if f.shape.endswith("across-date")]
    assert date.severity == "Warning"
    assert "04 tháng 9 năm 2020" in str(date.quote)
    text = run("findings", "--store", tmp_path / "s").stdout
    assert "Info across-theme (1)" in text
    assert "Tín dụng" in text
    stored = graph_of(dataset, ox.NamedNode(GRAPH_FINDINGS))
    assert len(set(stored.objects(None, SH.result))) == len(report.findings)


def test_every_rule_across_plans_has_severity_and_messages() -> None:
    graph = shapes("corpus")
    rules = set(graph.subjects(SH.select))
    assert len(rules) == 5
    for rule in rules:
        assert graph.value(rule, SH.severity) in (SH.Info, SH.Warning)
        assert set(messages("corpus", rule)) == {"vi", "en"}


def test_what_cannot_be_looked_at_is_named(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("x", "utf-8")
    (tmp_path / "nowhere.txt").symlink_to(tmp_path / "gone.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    files, skipped = find_plans([tmp_path])
    assert [f.name for f in files] == ["plan.txt"]
    assert sorted(Path(line.split(" (")[0]).name for line in skipped) == ["nowhere.txt", "pipe.txt"]
